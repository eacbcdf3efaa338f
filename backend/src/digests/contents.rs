//! What a digest holds: what needs one member today, as far as their role reads it.
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use shared::rules::zone;

use super::store::{self, AlertRow, MessageRow, RenewalRow, StepRow};
use crate::auth::{ReadRecords, ReadRenewals, ReadRetainers, Scope};
use crate::db::Tx;
use crate::error::Result;

/// Things of each kind that are told, at most.
pub const EACH_MAX: usize = 20;
/// One more than that is read: then it is told that there are more.
const READ_MAX: i64 = EACH_MAX as i64 + 1;
/// What no index has in its order is read whole, and put in order here: more than anybody leaves.
const SORTED_MAX: i64 = 1000;
/// How far ahead a renewal is told.
const RENEWALS_AHEAD: TimeDelta = TimeDelta::days(14);
/// How long a message without an answer is told.
const MESSAGES_SINCE: TimeDelta = TimeDelta::days(30);

/// What needs one today.
#[derive(Debug, Clone)]
pub struct Contents {
    pub zone: Tz,
    pub today: NaiveDate,
    /// Next steps that are overdue or due, the first due first.
    pub steps: Vec<StepRow>,
    /// The last raised first.
    pub alerts: Vec<AlertRow>,
    /// The first to be decided first.
    pub renewals: Vec<RenewalRow>,
    /// The first that came first.
    pub messages: Vec<MessageRow>,
}

impl Contents {
    /// Reads it.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn read(tx: &mut Tx, scope: Scope, (zone, now): (Tz, DateTime<Utc>)) -> Result<Self> {
        let today = zone::local_date(zone, now);
        let mut all = Self {
            zone,
            today,
            steps: Vec::new(),
            alerts: Vec::new(),
            renewals: Vec::new(),
            messages: Vec::new(),
        };
        if scope.may::<ReadRecords>() {
            all.steps = store::steps(tx, scope, (today, READ_MAX)).await?;
            let since = now - MESSAGES_SINCE;
            all.messages = store::unanswered(tx, scope, (since, SORTED_MAX)).await?;
        }
        if scope.may::<ReadRetainers>() {
            all.alerts = store::alerts(tx, scope, SORTED_MAX).await?;
        }
        if scope.may::<ReadRenewals>() {
            all.renewals = store::renewals(tx, scope, (today + RENEWALS_AHEAD, READ_MAX)).await?;
        }
        all.alerts.sort_by_key(|one| std::cmp::Reverse(one.raised_on));
        all.messages.sort_by_key(|one| one.created_at);
        Ok(all)
    }
    /// Nothing needs one.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
            && self.alerts.is_empty()
            && self.renewals.is_empty()
            && self.messages.is_empty()
    }
}
