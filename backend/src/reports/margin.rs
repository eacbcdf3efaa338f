//! Margin, row by row. Source: domain 6; requirements S1-7 to S1-9.
use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use shared::api::{
    AccountId, CycleId, MarginBy, MarginCycle, MarginRow, MarginSums, MemberId, Page, RetainerId,
    Unrated,
};
use shared::rules::margin::{Sums, Worked};

use super::count::{Counted, Missing, Part, When, count};
use super::falls;
use super::store::{self, Place, Which, Window};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::{PageParams, page};
use crate::identity;

/// Months of a report where nobody says, this one included.
const MONTHS: u32 = 12;
/// The most months of a report, that of a lifetime apart.
const MONTHS_MAX: u32 = 36;
/// Retainers that are looked up at once where a report is by service line.
const PLACES_AT_ONCE: i64 = 200;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Ask {
    pub by: MarginBy,
    /// The first day on which a cycle begins.
    pub from: Option<NaiveDate>,
    /// The last one.
    pub to: Option<NaiveDate>,
    pub which: Which,
}

impl Ask {
    /// # Errors
    /// At `from` or `to` for days that a lifetime does not have, that are in the wrong order or too
    /// far apart.
    fn window(self, today: NaiveDate) -> Result<Window> {
        let tomorrow = today.succ_opt().unwrap_or(today);
        if self.by == MarginBy::Lifetime {
            let said =
                [("from", self.from), ("to", self.to)].into_iter().find(|(_, day)| day.is_some());
            return match said {
                Some((field, _)) => Err(Error::field(field, "not_allowed")),
                None => Ok(Window { from: None, until: tomorrow }),
            };
        }
        let (from, until) = days((self.from, self.to), today)?;
        Ok(Window { from: Some(from), until })
    }
}

/// The days of a report, `[from, until)`, where the first and the last are asked for; none of them to
/// come.
///
/// # Errors
/// At `to` for one before the first, at `from` for one that is too far back.
pub(super) fn days(
    (from, to): (Option<NaiveDate>, Option<NaiveDate>),
    today: NaiveDate,
) -> Result<(NaiveDate, NaiveDate)> {
    let tomorrow = today.succ_opt().unwrap_or(today);
    let until = to.and_then(|day| day.succ_opt()).unwrap_or(tomorrow).min(tomorrow);
    let last = to.unwrap_or(today);
    let month = last.with_day(1).unwrap_or(last);
    let usual = month.checked_sub_months(Months::new(MONTHS - 1)).unwrap_or(month);
    let from = from.unwrap_or(usual);
    if from > last {
        return Err(Error::field("to", "not_later"));
    }
    if from.checked_add_months(Months::new(MONTHS_MAX)).is_none_or(|end| end <= last) {
        return Err(Error::field("from", "out_of_range"));
    }
    Ok((from, until))
}

/// A page of the report.
///
/// # Errors
/// Those of [`Ask::window`]; a cursor that no page gave.
pub async fn report(
    tx: &mut Tx,
    scope: Scope,
    ask: Ask,
    paging: &PageParams,
    now: DateTime<Utc>,
) -> Result<Page<MarginRow>> {
    let today = identity::today(tx, scope, now).await?;
    let when = When { window: ask.window(today)?, today, now };
    let Page { items, next_cursor } = match ask.by {
        MarginBy::Cycle => by_cycle(tx, scope, ask.which, paging, when).await?,
        MarginBy::Retainer => by_retainer(tx, scope, ask.which, paging, when).await?,
        MarginBy::Account | MarginBy::Lifetime => {
            by_account(tx, scope, (ask.by, ask.which), paging, when).await?
        }
        MarginBy::ServiceLine => by_line(tx, scope, ask.which, paging, when).await?,
    };
    let members: HashSet<MemberId> =
        items.iter().flat_map(|row: &Whole| row.missing.keys().map(|(id, _)| *id)).collect();
    let members: Vec<MemberId> = members.into_iter().collect();
    let names: HashMap<MemberId, String> =
        store::names(tx, scope, &members).await?.into_iter().collect();
    let items = items.into_iter().map(|row| row.told(&names)).collect();
    Ok(Page { items, next_cursor })
}

