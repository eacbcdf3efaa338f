//! Where a retainer stands, as its client reads it: the numbers are those that staff see.
use chrono::{DateTime, Utc};
use shared::api::{
    Balance, Cycle, CycleId, CycleStatus, ErrorCode, ExplainLinks, Explanation, Ledger, LedgerLine,
    LineKind, Page, PortalCycle, PortalLedger, PortalLine, PortalPart, PortalPool, PortalPriority,
    PortalRetainer, PortalScope, PortalStatement, PortalTerm, RetainerId, RetainerState,
    ScopeLineKind, Statement,
};

use super::lists_store;
use super::visitor::Visitor;
use crate::app::API;
use crate::cycles::{self, Book};
use crate::db::Tx;
use crate::error::Result;
use crate::http::PageParams;
use crate::{invoices, priorities, renewals, scope as scopes};

/// Where a retainer stands.
///
/// # Errors
/// `not_found`.
pub async fn retainer(
    tx: &mut Tx,
    visitor: &Visitor,
    id: RetainerId,
    now: DateTime<Utc>,
) -> Result<PortalRetainer> {
    visitor.must_have(tx, id).await?;
    let scope = visitor.scope();
    let book = Book::load(tx, scope, id, now).await?;
    let ended = book.head.state == RetainerState::Ended;
    let balances = balances(tx, visitor, &book, now).await?;
    let seq = balances.first().map(|balance| balance.seq);
    let about = lists_store::retainers(tx, scope, visitor.account()).await?;
    let name = about.into_iter().find(|(one, ..)| *one == id).map(|(_, name, _)| name);
    let next_invoice_on = match visitor.sees(PortalPart::Invoices) && !ended {
        true => invoices::billing_of(tx, scope, id, now).await?.next_on,
        false => None,
    };
    let next_session = match visitor.sees(PortalPart::Sessions) {
        true => lists_store::next_session(tx, scope, id, now).await?,
        false => None,
    };
    let term = match visitor.sees(PortalPart::Renewal) && !ended {
        true => term(tx, visitor, id, now).await?,
        false => None,
    };
    let priorities = match seq.filter(|_| visitor.sees(PortalPart::Priorities)) {
        Some(seq) => priorities::of_cycle(tx, scope, id, seq).await?,
        None => Vec::new(),
    };
    let shown = |one: shared::api::Priority| PortalPriority {
        rank: one.rank,
        title: one.title,
        outcome: one.outcome,
        done: one.done_at.is_some(),
    };
    Ok(PortalRetainer {
        id,
        name: name.unwrap_or_default(),
        timezone: book.head.timezone.clone(),
        resets_on: resets_on(&book, &balances),
        balances,
        next_invoice_on,
        next_session,
        term,
        priorities: priorities.into_iter().map(shown).collect(),
        read_at: now,
    })
}

/// The day of the next allowance: the first of the next cycle there will be.
fn resets_on(book: &Book, balances: &[Balance]) -> Option<chrono::NaiveDate> {
    let end = balances.first().map_or(book.head.starts_on, |balance| balance.ends_on);
    book.series.cycles_from(end).next().map(|next| next.start)
}

/// The balances of the present cycle; of the last one in a pause, and once all is over.
async fn balances(
    tx: &mut Tx,
    visitor: &Visitor,
    book: &Book,
    now: DateTime<Utc>,
) -> Result<Vec<Balance>> {
    let (scope, id) = (visitor.scope(), book.head.id);
    let mut found = cycles::balances_of(book)?;
    if found.is_empty() {
        let mut last = cycles::last_balances(tx, scope, std::slice::from_ref(book)).await?;
        found = last.remove(&id).unwrap_or_default();
    }
    if found.is_empty() && book.today >= book.head.starts_on {
        let last = match cycles::shown_now(tx, scope, book).await {
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(Vec::new()),
            last => last?,
        };
        for of in &last.pools {
            let which = (last.id, Some(of.pool.id));
            found.push(cycles::balance_of_cycle(tx, scope, which, now).await?);
        }
    }
    Ok(found.into_iter().map(ours).collect())
}

