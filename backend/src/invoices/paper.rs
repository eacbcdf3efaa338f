//! Invoices and credit notes as papers: their words and figures, and the file kept of them.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    CHANGE_ORDER, CreditNote, ErrorCode, Invoice, InvoiceLine, InvoiceLineKind, InvoiceParties,
    InvoiceState, InvoiceTax, PaymentTerms, TaxMode, Unit,
};

use super::logos;
use super::paper_source::Source;
use super::paper_words::PaperWords;
use super::store::{self, PaperOf, PaperRow};
use crate::auth::Scope;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::pdf::{self, Fact, Party, Pay, Row, Sheet};

/// A file and the name it is saved by.
#[derive(Debug)]
pub struct Paper {
    pub name: String,
    pub file: PaperRow,
    /// It is that of an issued one, and stays.
    pub kept: bool,
}

/// The invoice that goes in a file, and its parties.
type EInvoice = (PaperRow, InvoiceParties);

/// What is known of a paper before its file is made.
enum Found {
    /// It was made before.
    Kept(PaperRow),
    /// It is to be made, with the invoice that goes in it; and kept if it is issued.
    Sheet(Box<(Sheet, Option<EInvoice>)>, bool),
}

/// The file of an invoice or a credit note. That of an issued one is made once and kept, and has
/// the e-invoice in it where EN 16931 lacks nothing; a draft and a void one say what they are, and
/// are made each time. Source: docs/decisions/0029, 0041.
///
/// # Errors
/// `not_found`; `billing_off`; `busy`.
pub async fn file(db: &Db, scope: Scope, of: PaperOf, now: DateTime<Utc>) -> Result<Paper> {
    let (name, found) = db.read(async |tx| find(tx, scope, of, now).await).await?;
    let (made, keep) = match found {
        Found::Kept(file) => return Ok(Paper { name, file, kept: true }),
        Found::Sheet(made, keep) => (made, keep),
    };
    let render = move || {
        let (sheet, xml) = *made;
        let inside = xml.as_ref().map(|(file, _)| file.bytes.as_slice());
        pdf::render(&sheet, inside).map(|bytes| (bytes, xml))
    };
    let made = actix_web::web::block(render).await;
    let (bytes, xml) = made.map_err(|error| Error::internal("making a paper", error))??;
    let made = PaperRow::of(bytes);
    if !keep {
        return Ok(Paper { name, file: made, kept: false });
    }
    let keep = async |tx: &mut Tx| {
        if let Some((xml, parties)) = &xml {
            let kept = store::keep_e_invoice(tx, scope, (of, xml, parties), now).await?;
            // Another was first and knew more: what is in the file is what is kept of it.
            if kept.sha256 != xml.sha256 {
                return Err(ErrorCode::Busy.into());
            }
        }
        store::keep_paper(tx, scope, (of, &made), now).await?;
        store::paper(tx, scope, of).await
    };
    // Of two at once, the first is what both get.
    let file = db.write(keep).await?.ok_or(ErrorCode::NotFound)?;
    Ok(Paper { name, file, kept: true })
}

/// The same as XML alone: EN 16931 in the syntax of UN/CEFACT. It is made once and kept.
///
/// # Errors
/// `not_found`; `invoice_not_issued`; at the field: what EN 16931 wants and is not there.
pub async fn e_invoice(db: &Db, scope: Scope, of: PaperOf, now: DateTime<Utc>) -> Result<Paper> {
    let look = async |tx: &mut Tx| {
        let (source, kept) = Source::load(tx, scope, of, now).await?;
        if !source.issued() {
            return Err(ErrorCode::InvoiceNotIssued.into());
        }
        let made = match kept {
            Some(kept) => (kept, None),
            None => (PaperRow::of(source.xml()?), Some(source.parties().clone())),
        };
        Ok((source.name(), made))
    };
    let (name, (made, new)) = db.read(look).await?;
    let Some(parties) = new else {
        return Ok(Paper { name, file: made, kept: true });
    };
    let keep =
        async |tx: &mut Tx| store::keep_e_invoice(tx, scope, (of, &made, &parties), now).await;
    Ok(Paper { name, file: db.write(keep).await?, kept: true })
}

