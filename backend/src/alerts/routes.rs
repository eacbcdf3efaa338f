//! Alerts and their settings over HTTP.
use crate::openapi::Routes;
use actix_web::{HttpResponse, get, post, put, web};
use serde::Deserialize;
use shared::api::{
    Alert, AlertDefaults, AlertDefaultsKept, AlertId, AlertSettings, AlertSettingsKept, Page,
    RetainerId,
};

use super::{service, store};
use crate::auth::{Allowed, ManageOrganisation, ManageRetainers, ReadOrganisation, ReadRetainers};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Body, Id, IfMatch, PageParams, Params, page, versioned};

/// Every route of alerts.
pub fn routes(routes: &mut Routes) {
    routes
        .service(list)
        .service(see)
        .service(defaults)
        .service(set_defaults)
        .service(settings)
        .service(set_settings);
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Rows of a page, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// Where to read on.
    #[param(max_length = 500)]
    cursor: Option<String>,
    /// Of this retainer only.
    retainer_id: Option<RetainerId>,
    /// Only those that the caller is told of.
    mine: Option<bool>,
    /// Only those that the caller is told of and has not seen.
    unseen: Option<bool>,
    /// Only those of cycles that can still change.
    open: Option<bool>,
}

/// List alerts, the newest first
#[utoipa::path(tag = "alerts", operation_id = "list_alerts", security(("bearer" = [])),
    params(ListQuery), responses((status = 200, body = Page<Alert>)))]
#[get("/alerts")]
async fn list(
    allowed: Allowed<ReadRetainers>,
    db: web::Data<Db>,
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<Alert>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let filter = store::Filter {
        retainer: query.retainer_id,
        mine: query.mine == Some(true),
        unseen: query.unseen == Some(true),
        open: query.open == Some(true),
        before: paging.after()?,
        limit: paging.limit + 1,
    };
    let rows = db.read(async |tx| store::list(tx, allowed.scope, filter).await).await?;
    let Page { items, next_cursor } = page(rows, paging.limit, |row| row.id);
    Ok(web::Json(Page { items: items.into_iter().map(Alert::from).collect(), next_cursor }))
}

/// Note that one has seen an alert
#[utoipa::path(tag = "alerts", operation_id = "see_alert", security(("bearer" = [])),
    params(("id" = AlertId, Path)), responses((status = 200, body = Alert)))]
#[post("/alerts/{id}/seen")]
async fn see(
    allowed: Allowed<ReadRetainers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<AlertId>,
) -> Result<web::Json<Alert>> {
    let (scope, now) = (allowed.scope, clock.now());
    Ok(web::Json(db.write(async |tx| service::see(tx, scope, id, now).await).await?))
}

/// Read what the organisation wants to be told of, where a retainer says nothing else
#[utoipa::path(tag = "alerts", operation_id = "get_alert_defaults", security(("bearer" = [])),
    responses((status = 200, body = AlertDefaultsKept)))]
#[get("/organisation/alert-settings")]
async fn defaults(allowed: Allowed<ReadOrganisation>, db: web::Data<Db>) -> Result<HttpResponse> {
    let kept = db.read(async |tx| service::defaults(tx, allowed.scope).await).await?;
    Ok(versioned(kept.version, &kept))
}

/// Set what the organisation wants to be told of
#[utoipa::path(tag = "alerts", operation_id = "set_alert_defaults", security(("bearer" = [])),
    request_body = AlertDefaults, responses((status = 200, body = AlertDefaultsKept)))]
#[put("/organisation/alert-settings")]
async fn set_defaults(
    allowed: Allowed<ManageOrganisation>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    IfMatch(version): IfMatch,
    Body(body): Body<AlertDefaults>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::set_defaults(tx, scope, (&body, version), now).await;
    let kept = db.write(work).await?;
    Ok(versioned(kept.version, &kept))
}

/// Read at what somebody is told of a retainer, and who
#[utoipa::path(tag = "alerts", operation_id = "get_alert_settings", security(("bearer" = [])),
    params(("id" = RetainerId, Path)), responses((status = 200, body = AlertSettingsKept)))]
#[get("/retainers/{id}/alert-settings")]
async fn settings(
    allowed: Allowed<ReadRetainers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RetainerId>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let kept = db.read(async |tx| service::settings(tx, scope, id, now).await).await?;
    Ok(versioned(kept.version, &kept))
}

/// Set what differs for a retainer
#[utoipa::path(tag = "alerts", operation_id = "set_alert_settings", security(("bearer" = [])),
    params(("id" = RetainerId, Path)), request_body = AlertSettings,
    responses((status = 200, body = AlertSettingsKept)))]
#[put("/retainers/{id}/alert-settings")]
async fn set_settings(
    allowed: Allowed<ManageRetainers>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RetainerId>,
    IfMatch(version): IfMatch,
    Body(body): Body<AlertSettings>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::set_settings(tx, scope, id, (&body, version), now).await;
    let kept = db.write(work).await?;
    Ok(versioned(kept.version, &kept))
}
