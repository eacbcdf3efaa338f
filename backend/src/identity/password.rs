//! Passwords: hashed with Argon2id off the request threads, never kept, never logged.
use std::sync::LazyLock;
use std::thread::available_parallelism;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};

use tokio::sync::Semaphore;

use crate::error::{Error, Result};

/// What is checked when nobody has the mail address, so that both take the same time.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$\
                      n4aGnsvFwKp0DmYfmCyhXsmgTJkVAbcqMJCqAv9PK0g";

/// The hash to keep of a password: Argon2id, 19 MiB, two passes.
///
/// # Errors
/// The machine gives no memory or no randomness.
pub async fn hash(password: &str) -> Result<String> {
    let password = password.to_owned();
    blocking(move || {
        let hash = Argon2::default().hash_password(password.as_bytes());
        hash.map(|hash| hash.to_string()).map_err(|e| e.to_string())
    })
    .await?
    .map_err(|error| Error::internal("hashing a password", error))
}

/// Whether a password has this hash. Without a hash it takes as long and is false.
///
/// # Errors
/// A hash that cannot be read.
pub async fn fits(password: &str, hash: Option<String>) -> Result<bool> {
    let password = password.to_owned();
    blocking(move || {
        let kept = hash.as_deref().unwrap_or(NOBODY);
        let kept = PasswordHash::new(kept).map_err(|e| e.to_string())?;
        let fits = Argon2::default().verify_password(password.as_bytes(), &kept).is_ok();
        Ok::<_, String>(fits && hash.is_some())
    })
    .await?
    .map_err(|error| Error::internal("reading a password hash", error))
}

/// Hashing takes a core and 19 MiB: fifty sign-ins at once wait for each other, not everyone for
/// them.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    static CORES: LazyLock<Semaphore> =
        LazyLock::new(|| Semaphore::new(available_parallelism().map_or(1, usize::from)));
    let _core = CORES.acquire().await.map_err(|error| Error::internal("hashing", error))?;
    actix_web::web::block(work).await.map_err(|error| Error::internal("hashing", error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn only_the_password_itself_fits_its_hash() {
        let kept = hash("correct horse battery").await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(fits("correct horse battery", Some(kept.clone())).await.unwrap());
        assert!(!fits("wrong horse battery", Some(kept)).await.unwrap());
        assert!(!fits("correct horse battery", None).await.unwrap());
    }
}
