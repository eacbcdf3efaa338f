//! The six verdicts on a request: which are open, and what each would do to balance, dates, fee
//! and margin. Source: requirement S0-32.
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use super::ScopeMatch;
use crate::rules::RuleError;
use crate::rules::ledger::{BorrowExcess, Overage, OverageMode};
use crate::rules::money::{UnitRate, overage_charge};
use crate::rules::units::Quantity;

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum RequestVerdict {
    /// The allowance of this cycle holds it.
    InScope,
    /// It takes the place of something else.
    Swap,
    /// It waits for the next cycle.
    NextPeriod,
    /// It goes beyond the allowance, as accepted.
    Overage,
    /// It needs a change of scope.
    ChangeOrder,
    /// It is not done.
    Decline,
}

impl RequestVerdict {
    /// Each of them, from the one that changes least.
    pub const ALL: [Self; 6] = [
        Self::InScope,
        Self::Swap,
        Self::NextPeriod,
        Self::Overage,
        Self::ChangeOrder,
        Self::Decline,
    ];

    /// Whether it puts work on the board by itself.
    #[must_use]
    pub fn accepts(self) -> bool {
        matches!(self, Self::InScope | Self::Swap | Self::NextPeriod | Self::Overage)
    }

    /// Whether it is given only with a reason: what somebody pays for or does not get, and whatever
    /// is accepted although no line says so. Nothing is accepted in silence.
    #[must_use]
    pub fn needs_reason(self, matched: ScopeMatch) -> bool {
        let of_itself = matches!(self, Self::Overage | Self::ChangeOrder | Self::Decline);
        of_itself || matched == ScopeMatch::Unclear
    }
}

/// Why a verdict is not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum VerdictRefusal {
    /// A line leaves it out: only a change of scope lets it in.
    LeftOut,
    /// Without an estimate nobody can say what it does.
    EstimateNeeded,
    /// Its kind names nothing on the price list, so nobody can say what it does.
    PriceNeeded,
    /// It takes more than there is.
    DoesNotFit,
    /// Nothing goes beyond the allowance.
    NothingOver,
    /// The terms let nothing go beyond the allowance.
    TermsBlock,
    /// No pool of the retainer takes time.
    NoTimePool,
    /// No cycle follows.
    NoNextCycle,
    /// No cycle runs.
    NoCycle,
}

impl VerdictRefusal {
    /// What to match on.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::LeftOut => "left_out",
            Self::EstimateNeeded => "estimate_needed",
            Self::PriceNeeded => "price_needed",
            Self::DoesNotFit => "does_not_fit",
            Self::NothingOver => "nothing_over",
            Self::TermsBlock => "terms_block",
            Self::NoTimePool => "no_time_pool",
            Self::NoNextCycle => "no_next_cycle",
            Self::NoCycle => "no_open_cycle",
        }
    }
}

/// How the pool that a request draws on stands in the present cycle, in its units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NowIn {
    /// What is left, less what went beyond: below 0 if something did.
    pub left: i64,
    /// What agreed work will still draw.
    pub planned: i64,
    /// What becomes of use beyond it.
    pub overage: Overage,
}

/// The next cycle, and what the pool has in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Coming {
    /// Its number.
    pub seq: i64,
    /// Its first day.
    pub starts_on: NaiveDate,
    /// The day after its last.
    pub ends_on: NaiveDate,
    /// What it brings, without what carries into it.
    pub brings: i64,
    /// What there is in it by the books as they are, with what would carry into it: what its
    /// priorities are planned against, too.
    pub available: i64,
    /// What agreed work will draw of that.
    pub planned: i64,
    /// What its priorities are planned to take beside agreed work of theirs.
    pub ranked: i64,
}

/// All that the effects go by. Units are those of the pool that the request draws on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Footing {
    /// The day it is there.
    pub today: NaiveDate,
    /// The day after the last of the present cycle, if one runs.
    pub ends_on: Option<NaiveDate>,
    /// The pool that it draws on, if there is one.
    pub pool: Option<NowIn>,
    /// The next cycle, if one follows.
    pub next: Option<Coming>,
    /// What the request will draw.
    pub estimate: Option<i64>,
    /// The pool counts things: what a request will draw is its price there, not its time.
    #[serde(default)]
    pub by_price: bool,
    /// The day by which it is wanted.
    pub wanted_on: Option<NaiveDate>,
    /// What it costs us, in minor units; none while no rates of cost are known.
    pub cost_minor: Option<i64>,
}