async fn find(
    tx: &mut Tx,
    scope: Scope,
    of: PaperOf,
    now: DateTime<Utc>,
) -> Result<(String, Found)> {
    let (source, e_invoice) = Source::load(tx, scope, of, now).await?;
    let (name, issued) = (source.name(), source.issued());
    if issued && let Some(kept) = store::paper(tx, scope, of).await? {
        return Ok((name, Found::Kept(kept)));
    }
    let xml = match (issued, e_invoice) {
        (false, _) => None,
        (true, Some(kept)) => Some(kept),
        (true, None) => match source.xml() {
            Err(Error::Invalid(_)) => None,
            made => Some(PaperRow::of(made?)),
        },
    };
    let xml = xml.map(|xml| (xml, source.parties().clone()));
    let logo = logos::picture(tx, scope, source.parties().logo_id).await?;
    let sheet = Sheet { logo, ..source.sheet() };
    Ok((name, Found::Sheet(Box::new((sheet, xml)), issued)))
}

/// An invoice as a paper, of which so much was paid when it was issued.
pub fn of_invoice(
    made: &Invoice,
    parties: &InvoiceParties,
    (terms, prepaid): (PaymentTerms, i64),
) -> Sheet {
    let (of, words) = (&made.summary, PaperWords::of(parties.language));
    let currency = of.currency.as_str();
    let taxed = made.lines.iter().any(|line| !line.taxes.is_empty());
    let mark = match of.state {
        InvoiceState::Draft => Some(words.say("Draft", "Entwurf").to_owned()),
        InvoiceState::Void => Some(words.say("Void", "Storniert").to_owned()),
        InvoiceState::Issued => None,
    };
    let mut heads = vec![
        words.say("Description", "Leistung").to_owned(),
        words.say("Quantity", "Menge").to_owned(),
        words.say("Price", "Preis").to_owned(),
    ];
    if taxed {
        heads.push(words.say("Tax", "Steuer").to_owned());
    }
    heads.push(format!("{} {currency}", words.say("Amount", "Betrag")));
    let mut so_far = 0;
    let row = |line: &InvoiceLine| {
        so_far += line.amount_minor;
        let mut cells =
            vec![words.quantity(line.quantity, line.unit, currency), price(line, words, currency)];
        if taxed {
            cells.push(words.taxes(&line.taxes));
        }
        cells.push(words.0.amount(line.amount_minor, currency));
        let (text, days) = line_words(line, &of.retainer_name, words);
        let off = (line.discount_minor != 0).then(|| {
            let label = words.say("less a discount of", "abzüglich Rabatt von");
            format!("{label} {}", words.0.money(line.discount_minor, currency))
        });
        let detail: Vec<String> = days.into_iter().chain(off).collect();
        let detail = (!detail.is_empty()).then(|| detail.join(", "));
        Row { text, detail, cells, so_far: words.0.amount(so_far, currency) }
    };
    let rows = made.lines.iter().map(row).collect();
    let due = words.0.day(of.due_on);
    let total = words.0.money(of.total_minor, currency);
    let mut facts = Vec::new();
    if let Some(number) = &of.number {
        facts.push(Fact::new(words.say("Invoice number", "Rechnungsnummer"), number));
    }
    let day = words.0.day(of.issue_on);
    facts.push(Fact::new(words.say("Invoice date", "Rechnungsdatum"), day));
    // The second day in a line of its own.
    let period = words.days(of.starts_on, of.ends_on).replace(" – ", " –\n");
    facts.push(Fact::new(words.say("Service period", "Leistungszeitraum"), period));
    facts.push(Fact::new(words.say("Due date", "Fällig am"), &due));
    facts.push(Fact::new(words.say("Terms", "Zahlungsziel"), words.terms(terms)));
    facts.extend(of_client(parties, words));
    let mut notes: Vec<String> = made.note.iter().cloned().collect();
    if made.tax_mode == TaxMode::Inclusive && taxed {
        notes.push(words.say("Prices include tax.", "Preise einschließlich Steuer.").to_owned());
    }
    notes.extend(why_no_tax(taxed, parties, words));
    let open = words.0.money(of.total_minor - prepaid, currency);
    let pay = (of.state != InvoiceState::Void && of.total_minor > prepaid)
        .then(|| pay(parties, words, (&open, &due), of.number.as_deref()));
    if prepaid != 0 && of.state != InvoiceState::Void {
        notes.push(words.prepaid(&words.0.money(prepaid, currency), &open));
    }
    Sheet {
        made_at: made.issued_at.unwrap_or(made.created_at),
        heading: words.heading(false, of.number.as_deref()),
        about: of.retainer_name.clone(),
        mark,
        facts,
        heads,
        rows,
        sums: sums(of.net_minor, &made.taxes, words, currency),
        total: Some(Fact::new(words.say("Total", "Gesamtbetrag"), total)),
        pay,
        notes,
        ..blank(parties, words)
    }
}

