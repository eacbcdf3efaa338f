//! Statements as CSV: whatever parts the columns, and whatever stands before the header.
use chrono::NaiveDate;
use csv::{ReaderBuilder, StringRecord};
use shared::api::{BANK_LINES_MAX, DateOrder, ErrorCode, FieldError, MONEY_MAX};
use shared::rules::bank::WrittenAmount;
use shared::rules::money::{is_currency, minor_digits};

use super::columns::{Columns, Role};
use super::statement::{self, Booking, Statement};
use crate::error::{Error, Result};
use crate::imports::{Orders, WrittenDay, day};

/// How many rows may stand before the header.
const HEADER_WITHIN: usize = 40;
/// The most rows that are kept: one more than may be read.
const ROWS_MAX: usize = HEADER_WITHIN + BANK_LINES_MAX + 1;
/// Words of bookings by which money comes or goes back.
const BACK: [&str; 12] = [
    "chargeback",
    "refund",
    "retoure",
    "returned",
    "reversal",
    "rückbuchung",
    "rückgabe",
    "rücklast",
    "rückruf",
    "rueckbuchung",
    "ruecklast",
    "storno",
];
/// What the state of a booking has in it that the bank has not made yet, or did not make at all.
const PENDING: [&str; 15] = [
    "abgelehnt",
    "annul",
    "cancel",
    "declin",
    "en attente",
    "fail",
    "fehlgeschlagen",
    "offen",
    "pending",
    "pendiente",
    "refund",
    "reject",
    "revert",
    "storn",
    "vorgemerkt",
];

/// What a person said of the file, where it does not say it.
#[derive(Debug, Clone, Default)]
pub struct Said {
    pub order: Option<DateOrder>,
    /// ISO 4217, of a row that names none.
    pub currency: Option<String>,
}

/// No row of a statement has more cells.
const CELLS_MAX: usize = 200;

/// A file whose header was found.
struct Sheet {
    columns: Columns,
    /// How many there are.
    width: usize,
    rows: Vec<(i64, StringRecord)>,
}

/// Reads a file.
///
/// # Errors
/// `statement_unreadable` at the column that is missing; `date_order` and `currency` where the file
/// does not say them; too many bookings.
pub fn read(text: &str, said: &Said) -> Result<Statement> {
    let sheet = Sheet::find(text)?;
    let order = sheet.order(said)?;
    let mut read = Statement::default();
    let mut accounts = std::collections::BTreeSet::new();
    for (line, record) in &sheet.rows {
        // A quote that is never closed takes the rows behind it in: they are not lost unseen.
        if record.iter().any(|cell| sheet.holds_a_row(cell)) {
            return Err(statement::unreadable("file", "quote_open"));
        }
        let row = Row { sheet: &sheet, record };
        match row.read(*line, order, said) {
            Ok(Kept::Booking(booking)) => {
                let account = row.cell(Role::OwnAccount).and_then(statement::account);
                accounts.insert(account.clone());
                read.bookings.push((account, *booking));
            }
            Ok(Kept::Outgoing) => read.outgoing += 1,
            Ok(Kept::Pending) => read.pending += 1,
            Err(("currency", "required")) => return Err(Error::field("currency", "required")),
            Err(why) => read.problem(*line, why),
        }
        read.bounded()?;
    }
    if accounts.len() == 1 {
        read.account = accounts.into_iter().next().flatten();
    }
    Ok(read)
}

impl Sheet {
    /// The header is the first row that has what a statement needs, by the separator that makes
    /// most of it.
    fn find(text: &str) -> Result<Self> {
        let mut best: Option<Sheet> = None;
        let mut nearest = vec!["booked_on", "amount"];
        for separator in [b';', b',', b'\t'] {
            let rows = rows(text, separator);
            let within = rows.iter().take(HEADER_WITHIN).enumerate();
            for (place, (_, record)) in within {
                let columns = Columns::find(record.iter());
                let missing = columns.missing();
                if missing.is_empty() {
                    if best.as_ref().is_none_or(|best| columns.known() > best.columns.known()) {
                        let (width, rows) = (record.len(), rows[place + 1..].to_vec());
                        best = Some(Self { columns, width, rows });
                    }
                    break;
                }
                if missing.len() < nearest.len() {
                    nearest = missing;
                }
            }
        }
        best.ok_or_else(|| {
            let fault = |field: &&str| FieldError::new(field, "column_missing");
            Error::Faulty(ErrorCode::StatementUnreadable, nearest.iter().map(fault).collect())
        })
    }