/// What a verdict would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VerdictEffect {
    /// Which.
    pub verdict: RequestVerdict,
    /// Why it is not open; it is if nothing is said.
    pub refused: Option<VerdictRefusal>,
    /// It is given only with a reason.
    pub needs_reason: bool,
    /// Units free before it in the cycle that it concerns, with all that is planned; unknown if
    /// absent.
    pub before: Option<i64>,
    /// Units free after it; below 0 is beyond the allowance.
    pub after: Option<i64>,
    /// The first day on which it may be worked on.
    pub from: Option<NaiveDate>,
    /// The last day of the cycle that holds it.
    pub until: Option<NaiveDate>,
    /// It is wanted before it may begin.
    pub late: bool,
    /// Units that the priorities of that cycle are planned to take beside agreed work: they are
    /// within what is free, and told, since nobody knows whether the request is part of one. Told
    /// of the next cycle alone.
    #[serde(default)]
    pub ranked: Option<i64>,
    /// What the client pays beside the fee, in minor units; unknown if absent.
    pub fee_minor: Option<i64>,
    /// That less what it costs us; unknown if absent.
    pub margin_minor: Option<i64>,
}

/// What every verdict would do, in order. A swap is seen without what it displaces.
///
/// # Errors
/// Those of the price of overage.
pub fn effects(footing: &Footing, matched: ScopeMatch) -> Result<Vec<VerdictEffect>, RuleError> {
    RequestVerdict::ALL.iter().map(|verdict| effect(footing, (*verdict, matched), None)).collect()
}

/// What one verdict would do. A swap frees the units of what it displaces.
///
/// # Errors
/// Those of the price of overage.
pub fn effect(
    footing: &Footing,
    (verdict, matched): (RequestVerdict, ScopeMatch),
    freed: Option<i64>,
) -> Result<VerdictEffect, RuleError> {
    let balance = balance(footing, verdict, freed.unwrap_or(0));
    let fee_minor = fee(footing, verdict, balance)?;
    let (from, until) = days(footing, verdict);
    let next = footing.next.filter(|_| verdict == RequestVerdict::NextPeriod);
    let margin_minor = fee_minor.zip(footing.cost_minor).map(|(fee, cost)| fee - cost);
    Ok(VerdictEffect {
        verdict,
        refused: refused(footing, (verdict, matched), (balance, freed)),
        needs_reason: verdict.needs_reason(matched),
        before: balance.map(|(before, _)| before),
        after: balance.map(|(_, after)| after),
        ranked: next.map(|next| next.ranked).filter(|units| *units > 0),
        from,
        until,
        late: footing.wanted_on.zip(from).is_some_and(|(wanted, from)| wanted < from),
        fee_minor,
        margin_minor: margin_minor.filter(|_| verdict != RequestVerdict::Decline),
    })
}

/// Units free before and after; unknown without a pool, and after without an estimate.
fn balance(footing: &Footing, verdict: RequestVerdict, freed: i64) -> Option<(i64, i64)> {
    use RequestVerdict as Is;
    let now = footing.pool.map(|pool| pool.left - pool.planned);
    match verdict {
        // It brings time alone: what its work draws on a pool that counts things is said by nobody.
        Is::ChangeOrder if footing.by_price => None,
        // What a change of scope brings, it takes.
        Is::ChangeOrder | Is::Decline => now.map(|free| (free, free)),
        Is::NextPeriod => {
            let next = footing.next.filter(|_| footing.pool.is_some())?;
            let free = next.available - next.planned;
            Some((free, free - footing.estimate?))
        }
        Is::InScope | Is::Swap | Is::Overage => {
            let free = now?;
            Some((free, free + freed - footing.estimate?))
        }
    }
}