/// A balance whose figures are taken apart here.
fn ours(balance: Balance) -> Balance {
    let ExplainLinks { left, available, used, overage, carries, lapses } = balance.explain;
    let [left, available, used, overage, carries, lapses] =
        [left, available, used, overage, carries, lapses].map(|link| here(&link));
    let explain = ExplainLinks { left, available, used, overage, carries, lapses };
    Balance { explain, ..balance }
}

/// The same address, in the portal.
fn here(link: &str) -> String {
    match link.strip_prefix(API) {
        Some(rest) => format!("{API}/portal{rest}"),
        None => link.to_owned(),
    }
}

async fn term(
    tx: &mut Tx,
    visitor: &Visitor,
    id: RetainerId,
    now: DateTime<Utc>,
) -> Result<Option<PortalTerm>> {
    let rule = renewals::rule_of(tx, visitor.scope(), id, now).await?;
    let (end_rule, notice_on) = (rule.rule.end_rule, rule.notice_on);
    Ok(rule.due_on.map(|due_on| PortalTerm { end_rule, due_on, notice_on }))
}

/// The rows behind a balance.
///
/// # Errors
/// `not_found`, also where they are not shown; at `pool` for an unknown key; a cursor that no page
/// gave.
pub async fn ledger(
    tx: &mut Tx,
    visitor: &Visitor,
    (id, cycle, pool): (RetainerId, Option<CycleId>, Option<&str>),
    paging: &PageParams,
    now: DateTime<Utc>,
) -> Result<PortalLedger> {
    visitor.must_see(PortalPart::WorkLog)?;
    visitor.must_have(tx, id).await?;
    let (scope, when) = (visitor.scope(), (now, None));
    let cycle = match cycle {
        Some(cycle) if visitor.retainer_of(tx, cycle, now).await? == id => cycle,
        Some(_) => return Err(ErrorCode::NotFound.into()),
        // That of the balance.
        None => {
            let book = Book::load(tx, scope, id, now).await?;
            let balances = balances(tx, visitor, &book, now).await?;
            balances.first().ok_or(ErrorCode::NotFound)?.cycle_id
        }
    };
    let Ledger { cycle, pool, items, next_cursor, total } =
        cycles::ledger(tx, scope, (id, Some(cycle), pool), paging, when).await?;
    let told = told(visitor);
    Ok(PortalLedger {
        cycle_id: cycle.id,
        starts_on: cycle.starts_on,
        ends_on: cycle.ends_on,
        pool,
        items: items.into_iter().map(|line| shown(told(line))).collect(),
        next_cursor,
        total,
    })
}

/// What of a line is told: of work what was done, and who did it where that is shown.
pub fn told(visitor: &Visitor) -> fn(LedgerLine) -> LedgerLine {
    match visitor.sees(PortalPart::People) {
        true => with_people,
        false => |line| LedgerLine { member_name: None, ..with_people(line) },
    }
}

fn with_people(line: LedgerLine) -> LedgerLine {
    let work = line.kind == LineKind::Consume;
    LedgerLine {
        note: line.note.filter(|_| work),
        member_name: line.member_name.filter(|_| work),
        ..line
    }
}

fn shown(line: LedgerLine) -> PortalLine {
    PortalLine {
        position: line.position,
        on: line.on,
        worked_on: line.worked_on,
        kind: line.kind,
        quantity: line.quantity,
        overage: line.overage,
        balance: line.balance,
        member_name: line.member_name,
        note: line.note,
        session_reason: line.session_reason,
    }
}

/// What is taken apart for clients.
const FIGURES: [&str; 6] = ["left", "available", "used", "overage", "carries", "lapses"];

