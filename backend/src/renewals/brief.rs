//! What a term came to, put together from what is kept of it: each sentence names where it is seen.
//! Source: requirements S2-20, S2-21.
use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use shared::api::{
    BriefLine, BriefSection, BriefSource, Cycle, CycleId, CycleSums, ErrorCode, Money, PAGE_MAX,
    Pool, RenewalBrief, RenewalChange, RenewalId, RenewalSign, RenewalStage, RenewalSuggestion,
    Unit,
};
use shared::rules::health::{self, CYCLES, ExpansionSign, Used, WINDOW_DAYS};
use shared::rules::money::minor_digits;
use shared::rules::renewal::tier;
use shared::rules::scale;
use uuid::Uuid;

use super::brief_store as facts;
use super::brief_words::Brief;
use super::rule_store;
use super::store::{self, RenewalRow};
use crate::auth::{ReadInvoices, ReadMargin, Scope};
use crate::cycles::{self, Book};
use crate::db::Tx;
use crate::error::Result;
use crate::http::PageParams;
use crate::{account_health, invoices, reports};

/// Cycles that are told of, at most: the last ones.
const CYCLES_TOLD: usize = 12;
/// Pieces of work, outcomes and decisions that have a sentence of their own, at most of each.
const EACH_MAX: usize = 10;
/// More of the allowance where what was used asks for none: a tenth.
const NEXT_TIER: (i64, i64) = (11, 10);

/// Puts together what the term came to, and keeps it. A renewal that had only begun is prepared then.
///
/// # Errors
/// `not_found`; `renewal_decided`.
pub(super) async fn prepare(
    tx: &mut Tx,
    scope: Scope,
    id: RenewalId,
    now: DateTime<Utc>,
) -> Result<RenewalBrief> {
    let row = store::find(tx, scope, id).await?;
    if row.stage.is_decided() {
        return Err(ErrorCode::RenewalDecided.into());
    }
    let brief = make(tx, scope, &row, now).await?;
    facts::keep(tx, scope, id, &brief).await?;
    if row.stage == RenewalStage::Upcoming {
        store::set_stage(tx, scope, (id, RenewalStage::Prepared), now).await?;
    }
    Ok(seen(brief, scope))
}

/// What was put together last, as far as the caller may see that.
///
/// # Errors
/// `not_found`, also where nothing was.
pub(super) async fn find(tx: &mut Tx, scope: Scope, id: RenewalId) -> Result<RenewalBrief> {
    let brief = facts::find(tx, scope, id).await?.ok_or(ErrorCode::NotFound)?;
    Ok(seen(brief, scope))
}

/// What of it is for the client, at most so many sentences; nothing where nothing was put together.
///
/// # Errors
/// `not_found` for a renewal that is not here.
pub(super) async fn for_client(
    tx: &mut Tx,
    scope: Scope,
    id: RenewalId,
    most: usize,
) -> Result<Vec<String>> {
    let brief = facts::find(tx, scope, id).await?;
    let lines = brief.into_iter().flat_map(|brief| brief.lines);
    // What was billed is in its bills; here it would be read by who does not read those.
    let lines = lines.filter(|line| !line.internal && line.source != BriefSource::Periods);
    Ok(lines.map(|line| line.text).take(most).collect())
}

fn seen(mut brief: RenewalBrief, scope: Scope) -> RenewalBrief {
    brief.lines.retain(|line| match line.source {
        BriefSource::Margin => scope.may::<ReadMargin>(),
        BriefSource::Periods => scope.may::<ReadInvoices>(),
        _ => true,
    });
    brief
}

/// Sentences as they are added.
struct Lines {
    words: Brief,
    all: Vec<BriefLine>,
}

