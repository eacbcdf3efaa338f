//! Links by which a client gives a card to the provider. The card never passes this server.
use chrono::{DateTime, Duration, Utc};
use shared::api::{
    AccountId, ActionLinkId, CARD_LINK_DAYS, CardLinkMade, CardSetup, CardSetupState, ErrorCode,
    Language, MemberId, NewCardLink, OrganisationId, Role,
};
use uuid::Uuid;

use super::accounts;
use super::cashier::Cashier;
use super::provider::{Fault, Provider, SetUp};
use super::stripe::Stripe;
use crate::auth::{Scope, Secret};
use crate::config::Site;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::{args, invoices, stmt};

/// How long after the end of a link a card is taken that was given before it.
const LATE: Duration = Duration::hours(1);

/// A link that somebody holds.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct LinkRow {
    id: ActionLinkId,
    organisation_id: OrganisationId,
    account_id: AccountId,
    setup: Option<String>,
    customer: Option<String>,
    expires_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    created_by: MemberId,
}

stmt!(
    INSERT = "
    INSERT INTO card_links (id, organisation_id, account_id, secret_hash, expires_at, created_by,
        created_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7)"
);
stmt!(
    END_ALL = "
    UPDATE card_links SET ended_at = $3
    WHERE organisation_id = $1 AND account_id = $2 AND ended_at IS NULL"
);
stmt!(
    END = "
    UPDATE card_links SET ended_at = $3
    WHERE organisation_id = $1 AND id = $2 AND ended_at IS NULL"
);
stmt!(RENEW = "UPDATE card_links SET secret_hash = $3 WHERE organisation_id = $1 AND id = $2");
stmt!(
    SET_UP = "
    UPDATE card_links SET setup = $3, customer = $4
    WHERE organisation_id = $1 AND id = $2 AND COALESCE(setup, '') = $5"
);
stmt!(
    OPEN = "
    SELECT expires_at FROM card_links
    WHERE organisation_id = $1 AND account_id = $2 AND ended_at IS NULL AND expires_at > $3
    ORDER BY id DESC LIMIT 1"
);
stmt!(
    BY_SECRET = "
    SELECT id, organisation_id, account_id, setup, customer, expires_at, ended_at, created_by
    FROM card_links WHERE secret_hash = $1"
);
stmt!(
    BY_ID = "
    SELECT id, organisation_id, account_id, setup, customer, expires_at, ended_at, created_by
    FROM card_links WHERE organisation_id = $1 AND id = $2"
);

fn address(site: &Site, secret: &Secret) -> String {
    site.link(&format!("/cards/{}", secret.text()))
}

/// Makes the link of an account; the one before ends.
///
/// # Errors
/// `not_found`; `charging_off`.
pub async fn make(
    tx: &mut Tx,
    scope: Scope,
    (account, new): (AccountId, &NewCardLink),
    (cashier, site): (&Cashier, &Site),
    now: DateTime<Utc>,
) -> Result<CardLinkMade> {
    accounts::name(tx, scope, account).await?;
    cashier.stripe()?;
    let (organisation, id) = (scope.organisation(), ActionLinkId(Uuid::now_v7()));
    tx.execute(END_ALL.with(args![organisation, account, now])).await?;
    let secret = Secret::random();
    let expires_at = now + Duration::days(new.days.unwrap_or(CARD_LINK_DAYS));
    let row = args![organisation, id, account, secret.hash(), expires_at, scope.member(), now];
    tx.execute(INSERT.with(row)).await?;
    Ok(CardLinkMade { id, url: address(site, &secret), expires_at })
}

/// Gives a link another address, since whoever made it did not get the first.
pub async fn told_anew(
    tx: &mut Tx,
    scope: Scope,
    made: CardLinkMade,
    site: &Site,
) -> Result<CardLinkMade> {
    let secret = Secret::random();
    tx.execute(RENEW.with(args![scope.organisation(), made.id, secret.hash()])).await?;
    Ok(CardLinkMade { url: address(site, &secret), ..made })
}

