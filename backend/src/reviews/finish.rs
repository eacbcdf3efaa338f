//! The end of a review: what it read is kept, and the next one has its day.
//! Source: requirements S0-5, S0-37, S3-14, S3-25, S3-32.
use chrono::{DateTime, Days, NaiveDate, Utc};
use shared::api::{Cadence, ReviewEnd, ReviewId, ReviewRoom, ScoresLeftOut, TimelineEvent};
use shared::rules::reviews::signals::{self as rules, Every};

use super::store::{self, Ended, Framed};
use super::{observe, outcomes, room};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::timeline::{self, Told};
use crate::{identity, scope as scopes, signals};

/// Ends a review.
///
/// # Errors
/// `not_found`; `review_done`; at the field: nothing was decided, nobody answered whether the
/// problem and the constraint still hold, why a score was left out, a problem where one is named, a next day sooner
/// than the team can act.
pub async fn finish(
    tx: &mut Tx,
    scope: Scope,
    id: ReviewId,
    end: &ReviewEnd,
    now: DateTime<Utc>,
) -> Result<ReviewRoom> {
    let row = store::running(tx, scope, id).await?;
    if outcomes::of_review(tx, scope, id).await?.is_empty() {
        return Err(Error::field("/outcomes", "required"));
    }
    let mut frame = scopes::frame(tx, scope, row.retainer_id).await?;
    let asked = frame.problem.is_some() || frame.limits.is_some();
    if asked && end.frame.is_none() {
        return Err(Error::field("/frame", "required"));
    }
    if frame.problem.is_some() && end.problem.is_some() {
        return Err(Error::field("/problem", "exists"));
    }
    frame.problem = frame.problem.or(end.problem);
    let today = identity::today(tx, scope, now).await?;
    let soonest = soonest(tx, scope, today).await?;
    let next_on = match end.next_on {
        Some(day) if day < soonest => return Err(Error::field("/next_on", "too_soon_to_act")),
        Some(day) => day,
        None => rules::next_review(today, every(frame.cadence)).max(soonest),
    };
    let mut observed = observe::observe(tx, scope, &row, now).await?;
    let lacking = observed.signals.iter().filter(|one| one.lacks_score());
    let signals: Vec<_> = lacking.map(|one| one.kind).collect();
    if !signals.is_empty() {
        let why = end.left_out.as_deref().map(str::trim).filter(|why| !why.is_empty());
        let why = why.ok_or_else(|| Error::field("/left_out", "required"))?;
        let member_name = identity::members::find(tx, scope, scope.member(), now).await?.name;
        observed.left_out = Some(ScoresLeftOut { signals, reason: why.to_owned(), member_name });
    }
    let reviewed = Framed::of(&frame);
    let ended =
        Ended { frame: end.frame.as_ref(), next_on, observed: &observed, reviewed: &reviewed };
    store::finish(tx, scope, (&row, today), ended, now).await?;
    timeline::tell(tx, scope, Told::new(TimelineEvent::ReviewHeld, id), now).await?;
    scopes::reviewed(tx, scope, row.retainer_id, (next_on, frame.problem), now).await?;
    room::find(tx, scope, id, now).await
}

/// The first day on which the team can have acted on any signal. Source: requirement S3-32.
async fn soonest(tx: &mut Tx, scope: Scope, today: NaiveDate) -> Result<NaiveDate> {
    let (all, _) = signals::agreed(tx, scope).await?;
    let on = all.iter().filter(|one| one.terms.on);
    let days = on.map(|one| one.terms.act_days).min().unwrap_or(1);
    let days = Days::new(u64::try_from(days).unwrap_or(1));
    Ok(today.checked_add_days(days).unwrap_or(today))
}

fn every(cadence: Option<Cadence>) -> Every {
    match cadence {
        Some(Cadence::Weekly) => Every::Days(7),
        Some(Cadence::Biweekly) | None => Every::Days(14),
        Some(Cadence::Monthly) => Every::Months(1),
        Some(Cadence::Quarterly) => Every::Months(3),
    }
}
