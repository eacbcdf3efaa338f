//! Why a routine is to be checked: its time has come, or something changed since its last check.
//! Source: requirements S0-41, S3-31.
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use shared::api::{ChangeKind, CheckReason};
use shared::rules::know;

use super::changes::{self, Arrival, ChangeRow};
use super::store::SopRow;
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::frictions::{self, Recurrence};
use crate::identity;

/// The most reasons that one routine shows.
const REASONS_MAX: usize = 50;

/// All that happened since the oldest check of some routines.
#[derive(Debug)]
pub struct Since {
    today: NaiveDate,
    zone: Tz,
    written: Vec<ChangeRow>,
    partners: Vec<Arrival>,
    people: Vec<Arrival>,
    roles: Vec<Arrival>,
    recurring: Vec<Recurrence>,
}

impl Since {
    /// Reads what concerns these routines.
    pub async fn of(
        tx: &mut Tx,
        scope: Scope,
        rows: &[SopRow],
        (today, now): (NaiveDate, DateTime<Utc>),
    ) -> Result<Self> {
        let oldest = rows.iter().map(|row| row.checked_at).min().unwrap_or(now);
        let zone = identity::zone(tx, scope).await?;
        Ok(Self {
            today,
            zone,
            written: changes::since(tx, scope, oldest).await?,
            partners: changes::partners(tx, scope, oldest).await?,
            people: changes::people(tx, scope, oldest).await?,
            roles: changes::roles(tx, scope, oldest).await?,
            recurring: frictions::recurring(tx, scope, (today, zone)).await?,
        })
    }

    /// Why a routine is to be checked, the oldest reason first.
    pub fn reasons(&self, row: &SopRow) -> Vec<CheckReason> {
        let next = next_check(row);
        let mut reasons = Vec::new();
        if next <= self.today {
            reasons.push(CheckReason { change: None, on: next, note: String::new() });
        }
        let watched = |kind| row.watches.0.is_empty() || row.watches.0.contains(&kind);
        let concerns = |change: &&ChangeRow| {
            let named = change.sop_ids.0.contains(&row.id);
            let any = change.sop_ids.0.is_empty() && watched(change.kind);
            change.created_at > row.checked_at && (named || any)
        };
        reasons.extend(self.written.iter().filter(concerns).map(|change| CheckReason {
            change: Some(change.kind),
            on: change.changed_on,
            note: change.note.clone(),
        }));
        let arrivals = [
            (ChangeKind::PartnerAdded, &self.partners),
            (ChangeKind::TeamSize, &self.people),
            (ChangeKind::Responsibilities, &self.roles),
        ];
        for (kind, arrived) in arrivals.into_iter().filter(|(kind, _)| watched(*kind)) {
            let later = arrived.iter().filter(|one| one.created_at > row.checked_at);
            reasons.extend(later.map(|one| CheckReason {
                change: Some(kind),
                on: shared::rules::zone::local_date(self.zone, one.created_at),
                note: one.name.clone(),
            }));
        }
        let back = |one: &&Recurrence| one.sop_id == row.id && one.logged_at > row.checked_at;
        reasons.extend(self.recurring.iter().filter(back).map(|one| CheckReason {
            change: Some(ChangeKind::RecurringFriction),
            on: one.noticed_on,
            note: one.note.clone(),
        }));
        reasons.sort_by_key(|reason| reason.on);
        reasons.truncate(REASONS_MAX);
        reasons
    }
}

/// When the time of a routine comes to be checked.
pub fn next_check(row: &SopRow) -> NaiveDate {
    know::next_on(row.checked_on.unwrap_or(row.created_on), row.body.0.review_days)
}
