//! What signals count: read from the tables of others, none of them written.
//!
//! What is counted is of some retainers together: one for a review, all of a partner's to compare.
use std::collections::HashMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use shared::api::{
    AccountId, ContactId, Evidence, FrictionKind, Holder, LeadFit, MemberId, PoolId, PoolTerms,
    PriorityId, RetainerId, Terms, WorkColumn, WorkItemId, WorkVerdict,
};
use shared::rules::know::Made;
use shared::rules::{plan, zone};
use sqlx::types::Json;

use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;

/// Pieces of work that are looked at once.
const WORK_MAX: i64 = 2_000;

/// Of which retainers something is counted, and of which account they are.
#[derive(Debug, Clone)]
pub struct Place {
    /// Which account.
    pub account: AccountId,
    /// Which retainers.
    pub retainers: Vec<RetainerId>,
}
impl Place {
    fn ids(&self) -> Vec<Arg> {
        self.retainers.iter().map(|id| Arg::from(*id)).collect()
    }
}

/// In which days.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// The first.
    pub from: NaiveDate,
    /// The last.
    pub to: NaiveDate,
    /// Where days begin.
    pub zone: chrono_tz::Tz,
}
impl Window {
    /// So many days, the last of them being `to`.
    pub fn back(to: NaiveDate, days: i64, zone: chrono_tz::Tz) -> Self {
        let before = u64::try_from(days - 1).unwrap_or(0);
        Self { from: to.checked_sub_days(Days::new(before)).unwrap_or(to), to, zone }
    }
    /// The first instant, and the one after the last.
    pub fn instants(&self) -> (DateTime<Utc>, DateTime<Utc>) {
        let after = self.to.succ_opt().unwrap_or(self.to);
        (zone::first_instant(self.zone, self.from), zone::first_instant(self.zone, after))
    }
}

/// Minutes drawn on one pool, priority and channel.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct EffortRow {
    pub pool_id: PoolId,
    pub priority_id: Option<PriorityId>,
    pub channel: Option<String>,
    pub minutes: i64,
}

// What an import that is still being written has recorded is not seen.
const EFFORT: &str = "
    SELECT e.pool_id, p.id AS priority_id, COALESCE(w.channel, p.channel) AS channel,
        CAST(SUM(e.minutes) AS BIGINT) AS minutes
    FROM time_entries e
    LEFT JOIN time_entry_work t ON t.organisation_id = e.organisation_id
        AND t.time_entry_id = e.id
    LEFT JOIN work_items w ON w.organisation_id = t.organisation_id AND w.id = t.work_item_id
    LEFT JOIN priorities p ON p.organisation_id = w.organisation_id AND p.id = w.priority_id
        AND p.rank IS NOT NULL
    WHERE e.deleted_at IS NULL AND e.pool_id IS NOT NULL
        AND (e.import_id IS NULL OR e.import_id NOT IN (SELECT i.id FROM imports i
            WHERE i.organisation_id = e.organisation_id AND i.state = 'committing'))
        AND e.organisation_id =";

/// Drawn minutes of retainers from one day to another, both counted, by pool, priority and channel.
async fn effort(
    tx: &mut Tx,
    scope: Scope,
    retainers: &[RetainerId],
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<EffortRow>> {
    let query = Query::new(EFFORT)
        .push(" ?", scope.organisation())
        .push(" AND e.worked_on >= ?", from)
        .push(" AND e.worked_on <= ?", to)
        .text(" AND e.retainer_id IN")
        .list(retainers.iter().map(|id| Arg::from(*id)).collect());
    Ok(tx.all(query.text(" GROUP BY e.pool_id, p.id, COALESCE(w.channel, p.channel)")).await?)
}

/// A priority of a cycle that has days in the window.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct PriorityRow {
    pub id: PriorityId,
    retainer_id: RetainerId,
    pub title: String,
    pub channel: Option<String>,
    /// In units of the first pool of its cycle.
    pub planned: Option<i64>,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    terms: Json<Terms>,
    #[sqlx(skip)]
    pool: Option<PoolTerms>,
}
impl PriorityRow {
    /// What is planned for it, in minutes; none where nothing is, or in units that take no time.
    pub fn planned_minutes(&self) -> Option<i64> {
        self.pool.as_ref()?.minutes_of(self.planned?)
    }
}

