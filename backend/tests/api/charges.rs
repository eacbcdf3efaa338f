//! Invoices that are charged by themselves, at a real server of Stripe's API.
use std::net::TcpListener;
use std::time::Duration as Wait;

use backend::charges::Cashier;
use backend::clock::Clock;
use backend::db::{Arg, Query};
use backend::tick;
use chrono::{DateTime, Duration, Utc};
use futures_util::future::join;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use shared::api::{ErrorCode, Role};

use crate::app::{Answer, Engine, TestApp};
use crate::ask::Ask;
use crate::invoices::{billed, invoices, issue, post, run, support, void};
use crate::payments::reversing;
use crate::retainers::{get, id};

mod localstripe;
use localstripe::{Cut, Stripe, WEBHOOK_SECRET, Wire};

/// A card that is taken and then declined, and one that pays.
const DECLINED: &str = "4000000000000341";
const GOOD: &str = "4242424242424242";
/// A bank account that is taken up and then refused.
const REFUSING_BANK: &str = "DE62370400440532013001";

#[actix_web::test]
async fn invoices_are_charged_once_on_sqlite() {
    Story::begin(Engine::Sqlite).await.goes().await;
}
#[actix_web::test]
async fn invoices_are_charged_once_on_postgres() {
    Story::begin(Engine::Postgres).await.goes().await;
}

/// The signature of an event as Stripe makes it.
fn signed(secret: &str, at: i64, event: &Value) -> String {
    let key = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    let body = serde_json::to_vec(event).unwrap();
    let mac = key.chain_update(format!("{at}.").as_bytes()).chain_update(&body).finalize();
    let hex: String = mac.into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={at},v1={hex}")
}

/// Another retainer of an account, with a draft.
async fn retainer_of(app: &TestApp, account: &str) -> Value {
    let mut body = support(&json!(account));
    body["starts_on"] = json!("2026-03-01");
    let made = post(app, "/retainers", body, 201).await;
    run(app).await;
    made
}

struct Story {
    app: TestApp,
    stripe: Stripe,
    retainer: Value,
    account: String,
}

impl Story {
    async fn begin(engine: Engine) -> Self {
        let stripe = Stripe::start().await;
        let app = TestApp::charging(engine, stripe.cashier()).await;
        stripe.tells(&app.url).await;
        let retainer = billed(&app, support).await;
        run(&app).await;
        let account = retainer["account_id"].as_str().unwrap().to_owned();
        Self { app, stripe, retainer, account }
    }
    async fn goes(self) {
        let first = self.issued(0).await;
        self.a_card_comes_by_a_link().await;
        self.a_declined_card_follows_the_plan(&first).await;
        self.a_good_card_pays_once(&first).await;
        self.what_is_told_is_believed_once_and_from_the_right_one(&first).await;
        self.what_was_taken_back_is_for_people(&first).await;
        self.app.clock_at("2026-02-15T10:00:00Z").await;
        let second = self.issued(1).await;
        self.a_killed_server_charges_once(&second).await;
        self.app.clock_at("2026-03-15T10:00:00Z").await;
        let third = self.issued(2).await;
        self.only_what_is_open_is_charged(&third).await;
        self.app.clock_at("2026-04-15T10:00:00Z").await;
        let fourth = self.issued(3).await;
        self.restored_books_charge_nothing_twice(&fourth).await;
        self.app.clock_at("2026-05-15T10:00:00Z").await;
        let fifth = self.issued(4).await;
        self.what_a_bank_refuses_later_stays_open(&fifth).await;
        self.another_account_there_is_told_and_ended_by_hand(&fifth).await;
        self.app.books_hold().await;
    }

