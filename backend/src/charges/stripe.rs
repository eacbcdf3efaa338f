//! Stripe, over its API.
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{Method as Verb, Url};
use serde_json::Value;
use shared::api::{AccountId, ActionLinkId, ChargeId, OrganisationId};
use shared::rules::charging::is_fatal;
use shared::rules::mail::one_line;
use uuid::Uuid;

use super::answers::{declined, fault, odd, set_up, text, words_of};
use super::provider::{About, Charged, Event, Fault, Method, Order, Provider, SetUp, Standing};
use super::signature;
use crate::outgoing;

/// The version of the API that we speak, whatever the account's own is.
const VERSION: &str = "2024-06-20";
/// How long an answer may take. Stripe's own libraries wait 80 seconds.
pub const ANSWER: Duration = Duration::from_secs(80);
/// The largest answer that is read, in bytes.
const ANSWER_MAX: usize = 8 << 20;
/// How far the provider's clock may be behind ours when a lost answer is looked for.
const SKEW: TimeDelta = TimeDelta::minutes(10);
/// Charges of a customer on one page, and the most pages, when a lost answer is looked for.
const PAGE: usize = 100;
const PAGES_MAX: usize = 3;

/// Where a payment carries our names.
const TRY: &str = "perennial_try";
const CHARGE: &str = "perennial_charge";
const LINK: &str = "perennial_link";
const ORGANISATION: &str = "perennial_organisation";

/// What is sent: names and values as Stripe writes lists and objects.
type Form<'a> = Vec<(&'a str, String)>;

/// An account at Stripe.
pub struct Stripe {
    http: reqwest::Client,
    base: Url,
    secret_key: String,
    publishable_key: String,
    webhook_secret: String,
    direct_debit: bool,
}

impl std::fmt::Debug for Stripe {
    // It knows secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stripe").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

/// What opens an account at Stripe.
#[derive(Debug)]
pub struct Access {
    /// Where its API is.
    pub base: Url,
    /// `sk_…` or `rk_…`.
    pub secret_key: String,
    /// `pk_…`.
    pub publishable_key: String,
    /// `whsec_…`.
    pub webhook_secret: String,
    /// Whether clients may give a bank account (SEPA) too.
    pub direct_debit: bool,
}

impl Stripe {
    /// The account that these open.
    ///
    /// # Errors
    /// TLS that cannot be set up, in words.
    pub fn of(access: Access) -> Result<Self, String> {
        let Access { base, secret_key, publishable_key, webhook_secret, direct_debit } = access;
        let http =
            outgoing::client(ANSWER).map_err(|error| format!("TLS cannot be set up: {error}"))?;
        Ok(Self { http, base, secret_key, publishable_key, webhook_secret, direct_debit })
    }
    /// The key that pages may know.
    pub fn publishable_key(&self) -> &str {
        &self.publishable_key
    }
    /// Whether clients may give a bank account too.
    pub fn direct_debit(&self) -> bool {
        self.direct_debit
    }
    /// Where its script for pages is: at Stripe it has an address of its own.
    pub fn script(&self) -> String {
        match self.base.host_str() {
            Some("api.stripe.com") => "https://js.stripe.com/v3/".to_owned(),
            _ => format!("{}js.stripe.com/v3/", self.base),
        }
    }
    /// Where that script asks.
    pub fn api(&self) -> &str {
        self.base.as_str().trim_end_matches('/')
    }

    async fn post(&self, path: &str, form: Form<'_>, key: &str) -> Result<Value, Fault> {
        let url = self.url(path)?;
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self
            .http
            .request(Verb::POST, url)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Idempotency-Key", key)
            .body(body);
        self.answered(request).await
    }
    async fn get(&self, path: &str, query: Form<'_>) -> Result<Value, Fault> {
        let mut url = self.url(path)?;
        url.query_pairs_mut().extend_pairs(query);
        self.answered(self.http.request(Verb::GET, url)).await
    }
    fn url(&self, path: &str) -> Result<Url, Fault> {
        self.base.join(path).map_err(|_| Fault::Away("its address cannot be read".to_owned()))
    }
    async fn answered(&self, request: reqwest::RequestBuilder) -> Result<Value, Fault> {
        let request = request.bearer_auth(&self.secret_key).header("Stripe-Version", VERSION);
        // Without the address, which may name a client's card.
        let lost = |error: reqwest::Error| match error.is_connect() {
            true => Fault::Unasked(words_of(&error.without_url())),
            false => Fault::Away(words_of(&error.without_url())),
        };
        let mut answer = request.send().await.map_err(lost)?;
        let (status, mut bytes) = (answer.status(), Vec::new());
        while let Some(chunk) = answer.chunk().await.map_err(lost)? {
            if bytes.len() + chunk.len() > ANSWER_MAX {
                return Err(Fault::Away("its answer is too long".to_owned()));
            }
            bytes.extend_from_slice(&chunk);
        }
        let body: Option<Value> = serde_json::from_slice(&bytes).ok();
        match body {
            Some(body) if status.is_success() => Ok(body),
            body => Err(fault(status, &body.unwrap_or_default()["error"])),
        }
    }