impl Lines {
    fn add(
        &mut self,
        section: BriefSection,
        text: String,
        (source, id): (BriefSource, Option<Uuid>),
    ) {
        self.all.push(BriefLine {
            section,
            text,
            internal: false,
            source,
            number: None,
            source_id: id,
        });
    }
    fn internal(&mut self, text: String, of: (BriefSource, Option<Uuid>)) {
        self.add(BriefSection::Money, text, of);
        if let Some(last) = self.all.last_mut() {
            last.internal = true;
        }
    }
}

async fn make(
    tx: &mut Tx,
    scope: Scope,
    row: &RenewalRow,
    now: DateTime<Utc>,
) -> Result<RenewalBrief> {
    let book = Book::load(tx, scope, row.retainer_id, now).await?;
    let rule = rule_store::find(tx, scope, row.retainer_id).await?;
    let mut closed = cycles::last_closed(tx, scope, (row.retainer_id, CYCLES_TOLD), now).await?;
    // Those of the term; of one that has none yet, those before it.
    if let Some(from) = rule.term_from
        && closed.iter().any(|cycle| cycle.starts_on >= from)
    {
        closed.retain(|cycle| cycle.starts_on >= from);
    }
    let from = closed.last().map_or(book.head.starts_on, |cycle| cycle.starts_on);
    let to = closed.first().map_or(book.today, |cycle| cycle.ends_on);
    let (_, language) = invoices::sender(tx, scope, row.account_id).await?;
    let mut lines = Lines { words: Brief(language), all: Vec::new() };
    used(&mut lines, &closed);
    let newest = closed.first().map(|cycle| cycle.seq);
    lines.all.iter_mut().for_each(|line| line.number = newest);
    let told = (row, &book, (from, to));
    done(tx, scope, &mut lines, told).await?;
    if let (Some(last), Some(first)) = (closed.first(), closed.last()) {
        outcomes(tx, scope, &mut lines, (row, (first.seq, last.seq))).await?;
    }
    decided(tx, scope, &mut lines, told).await?;
    money(tx, scope, &mut lines, (row, &book, &closed), now).await?;
    lines.all.sort_by_key(|line| line.section);
    let suggestion = suggest(tx, scope, (&book, &closed), now).await?;
    Ok(RenewalBrief { made_at: now, from, to, language, lines: lines.all, suggestion })
}

/// What all cycles together used, pool by pool.
fn used(lines: &mut Lines, closed: &[Cycle]) {
    let Some(newest) = closed.first() else { return };
    let source = (BriefSource::Cycle, Some(newest.id.0));
    for of in &newest.pools {
        let all: Vec<_> = closed
            .iter()
            .filter_map(|cycle| cycle.pools.iter().find(|one| one.pool.id == of.pool.id))
            .collect();
        let sum =
            |what: fn(&CycleSums) -> i64| -> i64 { all.iter().map(|one| what(&one.sums)).sum() };
        let carried = all.last().map_or(0, |one| one.sums.opening);
        let brought = sum(|sums| sums.granted + sums.topped_up + sums.adjusted - sums.repaid);
        let (used, available) = (sum(|sums| sums.used), carried + brought);
        if used == 0 && available == 0 {
            continue;
        }
        let (pool, words) = (&of.pool, lines.words);
        let text = words.used(pool, (used, available), all.len());
        lines.add(BriefSection::Used, text, source);
        let (over, billed) = (sum(|sums| sums.overage), sum(|sums| sums.overage_amount_minor));
        if over > 0 {
            lines.add(BriefSection::Used, words.beyond(pool, over, billed), source);
        }
        let lapsed = sum(|sums| sums.lapsed);
        if lapsed > 0 {
            lines.add(BriefSection::Used, words.lapsed(pool, lapsed), source);
        }
        let servicing = || all.iter().filter_map(|one| one.servicing);
        let given: i64 = servicing().map(|one| one.given).sum();
        if given > 0 {
            let known = servicing().filter(|one| one.given > 0);
            let worth: Option<i64> = known.map(|one| one.given_minor).sum();
            lines.internal(words.given(pool, given, worth), source);
        }
    }
}

