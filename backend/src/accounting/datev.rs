//! A batch of bookings for DATEV ("Buchungsstapel"): a row a rate and document.
//!
//! Source: DATEV format 700, category 21, version 13: a head of 31 fields, then 125 columns.
use std::collections::HashMap;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use encoding_rs::WINDOWS_1252;
use shared::api::{DatevBooks, FieldError, LedgerAccounts};
use shared::rules::billing::journal::{Account, Part};
use shared::rules::money::{Decimal, to_decimal};
use shared::rules::units::Minor;

use super::journal::{Booked, Document};
use super::sheet::name;
use crate::error::{Error, Result};

/// What is in a row.
const FIRST: &str = "Umsatz (ohne Soll/Haben-Kz);Soll/Haben-Kennzeichen;WKZ Umsatz;Kurs;Basis-Umsatz;\
    WKZ Basis-Umsatz;Konto;Gegenkonto (ohne BU-Schlüssel);BU-Schlüssel;Belegdatum;Belegfeld 1;\
    Belegfeld 2;Skonto;Buchungstext;Postensperre;Diverse Adressnummer;Geschäftspartnerbank;\
    Sachverhalt;Zinssperre;Beleglink";
/// What is left empty there.
const MIDDLE: &str = "KOST1 - Kostenstelle;KOST2 - Kostenstelle;Kost-Menge;EU-Land u. UStID (Bestimmung);\
    EU-Steuersatz (Bestimmung);Abw. Versteuerungsart;Sachverhalt L+L;Funktionsergänzung L+L;\
    BU 49 Hauptfunktionstyp;BU 49 Hauptfunktionsnummer;BU 49 Funktionsergänzung";
const LAST: &str = "Stück;Gewicht;Zahlweise;Forderungsart;Veranlagungsjahr;Zugeordnete Fälligkeit;\
    Skontotyp;Auftragsnummer;Buchungstyp;USt-Schlüssel (Anzahlungen);EU-Land (Anzahlungen);\
    Sachverhalt L+L (Anzahlungen);EU-Steuersatz (Anzahlungen);Erlöskonto (Anzahlungen);\
    Herkunft-Kz;Buchungs GUID;KOST-Datum;SEPA-Mandatsreferenz;Skontosperre;Gesellschaftername;\
    Beteiligtennummer;Identifikationsnummer;Zeichnernummer;Postensperre bis;\
    Bezeichnung SoBil-Sachverhalt;Kennzeichen SoBil-Buchung;Festschreibung;Leistungsdatum;\
    Datum Zuord. Steuerperiode;Fälligkeit;Generalumkehr (GU);Steuersatz;Land;Abrechnungsreferenz;\
    BVV-Position;EU-Land u. UStID (Ursprung);EU-Steuersatz (Ursprung);Abw. Skontokonto";
const COLUMNS: usize = 125;

/// The file.
///
/// # Errors
/// At the field: accounts that are missing or not as DATEV has them; days of two business years; a
/// currency other than the euro; several taxes on a line, or several rates on one account.
pub fn file(
    documents: &[Document],
    set: Option<&LedgerAccounts>,
    (from, to): (NaiveDate, NaiveDate),
    now: DateTime<Utc>,
) -> Result<Vec<u8>> {
    let Some((set, books)) = set.and_then(|set| Some((set, set.datev.as_ref()?))) else {
        return Err(Error::field("/ledger_accounts/datev", "required"));
    };
    let digits = digits(set)?;
    let begins = year(from, books);
    if begins.checked_add_months(Months::new(12)).is_some_and(|next| to >= next) {
        return Err(Error::field("to", "out_of_range"));
    }
    if documents.iter().any(|of| of.currency != "EUR") {
        return Err(Error::field("currency", "not_allowed"));
    }
    fits(documents, set)?;
    let day = |day: NaiveDate| day.format("%Y%m%d").to_string();
    let DatevBooks { consultant, client, .. } = books;
    let mut out = format!(
        "\"EXTF\";700;21;\"Buchungsstapel\";13;{};;\"\";\"Perennial\";\"\";{consultant};{client};{};\
         {digits};{};{};\"Perennial\";\"\";1;0;0;\"EUR\";;\"\";;;\"\";;;\"\";\"\"\r\n",
        now.format("%Y%m%d%H%M%S%3f"),
        day(begins),
        day(from),
        day(to)
    );
    out.push_str(&columns());
    out.push_str("\r\n");
    for of in documents {
        match &of.of {
            Booked::Billed(parts, turned) => {
                parts.iter().for_each(|part| billed(&mut out, of, (part, *turned), set));
            }
            Booked::Paid(to, amount, turned) => {
                let amount = if *turned { *amount } else { -amount };
                row(&mut out, of, (amount, *to, None), set);
            }
        }
    }
    let (bytes, _, _) = WINDOWS_1252.encode(&out);
    Ok(bytes.into_owned())
}

/// DATEV splits what is gross by the one rate of an account and key: each has one alone.
fn fits(documents: &[Document], set: &LedgerAccounts) -> Result<()> {
    if documents.iter().any(|of| of.stacked) {
        return Err(Error::field("taxes", "not_allowed"));
    }
    let parts = documents.iter().flat_map(|of| match &of.of {
        Booked::Billed(parts, _) => parts.as_slice(),
        Booked::Paid(..) => &[],
    });
    let mut rates = HashMap::new();
    for part in parts.filter(|part| part.net.0 != 0 || part.tax.0 != 0) {
        let rate = part.rate.unwrap_or_default();
        let on = (name(Account::Revenue(part.rate), Some(set)), key(part.rate, set));
        if *rates.entry(on).or_insert(rate) != rate {
            return Err(Error::field("/ledger_accounts/rates", "required"));
        }
    }
    Ok(())
}