const PRIORITIES: &str = "
    SELECT p.id, p.retainer_id, p.title, p.channel, p.planned, c.starts_on, c.ends_on, t.terms
    FROM priorities p
    JOIN cycles c ON c.organisation_id = p.organisation_id AND c.retainer_id = p.retainer_id
        AND c.seq = p.seq
    JOIN terms t ON t.organisation_id = c.organisation_id AND t.id = c.terms_id
    WHERE p.rank IS NOT NULL AND p.organisation_id =";

const POOLS: &str = "
    SELECT q.retainer_id, q.key FROM pools q WHERE q.organisation_id =";

/// What comes first in the cycles that have days in the window.
pub async fn priorities(
    tx: &mut Tx,
    scope: Scope,
    place: &Place,
    window: Window,
) -> Result<Vec<PriorityRow>> {
    let query = Query::new(PRIORITIES)
        .push(" ?", scope.organisation())
        .push(" AND c.starts_on <= ?", window.to)
        .push(" AND c.ends_on > ?", window.from)
        .text(" AND p.retainer_id IN")
        .list(place.ids());
    let mut rows: Vec<PriorityRow> =
        tx.all(query.text(" ORDER BY p.seq DESC, p.rank, p.id")).await?;
    let pools = Query::new(POOLS)
        .push(" ?", scope.organisation())
        .text(" AND q.retainer_id IN")
        .list(place.ids())
        .text(" ORDER BY q.position, q.id");
    let pools: Vec<(RetainerId, String)> = tx.all(pools).await?;
    for row in &mut rows {
        let mut own = pools.iter().filter(|(retainer, _)| *retainer == row.retainer_id);
        row.pool = own.find_map(|(_, key)| row.terms.0.pool(key).cloned());
    }
    Ok(rows)
}

const CARRIED: &str = "
    SELECT p.id, p.carried_from FROM priorities p
    WHERE p.carried_from IS NOT NULL AND p.organisation_id =";

/// From each priority of retainers to the one that it was carried over from.
async fn carried(
    tx: &mut Tx,
    scope: Scope,
    retainers: &[RetainerId],
) -> Result<HashMap<PriorityId, PriorityId>> {
    let query = Query::new(CARRIED)
        .push(" ?", scope.organisation())
        .text(" AND p.retainer_id IN")
        .list(retainers.iter().map(|id| Arg::from(*id)).collect());
    let rows: Vec<(PriorityId, PriorityId)> = tx.all(query).await?;
    Ok(rows.into_iter().collect())
}

/// Drawn minutes as [`effort`], on what is `listed`: what serves the priority of an earlier cycle
/// that goes on in one of these serves that.
pub async fn effort_on(
    tx: &mut Tx,
    scope: Scope,
    (retainers, listed): (&[RetainerId], &[PriorityId]),
    days: (NaiveDate, NaiveDate),
) -> Result<Vec<EffortRow>> {
    let mut rows = effort(tx, scope, retainers, days).await?;
    let elsewhere = |row: &EffortRow| row.priority_id.is_some_and(|id| !listed.contains(&id));
    if !rows.iter().any(elsewhere) {
        return Ok(rows);
    }
    let going_on = plan::going_on(listed, &carried(tx, scope, retainers).await?);
    for row in &mut rows {
        row.priority_id = row.priority_id.and_then(|id| going_on.get(&id).copied());
    }
    Ok(rows)
}

