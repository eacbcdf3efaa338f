//! Keys of integrators over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, delete, get, post, web};
use chrono::Datelike;
use serde::Deserialize;
use shared::api::{ApiKey, ApiKeyId, ApiKeyMade, ErrorCode, NewApiKey, Page, Role};
use uuid::Uuid;

use super::store;
use crate::auth::{Allowed, ApiKeySecret, ManageKeys};
use crate::clock::{Clock, YEAR_MAX};
use crate::db::Db;
use crate::error::{Error, Result};
use crate::http::{Body, Id, IfMatch, Once, PageParams, Params, page};

pub fn routes(routes: &mut Routes) {
    routes.service(list).service(create).service(end);
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Query {
    /// Rows of a page, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// Where to read on.
    #[param(max_length = 500)]
    cursor: Option<String>,
}

/// List keys, oldest first
#[utoipa::path(tag = "identity", operation_id = "list_api_keys", security(("bearer" = [])),
    params(Query), responses((status = 200, body = Page<ApiKey>)))]
#[get("/api-keys")]
async fn list(
    allowed: Allowed<ManageKeys>,
    db: web::Data<Db>,
    Params(query): Params<Query>,
) -> Result<web::Json<Page<ApiKey>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let (after, limit) = (paging.after()?, paging.limit);
    let keys = db.read(async |tx| store::keys(tx, allowed.scope, after, limit + 1).await).await?;
    Ok(web::Json(page(keys, limit, |key| key.id)))
}

/// Make a key. Its secret is told this once; a repeated request gets the key without it
#[utoipa::path(tag = "identity", operation_id = "create_api_key", security(("bearer" = [])),
    request_body = NewApiKey, responses((status = 201, body = ApiKeyMade)))]
#[post("/api-keys")]
async fn create(
    allowed: Allowed<ManageKeys>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    once: Once,
    Body(body): Body<NewApiKey>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    if body.role == Role::Owner && scope.role() != Role::Owner {
        return Err(Error::field("/role", "not_allowed"));
    }
    if body.expires_at.is_some_and(|at| at <= now || at.year() > YEAR_MAX) {
        return Err(Error::field("/expires_at", "out_of_range"));
    }
    let id = ApiKeyId(Uuid::now_v7());
    let (secret, hash) = ApiKeySecret::make(id);
    let work = async |tx: &mut _| {
        let key = store::insert_key(tx, scope, &body, (id, hash.clone()), now).await?;
        Ok(ApiKeyMade { key, secret: secret.clone() })
    };
    let bare = |made| ApiKeyMade { secret: String::new(), ..made };
    once.create_told_once(&db, (scope, now), &body, bare, work).await
}

/// End a key
#[utoipa::path(tag = "identity", operation_id = "delete_api_key", security(("bearer" = [])),
    params(("id" = ApiKeyId, Path)), responses((status = 204)))]
#[delete("/api-keys/{id}")]
async fn end(
    allowed: Allowed<ManageKeys>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<ApiKeyId>,
    IfMatch(version): IfMatch,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    db.write(async |tx| {
        store::find_key(tx, scope, id).await?;
        match store::revoke_key(tx, scope, id, version, now).await? {
            true => Ok(()),
            false => Err(ErrorCode::Stale.into()),
        }
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}
