//! The portal: what clients read, and that they reach nothing else. Source: requirements S2-12, S2-23.
mod access;
mod links;
mod reach;

use serde_json::{Value, json};
use shared::api::{PortalPart, Role};

use crate::app::{Answer, TestApp};
use crate::invoices::{billing, invoices, issue, run, support};
use crate::on_both_engines;
use crate::retainers::{agree, get, id, record};

on_both_engines![
    s2_12_a_client_reads_the_balance_that_staff_see,
    s2_13_last_months_hours_are_a_statement_with_its_rows,
    what_is_not_shown_is_not_there,
    requests_decisions_and_invoices_are_told_as_the_agency_keeps_them,
    a_retainer_that_rests_or_is_over_still_tells_where_it_stood,
];

/// An account with a retainer, Mia, and a portal that shows everything.
pub struct Portal {
    pub app: TestApp,
    pub retainer: Value,
    pub account: String,
    pub mia: Value,
}

/// Ten hours and two calls a month.
fn with_calls(account: &Value) -> Value {
    let mut body = support(account);
    let pools = body["terms"]["pools"].as_array_mut().unwrap();
    pools.push(json!({ "unit": "sessions", "allowance": 2 }));
    body
}

impl Portal {
    pub async fn open(app: TestApp) -> Self {
        let all: Vec<&str> = PortalPart::ALL.iter().map(|part| part.name()).collect();
        let portal = Self::closed(app).await;
        portal.shows(&all).await;
        portal
    }
    pub async fn closed(app: TestApp) -> Self {
        app.clock_at("2026-01-15T10:00:00Z").await;
        billing(&app).await;
        let retainer = agree(&app, with_calls).await;
        let account = retainer["account_id"].as_str().unwrap().to_owned();
        let people = format!("/accounts/{account}/contacts");
        let mia = json!({ "name": "Mia Berg", "email": "Mia@Big.example" });
        let mia = app.as_role(Role::Owner, "POST", &people).json(&mia).expect(201).await;
        Self { app, retainer, account, mia }
    }
    /// Opens the portal with these parts.
    pub async fn shows(&self, parts: &[&str]) {
        let path = format!("/accounts/{}/portal", self.account);
        let version = get(&self.app, &path).await["version"].clone();
        let put = self.app.as_role(Role::Manager, "PUT", &path).version(version);
        put.json(&json!({ "open": true, "parts": parts })).expect(200).await;
    }
    /// The secret of an invitation.
    pub async fn invited(&self) -> String {
        let path = format!("/accounts/{}/portal/invitations", self.account);
        let whom = json!({ "contact_id": self.mia["id"] });
        let made = self.app.as_role(Role::Manager, "POST", &path).json(&whom).expect(201).await;
        made["token"].as_str().unwrap().to_owned()
    }
    /// Signs in by a link.
    pub fn enter(&self, token: &str) -> crate::ask::Ask {
        let body = json!({ "token": token });
        self.app.request("POST", "/portal/auth/session").json(&body)
    }
    /// The token of Mia's sign-in.
    pub async fn signed_in(&self) -> String {
        let made = self.enter(&self.invited().await).expect(200).await;
        made["access_token"].as_str().unwrap().to_owned()
    }
    pub async fn read(&self, token: &str, path: &str) -> Value {
        self.app.bearing(token, "GET", &format!("/portal{path}")).expect(200).await
    }
    pub async fn gone(&self, token: &str, path: &str) {
        let ask = self.app.bearing(token, "GET", &format!("/portal{path}"));
        ask.refused(shared::api::ErrorCode::NotFound).await;
    }
    pub fn about(&self, path: &str) -> String {
        format!("/retainers/{}{path}", id(&self.retainer))
    }
}