    /// What the clock brings, twice at once: two replicas.
    async fn charges(&self) {
        self.charges_by(&self.stripe.cashier()).await;
    }
    async fn charges_by(&self, cashier: &Cashier) {
        let once = || tick::charge((&self.app.db, &self.app.clock), cashier, || false);
        let (one, other) = join(once(), once()).await;
        one.and(other).unwrap();
    }
    /// The invoice of a cycle, from its number below.
    async fn issued(&self, place: usize) -> Value {
        let draft = invoices(&self.app, &self.retainer).await[place].clone();
        issue(&self.app, &draft).await
    }
    async fn status(&self, invoice: &Value) -> Value {
        let found = get(&self.app, &format!("/invoices/{}", id(invoice))).await;
        found["summary"]["status"].clone()
    }
    async fn tries(&self, invoice: &Value) -> Value {
        get(&self.app, &format!("/invoices/{}/charges", id(invoice))).await
    }
    fn now(&self, invoice: &Value) -> Ask {
        let path = format!("/invoices/{}/charges", id(invoice));
        self.app.as_role(Role::Finance, "POST", &path)
    }
    /// The payments of an invoice: amount and reference.
    async fn paid(&self, invoice: &Value) -> Vec<(i64, String)> {
        let page = get(&self.app, &format!("/payments?invoice_id={}", id(invoice))).await;
        let told = |one: &Value| {
            let reference = one["reference"].as_str().unwrap_or_default().to_owned();
            (one["amount_minor"].as_i64().unwrap(), reference)
        };
        page["items"].as_array().unwrap().iter().map(told).collect()
    }
    async fn intents(&self, invoice: &Value) -> Vec<(String, i64)> {
        self.stripe.intents(invoice["summary"]["number"].as_str().unwrap()).await
    }
    async fn charging(&self) -> Value {
        get(&self.app, &format!("/accounts/{}/charging", self.account)).await
    }
    /// The client adds a card or bank account by a link.
    async fn adds(&self, method: Value) {
        let method_is_told = method["card"]["number"] == GOOD;
        let path = format!("/accounts/{}/card-links", self.account);
        let made = post(&self.app, &path, json!({}), 201).await;
        let token = made["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let setup = format!("/card-setup/{token}");
        let begun = self.app.request("POST", &setup).expect(200).await;
        let again = self.app.request("POST", &setup).expect(200).await;
        assert_eq!(begun, again, "one set-up a link");
        assert_eq!(begun["publishable_key"], "pk_test_12345");
        let done = || self.app.request("POST", &format!("{setup}/done"));
        let event = json!({ "id": format!("evt_{}", &token[..4]), "type": "setup_intent.succeeded",
            "data": { "object": { "metadata": { "perennial_link": made["id"],
                "perennial_organisation": self.app.set_up().await.organisation() } } } });
        let signature = signed(WEBHOOK_SECRET, Clock::Real.now().timestamp(), &event);
        assert_eq!(done().expect(200).await, json!({ "saved": false }));
        let secret = begun["client_secret"].as_str().unwrap();
        assert_eq!(self.stripe.hand_over(secret, method).await, 200);
        // The page says so, or the provider does once the page is gone.
        match method_is_told {
            true => drop(self.told(&event, &signature).expect(200).await),
            false => assert_eq!(done().expect(200).await, json!({ "saved": true })),
        }
        done().refused(ErrorCode::LinkRevoked).await;
        self.app.request("POST", &setup).refused(ErrorCode::LinkRevoked).await;
    }
    async fn adds_card(&self, number: &str) {
        let card = json!({ "number": number, "exp_month": 12, "exp_year": 2031, "cvc": "123" });
        self.adds(json!({ "type": "card", "card": card })).await;
    }

    async fn a_card_comes_by_a_link(&self) {
        let app = &self.app;
        let path = format!("/accounts/{}/charging", self.account);
        let put = |version: i64, on: &str| {
            let body = json!({ "automatic": true, "charge_on": on });
            app.as_role(Role::Finance, "PUT", &path).version(version).json(&body)
        };
        assert_eq!(self.charging().await["available"], true);
        assert_eq!(put(0, "due").expect(200).await["version"], 1);
        put(0, "due").refused(ErrorCode::Stale).await;
        let draft = &invoices(app, &self.retainer).await[0];
        self.now(draft).refused(ErrorCode::NoMethod).await;

        // The page behind the link asks the provider and nobody else, and ends with the link.
        let links = format!("/accounts/{}/card-links", self.account);
        let link = post(app, &links, json!({ "days": 2 }), 201).await;
        assert_eq!(self.charging().await["link_expires_at"], link["expires_at"]);
        let at = link["url"].as_str().unwrap().strip_prefix(&app.url).unwrap().to_owned();
        let page = app.at("GET", &at).send().await.unwrap();
        let policy = page.headers()["Content-Security-Policy"].to_str().unwrap().to_owned();
        assert!(policy.contains(&format!("script-src 'self' {};", self.stripe.url)), "{policy}");
        let text = page.text().await.unwrap();
        assert!(text.contains("Fieldwork Studio GmbH") && text.contains("Big Company"), "{text}");
        assert!(text.contains(&format!("{}/js.stripe.com/v3/", self.stripe.url)), "{text}");
        self.adds_card(DECLINED).await;
        assert_eq!(app.at("GET", &at).send().await.unwrap().status(), 410, "the one before ends");
        assert_eq!(app.at("GET", "/cards/nope").send().await.unwrap().status(), 404);
        let kept = self.charging().await;
        let method = json!({ "kind": "card", "brand": "visa", "last4": "0341",
            "expires_month": 12, "expires_year": 2031 });
        assert_eq!(
            (&kept["method"], kept["settings"]["automatic"].as_bool()),
            (&method, Some(true))
        );
    }

    /// Source: domain 5.13: days 0, 3, 8 and 15, and then it is left to reminders.
    async fn a_declined_card_follows_the_plan(&self, invoice: &Value) {
        assert_eq!(invoice["summary"]["due_on"], "2026-01-29");
        self.charges().await;
        let tries = self.tries(invoice).await;
        assert_eq!((&tries["items"], &tries["next_on"]), (&json!([]), &json!("2026-01-29")));
        let plan = [
            ("29", 1, json!("2026-02-01")),
            ("2026-02-01", 2, json!("2026-02-06")),
            ("2026-02-06", 3, json!("2026-02-13")),
            ("2026-02-13", 4, Value::Null),
        ];
        for (day, tried, next) in plan {
            let day = if day.len() == 2 { format!("2026-01-{day}") } else { day.to_owned() };
            self.app.clock_at(&format!("{day}T10:00:00Z")).await;
            self.charges().await;
            self.app.wait(Duration::minutes(6));
            self.charges().await;
            let tries = self.tries(invoice).await;
            assert_eq!(tries["items"].as_array().unwrap().len(), tried, "{tries}");
            assert_eq!(tries["items"][0]["state"], "declined");
            assert_eq!(tries["items"][0]["reason"], "Your card was declined.");
            assert_eq!((&tries["next_on"], tries["given_up"].as_bool()), (&next, Some(tried == 4)));
        }
        let declined = ("requires_payment_method".to_owned(), 300_000);
        assert_eq!(self.intents(invoice).await, vec![declined; 4]);
        assert_eq!(self.status(invoice).await, "overdue");
    }

    async fn a_good_card_pays_once(&self, invoice: &Value) {
        self.adds_card(GOOD).await;
        assert_eq!(
            self.tries(invoice).await["next_on"],
            "2026-02-13",
            "another card, another plan"
        );
        self.charges().await;
        let tries = self.tries(invoice).await;
        assert_eq!(
            (&tries["items"][0]["number"], &tries["items"][0]["state"]),
            (&json!(5), &json!("paid"))
        );
        assert_eq!((&tries["next_on"], &tries["chargeable"]), (&Value::Null, &json!(false)));
        assert_eq!(self.status(invoice).await, "paid");
        let paid = self.paid(invoice).await;
        assert!(
            paid.len() == 1 && paid[0].0 == 300_000 && paid[0].1.starts_with("pi_"),
            "{paid:?}"
        );
        self.now(invoice).refused(ErrorCode::NothingToCharge).await;
    }

    /// An event with a signature.
    fn told(&self, event: &Value, signature: &str) -> Ask {
        let ask = self.app.request("POST", "/webhooks/stripe").json(event);
        ask.header("Stripe-Signature", signature)
    }

    async fn what_is_told_is_believed_once_and_from_the_right_one(&self, invoice: &Value) {
        // It comes from localstripe itself, later than the answer did.
        self.heard("payment_intent.succeeded", 1).await;
        let tries = self.tries(invoice).await;
        let of = json!({ "perennial_charge": id(&tries["items"][0]),
            "perennial_organisation": self.app.set_up().await.organisation() });
        let event = |name: &str, kind: &str| {
            let about = json!({ "object": { "metadata": of } });
            json!({ "id": name, "type": kind, "data": about })
        };
        let succeeded = event("evt_forged", "payment_intent.succeeded");
        let now = Clock::Real.now().timestamp();
        let other = event("evt_other", "payment_intent.succeeded");
        let forged = [
            self.told(&succeeded, &signed("whsec_guessed", now, &succeeded)),
            self.told(&succeeded, &signed(WEBHOOK_SECRET, now - 400, &succeeded)),
            self.told(&succeeded, &signed(WEBHOOK_SECRET, now, &other)),
            self.app.request("POST", "/webhooks/stripe").json(&succeeded),
        ];
        let heard = self.events().await;
        for ask in forged {
            ask.refused(ErrorCode::Malformed).await;
        }
        assert_eq!(self.events().await, heard);
        for (name, kind) in [
            ("evt_a", "payment_intent.succeeded"),
            ("evt_a", "payment_intent.succeeded"),
            ("evt_b", "payment_intent.payment_failed"),
            ("evt_c", "charge.unheard_of"),
        ] {
            let event = event(name, kind);
            let signature = signed(WEBHOOK_SECRET, now, &event);
            self.told(&event, &signature).expect(200).await;
            self.charges().await;
        }
        let repeated = self.events().await;
        assert_eq!(repeated.iter().filter(|(name, _)| name == "evt_a").count(), 1);
        assert_eq!(self.tries(invoice).await, tries);
        assert_eq!(self.paid(invoice).await.len(), 1);
        let succeeded = self.intents(invoice).await;
        assert_eq!(succeeded.iter().filter(|(state, _)| state == "succeeded").count(), 1);
    }
    async fn events(&self) -> Vec<(String, String)> {
        let all = || Query::new("SELECT id, kind FROM provider_events ORDER BY id");
        self.app.db.read(async |tx| Ok(tx.all(all()).await?)).await.unwrap()
    }
    /// Waits until localstripe has told so many of a kind: it does a second later.
    async fn heard(&self, kind: &str, count: usize) {
        for _ in 0..500 {
            let heard = self.events().await;
            if heard.iter().filter(|(id, one)| one == kind && id.len() > 12).count() >= count {
                return;
            }
            tokio::time::sleep(Wait::from_millis(20)).await;
        }
        panic!("localstripe never told {kind} {count} times: {:?}", self.events().await);
    }

    async fn what_was_taken_back_is_for_people(&self, invoice: &Value) {
        let page = get(&self.app, &format!("/payments?invoice_id={}", id(invoice))).await;
        let payment = get(&self.app, &format!("/payments/{}", id(&page["items"][0]))).await;
        reversing(&self.app, &payment, "2026-02-13").expect(200).await;
        assert_eq!(self.status(invoice).await, "overdue");
        self.app.wait(Duration::minutes(6));
        self.charges().await;
        let tries = self.tries(invoice).await;
        assert_eq!(tries["items"].as_array().unwrap().len(), 5, "{tries}");
        assert_eq!((&tries["given_up"], &tries["next_on"]), (&json!(true), &Value::Null));
        assert_eq!(tries["chargeable"], true);
        self.pays(invoice, 300_000, "2026-02-13").await;
    }
    /// By transfer, for this invoice.
    async fn pays(&self, invoice: &Value, amount: i64, on: &str) {
        let named = json!([{ "invoice_id": id(invoice), "amount_minor": amount }]);
        let paid = json!({ "account_id": self.account, "paid_on": on, "method": "transfer",
            "amount": { "amount_minor": amount, "currency": "EUR" }, "invoices": named });
        post(&self.app, "/payments", paid, 201).await;
    }

    /// Whoever asks dies once it is done.
    async fn dies_asking(&self) -> String {
        let wire = Wire::to(&self.stripe, Cut::After);
        let cashier = Stripe::cashier_at(&wire.url);
        tokio::select! {
            _ = tick::charge((&self.app.db, &self.app.clock), &cashier, || false) => {
                panic!("nobody answers")
            }
            () = wire.done.notified() => {}
        }
        wire.asked.lock().unwrap()[0].to_lowercase()
    }
    /// The lease of the dead ends.
    async fn lease_ends(&self) {
        let past = Clock::Real.now() - Duration::seconds(1);
        self.alter("UPDATE charges SET leased_until = $1 WHERE leased_until IS NOT NULL", past)
            .await;
    }

    async fn a_killed_server_charges_once(&self, invoice: &Value) {
        // It is done, and whoever asked dies before it hears so.
        self.app.clock_at("2026-03-02T10:00:00Z").await;
        let asked = self.dies_asking().await;
        assert!(asked.starts_with("post /v1/payment_intents"), "{asked}");
        let key = format!("idempotency-key: charge-{}-1-", id(invoice));
        assert!(asked.contains(&key), "{asked}");
        assert_eq!(self.intents(invoice).await, [("succeeded".to_owned(), 300_000)]);
        assert_eq!(self.status(invoice).await, "overdue");

        // The webhook comes first; while the lease of the dead lasts, nobody else asks.
        self.heard("payment_intent.succeeded", 2).await;
        self.charges().await;
        assert_eq!(self.status(invoice).await, "overdue");
        self.now(invoice).refused(ErrorCode::ChargeRuns).await;
        self.lease_ends().await;
        self.charges().await;
        self.charges().await;
        assert_eq!(self.status(invoice).await, "paid");
        assert_eq!(self.paid(invoice).await.len(), 1);
        assert_eq!(self.intents(invoice).await, [("succeeded".to_owned(), 300_000)]);
    }
    async fn alter(&self, sql: &'static str, time: DateTime<Utc>) {
        let query = || Query::with(sql, vec![Arg::from(time)]);
        self.app.db.write(async |tx| Ok(tx.execute(query()).await?)).await.unwrap();
    }

    async fn only_what_is_open_is_charged(&self, invoice: &Value) {
        let app = &self.app;
        // Nobody is there; meanwhile a part is paid otherwise.
        self.now(invoice).expect(201).await;
        let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        self.charges_by(&Stripe::cashier_at(&format!("http://{nobody}"))).await;
        let tries = self.tries(invoice).await;
        assert_eq!(
            (&tries["items"][0]["state"], &tries["chargeable"]),
            (&json!("queued"), &json!(false))
        );
        assert!(tries["items"][0]["reason"].is_string(), "{tries}");
        self.pays(invoice, 100_000, "2026-03-15").await;
        // What the client has paid beyond its invoices is not charged either.
        let credit = json!({ "account_id": self.account, "paid_on": "2026-03-15",
            "method": "transfer", "amount": { "amount_minor": 20_000, "currency": "EUR" },
            "invoices": [] });
        let credit = post(app, "/payments", credit, 201).await;
        app.wait(Duration::minutes(2));
        self.charges().await;
        assert_eq!(self.intents(invoice).await, [("succeeded".to_owned(), 180_000)]);
        self.now(invoice).refused(ErrorCode::NothingToCharge).await;
        let rest = format!("/payments/{}/allocations", id(&credit));
        app.as_role(Role::Finance, "POST", &rest).json(&json!({})).expect(200).await;
        assert_eq!(self.status(invoice).await, "paid");

        // Withdrawn before it was asked: never asked.
        let other = retainer_of(app, &self.account).await;
        let issued = issue(app, &self.draft_of(&other).await).await;
        self.now(&issued).expect(201).await;
        void(app, &issued, true).await;
        self.charges().await;
        let last = self.tries(&issued).await["items"][0].clone();
        assert_eq!((&last["state"], &last["cause"]), (&json!("cancelled"), &json!("nothing_open")));
        self.now(&issued).refused(ErrorCode::NothingToCharge).await;

        // Withdrawn and made anew while a charge runs: the second waits, and is paid by the first.
        let issued = issue(app, &self.draft_of(&other).await).await;
        self.now(&issued).expect(201).await;
        self.dies_asking().await;
        void(app, &issued, true).await;
        let anew = issue(app, &self.draft_of(&other).await).await;
        self.now(&anew).refused(ErrorCode::ChargeRuns).await;
        assert_eq!(self.tries(&anew).await["chargeable"], false);
        self.lease_ends().await;
        app.wait(Duration::minutes(2));
        self.charges().await;
        assert_eq!(self.tries(&issued).await["items"][0]["state"], "paid");
        assert_eq!(self.status(&anew).await, "paid");
        assert_eq!(self.intents(&anew).await, []);

        // Withdrawn after it was asked and never arrived: looked for, and not asked again.
        let other = retainer_of(app, &self.account).await;
        let issued = issue(app, &self.draft_of(&other).await).await;
        self.now(&issued).expect(201).await;
        let wire = Wire::to(&self.stripe, Cut::Before);
        self.charges_by(&Stripe::cashier_at(&wire.url)).await;
        void(app, &issued, false).await;
        app.wait(Duration::minutes(2));
        self.charges().await;
        assert_eq!(self.tries(&issued).await["items"][0]["state"], "queued");
        let long_ago = Clock::Real.now() - Duration::hours(25);
        self.alter("UPDATE charges SET asked_at = $1 WHERE ended_at IS NULL", long_ago).await;
        app.wait(Duration::minutes(5));
        self.charges().await;
        let last = self.tries(&issued).await["items"][0].clone();
        let told = (&last["state"], &last["cause"]);
        assert_eq!(told, (&json!("cancelled"), &json!("never_arrived")));
        assert_eq!(self.intents(&issued).await, []);
    }
    async fn draft_of(&self, retainer: &Value) -> Value {
        let all = invoices(&self.app, retainer).await;
        all.into_iter().find(|one| one["state"] == "draft").unwrap()
    }

    /// A backup from before the charge knows nothing of it; the provider does.
    async fn restored_books_charge_nothing_twice(&self, invoice: &Value) {
        self.now(invoice).expect(201).await;
        self.dies_asking().await;
        let all = Clock::Real.now() + Duration::days(1);
        self.alter("DELETE FROM charges WHERE ended_at IS NULL AND asked_at < $1", all).await;
        assert_eq!(self.tries(invoice).await["items"], json!([]));
        self.pays(invoice, 100_000, "2026-04-15").await;
        self.now(invoice).expect(201).await;
        self.charges().await;
        assert_eq!(self.intents(invoice).await, [("succeeded".to_owned(), 300_000)]);
        let last = self.tries(invoice).await["items"][0].clone();
        assert_eq!((&last["state"], &last["amount_minor"]), (&json!("paid"), &json!(300_000)));
        assert_eq!(self.paid(invoice).await.len(), 2);
    }

    async fn what_a_bank_refuses_later_stays_open(&self, invoice: &Value) {
        let (before, paid) = (self.charging().await, self.paid(invoice).await);
        self.adds(json!({ "type": "sepa_debit", "sepa_debit": { "iban": REFUSING_BANK } })).await;
        let kept = self.charging().await;
        assert_eq!(kept["method"]["kind"], "direct_debit");
        assert_eq!(before["method"]["kind"], "card");
        let failed = self.events().await;
        let failed = failed.iter().filter(|(_, kind)| kind == "payment_intent.payment_failed");
        let failed = failed.filter(|(id, _)| id.len() > 12).count();
        self.now(invoice).expect(201).await;
        // What was never handed over is asked again.
        self.charges_by(&Stripe::cashier_at(&Wire::to(&self.stripe, Cut::Before).url)).await;
        assert_eq!(self.intents(invoice).await, []);
        self.app.wait(Duration::minutes(2));
        self.charges().await;
        assert_eq!(self.tries(invoice).await["items"][0]["state"], "processing");
        self.now(invoice).refused(ErrorCode::ChargeRuns).await;
        self.heard("payment_intent.payment_failed", failed + 1).await;
        self.charges().await;
        let tries = self.tries(invoice).await;
        assert_eq!(
            (&tries["items"][0]["state"], &tries["chargeable"]),
            (&json!("declined"), &json!(true))
        );
        assert_eq!(self.paid(invoice).await, paid);

        let path = format!("/accounts/{}/charging/method", self.account);
        let remove = || self.app.as_role(Role::Finance, "DELETE", &path);
        remove().version(&before["version"]).refused(ErrorCode::Stale).await;
        remove().version(&kept["version"]).expect(204).await;
        let now = self.charging().await;
        assert_eq!(now["method"], Value::Null);
        remove().version(&now["version"]).refused(ErrorCode::NoMethod).await;
        self.now(invoice).refused(ErrorCode::NoMethod).await;
    }

    /// Their names of customer and card are nobody's there: no card is at fault.
    async fn another_account_there_is_told_and_ended_by_hand(&self, invoice: &Value) {
        self.adds_card(GOOD).await;
        self.stripe.forgets().await;
        self.now(invoice).expect(201).await;
        self.charges().await;
        let last = self.tries(invoice).await["items"][0].clone();
        assert_eq!((&last["state"], &last["reason"]), (&json!("queued"), &json!("Not Found")));
        let path = format!("/accounts/{}/charging/method", self.account);
        let remove = self.app.as_role(Role::Finance, "DELETE", &path);
        remove.version(&self.charging().await["version"]).expect(204).await;
        self.app.wait(Duration::minutes(2));
        self.charges().await;
        let last = self.tries(invoice).await["items"][0].clone();
        let told = (&last["state"], &last["cause"]);
        assert_eq!(told, (&json!("cancelled"), &json!("method_changed")));
    }
}