/// A piece of work that is open, or was delivered in the window.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct WorkRow {
    pub id: WorkItemId,
    pub number: i64,
    pub title: String,
    pub stage: WorkColumn,
    pub priority_id: Option<PriorityId>,
    pub cycle_seq: Option<i64>,
    pub due_on: Option<NaiveDate>,
    pub estimate: Option<i64>,
    pub delivered_at: Option<DateTime<Utc>>,
    pub revisions: i64,
    pub verdict: Option<Json<WorkVerdict>>,
    pub decided: bool,
    pub decision_member: Option<MemberId>,
    pub decision_contact: Option<ContactId>,
    pub execution_member: Option<MemberId>,
    pub execution_contact: Option<ContactId>,
    pub input_member: Option<MemberId>,
    pub input_contact: Option<ContactId>,
    pub review_member: Option<MemberId>,
    pub review_contact: Option<ContactId>,
    pub drawn: i64,
    pub workers: i64,
    /// It came by a request.
    pub requested: bool,
    /// It does not come again by itself.
    pub one_off: bool,
    pub created_at: DateTime<Utc>,
}
impl WorkRow {
    /// Who decides.
    pub fn decider(&self) -> Option<Holder> {
        Holder::of(self.decision_member, self.decision_contact)
    }
    /// Seats of others than who does it.
    pub fn others(&self) -> i64 {
        let doer = Holder::of(self.execution_member, self.execution_contact);
        let input = Holder::of(self.input_member, self.input_contact);
        let review = Holder::of(self.review_member, self.review_contact);
        let seats = [self.decider(), input, review];
        let others = seats.into_iter().flatten().filter(|holder| Some(*holder) != doer);
        i64::try_from(others.count()).unwrap_or(i64::MAX)
    }
    /// Whether it may count as delivered or not: what was delivered counts from its verdict on.
    /// Source: requirement S0-35.
    pub fn counts(&self) -> bool {
        self.stage != WorkColumn::Delivered || self.verdict.is_some()
    }
    /// Agreed on and not delivered.
    pub fn open(&self) -> bool {
        matches!(self.stage, WorkColumn::Agreed | WorkColumn::InProgress | WorkColumn::InReview)
    }
    /// Whether somebody has begun it.
    pub fn begun(&self) -> bool {
        matches!(self.stage, WorkColumn::InProgress | WorkColumn::InReview | WorkColumn::Delivered)
    }
}

const WORK: &str = "
    SELECT w.id, w.number, w.title, w.stage, w.priority_id, w.cycle_seq, w.due_on, w.estimate,
        w.delivered_at, w.revisions, w.verdict, (w.decision IS NOT NULL) AS decided,
        w.decision_member, w.decision_contact, w.execution_member, w.execution_contact,
        w.input_member, w.input_contact, w.review_member, w.review_contact,
        CAST(COALESCE(SUM(e.minutes), 0) AS BIGINT) AS drawn,
        COUNT(DISTINCT e.member_id) AS workers,
        EXISTS (SELECT 1 FROM requests q WHERE q.organisation_id = w.organisation_id
            AND q.work_item_id = w.id) AS requested,
        (w.frequency = 'one_off') AS one_off, w.created_at
    FROM work_items w
    LEFT JOIN time_entry_work t ON t.organisation_id = w.organisation_id AND t.work_item_id = w.id
    LEFT JOIN time_entries e ON e.organisation_id = t.organisation_id
        AND e.id = t.time_entry_id AND e.deleted_at IS NULL
    WHERE (w.decision IS NULL OR w.decision <> 'stop') AND w.organisation_id =";

/// Work that is open, or was delivered in the window; the newest first.
pub async fn touched(
    tx: &mut Tx,
    scope: Scope,
    place: &Place,
    window: Window,
) -> Result<Vec<WorkRow>> {
    let (from, after) = window.instants();
    let query = Query::new(WORK)
        .push(" ?", scope.organisation())
        .push(" AND w.created_at < ?", after)
        .push(" AND (w.delivered_at IS NULL OR w.delivered_at >= ?)", from)
        .text(" AND w.retainer_id IN")
        .list(place.ids())
        .text(" GROUP BY w.id ORDER BY w.id DESC");
    Ok(tx.all(query.push(" LIMIT ?", WORK_MAX)).await?)
}

const HANDOFFS: &str = "
    SELECT h.created_at, h.accepted_at FROM work_handoffs h
    JOIN work_items w ON w.organisation_id = h.organisation_id AND w.id = h.work_item_id
    WHERE h.organisation_id =";

/// When work was handed over in the window, and when that was accepted.
pub async fn handoffs(
    tx: &mut Tx,
    scope: Scope,
    place: &Place,
    window: Window,
) -> Result<Vec<(DateTime<Utc>, Option<DateTime<Utc>>)>> {
    let (from, after) = window.instants();
    let query = Query::new(HANDOFFS)
        .push(" ?", scope.organisation())
        .push(" AND h.created_at >= ?", from)
        .push(" AND h.created_at < ?", after)
        .text(" AND w.retainer_id IN")
        .list(place.ids());
    Ok(tx.all(query).await?)
}

/// A lead as it counts.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct LeadCount {
    pub fit: LeadFit,
    /// To work that counts as delivered. Source: requirements S0-35, S3-19.
    pub tied: bool,
    pub source: String,
    pub revenue_minor: Option<i64>,
    pub currency: Option<String>,
}

