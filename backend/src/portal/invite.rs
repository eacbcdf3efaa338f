//! Links by which the people of an account sign in, and the mails that bring them.
//!
//! Such a mail is no row of the outbox: its text would have the secret, in the database and in what
//! staff read of mails. It is handed over at once, once, and how that went is told with the person.
//! Source: docs/decisions/0062.
use chrono::{DateTime, Duration, Utc};
use shared::api::{
    AccountId, ContactId, ErrorCode, LinkMail, MemberId, OrganisationId, PortalLinkId,
    PortalLinkMade, Role, VisitorKind,
};
use uuid::Uuid;

use super::invite_words::Invitation;
use super::sign_in::LINK_MINUTES;
use super::store::{self, NewLink};
use super::{access, lists_store};
use crate::auth::{Scope, Secret};
use crate::config::Site;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::invoices;
use crate::mail::{Letter, Mailer, Outcome};
use crate::{args, stmt};

/// For how many days an invitation holds.
const INVITATION_DAYS: i64 = 7;

/// A link that was made, and its secret.
#[derive(Debug, Clone)]
pub struct Made {
    pub id: PortalLinkId,
    pub secret: String,
}

/// Makes the link of an invitation.
///
/// # Errors
/// `not_found`; `portal_closed`; at `/contact_id` for somebody who is not of this account, or has no
/// mail address.
pub async fn invite(
    tx: &mut Tx,
    scope: Scope,
    (account, contact, mails): (AccountId, ContactId, bool),
    now: DateTime<Utc>,
) -> Result<(PortalLinkMade, Made)> {
    access::must_be_there(tx, scope, account).await?;
    let whom: Option<(Option<String>,)> =
        tx.opt(WHOM.with(args![scope.organisation(), account, contact])).await?;
    let (email,) = whom.ok_or_else(|| Error::field("/contact_id", "not_found"))?;
    let email = email.ok_or_else(|| Error::field("/contact_id", "email_missing"))?;
    if !store::portal(tx, scope.organisation(), account).await?.open {
        return Err(ErrorCode::PortalClosed.into());
    }
    store::end_invitations(tx, scope, contact, now).await?;
    let until = now + Duration::days(INVITATION_DAYS);
    let mail = if mails { LinkMail::Sending } else { LinkMail::None };
    let who = (VisitorKind::Contact, Some((contact, email)));
    let made = make(tx, scope, (account, who), (until, mail), now).await?;
    let token = (!mails).then(|| made.secret.clone());
    Ok((PortalLinkMade { token, expires_at: until }, made))
}

/// Makes a link by which a colleague sees what the account is shown.
///
/// # Errors
/// `not_found`.
pub async fn preview(
    tx: &mut Tx,
    scope: Scope,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<PortalLinkMade> {
    access::must_be_there(tx, scope, account).await?;
    let until = now + Duration::minutes(LINK_MINUTES);
    let who = (VisitorKind::Preview, None);
    let made = make(tx, scope, (account, who), (until, LinkMail::None), now).await?;
    Ok(PortalLinkMade { token: Some(made.secret), expires_at: until })
}

async fn make(
    tx: &mut Tx,
    scope: Scope,
    (account, (kind, contact)): (AccountId, (VisitorKind, Option<(ContactId, String)>)),
    (expires_at, mail): (DateTime<Utc>, LinkMail),
    now: DateTime<Utc>,
) -> Result<Made> {
    let (secret, id) = (Secret::random(), PortalLinkId(Uuid::now_v7()));
    let link = NewLink {
        id,
        account,
        kind,
        contact,
        retainer: None,
        secret_hash: secret.hash(),
        password_hash: None,
        by: Some(scope.member()),
        expires_at,
        mail,
    };
    store::insert(tx, scope.organisation(), link, now).await?;
    Ok(Made { id, secret: secret.text() })
}

stmt!(
    WHOM = "
    SELECT email FROM contacts WHERE organisation_id = $1 AND account_id = $2 AND id = $3"
);
/// Whom a link is for, and who made it.
#[derive(Debug, sqlx::FromRow)]
struct Person {
    account_id: AccountId,
    name: String,
    email: String,
    by_name: Option<String>,
}
stmt!(
    PERSON = "
    SELECT k.account_id, c.name, k.email, m.name AS by_name
    FROM portal_links k
    JOIN contacts c ON c.organisation_id = k.organisation_id AND c.id = k.contact_id
    LEFT JOIN members m ON m.organisation_id = k.organisation_id AND m.id = k.created_by
    WHERE k.organisation_id = $1 AND k.id = $2"
);

/// Hands the mail with a link over, and writes down how that went.
pub async fn send(
    db: &Db,
    (mailer, site): (&Mailer, &Site),
    (organisation, id, secret): (OrganisationId, PortalLinkId, &str),
) {
    let outcome = match handed_over(db, (mailer, site), (organisation, id, secret)).await {
        Ok(Outcome::Sent(_)) => (LinkMail::Sent, None),
        Ok(Outcome::Refused(why) | Outcome::Later(why) | Outcome::Unreached(why)) => {
            (LinkMail::Failed, Some(why))
        }
        Ok(Outcome::Gone) => (LinkMail::Failed, None),
        Err(error) => {
            tracing::error!(link = %id, ?error, "a link to the portal was not sent");
            (LinkMail::Failed, None)
        }
    };
    let write = async |tx: &mut Tx| store::mailed(tx, organisation, id, outcome.clone()).await;
    if let Err(error) = db.write(write).await {
        tracing::error!(link = %id, ?error, "how a link was sent was not written down");
    }
}

async fn handed_over(
    db: &Db,
    (mailer, site): (&Mailer, &Site),
    (organisation, id, secret): (OrganisationId, PortalLinkId, &str),
) -> Result<Outcome> {
    let scope = Scope::acting(organisation, MemberId(Uuid::nil()), Role::Viewer);
    let (person, about, language) = db
        .read(async |tx| {
            let person: Option<Person> = tx.opt(PERSON.with(args![organisation, id])).await?;
            let person = person.ok_or(ErrorCode::NotFound)?;
            let about = lists_store::about(tx, scope, person.account_id).await?;
            let language = language(tx, scope, person.account_id).await?;
            Ok((person, about, language))
        })
        .await?;
    let (link, portal) = (site.link(&format!("/portal/enter/{secret}")), site.link("/portal"));
    let (subject, body) = Invitation {
        name: &person.name,
        organisation: &about.organisation_name,
        account: &about.account_name,
        by: person.by_name.as_deref(),
        link: &link,
        portal: &portal,
    }
    .told(language);
    let letter = Letter {
        id: id.0,
        sender: &about.organisation_name,
        reply_to: about.keeper_email.as_deref(),
        in_reply_to: None,
        recipient: &person.email,
        subject: &subject,
        body: &body,
    };
    Ok(mailer.send(&letter, None).await)
}

/// The language in which an account is written to.
///
/// # Errors
/// Those of the database.
pub async fn language(
    tx: &mut Tx,
    scope: Scope,
    account: AccountId,
) -> Result<shared::api::Language> {
    let own = invoices::client(tx, scope, account).await?.billing.language;
    let usual = invoices::billing(tx, scope).await?.settings;
    Ok(own.or(usual.map(|settings| settings.language)).unwrap_or_default())
}
