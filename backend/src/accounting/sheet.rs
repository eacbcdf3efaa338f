//! The journal as a sheet: a line an entry, as CSV or as a workbook.
use rust_xlsxwriter::{Format, Workbook, XlsxError};
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
        Account::Revenue(None) => &set.untaxed,
        Account::Revenue(Some(rate)) => of(rate).map_or(&set.revenue, |of| &of.revenue),
        Account::Tax(rate) => of(rate).and_then(|of| of.tax.as_ref()).unwrap_or(&set.tax),
    }
    .clone()
}

fn kind(account: Account) -> &'static str {
    match account {
        Account::Receivables => "receivables",
        Account::Bank => "bank",
        Account::Revenue(_) => "revenue",
        Account::Tax(_) => "tax",
    }
}

/// The rows of the journal, with what the currency of each counts in.
fn rows(documents: &[Document], set: Option<&LedgerAccounts>) -> Result<Vec<([String; 11], u32)>> {
    let mut rows = Vec::new();
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
                Account::Receivables | Account::Bank => None,
            };
            let row = [
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
            rows.push((row, minor_digits(&of.currency)));
        }
    }
    Ok(rows)
}

/// As CSV.
///
/// # Errors
/// Those of the entries.
pub fn csv(documents: &[Document], set: Option<&LedgerAccounts>) -> Result<Vec<u8>> {
    let mut out = String::new();
    record(&mut out, &TITLES.map(str::to_owned), b',');
    for (row, _) in rows(documents, set)? {
        record(&mut out, &row, b',');
    }
    Ok(out.into_bytes())
}

/// As a workbook.
///
/// # Errors
/// Those of the entries; what the file format refuses: ours to mend.
pub fn xlsx(documents: &[Document], set: Option<&LedgerAccounts>) -> Result<Vec<u8>> {
    let rows = rows(documents, set)?;
    book(&rows).map_err(|error| Error::internal("writing a workbook", error))
}

fn book(rows: &[([String; 11], u32)]) -> std::result::Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("Journal")?.set_freeze_panes(1, 0)?;
    let bold = Format::new().set_bold();
    for (column, title) in (0u16..).zip(TITLES) {
        sheet.write_string_with_format(0, column, title, &bold)?;
    }
    let amounts = ["#,##0", "#,##0.0", "#,##0.00", "#,##0.000", "#,##0.0000"];
    let amounts = amounts.map(|format| Format::new().set_num_format(format));
    for (line, (row, digits)) in (1u32..).zip(rows) {
        for (column, (place, cell)) in (0u16..).zip(row.iter().enumerate()) {
            // Text stays text, whatever it begins with; an amount is read from its digits.
            let amount = cell.parse::<f64>().ok().filter(|_| AMOUNTS.contains(&place));
            let format = usize::try_from(*digits).ok().and_then(|digits| amounts.get(digits));
            match amount.zip(format) {
                Some((amount, format)) => {
                    sheet.write_number_with_format(line, column, amount, format)?;
                }
                None => {
                    sheet.write_string(line, column, cell)?;
                }
            }
        }
    }
    book.save_to_buffer()
}
