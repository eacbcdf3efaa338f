//! Who asks, for which organisation, and what the role may do: decided here and nowhere else.
mod tokens;

use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use chrono::{DateTime, Utc};
use futures_util::future::LocalBoxFuture;
use shared::api::{ErrorCode, MemberId, OrganisationId, Role, SessionId};

use crate::clock::Clock;
use crate::db::Db;
use crate::error::{Error, Result};
use crate::identity;

pub use tokens::{ApiKeySecret, Claims, Keys, Secret};

/// What every statement is confined to. Only this module makes one.
#[derive(Debug, Clone, Copy)]
pub struct Scope {
    organisation: OrganisationId,
    member: MemberId,
    role: Role,
    /// A key never does more than the person who made it may do today.
    maker: Role,
    session: Option<SessionId>,
}

impl Scope {
    /// The tenant.
    pub fn organisation(self) -> OrganisationId {
        self.organisation
    }
    /// Who acts.
    pub fn member(self) -> MemberId {
        self.member
    }
    /// As what.
    pub fn role(self) -> Role {
        self.role
    }
    /// The sign-in behind the request; none for an integrator's key.
    pub fn session(self) -> Option<SessionId> {
        self.session
    }
    /// Whether the role may do `P`, for rules that depend on the body.
    pub fn may<P: Permission>(self) -> bool {
        P::granted_to(self.role) && P::granted_to(self.maker)
    }
    /// A member acting without a request: set-up, the command line, the demonstration.
    pub(crate) fn acting(organisation: OrganisationId, member: MemberId, role: Role) -> Self {
        Self { organisation, member, role, maker: role, session: None }
    }
}

/// Something a role may or may not do.
pub trait Permission {
    /// Its name in the table.
    const NAME: &'static str;
    /// The table's answer.
    fn granted_to(role: Role) -> bool;
}

