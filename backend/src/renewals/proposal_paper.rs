//! A proposal on paper.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    ErrorCode, InvoiceParties, Pool, PoolId, ProposalId, ProposalOffer, ProposalState, ProposedPool,
};
use shared::rules::cycle::{Interval, IntervalUnit};
use uuid::Uuid;

use super::proposals_store::{self as store, ProposalRow};
use super::store::find as renewal;
use crate::auth::Scope;
use crate::closings::Words;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::invoices;
use crate::pdf::{self, Row, Sheet};

/// A proposal as a PDF, and what the file is called.
///
/// # Errors
/// `not_found`; `billing_off` where nobody has said how the organisation bills: it has no letterhead.
pub(super) async fn pdf(
    db: &Db,
    scope: Scope,
    id: ProposalId,
    now: DateTime<Utc>,
) -> Result<(String, Vec<u8>)> {
    let read = async |tx: &mut Tx| {
        let row = store::find(tx, scope, id).await?;
        let account = renewal(tx, scope, row.renewal_id).await?.account_id;
        let settings = invoices::billing(tx, scope).await?.settings.ok_or(ErrorCode::BillingOff)?;
        let client = (account, row.offer.client.as_str());
        let parties = invoices::parties(tx, scope, client, settings).await?;
        let parties = InvoiceParties { language: row.offer.language, ..parties };
        let logo = invoices::picture(tx, scope, parties.logo_id).await?;
        let on = invoices::today(tx, scope, row.created_at).await?;
        let answered = match row.answered_at {
            Some(at) => Some(invoices::today(tx, scope, at).await?),
            None => None,
        };
        let sheet = sheet(&row, &parties, (on, answered, now));
        Ok((file_name(&row.offer.0), Sheet { logo, ..sheet }))
    };
    let (name, sheet) = db.read(read).await?;
    let made = actix_web::web::block(move || pdf::render(&sheet, None)).await;
    Ok((name, made.map_err(|error| Error::internal("making a proposal", error))??))
}

fn file_name(offer: &ProposalOffer) -> String {
    let what = Words(offer.language).pick("Proposal", "Angebot");
    // No name of a file has what parts folders.
    let parts = |sign: char| sign.is_control() || r#"/\:*?"<>|"#.contains(sign);
    let client = offer.client.replace(parts, "-");
    format!("{what} {client} {}.pdf", offer.starts_on)
}

fn sheet(
    row: &ProposalRow,
    parties: &InvoiceParties,
    (on, answered, made_at): (NaiveDate, Option<NaiveDate>, DateTime<Utc>),
) -> Sheet {
    let offer = &row.offer.0;
    let words = Words(offer.language);
    let say = |english: &'static str, german: &'static str| words.pick(english, german).to_owned();
    let mut before: Vec<String> = Vec::new();
    before.extend(offer.intro.iter().flat_map(|intro| intro.split("\n\n").map(str::to_owned)));
    if !offer.lines.is_empty() {
        before.push(say("What the term came to:", "Was die Laufzeit gebracht hat:"));
        before.extend(offer.lines.iter().map(|line| format!("– {line}")));
    }
    let price = Row {
        text: format!("{} {}", words.pick("Price", "Preis"), every(words, offer.interval)),
        detail: None,
        cells: vec![
            words.money(offer.price_before.amount_minor, &offer.price_before.currency),
            words.money(offer.price.amount_minor, &offer.price.currency),
        ],
        so_far: String::new(),
    };
    let rows =
        std::iter::once(price).chain(offer.pools.iter().map(|pool| brought(words, pool, offer)));
    let state = match (row.state, &row.signed, answered) {
        (ProposalState::Accepted, Some(name), Some(at)) => {
            let day = words.day(at);
            Some(format!("{} {name}, {day}.", words.pick("Accepted by", "Angenommen von")))
        }
        (ProposalState::Declined, Some(name), Some(at)) => {
            let day = words.day(at);
            Some(format!("{} {name}, {day}.", words.pick("Declined by", "Abgelehnt von")))
        }
        (ProposalState::Withdrawn, ..) => {
            Some(say("This proposal was taken back.", "Dieses Angebot wurde zurückgezogen."))
        }
        _ => None,
    };
    let mut after = vec![term(words, offer), valid(words, offer)];
    after.extend(offer.tax_included.map(|included| match included {
        true => say("Prices include tax.", "Preise einschließlich Steuer."),
        false => say(
            "Prices are without tax, which is added where it is owed.",
            "Preise zuzüglich Steuer, soweit sie anfällt.",
        ),
    }));
    after.extend(state);
    let heading =
        format!("{} {}: {}", words.pick("Proposal", "Angebot"), offer.number, offer.retainer_name);
    Sheet {
        made_at,
        heading,
        before,
        heads: vec![
            say("A cycle", "Ein Zyklus"),
            say("Until then", "Bisher"),
            say("Next term", "Neue Laufzeit"),
        ],
        rows: rows.collect(),
        after,
        ..invoices::letterhead(parties, on)
    }
}

/// What a pool brings, before and after.
fn brought(words: Words, of: &ProposedPool, offer: &ProposalOffer) -> Row {
    let pool = Pool {
        id: PoolId(Uuid::nil()),
        key: String::new(),
        name: of.name.clone(),
        unit: of.unit,
        currency: offer.price.currency.clone(),
    };
    let units = |n: Option<i64>| n.map_or_else(|| "–".to_owned(), |n| words.units(n, &pool));
    Row {
        text: words.pool(&pool),
        detail: None,
        cells: vec![units(of.before), units(of.after)],
        so_far: String::new(),
    }
}

fn term(words: Words, offer: &ProposalOffer) -> String {
    let starts = words.day(offer.starts_on);
    let later = (offer.terms_from != offer.starts_on).then(|| {
        let from = words.pick(" Its terms hold from", " Ihre Bedingungen gelten ab");
        format!("{from} {}.", words.day(offer.terms_from))
    });
    let later = later.unwrap_or_default();
    let last = offer.ends_on.and_then(|end| end.pred_opt()).map(|last| words.day(last));
    match last {
        Some(last) => format!(
            "{} {starts} {} {last}.{later}",
            words.pick("The next term is from", "Die neue Laufzeit ist vom"),
            words.pick("to", "bis"),
        ),
        None => format!(
            "{} {starts}{}{later}",
            words.pick("The next term begins on", "Die neue Laufzeit beginnt am"),
            words.pick(" and has no end.", " und hat kein Ende."),
        ),
    }
}

/// A cycle, as a price is told of it.
fn every(words: Words, of: Interval) -> String {
    let (one, many) = match of.unit {
        IntervalUnit::Day => (("a day", "je Tag"), ("days", "Tage")),
        IntervalUnit::Week => (("a week", "je Woche"), ("weeks", "Wochen")),
        IntervalUnit::Month => (("a month", "je Monat"), ("months", "Monate")),
        IntervalUnit::Year => (("a year", "je Jahr"), ("years", "Jahre")),
    };
    match of.count {
        1 => words.pick(one.0, one.1).to_owned(),
        n => format!("{} {n} {}", words.pick("for", "je"), words.pick(many.0, many.1)),
    }
}

fn valid(words: Words, offer: &ProposalOffer) -> String {
    format!(
        "{} {}.",
        words.pick("This proposal holds until", "Dieses Angebot gilt bis"),
        words.day(offer.valid_until),
    )
}
