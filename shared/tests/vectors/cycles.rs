//! `cycles.json`: boundaries, nominal cycles, pauses, and the instants of a time zone.
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::Deserialize;
use serde_json::{Value, json};
use shared::rules::RuleError;
use shared::rules::cycle::{Anchor, Cycle, Interval, Pause, Series};
use shared::rules::zone::{first_instant, local_date, zone};

use crate::{Case, refused};

#[derive(Deserialize)]
struct Input {
    timezone: String,
    start: Option<NaiveDate>,
    start_at: Option<DateTime<Utc>>,
    #[serde(flatten)]
    terms: Terms,
    take: usize,
    #[serde(default)]
    lookups: Vec<DateTime<Utc>>,
}

/// The terms of a series, as several kinds of vectors write them.
#[derive(Deserialize)]
pub(crate) struct Terms {
    interval: Interval,
    anchor: Anchor,
    end: Option<NaiveDate>,
    #[serde(default)]
    pauses: Vec<Pause>,
}

impl Terms {
    /// The series that starts on `start`.
    pub(crate) fn series(&self, start: NaiveDate) -> Result<Series, RuleError> {
        Series::new(start, self.interval, self.anchor, self.end, self.pauses.clone())
    }
}

/// Runs one case.
pub(crate) fn run(case: &Case) -> Result<Value, String> {
    let input: Input = case.input()?;
    Ok(answer(&input).unwrap_or_else(refused))
}

fn answer(input: &Input) -> Result<Value, RuleError> {
    let zone = zone(&input.timezone)?;
    let start = input.start.or(input.start_at.map(|at| local_date(zone, at)));
    let start = start.ok_or(RuleError::InvalidRange)?;
    let series = input.terms.series(start)?;
    let utc = |date| utc(first_instant(zone, date));
    let cycles = series.first(input.take);
    let lookups = input.lookups.iter().map(|at| {
        let date = local_date(zone, *at);
        let listed = |cycle: &Cycle| cycle.seq as usize <= input.take;
        let seq = series.cycle_on(date).filter(listed).map(|cycle| cycle.seq);
        json!({ "at": self::utc(*at), "local_date": date, "seq": seq })
    });
    let lookups: Vec<Value> = lookups.collect();
    let cycles = cycles.iter().map(|cycle| {
        json!({
            "seq": cycle.seq, "start": cycle.start, "end": cycle.end,
            "partial": cycle.partial(), "days": cycle.days(),
            "nominal_start": cycle.nominal_start, "nominal_end": cycle.nominal_end,
            "nominal_days": cycle.nominal_days(),
            "start_utc": utc(cycle.start), "end_utc": utc(cycle.end),
        })
    });
    Ok(json!({ "start": start, "cycles": cycles.collect::<Vec<Value>>(), "lookups": lookups }))
}

fn utc(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Secs, true)
}
