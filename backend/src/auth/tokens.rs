//! Tokens: access tokens that say who, secrets that only their hash remembers.
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use shared::api::{ApiKeyId, ErrorCode, OrganisationId, SessionId};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::error::{Error, Result};

/// How long an access token lasts.
const ACCESS_MINUTES: i64 = 10;

/// What an access token says. The role is not in it: that is read at each request.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Claims {
    /// The sign-in.
    #[serde(rename = "sid")]
    pub session: SessionId,
    /// The tenant.
    #[serde(rename = "org")]
    pub organisation: OrganisationId,
    /// Staff tokens only; a portal's would say so.
    aud: String,
    exp: i64,
}

/// Signs and checks access tokens.
pub struct Keys {
    signing: EncodingKey,
    checking: DecodingKey,
}

impl Keys {
    /// Keys made from the installation's secret.
    pub fn new(secret: &[u8]) -> Self {
        Self {
            signing: EncodingKey::from_secret(secret),
            checking: DecodingKey::from_secret(secret),
        }
    }
    /// An access token for a session, and when it ends.
    ///
    /// # Errors
    /// Signing fails only if the key is unusable.
    pub fn issue(
        &self,
        organisation: OrganisationId,
        session: SessionId,
        now: DateTime<Utc>,
    ) -> Result<(String, DateTime<Utc>)> {
        let ends = now + Duration::minutes(ACCESS_MINUTES);
        let claims = Claims { session, organisation, aud: "staff".into(), exp: ends.timestamp() };
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.signing)
            .map_err(|error| Error::internal("signing a token", error))?;
        Ok((token, ends))
    }
    /// What a token says, if we signed it and it has not ended by our clock.
    pub(super) fn check(&self, token: &str, now: DateTime<Utc>) -> Result<Claims> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_audience(&["staff"]);
        validation.validate_exp = false; // by the machine's clock; ours may be fixed
        let claims = jsonwebtoken::decode::<Claims>(token, &self.checking, &validation)
            .map_err(|_| ErrorCode::Unauthenticated)?
            .claims;
        if claims.exp <= now.timestamp() {
            return Err(ErrorCode::Unauthenticated.into());
        }
        Ok(claims)
    }
}

/// 256 random bits, told once; the database keeps the hash.
#[derive(Clone)]
pub struct Secret([u8; 32]);

impl Secret {
    /// A new one.
    pub fn random() -> Self {
        Self(rand::random())
    }
    /// The bytes, for a signing key.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
    /// As it is told.
    pub fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
    /// What the database keeps.
    pub fn hash(&self) -> Vec<u8> {
        Self::hash_of(&self.text())
    }
    /// What the database would keep of a secret that was told.
    pub fn hash_of(text: &str) -> Vec<u8> {
        Sha256::digest(text.as_bytes()).to_vec()
    }
}

/// `pk_<id>_<secret>`
pub struct ApiKeySecret {
    /// Which key.
    pub id: ApiKeyId,
    secret: String,
}

impl ApiKeySecret {
    /// How every key begins.
    pub const PREFIX: &str = "pk_";

    /// A new key's text and the hash to keep.
    pub fn make(id: ApiKeyId) -> (String, Vec<u8>) {
        let secret = Secret::random();
        (format!("{}{}_{}", Self::PREFIX, id.0.simple(), secret.text()), secret.hash())
    }
    /// The parts of a key; none if it is not one.
    pub fn parse(token: &str) -> Option<Self> {
        let (id, secret) = token.strip_prefix(Self::PREFIX)?.split_once('_')?;
        Some(Self { id: ApiKeyId(Uuid::try_parse(id).ok()?), secret: secret.to_owned() })
    }
    /// Whether its secret has this hash, in constant time.
    pub fn is(&self, hash: &[u8]) -> bool {
        Secret::hash_of(&self.secret).ct_eq(hash).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back_and_no_other_secret_passes() {
        let id = ApiKeyId(Uuid::now_v7());
        let (text, hash) = ApiKeySecret::make(id);
        let parsed = ApiKeySecret::parse(&text).unwrap();
        assert_eq!(parsed.id, id);
        assert!(parsed.is(&hash));
        assert!(!parsed.is(&Secret::random().hash()));
        assert!(ApiKeySecret::parse("pk_nothing").is_none());
    }
}
