//! A board as it is read: its cards, their lanes and sums, and what it is called.
use std::collections::HashMap;

use chrono::{DateTime, Days, NaiveDate, Utc};
use shared::api::{
    AccountId, Board, BoardColumn, BoardLane, BoardRetainer, BoardSettings, CARDS_MAX, Card,
    ContactId, DELIVERED_DAYS, ErrorCode, Holder, MemberId, PriorityId, ProcessLevel, RetainerId,
    WorkColumn, WorkDecision, WorkItemId,
};
use sqlx::types::Json;

use super::people;
use super::save;
use super::service::there;
use crate::auth::Scope;
use crate::db::{Query, Tx};
use crate::error::Result;
use crate::stmt;

/// A card as it is kept.
#[derive(Debug, Clone, sqlx::FromRow)]
struct CardRow {
    id: WorkItemId,
    retainer_id: RetainerId,
    number: i64,
    title: String,
    stage: WorkColumn,
    place: String,
    priority_id: Option<PriorityId>,
    level: ProcessLevel,
    decision_member: Option<MemberId>,
    decision_contact: Option<ContactId>,
    execution_member: Option<MemberId>,
    execution_contact: Option<ContactId>,
    input_member: Option<MemberId>,
    input_contact: Option<ContactId>,
    review_member: Option<MemberId>,
    review_contact: Option<ContactId>,
    estimate: Option<i64>,
    item: Option<String>,
    drawn: i64,
    due_on: Option<NaiveDate>,
    cycle_seq: Option<i64>,
    waiting_since: Option<DateTime<Utc>>,
    blocked: bool,
    decision: Option<WorkDecision>,
    judged: bool,
    requested: bool,
    version: i64,
}

const CARDS: &str = "
    SELECT w.id, w.retainer_id, w.number, w.title, w.stage, w.place, w.priority_id, w.level,
        w.decision_member, w.decision_contact, w.execution_member, w.execution_contact,
        w.input_member, w.input_contact, w.review_member, w.review_contact, w.estimate,
        w.item,
        CAST(COALESCE((SELECT SUM(e.minutes) FROM time_entry_work t
            JOIN time_entries e ON e.organisation_id = t.organisation_id
                AND e.id = t.time_entry_id AND e.deleted_at IS NULL
            WHERE t.organisation_id = w.organisation_id AND t.work_item_id = w.id), 0)
            AS BIGINT) AS drawn,
        w.due_on, w.cycle_seq, w.waiting_since,
        EXISTS (SELECT 1 FROM work_blockers b WHERE b.organisation_id = w.organisation_id
            AND b.work_item_id = w.id AND b.cleared_at IS NULL) AS blocked,
        w.decision, (w.verdict IS NOT NULL) AS judged,
        EXISTS (SELECT 1 FROM requests q WHERE q.organisation_id = w.organisation_id
            AND q.work_item_id = w.id) AS requested, w.version
    FROM work_items w WHERE w.organisation_id =";

/// Stopped work, and what was delivered long ago, is not on the board.
const SHOWN: &str = "
    AND (w.decision IS NULL OR w.decision <> 'stop')
    AND (w.delivered_at IS NULL OR w.delivered_at >= ?)";

const SUMS: &str = "
    SELECT w.stage, COUNT(*) AS cards, CAST(COALESCE(SUM(w.estimate), 0) AS BIGINT) AS estimate,
        CAST(COALESCE(SUM((SELECT SUM(e.minutes) FROM time_entry_work t
            JOIN time_entries e ON e.organisation_id = t.organisation_id
                AND e.id = t.time_entry_id AND e.deleted_at IS NULL
            WHERE t.organisation_id = w.organisation_id AND t.work_item_id = w.id)), 0)
            AS BIGINT) AS drawn,
        SUM(CASE WHEN w.priority_id IS NULL THEN 1 ELSE 0 END) AS loose
    FROM work_items w WHERE w.organisation_id =";

#[derive(Debug, sqlx::FromRow)]
struct SumRow {
    stage: WorkColumn,
    cards: i64,
    estimate: i64,
    drawn: i64,
    loose: i64,
}

#[derive(Debug, sqlx::FromRow)]
struct RetainerRow {
    id: RetainerId,
    name: String,
    account_id: AccountId,
    account_name: String,
    timezone: String,
    settings: Option<Json<BoardSettings>>,
    changes: Option<i64>,
    version: Option<i64>,
    seq: Option<i64>,
    starts_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
}

// Zones differ from the day that is asked for by one at most.
const RETAINERS: &str = "
    SELECT r.id, r.name, r.account_id, a.name AS account_name, r.timezone, b.settings, b.changes,
        b.version, c.seq, c.starts_on, c.ends_on
    FROM retainers r
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    LEFT JOIN boards b ON b.organisation_id = r.organisation_id AND b.retainer_id = r.id
    LEFT JOIN cycles c ON c.organisation_id = r.organisation_id AND c.retainer_id = r.id
        AND c.starts_on <= ? ";