type Told<'a> = (&'a RenewalRow, &'a Book, (NaiveDate, NaiveDate));

/// What was delivered and asked for.
async fn done(
    tx: &mut Tx,
    scope: Scope,
    lines: &mut Lines,
    (row, book, (from, to)): Told<'_>,
) -> Result<()> {
    let within = (book.zones.first_instant(from), book.zones.first_instant(to));
    let day = |at| book.zones.local_date(at);
    let mut work = facts::delivered(tx, scope, row.retainer_id, within).await?;
    work.sort_by_key(|one| std::cmp::Reverse((one.delivered_at, one.id)));
    if !work.is_empty() {
        let due = work.iter().filter_map(|one| Some((one.due_on?, day(one.delivered_at))));
        let on_time = due.clone().filter(|(due, done)| done <= due).count();
        let text = lines.words.delivered(work.len(), (on_time, due.count()));
        lines.add(BriefSection::Delivered, text, (BriefSource::Board, None));
    }
    for one in work.iter().take(EACH_MAX) {
        let text = lines.words.work(&one.title, day(one.delivered_at));
        lines.add(BriefSection::Delivered, text, (BriefSource::Work, Some(one.id.0)));
    }
    let (came, taken) = facts::asked(tx, scope, row.retainer_id, within).await?;
    if came > 0 {
        let text = lines.words.asked(came, taken);
        lines.add(BriefSection::Asked, text, (BriefSource::Requests, None));
    }
    Ok(())
}

/// What came of what was agreed to come first.
async fn outcomes(
    tx: &mut Tx,
    scope: Scope,
    lines: &mut Lines,
    (row, cycles): (&RenewalRow, (i64, i64)),
) -> Result<()> {
    let all = facts::priorities(tx, scope, row.retainer_id, cycles).await?;
    if all.is_empty() {
        return Ok(());
    }
    let source = (BriefSource::Priorities, None);
    let reached: Vec<_> = all.iter().filter(|one| one.done_at.is_some()).collect();
    let text = lines.words.reached(reached.len(), all.len());
    lines.add(BriefSection::Outcomes, text, source);
    for one in reached.iter().take(EACH_MAX) {
        let text = lines.words.outcome(&one.title, one.outcome.as_deref());
        lines.add(BriefSection::Outcomes, text, source);
    }
    Ok(())
}

async fn decided(
    tx: &mut Tx,
    scope: Scope,
    lines: &mut Lines,
    (row, book, (from, _)): Told<'_>,
) -> Result<()> {
    let until = book.today.succ_opt().unwrap_or(book.today);
    let mut all = facts::decided(tx, scope, row.retainer_id, (from, until)).await?;
    all.sort_by_key(|one| std::cmp::Reverse((one.decided_on, one.id)));
    for one in all.iter().take(EACH_MAX) {
        let text = lines.words.decided(&one.question, &one.choice, one.decided_on);
        lines.add(BriefSection::Decided, text, (BriefSource::Decision, Some(one.id.0)));
    }
    Ok(())
}