macro_rules! permissions {
    ($($(#[$meta:meta])* $name:ident: $($role:ident)|+;)*) => {
        $(
            $(#[$meta])*
            #[derive(Debug, Clone, Copy)]
            pub struct $name;
            impl Permission for $name {
                const NAME: &'static str = stringify!($name);
                fn granted_to(role: Role) -> bool { matches!(role, $(Role::$role)|+) }
            }
        )*
        /// The whole table, for the test that prints it.
        pub const PERMISSIONS: &[(&str, fn(Role) -> bool)] =
            &[$((stringify!($name), $name::granted_to)),*];
    };
}
permissions! {
    /// Know oneself and the organisation.
    ReadOrganisation: Owner | Admin | Manager | Member | Finance | Viewer | Partner;
    /// Change the organisation's name and defaults.
    ManageOrganisation: Owner | Admin;
    /// See colleagues.
    ReadMembers: Owner | Admin | Manager | Member | Finance | Viewer | Partner;
    /// Add, change and invite colleagues.
    ManageMembers: Owner | Admin;
    /// See what people cost and are billed at.
    ReadRates: Owner | Admin | Manager | Finance;
    /// Say what people cost and are billed at.
    ManageRates: Owner | Admin | Finance;
    /// See what clients bring and cost.
    ReadMargin: Owner | Admin | Manager | Finance;
    /// Record money spent for clients.
    RecordExpenses: Owner | Admin | Manager | Finance;
    /// Make and end keys of integrators.
    ManageKeys: Owner | Admin;
    /// See accounts and their people.
    ReadAccounts: Owner | Admin | Manager | Member | Finance | Viewer | Partner;
    /// Add and change accounts and their people.
    ManageAccounts: Owner | Admin | Manager;
    /// See the timeline of an account, its notes and next steps. Partners do not: notes are internal.
    ReadRecords: Owner | Admin | Manager | Member | Finance | Viewer;
    /// Write notes and next steps, and see to them.
    KeepRecords: Owner | Admin | Manager | Member | Finance;
    /// See retainers, cycles, balances and ledgers.
    ReadRetainers: Owner | Admin | Manager | Member | Finance | Viewer | Partner;
    /// Agree on terms.
    ManageRetainers: Owner | Admin | Manager;
    /// See renewals. Partners do not: what is planned for them is internal.
    ReadRenewals: Owner | Admin | Manager | Member | Finance | Viewer;
    /// See to renewals, and say what came of them.
    RunRenewals: Owner | Admin | Manager;
    /// Buy, give and correct units by hand.
    AdjustBalances: Owner | Admin | Manager;
    /// Close cycles by hand, and settle their overage.
    CloseCycles: Owner | Admin | Manager;
    /// Let something go beyond the limit where the terms ask first.
    ApproveOverage: Owner | Admin | Manager;
    /// See time, and whatever else was delivered.
    ReadTime: Owner | Admin | Manager | Member | Finance | Viewer | Partner;
    /// Record one's own time, and whatever else one delivered.
    RecordTime: Owner | Admin | Manager | Member | Partner;
    /// Record and change that of others.
    RecordTimeOfOthers: Owner | Admin | Manager;
    /// See boards and the work on them.
    ReadWork: Owner | Admin | Manager | Member | Finance | Viewer | Partner;
    /// Put work on a board, move it, say and check what belongs to it.
    DoWork: Owner | Admin | Manager | Member | Partner;
    /// Give requests their verdict, and let clients ask by a form.
    TriageRequests: Owner | Admin | Manager;
    /// Name the columns of a board, and limit them.
    ManageBoard: Owner | Admin | Manager;
    /// See what retainers are for, what they hold, who decides, and what comes first.
    ReadScope: Owner | Admin | Manager | Member | Finance | Viewer | Partner;
    /// Set that, and record who decided.
    ManageScope: Owner | Admin | Manager;
    /// Say how strict gates are.
    ManageControls: Owner | Admin;
    /// Import files of time.
    ImportTime: Owner | Admin | Manager;
    /// See decisions, routines, workflows and frictions.
    ReadModel: Owner | Admin | Manager | Member | Finance | Viewer | Partner;
    /// Write decisions down, and take them up again.
    RecordDecisions: Owner | Admin | Manager | Member;
    /// Write routines, request types and workflows.
    ManageModel: Owner | Admin | Manager;
    /// Tell what got in the way of work.
    LogFrictions: Owner | Admin | Manager | Member | Partner;
    /// See reviews, signals and leads. Partners are compared in them: they do not see them.
    ReadReviews: Owner | Admin | Manager | Member | Finance | Viewer;
    /// Hold reviews, and agree on signals.
    HoldReviews: Owner | Admin | Manager;
    /// Say how well leads fit.
    MarkLeads: Owner | Admin | Manager | Member;
    /// See invoices, and how somebody is billed.
    ReadInvoices: Owner | Admin | Manager | Finance | Viewer;
    /// Make and change drafts of invoices, and say how a retainer is billed.
    DraftInvoices: Owner | Admin | Manager | Finance;
    /// Issue invoices and withdraw them.
    IssueInvoices: Owner | Admin | Finance;
    /// Take mails back and have them sent again; those with invoices only who issues those.
    HandleMails: Owner | Admin | Manager | Finance;
    /// Record what was paid, pay back, and take that back.
    RecordPayments: Owner | Admin | Finance;
    /// Say how the organisation bills.
    ManageBilling: Owner | Admin | Finance;
    /// See who of an account reads the portal, and what they have seen.
    ReadPortal: Owner | Admin | Manager | Member | Finance | Viewer;
    /// Open it to accounts, say what they are shown, invite them, and see what they see.
    ManagePortal: Owner | Admin | Manager;
    /// Move the fixed clock of a demonstration.
    MoveClock: Owner;
}

/// Proof that the caller may do `P`. A handler without one cannot reach the store, since every
/// store function asks for the [`Scope`] inside.
#[derive(Debug, Clone, Copy)]
pub struct Allowed<P> {
    /// Who, where.
    pub scope: Scope,
    permission: PhantomData<P>,
}

impl<P: Permission> FromRequest for Allowed<P> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let req = req.clone();
        Box::pin(async move {
            let scope = caller(&req).await?;
            if !scope.may::<P>() {
                return Err(ErrorCode::Forbidden.into());
            }
            Ok(Allowed { scope, permission: PhantomData })
        })
    }
}

/// Who sends the request, checked against the database: a sign-out, a changed role and an ended
/// key act at once, although the token still reads well.
async fn caller(req: &HttpRequest) -> Result<Scope> {
    let held = |what| Error::internal("reading the app's state", what);
    let keys = req.app_data::<web::Data<Keys>>().ok_or_else(|| held("keys"))?;
    let db = req.app_data::<web::Data<Db>>().ok_or_else(|| held("database"))?;
    let clock = req.app_data::<web::Data<Clock>>().ok_or_else(|| held("clock"))?;
    let token = bearer(req).ok_or(ErrorCode::Unauthenticated)?;
    by_token((keys, db, clock), token).await
}

fn bearer(req: &HttpRequest) -> Option<&str> {
    req.headers().get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

/// What reads a token: the keys, the database, the clock.
type Reader<'a> = (&'a web::Data<Keys>, &'a web::Data<Db>, &'a web::Data<Clock>);

async fn by_token((keys, db, clock): Reader<'_>, token: &str) -> Result<Scope> {
    let now = clock.now();
    if token.starts_with(ApiKeySecret::PREFIX) {
        return by_key(db, token, now).await;
    }
    let claims = keys.check(token, now)?;
    let found = db
        .read(async |tx| {
            identity::store::session_member(tx, claims.organisation, claims.session, now).await
        })
        .await?
        .ok_or(ErrorCode::Unauthenticated)?;
    Ok(Scope {
        organisation: claims.organisation,
        member: found.id,
        role: found.role,
        maker: found.role,
        session: Some(claims.session),
    })
}

/// Whoever listens to an answer that goes on: asked again and again whether they still may.
pub struct Listener {
    keys: web::Data<Keys>,
    db: web::Data<Db>,
    clock: web::Data<Clock>,
    token: String,
}

impl std::fmt::Debug for Listener {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Listener").finish_non_exhaustive()
    }
}