/// Takes a figure apart. Who did the work is told where that is shown.
///
/// # Errors
/// `not_found`; at `pool` for an unknown key.
pub async fn explanation(
    tx: &mut Tx,
    visitor: &Visitor,
    (figure, id, pool): (&str, CycleId, Option<&str>),
    now: DateTime<Utc>,
) -> Result<Explanation> {
    // Others are between colleagues: who approved what, and what was given for nothing.
    if !FIGURES.contains(&figure) {
        return Err(ErrorCode::NotFound.into());
    }
    let retainer = visitor.retainer_of(tx, id, now).await?;
    let which = (figure, id, pool);
    let mut made = cycles::explain(tx, visitor.scope(), which, now, None).await?;
    // Who settled it, and why, is between colleagues.
    made.decision = None;
    let rows = format!("{API}/portal/retainers/{retainer}/ledger?cycle_id={id}");
    for part in &mut made.parts {
        part.source = match pool {
            Some(pool) => format!("{rows}&pool={pool}"),
            None => rows.clone(),
        };
    }
    if figure == "used" && !visitor.sees(PortalPart::People) {
        let first = made.parts.first().cloned();
        let all = |part| shared::api::ExplanationPart {
            key: "work".into(),
            label: "Work".into(),
            value: made.value,
            ..part
        };
        made.parts = first.map(all).into_iter().collect();
    }
    Ok(made)
}

/// The cycles of a retainer that have begun, the newest first.
///
/// # Errors
/// `not_found`, also where they are not shown; a cursor that no page gave.
pub async fn begun(
    tx: &mut Tx,
    visitor: &Visitor,
    (id, paging): (RetainerId, &PageParams),
    now: DateTime<Utc>,
) -> Result<Page<PortalCycle>> {
    visitor.must_see(PortalPart::Statements)?;
    visitor.must_have(tx, id).await?;
    let today = Book::load(tx, visitor.scope(), id, now).await?.today;
    let Page { mut items, next_cursor } =
        cycles::begun(tx, visitor.scope(), id, paging, now).await?;
    // The first is told before it begins.
    items.retain(|cycle| cycle.starts_on <= today);
    Ok(Page { items: items.into_iter().map(cycle).collect(), next_cursor })
}

fn cycle(cycle: Cycle) -> PortalCycle {
    let pools = cycle.pools.into_iter();
    PortalCycle {
        id: cycle.id,
        seq: cycle.seq,
        starts_on: cycle.starts_on,
        ends_on: cycle.ends_on,
        provisional: cycle.status == CycleStatus::Open,
        pools: pools.map(|of| PortalPool { pool: of.pool, sums: of.sums }).collect(),
    }
}

/// The statement of a cycle, as staff have it.
///
/// # Errors
/// `not_found`, also where it is not shown, or the cycle has not begun.
pub async fn whole_statement(
    tx: &mut Tx,
    visitor: &Visitor,
    id: CycleId,
    now: DateTime<Utc>,
) -> Result<Statement> {
    visitor.must_see(PortalPart::Statements)?;
    visitor.retainer_of(tx, id, now).await?;
    cycles::statement(tx, visitor.scope(), id, (now, None)).await
}

/// The statement of a cycle, as its client reads it.
///
/// # Errors
/// As [`whole_statement`].
pub async fn statement(
    tx: &mut Tx,
    visitor: &Visitor,
    id: CycleId,
    now: DateTime<Utc>,
) -> Result<PortalStatement> {
    let made = whole_statement(tx, visitor, id, now).await?;
    Ok(PortalStatement {
        retainer_id: made.cycle.retainer_id,
        retainer_name: made.retainer_name,
        price: made.price,
        cycle: cycle(made.cycle),
        taken_back: made.taken_back,
        recap: made.closing.map(|closing| closing.recap),
    })
}

/// What a retainer holds today, and what it leaves out.
///
/// # Errors
/// `not_found`, also where it is not shown.
pub async fn scope(
    tx: &mut Tx,
    visitor: &Visitor,
    id: RetainerId,
    now: DateTime<Utc>,
) -> Result<PortalScope> {
    visitor.must_see(PortalPart::Scope)?;
    visitor.must_have(tx, id).await?;
    let found = scopes::find(tx, visitor.scope(), id, None, now).await?;
    let texts = |kind: ScopeLineKind| {
        let of = found.lines.iter().filter(|line| line.kind == kind);
        of.map(|line| line.text.clone()).collect()
    };
    Ok(PortalScope {
        included: texts(ScopeLineKind::Included),
        excluded: texts(ScopeLineKind::Excluded),
        outcome: found.outcome,
    })
}
