//! Invoices that are charged by themselves, at a real server of Stripe's API, and reminded of by mail.
use std::time::Duration as Wait;

use backend::charges::Cashier;
use backend::clock::Clock;
use backend::db::Query;
use backend::mail::Mailer;
use backend::tick;
use chrono::Duration;
use futures_util::future::join;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use shared::api::{ErrorCode, Role};

use crate::app::{Answer, Engine, TestApp};
use crate::ask::Ask;
use crate::invoices::mailed::Post;
use crate::invoices::{billed, invoices, issue, post, run, support};
use crate::retainers::{get, id};

mod broken;
mod localstripe;
mod paid;
use localstripe::{Stripe, WEBHOOK_SECRET};

/// A card that is taken and then declined, and one that pays.
const DECLINED: &str = "4000000000000341";
const GOOD: &str = "4242424242424242";
/// A bank account that is taken up and then refused, and one that pays.
const REFUSING_BANK: &str = "DE62370400440532013001";
const GOOD_BANK: &str = "DE89370400440532013000";

#[actix_web::test]
async fn s2_04_invoices_are_charged_once_on_sqlite() {
    // So long a story does not fit on the stack of a thread.
    Box::pin(Story::begin(Engine::Sqlite).await.goes()).await;
}
#[actix_web::test]
async fn s2_04_invoices_are_charged_once_on_postgres() {
    Box::pin(Story::begin(Engine::Postgres).await.goes()).await;
}

/// The signature of an event as Stripe makes it.
fn signed(secret: &str, at: i64, event: &Value) -> String {
    let key = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    let body = serde_json::to_vec(event).unwrap();
    let mac = key.chain_update(format!("{at}.").as_bytes()).chain_update(&body).finalize();
    let hex: String = mac.into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={at},v1={hex}")
}

struct Story {
    app: TestApp,
    stripe: Stripe,
    /// That of the server.
    cashier: Cashier,
    post: Post,
    mailer: Mailer,
    retainer: Value,
    account: String,
}

impl Story {
    async fn begin(engine: Engine) -> Self {
        let post = Post::start(&[]);
        let (stripe, mailer) = (Stripe::start().await, post.mailer("smtp", ""));
        let cashier = stripe.cashier();
        let app = TestApp::charging(engine, cashier.clone(), mailer.clone()).await;
        stripe.tells(&app.url).await;
        let retainer = billed(&app, support).await;
        run(&app).await;
        let account = retainer["account_id"].as_str().unwrap().to_owned();
        let ladder = json!({ "on": true, "steps": [
            { "key": "first", "days": 3, "action": "remind" },
            { "key": "second", "days": 14, "action": "remind" },
            { "key": "stop", "days": 28, "action": "suspend" },
        ] });
        let reminds = app.as_role(Role::Finance, "PUT", "/organisation/dunning").version(0);
        reminds.json(&ladder).expect(200).await;
        let to = app.as_role(Role::Manager, "PUT", &format!("/accounts/{account}/billing"));
        let address = json!({ "send_to": ["ann@client.example"] });
        to.version(0).json(&address).expect(200).await;
        Self { app, stripe, cashier, post, mailer, retainer, account }
    }
    async fn goes(self) {
        let first = self.sent(0).await;
        self.a_card_comes_by_a_link().await;
        self.a_declined_card_follows_the_plan_into_dunning(&first).await;
        self.a_good_card_pays_once_and_leads_back(&first).await;
        self.what_is_told_is_believed_once_and_from_the_right_one(&first).await;
        self.what_was_taken_back_is_for_people(&first).await;
        self.a_cycle_ends_and_a_webhook_marks_its_invoice_paid().await;
        let another = self.issued(1).await;
        self.a_killed_server_charges_once(&another).await;
        self.app.clock_at("2026-04-15T10:00:00Z").await;
        let april = self.issued(3).await;
        self.only_what_is_open_is_charged(&april).await;
        self.app.clock_at("2026-05-15T10:00:00Z").await;
        let may = self.issued(4).await;
        self.restored_books_charge_nothing_twice(&may).await;
        self.app.clock_at("2026-06-15T10:00:00Z").await;
        let june = self.issued(5).await;
        self.what_a_bank_refuses_later_stays_open(&june).await;
        self.another_account_there_is_told_and_ended_by_hand(&june).await;
        self.what_the_provider_collected_waits_there().await;
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
    /// Reminders that are due, and the mails that wait, by two replicas; how many the mail server
    /// took until then.
    async fn mails(&self) -> usize {
        let once = || tick::send((&self.app.db, &self.app.clock), &self.mailer, || false);
        let (one, other) = join(once(), once()).await;
        one.and(other).unwrap();
        self.post.taken().len()
    }
    /// The invoice of a cycle, issued and sent at once.
    async fn sent(&self, place: usize) -> Value {
        let draft = invoices(&self.app, &self.retainer).await[place].clone();
        let (path, before) = (format!("/invoices/{}", id(&draft)), self.post.taken().len());
        let send = self.app.as_role(Role::Finance, "POST", &format!("{path}/send"));
        send.version(&draft["version"]).expect(200).await;
        self.app.wait(Duration::seconds(30));
        assert_eq!(self.mails().await, before + 1);
        let invoice = get(&self.app, &path).await;
        let mail = self.post.taken().pop().unwrap();
        let file = format!("{}.pdf", invoice["summary"]["number"].as_str().unwrap());
        assert!(mail.contains("X-To: ann@client.example") && mail.contains(&file), "{mail}");
        invoice
    }
    /// Why nothing reminds of an invoice.
    async fn unreminded(&self, invoice: &Value) -> Value {
        get(&self.app, &format!("/invoices/{}/reminders", id(invoice))).await["none"].clone()
    }
    async fn standing(&self) -> Value {
        get(&self.app, &format!("/accounts/{}/standing", self.account)).await["standing"].clone()
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

    /// An event with a signature.
    fn told(&self, event: &Value, signature: &str) -> Ask {
        let ask = self.app.request("POST", "/webhooks/stripe").json(event);
        ask.header("Stripe-Signature", signature)
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

    /// By transfer, for this invoice.
    async fn pays(&self, invoice: &Value, amount: i64, on: &str) {
        let named = json!([{ "invoice_id": id(invoice), "amount_minor": amount }]);
        let paid = json!({ "account_id": self.account, "paid_on": on, "method": "transfer",
            "amount": { "amount_minor": amount, "currency": "EUR" }, "invoices": named });
        post(&self.app, "/payments", paid, 201).await;
    }
}
