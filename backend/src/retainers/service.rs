//! What agreeing on a retainer means.
use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    ErrorCode, Money, NewRetainer, Page, Retainer, RetainerChange, RetainerId, RetainerState,
    RetainerSummary, TaxRate, TimelineEvent,
};
use shared::rules::cycle::Series;
use shared::rules::{RuleError, zone};

use super::settlement;
use super::store::{self, Filter, RetainerRow};
use crate::auth::{ReadInvoices, ReadRenewals, Scope};
use crate::cycles::{self, Book, Terms};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::{PageParams, page};
use crate::timeline::{self, Told};
use crate::{invoices, renewals, scope as scopes};

/// Makes a retainer with its first terms and cycles. Unless told otherwise it is active at once
/// if it starts in its present cycle and no scope is required first; an older one waits, so that
/// its history can be imported.
///
/// # Errors
/// At the field: an account that is not there or archived, a zone nobody knows, an interval or
/// anchor that is not possible, a start so long ago that it would need too many cycles, a fit check
/// that is not one of this account. `scope_incomplete` if the organisation requires its gate.
pub async fn create(
    tx: &mut Tx,
    scope: Scope,
    new: &NewRetainer,
    now: DateTime<Utc>,
) -> Result<Retainer> {
    match store::account_archived(tx, scope, new.account_id).await? {
        None => return Err(Error::field("/account_id", "not_found")),
        Some(true) => return Err(Error::field("/account_id", "archived")),
        Some(false) => {}
    }
    let zone = match &new.timezone {
        Some(zone) => zone.clone(),
        None => store::organisation_zone(tx, scope).await?,
    };
    zone::zone(&zone).map_err(|_| Error::field("/timezone", "timezone_unknown"))?;
    Series::new(new.starts_on, new.interval, new.anchor, new.ends_on, Vec::new())
        .map_err(series_fault)?;
    let id = store::insert(tx, scope, new, &zone, now).await?;
    renewals::keep_rule(tx, scope, id, now).await?;
    let terms = new.terms.clone().keyed();
    store::insert_terms(tx, scope, (id, new.starts_on), (&terms, None), now).await?;
    timeline::tell(tx, scope, Told::new(TimelineEvent::TermsAgreed, id), now).await?;
    for (position, pool) in (0..).zip(&terms.pools) {
        let pool = (pool.key(), pool.unit, position);
        cycles::store::insert_pool(tx, scope, id, pool, now).await?;
    }
    let book = Book::load(tx, scope, id, now).await?;
    cycles::generate(tx, scope, &book).await?;
    let first_ends = book.series.cycle(1).map(|cycle| cycle.end);
    let fresh = first_ends.is_none_or(|end| book.today < end);
    if let Some(check) = new.fit_check_id {
        scopes::link_fit_check(tx, scope, (check, new.account_id), id).await?;
    }
    // Where the gate is required, nothing is activated that nobody asked to.
    let wanted = match new.activate {
        Some(wanted) => wanted,
        None => fresh && !scopes::gate_is_required(tx, scope).await?,
    };
    if wanted {
        scopes::hold_gate(tx, scope, id, now).await?;
        store::activate(tx, scope, id, now).await?;
        cycles::close_due(tx, scope, id, now).await?;
    }
    find(tx, scope, id, now, None).await
}

pub(super) fn series_fault(error: RuleError) -> Error {
    match error {
        RuleError::InvalidInterval => Error::field("/interval", "invalid_interval"),
        RuleError::InvalidAnchor => Error::field("/anchor", "invalid_anchor"),
        RuleError::InvalidRange => Error::field("/ends_on", "end_before_start"),
        other => other.into(),
    }
}

