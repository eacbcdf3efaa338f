//! The clock looks what an account is to be reminded of.
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use shared::api::{AccountId, AccountKind, CadenceRule, FollowUps, MemberId, RetainerId};
use shared::rules::zone;

use super::{check_ins, follow_ups, outreach, settings, steps, store};
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
    /// When the last exchange was; before the first, when the account was made.
    pub fn last_at(&self, last: Option<DateTime<Utc>>) -> DateTime<Utc> {
        last.unwrap_or(self.created_at)
    }
}

/// What is to be written of an account today: of nearly every look nothing is.
struct Due {
    left: bool,
    checked: bool,
    written: bool,
    /// The retainers that run, of which clients are told.
    told: Vec<RetainerId>,
}

/// Reads that. Where nothing is to be made any more, what is open is ended all the same.
async fn due(
    tx: &mut Tx,
    scope: Scope,
    wanted: &mut Wanted,
    now: DateTime<Utc>,
) -> Result<Option<Due>> {
    let any = wanted.every.is_some() || wanted.rules != FollowUps::default();
    let told = match any && wanted.client {
        true => store::running(tx, scope, wanted.id).await?,
        false => Vec::new(),
    };
    if told.is_empty() {
        if store::open(tx, scope, wanted.id).await?.is_empty() {
            return Ok(None);
        }
        (wanted.every, wanted.rules) = (None, FollowUps::default());
    }
    Ok(Some(Due {
        left: !steps::left(tx, scope, wanted.id).await?.is_empty(),
        checked: check_ins::due(tx, scope, wanted, now).await?,
        written: follow_ups::due(tx, scope, wanted, now).await?,
        told,
    }))
}

/// Makes what an account is to be reminded of today, and ends what was seen to. Doing it again
/// changes nothing: each is a row whose key is what it is about.
///
/// # Errors
/// Those of the database. One that fails keeps the others not waiting.
pub(crate) async fn look(db: &Db, scope: Scope, id: AccountId, now: DateTime<Utc>) -> Result<()> {
    let read = async |tx: &mut Tx| {
        let mut wanted = Wanted::of(tx, scope, id, now).await?;
        let due = due(tx, scope, &mut wanted, now).await?;
        Ok((wanted, due))
    };
    let (wanted, Some(due)) = db.read(read).await? else { return Ok(()) };
    let of = &wanted;
    let mut ended = Ok(());
    if due.left {
        let whose = (id, of.owner);
        ended = db.write(async |tx| steps::hand_over(tx, scope, whose).await).await;
    }
    if due.checked {
        let checked = db.write(async |tx| check_ins::look(tx, scope, of, now).await).await;
        ended = ended.and(checked);
    }
    if due.written {
        let written = db.write(async |tx| follow_ups::look(tx, scope, of, now).await).await;
        ended = ended.and(written);
    }
    ended.and(tell(db, scope, (of, &due.told), now).await)
}

/// Ends the steps of messages that were sent, and drafts those that are due.
async fn tell(
    db: &Db,
    scope: Scope,
    (of, retainers): (&Wanted, &[RetainerId]),
    now: DateTime<Utc>,
) -> Result<()> {
    let mut told = match db.read(async |tx| outreach::ended(tx, scope, of.id).await).await {
        Ok(false) => Ok(()),
        Ok(true) => db.write(async |tx| outreach::end(tx, scope, of.id, now).await).await,
        Err(error) => Err(error),
    };
    for retainer in retainers.iter().copied() {
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
    told
}
