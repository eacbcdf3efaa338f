//! Answers given once: a repeated `Idempotency-Key` gets the first answer again.
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use shared::api::ErrorCode;

use super::etag;
use crate::auth::Scope;
use crate::db::{Db, DbError, Tx};
use crate::error::{Error, Result};
use crate::{args, stmt};

/// How long a first answer is kept.
const KEPT_HOURS: i64 = 48;

stmt!(
    FIND = "
    SELECT request_hash, status, body FROM idempotency_keys
    WHERE organisation_id = $1 AND key = $2"
);
stmt!(
    SAVE = "
    INSERT INTO idempotency_keys (organisation_id, key, request_hash, status, body, created_at)
    VALUES ($1, $2, $3, $4, $5, $6)"
);
stmt!(FORGET = "DELETE FROM idempotency_keys WHERE created_at < $1");

#[derive(sqlx::FromRow)]
struct Answer {
    request_hash: Vec<u8>,
    status: i64,
    body: String,
}

/// An answer that is a single resource, which tells its version.
#[derive(Deserialize)]
struct Resource {
    version: i64,
}

/// `Idempotency-Key`, if the client sent one.
#[derive(Debug, Clone)]
pub struct Once {
    key: Option<String>,
    route: String,
}

impl FromRequest for Once {
    type Error = Error;
    type Future = Ready<Result<Self>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let route = format!("{} {}?{}", req.method(), req.path(), req.query_string());
        let key = match req.headers().get("Idempotency-Key").map(|v| v.to_str()) {
            None => None,
            Some(Ok(key)) if (1..=200).contains(&key.len()) => Some(key.to_owned()),
            Some(_) => return ready(Err(Error::field("Idempotency-Key", "not_allowed"))),
        };
        ready(Ok(Once { key, route }))
    }
}

impl Once {
    /// Runs `work` in one write transaction and answers `status` with its result. A second request
    /// with the same key and body gets the first answer; with another body it is refused.
    ///
    /// # Errors
    /// Those of `work`; `idempotency_key_reused`.
    pub async fn answer<T: Serialize>(
        &self,
        db: &Db,
        (scope, now): (Scope, DateTime<Utc>),
        request: &impl Serialize,
        status: StatusCode,
        work: impl AsyncFn(&mut Tx) -> Result<T>,
    ) -> Result<HttpResponse> {
        let told = async |tx: &mut Tx| {
            let body = written(&work(tx).await?)?;
            Ok((body.clone(), body))
        };
        self.answer_and_keep(db, (scope, now), request, status, (told, as_kept)).await
    }

    /// [`Once::create`] of something with a secret: the first answer tells it, and what is kept
    /// for a repetition is `bare` of it, so that no secret lies in the database.
    ///
    /// # Errors
    /// Those of `work`; `idempotency_key_reused`.
    pub async fn create_told_once<T: Serialize + Clone>(
        &self,
        db: &Db,
        who: (Scope, DateTime<Utc>),
        request: &impl Serialize,
        bare: fn(T) -> T,
        work: impl AsyncFn(&mut Tx) -> Result<T>,
    ) -> Result<HttpResponse> {
        let told = async |tx: &mut Tx| {
            let made = work(tx).await?;
            Ok((written(&made)?, written(&bare(made))?))
        };
        self.answer_and_keep(db, who, request, StatusCode::CREATED, (told, as_kept)).await
    }

    /// [`Once::answer`] of work in transactions of its own, each of which finds what it did before:
    /// what a failure leaves is done by asking again. A repetition works no more.
    ///
    /// # Errors
    /// Those of `work`; `idempotency_key_reused`.
    pub async fn answer_by_steps<T: Serialize>(
        &self,
        db: &Db,
        (scope, now): (Scope, DateTime<Utc>),
        request: &impl Serialize,
        status: StatusCode,
        work: impl AsyncFn() -> Result<T>,
    ) -> Result<HttpResponse> {
        let hash = self.hash(scope, request)?;
        let saved = db.read(async |tx| self.saved(tx, scope, &hash).await).await?;
        let done = if saved.is_none() { Some(work().await?) } else { None };
        let done = done.as_ref();
        // Without it the first answer is there.
        let told = async |_: &mut Tx| done.ok_or(Error::Db(DbError::Conflict));
        self.answer(db, (scope, now), request, status, told).await
    }