async fn s2_12_a_client_reads_the_balance_that_staff_see(app: TestApp) {
    let portal = Portal::open(app).await;
    let app = &portal.app;
    let work = json!({ "retainer_id": portal.retainer["id"], "worked_on": "2026-01-12",
        "minutes": 90, "note": "Landing page" });
    app.as_role(Role::Owner, "POST", "/time-entries").json(&work).expect(201).await;
    record(app, &portal.retainer, "2026-01-14", 30).await;
    let back = json!({ "retainer_id": portal.retainer["id"], "kind": "correction", "pool": "hours", "quantity": 60,
        "on": "2026-01-15", "reason": "Sorry, between us" });
    app.as_role(Role::Owner, "POST", "/adjustments").json(&back).expect(201).await;
    let booked = json!({ "retainer_id": portal.retainer["id"], "title": "Monthly call",
        "starts_at": "2026-01-20T09:00:00Z", "minutes": 45 });
    app.as_role(Role::Owner, "POST", "/sessions").json(&booked).expect(201).await;
    let cycle = get(app, &format!("{}?limit=1", portal.about("/cycles"))).await["items"][0].clone();
    let first = json!({ "priorities": [{ "title": "Launch the shop", "outcome": "Orders" }] });
    let list = format!("/cycles/{}/priorities", id(&cycle));
    app.as_role(Role::Manager, "PUT", &list).version(0).json(&first).expect(200).await;
    let rule = json!({ "end_rule": "tacit", "term_cycles": 6, "notice_days": 30, "lead_days": 45 });
    let path = portal.about("/renewal-rule");
    let version = get(app, &path).await["version"].clone();
    app.as_role(Role::Manager, "PUT", &path).version(version).json(&rule).expect(200).await;

    let mia = portal.signed_in().await;
    let me = portal.read(&mia, "/me").await;
    assert_eq!((&me["name"], &me["kind"]), (&json!("Mia Berg"), &json!("contact")));
    assert_eq!(me["organisation_name"], "The home studio");
    assert_eq!(me["retainers"][0]["name"], "Support");
    let seen = portal.read(&mia, &portal.about("")).await;
    let staff = get(app, &portal.about("")).await;
    let (mut ours, theirs) = (seen["balances"][0].clone(), &staff["balances"][0]);
    assert_eq!((&ours["available"], &ours["used"]), (&json!(660), &json!(120)));
    let explain = ours["explain"]["left"].as_str().unwrap().to_owned();
    assert!(explain.starts_with("/api/v1/portal/explain/left/"), "{explain}");
    ours["explain"] = theirs["explain"].clone();
    assert_eq!(&ours, theirs, "both read the same ledger");
    assert_eq!(seen["balances"][1]["available"], 2);
    assert_eq!(seen["resets_on"], "2026-02-01");
    assert_eq!(seen["next_session"]["title"], "Monthly call");
    assert_eq!(
        seen["priorities"],
        json!([{ "rank": 1, "title": "Launch the shop",
        "outcome": "Orders", "done": false }])
    );
    let term = json!({ "end_rule": "tacit", "due_on": "2026-07-01", "notice_on": "2026-05-31" });
    assert_eq!(seen["term"], term);
    let next = get(app, &portal.about("/billing")).await["next_on"].clone();
    assert_eq!(seen["next_invoice_on"], next);

    // The figure opens its parts, and those their rows.
    let parts = app.bearing(&mia, "GET", &explain).expect(200).await;
    let sum: i64 =
        parts["parts"].as_array().unwrap().iter().map(|p| p["value"].as_i64().unwrap()).sum();
    assert_eq!((&parts["value"], sum), (&json!(540), 540));
    let rows = parts["parts"][0]["source"].as_str().unwrap();
    assert!(rows.starts_with("/api/v1/portal/retainers/"), "{rows}");
    let rows = app.bearing(&mia, "GET", rows).expect(200).await;
    let told: Vec<_> = rows["items"].as_array().unwrap().iter().map(|r| &r["note"]).collect();
    let page = json!("Landing page");
    assert!(told.contains(&&page) && !rows.to_string().contains("between us"), "{rows}");
    let staff = get(app, &portal.about("/ledger")).await;
    let balances = |of: &Value| -> Vec<Value> {
        of["items"].as_array().unwrap().iter().map(|line| line["balance"].clone()).collect()
    };
    assert_eq!(balances(&rows), balances(&staff));
    let people = portal.read(&mia, &format!("/explain/used/{}", id(&cycle))).await;
    assert_eq!(people["parts"][0]["label"], "Owner");
    for figure in ["left", "available", "used", "overage", "carries", "lapses"] {
        let made = portal.read(&mia, &format!("/explain/{figure}/{}?pool=hours", id(&cycle))).await;
        for part in made["parts"].as_array().unwrap() {
            app.bearing(&mia, "GET", part["source"].as_str().unwrap()).expect(200).await;
        }
    }
    // Who let something pass, and what was given away, is between colleagues.
    for figure in ["approved", "billed", "nothing"] {
        portal.gone(&mia, &format!("/explain/{figure}/{}?pool=hours", id(&cycle))).await;
    }
    portal.shows(&["work_log"]).await;
    let people = portal.read(&mia, &format!("/explain/used/{}", id(&cycle))).await;
    assert_eq!(
        (&people["parts"][0]["key"], &people["parts"][0]["value"]),
        (&json!("work"), &json!(120))
    );
    let rows = portal.read(&mia, &portal.about("/ledger")).await;
    assert!(!rows.to_string().contains("Owner"), "{rows}");
}