/// The tax key of a rate, if it has one.
fn key(rate: Option<Decimal>, set: &LedgerAccounts) -> Option<u32> {
    set.rates.iter().find(|of| rate.is_some_and(|rate| of.percent.parse() == Ok(rate)))?.key
}

fn columns() -> String {
    let pairs = |what: &str, count: usize| {
        let pair = |n| format!("{what} - Art {n};{what} - Inhalt {n}");
        (1..=count).map(pair).collect::<Vec<_>>().join(";")
    };
    [FIRST, &pairs("Beleginfo", 8), MIDDLE, &pairs("Zusatzinformation", 20), LAST].join(";")
}

/// The first day of the business year of a day.
fn year(day: NaiveDate, books: &DatevBooks) -> NaiveDate {
    let first = day.checked_sub_days(Days::new(u64::from(day.day0()))).unwrap_or(day);
    let since = (first.month() + 12 - books.year_starts_in) % 12;
    first.checked_sub_months(Months::new(since)).unwrap_or(first)
}

/// How long numbers of accounts are: four to eight digits, all the same; those of clients may have
/// one more.
fn digits(set: &LedgerAccounts) -> Result<usize> {
    let long = set.revenue.len();
    let mut faults = Vec::new();
    let mut check = |field: String, account: &str, most: usize| {
        let fits = (long..=most).contains(&account.len());
        if !fits || !(4..=8).contains(&long) || !account.bytes().all(|b| b.is_ascii_digit()) {
            faults.push(FieldError::new(&field, "key_invalid"));
        }
    };
    check("/ledger_accounts/revenue".into(), &set.revenue, long);
    check("/ledger_accounts/untaxed".into(), &set.untaxed, long);
    check("/ledger_accounts/bank".into(), &set.bank, long);
    if let Some(collected) = &set.collected {
        check("/ledger_accounts/collected".into(), collected, long);
    }
    check("/ledger_accounts/receivables".into(), &set.receivables, long + 1);
    for (place, rate) in set.rates.iter().enumerate() {
        check(format!("/ledger_accounts/rates/{place}/revenue"), &rate.revenue, long);
    }
    if faults.is_empty() { Ok(long) } else { Err(Error::Invalid(faults)) }
}

fn billed(out: &mut String, of: &Document, (part, turned): (&Part, bool), set: &LedgerAccounts) {
    let gross = part.net.0 + part.tax.0;
    let amount = if turned { -gross } else { gross };
    row(out, of, (amount, Account::Revenue(part.rate), key(part.rate, set)), set);
}

/// What clients owe goes up by the amount, or down below zero, against another account.
fn row(
    out: &mut String,
    of: &Document,
    (amount, against, key): (i64, Account, Option<u32>),
    set: &LedgerAccounts,
) {
    if amount == 0 {
        return;
    }
    let mut cells = vec![String::new(); COLUMNS];
    let size = to_decimal(Minor(amount.saturating_abs()), "EUR");
    let filled = [
        (0, size.replace('.', ",")),
        (1, quoted(if amount > 0 { "S" } else { "H" })),
        (2, quoted("EUR")),
        (6, name(Account::Receivables, Some(set))),
        (7, name(against, Some(set))),
        (8, key.map(|key| quoted(&key.to_string())).unwrap_or_default()),
        (9, of.day.format("%d%m").to_string()),
        (10, quoted(&number(&of.number))),
        (13, quoted(&text(&of.client))),
    ];
    for (place, cell) in filled {
        cells[place] = cell;
    }
    out.push_str(&cells.join(";"));
    out.push_str("\r\n");
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// What spreadsheets take for the beginning of a formula; they are opened in those too.
const SIGNS: [char; 4] = ['=', '+', '-', '@'];

/// A number of a document: letters, digits and a few signs, 36 at most.
fn number(text: &str) -> String {
    let fits = |c: &char| c.is_ascii_alphanumeric() || "$%&*+-/".contains(*c);
    let fitting: String = text.chars().filter(fits).collect();
    fitting.trim_start_matches(SIGNS).chars().take(36).collect()
}

/// Words of a booking: 60 characters at most, of those that Windows-1252 has.
fn text(text: &str) -> String {
    let known = |c: char| {
        let there = !WINDOWS_1252.encode(c.encode_utf8(&mut [0; 4])).2;
        if there && !c.is_control() { c } else { '?' }
    };
    text.trim_start_matches(SIGNS).chars().map(known).take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_has_all_its_columns_and_a_year_its_first_day() {
        assert_eq!(columns().split(';').count(), COLUMNS);
        let books = |year_starts_in| DatevBooks { consultant: 1_001, client: 1, year_starts_in };
        let day = |text: &str| text.parse::<NaiveDate>().unwrap_or_default();
        assert_eq!(year(day("2026-03-31"), &books(1)), day("2026-01-01"));
        assert_eq!(year(day("2026-03-31"), &books(7)), day("2025-07-01"));
        assert_eq!(year(day("2026-07-01"), &books(7)), day("2026-07-01"));
        assert_eq!(
            (number("+INV-2026 0001;=x"), text("=Zoë 東\n")),
            ("INV-20260001x".into(), "Zoë ??".into())
        );
    }
}
