//! One real thing of each kind, so that a walk over all operations has something to meet.
use backend::db::{Arg, Query};
use serde_json::{Value, json};
use shared::api::{PortalPart, Role};
use uuid::Uuid;

use crate::app::{Answer, TestApp};
use crate::ask::Ask;
use crate::document::{Document, Operation};

/// What the walks meet: ids by the kind of thing they name.
#[derive(Debug)]
pub struct World(Vec<(&'static str, String)>);

impl World {
    /// Makes one of each in the first organisation, as its owner.
    pub async fn make(app: &TestApp) -> Self {
        app.set_up().await;
        let post = async |path: &str, body: Value| {
            app.as_role(Role::Owner, "POST", path).json(&body).expect(201).await
        };
        let id = |thing: &Value| thing["id"].as_str().unwrap().to_owned();
        let account = id(&post("/accounts", json!({ "name": "Big Company" })).await);
        let people = format!("/accounts/{account}/contacts");
        let contact = id(&post(&people, json!({ "name": "Mia Berg" })).await);
        // Who holds a seat is kept: somebody else, so that the first can go.
        let decider =
            json!({ "name": "Ben Okoro", "decides": true, "email": "ben@bigcompany.example" });
        let decider = id(&post(&people, decider).await);
        let retainer = id(&post("/retainers", retainer(&account)).await);
        let entry = json!({ "retainer_id": retainer, "worked_on": "2026-01-01", "minutes": 30 });
        let entry = post("/time-entries", entry).await["entry"].clone();
        let bought = json!({ "retainer_id": retainer, "kind": "purchase", "quantity": 60,
            "on": "2026-01-01", "pool": "hours", "reason": "Bought by mail" });
        let adjustment = id(&post("/adjustments", bought).await["adjustment"]);
        let thing = json!({ "retainer_id": retainer, "delivered_on": "2026-01-01" });
        let thing = post("/deliverables", thing).await["deliverable"].clone();
        let meeting = json!({
            "retainer_id": retainer, "starts_at": "2026-01-01T08:00:00Z", "minutes": 45,
        });
        let meeting = post("/sessions", meeting).await["session"].clone();
        let calls = json!({ "rhythm": "weekly", "weekdays": ["friday"], "minute_of_day": 540,
            "minutes": 30, "first_on": "2026-01-01" });
        let calls = id(&post(&format!("/retainers/{retainer}/call-rules"), calls).await);
        let levels = json!({ "pools": [{ "pool": "hours", "percent": [1] }] });
        let settings = format!("/retainers/{retainer}/alert-settings");
        let settings = app.as_role(Role::Owner, "PUT", &settings).version(0);
        settings.json(&levels).expect(200).await;
        let alerts = app.as_role(Role::Owner, "GET", "/alerts").expect(200).await;
        let lines = json!({ "included": ["Support"], "excluded": ["Hosting"] });
        let kept = app.as_role(Role::Owner, "PUT", &format!("/retainers/{retainer}/scope"));
        kept.version(0).json(&lines).expect(200).await;
        let line = json!({ "kind": "included", "text": "A report" });
        let change = json!({ "effective_on": "2026-02-01", "reason": "Asked", "begins": [line] });
        let changes = format!("/retainers/{retainer}/scope/changes");
        let change = id(&post(&changes, change).await);
        let holder = json!({ "kind": "member", "id": app.member(Role::Manager).await });
        let seat = json!({ "kind": "contact", "id": decider });
        let given = json!({ "holder": holder, "granted_by": seat, "evidence": "By mail",
            "reason": "On leave", "starts_on": "2026-01-01" });
        let delegation = id(&post(&format!("/retainers/{retainer}/delegations"), given).await);
        let member = app.member(Role::Manager).await.as_str().unwrap().to_owned();
        let key = id(&post("/api-keys", json!({ "name": "A", "role": "viewer" })).await["key"]);
        let cycle = entry["cycle_id"].as_str().unwrap().to_owned();
        let work = work(&retainer, &decider, &member);
        let work = id(&post("/work-items", work).await);
        let given = json!({ "from_area": "marketing", "to_area": "sales", "giver": seat,
            "receiver": seat });
        post(&format!("/work-items/{work}/handoffs"), given).await;
        let blocked = json!({ "kind": "access", "owner": seat });
        post(&format!("/work-items/{work}/blockers"), blocked).await;
        let file = app.as_role(Role::Owner, "POST", "/imports?file_name=time.csv");
        let import = id(&file.body(SHEET, "text/csv").expect(201).await);
        let asked = json!({ "question": "Which channel?" });
        let decision = id(&post("/decisions", asked).await);
        let stream = json!({ "name": "Pages", "terms": crate::workflows::terms() });
        let workflow = id(&post("/workflows", stream).await);
        let friction = id(&post("/frictions", json!({ "kind": "delay", "note": "x" })).await);
        let sop = id(&post("/sops", routine(&workflow)).await);
        let (outcome, review) = reviewed(app, &retainer, &member).await;
        let lead = json!({ "retainer_id": retainer, "reference": "HS-1", "fit": "good",
            "came_on": "2026-01-01", "source": "CRM" });
        let lead = id(&post("/leads", lead).await);
        let request_type = id(&post("/request-types", json!({ "name": "A page" })).await);
        let asked = json!({ "retainer_id": retainer, "title": "A second page" });
        let request = id(&post("/requests", asked).await);
        let made = post(&format!("/retainers/{retainer}/form-links"), json!({ "days": 700 })).await;
        let (link, token) = (id(&made["link"]), made["token"].as_str().unwrap().to_owned());
        // All that an e-invoice wants.
        let settings = json!({ "legal_name": "Us", "address": "Here", "starts_on": "2026-01-01",
            "country": "DE", "tax_id": "DE123456789", "tax_note": "Exempt" });
        let client = app.as_role(Role::Owner, "PUT", &format!("/accounts/{account}/billing"));
        client.version(0).json(&json!({ "country": "GB" })).expect(200).await;
        let kept = app.as_role(Role::Owner, "PUT", "/organisation/billing");
        kept.version(0).json(&settings).expect(200).await;
        let run = post("/billing-runs", json!({ "retainer_id": retainer })).await;
        let organisation = app.set_up().await.organisation().to_string();
        let (credit_note, mail, issued) = credited(app, &account).await;
        let money = json!({ "amount_minor": 1_000, "currency": "EUR" });
        let paid = json!({ "account_id": account, "amount": money, "paid_on": "2026-01-01",
            "method": "transfer", "invoices": [] });
        let payment = id(&post("/payments", paid).await);
        let file = "/bank-imports?file_name=statement.csv";
        let file = app.as_role(Role::Owner, "POST", file).body(STATEMENT, "text/csv");
        let bank = id(&file.expect(201).await);
        let picture = app.as_role(Role::Owner, "POST", "/logos").body(PICTURE, "image/png");
        let logo = id(&picture.expect(201).await);
        let lines = format!("/bank-imports/{bank}/lines");
        let lines = app.as_role(Role::Owner, "GET", &lines).expect(200).await;
        let spent = json!({ "retainer_id": retainer, "spent_on": "2026-01-01",
            "amount_minor": 900, "text": "Fonts" });
        let expense = id(&post("/expenses", spent).await);
        let rise = json!({ "from": "2027-01-01", "percent_hundredths": 350,
            "retainers": [retainer] });
        let uplift = id(&post("/uplifts", rise).await);
        let said = json!({ "account_id": account, "text": "A call" });
        let note = id(&post("/notes", said).await);
        let draft = json!({ "contact_id": decider, "subject": "Hello", "body": "How are you?" });
        let message = id(&post("/messages", draft).await);
        let step = json!({ "account_id": account, "title": "Call back" });
        let task = id(&post("/tasks", step).await);
        let other = id(&post("/retainers", self::retainer(&account)).await);
        let renewal = id(&post("/renewals", json!({ "retainer_id": other })).await);
        let brief = format!("/renewals/{renewal}/brief");
        app.as_role(Role::Owner, "POST", &brief).expect(200).await;
        let offered = json!({ "contact_id": decider, "valid_until": "2026-06-01" });
        let offered = post(&format!("/renewals/{renewal}/proposals"), offered).await;
        let proposal = id(&offered["proposal"]);
        let more = json!({ "units": 60, "contact_id": decider, "answer_by": "2026-01-20",
            "reason": "The launch" });
        let more = post(&format!("/retainers/{retainer}/approval-requests"), more).await;
        let more = id(&more["request"]);
        let shown: Vec<&str> = PortalPart::ALL.iter().map(|part| part.name()).collect();
        let portal = app.as_role(Role::Owner, "PUT", &format!("/accounts/{account}/portal"));
        portal.version(0).json(&json!({ "open": true, "parts": shown })).expect(200).await;
        let shares = format!("/retainers/{retainer}/share-links");
        let share = id(&post(&shares, json!({})).await["link"]);
        let feed = json!({ "name": "My phone", "kinds": ["sessions"] });
        let feed = id(&post("/calendar-feeds", feed).await["feed"]);
        let read = json!({ "name": "My desk", "kinds": ["sessions", "cycle_ends"] });
        let read = post("/calendar-feeds", read).await["token"].as_str().unwrap().to_owned();
        let (file, paper) = (brought(app, &account).await, brought(app, &account).await);
        let client = app.client(&account).await;
        Self(vec![
            ("calendar-feeds", feed),
            ("calendar", read),
            ("files", file),
            ("papers", paper),
            ("share-links", share),
            ("approval-requests", more),
            ("issued", issued),
            ("client", client),
            ("proposals", proposal),
            ("renewals", renewal),
            ("uplifts", uplift),
            ("notes", note),
            ("messages", message),
            ("tasks", task),
            ("expenses", expense),
            ("accounts", account),
            ("contacts", contact),
            ("retainers", retainer),
            ("time-entries", id(&entry)),
            ("adjustments", adjustment),
            ("alerts", id(&alerts["items"][0])),
            ("deliverables", id(&thing)),
            ("sessions", id(&meeting)),
            ("call-rules", calls),
            ("decisions", decision),
            ("workflows", workflow),
            ("frictions", friction),
            ("sops", sop),
            ("request-types", request_type),
            ("reviews", review),
            ("outcomes", outcome),
            ("leads", lead),
            ("scope-changes", change),
            ("delegations", delegation),
            ("members", member),
            ("api-keys", key),
            ("cycles", cycle.clone()),
            ("explain", cycle),
            ("imports", import),
            ("invoices", id(&run["made"][0])),
            ("credit-notes", credit_note),
            ("mails", mail),
            ("payments", payment),
            ("bank-imports", bank),
            ("logos", logo),
            ("bank-lines", id(&lines["items"][0])),
            ("organisations", organisation),
            ("work-items", work),
            ("requests", request),
            ("form-links", link),
            ("act", token),
            // Without a provider there are no links by which cards come.
            ("card-setup", Uuid::now_v7().to_string()),
            ("holders", decider),
        ])
    }
    pub fn id(&self, kind: &str) -> &str {
        let found = self.0.iter().find(|(name, _)| *name == kind);
        &found.unwrap_or_else(|| panic!("the world has no {kind}")).1
    }
    /// Every id there is, to look for in answers that must not know them.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(_, id)| id.as_str())
    }

    /// A request about this world that an operation lets in: of its owner, or of a client.
    pub fn ask(&self, app: &TestApp, operation: &Operation, path: &str) -> Ask {
        let method = &operation.method;
        match (operation.asks_for("bearer"), operation.asks_for("portal")) {
            (true, _) => app.as_role(Role::Owner, method, path),
            (_, true) => app.bearing(self.id("client"), method, path),
            _ => app.request(method, path),
        }
    }
    /// The address of an operation, about the things of this world.
    pub fn address(&self, operation: &Operation) -> String {
        let kind = operation.kind();
        let path = operation.path.replace("{figure}", "left");
        let path = match path.contains("{id}") || path.contains("{token}") {
            true => path.replace("{id}", self.id(kind)).replace("{token}", self.id(kind)),
            false => path,
        };
        let needed = operation.said["parameters"].as_array().into_iter().flatten();
        let needed = needed.filter(|one| one["in"] == "query" && one["required"] == true);
        let value = |name: &str| match name {
            "status" => "completed",
            "account_id" => self.id("accounts"),
            _ => "time.csv",
        };
        let fields = needed
            .map(|one| one["name"].as_str().unwrap())
            .map(|name| format!("{name}={}", value(name)));
        // A line on which changes are told lasts; without time it tells what is.
        let line = path.contains("/board") && path.ends_with("/events");
        let line = line.then(|| "seconds=0".to_owned());
        let fields: Vec<_> = fields.chain(line).collect();
        if fields.is_empty() { path } else { format!("{path}?{}", fields.join("&")) }
    }
    /// The example of an operation's JSON body, about the things of this world.
    pub fn body(&self, document: &Document, operation: &Operation) -> Option<Value> {
        let mut body = document.follow(operation.body()?)["example"].clone();
        assert!(body.is_object(), "{} has no example", operation.name());
        self.settle(&mut body);
        Some(body)
    }
    /// A request with the body that its operation takes.
    pub fn with_body(&self, ask: Ask, document: &Document, operation: &Operation) -> Ask {
        match self.body(document, operation) {
            Some(body) => ask.json(&body),
            None if operation.path.ends_with("/bank-imports") => ask.body(STATEMENT, "text/csv"),
            None if operation.takes("message/rfc822") => ask.body(MAIL, "message/rfc822"),
            None if operation.takes("image/png") => ask.body(PICTURE, "image/png"),
            None if operation.takes("text/csv") => ask.body(SHEET, "text/csv"),
            None if operation.takes("application/octet-stream") => {
                ask.body(SHEET, "application/octet-stream")
            }
            None => ask,
        }
    }
    /// Replaces the ids of an example by those of this world.
    fn settle(&self, value: &mut Value) {
        // The holder of a seat.
        match value["kind"].as_str() {
            Some("member") => value["id"] = self.id("members").into(),
            Some("contact") => value["id"] = self.id("holders").into(),
            _ => {}
        }
        for (name, value) in value.as_object_mut().into_iter().flatten() {
            match name.as_str() {
                "account_id" => *value = self.id("accounts").into(),
                "work_item_id" => *value = self.id("work-items").into(),
                "retainer_id" => *value = self.id("retainers").into(),
                "contact_id" => *value = self.id("holders").into(),
                "file_id" => *value = self.id("papers").into(),
                "note_id" => *value = self.id("notes").into(),
                "outcome_id" => *value = self.id("outcomes").into(),
                "member_id" | "owner_id" => *value = self.id("members").into(),
                "holder" | "decided_by" => {
                    *value = json!({ "kind": "member", "id": self.id("members") });
                }
                "granted_by" => {
                    *value = json!({ "kind": "contact", "id": self.id("holders") });
                }
                "organisation_id" => *value = self.id("organisations").into(),
                _ => self.settle(value),
            }
        }
    }
}

/// A credit note on the invoice of a second retainer, and a mail with that. There is no mail server
/// here, so the mail is written as one would have been.
async fn credited(app: &TestApp, account: &str) -> (String, String, String) {
    let post = |path: &str| app.as_role(Role::Owner, "POST", path);
    let second = post("/retainers").json(&retainer(account)).expect(201).await;
    let only = json!({ "retainer_id": second["id"] });
    let run = post("/billing-runs").json(&only).expect(201).await;
    let invoice = format!("/invoices/{}", run["made"][0]["id"].as_str().unwrap());
    post(&format!("{invoice}/issue")).version(1).expect(200).await;
    let part = json!({ "position": 1, "net_minor": 100 });
    let note = json!({ "kind": "goodwill", "reason": "Late", "lines": [part] });
    let made = post(&format!("{invoice}/credit-notes")).json(&note).expect(201).await;
    let (mail, of) = (Uuid::now_v7(), run["made"][0]["id"].as_str().unwrap());
    let of: Uuid = of.parse().unwrap();
    let written = || {
        let sql = "INSERT INTO mails (id, organisation_id, invoice_id, sender, recipient, subject,
                body, state, queued_by, queued_at, next_at)
            SELECT $1, organisation_id, id, 'Studio', 'ann@client.example', 'Invoice', 'Text',
                'queued', issued_by, issued_at, issued_at FROM invoices WHERE id = $2";
        Query::with(sql, vec![Arg::from(mail), Arg::from(of)])
    };
    app.db.write(async |tx| Ok(tx.execute(written()).await?)).await.unwrap();
    (made["id"].as_str().unwrap().to_owned(), mail.to_string(), of.to_string())
}

