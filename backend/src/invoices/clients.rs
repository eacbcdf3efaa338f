//! What invoices say of an account: to whom they go, in which language, who owes the tax.
use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    AccountBilling, AccountBillingSet, AccountId, BillingSettingsSet, InvoiceParties, Language,
    RetainerBillingSet, RetainerId, TaxRate,
};
use shared::rules::cycle::Interval;
use shared::rules::money::TaxMode;
use shared::rules::revenue;
use shared::rules::units::Minor;
use sqlx::types::Json;

use super::compose;
use super::settings::{self, written};
use crate::auth::Scope;
use crate::cycles::Book;
use crate::db::{Arg, Query, Tx};
use crate::error::{Error, Result};
use crate::mail;
use crate::{args, stmt};

stmt!(
    OF_ACCOUNT = "
    SELECT b.billing, b.version FROM accounts a
    LEFT JOIN account_billing b ON b.organisation_id = a.organisation_id AND b.account_id = a.id
    WHERE a.organisation_id = $1 AND a.id = $2"
);
stmt!(
    OF_RETAINER = "
    SELECT b.billing FROM retainers r
    JOIN account_billing b ON b.organisation_id = r.organisation_id AND b.account_id = r.account_id
    WHERE r.organisation_id = $1 AND r.id = $2"
);
stmt!(ORGANISATION = "SELECT name FROM organisations WHERE id = $1");
stmt!(
    FIRST = "
    INSERT INTO account_billing (organisation_id, account_id, billing, changed_by, changed_at)
    VALUES ($1, $2, $3, $4, $5)"
);
stmt!(
    CHANGE = "
    UPDATE account_billing
    SET billing = $3, changed_by = $4, changed_at = $5, version = version + 1
    WHERE organisation_id = $1 AND account_id = $2 AND version = $6"
);

/// What invoices say of an account.
///
/// # Errors
/// `not_found`.
pub async fn of(tx: &mut Tx, scope: Scope, account: AccountId) -> Result<AccountBilling> {
    let (billing, version): (Option<Json<AccountBillingSet>>, Option<i64>) =
        tx.one(OF_ACCOUNT.with(args![scope.organisation(), account])).await?;
    let billing = billing.map(|billing| billing.0).unwrap_or_default();
    Ok(AccountBilling { billing, version: version.unwrap_or(0) })
}

const OF_ACCOUNTS: &str = "
    SELECT account_id, billing FROM account_billing WHERE organisation_id =";

/// What was said of some accounts; nothing of those of which nobody said anything.
///
/// # Errors
/// Those of the database.
pub async fn of_some(
    tx: &mut Tx,
    scope: Scope,
    accounts: &[AccountId],
) -> Result<HashMap<AccountId, AccountBillingSet>> {
    if accounts.is_empty() {
        return Ok(HashMap::new());
    }
    let query = Query::new(OF_ACCOUNTS).push(" ?", scope.organisation()).text(" AND account_id IN");
    let ids = accounts.iter().map(|id| Arg::from(*id)).collect();
    let rows: Vec<(AccountId, Json<AccountBillingSet>)> = tx.all(query.list(ids)).await?;
    Ok(rows.into_iter().map(|(id, billing)| (id, billing.0)).collect())
}

/// Says what invoices say of an account: those that are issued from now on.
///
/// # Errors
/// `not_found`; `stale`.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    (account, new, version): (AccountId, &AccountBillingSet, i64),
    now: DateTime<Utc>,
) -> Result<AccountBilling> {
    of(tx, scope, account).await?;
    for (place, address) in new.send_to.iter().enumerate() {
        if !mail::is_address(address) {
            return Err(Error::field(&format!("/send_to/{place}"), "email_invalid"));
        }
    }
    let mut args = vec![
        scope.organisation().into(),
        account.into(),
        Arg::json(new),
        scope.member().into(),
        now.into(),
    ];
    let query = match version {
        0 => FIRST.with(args),
        version => {
            args.push(version.into());
            CHANGE.with(args)
        }
    };
    written(tx, query).await?;
    of(tx, scope, account).await
}

/// The taxes of a retainer's lines: its own, none where the client owes them, or the usual ones.
pub async fn taxes(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    (own, usual): (Option<Vec<TaxRate>>, Vec<TaxRate>),
) -> Result<Vec<TaxRate>> {
    if let Some(own) = own {
        return Ok(own);
    }
    let found: Option<(Json<AccountBillingSet>,)> =
        tx.opt(OF_RETAINER.with(args![scope.organisation(), retainer])).await?;
    let owes = found.is_some_and(|(billing,)| billing.0.reverse_charge);
    Ok(if owes { Vec::new() } else { usual })
}