    /// How a payment stands. One that waits for the client, whom nobody asks, is ended: it must not
    /// be paid once the next try is.
    async fn charged(&self, intent: &Value) -> Result<Charged, Fault> {
        let id = text(intent, "id").ok_or_else(|| odd("a payment without a name"))?;
        let standing = match intent["status"].as_str() {
            Some("succeeded") => {
                let units = intent["amount"].as_i64().ok_or_else(|| odd("a payment of nothing"))?;
                Standing::Paid(units)
            }
            Some("processing" | "requires_capture") => Standing::Processing,
            Some("requires_action" | "requires_confirmation" | "requires_source_action") => {
                let path = format!("v1/payment_intents/{id}/cancel");
                // It was made, whatever keeps it from being ended.
                let made = |fault: Fault| Fault::Away(fault.words().to_owned());
                let key = format!("cancel-{id}");
                self.post(&path, Vec::new(), &key).await.map_err(made)?;
                Standing::Declined {
                    code: "authentication_required".to_owned(),
                    reason: "The bank wants the client to confirm.".to_owned(),
                }
            }
            Some("requires_payment_method" | "canceled") => declined(&intent["last_payment_error"]),
            _ => return Err(odd("a payment in a state that is not known")),
        };
        Ok(Charged { intent: Some(id), standing })
    }
}

impl Provider for Stripe {
    async fn customer(
        &self,
        (organisation, account): (OrganisationId, AccountId),
        name: &str,
        key: &str,
    ) -> Result<String, Fault> {
        let form = vec![
            ("name", one_line(name)),
            ("metadata[perennial_account]", account.to_string()),
            ("metadata[perennial_organisation]", organisation.to_string()),
        ];
        let made = self.post("v1/customers", form, key).await?;
        text(&made, "id").ok_or_else(|| odd("a customer without a name"))
    }

    async fn set_up(
        &self,
        customer: &str,
        (organisation, link): (OrganisationId, ActionLinkId),
    ) -> Result<SetUp, Fault> {
        let mut form = vec![
            ("customer", customer.to_owned()),
            ("usage", "off_session".to_owned()),
            ("payment_method_types[]", "card".to_owned()),
        ];
        if self.direct_debit {
            form.push(("payment_method_types[]", "sepa_debit".to_owned()));
        }
        form.push(("metadata[perennial_organisation]", organisation.to_string()));
        form.push(("metadata[perennial_link]", link.to_string()));
        // A link whose first set-up was cancelled needs another, under another key.
        let key = format!("setup-{}", Uuid::now_v7());
        set_up(&self.post("v1/setup_intents", form, &key).await?)
    }

    async fn set_up_again(&self, id: &str) -> Result<SetUp, Fault> {
        set_up(&self.get(&format!("v1/setup_intents/{id}"), Vec::new()).await?)
    }

    async fn keep(&self, method: &str, customer: &str) -> Result<Method, Fault> {
        let path = format!("v1/payment_methods/{method}");
        let mut kept = self.get(&path, Vec::new()).await?;
        if kept["customer"].is_null() {
            let form = vec![("customer", customer.to_owned())];
            kept = self.post(&format!("{path}/attach"), form, &format!("attach-{method}")).await?;
        }
        if kept["customer"].as_str() != Some(customer) {
            return Err(odd("a card of somebody else"));
        }
        let scheme = text(&kept, "type").ok_or_else(|| odd("a card of no kind"))?;
        let of = &kept[&scheme];
        let number = |name: &str| of[name].as_i64();
        Ok(Method {
            id: text(&kept, "id").ok_or_else(|| odd("a card without a name"))?,
            brand: text(of, "brand").or_else(|| text(of, "country")),
            last4: text(of, "last4").unwrap_or_else(|| "••••".to_owned()),
            expires: number("exp_month").zip(number("exp_year")),
            scheme,
        })
    }

    async fn forget(&self, method: &str) -> Result<(), Fault> {
        let path = format!("v1/payment_methods/{method}/detach");
        self.post(&path, Vec::new(), &format!("detach-{method}")).await.map(drop)
    }

