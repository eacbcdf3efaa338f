//! Terms played by the rules that would run them: nothing is read, nothing is kept.
use shared::api::{
    NewSimulatedBlock, NewSimulation, PoolTerms, SimulatedClient, SimulatedPool, Simulation, Unit,
};
use shared::rules::RuleError;
use shared::rules::cycle::Series;
use shared::rules::ledger::Ends;
use shared::rules::simulate::{Agreement, Bought, CYCLES, Profile};
use shared::rules::units::Quantity;

use super::service::series_fault;
use crate::error::{Error, Result};

/// The largest whole number that every reader of JSON keeps exactly: 2⁵³ − 1.
const EXACT_MAX: i64 = 9_007_199_254_740_991;

/// What a light, a normal and a heavy client would see of these terms, pool by pool.
///
/// # Errors
/// At the field: an interval or anchor that is not possible; at `/terms`: figures that would not
/// fit an answer.
pub fn simulate(new: &NewSimulation) -> Result<Simulation> {
    let series = Series::new(new.starts_on, new.interval, new.anchor, new.ends_on, Vec::new())
        .map_err(series_fault)?;
    let pools = new.terms.pools.iter().map(|pool| play_pool(new, &series, pool));
    Ok(Simulation {
        currency: new.terms.price.currency.clone(),
        pools: pools.collect::<Result<_>>()?,
    })
}

fn play_pool(new: &NewSimulation, series: &Series, pool: &PoolTerms) -> Result<SimulatedPool> {
    // Days of grace move no figure.
    let policy = pool.policy(0);
    let agreement = Agreement {
        series,
        policy: &policy,
        allowance: Quantity(pool.allowance),
        rounding: pool.partial_rounding.unwrap_or_default(),
        price: new.terms.fee(),
        first_partial: new.first_partial,
        sessions: pool.unit == Unit::Sessions,
        bought: new.blocks.iter().find(|block| block.pool == pool.key()).map(bought),
    };
    let profiles = Profile::ALL.map(|profile| (Some(profile), profile.percents().to_vec()));
    let own = new.own_use.iter().map(|percents| (None, percents.clone()));
    let mut clients = Vec::with_capacity(Profile::ALL.len() + 1);
    for (profile, percents) in profiles.into_iter().chain(own) {
        clients.push(play(&agreement, profile, percents)?);
    }
    let name = pool.name.clone();
    Ok(SimulatedPool { pool: pool.key().to_owned(), name, unit: pool.unit, clients })
}

fn bought(block: &NewSimulatedBlock) -> Bought {
    Bought {
        quantity: Quantity(block.quantity),
        starts: block.starts_on,
        ends: block.ends_on.map_or(Ends::Never, |date| Ends::Date { date }),
    }
}

fn play(
    agreement: &Agreement<'_>,
    profile: Option<Profile>,
    percents: Vec<u32>,
) -> Result<SimulatedClient> {
    let usage = agreement.usage(&percents, CYCLES).map_err(too_large)?;
    let played = agreement.play(&usage).map_err(too_large)?;
    let totals = &played.totals;
    // Of all figures these can be the largest.
    if [totals.used.0, totals.refused.0, totals.paid.0, totals.sessions.booked.0]
        .into_iter()
        .any(|sum| sum > EXACT_MAX)
    {
        return Err(too_large(RuleError::TooLarge));
    }
    let cycles = played.cycles.iter().map(Into::into).collect();
    Ok(SimulatedClient { profile, percents, cycles, totals: totals.into() })
}

fn too_large(error: RuleError) -> Error {
    match error {
        RuleError::TooLarge => Error::field("/terms", "out_of_range"),
        other => other.into(),
    }
}