const OF_SOME: &str = "
    SELECT r.id, b.billing, a.billing FROM retainers r
    LEFT JOIN retainer_billing b ON b.organisation_id = r.organisation_id AND b.retainer_id = r.id
    LEFT JOIN account_billing a ON a.organisation_id = r.organisation_id
        AND a.account_id = r.account_id
    WHERE r.organisation_id =";

/// The taxes that the prices of some retainers include; of none where prices are without tax.
///
/// # Errors
/// Those of the database.
pub(crate) async fn included(
    tx: &mut Tx,
    scope: Scope,
    retainers: &[RetainerId],
) -> Result<HashMap<RetainerId, Vec<TaxRate>>> {
    let settings = settings::of_all(tx, scope).await?.settings;
    match settings.filter(|set| set.tax_mode == TaxMode::Inclusive) {
        Some(settings) => rates(tx, scope, retainers, &settings.taxes).await,
        None => Ok(HashMap::new()),
    }
}

/// The taxes of the lines of some retainers: their own, none where the client owes them, or the usual
/// ones.
async fn rates(
    tx: &mut Tx,
    scope: Scope,
    retainers: &[RetainerId],
    usual: &[TaxRate],
) -> Result<HashMap<RetainerId, Vec<TaxRate>>> {
    type Row = (RetainerId, Option<Json<RetainerBillingSet>>, Option<Json<AccountBillingSet>>);
    let query = Query::new(OF_SOME).push(" ?", scope.organisation()).text(" AND r.id IN");
    let ids = retainers.iter().map(|id| Arg::from(*id)).collect();
    let rows: Vec<Row> = tx.all(query.list(ids)).await?;
    let of = |(id, own, client): Row| {
        let owes = client.is_some_and(|billing| billing.0.reverse_charge);
        let usual = if owes { Vec::new() } else { usual.to_vec() };
        (id, own.and_then(|own| own.0.taxes).unwrap_or(usual))
    };
    Ok(rows.into_iter().map(of).collect())
}

/// A price without the taxes that it includes, as an invoice of it alone has it.
///
/// # Errors
/// Those of the rules.
pub(crate) fn without(price: Minor, taxes: Option<&Vec<TaxRate>>) -> Result<Minor> {
    match taxes {
        Some(taxes) if !taxes.is_empty() => {
            Ok(compose::totals(&[(price.0, taxes.clone())], TaxMode::Inclusive)?.net)
        }
        _ => Ok(price),
    }
}

/// What a cycle that holds a day costs without tax, and how long that cycle is; none on a day
/// without service: before the start, in a pause, from the end on. Source: domain 7.4.
///
/// # Errors
/// Those of the rules.
pub(crate) fn price_on(
    book: &Book,
    taxes: Option<&Vec<TaxRate>>,
    day: NaiveDate,
) -> Result<Option<(Minor, Interval)>> {
    let series = &book.series;
    let runs = book.head.starts_on <= day && series.end().is_none_or(|end| day < end);
    if !runs || series.pauses().iter().any(|pause| pause.holds(day)) {
        return Ok(None);
    }
    let Some(terms) = book.terms_on(day) else { return Ok(None) };
    let price = terms.row.terms.0.fee();
    Ok(Some((without(price, taxes)?, series.rhythm_on(day).interval)))
}

/// What a retainer brings a month by its terms of a day, without tax. Source: domain 7.4.
///
/// # Errors
/// Those of [`price_on`].
pub(crate) fn monthly(book: &Book, taxes: Option<&Vec<TaxRate>>, day: NaiveDate) -> Result<Minor> {
    let price = price_on(book, taxes, day)?;
    Ok(price.map_or(Ok(Minor(0)), |(price, interval)| revenue::mrr(price, interval))?)
}

/// What a retainer brings a month by the terms that hold, whether service runs today or not.
/// Source: domain 7.4.
///
/// # Errors
/// Those of the rules.
pub(crate) fn agreed_monthly(book: &Book, taxes: Option<&Vec<TaxRate>>) -> Result<Minor> {
    let day = book.today.max(book.head.starts_on);
    match book.terms_on(day) {
        Some(terms) => monthly_fee(book, taxes, (terms.row.terms.0.fee(), day)),
        None => Ok(Minor(0)),
    }
}

/// What a fee of its cycles would bring a month on a day, without the taxes it includes.
///
/// # Errors
/// Those of the rules.
pub(crate) fn monthly_fee(
    book: &Book,
    taxes: Option<&Vec<TaxRate>>,
    (fee, day): (Minor, NaiveDate),
) -> Result<Minor> {
    Ok(revenue::mrr(without(fee, taxes)?, book.series.rhythm_on(day).interval)?)
}

