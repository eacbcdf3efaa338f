//! `proration.json`: shares of a cycle, schedules, and changes in the middle of one.
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::rules::RuleError;
use shared::rules::amendment::{
    Effective, TerminationPolicy, UnitStep, Version, amend, pause, terminate,
};
use shared::rules::cycle::{Cycle, Pause, ResumeAnchor};
use shared::rules::proration::{
    FirstPartial, Item, Timing, UnitRounding, factor, prorate, prorate_units_by, schedule,
};
use shared::rules::units::{Minor, Quantity};

use crate::cycles::Terms;
use crate::{Case, refused};

/// A cycle as these vectors write it; the nominal range defaults to its own.
#[derive(Deserialize, Clone, Copy)]
struct Days {
    start: NaiveDate,
    end: NaiveDate,
    nominal_start: Option<NaiveDate>,
    nominal_end: Option<NaiveDate>,
}

impl From<Days> for Cycle {
    fn from(days: Days) -> Self {
        let Days { start, end, nominal_start, nominal_end } = days;
        let nominal_start = nominal_start.unwrap_or(start);
        Self { seq: 1, start, end, nominal_start, nominal_end: nominal_end.unwrap_or(end) }
    }
}

/// Runs one case.
pub(crate) fn run(case: &Case) -> Result<Value, String> {
    let answer = match case.kind.as_str() {
        "fraction" => fraction(&case.input()?),
        "schedule" => scheduled(&case.input()?),
        "amend" => amended(&case.input()?),
        "terminate" => terminated(&case.input()?),
        "units" => units(&case.input()?),
        "pause" => paused(&case.input()?),
        kind => return Err(format!("the kind {kind} is not known")),
    };
    Ok(answer.unwrap_or_else(refused))
}

#[derive(Deserialize)]
struct Fraction {
    amount_minor: Minor,
    #[serde(flatten)]
    days: Days,
}

fn fraction(input: &Fraction) -> Result<Value, RuleError> {
    let cycle = Cycle::from(input.days);
    let amount = prorate(input.amount_minor, cycle.days(), cycle.nominal_days())?;
    let item = Item { cycle, charged_days: cycle.days(), amount };
    item_json(&item)
}

fn item_json(item: &Item) -> Result<Value, RuleError> {
    let cycle = item.cycle;
    Ok(json!({
        "start": cycle.start, "end": cycle.end, "days": cycle.days(),
        "nominal_days": cycle.nominal_days(), "factor": nine_places(factor(&[*item])?),
        "amount_minor": item.amount,
    }))
}

fn nine_places(billionths: i64) -> String {
    format!("{}.{:09}", billionths / 1_000_000_000, billionths % 1_000_000_000)
}

#[derive(Deserialize)]
struct Scheduled {
    amount_minor: Minor,
    start: NaiveDate,
    target: NaiveDate,
    #[serde(flatten)]
    terms: Terms,
    timing: Timing,
    #[serde(default)]
    first_partial: FirstPartial,
}

fn scheduled(input: &Scheduled) -> Result<Value, RuleError> {
    let series = input.terms.series(input.start)?;
    let Scheduled { amount_minor, target, timing, first_partial, .. } = *input;
    let items = schedule(&series, amount_minor, target, timing, first_partial)?;
    Ok(json!({
        "items": items.iter().map(item_json).collect::<Result<Vec<Value>, RuleError>>()?,
        "total_factor": nine_places(factor(&items)?),
        "total_minor": items.iter().map(|item| item.amount.0).sum::<i64>(),
    }))
}

#[derive(Deserialize)]
struct Contract {
    price_minor: Minor,
    #[serde(default)]
    units: Quantity,
}

impl Contract {
    fn version(&self) -> Version {
        Version { price: self.price_minor, units: self.units }
    }
}

#[derive(Deserialize)]
struct Amended {
    cycle: Days,
    change_date: NaiveDate,
    old: Contract,
    new: Contract,
    timing: Timing,
    effective: Effective,
    unit_increment: Option<Quantity>,
    #[serde(default)]
    unit_rounding: UnitRounding,
}

fn amended(input: &Amended) -> Result<Value, RuleError> {
    let increment = input.unit_increment.unwrap_or(Quantity(1));
    let step = UnitStep { increment, rounding: input.unit_rounding };
    let versions = [input.old.version(), input.new.version()];
    let done = amend(&input.cycle.into(), input.change_date, input.effective, versions, step)?;
    let mut answer = json!({
        "effective_date": done.effective_on, "remaining_days": done.remaining_days,
        "nominal_days": done.nominal_days, "unit_delta": done.unit_delta,
    });
    let (first, second) = match input.timing {
        Timing::Advance => (("credit_minor", done.credit), ("charge_minor", done.charge)),
        Timing::Arrears => {
            (("old_segment_minor", done.old_segment), ("new_segment_minor", done.charge))
        }
    };
    let total = if input.timing == Timing::Advance { "net_minor" } else { "cycle_total_minor" };
    answer[first.0] = json!(first.1);
    answer[second.0] = json!(second.1);
    answer[total] = json!(first.1.0 + second.1.0);
    Ok(answer)
}

#[derive(Deserialize)]
struct Terminated {
    cycle: Days,
    price_minor: Minor,
    termination_date: NaiveDate,
    timing: Timing,
    policy: TerminationPolicy,
}

fn terminated(input: &Terminated) -> Result<Value, RuleError> {
    let Terminated { price_minor, termination_date, timing, policy, .. } = *input;
    let done = terminate(&input.cycle.into(), termination_date, price_minor, timing, policy)?;
    let mut answer = json!({
        "used_days": done.used_days, "unused_days": done.unused_days,
        "nominal_days": done.nominal_days,
    });
    match timing {
        Timing::Advance => {
            answer["credit_minor"] = json!(done.credit);
            answer["retained_minor"] = json!(done.due);
        }
        Timing::Arrears => answer["charge_minor"] = json!(done.due),
    }
    Ok(answer)
}

#[derive(Deserialize)]
struct Units {
    units: Quantity,
    days: i64,
    nominal_days: i64,
    increment: Quantity,
    rounding: UnitRounding,
}

fn units(input: &Units) -> Result<Value, RuleError> {
    let Units { units, days, nominal_days, increment, rounding } = *input;
    let units = prorate_units_by(units, days, nominal_days, increment, rounding)?;
    Ok(json!({ "units": units }))
}

#[derive(Deserialize)]
struct Paused {
    start: NaiveDate,
    #[serde(flatten)]
    terms: Terms,
    price_minor: Minor,
    pause_from: NaiveDate,
    resume_on: NaiveDate,
    resume_anchor: ResumeAnchor,
}

fn paused(input: &Paused) -> Result<Value, RuleError> {
    let series = input.terms.series(input.start)?;
    let Paused { pause_from: from, resume_on, resume_anchor, price_minor, .. } = *input;
    let (_, done) =
        pause(&series, Pause { from, to: Some(resume_on), resume_anchor }, price_minor)?;
    let (resumed, charge) = done.resumed.ok_or(RuleError::InvalidPause)?;
    Ok(json!({
        "paused_cycle": { "start": done.cycle.start, "end": done.cycle.end },
        "unused_days": done.unused_days, "paused_nominal_days": done.cycle.nominal_days(),
        "credit_minor": done.credit,
        "resume_cycle": { "start": resumed.start, "end": resumed.end },
        "resume_days": resumed.days(), "resume_nominal_days": resumed.nominal_days(),
        "charge_minor": charge,
    }))
}