/// A retainer with the balances of its present cycle, now or as of a day.
///
/// # Errors
/// `not_found`; at `as_of` for a day before the retainer began.
pub async fn find(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    now: DateTime<Utc>,
    as_of: Option<NaiveDate>,
) -> Result<Retainer> {
    let row = store::find(tx, scope, id).await?;
    if as_of.is_some_and(|day| day < row.starts_on) {
        return Err(Error::field("as_of", "out_of_range"));
    }
    let books = Book::load_all(tx, scope, &[id], now, as_of).await?;
    let mut last_balances = cycles::last_balances(tx, scope, &books).await?;
    let book = books.into_iter().next().ok_or(ErrorCode::NotFound)?;
    // Before it begins, the terms of its first cycle are told.
    let day = book.today.max(row.starts_on);
    let terms = book.terms_on(day).ok_or(ErrorCode::NotFound)?;
    let next = book.next_terms_after(day).and_then(|from| book.terms_on(from));
    let rhythm = book.series.rhythm_on(day);
    let running = book.present().and_then(|place| book.open.get(place));
    let cycle_terms = running.map_or_else(Vec::new, |row| book.versions_in(row));
    let cycle_terms = cycle_terms.into_iter().map(Terms::shown).collect();
    // As they were agreed, also where one was cut short to settle the end.
    let mut pauses = book.head.series.pauses.clone();
    pauses.sort_by_key(|pause| pause.from);
    let agreed = (row.ends_on, row.policy);
    let refund_minor = match as_of {
        None if scope.may::<ReadInvoices>() => invoices::refundable(tx, scope, &book).await?,
        _ => 0,
    };
    let then = book.agreed_then.as_ref().map(|then| (then.ends_on, then.policy));
    let (ends_on, policy) = then.unwrap_or(agreed);
    Ok(Retainer {
        id,
        account_id: row.account_id,
        account_name: row.account_name,
        name: row.name,
        state: book.head.state,
        starts_on: row.starts_on,
        ends_on,
        settlement: settlement::of(tx, scope, &book, (ends_on, policy)).await?,
        refund_minor,
        timezone: book.head.timezone.clone(),
        interval: rhythm.interval,
        anchor: rhythm.anchor,
        rhythms: book.series.rhythms(),
        first_partial: row.series.0.first_partial,
        terms: terms.shown(),
        cycle_terms,
        next_terms: next.map(Terms::shown),
        pauses,
        paused: book.paused(),
        balances: cycles::balances_of(&book)?,
        last_balances: last_balances.remove(&id).unwrap_or_default(),
        created_at: row.created_at,
        version: row.version,
    })
}

/// A page of retainers by name, with their balances.
///
/// # Errors
/// A cursor that no page gave.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    filter: Filter,
    paging: &PageParams,
    now: DateTime<Utc>,
) -> Result<Page<RetainerSummary>> {
    let filter = Filter { after: paging.after()?, limit: Some(paging.limit + 1), ..filter };
    let rows = store::list(tx, scope, filter).await?;
    let key = |row: &RetainerRow| (row.sort_key.clone(), row.id);
    let Page { items, next_cursor } = page(rows, paging.limit, key);
    Ok(Page { items: with_balances(tx, scope, items, (now, None)).await?, next_cursor })
}

/// Every retainer that the filter lets through, with its balance, now or as of a day: those that
/// had begun by then.
///
/// # Errors
/// Those of the database.
pub(crate) async fn summaries(
    tx: &mut Tx,
    scope: Scope,
    filter: Filter,
    (now, as_of): (DateTime<Utc>, Option<NaiveDate>),
) -> Result<Vec<RetainerSummary>> {
    let mut rows = store::list(tx, scope, filter).await?;
    rows.retain(|row| as_of.is_none_or(|day| row.starts_on <= day));
    with_balances(tx, scope, rows, (now, as_of)).await
}