/// How tax is on the lines of a retainer.
#[derive(Debug, Clone)]
pub(crate) struct Taxed {
    mode: TaxMode,
    rates: Vec<TaxRate>,
}

impl Taxed {
    /// Whether prices include tax; none where they would and none is owed.
    pub(crate) fn included(&self) -> Option<bool> {
        match self.mode {
            TaxMode::Exclusive => Some(false),
            TaxMode::Inclusive => (!self.rates.is_empty()).then_some(true),
        }
    }

    /// What an invoice of this amount alone asks for, with tax.
    ///
    /// # Errors
    /// Those of the rules.
    pub(crate) fn total(&self, amount: Minor) -> Result<Minor> {
        Ok(compose::totals(&[(amount.0, self.rates.clone())], self.mode)?.total)
    }
}

/// How tax is on the lines of a retainer; none where nobody has said it.
///
/// # Errors
/// Those of the database.
pub(crate) async fn taxed(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
) -> Result<Option<Taxed>> {
    let Some(settings) = settings::of_all(tx, scope).await?.settings else { return Ok(None) };
    let mut rates = rates(tx, scope, &[retainer], &settings.taxes).await?;
    let rates = rates.remove(&retainer).unwrap_or_default();
    Ok(Some(Taxed { mode: settings.tax_mode, rates }))
}

/// Whether the prices of a retainer include tax; none where nobody has said it, or where they would
/// and none is owed.
///
/// # Errors
/// Those of the database.
pub(crate) async fn prices_with_tax(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
) -> Result<Option<bool>> {
    Ok(taxed(tx, scope, retainer).await?.and_then(|taxed| taxed.included()))
}

/// In whose name an account gets its bills, and in which language.
///
/// # Errors
/// `not_found`.
pub(crate) async fn sender(
    tx: &mut Tx,
    scope: Scope,
    account: AccountId,
) -> Result<(String, Language)> {
    let own = of(tx, scope, account).await?.billing.language;
    let Some(settings) = settings::of_all(tx, scope).await?.settings else {
        let (name,): (String,) = tx.one(ORGANISATION.with(args![scope.organisation()])).await?;
        return Ok((name, own.unwrap_or_default()));
    };
    Ok((settings.legal_name, own.unwrap_or(settings.language)))
}

/// Who an issued invoice is from and to, as was kept then. What nobody had said until then of
/// country, tax number and exemption is as it is said now, of a side with the same name and address
/// only; the number of a client only where `owes` it the tax. Source: docs/decisions/0041.
///
/// # Errors
/// `not_found`.
pub async fn completed(
    tx: &mut Tx,
    scope: Scope,
    (account, name): (AccountId, &str),
    (mut kept, owes): (InvoiceParties, bool),
) -> Result<InvoiceParties> {
    if let Some(now) = settings::of_all(tx, scope).await?.settings
        && (&now.legal_name, &now.address) == (&kept.legal_name, &kept.address)
    {
        kept.country = kept.country.or(now.country);
        kept.tax_id = kept.tax_id.or(now.tax_id);
        kept.tax_note = kept.tax_note.or(now.tax_note);
    }
    let now = of(tx, scope, account).await?.billing;
    let named = now.legal_name.as_deref().unwrap_or(name) == kept.client;
    if named && now.address == kept.client_address {
        kept.client_country = kept.client_country.or(now.country);
        if owes {
            kept.client_tax_id = kept.client_tax_id.or(now.tax_id);
        }
    }
    Ok(kept)
}

/// Who an invoice is from and to, as it is now.
///
/// # Errors
/// `not_found`.
pub async fn parties(
    tx: &mut Tx,
    scope: Scope,
    (account, name): (AccountId, &str),
    settings: BillingSettingsSet,
) -> Result<InvoiceParties> {
    let client = of(tx, scope, account).await?.billing;
    Ok(InvoiceParties {
        legal_name: settings.legal_name,
        address: settings.address,
        tax_id: settings.tax_id,
        client: client.legal_name.unwrap_or_else(|| name.to_owned()),
        country: settings.country,
        iban: settings.iban,
        bic: settings.bic,
        client_address: client.address,
        client_country: client.country,
        client_tax_id: client.tax_id,
        reference: client.reference,
        reverse_charge: client.reverse_charge,
        tax_note: settings.tax_note,
        language: client.language.unwrap_or(settings.language),
        paper: settings.paper,
        logo_id: settings.logo_id,
    })
}