    /// Whether a cell has a line in it that could be a row.
    fn holds_a_row(&self, cell: &str) -> bool {
        let row = |line: &str| {
            [';', ',', '\t'].iter().any(|one| line.matches(*one).count() + 1 >= self.width)
        };
        self.width > 2 && cell.lines().skip(1).any(row)
    }

    /// The order of days, if any depends on it: as the file shows it, else as somebody said.
    fn order(&self, said: &Said) -> Result<DateOrder> {
        let mut orders = Orders::default();
        for (_, record) in &self.rows {
            for role in [Role::BookedOn, Role::ValuedOn] {
                let cell = Row { sheet: self, record }.cell(role);
                cell.and_then(written).into_iter().for_each(|day| orders.note(day));
            }
        }
        let (order, doubtful) = orders.settle(DateOrder::DayMonthYear);
        match said.order {
            Some(order) => Ok(order),
            None if doubtful && orders.matters() => Err(Error::field("date_order", "day_order")),
            None => Ok(order),
        }
    }
}

/// A day, without a time that stands behind it.
fn written(cell: &str) -> Option<WrittenDay> {
    day(cell).or_else(|| {
        let (first, rest) = cell.split_once(['T', ' '])?;
        rest.starts_with(|c: char| c.is_ascii_digit()).then(|| day(first)).flatten()
    })
}

fn rows(text: &str, separator: u8) -> Vec<(i64, StringRecord)> {
    // Where a line ends by \r alone, rows would have no numbers.
    let ended;
    let text = match text.contains('\r') && !text.contains('\n') {
        true => {
            ended = text.replace('\r', "\n");
            &ended
        }
        false => text,
    };
    let mut reader = ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .has_headers(false)
        .from_reader(text.as_bytes());
    // The text is UTF-8 and rows may be of any length: nothing is left to fail on.
    let rows = reader.records().flatten();
    let some = |record: &StringRecord| {
        record.len() <= CELLS_MAX && record.iter().any(|cell| !cell.trim().is_empty())
    };
    let line = |record: &StringRecord| {
        record.position().map_or(0, |at| i64::try_from(at.line()).unwrap_or(0))
    };
    rows.filter(some).take(ROWS_MAX).map(|record| (line(&record), record)).collect()
}

struct Row<'a> {
    sheet: &'a Sheet,
    record: &'a StringRecord,
}

enum Kept {
    Booking(Box<Booking>),
    Outgoing,
    Pending,
}

type Why = (&'static str, &'static str);