async fn s2_13_last_months_hours_are_a_statement_with_its_rows(app: TestApp) {
    let portal = Portal::open(app).await;
    record(&portal.app, &portal.retainer, "2026-01-14", 700).await;
    portal.app.clock_at("2026-02-03T10:00:00Z").await;
    let mia = portal.signed_in().await;
    let cycles = portal.read(&mia, &portal.about("/cycles")).await;
    let seqs: Vec<_> = cycles["items"].as_array().unwrap().iter().map(|c| &c["seq"]).collect();
    assert_eq!(seqs, [&json!(2), &json!(1)]);
    let january = cycles["items"][1].clone();
    assert_eq!(
        (&january["provisional"], &january["pools"][0]["sums"]["used"]),
        (&json!(false), &json!(700))
    );
    assert!(!cycles.to_string().contains("servicing"), "what was given away is internal");
    let path = format!("/cycles/{}/statement", id(&january));
    let statement = portal.read(&mia, &path).await;
    let staff = get(&portal.app, &path).await;
    assert_eq!(statement["cycle"]["pools"][0]["sums"], staff["cycle"]["pools"][0]["sums"]);
    assert_eq!(statement["price"], staff["price"]);
    let sheet = async |token: &str| {
        let ask = portal.app.bearing(token, "GET", &format!("/portal{path}.csv"));
        ask.send().await.unwrap().text().await.unwrap()
    };
    let ours = sheet(&mia).await;
    assert!(ours.contains(",-700,100,") && ours.contains("Owner"), "{ours}");
    portal.shows(&["statements", "work_log"]).await;
    let ours = sheet(&mia).await;
    assert!(ours.contains(",-700,100,") && !ours.contains("Owner"), "{ours}");
    // Rows are not shown, nor those of a sheet.
    portal.shows(&["statements"]).await;
    portal.gone(&mia, &format!("{path}.csv")).await;
    assert_eq!(portal.read(&mia, &path).await["recap"], Value::Null);
}

async fn what_is_not_shown_is_not_there(app: TestApp) {
    let portal = Portal::open(app).await;
    let mia = portal.signed_in().await;
    let cycle = portal.read(&mia, &portal.about("/cycles")).await["items"][0].clone();
    let statement = format!("/cycles/{}/statement", id(&cycle));
    let pages = [
        ("work_log", portal.about("/ledger")),
        ("scope", portal.about("/scope")),
        ("requests", "/requests".to_owned()),
        ("statements", portal.about("/cycles")),
        ("statements", statement),
        ("invoices", "/invoices".to_owned()),
        ("decisions", "/decisions".to_owned()),
    ];
    for (_, path) in &pages {
        portal.read(&mia, path).await;
    }
    portal.shows(&[]).await;
    for (_, path) in &pages {
        portal.gone(&mia, path).await;
    }
    for (part, path) in &pages {
        portal.shows(&[part]).await;
        portal.read(&mia, path).await;
    }
    portal.shows(&["people"]).await;
    let seen = portal.read(&mia, &portal.about("")).await;
    let hidden = ["next_invoice_on", "next_session", "term"];
    assert!(hidden.iter().all(|field| seen[field].is_null()), "{seen}");
    assert_eq!(seen["balances"][0]["available"], 600, "where it stands always is");
    // What this version does not know, a later one may have written.
    let twice = json!({ "open": true, "parts": ["scope", "scope"] });
    let path = format!("/accounts/{}/portal", portal.account);
    let put = portal.app.as_role(Role::Owner, "PUT", &path).version(0).json(&twice);
    put.faulty("/parts/1", "exists").await;
}

