//! What a review sees: signals, guides, blockers that come back, what is too much, and what memory
//! or one person carried. Source: requirements S0-8 to S0-12, S0-42, S3-33, S3-36, S3-37.
use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Days, NaiveDate, Utc};
use shared::api::{
    BlockerKind, Cadence, Holder, LeadFit, Observed, PoolTerms, RetainerId, ReviewBlocker,
    ReviewGuide, ReviewLoad, ReviewedWork, SignalGuide, SignalKind,
};
use shared::rules::know;
use shared::rules::reviews::guides::{self, Counted};
use shared::rules::reviews::load::{self, Load, Trace};
use shared::rules::reviews::signals as rules;
use shared::rules::work::forecast;

use super::readings::Reader;
use super::store::{self, ReviewRow};
use crate::auth::Scope;
use crate::cycles::{self, Book};
use crate::db::Tx;
use crate::error::Result;
use crate::signals::{self, Window, WorkRow};
use crate::text::fold;
use crate::{args, deciders, scope as scopes, stmt};

/// A period has so many days at least, since less says little.
const PERIOD_MIN: i64 = 14;
/// Periods in which what is in the way is counted.
const PERIODS: i64 = 3;
/// Pieces of work that are pointed at.
const WORK_MAX: usize = 50;

/// The days from one review to the next; two weeks where nobody said how often.
pub fn cadence_days(cadence: Option<Cadence>) -> i64 {
    match cadence {
        Some(Cadence::Weekly) => 7,
        Some(Cadence::Biweekly) | None => 14,
        Some(Cadence::Monthly) => 30,
        Some(Cadence::Quarterly) => 91,
    }
}

/// What a review sees now.
///
/// # Errors
/// Those of the database.
pub async fn observe(
    tx: &mut Tx,
    scope: Scope,
    row: &ReviewRow,
    now: DateTime<Utc>,
) -> Result<Observed> {
    let reader = Reader::of(tx, scope, row, now).await?;
    let (all, _) = signals::agreed(tx, scope).await?;
    let mut read = Vec::with_capacity(all.len());
    for one in all.iter().filter(|one| one.terms.on) {
        read.push(reader.read(tx, scope, one, now).await?);
    }
    let on: Vec<SignalKind> = read.iter().map(|one| one.kind).collect();
    let cadence = scopes::frame(tx, scope, row.retainer_id).await?.cadence;
    let days = period(tx, scope, row, (cadence, reader.today)).await?;
    let window = Window::back(reader.today, days, reader.zone);
    let work = signals::touched(tx, scope, &reader.place, window).await?;
    let (gaps, duplicates) = signals::disputes(tx, scope, &reader.place, window).await?;
    let leads = signals::leads(tx, scope, &reader.place, window).await?;
    let launches = signals::launches(&work, window);
    let few = signals::few_revisions(&work);
    let counted = Counted {
        worked: few.whole,
        revised: few.whole - few.part,
        launches: launches.whole,
        late: launches.whole - launches.part,
        leads: count(leads.len()),
        poor: count(leads.iter().filter(|lead| lead.fit == LeadFit::Poor).count()),
        disputed: gaps,
    };
    Ok(Observed {
        balanced: rules::balanced(&on),
        unpaired: signals::unpaired(&all),
        signals: read,
        guides: raised(counted, &work, window),
        blockers: blockers(tx, scope, row.retainer_id, (days, window)).await?,
        load: loaded(tx, scope, row, &work, now).await?,
        informal: informal(&work),
        reopened: reopened(tx, scope, row.retainer_id, window).await?,
        duplicates,
        duplicate_work: doubled(&work, window),
        left_out: None,
    })
}

