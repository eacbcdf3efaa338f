//! Requests in the database.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    AccountId, ActionLinkId, ContactId, Frequency, Grade, RequestAsked, RequestEvent,
    RequestEventId, RequestEventKind, RequestId, RequestInput, RequestSource, RequestState,
    RequestTypeId, RequestVerdict, RetainerId, RetainerState, ScopeChangeId, ScopeChangeState,
    ScopeLineId, ScopeLineKind, ScopeMatch, TimelineEvent, Touch, WorkColumn, WorkItemId,
};
use sqlx::types::Json;
use uuid::Uuid;

use super::outcome::Kept;
use crate::auth::Scope;
use crate::db::{Arg, DbError, Query, Tx};
use crate::error::Result;
use crate::timeline::{self, Told};
use crate::{args, stmt};

/// A request with the names around it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct RequestRow {
    pub id: RequestId,
    pub retainer_id: RetainerId,
    pub retainer_name: String,
    pub timezone: String,
    pub account_id: AccountId,
    pub account_name: String,
    pub number: i64,
    pub title: String,
    pub details: Option<String>,
    pub request_type_id: Option<RequestTypeId>,
    pub request_type_name: Option<String>,
    pub item: Option<String>,
    pub inputs: Json<Vec<RequestInput>>,
    pub source: RequestSource,
    pub link_id: Option<ActionLinkId>,
    pub asker_contact_id: Option<ContactId>,
    pub asker_name: Option<String>,
    pub asker_email: Option<String>,
    pub wanted_on: Option<NaiveDate>,
    pub estimate: Option<i64>,
    pub risk: Grade,
    pub frequency: Frequency,
    pub impact: Grade,
    pub touches: Json<Vec<Touch>>,
    pub match_kind: Option<ScopeMatch>,
    pub match_line_id: Option<ScopeLineId>,
    pub match_line_text: Option<String>,
    pub state: RequestState,
    pub asked: Option<Json<RequestAsked>>,
    pub verdict: Option<RequestVerdict>,
    pub triage: Option<Json<Kept>>,
    pub work_item_id: Option<WorkItemId>,
    pub work_item_number: Option<i64>,
    pub work_stage: Option<WorkColumn>,
    pub scope_change_id: Option<ScopeChangeId>,
    pub scope_change_number: Option<i64>,
    pub scope_change_state: Option<ScopeChangeState>,
    pub scope_change_minutes: Option<i64>,
    pub scope_change_on: Option<NaiveDate>,
    pub scope_change_decided_by: Option<String>,
    pub scope_change_decided_at: Option<DateTime<Utc>>,
    pub created_by_name: Option<String>,
    pub created_at: DateTime<Utc>,
    pub version: i64,
}

impl RequestRow {
    /// The keys of required inputs that have not come.
    pub fn missing(&self) -> Vec<String> {
        let open = |input: &&RequestInput| input.required && input.value.is_none();
        self.inputs.0.iter().filter(open).map(|input| input.key.clone()).collect()
    }
    /// Whether nobody has decided about it.
    pub fn waits(&self) -> bool {
        matches!(self.state, RequestState::New | RequestState::NeedsInput)
    }
}

