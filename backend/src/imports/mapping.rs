//! Where the names of a file go: what a person chose, what was chosen last time, what has the
//! same name here.
use std::collections::{HashMap, HashSet};

use shared::api::{MemberId, PersonChoice, PersonMapping, RetainerId, TargetChoice, TargetMapping};

use super::memory::{folded, remembered};
use super::pass::Name;
use super::store::ImportRow;
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::{args, stmt};

/// A choice for each name of the file, in its order.
#[derive(Debug, Clone)]
pub struct Mapping {
    pub targets: Vec<TargetChoice>,
    pub people: Vec<PersonChoice>,
}

/// A retainer by its names, folded.
#[derive(Debug, sqlx::FromRow)]
struct Known {
    id: RetainerId,
    name: String,
    account: String,
}
#[derive(Debug, sqlx::FromRow)]
struct KnownMember {
    id: MemberId,
    name: String,
    email: Option<String>,
}

stmt!(
    RETAINERS = "
    SELECT r.id, r.sort_key AS name, a.sort_key AS account
    FROM retainers r
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    WHERE r.organisation_id = $1 AND r.state <> 'ended' ORDER BY r.id"
);
stmt!(
    MEMBERS = "
    SELECT id, sort_key AS name, email FROM members WHERE organisation_id = $1 ORDER BY id"
);
stmt!(
    HAS_RETAINER = "
    SELECT CAST(COUNT(*) AS BIGINT) FROM retainers WHERE organisation_id = $1 AND id = $2"
);
stmt!(
    HAS_MEMBER = "
    SELECT CAST(COUNT(*) AS BIGINT) FROM members WHERE organisation_id = $1 AND id = $2"
);

/// The choice for each name of an import, as of now.
pub async fn resolve(tx: &mut Tx, scope: Scope, row: &ImportRow) -> Result<Mapping> {
    let (names, options) = (&row.names.0, &row.options.0);
    let targets = targets(tx, scope, &names.targets, &options.targets).await?;
    let people = people(tx, scope, row.created_by, (&names.people, &options.people)).await?;
    Ok(Mapping { targets, people })
}

async fn targets(
    tx: &mut Tx,
    scope: Scope,
    names: &[Name],
    chosen: &[TargetMapping],
) -> Result<Vec<TargetChoice>> {
    let chosen: HashMap<(&str, &str), &TargetChoice> = chosen
        .iter()
        .map(|mapping| ((&*mapping.client, &*mapping.project), &mapping.goes_to))
        .collect();
    let known: Vec<Known> = tx.all(RETAINERS.with(args![scope.organisation()])).await?;
    let ids: HashSet<RetainerId> = known.iter().map(|known| known.id).collect();
    let remembered = remembered::<TargetChoice>(tx, scope, "target", names).await?;
    let choice = |name: &Name| {
        if let Some(&choice) = chosen.get(&(&*name.first, &*name.second)) {
            return choice.clone();
        }
        match remembered.get(&folded(name)) {
            Some(TargetChoice::Skip) => TargetChoice::Skip,
            Some(TargetChoice::Retainer { retainer_id }) if ids.contains(retainer_id) => {
                TargetChoice::Retainer { retainer_id: *retainer_id }
            }
            _ => namesake(&known, name).map_or(TargetChoice::Undecided, |retainer_id| {
                TargetChoice::Retainer { retainer_id }
            }),
        }
    };
    Ok(names.iter().map(choice).collect())
}

/// The one retainer that a client and project can only mean.
///
/// Of a client that is an account here only this account's retainers are asked.
fn namesake(known: &[Known], name: &Name) -> Option<RetainerId> {
    let (client, project) = folded(name);
    let only = |fits: &dyn Fn(&Known) -> bool| {
        let mut found = known.iter().filter(|known| fits(known));
        found.next().filter(|_| found.next().is_none()).map(|known| known.id)
    };
    let is_account = !client.is_empty() && known.iter().any(|known| known.account == client);
    let here = |known: &Known| !is_account || known.account == client;
    let named = |known: &Known, name: &str| !name.is_empty() && known.name == name;
    only(&|known| here(known) && named(known, &project))
        .or_else(|| only(&|known| here(known) && named(known, &client)))
        .or_else(|| only(&|known| is_account && here(known)))
        .or_else(|| only(&|known| !is_account && !project.is_empty() && known.account == project))
}

async fn people(
    tx: &mut Tx,
    scope: Scope,
    uploader: MemberId,
    (names, chosen): (&[Name], &[PersonMapping]),
) -> Result<Vec<PersonChoice>> {
    let chosen: HashMap<(&str, &str), &PersonChoice> =
        chosen.iter().map(|mapping| ((&*mapping.name, &*mapping.email), &mapping.is)).collect();
    let known: Vec<KnownMember> = tx.all(MEMBERS.with(args![scope.organisation()])).await?;
    let ids: HashSet<MemberId> = known.iter().map(|known| known.id).collect();
    let remembered = remembered::<PersonChoice>(tx, scope, "person", names).await?;
    let choice = |name: &Name| {
        if let Some(&choice) = chosen.get(&(&*name.first, &*name.second)) {
            return choice.clone();
        }
        match remembered.get(&folded(name)) {
            Some(PersonChoice::Skip) => PersonChoice::Skip,
            Some(PersonChoice::Member { member_id }) if ids.contains(member_id) => {
                PersonChoice::Member { member_id: *member_id }
            }
            // A file that names nobody is the work of who brings it.
            _ if name.first.is_empty() && name.second.is_empty() => {
                PersonChoice::Member { member_id: uploader }
            }
            _ => member_like(&known, name)
                .map_or(PersonChoice::New, |member_id| PersonChoice::Member { member_id }),
        }
    };
    Ok(names.iter().map(choice).collect())
}

/// The member with this mail address, or the only one with this name.
fn member_like(known: &[KnownMember], name: &Name) -> Option<MemberId> {
    let (name, email) = folded(name);
    let by_mail =
        known.iter().find(|known| !email.is_empty() && known.email.as_ref() == Some(&email));
    if let Some(found) = by_mail {
        return Some(found.id);
    }
    let mut found = known.iter().filter(|known| known.name == name);
    found.next().filter(|_| found.next().is_none()).map(|known| known.id)
}

/// Whether the organisation has this retainer.
pub async fn has_retainer(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<bool> {
    let (count,): (i64,) = tx.one(HAS_RETAINER.with(args![scope.organisation(), id])).await?;
    Ok(count == 1)
}
/// Whether the organisation has this member.
pub async fn has_member(tx: &mut Tx, scope: Scope, id: MemberId) -> Result<bool> {
    let (count,): (i64,) = tx.one(HAS_MEMBER.with(args![scope.organisation(), id])).await?;
    Ok(count == 1)
}
/// The mail addresses that members have.
pub async fn emails(tx: &mut Tx, scope: Scope) -> Result<HashSet<String>> {
    let known: Vec<KnownMember> = tx.all(MEMBERS.with(args![scope.organisation()])).await?;
    Ok(known.into_iter().filter_map(|known| known.email).collect())
}
