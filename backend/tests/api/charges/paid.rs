//! Cards and bank accounts that pay, or are declined until reminders come: each once.
use std::collections::BTreeSet;

use backend::clock::Clock;
use backend::db::Query;
use backend::tick;
use chrono::Duration;
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};
use tokio::sync::watch;
use uuid::Uuid;

use super::localstripe::WEBHOOK_SECRET;
use super::{DECLINED, GOOD, GOOD_BANK, Story, Wait, signed};
use crate::app::Answer;
use crate::ask::Ask;
use crate::invoices::{invoices, post};
use crate::payments::reversing;
use crate::retainers::{get, id};

impl Story {
    pub(super) async fn a_card_comes_by_a_link(&self) {
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

    /// Source: domain 5.13, 5.15: days 0, 3, 8 and 15, while reminders come at 3 and 14 days; and then
    /// it is left to them, and new work waits.
    pub(super) async fn a_declined_card_follows_the_plan_into_dunning(&self, invoice: &Value) {
        assert_eq!(invoice["summary"]["due_on"], "2026-01-29");
        self.charges().await;
        let tries = self.tries(invoice).await;
        assert_eq!((&tries["items"], &tries["next_on"]), (&json!([]), &json!("2026-01-29")));
        assert_eq!(self.unreminded(invoice).await, "to_charge", "a failure alone is reminded of");
        let plan = [
            ("01-29", 1, json!("2026-02-01"), 1),
            ("02-01", 2, json!("2026-02-06"), 2),
            ("02-06", 3, json!("2026-02-13"), 2),
            ("02-13", 4, Value::Null, 3),
        ];
        for (day, tried, next, mails) in plan {
            self.app.clock_at(&format!("2026-{day}T10:00:00Z")).await;
            self.charges().await;
            self.app.wait(Duration::minutes(6));
            self.charges().await;
            assert_eq!(self.mails().await, mails, "{day}");
            let tries = self.tries(invoice).await;
            assert_eq!(tries["items"].as_array().unwrap().len(), tried, "{tries}");
            assert_eq!(tries["items"][0]["state"], "declined");
            assert_eq!(tries["items"][0]["reason"], "Your card was declined.");
            assert_eq!((&tries["next_on"], tries["given_up"].as_bool()), (&next, Some(tried == 4)));
            assert_eq!(self.left_to_people().await, i64::from(tried == 4), "S1-12: {day}");
            assert_eq!(self.unreminded(invoice).await, Value::Null);
        }
        let declined = ("requires_payment_method".to_owned(), 300_000);
        assert_eq!(self.intents(invoice).await, vec![declined; 4]);
        assert_eq!(self.status(invoice).await, "overdue");
        assert_eq!(self.standing().await, "late");
        // The second was a day late, and so is what comes after it.
        self.app.clock_at("2026-02-27T10:00:00Z").await;
        assert_eq!(self.mails().await, 4);
        assert_eq!(self.standing().await, "suspended");
        self.works().refused(ErrorCode::WorkSuspended).await;
    }
    /// How many declined charges wait for a person.
    async fn left_to_people(&self) -> i64 {
        let told = get(&self.app, "/loose-ends").await;
        let of = |kind: &str| {
            let counts = told["counts"].as_array().unwrap().iter();
            let found = counts.filter(|one| one["kind"] == kind);
            found.map(|one| one["count"].as_i64().unwrap()).sum::<i64>()
        };
        assert_eq!(of("unsent_invoice"), 0, "a mail brought it");
        of("declined_charge")
    }
    /// Somebody wants new work.
    fn works(&self) -> Ask {
        let new = json!({ "retainer_id": self.retainer["id"], "title": "Landing page" });
        self.app.as_role(Role::Manager, "POST", "/work-items").json(&new)
    }

    pub(super) async fn a_good_card_pays_once_and_leads_back(&self, invoice: &Value) {
        self.adds_card(GOOD).await;
        assert_eq!(
            self.tries(invoice).await["next_on"],
            "2026-02-27",
            "another card, another plan"
        );
        assert_eq!(self.left_to_people().await, 0);
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
        assert_eq!(self.standing().await, "clear");
        self.works().expect(201).await;
        assert_eq!(self.unreminded(invoice).await, "settled");
    }

    pub(super) async fn what_is_told_is_believed_once_and_from_the_right_one(
        &self,
        invoice: &Value,
    ) {
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

    pub(super) async fn what_was_taken_back_is_for_people(&self, invoice: &Value) {
        let page = get(&self.app, &format!("/payments?invoice_id={}", id(invoice))).await;
        let payment = get(&self.app, &format!("/payments/{}", id(&page["items"][0]))).await;
        reversing(&self.app, &payment, "2026-02-27").expect(200).await;
        assert_eq!(self.status(invoice).await, "overdue");
        self.app.wait(Duration::minutes(6));
        self.charges().await;
        let tries = self.tries(invoice).await;
        assert_eq!(tries["items"].as_array().unwrap().len(), 5, "{tries}");
        assert_eq!((&tries["given_up"], &tries["next_on"]), (&json!(true), &Value::Null));
        assert_eq!(tries["chargeable"], true);
        self.pays(invoice, 300_000, "2026-02-27").await;
    }

    /// From the end of a cycle to the money of the next, with nobody but the clock, who sends the
    /// invoice, and what the provider tells.
    pub(super) async fn a_cycle_ends_and_a_webhook_marks_its_invoice_paid(&self) {
        let app = &self.app;
        self.adds(json!({ "type": "sepa_debit", "sepa_debit": { "iban": GOOD_BANK } })).await;
        assert_eq!(invoices(app, &self.retainer).await.len(), 2);
        app.clock_at("2026-03-01T10:00:00Z").await;
        let cycles = get(app, &format!("/retainers/{}/cycles", id(&self.retainer))).await;
        let closed = cycles["items"].as_array().unwrap().iter();
        assert_eq!(closed.filter(|one| one["status"] == "closed").count(), 2, "{cycles}");
        let march = self.sent(2).await;
        assert_eq!(march["summary"]["due_on"], "2026-03-15");
        app.clock_at("2026-03-15T10:00:00Z").await;

        // As the server does it; the clock stands, so nothing but the webhook has it look again.
        let (stop, stopping) = watch::channel(false);
        let (db, clock) = (app.db.clone(), app.clock.clone());
        let charging = tick::keep_charging(db, clock, self.cashier.clone(), stopping);
        self.heard("payment_intent.succeeded", 2).await;
        let mut looks = 0..500;
        while self.status(&march).await != "paid" && looks.next().is_some() {
            tokio::time::sleep(Wait::from_millis(20)).await;
        }
        stop.send(true).unwrap();
        charging.await.unwrap();
        let tries = self.tries(&march).await;
        assert_eq!(
            (&tries["items"][0]["state"], &tries["items"][1]),
            (&json!("paid"), &Value::Null)
        );
        assert_eq!(self.status(&march).await, "paid");
        let paid = self.paid(&march).await;
        assert!(
            paid.len() == 1 && paid[0].0 == 300_000 && paid[0].1.starts_with("pi_"),
            "{paid:?}"
        );
        assert_eq!(self.intents(&march).await, [("succeeded".to_owned(), 300_000)]);
        assert_eq!(self.standing().await, "clear");
        self.adds_card(GOOD).await;
    }

    /// The journal has what the provider collected in full, apart from what came to the bank.
    pub(super) async fn what_the_provider_collected_waits_there(&self) {
        let path = "/accounting-export?from=2026-01-01&to=2026-12-31";
        let file = self.app.as_role(Role::Viewer, "GET", path).send().await.unwrap();
        let file = file.bytes().await.unwrap();
        let rows: Vec<_> =
            csv::Reader::from_reader(&file[..]).records().map(Result::unwrap).collect();
        let paid = |on: &str| -> BTreeSet<String> {
            let there = |row: &&csv::StringRecord| &row[1] == "payment" && &row[5] == on;
            rows.iter().filter(there).map(|row| row[10].to_owned()).collect()
        };
        let all = || {
            Query::new(
                "SELECT p.id FROM charges c JOIN payments p ON p.organisation_id = c.organisation_id
                    AND p.id = c.payment_id WHERE p.method IN ('card', 'direct_debit')",
            )
        };
        let charged: Vec<(Uuid,)> =
            self.app.db.read(async |tx| Ok(tx.all(all()).await?)).await.unwrap();
        let charged: BTreeSet<_> = charged.iter().map(|(id,)| id.to_string()).collect();
        assert!(!charged.is_empty() && !paid("bank").is_empty());
        assert_eq!(paid("collected"), charged);
    }
}