/// What was billed and paid of these cycles, and what was left of it.
async fn money(
    tx: &mut Tx,
    scope: Scope,
    lines: &mut Lines,
    (row, book, closed): (&RenewalRow, &Book, &[Cycle]),
    now: DateTime<Utc>,
) -> Result<()> {
    let (Some(last), Some(first)) = (closed.first(), closed.last()) else { return Ok(()) };
    let paging = PageParams::new(Some(PAGE_MAX), None)?;
    let periods = invoices::periods(tx, scope, row.retainer_id, &paging, now).await?;
    let of_term = periods.items.iter().filter(|one| (first.seq..=last.seq).contains(&one.seq));
    let sums = of_term.fold((0, 0, 0), |(billed, paid, open), one| {
        let net = one.billed_minor - one.credited_minor;
        (billed + net, paid + one.paid_minor, open + one.open_minor)
    });
    if sums.0 != 0 {
        let text = lines.words.billed(sums, book.currency());
        lines.add(BriefSection::Money, text, (BriefSource::Periods, None));
    }
    let ids: HashSet<CycleId> = closed.iter().map(|cycle| cycle.id).collect();
    let days = (book.today, now);
    let earned =
        reports::of_cycles(tx, scope, (&[row.retainer_id], &ids), first.starts_on, days).await?;
    if let Some(sums) = earned.sums.get(book.currency())
        && sums.unrated_minutes == 0
        && (sums.minutes > 0 || sums.expenses > 0)
        && let Some(share) = sums.margin_share()
    {
        let text = lines.words.margin(share, sums.effective_hour(), book.currency());
        lines.internal(text, (BriefSource::Margin, None));
    }
    Ok(())
}

/// More or less for the next term, where what was used speaks for it; of retainers with one pool.
/// Source: domain 7.8.
async fn suggest(
    tx: &mut Tx,
    scope: Scope,
    (book, closed): (&Book, &[Cycle]),
    now: DateTime<Utc>,
) -> Result<Option<RenewalSuggestion>> {
    let since = now - TimeDelta::days(WINDOW_DAYS);
    let bought = facts::top_ups(tx, scope, book.head.id, since).await?;
    let last = &closed[..closed.len().min(CYCLES)];
    let used: Vec<Used> = last.iter().map(account_health::used).collect();
    let (change, because) = match (health::expansion(&used, bought), health::under_used(&used)) {
        (Some(ExpansionSign::FullUse), _) => (RenewalChange::Expanded, RenewalSign::FullUse),
        (Some(ExpansionSign::Overage), _) => (RenewalChange::Expanded, RenewalSign::Overage),
        (Some(ExpansionSign::TopUps), _) => (RenewalChange::Expanded, RenewalSign::TopUps),
        (None, Some(_)) => (RenewalChange::Reduced, RenewalSign::LittleUse),
        (None, None) => return Ok(None),
    };
    let terms = book.terms_on(book.today.max(book.head.starts_on));
    let Some(terms) = terms.map(|terms| &terms.row.terms.0) else { return Ok(None) };
    let ([agreed], Some(cycle)) = (terms.pools.as_slice(), last.first()) else { return Ok(None) };
    let of = |cycle: &Cycle| -> Option<(Pool, i64)> {
        let of = cycle.pools.iter().find(|of| of.pool.key == agreed.key())?;
        Some((of.pool.clone(), of.sums.used))
    };
    let Some((pool, _)) = of(cycle).filter(|_| agreed.allowance > 0) else { return Ok(None) };
    let step = match pool.unit {
        Unit::Minutes => 60,
        Unit::Money => 100 * 10_i64.pow(minor_digits(&pool.currency)),
        Unit::Sessions | Unit::Deliverables | Unit::Credits => 1,
    };
    let before = agreed.allowance;
    let units: Vec<i64> = last.iter().filter_map(of).map(|(_, used)| used).collect();
    let more = tier(&[scale(before, NEXT_TIER.0, NEXT_TIER.1)?], step);
    let allowance = match change {
        RenewalChange::Expanded => tier(&units, step).filter(|new| *new > before).or(more),
        _ => tier(&units, step).filter(|new| *new < before),
    };
    let Some(allowance) = allowance else { return Ok(None) };
    let price_before = terms.cycle_fee();
    let amount_minor = scale(price_before.amount_minor, allowance, before)?;
    let shares = used.iter().filter_map(|one| one.share).collect();
    let price = Money { amount_minor, currency: price_before.currency.clone() };
    let (allowance_before, pool) = (before, pool);
    Ok(Some(RenewalSuggestion {
        change,
        because,
        pool,
        allowance_before,
        allowance,
        price_before,
        price,
        shares,
    }))
}