async fn by_cycle(
    tx: &mut Tx,
    scope: Scope,
    which: Which,
    paging: &PageParams,
    when: When,
) -> Result<Page<Whole>> {
    let after = paging.after_time::<NaiveDate, CycleId>()?;
    let rows = store::latest(tx, scope, (which, when.window), (after, paging.limit + 1)).await?;
    let Page { items, next_cursor } = page(rows, paging.limit, |row| (row.starts_on, row.id));
    let retainers: HashSet<RetainerId> = items.iter().map(|row| row.retainer_id).collect();
    let retainers: Vec<RetainerId> = retainers.into_iter().collect();
    let places = store::places_by_id(tx, scope, &retainers).await?;
    // The page is in the order of its days, the last first.
    let window = Window {
        from: items.last().map(|row| row.starts_on),
        until: items.first().and_then(|row| row.starts_on.succ_opt()).unwrap_or(when.window.until),
    };
    let counted = count(tx, scope, &places, When { window, ..when }).await?;
    let counted: HashMap<CycleId, &Counted> =
        counted.iter().map(|one| (one.cycle.id, one)).collect();
    let place = |id| places.iter().find(|place| place.retainer_id == id);
    let told = items.iter().filter_map(|row| {
        let (one, place) = (counted.get(&row.id)?, place(row.retainer_id)?);
        let mut whole = Whole::of_retainer(MarginBy::Cycle, place);
        whole.row.cycle = Some(MarginCycle {
            id: row.id,
            seq: row.seq,
            starts_on: row.starts_on,
            ends_on: row.ends_on,
            status: row.status,
        });
        Some(whole.with(one))
    });
    Ok(Page { items: told.collect::<Result<_>>()?, next_cursor })
}

async fn by_retainer(
    tx: &mut Tx,
    scope: Scope,
    which: Which,
    paging: &PageParams,
    when: When,
) -> Result<Page<Whole>> {
    let after = paging.after::<(String, RetainerId)>()?;
    let places = store::places(tx, scope, (which, when.window), (after, paging.limit + 1)).await?;
    let Page { items, next_cursor } =
        page(places, paging.limit, |row| (row.sort_key.clone(), row.retainer_id));
    let mut rows: Vec<Whole> =
        items.iter().map(|place| Whole::of_retainer(MarginBy::Retainer, place)).collect();
    let counted = count(tx, scope, &items, when).await?;
    add(&mut rows, &counted, &items, |row, place| row.retainer_id == Some(place.retainer_id))?;
    Ok(Page { items: rows, next_cursor })
}

async fn by_account(
    tx: &mut Tx,
    scope: Scope,
    (by, which): (MarginBy, Which),
    paging: &PageParams,
    when: When,
) -> Result<Page<Whole>> {
    let after = paging.after::<(String, AccountId)>()?;
    let accounts =
        store::accounts(tx, scope, (which, when.window), (after, paging.limit + 1)).await?;
    let Page { items, next_cursor } =
        page(accounts, paging.limit, |row| (row.sort_key.clone(), row.id));
    let ids: Vec<AccountId> = items.iter().map(|row| row.id).collect();
    let places = store::places_of(tx, scope, &ids, (which, when.window)).await?;
    let whole = |row: store::AccountRow| Whole::of_account(by, row.id, row.name);
    let mut rows: Vec<Whole> = items.into_iter().map(whole).collect();
    let counted = count(tx, scope, &places, when).await?;
    add(&mut rows, &counted, &places, |row, place| row.account_id == Some(place.account_id))?;
    Ok(Page { items: rows, next_cursor })
}

