//! The journal as a sheet: a line an entry, as CSV or as a workbook.
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use shared::api::LedgerAccounts;
use shared::rules::billing::journal::Account;
use shared::rules::money::{Decimal, minor_digits, to_decimal};
use shared::rules::units::Minor;

use super::journal::Document;
use crate::error::{Error, Result};
use crate::http::record;

const TITLES: [&str; 11] = [
    "Day", "Kind", "Number", "Client", "Account", "Entry", "Tax", "Debit", "Credit", "Currency",
    "Id",
];
/// Which of them are amounts.
const AMOUNTS: [usize; 2] = [7, 8];
/// As many digits as a number of a workbook keeps.
const EXACT_DIGITS: usize = 15;

/// What an account is called, by its kind where nobody gave it a number.
pub fn name(account: Account, set: Option<&LedgerAccounts>) -> String {
    let of = |rate: Decimal| {
        let rates = set.into_iter().flat_map(|set| &set.rates);
        rates.into_iter().find(|of| of.percent.parse() == Ok(rate))
    };
    let Some(set) = set else { return kind(account).to_owned() };
    match account {
        Account::Receivables => &set.receivables,
        Account::Bank => &set.bank,
        Account::Collected => set.collected.as_ref().unwrap_or(&set.bank),
        Account::Revenue(None) => &set.untaxed,
        Account::Revenue(Some(rate)) => {
            let usual = if rate == Decimal::default() { &set.untaxed } else { &set.revenue };
            of(rate).map_or(usual, |of| &of.revenue)
        }
        Account::Tax(rate) => of(rate).and_then(|of| of.tax.as_ref()).unwrap_or(&set.tax),
    }
    .clone()
}

fn kind(account: Account) -> &'static str {
    match account {
        Account::Receivables => "receivables",
        Account::Bank => "bank",
        Account::Collected => "collected",
        Account::Revenue(_) => "revenue",
        Account::Tax(_) => "tax",
    }
}

/// Each row of the journal, with the decimals of its currency.
fn each(
    documents: &[Document],
    set: Option<&LedgerAccounts>,
    mut row: impl FnMut(&[String; 11], u32) -> Result<()>,
) -> Result<()> {
    for of in documents {
        for entry in of.entries()? {
            let Minor(amount) = entry.amount;
            let side = |there: bool| match there {
                true => to_decimal(Minor(amount.saturating_abs()), &of.currency),
                false => String::new(),
            };
            let rate = match entry.account {
                Account::Revenue(rate) => rate,
                Account::Tax(rate) => Some(rate),
                Account::Receivables | Account::Bank | Account::Collected => None,
            };
            let cells = [
                of.day.to_string(),
                of.kind.name().to_owned(),
                of.number.clone(),
                of.client.clone(),
                name(entry.account, set),
                kind(entry.account).to_owned(),
                rate.map(|rate| rate.to_string()).unwrap_or_default(),
                side(amount > 0),
                side(amount < 0),
                of.currency.clone(),
                of.id.to_string(),
            ];
            row(&cells, minor_digits(&of.currency))?;
        }
    }
    Ok(())
}

/// As CSV.
///
/// # Errors
/// Those of the entries.
pub fn csv(documents: &[Document], set: Option<&LedgerAccounts>) -> Result<Vec<u8>> {
    let mut out = "\u{feff}".to_owned();
    record(&mut out, &TITLES.map(str::to_owned), b',');
    each(documents, set, |row, _| {
        record(&mut out, row, b',');
        Ok(())
    })?;
    Ok(out.into_bytes())
}

/// As a workbook.
///
/// # Errors
/// Those of the entries; what the file format refuses: ours to mend.
pub fn xlsx(documents: &[Document], set: Option<&LedgerAccounts>) -> Result<Vec<u8>> {
    let refused = |error: XlsxError| Error::internal("writing a workbook", error);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    begin(sheet).map_err(refused)?;
    let amounts = ["#,##0", "#,##0.0", "#,##0.00", "#,##0.000", "#,##0.0000"];
    let amounts = amounts.map(|format| Format::new().set_num_format(format));
    let mut line = 0u32;
    each(documents, set, |row, digits| {
        line += 1;
        let format = usize::try_from(digits).ok().and_then(|digits| amounts.get(digits));
        write(sheet, line, (row, format)).map_err(refused)
    })?;
    book.save_to_buffer().map_err(refused)
}

fn begin(sheet: &mut Worksheet) -> std::result::Result<(), XlsxError> {
    sheet.set_name("Journal")?.set_freeze_panes(1, 0)?;
    let bold = Format::new().set_bold();
    for (column, title) in (0u16..).zip(TITLES) {
        sheet.write_string_with_format(0, column, title, &bold)?;
    }
    Ok(())
}

