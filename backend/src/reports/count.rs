//! What each cycle earned and cost: what is kept, put together by the rules.
use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use shared::api::{
    CycleId, CycleStatus, InvoiceId, InvoiceState, MemberId, PoolId, RetainerId, Terms, TermsId,
};
use shared::rules::RuleError;
use shared::rules::margin::{Earned, Line, Sums, Worked};
use shared::rules::rates::RateBook;
use shared::rules::units::Minor;
use shared::rules::zone;

use super::store::{self, CycleOf, Place, Window};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::{cycles, rates};

/// Retainers that are read at once.
const AT_ONCE: usize = 50;

/// Time without a rate: whose, how much, and since when.
pub type Missing = BTreeMap<MemberId, (i64, NaiveDate)>;
/// Time by the channel of its work.
pub type ByLine = BTreeMap<Option<String>, Vec<Worked>>;

/// A cycle that was counted.
pub struct Counted {
    pub cycle: CycleOf,
    pub currency: String,
    pub sums: Sums,
    /// Whether it is on an invoice, or costs nothing.
    pub billed: bool,
    /// What it gave for nothing, and of how many pools nobody said what that is worth.
    pub given: (i64, i64),
    pub missing: Missing,
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
    (window, today): (Window, NaiveDate),
) -> Result<Vec<Counted>> {
    let costs = rates::costs(tx, scope).await?;
    let mut counted = Vec::new();
    for some in places.chunks(AT_ONCE) {
        let kept = Kept::read(tx, scope, some, window).await?;
        let of: Vec<(CycleId, &Terms)> = kept.closed();
        let given = cycles::given(tx, scope, &of, &kept.pools).await?;
        for cycle in &kept.cycles {
            let given = given.get(&cycle.id).copied().unwrap_or_default();
            counted.extend(kept.counted(cycle, (&costs, given, today))?);
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
    expenses: HashMap<CycleId, i64>,
}

/// Time as it is kept.
struct Spent {
    member: MemberId,
    day: NaiveDate,
    minutes: i64,
    admin: bool,
    channel: Option<String>,
}

impl Kept {
    async fn read(tx: &mut Tx, scope: Scope, places: &[Place], window: Window) -> Result<Self> {
        let ids: Vec<RetainerId> = places.iter().map(|place| place.retainer_id).collect();
        let terms = cycles::store::terms(tx, scope, &ids).await?;
        let pools = cycles::store::pools(tx, scope, &ids).await?;
        let cycles = store::cycles(tx, scope, &ids, window).await?;
        Ok(Self {
            expenses: expenses(tx, scope, (&ids, &cycles), window).await?,
            terms: terms.into_iter().map(|row| (row.id, row.terms.0)).collect(),
            pools: pools.into_iter().map(|row| (row.id, row.key)).collect(),
            lines: lines(tx, scope, &ids).await?,
            time: time(tx, scope, (places, &ids), window).await?,
            cycles,
        })
    }

    fn closed(&self) -> Vec<(CycleId, &Terms)> {
        let closed = self.cycles.iter().filter(|cycle| cycle.status == CycleStatus::Closed);
        closed.filter_map(|cycle| Some((cycle.id, self.terms.get(&cycle.terms_id)?))).collect()
    }

    fn counted(
        &self,
        cycle: &CycleOf,
        (costs, given, today): (&HashMap<String, RateBook<MemberId>>, (i64, i64), NaiveDate),
    ) -> Result<Option<Counted>> {
        let Some(terms) = self.terms.get(&cycle.terms_id) else { return Ok(None) };
        let price = &terms.price;
        let rates = costs.get(&price.currency);
        let lines = self.lines.get(&(cycle.retainer_id, cycle.seq)).map_or(&[][..], Vec::as_slice);
        let spent = self.time.get(&cycle.id).map_or(&[][..], Vec::as_slice);
        let (mut missing, mut by_line) = (Missing::new(), ByLine::new());
        for one in spent {
            let hour = rates.and_then(|rates| rates.on(one.member, one.day));
            if hour.is_none() {
                let told = missing.entry(one.member).or_insert((0, one.day));
                *told = (told.0.saturating_add(one.minutes), told.1.min(one.day));
            }
            let worked = Worked { minutes: one.minutes, admin: one.admin, hour };
            by_line.entry(one.channel.clone()).or_default().push(worked);
        }
        let worked: Vec<Worked> = by_line.values().flatten().copied().collect();
        let expenses = self.expenses.get(&cycle.id).copied().unwrap_or_default();
        let fee = |line: &Line| line.kind == Earned::Fee;
        Ok(Some(Counted {
            cycle: *cycle,
            currency: price.currency.clone(),
            sums: Sums::of_cycle(lines, &worked, (expenses, today))?,
            billed: price.amount_minor == 0 || lines.iter().any(fee),
            given,
            missing,
            lines: by_line,
        }))
    }
}

/// What invoices hold of each cycle, less what was credited of it.
async fn lines(
    tx: &mut Tx,
    scope: Scope,
    retainers: &[RetainerId],
) -> Result<HashMap<(RetainerId, i64), Vec<Line>>> {
    let credited: HashMap<(InvoiceId, i64), i64> = store::credited(tx, scope, retainers)
        .await?
        .into_iter()
        .map(|(invoice, line, net)| ((invoice, line), net))
        .collect();
    let mut lines: HashMap<(RetainerId, i64), Vec<Line>> = HashMap::new();
    for row in store::lines(tx, scope, retainers).await? {
        let off = credited.get(&(row.invoice_id, row.position)).copied().unwrap_or_default();
        let line = Line {
            kind: match row.kind.as_str() {
                "fee" | "correction" => Earned::Fee,
                "overage" => Earned::Overage,
                _ => Earned::Other,
            },
            net: Minor(row.net_minor.saturating_sub(off)),
            days: row.starts_on.zip(row.ends_on),
            draft: row.state == InvoiceState::Draft,
        };
        lines.entry((row.retainer_id, row.seq)).or_default().push(line);
    }
    Ok(lines)
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
            admin: row.pool_id.is_none(),
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
            admin: false,
            channel: None,
        });
    }
    Ok(time)
}

/// What was spent besides time, by the cycle that began last by that day, whether or not it ran
/// still.
async fn expenses(
    tx: &mut Tx,
    scope: Scope,
    (retainers, cycles): (&[RetainerId], &[CycleOf]),
    window: Window,
) -> Result<HashMap<CycleId, i64>> {
    let spent = store::spent(tx, scope, retainers, window.from).await?;
    if spent.is_empty() {
        return Ok(HashMap::new());
    }
    let next: HashMap<RetainerId, NaiveDate> =
        store::next_days(tx, scope, retainers, window).await?.into_iter().collect();
    let mut by_cycle: HashMap<CycleId, i64> = HashMap::new();
    for (retainer, day, amount) in spent {
        if next.get(&retainer).is_some_and(|next| *next <= day) {
            continue;
        }
        let begun = cycles.iter().filter(|one| one.retainer_id == retainer && one.starts_on <= day);
        if let Some(cycle) = begun.max_by_key(|one| one.starts_on) {
            let sum = by_cycle.entry(cycle.id).or_default();
            *sum = sum.checked_add(amount).ok_or(RuleError::TooLarge)?;
        }
    }
    Ok(by_cycle)
}
