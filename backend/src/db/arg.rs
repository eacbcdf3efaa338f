//! Parameters of statements.
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use shared::api::*;
use shared::rules::units::{Minor, Minutes, Quantity};
use sqlx::Arguments;
use uuid::Uuid;

/// A parameter. The `Option` keeps the type of a NULL, which PostgreSQL needs.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "each variant is named after its type")]
pub enum Arg {
    Bool(Option<bool>),
    I64(Option<i64>),
    Text(Option<String>),
    Uuid(Option<Uuid>),
    Date(Option<NaiveDate>),
    Time(Option<DateTime<Utc>>),
    Json(Option<serde_json::Value>),
    Bytes(Option<Vec<u8>>),
}

macro_rules! arg_from {
    ($($ty:ty => $variant:ident),* $(,)?) => {$(
        impl From<$ty> for Arg {
            fn from(v: $ty) -> Self { Arg::$variant(Some(v.into())) }
        }
        impl From<Option<$ty>> for Arg {
            fn from(v: Option<$ty>) -> Self { Arg::$variant(v.map(Into::into)) }
        }
    )*};
}
macro_rules! arg_from_newtype {
    ($($ty:ty => $variant:ident),* $(,)?) => {$(
        impl From<$ty> for Arg {
            fn from(v: $ty) -> Self { Arg::$variant(Some(v.0)) }
        }
        impl From<Option<$ty>> for Arg {
            fn from(v: Option<$ty>) -> Self { Arg::$variant(v.map(|v| v.0)) }
        }
    )*};
}
arg_from_newtype!(
    OrganisationId => Uuid, UserId => Uuid, MemberId => Uuid, SessionId => Uuid, ApiKeyId => Uuid,
    InvitationId => Uuid, AccountId => Uuid, ContactId => Uuid, RetainerId => Uuid, TermsId => Uuid,
    CycleId => Uuid, TimeEntryId => Uuid, FactId => Uuid, ImportId => Uuid, PoolId => Uuid,
    AdjustmentId => Uuid, DeliverableId => Uuid, ClientSessionId => Uuid,
    ApprovalId => Uuid, ApprovalRequestId => Uuid, AlertId => Uuid,
    PriorityId => Uuid, WorkItemId => Uuid, WorkEventId => Uuid,
    DecisionId => Uuid, SopId => Uuid, RequestTypeId => Uuid, WorkflowId => Uuid,
    FrictionId => Uuid, BusinessChangeId => Uuid,
    ScopeLineId => Uuid, ScopeChangeId => Uuid, DelegationId => Uuid,
    FitCheckId => Uuid,
    RequestId => Uuid, RequestEventId => Uuid, ActionLinkId => Uuid,
    ReviewId => Uuid, ReviewOutcomeId => Uuid, LeadId => Uuid,
    InvoiceId => Uuid, CreditNoteId => Uuid, PaymentId => Uuid, MailId => Uuid, RateId => Uuid,
    ExpenseId => Uuid, ChargeId => Uuid, UpliftId => Uuid, UpliftLetterId => Uuid, LogoId => Uuid,
    BankImportId => Uuid, BankLineId => Uuid, NoteId => Uuid, TaskId => Uuid, TimelineItemId => Uuid,
    RenewalId => Uuid, ProposalId => Uuid, ProposalMailId => Uuid, PortalLinkId => Uuid,
    PortalSessionId => Uuid, PortalViewId => Uuid, MessageId => Uuid, CallRuleId => Uuid,
    CalendarFeedId => Uuid, FileId => Uuid, AgreementId => Uuid,
    Minor => I64, Minutes => I64, Quantity => I64,
);
arg_from!(
    bool => Bool, i64 => I64, String => Text, &str => Text, Uuid => Uuid, NaiveDate => Date,
    DateTime<Utc> => Time, Vec<u8> => Bytes,
);

impl Arg {
    /// A value kept as JSON.
    pub fn json(value: &impl Serialize) -> Self {
        Arg::Json(Some(serde_json::to_value(value).expect("our types serialise")))
    }
    /// The name of an enum's variant on the wire, which is how it is kept.
    pub fn name(value: impl Serialize) -> Self {
        match serde_json::to_value(value).expect("our types serialise") {
            serde_json::Value::String(name) => Arg::Text(Some(name)),
            other => Arg::Text(Some(other.to_string())),
        }
    }
}

/// Parameters, each by its own type.
#[macro_export]
macro_rules! args {
    ($($arg:expr),* $(,)?) => { vec![$($crate::db::Arg::from($arg)),*] };
}

pub(super) fn bind<'q, A: Arguments + Default>(args: Vec<Arg>) -> Result<A, sqlx::Error>
where
    Option<bool>: sqlx::Encode<'q, A::Database> + sqlx::Type<A::Database>,
    Option<i64>: sqlx::Encode<'q, A::Database> + sqlx::Type<A::Database>,
    Option<String>: sqlx::Encode<'q, A::Database> + sqlx::Type<A::Database>,
    Option<Uuid>: sqlx::Encode<'q, A::Database> + sqlx::Type<A::Database>,
    Option<NaiveDate>: sqlx::Encode<'q, A::Database> + sqlx::Type<A::Database>,
    Option<DateTime<Utc>>: sqlx::Encode<'q, A::Database> + sqlx::Type<A::Database>,
    Option<serde_json::Value>: sqlx::Encode<'q, A::Database> + sqlx::Type<A::Database>,
    Option<Vec<u8>>: sqlx::Encode<'q, A::Database> + sqlx::Type<A::Database>,
{
    let mut out = A::default();
    for arg in args {
        match arg {
            Arg::Bool(v) => out.add(v),
            Arg::I64(v) => out.add(v),
            Arg::Text(v) => out.add(v),
            Arg::Uuid(v) => out.add(v),
            Arg::Date(v) => out.add(v),
            Arg::Time(v) => out.add(v),
            Arg::Json(v) => out.add(v),
            Arg::Bytes(v) => out.add(v),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(out)
}