/// A credit note as a paper.
pub fn of_credit_note(note: &CreditNote, parties: &InvoiceParties) -> Sheet {
    let (of, words) = (&note.summary, PaperWords::of(parties.language));
    let currency = of.currency.as_str();
    let mut so_far = 0;
    let row = |line: &shared::api::CreditedOfLine| {
        so_far += line.net_minor + line.tax_minor;
        let what = (line.kind, line.seq, line.text.as_deref());
        let text = what_for(what, &of.retainer_name, words);
        let cells = vec![
            words.0.amount(line.net_minor, currency),
            words.0.amount(line.tax_minor, currency),
            words.0.amount(line.net_minor + line.tax_minor, currency),
        ];
        Row { text, detail: None, cells, so_far: words.0.amount(so_far, currency) }
    };
    let rows: Vec<Row> = note.lines.iter().map(row).collect();
    let mut facts = vec![
        Fact::new(words.say("Credit note number", "Gutschriftnummer"), &of.number),
        Fact::new(words.say("Date", "Datum"), words.0.day(of.issued_on)),
        Fact::new(words.say("To invoice", "Zur Rechnung"), &of.invoice_number),
    ];
    facts.extend(of_client(parties, words));
    let mut notes = vec![format!("{}: {}", words.say("Reason", "Grund"), of.reason)];
    notes.extend(why_no_tax(!note.taxes.is_empty(), parties, words));
    let total = words.0.money(of.total_minor, currency);
    Sheet {
        made_at: note.issued_at,
        heading: words.heading(true, Some(&of.number)),
        about: words.corrects(&of.invoice_number),
        facts,
        heads: vec![
            words.say("Description", "Leistung").to_owned(),
            words.say("Net", "Netto").to_owned(),
            words.say("Tax", "Steuer").to_owned(),
            format!("{} {currency}", words.say("Credited", "Gutgeschrieben")),
        ],
        rows,
        sums: sums(of.net_minor, &note.taxes, words, currency),
        total: Some(Fact::new(words.say("Total credit", "Gutschrift gesamt"), total)),
        notes,
        ..blank(parties, words)
    }
}

/// A letter of a day, to be written: who it is from and to, and what the receiver knows it by.
pub(crate) fn letterhead(parties: &InvoiceParties, on: NaiveDate) -> Sheet {
    let words = PaperWords::of(parties.language);
    let mut facts = vec![Fact::new(words.say("Date", "Datum"), words.0.day(on))];
    facts.extend(of_client(parties, words));
    Sheet { facts, ..blank(parties, words) }
}

/// What every paper of these parties has.
fn blank(parties: &InvoiceParties, words: PaperWords) -> Sheet {
    let lines = |text: &str| -> Vec<String> {
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    };
    let mut to = parties.client_address.as_deref().map(lines).unwrap_or_default();
    // Abroad, the country is the last line of an address.
    if parties.client_country != parties.country && !to.is_empty() {
        to.extend(parties.client_country.clone());
    }
    let mut foot = vec![parties.legal_name.clone()];
    foot.extend(lines(&parties.address));
    foot.extend(parties.tax_id.as_ref().map(|id| format!("{} {id}", words.tax_id(id))));
    Sheet {
        language: words.tag(),
        paper: parties.paper,
        made_at: DateTime::UNIX_EPOCH,
        heading: String::new(),
        about: String::new(),
        mark: None,
        from: Party { name: parties.legal_name.clone(), lines: lines(&parties.address) },
        logo: None,
        to_label: words.say("To", "An").to_owned(),
        to: Party { name: parties.client.clone(), lines: to },
        facts: Vec::new(),
        heads: Vec::new(),
        before: Vec::new(),
        rows: Vec::new(),
        carried: words.say("Carried forward", "Übertrag").to_owned(),
        brought: words.say("Brought forward", "Übertrag").to_owned(),
        sums: Vec::new(),
        total: None,
        after: Vec::new(),
        pay: None,
        notes: Vec::new(),
        foot: foot.join(" · "),
        page_of: words.page_of(),
    }
}

