//! The payment provider of the installation, if the operator has set one up.
use std::sync::Arc;

use reqwest::Url;
use tokio::sync::Notify;
use url::Host;

use super::stripe::{Access, Stripe};
use crate::error::Result;
use shared::api::ErrorCode;

/// Where Stripe's API is.
const STRIPE: &str = "https://api.stripe.com";
const TOGETHER: &str =
    "--stripe-key, --stripe-publishable-key and --stripe-webhook-secret go together";
const KEYS: &str = "--stripe-key begins with sk_ or rk_, --stripe-publishable-key with pk_, and \
                    --stripe-webhook-secret is not empty";
const ADDRESS: &str = "--stripe-url takes https://HOST, or http://127.0.0.1:PORT in tests: the key \
                       goes there";

/// The payment provider, and a bell that has charges looked at soon.
#[derive(Debug, Clone, Default)]
pub struct Cashier {
    stripe: Option<Arc<Stripe>>,
    bell: Arc<Notify>,
}

impl Cashier {
    /// Stripe by its secret key, its key for pages and its secret for webhooks.
    ///
    /// # Errors
    /// What cannot be used, in words that hold no secret.
    pub fn of(
        keys: [Option<&str>; 3],
        url: Option<&str>,
        direct_debit: bool,
    ) -> Result<Self, String> {
        let [secret, publishable, webhook] = match keys {
            [None, None, None] if url.is_some() || direct_debit => return Err(TOGETHER.to_owned()),
            [None, None, None] => return Ok(Self::default()),
            [Some(secret), Some(publishable), Some(webhook)] => [secret, publishable, webhook],
            _ => return Err(TOGETHER.to_owned()),
        };
        let plain = |text: &str| text.chars().all(|c| c.is_ascii_graphic());
        let begins = |text: &str, with: &[&str]| {
            plain(text) && with.iter().any(|with| text.len() > 5 && text.starts_with(with))
        };
        let fits = begins(secret, &["sk_", "rk_"]) && begins(publishable, &["pk_"]);
        if !fits || webhook.is_empty() || !plain(webhook) {
            return Err(KEYS.to_owned());
        }
        let base: Url = url.unwrap_or(STRIPE).parse().map_err(|_| ADDRESS)?;
        let here = match base.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        let known = base.scheme() == "https" || base.scheme() == "http" && here;
        let bare = base.path() == "/" && base.query().is_none() && base.fragment().is_none();
        if !known || !bare || !base.username().is_empty() || base.password().is_some() {
            return Err(ADDRESS.to_owned());
        }
        let stripe = Stripe::of(Access {
            base,
            secret_key: secret.to_owned(),
            publishable_key: publishable.to_owned(),
            webhook_secret: webhook.to_owned(),
            direct_debit,
        })?;
        Ok(Self { stripe: Some(Arc::new(stripe)), bell: Arc::default() })
    }
    /// The provider.
    ///
    /// # Errors
    /// `charging_off` where there is none.
    pub fn stripe(&self) -> Result<&Stripe> {
        self.stripe.as_deref().ok_or(ErrorCode::ChargingOff.into())
    }
    /// Whether there is a provider.
    pub fn is_there(&self) -> bool {
        self.stripe.is_some()
    }
    /// Has charges looked at soon by the server that is asked.
    pub fn ring(&self) {
        self.bell.notify_one();
    }
    /// Over once somebody rang.
    pub async fn rung(&self) {
        self.bell.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_described_in_full_and_safely() {
        let keys = [Some("sk_test_secret"), Some("pk_test_1"), Some("whsec_secret")];
        let of = |keys, url| Cashier::of(keys, url, false).map(|cashier| cashier.is_there());
        assert_eq!(of([None; 3], None), Ok(false));
        assert_eq!(of(keys, None), Ok(true));
        for url in ["http://127.0.0.1:8420", "http://localhost:1/", "https://stripe.example"] {
            assert_eq!(of(keys, Some(url)), Ok(true), "{url}");
        }
        let odd = [
            "http://api.stripe.com",
            "https://u:secret@x.example",
            "https://x.example/secret",
            "ftp://localhost",
            "secret",
            "",
            "http://localhost.evil.example",
        ];
        for url in odd {
            let fault = of(keys, Some(url)).unwrap_err();
            assert!(!fault.contains("secret"), "{fault}");
        }
        assert!(
            of([keys[0], keys[1], None], None).is_err() && of([None; 3], Some(STRIPE)).is_err()
        );
        let mixed = [keys[1], keys[0], keys[2]];
        assert!(!of(mixed, None).unwrap_err().contains("test"));
        assert!(of([Some("sk_test\r\nX: y"), keys[1], keys[2]], None).is_err());
    }
}