impl<'a> Row<'a> {
    /// What a cell says, if anything.
    fn cell(&self, role: Role) -> Option<&'a str> {
        let at = self.sheet.columns.of(role)?;
        self.record.get(at).map(str::trim).filter(|cell| !cell.is_empty())
    }

    fn read(&self, line: i64, order: DateOrder, said: &Said) -> Result<Kept, Why> {
        let status = self.cell(Role::Status).map(str::to_lowercase);
        if status.is_some_and(|status| PENDING.iter().any(|word| status.contains(word))) {
            return Ok(Kept::Pending);
        }
        let day = |role| -> Result<Option<NaiveDate>, Why> {
            let Some(cell) = self.cell(role) else { return Ok(None) };
            let read = written(cell).and_then(|day| day.read(order));
            read.map(Some).ok_or(("booked_on", "type"))
        };
        let (booked_on, valued_on) = (day(Role::BookedOn)?, day(Role::ValuedOn)?);
        let booked_on = booked_on.or(valued_on).ok_or(("booked_on", "required"))?;
        let (amount_minor, currency) = self.amount(said)?;
        let kind = self.cell(Role::Kind).unwrap_or_default().to_lowercase();
        let reversal = BACK.iter().any(|word| kind.contains(word));
        if amount_minor < 0 && !reversal {
            return Ok(Kept::Outgoing);
        }
        let texts = [Role::Text, Role::EndToEnd].map(|role| self.cell(role));
        let texts = texts.into_iter().flatten().filter(|one| statement::reference(one).is_some());
        Ok(Kept::Booking(Box::new(Booking {
            position: line,
            reversal,
            booked_on,
            valued_on,
            amount_minor,
            currency,
            payer: self.cell(Role::Payer).and_then(statement::name),
            payer_account: self.cell(Role::PayerAccount).and_then(statement::account),
            text: statement::text(&texts.collect::<Vec<_>>().join(" ")),
            bank_reference: self.cell(Role::Reference).and_then(statement::reference),
        })))
    }

    /// The amount in minor units of its currency: below zero if it went out.
    fn amount(&self, said: &Said) -> Result<(i64, String), Why> {
        let written = |role| match self.cell(role) {
            None => Ok(None),
            Some(cell) => WrittenAmount::read(cell).map(Some).ok_or(("amount", "type")),
        };
        let one = written(Role::Amount)?;
        let (came, went) = (written(Role::Credit)?, written(Role::Debit)?);
        let beside =
            [&one, &came, &went].into_iter().flatten().find_map(|one| one.currency.clone());
        let currency = match self.cell(Role::Currency) {
            Some(code) => code.to_ascii_uppercase(),
            None => beside.clone().or(said.currency.clone()).ok_or(("currency", "required"))?,
        };
        if !is_currency(&currency) {
            return Err(("currency", "currency_unknown"));
        }
        if beside.is_some_and(|beside| beside != currency) {
            return Err(("currency", "not_allowed"));
        }
        let places = minor_digits(&currency);
        let minor = |amount: &WrittenAmount| amount.minor(places).ok_or(("amount", "type"));
        let amount = match (&one, &came, &went) {
            (Some(amount), ..) => match self.cell(Role::Side) {
                None => minor(amount)?,
                Some(side) => sided(minor(amount)?, side)?,
            },
            (None, came, went) => {
                let came = came.as_ref().map(minor).transpose()?.unwrap_or(0);
                let went = went.as_ref().map(minor).transpose()?.unwrap_or(0);
                match (came, went) {
                    (0, 0) => return Err(("amount", "required")),
                    (came, 0) => came,
                    // Some banks write what went out below zero there, some do not.
                    (0, went) => -went.abs(),
                    _ => return Err(("amount", "one_of")),
                }
            }
        };
        match amount {
            0 => Err(("amount", "out_of_range")),
            amount if amount.abs() > MONEY_MAX => Err(("amount", "out_of_range")),
            amount => Ok((amount, currency)),
        }
    }
}