fn of_client(parties: &InvoiceParties, words: PaperWords) -> Vec<Fact> {
    let yours = |id: &String| {
        let label = match words.tag() {
            "de" => format!("Ihre {}", words.tax_id(id)),
            _ => format!("Your {}", words.tax_id(id)),
        };
        Fact::new(label, id)
    };
    let tax_id = parties.client_tax_id.as_ref().map(yours);
    let label = words.say("Your reference", "Ihr Zeichen");
    let reference = parties.reference.as_ref().map(|text| Fact::new(label, text));
    reference.into_iter().chain(tax_id).collect()
}

fn why_no_tax(taxed: bool, parties: &InvoiceParties, words: PaperWords) -> Option<String> {
    match (taxed, parties.reverse_charge) {
        (true, _) => None,
        (false, true) => Some(words.reverse_charge().to_owned()),
        (false, false) => parties.tax_note.clone(),
    }
}

fn sums(net: i64, taxes: &[InvoiceTax], words: PaperWords, currency: &str) -> Vec<Fact> {
    let net = words.0.amount(net, currency);
    let mut sums = vec![Fact::new(words.say("Net", "Nettobetrag"), net)];
    sums.extend(taxes.iter().map(|tax| {
        let base = words.0.amount(tax.base_minor, currency);
        let amount = words.0.amount(tax.tax_minor, currency);
        Fact::new(words.tax(&tax.code, &tax.percent, &base), amount)
    }));
    sums
}

/// Where it is paid to: the IBAN in groups of four.
fn pay(
    parties: &InvoiceParties,
    words: PaperWords,
    (total, due): (&str, &str),
    number: Option<&str>,
) -> Pay {
    let mut facts = Vec::new();
    if let Some(iban) = &parties.iban {
        let bare: Vec<char> = iban.chars().filter(|c| *c != ' ').collect();
        let grouped: Vec<String> = bare.chunks(4).map(|four| four.iter().collect()).collect();
        facts.push(Fact::new("IBAN", grouped.join(" ")));
        facts.extend(parties.bic.as_ref().map(|bic| Fact::new("BIC", bic)));
    }
    let label = words.say("Reference", "Verwendungszweck");
    facts.extend(number.map(|number| Fact::new(label, number)));
    Pay { words: words.pay(total, due), facts }
}

/// What a line is for, and the days of it.
pub fn line_words(
    line: &InvoiceLine,
    retainer: &str,
    words: PaperWords,
) -> (String, Option<String>) {
    let text = what_for((line.kind, line.seq, line.text.as_deref()), retainer, words);
    let days = line.starts_on.zip(line.ends_on).map(|(start, end)| words.days(start, end));
    (text, days)
}

pub fn what_for(
    (kind, seq, text): (InvoiceLineKind, Option<i64>, Option<&str>),
    retainer: &str,
    words: PaperWords,
) -> String {
    let seq = seq.unwrap_or_default();
    match kind {
        InvoiceLineKind::Fee => retainer.to_owned(),
        InvoiceLineKind::Correction => {
            format!("{} {seq}", words.say("Correction to cycle", "Korrektur zu Zyklus"))
        }
        InvoiceLineKind::Overage => {
            let beyond = words.say("Beyond the allowance, cycle", "Über das Kontingent, Zyklus");
            format!("{beyond} {seq}")
        }
        InvoiceLineKind::Manual => text.unwrap_or_default().to_owned(),
        InvoiceLineKind::Agreed => {
            let text = text.unwrap_or_default();
            match text.strip_prefix(CHANGE_ORDER) {
                Some(order) => format!("{}{order}", words.say(CHANGE_ORDER, "Leistungsänderung")),
                None => text.to_owned(),
            }
        }
    }
}

/// The price of one, or of an hour; none where it is not of whole ones.
fn price(line: &InvoiceLine, words: PaperWords, currency: &str) -> String {
    let hourly = line.unit == Some(Unit::Minutes) && line.price_per == 60;
    if line.unit == Some(Unit::Money) || (line.price_per != 1 && !hourly) {
        return String::new();
    }
    words.price(&words.0.amount(line.price_minor, currency), hourly)
}

#[cfg(test)]
#[path = "paper_tests.rs"]
mod tests;