/// Which board, and from which change on.
#[derive(Debug, Clone, Copy, Default)]
pub struct Which {
    /// That of one retainer; that of all without.
    pub retainer: Option<RetainerId>,
    /// Only cards that changed after this change.
    pub since: Option<i64>,
}

/// Reads a board.
///
/// # Errors
/// `not_found`.
pub async fn read(tx: &mut Tx, scope: Scope, which: Which, now: DateTime<Utc>) -> Result<Board> {
    let (retainers, head) = retainers(tx, scope, which.retainer, now).await?;
    let rows = cards(tx, scope, which, now).await?;
    let sums: Vec<SumRow> = {
        let query = Query::new(SUMS).push(" ?", scope.organisation());
        let query = query.push_opt(" AND w.retainer_id = ?", which.retainer);
        tx.all(query.push(SHOWN, cutoff(now)).text(" GROUP BY w.stage")).await?
    };
    let lanes = match which.retainer {
        Some(retainer) => {
            let seq = retainers.first().and_then(|one| one.cycle_seq).unwrap_or(0);
            lanes(tx, scope, (retainer, seq), now).await?
        }
        None => Vec::new(),
    };
    let names = people::names(tx, scope, None).await?;
    let mut people = Places::default();
    let most = usize::try_from(CARDS_MAX).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    let cards = rows.into_iter().take(most).map(|row| card(row, &mut people)).collect();
    let open = sums.iter().filter(|sum| sum.stage != WorkColumn::Delivered);
    Ok(Board {
        columns: columns(&sums, &head.settings),
        lanes,
        cards,
        people: people.0.iter().map(|holder| names.held(*holder)).collect(),
        unprioritised: open.map(|sum| sum.loose).sum(),
        retainers,
        more,
        changes: head.changes,
        version: head.version,
    })
}

fn cutoff(now: DateTime<Utc>) -> DateTime<Utc> {
    now - chrono::Duration::days(DELIVERED_DAYS)
}

async fn cards(
    tx: &mut Tx,
    scope: Scope,
    which: Which,
    now: DateTime<Utc>,
) -> Result<Vec<CardRow>> {
    let query = Query::new(CARDS)
        .push(" ?", scope.organisation())
        .push_opt(" AND w.retainer_id = ?", which.retainer);
    let query = match which.since {
        // What left the board is told too.
        Some(since) => query.push(" AND w.change_no > ?", since),
        None => query.push(SHOWN, cutoff(now)),
    };
    let query = query.text(" ORDER BY w.retainer_id, w.stage, w.place, w.number");
    Ok(tx.all(query.push(" LIMIT ?", CARDS_MAX + 1)).await?)
}

/// What holds for the board as a whole.
#[derive(Debug, Default)]
struct Head {
    settings: Option<BoardSettings>,
    changes: i64,
    version: i64,
}

async fn retainers(
    tx: &mut Tx,
    scope: Scope,
    retainer: Option<RetainerId>,
    now: DateTime<Utc>,
) -> Result<(Vec<BoardRetainer>, Head)> {
    let day = now.date_naive();
    let (first, last) = (day - Days::new(1), day + Days::new(1));
    let query = Query::new("").push(RETAINERS, last).push(" AND c.ends_on > ?", first);
    let query = query.push(" WHERE r.organisation_id = ?", scope.organisation());
    let query = match retainer {
        Some(id) => query.push(" AND r.id = ?", id),
        None => query.text(" AND b.retainer_id IS NOT NULL"),
    };
    let rows: Vec<RetainerRow> = tx.all(query.text(" ORDER BY r.sort_key, r.id, c.seq")).await?;
    if retainer.is_some() && rows.is_empty() {
        return Err(ErrorCode::NotFound.into());
    }
    let (mut found, mut head): (Vec<BoardRetainer>, Head) = (Vec::new(), Head::default());
    for row in rows {
        let today = people::today(&row.timezone, now);
        let present =
            row.starts_on.zip(row.ends_on).is_some_and(|(from, to)| from <= today && today < to);
        let cycle_seq = row.seq.filter(|_| present);
        if let Some(known) = found.last_mut().filter(|known| known.id == row.id) {
            known.cycle_seq = known.cycle_seq.or(cycle_seq);
            continue;
        }
        head.changes += row.changes.unwrap_or(0);
        if retainer.is_some() {
            head.settings = row.settings.map(|settings| settings.0);
            head.version = row.version.unwrap_or(0);
        }
        let RetainerRow { id, name, account_id, account_name, .. } = row;
        found.push(BoardRetainer { id, name, account_id, account_name, cycle_seq });
    }
    Ok((found, head))
}