/// An amount whose side stands in a column of its own.
fn sided(amount: i64, side: &str) -> Result<i64, Why> {
    match side.to_lowercase().as_str() {
        "h" | "haben" | "c" | "cr" | "credit" | "crdt" | "+" | "bij" => Ok(amount),
        "s" | "soll" | "d" | "dr" | "debit" | "dbit" | "-" | "af" => Ok(-amount.abs()),
        _ => Err(("amount", "not_allowed")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn told(text: &str, said: &Said) -> Vec<(i64, String, i64, String)> {
        let read = read(text, said).unwrap_or_default();
        let row = |(_, one): (_, Booking)| {
            (one.position, one.booked_on.to_string(), one.amount_minor, one.currency)
        };
        read.bookings.into_iter().map(row).collect()
    }

    #[test]
    fn a_german_file_is_read_behind_its_preamble() {
        let text = "\"Girokonto\";\"DE02100100100006820101\"\n\n\"Zeitraum:\";\"Januar\"\n\
            Buchungstag;Wertstellung;Buchungstext;Auftraggeber/Begünstigter;Verwendungszweck;Kontonummer/IBAN;Betrag;Währung\n\
            15.01.2026;16.01.2026;Gutschrift;Müller GmbH;INV-2026-0001;DE89370400440532013000;\"1.250,50\";EUR\n\
            16.01.26;16.01.26;Lastschrift;Strom;X;;-80,00;EUR\n\
            17.01.2026;;Retoure;Bank;zurück;;12,00;EUR\n\
            18.01.2026;;Gutschrift;;;;abc;EUR\n\
            Kontostand;;;;;;;\n";
        let read = read(text, &Said::default()).unwrap_or_default();
        assert_eq!((read.bookings.len(), read.outgoing, read.unreadable), (2, 1, 2));
        let (_, first) = &read.bookings[0];
        assert_eq!((first.position, first.amount_minor), (5, 125_050));
        assert_eq!(first.payer.as_deref(), Some("Müller GmbH"));
        assert_eq!(first.payer_account.as_deref(), Some("DE89370400440532013000"));
        assert_eq!(first.text.as_deref(), Some("INV-2026-0001"));
        assert!(read.bookings[1].1.reversal);
        let told: Vec<_> =
            read.problems.iter().map(|one| (one.line, &*one.field, &*one.code)).collect();
        assert_eq!(told, [(8, "amount", "type"), (9, "booked_on", "type")]);
    }

    #[test]
    fn what_the_bank_did_not_book_is_no_money_and_no_row_is_lost() {
        let text = "Date,Amount,Currency,State\n2026-01-15,10.00,EUR,DECLINED\n\
            2026-01-15,10.00,EUR,Vorgemerkt (offen)\n2026-01-16,11.00,EUR,COMPLETED\n";
        let found = read(text, &Said::default()).unwrap_or_default();
        assert_eq!((found.bookings.len(), found.pending), (1, 2));
        let told = told(&text.replace('\n', "\r"), &Said::default());
        assert_eq!(told, [(4, "2026-01-16".into(), 1_100, "EUR".into())]);
        let open = text.replacen("10.00,EUR,DECLINED", "10.00,EUR,\"DECLINED", 1);
        assert!(read(&open, &Said::default()).is_err());
    }

    #[test]
    fn columns_of_their_own_say_what_came_and_went() {
        let text = "Date,Description,Paid in,Paid out,Currency\n2026-01-15,A,\"1,250.00\",,GBP\n\
            2026-01-16,B,,5.00,GBP\n2026-01-17,C,1.00,1.00,GBP\n2026-01-18,D,,,GBP\n";
        let read = read(text, &Said::default()).unwrap_or_default();
        assert_eq!((read.bookings.len(), read.outgoing, read.unreadable), (1, 1, 2));
        let side = "Date,Amount,D/C,Currency\n2026-01-15,5.00,C,JPY\n2026-01-15,500,C,JPY\n2026-01-15,7,D,JPY\n";
        let found = told(side, &Said::default());
        assert_eq!(
            found,
            [
                (2, "2026-01-15".into(), 5, "JPY".into()),
                (3, "2026-01-15".into(), 500, "JPY".into()),
            ]
        );
    }

    #[test]
    fn what_a_file_does_not_say_is_asked_for() {
        let text = "Date,Amount\n03/04/2026,5.00\n";
        let order = read(text, &Said::default());
        assert!(matches!(order, Err(Error::Invalid(faults)) if faults[0].field == "date_order"));
        let order = Some(DateOrder::MonthDayYear);
        let currency = read(text, &Said { order, currency: None });
        assert!(matches!(currency, Err(Error::Invalid(faults)) if faults[0].field == "currency"));
        let said = Said { order, currency: Some("KWD".to_owned()) };
        assert_eq!(told(text, &said), [(2, "2026-03-04".into(), 5_000, "KWD".into())]);
        // One that shows its order, and its currency beside the amount, asks nothing.
        let text = "Date,Amount\n13/04/2026,5.00 EUR\n";
        assert_eq!(told(text, &Said::default()), [(2, "2026-04-13".into(), 500, "EUR".into())]);
        let missing = read("Name,Street\nA,B\n", &Said::default());
        assert!(matches!(missing, Err(Error::Faulty(_, faults)) if faults.len() == 2));
    }

    proptest! {
        #[test]
        fn no_text_is_a_panic(text in "Date[,;]Amount[,;]Currency\n([0-9./,;\"\n EUR-]{0,60}|\\PC{0,40})") {
            let _ = read(&text, &Said { order: Some(DateOrder::DayMonthYear), currency: None });
        }
    }
}