/// Until when the link of an account holds; none if none is open.
pub async fn open_until(
    tx: &mut Tx,
    scope: Scope,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>> {
    let args = args![scope.organisation(), account, now];
    let found: Option<(DateTime<Utc>,)> = tx.opt(OPEN.with(args)).await?;
    Ok(found.map(|(at,)| at))
}

/// The holder of a link acts for whoever made it, in the organisation of the link.
fn scope_of(link: &LinkRow) -> Scope {
    Scope::acting(link.organisation_id, link.created_by, Role::Viewer)
}

/// The link that somebody holds, if it can be used.
///
/// # Errors
/// `not_found` for a secret that is none; `link_revoked`, `link_expired`.
pub async fn held(tx: &mut Tx, token: &str, now: DateTime<Utc>) -> Result<LinkRow> {
    let found: Option<LinkRow> = tx.opt(BY_SECRET.with(args![Secret::hash_of(token)])).await?;
    let link = found.ok_or(ErrorCode::NotFound)?;
    match link.ended_at {
        Some(_) => Err(ErrorCode::LinkRevoked.into()),
        None if link.expires_at <= now => Err(ErrorCode::LinkExpired.into()),
        None => Ok(link),
    }
}

/// Whose invoices a link is about: who sends them, to whom, in which language.
///
/// # Errors
/// Those of [`held`].
pub async fn names(
    tx: &mut Tx,
    token: &str,
    now: DateTime<Utc>,
) -> Result<(String, String, Language)> {
    let link = held(tx, token, now).await?;
    let scope = scope_of(&link);
    let client = accounts::name(tx, scope, link.account_id).await?;
    let (sender, language) = invoices::sender(tx, scope, link.account_id).await?;
    Ok((sender, client, language))
}

/// What the provider did not do, where somebody waits for it. Its words are for the operator: who
/// holds a link is a stranger.
fn refused(fault: Fault) -> Error {
    tracing::error!(why = fault.words(), "the payment provider did not do it");
    ErrorCode::ProviderAway.into()
}

/// Begins to take a card by a link: one set-up a link, however often its page is opened.
///
/// # Errors
/// Those of [`held`]; `charging_off`; `provider_away`.
pub async fn begin(db: &Db, stripe: &Stripe, link: &LinkRow) -> Result<CardSetup> {
    let (scope, account) = (scope_of(link), link.account_id);
    let told = |client_secret: String| CardSetup {
        publishable_key: stripe.publishable_key().to_owned(),
        client_secret,
    };
    if let Some(id) = &link.setup {
        let known = stripe.set_up_again(id).await.map_err(refused)?;
        if !known.cancelled {
            return Ok(told(known.client_secret));
        }
    }
    let (name, kept) = db
        .read(async |tx| {
            let name = accounts::name(tx, scope, account).await?;
            Ok((name, accounts::kept(tx, scope, account).await?))
        })
        .await?;
    let of = (link.organisation_id, link.id);
    let known = kept.and_then(|row| row.customer);
    let made = match &known {
        Some(customer) => stripe.set_up(customer, of).await.map(|made| (customer.clone(), made)),
        None => as_new(stripe, link, &name).await,
    };
    // Whoever it was is gone there, or it is another account at the provider by now.
    let made = match made {
        Err(Fault::Refused { code, .. }) if known.is_some() && code == "resource_missing" => {
            as_new(stripe, link, &name).await
        }
        made => made,
    };
    let (customer, made) = made.map_err(refused)?;
    let before = link.setup.clone().unwrap_or_default();
    let first = db
        .write(async |tx| {
            let (customer, setup) = (customer.as_str(), made.id.as_str());
            let args = args![link.organisation_id, link.id, setup, customer, before.as_str()];
            Ok(tx.execute(SET_UP.with(args)).await? == 1)
        })
        .await?;
    if first {
        return Ok(told(made.client_secret));
    }
    // The page was opened twice at once: a card that is given to either must be found.
    let link = db.read(async |tx| by_id(tx, of).await).await?.ok_or(ErrorCode::NotFound)?;
    let setup = link.setup.ok_or(ErrorCode::NotFound)?;
    Ok(told(stripe.set_up_again(&setup).await.map_err(refused)?.client_secret))
}

/// A set-up of a customer whom the provider does not know yet.
async fn as_new(stripe: &Stripe, link: &LinkRow, name: &str) -> Result<(String, SetUp), Fault> {
    let (organisation, key) = (link.organisation_id, format!("customer-{}", Uuid::now_v7()));
    let customer = stripe.customer((organisation, link.account_id), name, &key).await?;
    let made = stripe.set_up(&customer, (organisation, link.id)).await?;
    Ok((customer, made))
}

async fn by_id(
    tx: &mut Tx,
    (organisation, id): (OrganisationId, ActionLinkId),
) -> Result<Option<LinkRow>> {
    Ok(tx.opt(BY_ID.with(args![organisation, id])).await?)
}

/// Asks the provider whether a card came by a link; it is on file then, and the link ends.
///
/// # Errors
/// `charging_off`; `provider_away`.
pub async fn finish(
    db: &Db,
    cashier: &Cashier,
    link: &LinkRow,
    now: DateTime<Utc>,
) -> Result<CardSetupState> {
    let (stripe, scope, account) = (cashier.stripe()?, scope_of(link), link.account_id);
    let Some(setup) = &link.setup else { return Ok(CardSetupState { saved: false }) };
    let found = stripe.set_up_again(setup).await.map_err(refused)?;
    let Some(method) = found.method else { return Ok(CardSetupState { saved: false }) };
    let kept = db.read(async |tx| accounts::kept(tx, scope, account).await).await?;
    let before = kept.and_then(|row| row.method);
    let customer = link.customer.as_deref().ok_or(ErrorCode::NotFound)?;
    let method = stripe.keep(&method, customer).await.map_err(refused)?;
    let first = db
        .write(async |tx| {
            let ended = END.with(args![link.organisation_id, link.id, now]);
            // Told twice, by the page and by the provider: it is kept once.
            if tx.execute(ended).await? == 0 {
                return Ok(false);
            }
            accounts::keep(tx, scope, (account, customer, &method), now).await?;
            Ok(true)
        })
        .await?;
    if let Some(before) = before.filter(|before| first && *before != method.id) {
        accounts::forgotten(cashier, &before).await;
    }
    cashier.ring();
    Ok(CardSetupState { saved: true })
}

/// The same, where the provider tells that a card came.
///
/// # Errors
/// `provider_away`.
pub async fn told(
    db: &Db,
    cashier: &Cashier,
    of: (OrganisationId, ActionLinkId),
    now: DateTime<Utc>,
) -> Result<()> {
    let found = db.read(async |tx| by_id(tx, of).await).await?;
    let holds = |link: &LinkRow| link.ended_at.is_none() && link.expires_at + LATE > now;
    match found.filter(holds) {
        Some(link) => finish(db, cashier, &link, now).await.map(drop),
        None => Ok(()),
    }
}