/// A file that any tool could have written.
const SHEET: &str = "Date,Hours,Client,Person,Notes\n2026-01-01,1.5,Big Company,Ana,Call\n";

/// A file that is kept of an account.
async fn brought(app: &TestApp, account: &str) -> String {
    let path = format!("/accounts/{account}/files?file_name=time.csv");
    let file = app.as_role(Role::Owner, "POST", &path).body(SHEET, "application/octet-stream");
    file.expect(201).await["id"].as_str().unwrap().to_owned()
}

/// A mail from somebody who is known.
const MAIL: &str = "From: Ben <ben@bigcompany.example>\r\nSubject: Hello\r\n\r\nFine.\r\n";

/// A picture that papers can show.
pub const PICTURE: &[u8] = include_bytes!("pictures/logo.png");

/// A statement of one booking that pays nothing here.
const STATEMENT: &str = "Date,Amount,Currency,Payer\n2026-01-01,12.00,EUR,Somebody\n";

/// What a review decided that is over, and the review after it, which is being held.
async fn reviewed(app: &TestApp, retainer: &str, owner: &str) -> (String, String) {
    let post = async |path: &str, body: Value| {
        app.as_role(Role::Owner, "POST", path).json(&body).send().await.unwrap();
        let page = app.as_role(Role::Owner, "GET", "/reviews?limit=1").expect(200).await;
        let path = format!("/reviews/{}", page["items"][0]["id"].as_str().unwrap());
        (app.as_role(Role::Owner, "GET", &path).expect(200).await, path)
    };
    let begin = json!({ "retainer_id": retainer });
    let (_, first) = post("/reviews", begin.clone()).await;
    let outcome = json!({ "choice": "keep", "what": "x", "owner_id": owner,
        "signal": "reporting_usefulness", "due_on": "2026-02-01", "effect": "x", "reason": "x" });
    let (room, _) = post(&format!("{first}/outcomes"), outcome).await;
    post(&format!("{first}/finish"), json!({ "left_out": "It is early" })).await;
    let (second, _) = post("/reviews", begin).await;
    let id = |thing: &Value| thing["id"].as_str().unwrap().to_owned();
    (id(&room["outcomes"][0]), id(&second["review"]))
}

