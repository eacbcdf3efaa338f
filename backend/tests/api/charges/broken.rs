//! What dies, gets lost, is withdrawn or is refused later: nothing is charged twice.
use std::net::TcpListener;

use backend::clock::Clock;
use backend::db::{Arg, Query};
use backend::tick;
use chrono::{DateTime, Duration, Utc};
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::localstripe::{Cut, Stripe, Wire};
use super::{GOOD, REFUSING_BANK, Story};
use crate::app::{Answer, TestApp};
use crate::invoices::{invoices, issue, post, run, support, void};
use crate::retainers::id;

/// Another retainer of an account, with a draft.
async fn retainer_of(app: &TestApp, account: &str) -> Value {
    let mut body = support(&json!(account));
    body["starts_on"] = json!("2026-04-01");
    let made = post(app, "/retainers", body, 201).await;
    run(app).await;
    made
}

impl Story {
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

    pub(super) async fn a_killed_server_charges_once(&self, invoice: &Value) {
        // What the client disputes is not charged, by itself or by hand.
        self.app.clock_at("2026-03-30T10:00:00Z").await;
        self.disputes(invoice, "").await;
        self.charges().await;
        let tries = self.tries(invoice).await;
        let told = (&tries["items"], &tries["next_on"], &tries["chargeable"]);
        assert_eq!(told, (&json!([]), &Value::Null, &json!(false)));
        self.now(invoice).refused(ErrorCode::NothingToCharge).await;
        self.disputes(invoice, "/close").await;
        self.app.wait(Duration::minutes(6));

        // It is done, and whoever asked dies before it hears so.
        let asked = self.dies_asking().await;
        assert!(asked.starts_with("post /v1/payment_intents"), "{asked}");
        let key = format!("idempotency-key: charge-{}-1-", id(invoice));
        assert!(asked.contains(&key), "{asked}");
        assert_eq!(self.intents(invoice).await, [("succeeded".to_owned(), 300_000)]);
        assert_eq!(self.status(invoice).await, "overdue");

        // The webhook comes first; while the lease of the dead lasts, nobody else asks.
        self.heard("payment_intent.succeeded", 3).await;
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

    /// The client disputes an invoice, or that is settled.
    async fn disputes(&self, invoice: &Value, closes: &str) {
        let path = format!("/invoices/{}/dispute{closes}", id(invoice));
        let ask = self.app.as_role(Role::Finance, "POST", &path);
        let ask = if closes.is_empty() { ask.json(&json!({ "reason": "Hours" })) } else { ask };
        ask.expect(200).await;
    }

    async fn alter(&self, sql: &'static str, time: DateTime<Utc>) {
        let query = || Query::with(sql, vec![Arg::from(time)]);
        self.app.db.write(async |tx| Ok(tx.execute(query()).await?)).await.unwrap();
    }

    pub(super) async fn only_what_is_open_is_charged(&self, invoice: &Value) {
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
        self.pays(invoice, 100_000, "2026-04-15").await;
        // What the client has paid beyond its invoices is not charged either.
        let credit = json!({ "account_id": self.account, "paid_on": "2026-04-15",
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

        // Disputed or withdrawn before it was asked: never asked.
        let other = retainer_of(app, &self.account).await;
        let issued = issue(app, &self.draft_of(&other).await).await;
        self.now(&issued).expect(201).await;
        self.disputes(&issued, "").await;
        self.charges().await;
        let last = self.tries(&issued).await["items"][0].clone();
        assert_eq!((&last["state"], &last["cause"]), (&json!("cancelled"), &json!("disputed")));
        self.disputes(&issued, "/close").await;
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
    pub(super) async fn restored_books_charge_nothing_twice(&self, invoice: &Value) {
        self.now(invoice).expect(201).await;
        self.dies_asking().await;
        let all = Clock::Real.now() + Duration::days(1);
        self.alter("DELETE FROM charges WHERE ended_at IS NULL AND asked_at < $1", all).await;
        assert_eq!(self.tries(invoice).await["items"], json!([]));
        self.pays(invoice, 100_000, "2026-05-15").await;
        self.now(invoice).expect(201).await;
        self.charges().await;
        assert_eq!(self.intents(invoice).await, [("succeeded".to_owned(), 300_000)]);
        let last = self.tries(invoice).await["items"][0].clone();
        assert_eq!((&last["state"], &last["amount_minor"]), (&json!("paid"), &json!(300_000)));
        assert_eq!(self.paid(invoice).await.len(), 2);
    }

    pub(super) async fn what_a_bank_refuses_later_stays_open(&self, invoice: &Value) {
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

        // Asked long ago, and looked at once with the key of another account, where nobody knows it.
        let long_ago = Clock::Real.now() - Duration::hours(25);
        self.alter("UPDATE charges SET asked_at = $1 WHERE ended_at IS NULL", long_ago).await;
        self.app.wait(Duration::hours(2));
        let elsewhere = Wire::to(&self.stripe, Cut::Elsewhere);
        self.charges_by(&Stripe::cashier_at(&elsewhere.url)).await;
        let last = self.tries(invoice).await["items"][0].clone();
        let told = (&last["state"], &last["reason"]);
        assert_eq!(told, (&json!("processing"), &json!("No such payment")));
        self.now(invoice).refused(ErrorCode::ChargeRuns).await;

        // Nobody is reminded of what is on its way, and within the hour of what is not any more.
        self.app.clock_at("2026-07-02T08:00:00Z").await;
        let mails = self.post.taken().len();
        assert_eq!(self.mails().await, mails);
        assert_eq!(self.unreminded(invoice).await, "charging");
        self.heard("payment_intent.payment_failed", failed + 1).await;
        self.charges().await;
        self.app.clock_at("2026-07-02T09:00:00Z").await;
        assert_eq!(self.mails().await, mails + 1);
        let tries = self.tries(invoice).await;
        assert_eq!(
            (&tries["items"][0]["state"], &tries["chargeable"]),
            (&json!("declined"), &json!(true))
        );
        assert_eq!(self.paid(invoice).await, paid);
        assert_eq!(self.intents(invoice).await.len(), 1);

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
    pub(super) async fn another_account_there_is_told_and_ended_by_hand(&self, invoice: &Value) {
        self.adds_card(GOOD).await;
        self.stripe.forgets().await;
        self.app.clock_at("2026-07-13T08:00:00Z").await;
        self.now(invoice).expect(201).await;
        self.charges().await;
        // What could not be asked for a day keeps no reminder waiting.
        let mails = self.post.taken().len();
        assert_eq!(self.mails().await, mails);
        assert_eq!(self.unreminded(invoice).await, "charging");
        self.app.clock_at("2026-07-14T09:00:00Z").await;
        assert_eq!(self.mails().await, mails + 1);
        let last = self.tries(invoice).await["items"][0].clone();
        assert_eq!((&last["state"], &last["reason"]), (&json!("queued"), &json!("Not Found")));
        // A reminder that waits when a charge begins is not lost.
        let today = "2026-07-14T08:00:00Z".parse().unwrap();
        let begins = "UPDATE charges SET created_at = $1 WHERE ended_at IS NULL";
        self.alter(begins, today).await;
        let waits = "UPDATE mails SET state = 'queued', ended_at = NULL \
                     WHERE reminder IS NOT NULL AND queued_at >= $1";
        self.alter(waits, today).await;
        assert_eq!(self.mails().await, mails + 1);
        let path = format!("/accounts/{}/charging/method", self.account);
        let remove = self.app.as_role(Role::Finance, "DELETE", &path);
        remove.version(&self.charging().await["version"]).expect(204).await;
        self.app.wait(Duration::minutes(2));
        self.charges().await;
        let last = self.tries(invoice).await["items"][0].clone();
        let told = (&last["state"], &last["cause"]);
        assert_eq!(told, (&json!("cancelled"), &json!("method_changed")));
        self.app.wait(Duration::hours(1));
        assert_eq!(self.mails().await, mails + 2);
    }
}
