//! The portal over HTTP: what clients read.
use crate::openapi::Routes;
use actix_web::{HttpRequest, HttpResponse, get, web};
use serde::Deserialize;
use shared::api::{
    CycleId, ErrorCode, Explanation, InvoiceId, Page, PortalCycle, PortalDecision, PortalInvoice,
    PortalLedger, PortalPage, PortalPart, PortalRequest, PortalRetainer, PortalScope,
    PortalStatement, PortalVisitor, Problem, RetainerId,
};

use super::visitor::Visitor;
use super::{lists, reading, sign_in, views};
use crate::clock::Clock;
use crate::cycles;
use crate::db::Db;
use crate::error::Result;
use crate::http::{Id, PageParams, Params};
use crate::invoices::{self, Pdf, PictureFile};

pub fn routes(routes: &mut Routes) {
    routes
        .service(me)
        .service(logo)
        .service(retainer)
        .service(ledger)
        .service(explain)
        .service(begun)
        .service(statement)
        .service(sheet)
        .service(scope)
        .service(requests)
        .service(decisions)
        .service(issued)
        .service(pdf);
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
}

/// Read who looks at the portal, and what they are shown
#[utoipa::path(tag = "portal", operation_id = "get_portal_visitor", security(("portal" = [])),
    responses((status = 200, body = PortalVisitor)))]
#[get("/portal/me")]
async fn me(
    visitor: Visitor,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
) -> Result<web::Json<PortalVisitor>> {
    let now = clock.now();
    Ok(web::Json(db.read(async |tx| sign_in::shown(tx, &visitor, now).await).await?))
}

/// Read the picture of who serves
#[utoipa::path(tag = "portal", operation_id = "get_portal_logo", security(("portal" = [])),
    responses(
    (status = 200, body = PictureFile, content_type = "image/png"),
    (status = 404, body = Problem, content_type = "application/problem+json"),
))]
#[get("/portal/logo")]
async fn logo(visitor: Visitor, db: web::Data<Db>) -> Result<HttpResponse> {
    let found = db
        .read(async |tx| {
            let settings = invoices::billing(tx, visitor.scope()).await?.settings;
            let id = settings.and_then(|settings| settings.logo_id);
            invoices::logo(tx, visitor.scope(), id.ok_or(ErrorCode::NotFound)?).await
        })
        .await?;
    Ok(HttpResponse::Ok().content_type("image/png").body(found.bytes))
}

/// Read where a retainer stands
#[utoipa::path(tag = "portal", operation_id = "get_portal_retainer", security(("portal" = [])),
    params(("id" = RetainerId, Path)), responses((status = 200, body = PortalRetainer)))]
#[get("/portal/retainers/{id}")]
async fn retainer(
    visitor: Visitor,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RetainerId>,
) -> Result<web::Json<PortalRetainer>> {
    let now = clock.now();
    let found = db.read(async |tx| reading::retainer(tx, &visitor, id, now).await).await?;
    views::note(&db, &visitor, (PortalPage::Balance, id.0), now).await;
    Ok(web::Json(found))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct LedgerQuery {
    /// Rows of a page, 1 to 200.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<i64>,
    /// Where to read on.
    #[param(max_length = 500)]
    cursor: Option<String>,
    /// Which cycle; the present one if left out.
    cycle_id: Option<CycleId>,
    /// The key of the pool; the first if left out.
    #[param(max_length = 40)]
    pool: Option<String>,
}

/// Read the rows behind a balance
#[utoipa::path(tag = "portal", operation_id = "list_portal_lines", security(("portal" = [])),
    params(("id" = RetainerId, Path), LedgerQuery),
    responses((status = 200, body = PortalLedger)))]
#[get("/portal/retainers/{id}/ledger")]
async fn ledger(
    visitor: Visitor,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RetainerId>,
    Params(query): Params<LedgerQuery>,
) -> Result<web::Json<PortalLedger>> {
    let (now, paging) = (clock.now(), PageParams::new(query.limit, query.cursor)?);
    let which = (id, query.cycle_id, query.pool.as_deref());
    let found =
        db.read(async |tx| reading::ledger(tx, &visitor, which, &paging, now).await).await?;
    views::note(&db, &visitor, (PortalPage::WorkLog, found.cycle_id.0), now).await;
    Ok(web::Json(found))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ExplainQuery {
    /// The key of the pool; the first if left out.
    #[param(max_length = 40)]
    pool: Option<String>,
}

/// Take a figure of a pool in a cycle apart: parts that add up to it exactly
#[utoipa::path(tag = "portal", operation_id = "explain_portal_figure", security(("portal" = [])),
    params(
        ("figure" = String, Path, max_length = 20,
            pattern = "^(left|available|used|overage|carries|lapses)$"),
        ("id" = CycleId, Path),
        ExplainQuery,
    ),
    responses((status = 200, body = Explanation)))]
#[get("/portal/explain/{figure}/{id}")]
async fn explain(
    visitor: Visitor,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    req: HttpRequest,
    Id(id): Id<CycleId>,
    Params(query): Params<ExplainQuery>,
) -> Result<web::Json<Explanation>> {
    let now = clock.now();
    let figure = req.match_info().get("figure").unwrap_or_default().to_owned();
    let which = (figure.as_str(), id, query.pool.as_deref());
    let found = db.read(async |tx| reading::explanation(tx, &visitor, which, now).await).await?;
    Ok(web::Json(found))
}