impl Listener {
    /// Who sent the request.
    ///
    /// # Errors
    /// `unauthenticated`.
    pub fn of(req: &HttpRequest) -> Result<Self> {
        let held = |what| Error::internal("reading the app's state", what);
        Ok(Self {
            keys: req.app_data::<web::Data<Keys>>().ok_or_else(|| held("keys"))?.clone(),
            db: req.app_data::<web::Data<Db>>().ok_or_else(|| held("database"))?.clone(),
            clock: req.app_data::<web::Data<Clock>>().ok_or_else(|| held("clock"))?.clone(),
            token: bearer(req).ok_or(ErrorCode::Unauthenticated)?.to_owned(),
        })
    }
    /// Whether the session or key still lives, and its role still may do `P`.
    pub async fn still_may<P: Permission>(&self) -> bool {
        let found = by_token((&self.keys, &self.db, &self.clock), &self.token).await;
        found.is_ok_and(Scope::may::<P>)
    }
}

/// The integrator behind a key; notes its use once an hour.
async fn by_key(db: &Db, token: &str, now: DateTime<Utc>) -> Result<Scope> {
    let secret = ApiKeySecret::parse(token).ok_or(ErrorCode::Unauthenticated)?;
    let found = db
        .read(async |tx| identity::store::key_by_id(tx, secret.id, now).await)
        .await?
        .filter(|key| secret.is(&key.secret_hash))
        .ok_or(ErrorCode::Unauthenticated)?;
    if found.last_used_at.is_none_or(|at| now - at > chrono::Duration::hours(1)) {
        db.write(async |tx| {
            identity::store::touch_key(tx, found.organisation_id, secret.id, now).await
        })
        .await?;
    }
    Ok(Scope {
        organisation: found.organisation_id,
        member: found.member_id,
        role: found.role,
        maker: found.maker_role,
        session: None,
    })
}