const SELECT: &str = "
    SELECT q.id, q.retainer_id, r.name AS retainer_name, r.timezone, r.account_id,
        a.name AS account_name, q.number, q.title, q.details, q.request_type_id,
        t.name AS request_type_name, t.item, q.inputs, q.source, q.link_id, q.asker_contact_id,
        COALESCE(c.name, q.asker_name) AS asker_name, q.asker_email, q.wanted_on, q.estimate,
        q.risk, q.frequency, q.impact, q.touches, q.match_kind, q.match_line_id,
        l.text AS match_line_text, q.state, q.asked, q.verdict, q.triage, q.work_item_id,
        w.number AS work_item_number, w.stage AS work_stage, q.scope_change_id,
        s.number AS scope_change_number, s.state AS scope_change_state,
        s.minutes AS scope_change_minutes, s.effective_on AS scope_change_on,
        COALESCE(dm.name, dc.name) AS scope_change_decided_by,
        s.decided_at AS scope_change_decided_at,
        m.name AS created_by_name, q.created_at, q.version
    FROM requests q
    JOIN retainers r ON r.organisation_id = q.organisation_id AND r.id = q.retainer_id
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    LEFT JOIN request_types t ON t.organisation_id = q.organisation_id AND t.id = q.request_type_id
    LEFT JOIN contacts c ON c.organisation_id = q.organisation_id AND c.id = q.asker_contact_id
    LEFT JOIN scope_lines l ON l.organisation_id = q.organisation_id AND l.id = q.match_line_id
    LEFT JOIN work_items w ON w.organisation_id = q.organisation_id AND w.id = q.work_item_id
    LEFT JOIN scope_changes s ON s.organisation_id = q.organisation_id AND s.id = q.scope_change_id
    LEFT JOIN members dm ON dm.organisation_id = s.organisation_id AND dm.id = s.decided_member
    LEFT JOIN contacts dc ON dc.organisation_id = s.organisation_id AND dc.id = s.decided_contact
    LEFT JOIN members m ON m.organisation_id = q.organisation_id AND m.id = q.created_by
    WHERE q.organisation_id =";

/// A filter of the list.
#[derive(Debug, Default)]
pub struct Filter {
    pub state: Option<RequestState>,
    pub retainer: Option<RetainerId>,
    pub before: Option<RequestId>,
    pub limit: i64,
}

/// Requests, the newest first.
pub async fn list(tx: &mut Tx, scope: Scope, filter: Filter) -> Result<Vec<RequestRow>> {
    let query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push_opt(" AND q.state = ?", filter.state.map(Arg::name))
        .push_opt(" AND q.retainer_id = ?", filter.retainer)
        .push_opt(" AND q.id < ?", filter.before)
        .push(" ORDER BY q.id DESC LIMIT ?", filter.limit);
    Ok(tx.all(query).await?)
}
pub async fn find(tx: &mut Tx, scope: Scope, id: RequestId) -> Result<RequestRow> {
    let query = Query::new(SELECT).push(" ?", scope.organisation()).push(" AND q.id = ?", id);
    Ok(tx.one(query).await?)
}

stmt!(
    NUMBERED = "
    SELECT id FROM requests WHERE organisation_id = $1 AND retainer_id = $2 AND number = $3"
);
/// The request of a number within a retainer.
pub async fn numbered(
    tx: &mut Tx,
    scope: Scope,
    (retainer, number): (RetainerId, i64),
) -> Result<RequestId> {
    let query = NUMBERED.with(args![scope.organisation(), retainer, number]);
    Ok(tx.one::<(RequestId,)>(query).await?.0)
}

/// What is known of a retainer here.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Home {
    pub account_id: AccountId,
    pub state: RetainerState,
    pub timezone: String,
}
stmt!(
    HOME = "
    SELECT account_id, state, timezone FROM retainers WHERE organisation_id = $1 AND id = $2"
);
pub async fn home(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<Option<Home>> {
    Ok(tx.opt(HOME.with(args![scope.organisation(), id])).await?)
}

stmt!(
    AT_ACCOUNT = "
    SELECT id FROM contacts WHERE organisation_id = $1 AND id = $2 AND account_id = $3"
);
/// Whether a person is at an account.
pub async fn at_account(
    tx: &mut Tx,
    scope: Scope,
    (contact, account): (ContactId, AccountId),
) -> Result<bool> {
    let query = AT_ACCOUNT.with(args![scope.organisation(), contact, account]);
    Ok(tx.opt::<(ContactId,)>(query).await?.is_some())
}

/// A line of a scope.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct LineRow {
    pub id: ScopeLineId,
    pub retainer_id: RetainerId,
    pub kind: ScopeLineKind,
    pub text: String,
    pub starts_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
}
impl LineRow {
    /// Whether it holds on a day.
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.starts_on <= day && self.ends_on.is_none_or(|end| day < end)
    }
}
const LINES: &str = "
    SELECT id, retainer_id, kind, text, starts_on, ends_on FROM scope_lines
    WHERE organisation_id =";