/// Adds what was counted to the rows that it belongs to, and sees which margin falls.
fn add(
    rows: &mut [Whole],
    counted: &[Counted],
    places: &[Place],
    belongs: impl Fn(&MarginRow, &Place) -> bool,
) -> Result<()> {
    let mut of: HashMap<RetainerId, Vec<&Counted>> = HashMap::new();
    for one in counted {
        of.entry(one.cycle.retainer_id).or_default().push(one);
    }
    for place in places {
        let Some(row) = rows.iter_mut().find(|row| belongs(&row.row, place)) else { continue };
        let cycles = of.get(&place.retainer_id).map_or(&[][..], Vec::as_slice);
        for one in cycles {
            row.add(one)?;
        }
        row.watch(place, cycles);
    }
    Ok(())
}

/// By the channel of work. Each cycle is parted by its time.
async fn by_line(
    tx: &mut Tx,
    scope: Scope,
    which: Which,
    paging: &PageParams,
    when: When,
) -> Result<Page<Whole>> {
    let new = || Whole::of(MarginBy::ServiceLine);
    let mut lines: BTreeMap<Option<String>, Whole> = BTreeMap::new();
    let mut after = None;
    loop {
        let at = (after.take(), PLACES_AT_ONCE);
        let places = store::places(tx, scope, (which, when.window), at).await?;
        for one in count(tx, scope, &places, when).await? {
            let mut by_line = one.lines;
            if by_line.is_empty() {
                by_line.insert(None, Part::default());
            }
            let parts: Vec<Vec<Worked>> =
                by_line.values().map(|part| part.worked.clone()).collect();
            // What is left to be billed is parted as what is billed.
            let left = Sums { overage: one.overage_left, ..Sums::default() }.split(&parts)?;
            let split = one.sums.split(&parts)?.into_iter().zip(left);
            for ((name, part), (sums, left)) in by_line.into_iter().zip(split) {
                let whole = lines.entry(name.clone()).or_insert_with(new);
                whole.row.service_line = name;
                let total = whole.sum(&one.currency);
                total.add(sums, one.billed)?;
                total.overage_left = total.overage_left.saturating_add(left.overage);
                whole.miss(&part.missing, &one.currency);
            }
        }
        match places.last() {
            Some(last) if i64::try_from(places.len()) == Ok(PLACES_AT_ONCE) => {
                after = Some((last.sort_key.clone(), last.retainer_id));
            }
            _ => break,
        }
    }
    let after = paging.after::<Option<String>>()?;
    let rows = lines
        .into_values()
        .filter(|row| after.as_ref().is_none_or(|after| row.row.service_line > *after));
    let limit = usize::try_from(paging.limit).unwrap_or(usize::MAX);
    let rows: Vec<Whole> = rows.take(limit.saturating_add(1)).collect();
    Ok(page(rows, paging.limit, |row| row.row.service_line.clone()))
}

/// A row in the making.
pub(super) struct Whole {
    row: MarginRow,
    sums: BTreeMap<String, Total>,
    missing: BTreeMap<(MemberId, String), (i64, NaiveDate)>,
}

/// What is added up of one currency.
#[derive(Debug, Clone, Copy, Default)]
struct Total {
    sums: Sums,
    cycles: i64,
    given: Option<(i64, i64)>,
    overage_left: i64,
    unbilled: Sums,
    unbilled_cycles: i64,
}

impl Total {
    fn add(&mut self, sums: Sums, billed: bool) -> Result<()> {
        // Revenue stays with what it cost: of one without the other every share is wrong.
        if billed {
            self.sums = self.sums.plus(sums)?;
            self.cycles += 1;
        } else {
            self.unbilled = self.unbilled.plus(sums)?;
            self.unbilled_cycles += 1;
        }
        Ok(())
    }

