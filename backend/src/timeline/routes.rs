//! Timelines over HTTP.
use crate::openapi::Routes;
use actix_web::{get, web};
use serde::Deserialize;
use shared::api::{AccountId, Page, TimelineItem, TimelineKind};

use super::service::{self, Asked};
use crate::auth::{Allowed, ReadRecords};
use crate::db::Db;
use crate::error::Result;
use crate::http::{Id, PageParams, Params};

/// Every route of timelines.
pub fn routes(routes: &mut Routes) {
    routes.service(list);
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
    /// Beginnings of words of title or text, without regard to case and accents; all of them are
    /// there. The first eight count.
    #[param(max_length = 200)]
    q: Option<String>,
    /// Of this kind only.
    kind: Option<TimelineKind>,
}

/// List what happened with an account, the newest first
#[utoipa::path(tag = "accounts", operation_id = "list_account_timeline",
    security(("bearer" = [])), params(("id" = AccountId, Path), ListQuery),
    responses((status = 200, body = Page<TimelineItem>)))]
#[get("/accounts/{id}/timeline")]
async fn list(
    allowed: Allowed<ReadRecords>,
    db: web::Data<Db>,
    Id(id): Id<AccountId>,
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<TimelineItem>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let page = db
        .read(async |tx| {
            let asked = Asked { account: id, kind: query.kind, text: query.q };
            service::list(tx, allowed.scope, asked, &paging).await
        })
        .await?;
    Ok(web::Json(page))
}