    /// [`Once::create_told_once`] of something whose secret can be made anew: whoever repeats has
    /// not got the first answer, so a repetition tells what `anew` makes of what was kept.
    ///
    /// # Errors
    /// Those of `work` and `anew`; `idempotency_key_reused`.
    pub async fn create_told_anew<T: Serialize + DeserializeOwned + Clone>(
        &self,
        db: &Db,
        who: (Scope, DateTime<Utc>),
        request: &impl Serialize,
        bare: fn(T) -> T,
        (work, anew): (impl AsyncFn(&mut Tx) -> Result<T>, impl AsyncFn(&mut Tx, T) -> Result<T>),
    ) -> Result<HttpResponse> {
        let told = async |tx: &mut Tx| {
            let made = work(tx).await?;
            Ok((written(&made)?, written(&bare(made))?))
        };
        let again = async |tx: &mut Tx, kept: String| {
            let kept = serde_json::from_str(&kept);
            let kept = kept.map_err(|e| Error::internal("reading an answer", e))?;
            written(&anew(tx, kept).await?)
        };
        self.answer_and_keep(db, who, request, StatusCode::CREATED, (told, again)).await
    }

    /// `work` gives the body to answer and the body to keep, `again` what a repetition is told of
    /// what was kept.
    async fn answer_and_keep(
        &self,
        db: &Db,
        (scope, now): (Scope, DateTime<Utc>),
        request: &impl Serialize,
        status: StatusCode,
        (work, again): (
            impl AsyncFn(&mut Tx) -> Result<(String, String)>,
            impl AsyncFn(&mut Tx, String) -> Result<String>,
        ),
    ) -> Result<HttpResponse> {
        let hash = self.hash(scope, request)?;
        let (status, body) = db
            .write(async |tx| {
                if let Some((status, kept)) = self.saved(tx, scope, &hash).await? {
                    return Ok((status, again(tx, kept).await?));
                }
                let (body, kept) = work(tx).await?;
                let status = i64::from(status.as_u16());
                self.save(tx, scope, now, (&hash, status, &kept)).await?;
                Ok((status, body))
            })
            .await?;
        let status = u16::try_from(status).ok().and_then(|s| StatusCode::from_u16(s).ok());
        let mut answer = HttpResponse::build(status.unwrap_or(StatusCode::OK));
        answer.insert_header((header::CONTENT_TYPE, "application/json"));
        if let Ok(Resource { version }) = serde_json::from_str(&body) {
            answer.insert_header(etag(version));
        }
        Ok(answer.body(body))
    }

    /// [`Once::answer`] with 201.
    ///
    /// # Errors
    /// Those of `work`; `idempotency_key_reused`.
    pub async fn create<T: Serialize>(
        &self,
        db: &Db,
        who: (Scope, DateTime<Utc>),
        request: &impl Serialize,
        work: impl AsyncFn(&mut Tx) -> Result<T>,
    ) -> Result<HttpResponse> {
        self.answer(db, who, request, StatusCode::CREATED, work).await
    }

    /// What a request is known by.
    fn hash(&self, scope: Scope, request: &impl Serialize) -> Result<Vec<u8>> {
        let text =
            serde_json::to_vec(request).map_err(|e| Error::internal("hashing a request", e))?;
        let hash = Sha256::new()
            .chain_update(scope.member().0)
            .chain_update(&self.route)
            .chain_update([0])
            .chain_update(&text);
        Ok(hash.finalize().to_vec())
    }

    async fn saved(&self, tx: &mut Tx, scope: Scope, hash: &[u8]) -> Result<Option<(i64, String)>> {
        let Some(key) = &self.key else { return Ok(None) };
        let find = FIND.with(args![scope.organisation(), key.as_str()]);
        match tx.opt::<Answer>(find).await? {
            Some(saved) if saved.request_hash == hash => Ok(Some((saved.status, saved.body))),
            Some(_) => Err(ErrorCode::KeyReused.into()),
            None => Ok(None),
        }
    }

    async fn save(
        &self,
        tx: &mut Tx,
        scope: Scope,
        now: DateTime<Utc>,
        (hash, status, body): (&[u8], i64, &str),
    ) -> Result<()> {
        let Some(key) = &self.key else { return Ok(()) };
        let row = args![scope.organisation(), key.as_str(), hash.to_vec(), status, body, now];
        match tx.execute(SAVE.with(row)).await {
            // Another replica answered first: run again, and find its answer.
            Err(DbError::Unique(_)) => Err(DbError::Conflict.into()),
            saved => Ok(saved.map(drop)?),
        }
    }
}

/// What was kept is the answer.
async fn as_kept(_: &mut Tx, kept: String) -> Result<String> {
    Ok(kept)
}

fn written(answer: &impl Serialize) -> Result<String> {
    serde_json::to_string(answer).map_err(|e| Error::internal("writing an answer", e))
}

/// Forgets answers that are older than anyone repeats.
pub(crate) async fn forget_old(tx: &mut Tx, now: DateTime<Utc>) -> Result<()> {
    tx.execute(FORGET.with(args![now - chrono::Duration::hours(KEPT_HOURS)])).await?;
    Ok(())
}
