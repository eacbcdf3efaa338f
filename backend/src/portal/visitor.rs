//! Who looks at the portal: a session of one account, which reads and nothing else.
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use chrono::{DateTime, NaiveDate, Utc};
use futures_util::future::LocalBoxFuture;
use shared::api::{
    AccountId, CycleId, ErrorCode, InvoiceId, MemberId, PortalPart, RetainerId, Role, VisitorKind,
};
use shared::rules::zone;
use uuid::Uuid;

use super::store::{self, SessionRow};
use crate::auth::{ManagePortal, Permission, Scope, Secret};
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::{args, stmt};

/// How every token of the portal begins.
pub const PREFIX: &str = "pt_";
/// The cookie with that of a person.
pub const COOKIE: &str = "perennial_portal";
/// The cookie with that of a colleague, or of who holds a link to a balance. It goes before the other:
/// whoever looks does not sign a person out.
pub const COOKIE_OF_LOOKS: &str = "perennial_portal_look";

/// Who looks, at which account, and what that is shown. Everything that the portal tells is asked for
/// through this: what belongs to another account, or is not shown, is not there.
#[derive(Debug, Clone)]
pub struct Visitor {
    pub session: SessionRow,
    pub parts: Vec<PortalPart>,
}

impl Visitor {
    /// What statements are confined to. It may read, as somebody who is nobody here.
    pub fn scope(&self) -> Scope {
        Scope::acting(self.session.organisation_id, MemberId(Uuid::nil()), Role::Viewer)
    }
    pub fn account(&self) -> AccountId {
        self.session.account_id
    }
    /// Whether a part is shown.
    pub fn sees(&self, part: PortalPart) -> bool {
        self.parts.contains(&part)
    }
    /// Refuses what is not shown.
    ///
    /// # Errors
    /// `not_found`.
    pub fn must_see(&self, part: PortalPart) -> Result<()> {
        self.sees(part).then_some(()).ok_or(ErrorCode::NotFound.into())
    }
    /// Refuses a retainer that is not theirs to read.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn must_have(&self, tx: &mut Tx, id: RetainerId) -> Result<()> {
        let ours: Option<(RetainerId,)> = tx.opt(RETAINER.with(self.about(id.0))).await?;
        self.only(ours).map(drop)
    }
    /// The retainer of a cycle of theirs that has begun.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn retainer_of(
        &self,
        tx: &mut Tx,
        id: CycleId,
        now: DateTime<Utc>,
    ) -> Result<RetainerId> {
        let ours: Option<(RetainerId, NaiveDate, String)> =
            tx.opt(CYCLE.with(self.about(id.0))).await?;
        let (retainer, starts_on, timezone) = ours.ok_or(ErrorCode::NotFound)?;
        let today = zone::local_date(zone::zone(&timezone)?, now);
        self.only(Some((retainer,)).filter(|_| starts_on <= today))
    }
    /// Refuses an invoice that they did not get.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn must_have_got(&self, tx: &mut Tx, id: InvoiceId) -> Result<()> {
        let ours: Option<(RetainerId,)> = tx.opt(INVOICE.with(self.about(id.0))).await?;
        self.only(ours).map(drop)
    }
    fn about(&self, id: Uuid) -> Vec<crate::db::Arg> {
        args![self.session.organisation_id, self.session.account_id, id]
    }
    /// Who holds the link to a balance reads only that.
    fn only(&self, found: Option<(RetainerId,)>) -> Result<RetainerId> {
        let shared = self.session.retainer_id;
        let found = found.map(|(id,)| id).filter(|id| shared.is_none_or(|only| only == *id));
        found.ok_or(ErrorCode::NotFound.into())
    }
}

stmt!(
    RETAINER = "
    SELECT id FROM retainers
    WHERE organisation_id = $1 AND account_id = $2 AND id = $3 AND state <> 'setup'"
);
stmt!(
    CYCLE = "
    SELECT r.id, c.starts_on, r.timezone FROM cycles c
    JOIN retainers r ON r.organisation_id = c.organisation_id AND r.id = c.retainer_id
    WHERE c.organisation_id = $1 AND r.account_id = $2 AND c.id = $3 AND r.state <> 'setup'"
);
stmt!(
    INVOICE = "
    SELECT retainer_id FROM invoices
    WHERE organisation_id = $1 AND account_id = $2 AND id = $3 AND state = 'issued'"
);

/// The visitor of a token, while they may look.
///
/// # Errors
/// `unauthenticated`.
pub async fn of_token(tx: &mut Tx, token: &str, now: DateTime<Utc>) -> Result<Visitor> {
    let hash = Secret::hash_of(token);
    let session = store::session(tx, hash, now).await?.ok_or(ErrorCode::Unauthenticated)?;
    if session.role.is_some_and(|role| !ManagePortal::granted_to(role)) {
        return Err(ErrorCode::Unauthenticated.into());
    }
    let portal = store::portal(tx, session.organisation_id, session.account_id).await?;
    let mut parts = portal.parts();
    if session.kind == VisitorKind::Share {
        parts.retain(|part| matches!(part, PortalPart::WorkLog | PortalPart::People));
    }
    Ok(Visitor { session, parts })
}

/// The token of a request: of its header, else of its cookie.
pub fn token(req: &HttpRequest) -> Option<String> {
    if let Some(sent) = req.headers().get(header::AUTHORIZATION) {
        let sent = sent.to_str().ok()?.strip_prefix("Bearer ")?;
        return sent.starts_with(PREFIX).then(|| sent.to_owned());
    }
    req.cookie(COOKIE_OF_LOOKS)
        .or_else(|| req.cookie(COOKIE))
        .map(|cookie| cookie.value().to_owned())
}

impl FromRequest for Visitor {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move {
            let held = |what| Error::internal("reading the app's state", what);
            let db = req.app_data::<web::Data<Db>>().ok_or_else(|| held("database"))?;
            let clock = req.app_data::<web::Data<Clock>>().ok_or_else(|| held("clock"))?;
            let (token, now) = (token(&req).ok_or(ErrorCode::Unauthenticated)?, clock.now());
            db.read(async |tx| of_token(tx, &token, now).await).await
        })
    }
}