async fn requests_decisions_and_invoices_are_told_as_the_agency_keeps_them(app: TestApp) {
    let portal = Portal::open(app).await;
    let app = &portal.app;
    let asked = json!({ "retainer_id": portal.retainer["id"], "title": "A second page" });
    let asked = app.as_role(Role::Owner, "POST", "/requests").json(&asked).expect(201).await;
    let no = json!({ "verdict": "decline", "reason": "Your IT partner hosts the site",
        "scope_match": { "kind": "unclear" } });
    let triage = format!("/requests/{}/triage", id(&asked));
    app.as_role(Role::Manager, "POST", &triage).version(1).json(&no).expect(200).await;
    let made = json!({ "question": "Which channel?", "account_id": portal.account, "made": {
        "choice": "Search first", "reason": "Between us: it pays", "evidence": [{ "text": "Leads" }],
    } });
    app.as_role(Role::Owner, "POST", "/decisions").json(&made).expect(201).await;
    let open = json!({ "question": "Raise the price?", "account_id": portal.account });
    app.as_role(Role::Owner, "POST", "/decisions").json(&open).expect(201).await;
    run(app).await;
    let mia = portal.signed_in().await;
    assert_eq!(portal.read(&mia, "/invoices").await["items"], json!([]), "a draft is none yet");
    let drafts = invoices(app, &portal.retainer).await;
    let path = format!("/invoices/{}/pdf", id(&drafts[0]));
    portal.gone(&mia, &path).await;
    issue(app, &drafts[0]).await;
    let one = portal.read(&mia, "/invoices").await["items"][0].clone();
    let staff = get(app, &format!("/invoices/{}", id(&drafts[0]))).await["summary"].clone();
    assert_eq!((&one["number"], &one["state"]), (&staff["number"], &json!("due")));
    assert_eq!(one["total"]["amount_minor"], one["open"]["amount_minor"]);
    let file = app.bearing(&mia, "GET", &format!("/portal{path}")).send().await.unwrap();
    let ours = file.bytes().await.unwrap();
    let theirs =
        app.as_role(Role::Owner, "GET", &path).send().await.unwrap().bytes().await.unwrap();
    assert!(ours.starts_with(b"%PDF") && ours == theirs);
    let paid = json!({ "account_id": portal.account, "amount": one["total"], "method": "transfer",
        "paid_on": "2026-01-15" });
    app.as_role(Role::Finance, "POST", "/payments").json(&paid).expect(201).await;
    let one = portal.read(&mia, "/invoices").await["items"][0].clone();
    assert_eq!((&one["state"], &one["open"]["amount_minor"]), (&json!("paid"), &json!(0)));

    let told = portal.read(&mia, "/requests").await["items"][0].clone();
    assert_eq!((&told["verdict"], &told["number"]), (&json!("decline"), &json!(1)));
    assert_eq!(told["reason"], "Your IT partner hosts the site");
    let told = portal.read(&mia, "/decisions").await;
    let items = told["items"].as_array().unwrap();
    assert_eq!((items.len(), &items[0]["choice"]), (1, &json!("Search first")));
    assert!(!told.to_string().contains("Between us") && !told.to_string().contains("Leads"));
}

async fn a_retainer_that_rests_or_is_over_still_tells_where_it_stood(app: TestApp) {
    let portal = Portal::open(app).await;
    // One that is to begin tells when.
    let coming = agree(&portal.app, |_| {
        let body = with_calls(&json!(portal.account));
        json!({ "account_id": body["account_id"], "name": "Later", "starts_on": "2026-03-01",
            "timezone": "UTC", "terms": body["terms"] })
    });
    let coming = coming.await;
    let early = portal.signed_in().await;
    if coming["state"] == "active" {
        let later = format!("/retainers/{}", id(&coming));
        let seen = portal.read(&early, &later).await;
        assert_eq!((&seen["balances"], &seen["resets_on"]), (&json!([]), &json!("2026-03-01")));
        assert_eq!(portal.read(&early, &format!("{later}/cycles")).await["items"], json!([]));
        portal.gone(&early, &format!("{later}/ledger")).await;
    }
    record(&portal.app, &portal.retainer, "2026-01-14", 120).await;
    let path = portal.about("/end");
    let end = portal.app.as_role(Role::Manager, "POST", &path).version(&portal.retainer["version"]);
    end.json(&json!({ "ends_on": "2026-02-01" })).expect(200).await;
    let mia = portal.signed_in().await;
    assert_eq!(portal.read(&mia, &portal.about("")).await["resets_on"], Value::Null);
    portal.app.clock_at("2026-02-10T10:00:00Z").await;
    let seen = portal.read(&mia, &portal.about("")).await;
    assert_eq!(seen["balances"][0]["used"], 120, "{seen}");
    assert_eq!((&seen["term"], &seen["next_invoice_on"]), (&Value::Null, &Value::Null));
    let me = portal.read(&mia, "/me").await;
    assert_eq!(
        (&me["retainers"][0]["ended"], &me["retainers"][1]["ended"]),
        (&json!(false), &json!(true))
    );
}
