//! What the provider tells by itself. It is a hint where to look: what is, the provider is asked.
//! Source: domain 5.14.
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse, post};
use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use shared::api::{ErrorCode, MemberId, Role};
use uuid::Uuid;

use super::cashier::Cashier;
use super::provider::{About, Event, Provider};
use super::{links, store};
use crate::auth::Scope;
use crate::clock::Clock;
use crate::db::Db;
use crate::error::{Error, Result};

/// The largest event.
const BODY_MAX: usize = 1 << 20;

/// Hear an event of Stripe, signed as it signs them
#[utoipa::path(tag = "invoices", operation_id = "hear_stripe", security(()),
    params(("Stripe-Signature" = Option<String>, Header, max_length = 2000)),
    request_body(content(("application/octet-stream"))), responses((status = 200)))]
#[post("/webhooks/stripe")]
pub async fn hear(
    (db, clock, cashier): (web::Data<Db>, web::Data<Clock>, web::Data<Cashier>),
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse> {
    let body = read(body).await?;
    // Signatures go by the machine's time, whatever the clock of a demonstration says.
    let machine = Clock::Real.now();
    let signature = request.headers().get("Stripe-Signature").and_then(|sent| sent.to_str().ok());
    let event = match (cashier.stripe(), signature) {
        (Ok(stripe), Some(signature)) => stripe.event(&body, signature, machine),
        _ => None,
    };
    let event = event.ok_or_else(|| Error::Malformed("no signature of the provider".into()))?;
    note(&db, &cashier, &event, (clock.now(), machine)).await?;
    Ok(HttpResponse::Ok().finish())
}

async fn read(mut body: web::Payload) -> Result<Bytes> {
    let mut bytes = web::BytesMut::new();
    while let Some(chunk) = body.next().await {
        let chunk = chunk.map_err(|error| Error::Malformed(error.to_string()))?;
        if bytes.len() + chunk.len() > BODY_MAX {
            return Err(ErrorCode::TooLarge.into());
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

/// Has looked at what an event is about, once. What is not ours is heard, and nothing more.
async fn note(
    db: &Db,
    cashier: &Cashier,
    event: &Event,
    (now, machine): (DateTime<Utc>, DateTime<Utc>),
) -> Result<()> {
    // Before it counts as heard: if the provider cannot be asked now, it tells again.
    if let Some(About::Link(organisation, link)) = event.about
        && event.kind == "setup_intent.succeeded"
    {
        links::told(db, cashier, (organisation, link), now).await?;
    }
    let first = db
        .write(async |tx| {
            let first = store::heard(tx, &event.id, &event.kind, machine).await?;
            if let (true, Some(About::Charge(organisation, charge))) = (first, event.about) {
                let scope = Scope::acting(organisation, MemberId(Uuid::nil()), Role::Viewer);
                store::soon(tx, scope, charge, now).await?;
            }
            Ok(first)
        })
        .await?;
    if first && event.about.is_some() {
        cashier.ring();
    }
    Ok(())
}