/// Text stays text, whatever it begins with. An amount is a number where that holds all its digits.
fn write(
    sheet: &mut Worksheet,
    line: u32,
    (row, format): (&[String; 11], Option<&Format>),
) -> std::result::Result<(), XlsxError> {
    for (column, (place, cell)) in (0u16..).zip(row.iter().enumerate()) {
        let number = AMOUNTS.contains(&place) && cell.len() <= EXACT_DIGITS;
        match format.filter(|_| number).zip(cell.parse::<f64>().ok()) {
            Some((format, amount)) => {
                sheet.write_number_with_format(line, column, amount, format)?;
            }
            None if cell.is_empty() => {}
            None => {
                sheet.write_string(line, column, cell)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use chrono::NaiveDate;
    use shared::api::StatementKind;
    use shared::rules::billing::journal::{Part, TaxPart, parts};
    use uuid::Uuid;

    use super::super::journal::Booked;
    use super::*;

    fn issued(currency: &str, parts: Vec<Part>) -> Document {
        Document {
            id: Uuid::nil(),
            kind: StatementKind::Invoice,
            day: NaiveDate::default(),
            number: "R-1".into(),
            client: "=1+1 & Söhne".into(),
            currency: currency.into(),
            stacked: false,
            of: Booked::Billed(parts, false),
        }
    }

    fn taxed(net: i64, rate: i64, tax: i64) -> Vec<Part> {
        let tax = TaxPart { rate: rate.into(), base: Minor(net), tax: Minor(tax) };
        parts(Minor(net), &[tax]).unwrap()
    }

    /// In currencies with no, three and two decimals: with tax, where the client owes it, 119.00 with
    /// tax in it, and more than a workbook counts exactly.
    fn documents() -> [Document; 4] {
        let untaxed = parts(Minor(1_234), &[]).unwrap();
        let much = parts(Minor(9_007_199_254_740_993), &[]).unwrap();
        [
            issued("JPY", taxed(1_500, 10, 150)),
            issued("KWD", untaxed),
            issued("EUR", taxed(10_000, 19, 1_900)),
            issued("EUR", much),
        ]
    }

    #[test]
    fn amounts_have_the_decimals_of_their_currency_and_text_is_no_formula() {
        let file = String::from_utf8(csv(&documents(), None).unwrap()).unwrap();
        let rows: Vec<Vec<&str>> =
            file.lines().skip(1).map(|line| line.split(',').collect()).collect();
        let told: Vec<_> =
            rows.iter().map(|row| [row[5], row[6], row[7], row[8], row[9]]).collect();
        let expected = [
            ["receivables", "", "1650", "", "JPY"],
            ["revenue", "10", "", "1500", "JPY"],
            ["tax", "10", "", "150", "JPY"],
            ["receivables", "", "1.234", "", "KWD"],
            ["revenue", "", "", "1.234", "KWD"],
            ["receivables", "", "119.00", "", "EUR"],
            ["revenue", "19", "", "100.00", "EUR"],
            ["tax", "19", "", "19.00", "EUR"],
            ["receivables", "", "90071992547409.93", "", "EUR"],
            ["revenue", "", "", "90071992547409.93", "EUR"],
        ];
        assert_eq!(told, expected);
        assert!(rows.iter().all(|row| row[3] == "'=1+1 & Söhne"));
    }

    #[test]
    fn a_workbook_says_what_the_csv_says() {
        let bytes = xlsx(&documents(), None).unwrap();
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut part = |name: &str| {
            let mut text = String::new();
            archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
            text
        };
        let (sheet, texts) = (part("xl/worksheets/sheet1.xml"), part("xl/sharedStrings.xml"));
        assert!(!sheet.contains("<f>"), "{sheet}");
        assert!(texts.contains("=1+1 &amp; Söhne") && texts.contains("90071992547409.93"));
        let cell = |name: &str| {
            let cell = sheet.split("<c r=\"").find(|cell| cell.starts_with(&format!("{name}\"")));
            let value = cell?.split("<v>").nth(1)?;
            Some((value.split('<').next()?.to_owned(), cell?.contains("t=\"s\"")))
        };
        let number = |text: &str| Some((text.to_owned(), false));
        assert_eq!((cell("H2"), cell("I2")), (number("1650"), None));
        assert_eq!((cell("H5"), cell("I6")), (number("1.234"), number("1.234")));
        assert_eq!(
            (cell("H7"), cell("I8"), cell("I9")),
            (number("119"), number("100"), number("19"))
        );
        assert!(cell("H10").is_some_and(|(_, text)| text), "as text: it is too long for a number");
        assert_eq!(cell("H12"), None);
    }
}