/// A routine on trial.
fn routine(workflow: &str) -> Value {
    let body = json!({
        "purpose": "Launch in time", "quality": ["Is it fast?"], "steps": ["Launch"],
        "exceptions": "Ask", "review_days": 90,
    });
    let trial = json!({ "workflow_id": workflow, "cycles": 2 });
    json!({ "name": "Launch", "body": body, "replaces_none": true, "trial": trial })
}

fn retainer(account: &str) -> Value {
    let price = json!({ "amount_minor": 150_000, "currency": "EUR" });
    let pools = json!([
        { "allowance": 600, "overage": { "mode": "ask", "borrow_excess": "absorb" } },
        { "unit": "deliverables", "allowance": 4 },
        { "unit": "sessions", "allowance": 4 },
    ]);
    let terms = json!({ "pools": pools, "price": price });
    json!({ "account_id": account, "name": "Support", "starts_on": "2026-01-01", "terms": terms })
}

/// Light work that was delivered.
fn work(retainer: &str, contact: &str, member: &str) -> Value {
    let details = json!({ "goal": "More leads", "frequency": "recurring" });
    let seats = json!({
        "decision": { "kind": "contact", "id": contact },
        "execution": { "kind": "member", "id": member },
    });
    json!({ "retainer_id": retainer, "title": "Pricing page", "column": "delivered",
        "details": details, "seats": seats })
}
