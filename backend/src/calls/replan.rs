//! What another rule means for the calls that are booked already.
use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use shared::api::ClientSessionChange;

use super::ahead::{self, Looked};
use super::store::{self, DayRow, RuleRow};
use crate::auth::Scope;
use crate::db::Tx;
use crate::delivery;
use crate::error::Result;

/// Moves what nobody touched to the days and the time of the rule as it is now, in their order, and
/// removes what is left over. What somebody moved or called off stays, and stands for the call of its
/// week or month. The rest is booked by [`ahead::book`].
///
/// # Errors
/// Those of moving and removing bookings, but for what stands in the way of a new day: such a call is
/// removed, and booked once it can be.
pub(super) async fn replan(
    tx: &mut Tx,
    scope: Scope,
    (old, new): (&RuleRow, &RuleRow),
    now: DateTime<Utc>,
) -> Result<()> {
    let looked = Looked::at(new, now)?;
    let known = store::days(tx, scope, new.id, looked.today).await?;
    for one in &known {
        store::forget_day(tx, scope, new.id, one.day).await?;
    }
    let (own, theirs): (Vec<DayRow>, Vec<DayRow>) =
        known.into_iter().partition(|one| one.is_untouched(now));
    let wanted = looked.days(now);
    let taken = keep_theirs(tx, scope, (&looked, &wanted), &theirs).await?;
    let mut free = wanted.into_iter().filter(|day| !taken.contains(day));
    // Neither a holder nor a pool is changed of a session: then it is another.
    let draws = |row: &RuleRow| (row.member_id, row.pool_key.clone(), row.units > 0);
    let moves = draws(old) == draws(new);
    let pairs: Vec<(DayRow, Option<NaiveDate>)> =
        own.into_iter().map(|one| (one, free.next().filter(|_| moves))).collect();
    // First what frees units for the others.
    for (one, day) in &pairs {
        if day.is_none() {
            ahead::take_back(tx, scope, new, one, now).await?;
        }
    }
    for (one, day) in &pairs {
        if let Some(day) = day {
            move_to(tx, scope, &looked, (one, *day), now).await?;
        }
    }
    Ok(())
}

/// Writes down for which days those stand that are somebody's; answers these days.
async fn keep_theirs(
    tx: &mut Tx,
    scope: Scope,
    (looked, wanted): (&Looked<'_>, &[NaiveDate]),
    theirs: &[DayRow],
) -> Result<BTreeSet<NaiveDate>> {
    let plan = looked.set.plan();
    let mut taken = BTreeSet::new();
    for one in theirs {
        let stays = plan.days(one.day, one.day).next().is_some();
        let free = |day: &&NaiveDate| !taken.contains(*day) && plan.same_turn(**day, one.day);
        let stands_for = wanted.iter().find(free).filter(|_| !stays);
        let day = stands_for.copied().unwrap_or(one.day);
        if taken.insert(day) {
            let kept = (day, one.session_id, one.session_version);
            store::keep_day(tx, scope, looked.row.id, kept).await?;
        }
    }
    Ok(taken)
}

async fn move_to(
    tx: &mut Tx,
    scope: Scope,
    looked: &Looked<'_>,
    (one, day): (&DayRow, NaiveDate),
    now: DateTime<Utc>,
) -> Result<()> {
    let set = &looked.set;
    let change = ClientSessionChange {
        starts_at: Some(looked.begins(day)),
        minutes: Some(set.minutes),
        units: Some(set.units),
        title: Some(set.title.clone().unwrap_or_default()),
        note: None,
    };
    let at = (&change, one.version);
    match delivery::change_session(tx, scope, one.session_id, at, now).await {
        Ok(moved) => {
            let kept = (day, one.session_id, moved.session.version);
            store::keep_day(tx, scope, looked.row.id, kept).await
        }
        Err(error) if ahead::obstacle(&error).is_some() => {
            ahead::take_back(tx, scope, looked.row, one, now).await
        }
        Err(error) => Err(error),
    }
}
