//! Next steps that the clock makes, and what they are called.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    AccountId, LINE_MAX, Language, MemberId, NewTask, RetainerId, Role, TaskChange, TaskId,
};

use super::store::{self, OpenRow};
use crate::auth::{KeepRecords, Permission, Scope};
use crate::db::Tx;
use crate::error::Result;
use crate::{identity, invoices, records};

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nobody was in touch for so many days.
    CheckIn(u32),
    /// A session was held, and not written up.
    WriteUp,
    /// A message was drafted about a cycle that ends.
    LookOver,
    /// None could be: nobody has a mail address.
    TellBy,
}

/// A next step to be.
#[derive(Debug)]
pub struct NewStep<'a> {
    pub step: Step,
    /// The client, the session or the retainer.
    pub about: &'a str,
    pub account: AccountId,
    pub retainer: Option<RetainerId>,
    pub due_on: NaiveDate,
}

/// Makes a next step for the first of some who is active here and may see to it, else for who owns
/// the organisation. None where nobody does.
///
/// # Errors
/// Those of the database.
pub async fn make(
    tx: &mut Tx,
    scope: Scope,
    (new, wanted): (&NewStep<'_>, &[Option<MemberId>]),
    now: DateTime<Utc>,
) -> Result<Option<TaskId>> {
    let Some(owner) = owner(tx, scope, wanted).await? else { return Ok(None) };
    let title = title(new.step, new.about, language(tx, scope).await?);
    let task = NewTask {
        account_id: new.account,
        retainer_id: new.retainer,
        note_id: None,
        title,
        owner_id: Some(owner),
        due_on: Some(new.due_on),
    };
    // The clock writes it down for whoever it is of.
    let acting = Scope::acting(scope.organisation(), owner, Role::Owner);
    Ok(Some(records::create_task(tx, acting, &task, now).await?.id))
}

/// Who sees to a step.
///
/// # Errors
/// Those of the database.
pub async fn owner(
    tx: &mut Tx,
    scope: Scope,
    wanted: &[Option<MemberId>],
) -> Result<Option<MemberId>> {
    for id in wanted.iter().flatten() {
        if may(tx, scope, *id).await? {
            return Ok(Some(*id));
        }
    }
    store::organisation_owner(tx, scope).await
}

/// Whether somebody is active here and may see to steps.
async fn may(tx: &mut Tx, scope: Scope, id: MemberId) -> Result<bool> {
    Ok(identity::role_of(tx, scope, id).await?.is_some_and(KeepRecords::granted_to))
}

/// The open steps of the clock that are of nobody who may see to them any more.
///
/// # Errors
/// Those of the database.
pub async fn left(tx: &mut Tx, scope: Scope, id: AccountId) -> Result<Vec<(TaskId, i64)>> {
    let mut left = Vec::new();
    for (task, owner, version) in store::open(tx, scope, id).await? {
        if !may(tx, scope, owner).await? {
            left.push((task, version));
        }
    }
    Ok(left)
}

/// Gives those to who looks after the account, else to who owns the organisation.
///
/// # Errors
/// Those of the database.
pub async fn hand_over(
    tx: &mut Tx,
    scope: Scope,
    (id, wanted): (AccountId, Option<MemberId>),
) -> Result<()> {
    let Some(owner) = owner(tx, scope, &[wanted]).await? else { return Ok(()) };
    for which in left(tx, scope, id).await? {
        let change = TaskChange { owner_id: Some(owner), ..TaskChange::default() };
        records::change_task(tx, scope, which, &change).await?;
    }
    Ok(())
}

/// That of the organisation's papers, in which the titles of steps are.
///
/// # Errors
/// Those of the database.
pub async fn language(tx: &mut Tx, scope: Scope) -> Result<Language> {
    let settings = invoices::billing(tx, scope).await?.settings;
    Ok(settings.map(|settings| settings.language).unwrap_or_default())
}

/// Says that steps are done, in the name of whoever they are of.
///
/// # Errors
/// Those of the database.
pub async fn finish(tx: &mut Tx, scope: Scope, done: &[OpenRow], now: DateTime<Utc>) -> Result<()> {
    for OpenRow { task_id, owner_id } in done {
        let acting = Scope::acting(scope.organisation(), *owner_id, Role::Owner);
        records::finish_task(tx, acting, *task_id, now).await?;
    }
    Ok(())
}

/// What a step says.
fn title(step: Step, about: &str, language: Language) -> String {
    let (before, after) = match (step, language) {
        (Step::CheckIn(1), Language::En) => {
            ("Check in with ", ": no exchange for 1 day".to_owned())
        }
        (Step::CheckIn(1), Language::De) => {
            ("Melden bei ", ": seit 1 Tag kein Austausch".to_owned())
        }
        (Step::CheckIn(days), Language::En) => {
            ("Check in with ", format!(": no exchange for {days} days"))
        }
        (Step::CheckIn(days), Language::De) => {
            ("Melden bei ", format!(": seit {days} Tagen kein Austausch"))
        }
        (Step::WriteUp, Language::En) => ("Write up the session ", String::new()),
        (Step::WriteUp, Language::De) => ("Sitzung festhalten: ", String::new()),
        (Step::LookOver, Language::En) => {
            ("Look over and send the message about ", " before its cycle ends".to_owned())
        }
        (Step::LookOver, Language::De) => {
            ("Nachricht durchsehen und senden, bevor der Zyklus endet: ", String::new())
        }
        (Step::TellBy, Language::En) => {
            ("Tell the client of ", " what was done and what is next: no mail address".to_owned())
        }
        (Step::TellBy, Language::De) => {
            ("Kunden berichten, was war und was kommt (keine Mailadresse): ", String::new())
        }
    };
    let room = LINE_MAX - before.chars().count() - after.chars().count();
    let about: String = about.chars().take(room).collect();
    format!("{before}{about}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_leaves_room_for_what_is_said() {
        let long = "ä".repeat(400);
        for step in [Step::CheckIn(365), Step::WriteUp, Step::LookOver, Step::TellBy] {
            for language in [Language::En, Language::De] {
                assert_eq!(title(step, &long, language).chars().count(), LINE_MAX);
            }
        }
        let told = title(Step::CheckIn(14), "Big Company", Language::En);
        assert_eq!(told, "Check in with Big Company: no exchange for 14 days");
        let told = title(Step::CheckIn(1), "Big Company", Language::De);
        assert_eq!(told, "Melden bei Big Company: seit 1 Tag kein Austausch");
    }
}