/// List the cycles of a retainer that have begun, newest first
#[utoipa::path(tag = "portal", operation_id = "list_portal_cycles", security(("portal" = [])),
    params(("id" = RetainerId, Path), ListQuery),
    responses((status = 200, body = Page<PortalCycle>)))]
#[get("/portal/retainers/{id}/cycles")]
async fn begun(
    visitor: Visitor,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RetainerId>,
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<PortalCycle>>> {
    let (now, paging) = (clock.now(), PageParams::new(query.limit, query.cursor)?);
    let all = db.read(async |tx| reading::begun(tx, &visitor, (id, &paging), now).await).await?;
    Ok(web::Json(all))
}

/// Read the statement of a cycle
#[utoipa::path(tag = "portal", operation_id = "get_portal_statement", security(("portal" = [])),
    params(("id" = CycleId, Path)), responses((status = 200, body = PortalStatement)))]
#[get("/portal/cycles/{id}/statement")]
async fn statement(
    visitor: Visitor,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<CycleId>,
) -> Result<web::Json<PortalStatement>> {
    let now = clock.now();
    let found = db.read(async |tx| reading::statement(tx, &visitor, id, now).await).await?;
    views::note(&db, &visitor, (PortalPage::Statement, id.0), now).await;
    Ok(web::Json(found))
}

/// Download the rows of a cycle as a sheet
#[utoipa::path(tag = "portal", operation_id = "get_portal_statement_sheet",
    security(("portal" = [])), params(("id" = CycleId, Path)), responses(
    (status = 200, body = String, content_type = "text/csv"),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
#[get("/portal/cycles/{id}/statement.csv")]
async fn sheet(
    visitor: Visitor,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<CycleId>,
) -> Result<HttpResponse> {
    let now = clock.now();
    visitor.must_see(PortalPart::WorkLog)?;
    let made = db.read(async |tx| reading::whole_statement(tx, &visitor, id, now).await).await?;
    views::note(&db, &visitor, (PortalPage::Statement, id.0), now).await;
    let told = ((now, None), reading::told(&visitor));
    Ok(cycles::sheet(db.get_ref().clone(), visitor.scope(), made, told))
}

/// Read what a retainer holds, and what it leaves out
#[utoipa::path(tag = "portal", operation_id = "get_portal_scope", security(("portal" = [])),
    params(("id" = RetainerId, Path)), responses((status = 200, body = PortalScope)))]
#[get("/portal/retainers/{id}/scope")]
async fn scope(
    visitor: Visitor,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<RetainerId>,
) -> Result<web::Json<PortalScope>> {
    let now = clock.now();
    let found = db.read(async |tx| reading::scope(tx, &visitor, id, now).await).await?;
    views::note(&db, &visitor, (PortalPage::Scope, id.0), now).await;
    Ok(web::Json(found))
}

/// List what was asked for, and what was decided of it, the newest first
#[utoipa::path(tag = "portal", operation_id = "list_portal_requests", security(("portal" = [])),
    params(ListQuery), responses((status = 200, body = Page<PortalRequest>), (status = 404)))]
#[get("/portal/requests")]
async fn requests(
    visitor: Visitor,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<PortalRequest>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let all = db.read(async |tx| lists::requests(tx, &visitor, &paging).await).await?;
    let page = (PortalPage::Requests, visitor.account().0);
    views::note(&db, &visitor, page, clock.now()).await;
    Ok(web::Json(all))
}

/// List what was decided about the account, the newest first
#[utoipa::path(tag = "portal", operation_id = "list_portal_decisions", security(("portal" = [])),
    params(ListQuery), responses((status = 200, body = Page<PortalDecision>), (status = 404)))]
#[get("/portal/decisions")]
async fn decisions(
    visitor: Visitor,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<PortalDecision>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let all = db.read(async |tx| lists::decisions(tx, &visitor, &paging).await).await?;
    let page = (PortalPage::Decisions, visitor.account().0);
    views::note(&db, &visitor, page, clock.now()).await;
    Ok(web::Json(all))
}

/// List the invoices that were issued, the newest first
#[utoipa::path(tag = "portal", operation_id = "list_portal_invoices", security(("portal" = [])),
    params(ListQuery), responses((status = 200, body = Page<PortalInvoice>), (status = 404)))]
#[get("/portal/invoices")]
async fn issued(
    visitor: Visitor,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<PortalInvoice>>> {
    let (now, paging) = (clock.now(), PageParams::new(query.limit, query.cursor)?);
    let all = db.read(async |tx| lists::invoices(tx, &visitor, &paging, now).await).await?;
    views::note(&db, &visitor, (PortalPage::Invoices, visitor.account().0), now).await;
    Ok(web::Json(all))
}

/// Download an invoice as PDF
#[utoipa::path(tag = "portal", operation_id = "get_portal_invoice_pdf", security(("portal" = [])),
    params(("id" = InvoiceId, Path)), responses(
    (status = 200, body = Pdf, content_type = "application/pdf"),
    (status = "4XX", body = Problem, content_type = "application/problem+json"),
))]
#[get("/portal/invoices/{id}/pdf")]
async fn pdf(
    visitor: Visitor,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<InvoiceId>,
) -> Result<HttpResponse> {
    let now = clock.now();
    visitor.must_see(PortalPart::Invoices)?;
    db.read(async |tx| visitor.must_have_got(tx, id).await).await?;
    let file = invoices::pdf(&db, visitor.scope(), id, now).await?;
    views::note(&db, &visitor, (PortalPage::Invoice, id.0), now).await;
    Ok(file)
}