fn refused(
    footing: &Footing,
    (verdict, matched): (RequestVerdict, ScopeMatch),
    (balance, freed): (Option<(i64, i64)>, Option<i64>),
) -> Option<VerdictRefusal> {
    use RequestVerdict as Is;
    use VerdictRefusal as Why;
    if !verdict.accepts() {
        return None;
    }
    let fits = balance.is_none_or(|(_, after)| after >= 0);
    let unknown = footing.pool.is_some() && footing.estimate.is_none();
    let blocks = |pool: NowIn| pool.overage.mode == OverageMode::Block;
    let rules = [
        (matched == ScopeMatch::Excluded, Why::LeftOut),
        // What a swap displaces goes to the next cycle.
        (matches!(verdict, Is::NextPeriod | Is::Swap) && footing.next.is_none(), Why::NoNextCycle),
        (verdict != Is::NextPeriod && footing.ends_on.is_none(), Why::NoCycle),
        (verdict == Is::Overage && footing.pool.is_none(), Why::NoTimePool),
        // Without a price what fits in is somebody's word; what goes beyond is paid for, and a swap
        // says that it fits.
        (
            unknown && footing.by_price && matches!(verdict, Is::Overage | Is::Swap),
            Why::PriceNeeded,
        ),
        (unknown && !footing.by_price, Why::EstimateNeeded),
        (verdict == Is::Overage && footing.pool.is_some_and(blocks), Why::TermsBlock),
        (verdict == Is::Overage && fits, Why::NothingOver),
        (verdict == Is::Swap && freed.is_some() && !fits, Why::DoesNotFit),
        (matches!(verdict, Is::InScope | Is::NextPeriod) && !fits, Why::DoesNotFit),
    ];
    rules.into_iter().find(|(holds, _)| *holds).map(|(_, why)| why)
}

fn days(footing: &Footing, verdict: RequestVerdict) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let last = |end: NaiveDate| end.checked_sub_days(Days::new(1));
    match verdict {
        RequestVerdict::Decline => (None, None),
        RequestVerdict::NextPeriod => {
            let next = footing.next;
            (next.map(|next| next.starts_on), next.and_then(|next| last(next.ends_on)))
        }
        // When it is accepted, nobody knows yet.
        RequestVerdict::ChangeOrder => (Some(footing.today), None),
        _ => (footing.ends_on.map(|_| footing.today), footing.ends_on.and_then(last)),
    }
}

/// What the client pays beside the fee: what goes beyond at the price of overage; for a change of
/// scope the whole estimate at that price, to be agreed.
fn fee(
    footing: &Footing,
    verdict: RequestVerdict,
    balance: Option<(i64, i64)>,
) -> Result<Option<i64>, RuleError> {
    match verdict {
        RequestVerdict::NextPeriod | RequestVerdict::Decline => Ok(Some(0)),
        RequestVerdict::ChangeOrder => {
            let known = footing.pool.zip(footing.estimate);
            let priced = known.filter(|(pool, _)| pool.overage.rate_minor.0 > 0);
            priced.map(|(pool, units)| charge(pool.overage, units)).transpose()
        }
        RequestVerdict::InScope | RequestVerdict::Swap | RequestVerdict::Overage => {
            let Some((pool, (before, after))) = footing.pool.zip(balance) else { return Ok(None) };
            let grant = footing.next.map_or(0, |next| next.brings);
            let billed = |free: i64| charge(pool.overage, billed_of(pool.overage, -free, grant));
            Ok(Some((billed(after)? - billed(before)?).max(0)))
        }
    }
}

/// Of the units beyond the allowance those that are billed. Source: domain 4.1 to 4.7.
fn billed_of(overage: Overage, over: i64, next_grant: i64) -> i64 {
    let excess = |units: i64| match overage.borrow_excess {
        BorrowExcess::Bill => units.max(0),
        BorrowExcess::Absorb => 0,
    };
    match overage.mode {
        OverageMode::Bill => over.max(0),
        OverageMode::Ask => excess(over),
        OverageMode::Borrow => excess(over - overage.borrow_cap.map_or(next_grant, |cap| cap.0)),
        OverageMode::Block | OverageMode::Absorb => 0,
    }
}

fn charge(overage: Overage, units: i64) -> Result<i64, RuleError> {
    let rate = UnitRate { amount: overage.rate_minor, per: overage.rate_per };
    Ok(overage_charge(Quantity(units), overage.increment, rate)?.amount.0)
}

#[cfg(test)]
mod tests;
