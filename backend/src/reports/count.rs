//! What each cycle earned and cost: what is kept, put together by the rules.
use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{CycleId, CycleStatus, MemberId, PoolId, PoolTerms, RetainerId, Terms, TermsId};
use shared::rules::RuleError;
use shared::rules::cycle::Cycle;
use shared::rules::margin::{Earned, Line, Sums, Worked};
use shared::rules::proration::FirstPartial;
use shared::rules::rates::RateBook;
use shared::rules::zone;

use super::lines;
use super::store::{self, CycleOf, Place, Window};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::{cycles, invoices, rates};

/// Retainers that are read at once.
const AT_ONCE: usize = 50;

/// What an hour of people costs, by currency.
type Costs = HashMap<String, RateBook<MemberId>>;
/// Time without a rate: whose, how much, and since when.
pub type Missing = BTreeMap<MemberId, (i64, NaiveDate)>;
/// Time by the channel of its work.
pub type ByLine = BTreeMap<Option<String>, Part>;

/// Time that was spent on one channel.
#[derive(Debug, Clone, Default)]
pub struct Part {
    pub worked: Vec<Worked>,
    /// That of it without a rate.
    pub missing: Missing,
}

/// Which cycles are counted, and when that is.
#[derive(Debug, Clone, Copy)]
pub struct When {
    pub window: Window,
    pub today: NaiveDate,
    pub now: DateTime<Utc>,
}

/// A cycle that was counted.
pub struct Counted {
    pub cycle: CycleOf,
    pub currency: String,
    pub sums: Sums,
    /// Whether its price is on an invoice, or is nothing.
    pub billed: bool,
    /// What went beyond its allowance and is on no invoice yet.
    pub overage_left: i64,
    /// What it gave for nothing, and of how many pools nobody said what that is worth; none of one
    /// that is open.
    pub given: Option<(i64, i64)>,
    /// Of its expenses, what the client is asked for.
    pub passed_on: i64,
    /// Its time by service line.
    pub lines: ByLine,
}

/// Counts the cycles of the given retainers in a window.
///
/// # Errors
/// Those of the database; amounts that do not fit.
pub async fn count(
    tx: &mut Tx,
    scope: Scope,
    places: &[Place],
    when: When,
) -> Result<Vec<Counted>> {
    let costs = rates::costs(tx, scope).await?;
    let mut counted = Vec::new();
    for some in places.chunks(AT_ONCE) {
        let kept = Kept::read(tx, scope, some, when).await?;
        let of: Vec<(CycleId, &Terms)> = kept.closed();
        let given = cycles::given(tx, scope, &of, &kept.pools).await?;
        for cycle in &kept.cycles {
            let closed = cycle.status == CycleStatus::Closed;
            let given = closed.then(|| given.get(&cycle.id).copied().unwrap_or_default());
            counted.extend(kept.counted(cycle, (&costs, given, when.today))?);
        }
    }
    Ok(counted)
}

/// What is kept of some retainers.
struct Kept {
    cycles: Vec<CycleOf>,
    terms: HashMap<TermsId, Terms>,
    pools: HashMap<PoolId, String>,
    lines: HashMap<(RetainerId, i64), Vec<Line>>,
    time: HashMap<CycleId, Vec<Spent>>,
    expenses: HashMap<CycleId, Spending>,
    unbilled: HashMap<CycleId, i64>,
    first_partial: HashMap<RetainerId, FirstPartial>,
}

/// Time as it is kept.
struct Spent {
    member: MemberId,
    day: NaiveDate,
    minutes: i64,
    /// Draws on nothing, and was spent on no piece of work.
    beside: bool,
    channel: Option<String>,
}

impl Kept {
    async fn read(tx: &mut Tx, scope: Scope, places: &[Place], when: When) -> Result<Self> {
        let When { window, today, now } = when;
        let ids: Vec<RetainerId> = places.iter().map(|place| place.retainer_id).collect();
        let terms = cycles::store::terms(tx, scope, &ids).await?;
        let pools = cycles::store::pools(tx, scope, &ids).await?;
        let cycles = store::cycles(tx, scope, &ids, window).await?;
        Ok(Self {
            expenses: expenses(tx, scope, (&ids, &cycles), window).await?,
            terms: terms.into_iter().map(|row| (row.id, row.terms.0)).collect(),
            pools: pools.into_iter().map(|row| (row.id, row.key)).collect(),
            lines: lines::of_cycles(tx, scope, (&ids, &cycles), (today, now)).await?,
            unbilled: unbilled(tx, scope, &ids, window).await?,
            first_partial: places
                .iter()
                .map(|place| (place.retainer_id, place.series.0.first_partial))
                .collect(),
            time: time(tx, scope, (places, &ids), window).await?,
            cycles,
        })
    }

    /// Whether a cycle costs nothing: by its terms, or as the first one, in part.
    fn is_free(&self, cycle: &CycleOf, terms: &Terms) -> bool {
        let first = self.first_partial.get(&cycle.retainer_id).copied().unwrap_or_default();
        let days = Cycle {
            seq: u32::try_from(cycle.seq).unwrap_or(u32::MAX),
            start: cycle.starts_on,
            end: cycle.ends_on,
            nominal_start: cycle.nominal_start,
            nominal_end: cycle.nominal_end,
        };
        terms.fee().0 == 0 || first.charged(&days).is_none()
    }

