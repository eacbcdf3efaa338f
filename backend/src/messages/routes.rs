//! Messages over HTTP.
use crate::openapi::Routes;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use shared::api::{
    AccountId, ErrorCode, INBOUND_BYTES_MAX, Message, MessageChange, MessageId, MessageState,
    NewMessage, Page, ReturnedMail,
};

use super::inbound::{self, Inbound};
use super::store::Filter;
use super::{returned, service};
use crate::auth::{Allowed, KeepRecords, ReadRecords};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::http::{Body, Id, IfMatch, Once, PageParams, Params, versioned};
use crate::imports::whole;
use crate::mail::Mailer;

/// Every route of messages.
pub fn routes(routes: &mut Routes) {
    routes
        .service(list)
        .service(create)
        .service(find)
        .service(change)
        .service(discard)
        .service(send)
        .service(take_back)
        .service(hand_in);
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
    /// To and from the people of this account.
    account_id: Option<AccountId>,
    /// Of this thread.
    thread_id: Option<MessageId>,
    /// Those that stand so.
    state: Option<MessageState>,
}

/// List messages, the newest first
#[utoipa::path(tag = "records", operation_id = "list_messages", security(("bearer" = [])),
    params(ListQuery), responses((status = 200, body = Page<Message>)))]
#[get("/messages")]
async fn list(
    allowed: Allowed<ReadRecords>,
    db: web::Data<Db>,
    Params(query): Params<ListQuery>,
) -> Result<web::Json<Page<Message>>> {
    let paging = PageParams::new(query.limit, query.cursor)?;
    let filter = Filter {
        account: query.account_id,
        thread: query.thread_id,
        state: query.state,
        ..Filter::default()
    };
    let all = db.read(async |tx| service::list(tx, allowed.scope, filter, &paging).await).await?;
    Ok(web::Json(all))
}

/// Write a message to a person at an account, and send it if that is asked for
#[utoipa::path(tag = "records", operation_id = "create_message", security(("bearer" = [])),
    request_body = NewMessage, responses((status = 201, body = Message)))]
#[post("/messages")]
async fn create(
    allowed: Allowed<KeepRecords>,
    (db, clock, mailer): (web::Data<Db>, web::Data<Clock>, web::Data<Mailer>),
    once: Once,
    Body(body): Body<NewMessage>,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let work = async |tx: &mut _| service::create(tx, scope, (&body, &mailer), now).await;
    once.create(&db, (scope, now), &body, work).await
}

/// Read a message
#[utoipa::path(tag = "records", operation_id = "get_message", security(("bearer" = [])),
    params(("id" = MessageId, Path)), responses((status = 200, body = Message)))]
#[get("/messages/{id}")]
async fn find(
    allowed: Allowed<ReadRecords>,
    db: web::Data<Db>,
    Id(id): Id<MessageId>,
) -> Result<HttpResponse> {
    let found = db.read(async |tx| service::find(tx, allowed.scope, id).await).await?;
    Ok(versioned(found.version, &found))
}

/// Change a draft
#[utoipa::path(tag = "records", operation_id = "update_message", security(("bearer" = [])),
    params(("id" = MessageId, Path)), request_body = MessageChange,
    responses((status = 200, body = Message)))]
#[patch("/messages/{id}")]
async fn change(
    allowed: Allowed<KeepRecords>,
    db: web::Data<Db>,
    Id(id): Id<MessageId>,
    IfMatch(version): IfMatch,
    Body(body): Body<MessageChange>,
) -> Result<HttpResponse> {
    let of = ((id, version), &body);
    let found = db.write(async |tx| service::change(tx, allowed.scope, of).await).await?;
    Ok(versioned(found.version, &found))
}

/// Throw a draft away
#[utoipa::path(tag = "records", operation_id = "delete_message", security(("bearer" = [])),
    params(("id" = MessageId, Path)), responses((status = 204)))]
#[delete("/messages/{id}")]
async fn discard(
    allowed: Allowed<KeepRecords>,
    db: web::Data<Db>,
    Id(id): Id<MessageId>,
    IfMatch(version): IfMatch,
) -> Result<HttpResponse> {
    let of = (id, version);
    db.write(async |tx| service::discard(tx, allowed.scope, of).await).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Send a draft, or again what failed or was taken back
#[utoipa::path(tag = "records", operation_id = "send_message", security(("bearer" = [])),
    params(("id" = MessageId, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = Message)))]
#[post("/messages/{id}/send")]
async fn send(
    allowed: Allowed<KeepRecords>,
    (db, clock, mailer): (web::Data<Db>, web::Data<Clock>, web::Data<Mailer>),
    Id(id): Id<MessageId>,
    IfMatch(version): IfMatch,
) -> Result<HttpResponse> {
    let (scope, now) = (allowed.scope, clock.now());
    let of = ((id, version), &**mailer);
    let found = db.write(async |tx| service::send(tx, scope, of, now).await).await?;
    Ok(versioned(found.version, &found))
}

/// Take a message back that waits to be sent
#[utoipa::path(tag = "records", operation_id = "take_back_message", security(("bearer" = [])),
    params(("id" = MessageId, Path)), responses((status = 200, body = Message)))]
#[post("/messages/{id}/take-back")]
async fn take_back(
    allowed: Allowed<KeepRecords>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    Id(id): Id<MessageId>,
) -> Result<HttpResponse> {
    let (scope, times) = (allowed.scope, (clock.now(), Clock::Real.now()));
    let found = db.write(async |tx| service::take_back(tx, scope, id, times).await).await?;
    Ok(versioned(found.version, &found))
}

/// A mail as RFC 5322 has it.
#[derive(utoipa::ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "it is only in the document")]
struct InboundMail(Vec<u8>);

/// What a repetition must send again.
#[derive(Serialize)]
struct Request<'a> {
    sha256: &'a [u8],
}

/// Hand in a mail that came: it goes to the account whose message it answers, or whose person it is
/// from, with a next step for who is to answer. One that was handed in before is told again. What
/// reports that a mail of ours came back answers 200 with that mail
#[utoipa::path(tag = "records", operation_id = "create_inbound_mail", security(("bearer" = [])),
    request_body(content = InboundMail, content_type = "message/rfc822"),
    responses((status = 201, body = Message), (status = 200, body = ReturnedMail)))]
#[post("/inbound-mails")]
async fn hand_in(
    allowed: Allowed<KeepRecords>,
    (db, clock): (web::Data<Db>, web::Data<Clock>),
    (once, req): (Once, HttpRequest),
    mut body: web::Payload,
) -> Result<HttpResponse> {
    let kind = req.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("message/rfc822") {
        return Err(ErrorCode::UnsupportedMedia.into());
    }
    let bytes = whole(&mut body, INBOUND_BYTES_MAX).await?;
    let sha256 = Sha256::digest(&bytes);
    let reading = web::block(move || inbound::read(&bytes)).await;
    let taken = reading.map_err(|error| Error::internal("reading a mail", error))??;
    let (scope, now) = (allowed.scope, clock.now());
    let request = Request { sha256: &sha256 };
    match taken {
        Inbound::Message(taken) => {
            let work = async |tx: &mut _| inbound::take(tx, scope, &taken, now).await;
            once.create(&db, (scope, now), &request, work).await
        }
        Inbound::Report(report) => {
            let work = async |tx: &mut _| returned::take(tx, scope, &report, now).await;
            once.answer(&db, (scope, now), &request, StatusCode::OK, work).await
        }
    }
}