/// Every line that some retainers have or had.
pub async fn lines(tx: &mut Tx, scope: Scope, retainers: &[RetainerId]) -> Result<Vec<LineRow>> {
    let query = Query::new(LINES)
        .push(" ?", scope.organisation())
        .text(" AND retainer_id IN")
        .list(retainers.iter().map(|id| (*id).into()).collect())
        .text(" ORDER BY retainer_id, kind, position");
    Ok(tx.all(query).await?)
}

/// What a row keeps that may change, in the order of both statements that write one.
fn values(row: &RequestRow) -> Vec<Arg> {
    let named = |value: Option<Arg>| value.unwrap_or(Arg::Text(None));
    let json = |value: Option<Arg>| value.unwrap_or(Arg::Json(None));
    args![
        row.title.as_str(),
        row.details.clone(),
        row.request_type_id,
        Arg::json(&row.inputs.0),
        row.wanted_on,
        row.estimate,
        Arg::name(row.risk),
        Arg::name(row.frequency),
        Arg::name(row.impact),
        Arg::json(&row.touches.0),
        named(row.match_kind.map(Arg::name)),
        row.match_line_id,
        Arg::name(row.state),
        json(row.asked.as_ref().map(|asked| Arg::json(&asked.0))),
        named(row.verdict.map(Arg::name)),
        json(row.triage.as_ref().map(|triage| Arg::json(&triage.0))),
        row.work_item_id,
        row.scope_change_id,
    ]
}

stmt!(
    LAST_NUMBER = "
    SELECT COALESCE(MAX(number), 0) FROM requests WHERE organisation_id = $1 AND retainer_id = $2"
);
stmt!(
    INSERT = "
    INSERT INTO requests (title, details, request_type_id, inputs, wanted_on, estimate, risk,
        frequency, impact, touches, match_kind, match_line_id, state, asked, verdict, triage,
        work_item_id, scope_change_id, organisation_id, id, retainer_id, number, source, link_id,
        asker_contact_id, asker_name, asker_email, created_by, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
        $20, $21, $22, $23, $24, $25, $26, $27, $28, $29)"
);
/// The next number of a request of a retainer.
pub async fn next_number(tx: &mut Tx, scope: Scope, retainer: RetainerId) -> Result<i64> {
    let (last,): (i64,) = tx.one(LAST_NUMBER.with(args![scope.organisation(), retainer])).await?;
    Ok(last + 1)
}
/// Writes a new request; by nobody where its asker sent it.
pub async fn insert(tx: &mut Tx, scope: Scope, row: &RequestRow) -> Result<()> {
    let mut args = values(row);
    let own_name = row.asker_name.clone().filter(|_| row.asker_contact_id.is_none());
    let by = (row.source != RequestSource::Form).then_some(scope.member());
    args.extend(args![
        scope.organisation(),
        row.id,
        row.retainer_id,
        row.number,
        Arg::name(row.source),
        row.link_id,
        row.asker_contact_id,
        own_name,
        row.asker_email.clone(),
        by,
        row.created_at,
    ]);
    match tx.execute(INSERT.with(args)).await {
        // Another came meanwhile: number anew.
        Err(DbError::Unique(_)) => Err(DbError::Conflict.into()),
        written => Ok(written.map(drop)?),
    }
}