async fn with_balances(
    tx: &mut Tx,
    scope: Scope,
    rows: Vec<RetainerRow>,
    (now, as_of): (DateTime<Utc>, Option<NaiveDate>),
) -> Result<Vec<RetainerSummary>> {
    let ids: Vec<RetainerId> = rows.iter().map(|row| row.id).collect();
    let books = Book::load_all(tx, scope, &ids, now, as_of).await?;
    let mut last = cycles::last_balances(tx, scope, &books).await?;
    let taxes = invoices::included(tx, scope, &ids).await?;
    let coming = match as_of {
        None => coming(tx, scope, &books).await?,
        Some(_) => Coming::default(),
    };
    let mut books: HashMap<RetainerId, Book> =
        books.into_iter().map(|book| (book.head.id, book)).collect();
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let book = books.remove(&row.id).ok_or(ErrorCode::NotFound)?;
        let last_balances = last.remove(&row.id).unwrap_or_default();
        let taxes = taxes.get(&row.id);
        let id = row.id;
        let term = coming.terms.get(&id);
        found.push(RetainerSummary {
            last_balances,
            next_invoice_on: coming.invoices.get(&id).copied(),
            renewal_on: term.and_then(|(opens_on, _)| *opens_on),
            renews_on: term.map(|(_, due_on)| *due_on),
            ..summary(row, &book, taxes)?
        });
    }
    Ok(found)
}

/// What comes next of retainers that run, as far as the reader sees it. Source: requirement S2-11.
#[derive(Debug, Default)]
struct Coming {
    invoices: HashMap<RetainerId, NaiveDate>,
    terms: HashMap<RetainerId, (Option<NaiveDate>, NaiveDate)>,
}

async fn coming(tx: &mut Tx, scope: Scope, books: &[Book]) -> Result<Coming> {
    let runs = |book: &&Book| book.head.state == RetainerState::Active;
    let running: Vec<&Book> = books.iter().filter(runs).collect();
    let mut coming = Coming::default();
    if scope.may::<ReadInvoices>() {
        coming.invoices = invoices::next_days(tx, scope, &running).await?;
    }
    if scope.may::<ReadRenewals>() {
        coming.terms = renewals::terms_of(tx, scope, &running).await?;
    }
    Ok(coming)
}

fn summary(row: RetainerRow, book: &Book, taxes: Option<&Vec<TaxRate>>) -> Result<RetainerSummary> {
    let day = book.today.max(row.starts_on);
    let terms = &book.terms_on(day).ok_or(ErrorCode::NotFound)?.row.terms.0;
    let price = terms.cycle_fee();
    let state = book.head.state;
    let amount_minor = invoices::monthly(book, taxes, book.today)?.0;
    Ok(RetainerSummary {
        id: row.id,
        account_id: row.account_id,
        account_name: row.account_name,
        name: row.name,
        state,
        model: terms.model(),
        mrr: Money { amount_minor, currency: price.currency.clone() },
        price,
        ends_on: book.agreed_then.as_ref().map_or(row.ends_on, |then| then.ends_on),
        balances: cycles::balances_of(book)?,
        next_invoice_on: None,
        renewal_on: None,
        renews_on: None,
        paused: book.paused(),
        last_balances: Vec::new(),
    })
}

/// Changes a retainer itself.
///
/// # Errors
/// `stale`.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    (change, version): (&RetainerChange, i64),
    now: DateTime<Utc>,
) -> Result<Retainer> {
    let row = store::find(tx, scope, id).await?;
    let name = change.name.as_deref().map_or(row.name.as_str(), str::trim);
    if !store::rename(tx, scope, (id, version), name).await? {
        return Err(ErrorCode::Stale.into());
    }
    find(tx, scope, id, now, None).await
}

/// Starts keeping the books: cycles whose time is up are closed, in order.
///
/// # Errors
/// `retainer_active`; `scope_incomplete` if the organisation requires its gate.
pub async fn activate(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    now: DateTime<Utc>,
) -> Result<Retainer> {
    let row = store::find(tx, scope, id).await?;
    if row.state == RetainerState::Setup {
        scopes::hold_gate(tx, scope, id, now).await?;
    }
    if !store::activate(tx, scope, id, now).await? {
        return Err(ErrorCode::RetainerActive.into());
    }
    renewals::look_soon(tx, scope, id, now).await?;
    cycles::close_due(tx, scope, id, now).await?;
    find(tx, scope, id, now, None).await
}
