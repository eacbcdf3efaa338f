//! What reminds of a renewal: next steps, which end with it. The nearer the day, the more people.
//! Source: domain 7.2; requirement S2-22.
use chrono::{DateTime, Days, NaiveDate, Utc};
use shared::api::{Language, MemberId, NewTask, Role, TaskChange};
use shared::rules::renewal::REMINDERS;

use super::store::{self, OpenTask, RenewalRow};
use super::words::{self, Step};
use crate::auth::{KeepRecords, Permission, Scope};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::{identity, invoices, records};

/// Days in which a renewal that began is prepared.
const PREPARED_IN: u64 = 7;
/// How the step of who owns the organisation is told from that of who sees to it.
const ABOVE: &str = " above";

/// It began.
///
/// # Errors
/// Those of the database.
pub(super) async fn begun(
    tx: &mut Tx,
    scope: Scope,
    row: &RenewalRow,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> Result<()> {
    let by = today.checked_add_days(Days::new(PREPARED_IN)).unwrap_or(today).min(row.decide_by);
    make(tx, scope, row, (Step::Begun, by), now).await
}

/// So many days are left at most.
///
/// # Errors
/// Those of the database.
pub(super) async fn left(
    tx: &mut Tx,
    scope: Scope,
    row: &RenewalRow,
    days: u32,
    now: DateTime<Utc>,
) -> Result<()> {
    make(tx, scope, row, (Step::Left(days), row.decide_by), now).await
}

/// It lapsed.
///
/// # Errors
/// Those of the database.
pub(super) async fn lapsed(
    tx: &mut Tx,
    scope: Scope,
    row: &RenewalRow,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> Result<()> {
    make(tx, scope, row, (Step::Lapsed, today), now).await
}

/// Makes the next step once for whoever sees to it, and from the last reminder on for who owns the
/// organisation too. Where nobody sees to it, that is theirs from the beginning.
async fn make(
    tx: &mut Tx,
    scope: Scope,
    row: &RenewalRow,
    (step, by): (Step, NaiveDate),
    now: DateTime<Utc>,
) -> Result<()> {
    // Another day is reminded of anew.
    let key = format!("{} {}", step.key(), row.decide_by);
    if store::has_step(tx, scope, row.id, &key).await? {
        return Ok(());
    }
    let owner = store::organisation_owner(tx, scope).await?;
    let seen_by = able(tx, scope, row.owner_id).await?.or(owner);
    let last = REMINDERS.last().copied().map(Step::Left);
    let raised = step == Step::Lapsed || Some(step) == last;
    let above = owner.filter(|owner| raised && seen_by != Some(*owner));
    let language = language(tx, scope).await?;
    for (key, to) in [(key.clone(), seen_by), (format!("{key}{ABOVE}"), above)] {
        let Some(to) = to else { continue };
        let new = NewTask {
            account_id: row.account_id,
            retainer_id: Some(row.retainer_id),
            note_id: None,
            title: words::title(step, &row.retainer_name, language),
            owner_id: Some(to),
            due_on: Some(by),
        };
        // The clock writes it down for whoever it is of.
        let acting = Scope::acting(scope.organisation(), to, Role::Owner);
        let task = records::create_task(tx, acting, &new, now).await?;
        store::insert_task(tx, scope, (row.id, &key, task.id)).await?;
    }
    Ok(())
}

/// # Errors
/// At `/owner_id` for somebody who is not active here, or sees to no next steps.
pub(super) async fn check_owner(tx: &mut Tx, scope: Scope, owner: MemberId) -> Result<()> {
    match identity::role_of(tx, scope, owner).await? {
        None => Err(Error::field("/owner_id", "not_found")),
        Some(role) if !KeepRecords::granted_to(role) => {
            Err(Error::field("/owner_id", "may_not_change"))
        }
        Some(_) => Ok(()),
    }
}

/// Somebody, if they are active and may see to next steps.
///
/// # Errors
/// Those of the database.
pub(super) async fn able(
    tx: &mut Tx,
    scope: Scope,
    id: Option<MemberId>,
) -> Result<Option<MemberId>> {
    let Some(id) = id else { return Ok(None) };
    let role = identity::role_of(tx, scope, id).await?;
    Ok(role.filter(|role| KeepRecords::granted_to(*role)).map(|_| id))
}

/// That of its papers.
async fn language(tx: &mut Tx, scope: Scope) -> Result<Language> {
    let settings = invoices::billing(tx, scope).await?.settings;
    Ok(settings.map(|settings| settings.language).unwrap_or_default())
}

/// Nothing is left to be done for it.
///
/// # Errors
/// Those of the database.
pub(super) async fn end(
    tx: &mut Tx,
    scope: Scope,
    row: &RenewalRow,
    now: DateTime<Utc>,
) -> Result<()> {
    for task in store::open_tasks(tx, scope, row.id).await? {
        finish(tx, scope, &task, now).await?;
    }
    Ok(())
}

async fn finish(tx: &mut Tx, scope: Scope, task: &OpenTask, now: DateTime<Utc>) -> Result<()> {
    let acting = match scope.member().0.is_nil() {
        true => Scope::acting(scope.organisation(), task.owner_id, Role::Owner),
        false => scope,
    };
    records::finish_task(tx, acting, task.id, now).await.map(drop)
}

/// The day that decides is another: what reminded of the one before is past, and it is prepared all the
/// same.
///
/// # Errors
/// Those of the database.
pub(super) async fn moved(
    tx: &mut Tx,
    scope: Scope,
    row: &RenewalRow,
    now: DateTime<Utc>,
) -> Result<()> {
    for task in store::open_tasks(tx, scope, row.id).await? {
        if !task.step.starts_with(Step::Begun.key().as_str()) {
            finish(tx, scope, &task, now).await?;
        }
    }
    Ok(())
}

/// What who saw to it was to do is to be done by somebody else.
///
/// # Errors
/// Those of the database.
pub(super) async fn hand_over(
    tx: &mut Tx,
    scope: Scope,
    (row, owner): (&RenewalRow, MemberId),
) -> Result<()> {
    for task in store::open_tasks(tx, scope, row.id).await? {
        // What went to who owns the organisation as well stays there.
        if !task.step.ends_with(ABOVE) {
            let change = TaskChange { owner_id: Some(owner), ..TaskChange::default() };
            records::change_task(tx, scope, (task.id, task.version), &change).await?;
        }
    }
    Ok(())
}
