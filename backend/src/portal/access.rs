//! Who of an account reads the portal, and what that is shown.
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use shared::api::{AccountId, ContactId, ErrorCode, LinkMail, Portal, PortalPerson, PortalSet};

use super::store;
use crate::auth::Scope;
use crate::db::{Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// The most people that are told.
const PEOPLE_MAX: i64 = 200;

stmt!(THERE = "SELECT 1 AS there FROM accounts WHERE organisation_id = $1 AND id = $2");
/// # Errors
/// `not_found`.
pub async fn must_be_there(tx: &mut Tx, scope: Scope, account: AccountId) -> Result<()> {
    let _: (i32,) = tx.one(THERE.with(args![scope.organisation(), account])).await?;
    Ok(())
}

#[derive(Debug, sqlx::FromRow)]
struct PersonRow {
    id: ContactId,
    name: String,
    email: Option<String>,
}
stmt!(
    PEOPLE = "
    SELECT id, name, email FROM contacts
    WHERE organisation_id = $1 AND account_id = $2 ORDER BY sort_key, id LIMIT $3"
);
#[derive(Debug, sqlx::FromRow)]
struct LinkedRow {
    contact_id: ContactId,
    created_at: DateTime<Utc>,
    mail: LinkMail,
    mail_answer: Option<String>,
}
const LINKED: &str = "
    SELECT k.contact_id, k.created_at, k.mail, k.mail_answer FROM portal_links k
    WHERE k.organisation_id =";
const LAST_OF: &str = " AND k.id = (SELECT x.id FROM portal_links x
        WHERE x.organisation_id = k.organisation_id AND x.contact_id = k.contact_id
        ORDER BY x.created_at DESC, x.id DESC LIMIT 1) AND k.contact_id IN";
const SEEN: &str = "
    SELECT visitor_id, MAX(last_at) FROM portal_views WHERE organisation_id =";

/// The portal of an account.
///
/// # Errors
/// `not_found`.
pub async fn find(
    tx: &mut Tx,
    scope: Scope,
    (account, sends_mail): (AccountId, bool),
) -> Result<Portal> {
    must_be_there(tx, scope, account).await?;
    let kept = store::portal(tx, scope.organisation(), account).await?;
    let args = args![scope.organisation(), account, PEOPLE_MAX];
    let people: Vec<PersonRow> = tx.all(PEOPLE.with(args)).await?;
    let (mut linked, seen) = traces(tx, scope, &people).await?;
    let told = |one: PersonRow| {
        let link = linked.remove(&one.id);
        let (linked_at, mail, mail_answer) = match link {
            Some(link) => (Some(link.created_at), Some(link.mail), link.mail_answer),
            None => (None, None, None),
        };
        let seen_at = seen.get(&one.id).copied();
        let PersonRow { id: contact_id, name, email } = one;
        PortalPerson { contact_id, name, email, linked_at, mail, mail_answer, seen_at }
    };
    Ok(Portal {
        account_id: account,
        open: kept.open,
        parts: kept.parts(),
        sends_mail,
        people: people.into_iter().map(told).collect(),
        version: kept.version,
    })
}

/// The last link of each person, and when they last looked.
type Traces = (HashMap<ContactId, LinkedRow>, HashMap<ContactId, DateTime<Utc>>);

async fn traces(tx: &mut Tx, scope: Scope, people: &[PersonRow]) -> Result<Traces> {
    if people.is_empty() {
        return Ok(Traces::default());
    }
    let ids = || people.iter().map(|one| one.id.into()).collect();
    let query = Query::new(LINKED).push(" ?", scope.organisation()).text(LAST_OF).list(ids());
    let linked: Vec<LinkedRow> = tx.all(query).await?;
    let query = Query::new(SEEN)
        .push(" ?", scope.organisation())
        .text(" AND visitor_id IN")
        .list(ids())
        .text(" GROUP BY visitor_id");
    let seen: Vec<(ContactId, DateTime<Utc>)> = tx.all(query).await?;
    let linked = linked.into_iter().map(|link| (link.contact_id, link)).collect();
    Ok((linked, seen.into_iter().collect()))
}

/// Opens or closes the portal of an account, and says what is shown there. Closed, the links and
/// sign-ins of its people end.
///
/// # Errors
/// `not_found`; `stale`.
pub async fn set(
    tx: &mut Tx,
    scope: Scope,
    (account, new, version): (AccountId, &PortalSet, i64),
    now: DateTime<Utc>,
) -> Result<()> {
    must_be_there(tx, scope, account).await?;
    if !store::set(tx, scope, (account, new, version), now).await? {
        return Err(ErrorCode::Stale.into());
    }
    // Who was signed in does not come back when it is opened again.
    if new.open { Ok(()) } else { store::end_links(tx, scope, account, now).await }
}