stmt!(
    UPDATE = "
    UPDATE requests SET title = $1, details = $2, request_type_id = $3, inputs = $4,
        wanted_on = $5, estimate = $6, risk = $7, frequency = $8, impact = $9, touches = $10,
        match_kind = $11, match_line_id = $12, state = $13, asked = $14, verdict = $15,
        triage = $16, work_item_id = $17, scope_change_id = $18, asker_contact_id = $19,
        version = version + 1
    WHERE organisation_id = $20 AND id = $21 AND version = $22"
);
/// Writes a request anew, at the version that was read; false if that is over.
pub async fn update(tx: &mut Tx, scope: Scope, row: &RequestRow) -> Result<bool> {
    let mut args = values(row);
    args.extend(args![row.asker_contact_id, scope.organisation(), row.id, row.version]);
    Ok(tx.execute(UPDATE.with(args)).await? == 1)
}

/// Something that happened, to write down.
#[derive(Debug, Clone)]
pub struct Happened {
    pub kind: RequestEventKind,
    pub note: Option<String>,
    pub verdict: Option<RequestVerdict>,
    /// Its asker did it, by a link.
    pub by_asker: bool,
}
impl Happened {
    /// What somebody here did.
    pub fn new(kind: RequestEventKind, note: Option<&str>) -> Self {
        Self { kind, note: note.map(str::to_owned), verdict: None, by_asker: false }
    }
    /// What the asker did.
    pub fn by_asker(self) -> Self {
        Self { by_asker: true, ..self }
    }
    /// As the timeline of the account tells it, if it does.
    fn on_timeline(&self, id: RequestId) -> Option<Told> {
        let event = match self.kind {
            RequestEventKind::Received => TimelineEvent::RequestReceived,
            RequestEventKind::Triaged => TimelineEvent::RequestTriaged,
            RequestEventKind::Withdrawn => TimelineEvent::RequestWithdrawn,
            _ => return None,
        };
        let told = Told::new(event, id).text(self.note.clone()).verdict(self.verdict);
        Some(if self.by_asker { told.by_nobody() } else { told })
    }
}

stmt!(
    TELL = "
    INSERT INTO request_events (id, organisation_id, request_id, kind, note, verdict, created_by,
        created_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7, $8)"
);
/// Writes down what happened to a request.
pub async fn tell(
    tx: &mut Tx,
    scope: Scope,
    (id, events): (RequestId, &[Happened]),
    now: DateTime<Utc>,
) -> Result<()> {
    for event in events {
        let args = args![
            scope.organisation(),
            RequestEventId(Uuid::now_v7()),
            id,
            Arg::name(event.kind),
            event.note.clone(),
            event.verdict.map_or(Arg::Text(None), Arg::name),
            (!event.by_asker).then_some(scope.member()),
            now,
        ];
        tx.execute(TELL.with(args)).await?;
        if let Some(told) = event.on_timeline(id) {
            timeline::tell(tx, scope, told, now).await?;
        }
    }
    Ok(())
}

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct EventRow {
    pub id: RequestEventId,
    kind: RequestEventKind,
    note: Option<String>,
    verdict: Option<RequestVerdict>,
    member_name: Option<String>,
    created_at: DateTime<Utc>,
}
impl From<EventRow> for RequestEvent {
    fn from(row: EventRow) -> Self {
        let EventRow { id, kind, note: text, verdict, member_name, created_at: at } = row;
        Self { id, kind, text, verdict, member_name, at }
    }
}
const EVENTS: &str = "
    SELECT e.id, e.kind, e.note, e.verdict, m.name AS member_name, e.created_at
    FROM request_events e
    LEFT JOIN members m ON m.organisation_id = e.organisation_id AND m.id = e.created_by
    WHERE e.organisation_id =";

/// What happened to a request, the newest first.
pub async fn events(
    tx: &mut Tx,
    scope: Scope,
    id: RequestId,
    (before, limit): (Option<RequestEventId>, i64),
) -> Result<Vec<EventRow>> {
    let query = Query::new(EVENTS)
        .push(" ?", scope.organisation())
        .push(" AND e.request_id = ?", id)
        .push_opt(" AND e.id < ?", before)
        .push(" ORDER BY e.id DESC LIMIT ?", limit);
    Ok(tx.all(query).await?)
}