/// The days since the review before, or one cadence where there was none.
async fn period(
    tx: &mut Tx,
    scope: Scope,
    row: &ReviewRow,
    (cadence, today): (Option<Cadence>, NaiveDate),
) -> Result<i64> {
    let before = store::day_before(tx, scope, row).await?;
    let since = before.map(|day| (today - day).num_days());
    Ok(since.unwrap_or_else(|| cadence_days(cadence)).clamp(PERIOD_MIN, 366))
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn pointed(one: &WorkRow) -> ReviewedWork {
    let (id, number, title) = (one.id, one.number, one.title.clone());
    ReviewedWork { id, number, title, drawn: one.drawn, informal: Vec::new() }
}

/// The guides that the figures give reason for, with the work they were seen on.
fn raised(counted: Counted, work: &[WorkRow], window: Window) -> Vec<ReviewGuide> {
    let late = |one: &&WorkRow| {
        let share = signals::launches(std::slice::from_ref(*one), window);
        share.whole > share.part
    };
    let revised =
        |one: &&WorkRow| one.begun() && one.counts() && guides::many_rounds(one.revisions);
    let seen = |guide: SignalGuide| -> Vec<ReviewedWork> {
        match guide {
            SignalGuide::RepeatedRevisions => work.iter().filter(revised).map(pointed).collect(),
            SignalGuide::SlowLaunches => work.iter().filter(late).map(pointed).collect(),
            SignalGuide::PoorFitLeads | SignalGuide::UntrustedReports => Vec::new(),
        }
    };
    let told = |one: guides::Raised| {
        let mut work = seen(one.guide);
        work.truncate(WORK_MAX);
        ReviewGuide {
            guide: one.guide,
            count: one.count,
            of: one.of,
            cause: guides::cause(one.guide),
            checks: guides::checks(one.guide).to_vec(),
            work,
        }
    };
    guides::raised(counted).into_iter().map(told).collect()
}

stmt!(
    BLOCKERS = "
    SELECT b.kind, b.created_at FROM work_blockers b
    JOIN work_items w ON w.organisation_id = b.organisation_id AND w.id = b.work_item_id
    WHERE b.organisation_id = $1 AND w.retainer_id = $2 AND b.created_at >= $3"
);

/// What was in the way in the last periods, what comes back first. Source: requirement S0-42.
async fn blockers(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    (days, window): (i64, Window),
) -> Result<Vec<ReviewBlocker>> {
    let all = Window::back(window.to, days * PERIODS, window.zone);
    let (from, after) = all.instants();
    let rows: Vec<(BlockerKind, DateTime<Utc>)> =
        tx.all(BLOCKERS.with(args![scope.organisation(), retainer, from])).await?;
    let begins: Vec<DateTime<Utc>> = (0..PERIODS)
        .map(|period| {
            let skipped = u64::try_from(days * period).unwrap_or(0);
            let day = all.from.checked_add_days(Days::new(skipped)).unwrap_or(all.from);
            shared::rules::zone::first_instant(window.zone, day)
        })
        .collect();
    let told = |kind: &BlockerKind| {
        let mut periods = vec![0; begins.len()];
        for (_, at) in rows.iter().filter(|(of, at)| of == kind && *at < after) {
            let place = begins.iter().rposition(|begin| begin <= at);
            if let Some(times) = place.and_then(|place| periods.get_mut(place)) {
                *times += 1;
            }
        }
        let recurring = know::recurring(&periods);
        ReviewBlocker { kind: *kind, periods, recurring }
    };
    let mut told: Vec<ReviewBlocker> = BlockerKind::ALL.iter().map(told).collect();
    told.retain(|one| one.periods.iter().any(|times| *times > 0));
    told.sort_by_key(|one| (!one.recurring, std::cmp::Reverse(one.periods.iter().sum::<i64>())));
    Ok(told)
}

stmt!(
    WAITING = "
    SELECT COUNT(*) FROM work_items w
    WHERE w.organisation_id = $1 AND w.retainer_id = $2 AND w.decision IS NULL
        AND w.stage <> 'delivered' AND (w.stage = 'in_review' OR EXISTS (
            SELECT 1 FROM work_blockers b
            WHERE b.organisation_id = w.organisation_id AND b.work_item_id = w.id
                AND b.kind = 'approval' AND b.cleared_at IS NULL))"
);

/// What waits to be done and decided: faults of the system. Source: requirement S3-33.
async fn loaded(
    tx: &mut Tx,
    scope: Scope,
    row: &ReviewRow,
    work: &[WorkRow],
    now: DateTime<Utc>,
) -> Result<ReviewLoad> {
    let retainer = row.retainer_id;
    let book = Book::load(tx, scope, retainer, now).await?;
    let balances = cycles::balances_of(&book)?;
    let seq = balances.first().map(|balance| balance.seq);
    let pool = book.pool_that(PoolTerms::takes_time, None, book.today);
    let left = pool.and_then(|pool| {
        let balance = balances.iter().find(|balance| balance.pool.id == pool.pool.id)?;
        pool.agreed(book.today)?.minutes_of(balance.left)
    });
    let open: Vec<&WorkRow> = work.iter().filter(|one| one.open()).collect();
    let here = |one: &&&WorkRow| {
        seq.map_or(one.cycle_seq.is_none(), |seq| forecast::counts_in(one.cycle_seq, seq, true))
    };
    let rest = |one: &&WorkRow| (one.estimate.unwrap_or(0) - one.drawn).max(0);
    let (waiting,): (i64,) = tx.one(WAITING.with(args![scope.organisation(), retainer])).await?;
    let mut over_serviced = match seq {
        Some(_) => cycles::shown_now(tx, scope, &book).await?.pools,
        None => Vec::new(),
    };
    over_serviced.retain(|of| of.servicing.is_some_and(|given| given.over_serviced));
    let told = Load {
        needed: open.iter().filter(here).map(rest).sum(),
        left,
        waiting,
        undecidable: undecidable(tx, scope, row, (&open, book.today)).await?,
        over_serviced: over_serviced.len(),
    };
    let Load { needed, left, waiting, undecidable, .. } = told;
    let faults = load::faults(told);
    Ok(ReviewLoad { faults, needed, left, waiting, undecidable, over_serviced })
}

/// Open work that nobody may decide on: whoever has the seat may not today, or it was begun and has
/// nobody there. Work that waits to be begun wants no decision yet.
async fn undecidable(
    tx: &mut Tx,
    scope: Scope,
    row: &ReviewRow,
    (open, today): (&[&WorkRow], NaiveDate),
) -> Result<i64> {
    let home = (row.account_id, row.account_kind);
    let mut known: HashMap<Holder, bool> = HashMap::new();
    let mut without = 0;
    for one in open.iter().filter(|one| !one.decided) {
        let Some(holder) = one.decider() else {
            without += i64::from(one.begun());
            continue;
        };
        let may = match known.get(&holder) {
            Some(may) => *may,
            None => {
                let may = match deciders::sided(tx, scope, home, holder).await? {
                    Some(found) => {
                        let who = (holder, found.side);
                        deciders::may_decide(tx, scope, row.retainer_id, who, today).await?
                    }
                    None => false,
                };
                known.insert(holder, may);
                may
            }
        };
        without += i64::from(!may);
    }
    Ok(without)
}

/// Work that began without a request, or that one person carried. Source: requirement S3-36.
fn informal(work: &[WorkRow]) -> Vec<ReviewedWork> {
    let seen = |one: &WorkRow| {
        // Work that serves a priority was agreed on by whoever set the list.
        let trace = Trace {
            begun: one.begun(),
            asked: one.requested || one.priority_id.is_some(),
            workers: one.workers,
            others: one.others(),
        };
        let informal = load::informal(trace);
        (!informal.is_empty()).then(|| ReviewedWork { informal, ..pointed(one) })
    };
    work.iter().filter_map(seen).take(WORK_MAX).collect()
}

/// Work of these days that bears the name of earlier work which is open or was delivered in them,
/// both begun; what is done now and then bears it rightly.
/// Source: requirement S3-37.
fn doubled(work: &[WorkRow], window: Window) -> i64 {
    let (from, _) = window.instants();
    let mut named: HashSet<String> = HashSet::new();
    // The newest come first.
    let begun = work.iter().rev().filter(|one| one.begun() && one.one_off);
    let again = begun.filter(|one| !named.insert(fold(&one.title)));
    count(again.filter(|one| one.created_at >= from).count())
}

stmt!(
    REOPENED = "
    SELECT COUNT(*) FROM decision_reopenings r
    JOIN decisions d ON d.organisation_id = r.organisation_id AND d.id = r.decision_id
    WHERE r.organisation_id = $1 AND d.retainer_id = $2 AND r.reopened_on BETWEEN $3 AND $4"
);

async fn reopened(tx: &mut Tx, scope: Scope, retainer: RetainerId, window: Window) -> Result<i64> {
    let args = args![scope.organisation(), retainer, window.from, window.to];
    let (times,): (i64,) = tx.one(REOPENED.with(args)).await?;
    Ok(times)
}