const LEADS: &str = "
    SELECT l.fit, (w.id IS NOT NULL) AS tied, l.source, l.revenue_minor, l.currency
    FROM leads l
    LEFT JOIN work_items w ON w.organisation_id = l.organisation_id AND w.id = l.work_item_id
        AND w.stage = 'delivered' AND w.verdict IS NOT NULL
        AND (w.decision IS NULL OR w.decision <> 'stop')
    WHERE l.organisation_id =";

/// Leads that came in the window.
pub async fn leads(
    tx: &mut Tx,
    scope: Scope,
    place: &Place,
    window: Window,
) -> Result<Vec<LeadCount>> {
    let query = Query::new(LEADS)
        .push(" ?", scope.organisation())
        .push(" AND l.came_on >= ?", window.from)
        .push(" AND l.came_on <= ?", window.to)
        .text(" AND l.retainer_id IN")
        .list(place.ids());
    Ok(tx.all(query.text(" ORDER BY l.came_on, l.id")).await?)
}

#[derive(Debug, sqlx::FromRow)]
struct MadeRow {
    due_on: Option<NaiveDate>,
    decided_on: NaiveDate,
    evidence: Json<Vec<Evidence>>,
    reopened: bool,
}

const MADE: &str = "
    SELECT c.due_on, c.decided_on, c.evidence, (r.number IS NOT NULL) AS reopened
    FROM decision_choices c
    JOIN decisions d ON d.organisation_id = c.organisation_id AND d.id = c.decision_id
    LEFT JOIN decision_reopenings r ON r.organisation_id = c.organisation_id
        AND r.decision_id = c.decision_id AND r.number = c.number
    WHERE c.organisation_id =";
const LATE: &str = "
    SELECT COUNT(*) FROM decisions d WHERE d.state = 'open' AND d.organisation_id =";

/// Choices made in the window, and how many decisions are late at its end. What is about the
/// account as a whole is about each of its retainers.
pub async fn decided(
    tx: &mut Tx,
    scope: Scope,
    place: &Place,
    window: Window,
) -> Result<(Vec<Made>, i64)> {
    let about = |query: Query| {
        let query = query.text(" AND (d.retainer_id IN").list(place.ids());
        query.push(" OR d.retainer_id IS NULL AND d.account_id = ?)", place.account)
    };
    let made = Query::new(MADE)
        .push(" ?", scope.organisation())
        .push(" AND c.decided_on >= ?", window.from)
        .push(" AND c.decided_on <= ?", window.to);
    let made: Vec<MadeRow> = tx.all(about(made)).await?;
    let late = Query::new(LATE).push(" ?", scope.organisation());
    let (late,): (i64,) = tx.one(about(late.push(" AND d.due_on < ?", window.to))).await?;
    let made = made.into_iter().map(|row| Made {
        due_on: row.due_on,
        decided_on: row.decided_on,
        evidence: !row.evidence.0.is_empty(),
        reopened: row.reopened,
    });
    Ok((made.collect(), late))
}

const FRICTIONS: &str = "
    SELECT COUNT(*) FROM frictions f WHERE f.organisation_id =";

/// Frictions of a kind that were noticed in the window.
async fn frictions(
    tx: &mut Tx,
    scope: Scope,
    (place, kind): (&Place, FrictionKind),
    window: Window,
) -> Result<i64> {
    let query = Query::new(FRICTIONS)
        .push(" ?", scope.organisation())
        .push(" AND f.kind = ?", Arg::name(kind))
        .push(" AND f.noticed_on >= ?", window.from)
        .push(" AND f.noticed_on <= ?", window.to)
        .text(" AND f.retainer_id IN")
        .list(place.ids());
    let (count,): (i64,) = tx.one(query).await?;
    Ok(count)
}

/// Reports that somebody did not trust, and decisions that were made twice, as people logged them.
pub async fn disputes(
    tx: &mut Tx,
    scope: Scope,
    place: &Place,
    window: Window,
) -> Result<(i64, i64)> {
    let gaps = frictions(tx, scope, (place, FrictionKind::ReportingGap), window).await?;
    let twice = frictions(tx, scope, (place, FrictionKind::DuplicateDecision), window).await?;
    Ok((gaps, twice))
}