    async fn charge(&self, order: &Order) -> Result<Charged, Fault> {
        let form = vec![
            ("amount", order.units.to_string()),
            ("currency", order.currency.to_lowercase()),
            ("customer", order.customer.clone()),
            ("payment_method", order.method.clone()),
            ("payment_method_types[]", order.scheme.clone()),
            ("confirm", "true".to_owned()),
            ("off_session", "true".to_owned()),
            ("metadata[perennial_try]", order.name.clone()),
            ("metadata[perennial_charge]", order.charge.to_string()),
            ("metadata[perennial_organisation]", order.organisation.to_string()),
            ("metadata[invoice]", order.number.clone()),
        ];
        // Another time once it was surely not asked: a refusal is remembered under its key.
        let key = format!("charge-{}-{}", order.name, order.asked_at.timestamp_micros());
        match self.post("v1/payment_intents", form, &key).await {
            Ok(intent) => self.charged(&intent).await,
            // Some of what will never be charged is told as a request that makes no sense.
            Err(Fault::Refused { code, reason, intent, declined })
                if declined || is_fatal(&code) =>
            {
                Ok(Charged { intent, standing: Standing::Declined { code, reason } })
            }
            // Another key, a customer that is gone: somebody has to see to it, and no card is at
            // fault.
            Err(fault) => Err(fault),
        }
    }

    async fn find(&self, order: &Order) -> Result<Option<Charged>, Fault> {
        let since = (order.since - SKEW).timestamp().to_string();
        let mut last: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let mut query = vec![
                ("customer", order.customer.clone()),
                ("created[gt]", since.clone()),
                ("limit", PAGE.to_string()),
                ("expand[]", "data.payment_intent".to_owned()),
            ];
            query.extend(last.take().map(|last| ("starting_after", last)));
            let page = self.get("v1/charges", query).await?;
            let charges = page["data"].as_array().ok_or_else(|| odd("a list that is none"))?;
            let ours = charges
                .iter()
                .map(|charge| &charge["payment_intent"])
                .find(|intent| intent["metadata"][TRY].as_str() == Some(&order.name));
            if let Some(intent) = ours {
                return self.charged(intent).await.map(Some);
            }
            last = charges.last().and_then(|charge| text(charge, "id"));
            if page["has_more"] != true || last.is_none() {
                return Ok(None);
            }
        }
        let reason = "more charges than can be looked through".to_owned();
        Err(Fault::Refused { code: "too_many".to_owned(), reason, intent: None, declined: false })
    }

    async fn look(&self, intent: &str) -> Result<Charged, Fault> {
        let found = self.get(&format!("v1/payment_intents/{intent}"), Vec::new()).await?;
        self.charged(&found).await
    }

    fn event(&self, body: &[u8], signature: &str, machine: DateTime<Utc>) -> Option<Event> {
        if !signature::holds(&self.webhook_secret, body, signature, machine) {
            return None;
        }
        let event: Value = serde_json::from_slice(body).ok()?;
        let named = &event["data"]["object"]["metadata"];
        let id = |name: &str| named[name].as_str().and_then(|id| id.parse::<Uuid>().ok());
        let about = id(ORGANISATION).and_then(|organisation| {
            let organisation = OrganisationId(organisation);
            let charge = id(CHARGE).map(|id| About::Charge(organisation, ChargeId(id)));
            charge.or_else(|| id(LINK).map(|id| About::Link(organisation, ActionLinkId(id))))
        });
        let short = |name: &str| text(&event, name).filter(|text| text.len() <= 255);
        Some(Event { id: short("id")?, kind: short("type")?, about })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn stripe() -> Stripe {
        let access = Access {
            base: "https://api.stripe.com/".parse().unwrap(),
            secret_key: "sk_test_secret".into(),
            publishable_key: "pk_test_1".into(),
            webhook_secret: "whsec_secret".into(),
            direct_debit: false,
        };
        Stripe::of(access).unwrap()
    }

    #[test]
    fn secrets_are_not_shown_and_the_client_has_its_tls() {
        let shown = format!("{:?}", stripe());
        assert!(!shown.contains("secret"), "{shown}");
        assert_eq!(stripe().script(), "https://js.stripe.com/v3/");
    }

    #[test]
    fn an_event_names_what_it_is_about_once_its_signature_holds() {
        let (organisation, charge) = (Uuid::now_v7(), Uuid::now_v7());
        let metadata =
            json!({ "perennial_organisation": organisation, "perennial_charge": charge });
        let event = json!({ "id": "evt_1", "type": "payment_intent.succeeded",
            "data": { "object": { "metadata": metadata } } });
        let body = serde_json::to_vec(&event).unwrap();
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        let signed = signature::sign("whsec_secret", &body, now.timestamp());
        let read = stripe().event(&body, &signed, now).unwrap();
        let about = About::Charge(OrganisationId(organisation), ChargeId(charge));
        assert_eq!((read.id.as_str(), read.about), ("evt_1", Some(about)));
        let forged = signature::sign("whsec_guess", &body, now.timestamp());
        assert_eq!(stripe().event(&body, &forged, now), None);
        let other = br#"{"id":"evt_2","type":"customer.created","data":{"object":{}}}"#;
        let signed = signature::sign("whsec_secret", other, now.timestamp());
        assert_eq!(stripe().event(other, &signed, now).unwrap().about, None);
    }
}
