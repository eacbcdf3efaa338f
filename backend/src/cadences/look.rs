//! The clock looks what an account is to be reminded of.
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use shared::api::{AccountId, AccountKind, CadenceRule, FollowUps, MemberId};
use shared::rules::zone;

use super::{check_ins, follow_ups, outreach, settings, store};
use crate::auth::Scope;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::identity;

/// What the clock reminds of with an account.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub id: AccountId,
    pub name: String,
    /// Who looks after it.
    pub owner: Option<MemberId>,
    /// A client that is in the lists.
    pub client: bool,
    created_at: DateTime<Utc>,
    /// It is checked in with every so many days.
    pub every: Option<u32>,
    pub rules: FollowUps,
    pub zone: Tz,
    pub today: NaiveDate,
}

impl Wanted {
    /// What is wanted now.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn of(tx: &mut Tx, scope: Scope, id: AccountId, now: DateTime<Utc>) -> Result<Self> {
        let account = store::account(tx, scope, id).await?;
        let rules = settings::read(tx, scope).await?.settings;
        let (own, _) = settings::of_row(store::cadence(tx, scope, id).await?);
        let zone = identity::zone(tx, scope).await?;
        let every = match own.rule {
            CadenceRule::Days => own.days,
            CadenceRule::Usual => rules.check_in_days,
            CadenceRule::Never => None,
        };
        Ok(Self {
            id,
            name: account.name,
            owner: account.owner_id,
            client: account.kind == AccountKind::Client && !account.archived,
            created_at: account.created_at,
            every: every.and_then(|days| u32::try_from(days).ok()),
            rules,
            zone,
            today: zone::local_date(zone, now),
        })
    }
    /// The day of the last exchange; before the first, the one on which the account was made.
    pub fn last_on(&self, last: Option<DateTime<Utc>>) -> NaiveDate {
        zone::local_date(self.zone, last.unwrap_or(self.created_at))
    }
}

/// Makes what an account is to be reminded of today, and ends what was seen to. Doing it again
/// changes nothing: each is a row whose key is what it is about.
///
/// # Errors
/// Those of the database. One that fails keeps the others not waiting.
pub(crate) async fn look(db: &Db, scope: Scope, id: AccountId, now: DateTime<Utc>) -> Result<()> {
    let read = async |tx: &mut Tx| {
        let wanted = Wanted::of(tx, scope, id, now).await?;
        // Of nearly every look nothing comes: that is read before something is written.
        let any = wanted.every.is_some() || wanted.rules != FollowUps::default();
        let retainers = match any && wanted.client {
            true => store::running(tx, scope, id).await?,
            false => Vec::new(),
        };
        Ok((wanted, retainers))
    };
    let (wanted, retainers) = db.read(read).await?;
    if retainers.is_empty() {
        return Ok(());
    }
    let of = &wanted;
    let checked = db.write(async |tx| check_ins::look(tx, scope, of, now).await).await;
    let followed = db.write(async |tx| follow_ups::look(tx, scope, of, now).await).await;
    let mut told = db.write(async |tx| outreach::end(tx, scope, id, now).await).await;
    for retainer in retainers {
        let due = async |tx: &mut Tx| outreach::due(tx, scope, (of, retainer), now).await;
        let drafted = match db.read(due).await {
            Ok(false) => continue,
            Ok(true) => {
                let draft =
                    async |tx: &mut Tx| outreach::draft(tx, scope, (of, retainer), now).await;
                db.write(draft).await
            }
            Err(error) => Err(error),
        };
        told = told.and(drafted);
    }
    checked.and(followed).and(told)
}
