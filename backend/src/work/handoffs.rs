//! Steps from one area to another, given and accepted. Source: requirements S0-20, S3-10.
use chrono::{DateTime, Utc};
use shared::api::{Holder, NewWorkHandoff, WorkEventKind, WorkItem, WorkItemId, WorkSettled};
use shared::rules::work::gate::{self, Missing};

use super::fields::name;
use super::people;
use super::save::Happened;
use super::seats::home_of;
use super::service::{keep, ready, trimmed, written};
use super::steps::acts_for;
use super::store;
use super::view;
use crate::auth::Scope;
use crate::db::{Arg, Tx};
use crate::error::{Error, Result};
use crate::{args, stmt};

stmt!(
    INSERT = "
    INSERT INTO work_handoffs (organisation_id, work_item_id, number, from_area, to_area,
        giver_member, giver_contact, receiver_member, receiver_contact, note, created_by,
        created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
);
stmt!(
    ACCEPT = "
    UPDATE work_handoffs SET accepted_by = $4, accepted_at = $5
    WHERE organisation_id = $1 AND work_item_id = $2 AND number = $3 AND accepted_at IS NULL"
);

/// Hands a piece of work from one area to another.
///
/// # Errors
/// `work_not_ready` without the check that its level requires; at the field: somebody unknown, an
/// area that hands over to itself.
pub async fn give(
    tx: &mut Tx,
    scope: Scope,
    id: WorkItemId,
    new: &NewWorkHandoff,
    now: DateTime<Utc>,
) -> Result<WorkItem> {
    let row = store::find(tx, scope, id).await?;
    if gate::unchecked(&view::readiness(&row, true)) {
        ready(&[Missing::Review])?;
    }
    if new.from_area == new.to_area {
        return Err(Error::field("/to_area", "not_allowed"));
    }
    let home = home_of(&row);
    people::known(tx, scope, &home, (new.giver, "/giver")).await?;
    people::known(tx, scope, &home, (new.receiver, "/receiver")).await?;
    let number = store::handoffs(tx, scope, &[id]).await?.last().map_or(1, |last| last.number + 1);
    let args = args![
        scope.organisation(),
        id,
        number,
        Arg::name(new.from_area),
        Arg::name(new.to_area),
        new.giver.member(),
        new.giver.contact(),
        new.receiver.member(),
        new.receiver.contact(),
        trimmed(new.note.as_deref()),
        scope.member(),
        now,
    ];
    written(tx.execute(INSERT.with(args)).await)?;
    let told = Happened::saying(WorkEventKind::HandedOver, new.note.as_deref())
        .between(name(&new.from_area), name(&new.to_area));
    keep(tx, scope, &row, &[told], now).await
}

/// Accepts a handoff: as its receiver, or for one who cannot sign in, with a word of evidence.
///
/// # Errors
/// At `/number`: no such handoff, or one that was accepted. `forbidden` for another than the
/// receiver; at `/note` without evidence of one who cannot sign in.
pub async fn accept(
    tx: &mut Tx,
    scope: Scope,
    id: WorkItemId,
    which: &WorkSettled,
    now: DateTime<Utc>,
) -> Result<WorkItem> {
    let row = store::find(tx, scope, id).await?;
    let all = store::handoffs(tx, scope, &[id]).await?;
    let handoff = all.iter().find(|one| one.number == which.number);
    let handoff = handoff.ok_or_else(|| Error::field("/number", "not_found"))?;
    let receiver = Holder::of(handoff.receiver_member, handoff.receiver_contact);
    if let Some(receiver) = receiver {
        let evidence = trimmed(which.note.as_deref());
        acts_for(scope, receiver, (evidence.as_deref(), "/note"))?;
    }
    let args = args![scope.organisation(), id, which.number, scope.member(), now];
    if tx.execute(ACCEPT.with(args)).await? == 0 {
        return Err(Error::field("/number", "settled"));
    }
    let told = Happened::saying(WorkEventKind::Accepted, which.note.as_deref())
        .between(name(&handoff.from_area), name(&handoff.to_area));
    keep(tx, scope, &row, &[told], now).await
}