    fn closed(&self) -> Vec<(CycleId, &Terms)> {
        let closed = self.cycles.iter().filter(|cycle| cycle.status == CycleStatus::Closed);
        closed.filter_map(|cycle| Some((cycle.id, self.terms.get(&cycle.terms_id)?))).collect()
    }

    fn counted(
        &self,
        cycle: &CycleOf,
        (costs, given, today): (&Costs, Option<(i64, i64)>, NaiveDate),
    ) -> Result<Option<Counted>> {
        let Some(terms) = self.terms.get(&cycle.terms_id) else { return Ok(None) };
        let price = &terms.price;
        // Where no pool takes time, no time draws: what is recorded is the work itself.
        let takes_time = terms.pools.iter().any(PoolTerms::takes_time);
        let rates = costs.get(&price.currency);
        let lines = self.lines.get(&(cycle.retainer_id, cycle.seq)).map_or(&[][..], Vec::as_slice);
        let spent = self.time.get(&cycle.id).map_or(&[][..], Vec::as_slice);
        let mut by_line = ByLine::new();
        for one in spent {
            let hour = rates.and_then(|rates| rates.on(one.member, one.day));
            let part = by_line.entry(one.channel.clone()).or_default();
            if hour.is_none() {
                let told = part.missing.entry(one.member).or_insert((0, one.day));
                *told = (told.0.saturating_add(one.minutes), told.1.min(one.day));
            }
            let admin = one.beside && takes_time;
            part.worked.push(Worked { minutes: one.minutes, admin, hour });
        }
        let worked: Vec<Worked> = by_line.values().flat_map(|part| &part.worked).copied().collect();
        let spending = self.expenses.get(&cycle.id).copied().unwrap_or_default();
        let fee = |line: &Line| line.kind == Earned::Fee;
        Ok(Some(Counted {
            cycle: *cycle,
            currency: price.currency.clone(),
            sums: Sums::of_cycle(lines, &worked, (spending.all, today))?,
            billed: self.is_free(cycle, terms) || lines.iter().any(fee),
            overage_left: self.unbilled.get(&cycle.id).copied().unwrap_or_default(),
            given,
            passed_on: spending.passed_on,
            lines: by_line,
        }))
    }
}

/// What was worked in each cycle: recorded time, and the sessions that were held.
async fn time(
    tx: &mut Tx,
    scope: Scope,
    (places, retainers): (&[Place], &[RetainerId]),
    window: Window,
) -> Result<HashMap<CycleId, Vec<Spent>>> {
    let mut time: HashMap<CycleId, Vec<Spent>> = HashMap::new();
    for row in store::time(tx, scope, retainers, window).await? {
        time.entry(row.cycle_id).or_default().push(Spent {
            member: row.member_id,
            day: row.worked_on,
            minutes: row.minutes,
            beside: row.pool_id.is_none() && row.on_work == 0,
            channel: row.channel,
        });
    }
    let mut zones = HashMap::new();
    for place in places {
        zones.insert(place.retainer_id, zone::zone(&place.timezone)?);
    }
    for row in store::held(tx, scope, retainers, window).await? {
        let Some(zone) = zones.get(&row.retainer_id) else { continue };
        time.entry(row.cycle_id).or_default().push(Spent {
            member: row.member_id,
            day: zone::local_date(*zone, row.starts_at),
            minutes: row.minutes,
            beside: false,
            channel: None,
        });
    }
    Ok(time)
}

/// What closed cycles left to be billed that an invoice will take: of retainers that are billed here,
/// and of cycles that end when that has begun.
async fn unbilled(
    tx: &mut Tx,
    scope: Scope,
    retainers: &[RetainerId],
    window: Window,
) -> Result<HashMap<CycleId, i64>> {
    let elsewhere = invoices::not_billed(tx, scope, retainers).await?;
    let here = retainers.iter().copied().filter(|id| !elsewhere.contains(id));
    let here: Vec<RetainerId> = here.collect();
    let settings = invoices::billing(tx, scope).await?.settings;
    let since = settings.map(|settings| settings.starts_on);
    Ok(store::unbilled(tx, scope, &here, (window, since)).await?.into_iter().collect())
}

/// What was spent besides time in a cycle.
#[derive(Debug, Clone, Copy, Default)]
struct Spending {
    all: i64,
    passed_on: i64,
}

/// What was spent besides time, by the cycle that began last by that day, whether or not it ran
/// still.
async fn expenses(
    tx: &mut Tx,
    scope: Scope,
    (retainers, cycles): (&[RetainerId], &[CycleOf]),
    window: Window,
) -> Result<HashMap<CycleId, Spending>> {
    let spent = store::spent(tx, scope, retainers, window.from).await?;
    if spent.is_empty() {
        return Ok(HashMap::new());
    }
    let next: HashMap<RetainerId, NaiveDate> =
        store::next_days(tx, scope, retainers, window).await?.into_iter().collect();
    let mut by_cycle: HashMap<CycleId, Spending> = HashMap::new();
    for (retainer, day, amount, passed_on) in spent {
        if next.get(&retainer).is_some_and(|next| *next <= day) {
            continue;
        }
        let begun = cycles.iter().filter(|one| one.retainer_id == retainer && one.starts_on <= day);
        if let Some(cycle) = begun.max_by_key(|one| one.starts_on) {
            let sum = by_cycle.entry(cycle.id).or_default();
            sum.all = sum.all.checked_add(amount).ok_or(RuleError::TooLarge)?;
            if passed_on {
                sum.passed_on = sum.passed_on.saturating_add(amount);
            }
        }
    }
    Ok(by_cycle)
}
