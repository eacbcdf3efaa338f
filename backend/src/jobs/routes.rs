//! What of the regular work failed, over HTTP.
use crate::openapi::Routes;
use actix_web::{get, web};
use shared::api::JobFaults;

use super::store;
use crate::auth::{Allowed, ManageOrganisation};
use crate::db::Db;
use crate::error::Result;

/// The route.
pub fn routes(routes: &mut Routes) {
    routes.service(list);
}

/// List what of the regular work fails, since when, and when it is tried again
#[utoipa::path(tag = "identity", operation_id = "list_job_faults",
    security(("bearer" = [])), responses((status = 200, body = JobFaults)))]
#[get("/job-faults")]
async fn list(
    allowed: Allowed<ManageOrganisation>,
    db: web::Data<Db>,
) -> Result<web::Json<JobFaults>> {
    let items = db.read(async |tx| store::list(tx, allowed.scope).await).await?;
    Ok(web::Json(JobFaults { items }))
}