fn columns(sums: &[SumRow], settings: &Option<BoardSettings>) -> Vec<BoardColumn> {
    let of = |column: &WorkColumn| {
        let sum = sums.iter().find(|sum| sum.stage == *column);
        let own = settings
            .as_ref()
            .and_then(|settings| settings.columns.iter().find(|own| own.column == *column));
        BoardColumn {
            column: *column,
            name: own.and_then(|own| own.name.clone()),
            limit: own.and_then(|own| own.limit),
            cards: sum.map_or(0, |sum| sum.cards),
            estimate: sum.map_or(0, |sum| sum.estimate),
            drawn: sum.map_or(0, |sum| sum.drawn),
        }
    };
    WorkColumn::ALL.iter().map(of).collect()
}

#[derive(Debug, sqlx::FromRow)]
struct LaneRow {
    id: PriorityId,
    title: String,
    rank: Option<i64>,
    seq: i64,
}

const LANES: &str = "
    SELECT p.id, p.title, p.rank, p.seq FROM priorities p WHERE p.organisation_id =";
const WITH_WORK: &str = "
    OR p.id IN (SELECT w.priority_id FROM work_items w WHERE w.organisation_id = p.organisation_id
        AND w.retainer_id = p.retainer_id AND w.priority_id IS NOT NULL
        AND (w.decision IS NULL OR w.decision <> 'stop')
        AND (w.delivered_at IS NULL OR w.delivered_at >= ?)))";

/// The priorities of the present cycle, and others that work on the board still serves.
async fn lanes(
    tx: &mut Tx,
    scope: Scope,
    (retainer, seq): (RetainerId, i64),
    now: DateTime<Utc>,
) -> Result<Vec<BoardLane>> {
    let query = Query::new(LANES)
        .push(" ?", scope.organisation())
        .push(" AND p.retainer_id = ?", retainer)
        .push(" AND ((p.seq = ? AND p.rank IS NOT NULL)", seq)
        .push(WITH_WORK, cutoff(now))
        .text(" ORDER BY p.seq DESC, p.rank, p.id");
    let lane = |row: LaneRow| BoardLane {
        priority_id: row.id,
        title: row.title,
        rank: row.rank,
        cycle_seq: row.seq,
    };
    Ok(tx.all::<LaneRow>(query).await?.into_iter().map(lane).collect())
}

/// People in the order in which cards name them.
#[derive(Debug, Default)]
struct Places(Vec<Holder>, HashMap<Holder, i64>);

impl Places {
    fn of(&mut self, holder: Option<Holder>) -> Option<i64> {
        let Places(all, known) = self;
        let place = *known.entry(holder?).or_insert_with_key(|holder| {
            all.push(*holder);
            i64::try_from(all.len()).unwrap_or(i64::MAX) - 1
        });
        Some(place)
    }
}

fn card(row: CardRow, people: &mut Places) -> Card {
    let seats = [
        (row.decision_member, row.decision_contact),
        (row.execution_member, row.execution_contact),
        (row.input_member, row.input_contact),
        (row.review_member, row.review_contact),
    ];
    let seats = seats.map(|(member, contact)| people.of(Holder::of(member, contact)));
    Card {
        id: row.id,
        retainer_id: row.retainer_id,
        number: row.number,
        title: row.title,
        column: row.stage,
        place: row.place,
        priority_id: row.priority_id,
        level: row.level,
        seats: seats.into(),
        estimate: row.estimate,
        item: row.item,
        drawn: row.drawn,
        due_on: row.due_on,
        cycle_seq: row.cycle_seq,
        waiting_since: row.waiting_since,
        blocked: row.blocked,
        decision: row.decision,
        judged: row.judged,
        requested: row.requested,
        version: row.version,
    }
}

/// Sets the names and limits of the columns.
///
/// # Errors
/// `not_found`, `stale`.
pub async fn set(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    (settings, version): (&BoardSettings, i64),
    now: DateTime<Utc>,
) -> Result<Board> {
    there(tx, scope, retainer).await?;
    save::make_board(tx, scope, retainer).await?;
    if !save::set_settings(tx, scope, retainer, (settings, version)).await? {
        return Err(ErrorCode::Stale.into());
    }
    read(tx, scope, Which { retainer: Some(retainer), since: None }, now).await
}

stmt!(CHANGES = "SELECT changes FROM boards WHERE organisation_id = $1 AND retainer_id = $2");
stmt!(
    CHANGES_OF_ALL = "
    SELECT CAST(COALESCE(SUM(changes), 0) AS BIGINT) FROM boards WHERE organisation_id = $1"
);

/// The number of the last change on a board, or the sum of those of all: what is polled.
pub async fn changes(
    tx: &mut Tx,
    organisation: shared::api::OrganisationId,
    retainer: Option<RetainerId>,
) -> Result<i64> {
    let query = match retainer {
        Some(id) => CHANGES.with(crate::args![organisation, id]),
        None => CHANGES_OF_ALL.with(crate::args![organisation]),
    };
    Ok(tx.opt::<(i64,)>(query).await?.map_or(0, |(changes,)| changes))
}