    fn told(&self, currency: String) -> MarginSums {
        let sums = self.sums;
        MarginSums {
            currency,
            cycles: self.cycles,
            revenue_minor: sums.revenue(),
            fee_minor: sums.fee,
            overage_minor: sums.overage,
            other_minor: sums.other,
            unearned_minor: sums.unearned,
            drafted_minor: sums.drafted,
            minutes: sums.minutes,
            admin_minutes: sums.admin_minutes,
            admin_share: sums.admin_share(),
            cost_minor: sums.cost(),
            work_cost_minor: sums.work_cost,
            admin_cost_minor: sums.admin_cost,
            expenses_minor: sums.expenses,
            unrated_minutes: sums.unrated_minutes,
            margin_minor: sums.margin(),
            margin_share: sums.margin_share(),
            effective_hour_minor: sums.effective_hour(),
            given_minor: self.given.map(|given| given.0),
            given_unpriced: self.given.map_or(0, |given| given.1),
            unbilled_overage_minor: self.overage_left,
            unbilled_cycles: self.unbilled_cycles,
            unbilled_minutes: self.unbilled.minutes,
            unbilled_cost_minor: self.unbilled.cost(),
            unbilled_revenue_minor: self.unbilled.revenue(),
        }
    }
}

impl Whole {
    fn of(by: MarginBy) -> Self {
        Self { row: MarginRow::of(by), sums: BTreeMap::new(), missing: BTreeMap::new() }
    }

    fn of_account(by: MarginBy, id: AccountId, name: String) -> Self {
        let mut whole = Self::of(by);
        whole.row.account_id = Some(id);
        whole.row.account_name = Some(name);
        whole
    }

    fn of_retainer(by: MarginBy, place: &Place) -> Self {
        let mut whole = Self::of_account(by, place.account_id, place.account_name.clone());
        whole.row.retainer_id = Some(place.retainer_id);
        whole.row.retainer_name = Some(place.retainer_name.clone());
        whole
    }

    fn sum(&mut self, currency: &str) -> &mut Total {
        self.sums.entry(currency.to_owned()).or_default()
    }

    fn add(&mut self, one: &Counted) -> Result<()> {
        let total = self.sum(&one.currency);
        total.add(one.sums, one.billed)?;
        total.overage_left = total.overage_left.saturating_add(one.overage_left);
        if let Some((minor, unpriced)) = one.given {
            let given = total.given.get_or_insert_default();
            given.0 = given.0.saturating_add(minor);
            given.1 = given.1.saturating_add(unpriced);
        }
        for part in one.lines.values() {
            self.miss(&part.missing, &one.currency);
        }
        Ok(())
    }

    fn with(mut self, one: &Counted) -> Result<Self> {
        self.add(one)?;
        Ok(self)
    }

    /// Keeps whose time has no rate.
    fn miss(&mut self, missing: &Missing, currency: &str) {
        for (member, (minutes, since)) in missing {
            let key = (*member, currency.to_owned());
            let told = self.missing.entry(key).or_insert((0, *since));
            *told = (told.0.saturating_add(*minutes), told.1.min(*since));
        }
    }

    /// Looks whether the margin of a retainer falls; of several the one that fell most is told.
    fn watch(&mut self, place: &Place, cycles: &[&Counted]) {
        if let Some(found) = falls::told(place, cycles) {
            self.row.erosion = falls::worse(self.row.erosion.take(), found);
        }
    }

    fn told(self, names: &HashMap<MemberId, String>) -> MarginRow {
        let unrated = self.missing.into_iter().map(|((member_id, currency), (minutes, since))| {
            let member_name = names.get(&member_id).cloned().unwrap_or_default();
            Unrated { member_id, member_name, currency, minutes, since }
        });
        let mut unrated: Vec<Unrated> = unrated.collect();
        unrated.sort_by(|a, b| (&a.member_name, &a.currency).cmp(&(&b.member_name, &b.currency)));
        let sums = self.sums.into_iter().map(|(currency, total)| total.told(currency));
        MarginRow { sums: sums.collect(), unrated, ..self.row }
    }
}
