//! How the cycles of a retainer are cut, as it is kept: interval, pauses, and what changed since.
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use shared::rules::RuleError;
use shared::rules::cycle::{Anchor, Interval, Pause, Rhythm, Series};
use shared::rules::proration::FirstPartial;
use shared::rules::zone::{self, Zones};

/// How cycles are cut, as a retainer keeps it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SeriesRule {
    /// How long a cycle is.
    pub interval: Interval,
    /// Where cycles begin.
    pub anchor: Anchor,
    /// What a first cycle in part brings and costs.
    #[serde(default)]
    pub first_partial: FirstPartial,
    /// Days without service.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<Pause>,
    /// Other intervals since, by their first day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<IntervalChange>,
    /// The numbers of versions whose interval was left out or replaced before it began: they hold
    /// for no cycle.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<i64>,
    /// Zones that held before, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub zones: Vec<ZoneBefore>,
    /// The first day of a pause with an end, in which the end of the retainer was agreed while it
    /// ran: as long as it lasts until that end, nobody ends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_in: Option<NaiveDate>,
}

/// Another interval, agreed with a version of the terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntervalChange {
    /// How cycles are cut from then on.
    #[serde(flatten)]
    pub rhythm: Rhythm,
    /// The number of that version: earlier ones hold for no cycle from then on.
    pub terms: i64,
}

/// A zone that held until an instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneBefore {
    pub until: DateTime<Utc>,
    /// IANA name.
    pub timezone: String,
}

impl SeriesRule {
    /// The cycles that it cuts between these days.
    ///
    /// # Errors
    /// Those of [`Series::agreed`].
    pub fn series(&self, start: NaiveDate, end: Option<NaiveDate>) -> Result<Series, RuleError> {
        let first = Rhythm { from: start, interval: self.interval, anchor: self.anchor };
        let later = self.changes.iter().map(|change| change.rhythm);
        let rhythms: Vec<Rhythm> = std::iter::once(first).chain(later).collect();
        let pauses = match end {
            Some(end) => Pause::held_until(&self.pauses, self.ended_in, end),
            None => self.pauses.clone(),
        };
        Series::agreed(&rhythms, end, pauses)
    }
    /// The zones of a retainer whose zone is `now`.
    ///
    /// # Errors
    /// A name that the schema should have kept out.
    pub fn zones(&self, now: &str) -> Result<Zones, RuleError> {
        let before = self.zones.iter().map(|one| Ok((one.until, zone::zone(&one.timezone)?)));
        let before = before.collect::<Result<Vec<_>, RuleError>>()?;
        Ok(Zones::new(before, zone::zone(now)?))
    }
}
