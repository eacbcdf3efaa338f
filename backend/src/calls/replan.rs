//! What another rule means for the calls that are booked already.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::ClientSessionChange;
use shared::rules::calls::BookedCall;

use super::ahead::{self, Looked};
use super::store::{self, DayRow, RuleRow};
use crate::auth::Scope;
use crate::db::Tx;
use crate::delivery;
use crate::error::Result;

/// Moves what nobody touched to the days and the time of the rule as it is now, and removes what is
/// left over; a day that is still meant keeps its call. What somebody moved or called off stays, and
/// stands for a call of its week or month, as does what took place in the present one. The rest is
/// booked by [`ahead::book`].
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
    let plan = looked.set.plan();
    let known = store::days(tx, scope, new.id, plan.turn(looked.today).0).await?;
    for one in &known {
        store::forget_day(tx, scope, new.id, one.day).await?;
    }
    let booked = |one: &DayRow| BookedCall { day: one.day, untouched: one.is_untouched(now) };
    let booked: Vec<BookedCall> = known.iter().map(booked).collect();
    let days = plan.rearranged(&old.set()?.plan(), &booked, &looked.days(now));
    // Neither a holder nor a pool is changed of a session: then it is another.
    let draws = |row: &RuleRow| (row.member_id, row.pool_key.clone(), row.units > 0);
    let moves = draws(old) == draws(new);
    let mut moved: Vec<(&DayRow, NaiveDate)> = Vec::new();
    // First what frees units for the others.
    for ((one, booked), day) in known.iter().zip(&booked).zip(days) {
        match day.filter(|_| moves || !booked.untouched) {
            None => ahead::take_back(tx, scope, new, one, now).await?,
            Some(day) if booked.untouched => moved.push((one, day)),
            Some(day) => {
                let kept = (day, one.session_id, one.session_version);
                store::keep_day(tx, scope, new.id, kept).await?;
            }
        }
    }
    let same = |row: &RuleRow| (row.minutes, row.units, row.title.clone());
    let renamed = same(old) != same(new);
    for (one, day) in moved {
        if renamed || one.starts_at != looked.begins(day) {
            move_to(tx, scope, &looked, (one, day), now).await?;
        } else {
            store::keep_day(tx, scope, new.id, (day, one.session_id, one.version)).await?;
        }
    }
    Ok(())
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
