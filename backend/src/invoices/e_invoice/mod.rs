//! Issued invoices and credit notes as EN 16931 has them: what it wants, and what stands in the way.
//!
//! Amounts are those of the paper, to the cent. Source: EN 16931-1, its rules by their names
//! (BR-…); docs/decisions/0041.
mod cii;
mod xml;

use chrono::NaiveDate;
use shared::api::{
    CreditNote, FieldError, Invoice, InvoiceLine, InvoiceParties, TaxMode, TaxRate, Unit,
};
use shared::rules::money::{self, Decimal, Tax, minor_digits, to_decimal};
use shared::rules::units::Minor;

use super::paper_words::PaperWords;
use super::{paper, vat};
use crate::error::{Error, Result};

/// What the tax of a line is, and its rate. Source: UNTDID 5305.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Category {
    code: &'static str,
    rate: Decimal,
}

/// A line; money in minor units.
#[derive(Debug)]
struct Line {
    position: i64,
    name: String,
    quantity: i64,
    /// Source: UN/ECE recommendation 20.
    unit: &'static str,
    /// Never below zero (BR-27), of so many of the unit.
    price: i64,
    price_per: i64,
    /// What is taken off quantity times price.
    off: i64,
    category: Category,
    net: i64,
    tax: i64,
    /// The first day, and the day after the last.
    days: Option<(NaiveDate, NaiveDate)>,
}

/// All lines of a category.
#[derive(Debug)]
struct Group {
    category: Category,
    net: i64,
    tax: i64,
}

/// A document, before it is written.
#[derive(Debug)]
pub struct Document<'a> {
    parties: &'a InvoiceParties,
    words: PaperWords,
    /// Source: UNTDID 1001.
    type_code: &'static str,
    number: &'a str,
    issued_on: NaiveDate,
    currency: &'a str,
    note: Option<String>,
    lines: Vec<Line>,
    /// The first day of service, and the day after the last.
    days: (NaiveDate, NaiveDate),
    due_on: Option<NaiveDate>,
    /// The invoice that a credit note is of, and its day.
    preceding: Option<(&'a str, NaiveDate)>,
    net: i64,
    tax: i64,
    total: i64,
    /// What was paid before it was issued.
    prepaid: i64,
}

/// An issued invoice, of which so much was paid when it was issued.
pub fn of_invoice<'a>(
    made: &'a Invoice,
    parties: &'a InvoiceParties,
    prepaid: i64,
) -> Document<'a> {
    let (of, words) = (&made.summary, PaperWords::of(parties.language));
    let line = |line: &InvoiceLine| {
        let ((quantity, unit, price, price_per), off) = priced(line, made.tax_mode);
        Line {
            position: line.position,
            name: paper::line_words(line, &of.retainer_name, words).0,
            quantity,
            unit,
            price,
            price_per,
            off,
            category: category(&line.taxes, parties),
            net: line.net_minor,
            tax: line.tax_minor,
            days: line.starts_on.zip(line.ends_on),
        }
    };
    Document {
        parties,
        words,
        type_code: "380",
        number: of.number.as_deref().unwrap_or_default(),
        issued_on: of.issue_on,
        currency: &of.currency,
        note: made.note.clone(),
        lines: made.lines.iter().map(line).collect(),
        days: (of.starts_on, of.ends_on),
        due_on: Some(of.due_on),
        preceding: None,
        net: of.net_minor,
        tax: of.tax_minor,
        total: of.total_minor,
        prepaid,
    }
}

/// What a credit note says of its invoice.
#[derive(Debug)]
pub struct Credited {
    /// The taxes of its lines, by their positions.
    pub taxes: Vec<(i64, Vec<TaxRate>)>,
    pub issued_on: NaiveDate,
    /// The first day of service, and the day after the last.
    pub days: (NaiveDate, NaiveDate),
}

/// A credit note on an invoice, as that was issued.
pub fn of_credit_note<'a>(
    note: &'a CreditNote,
    invoice: &Credited,
    parties: &'a InvoiceParties,
) -> Document<'a> {
    let (of, words) = (&note.summary, PaperWords::of(parties.language));
    let line = |line: &shared::api::CreditedOfLine| {
        let taxes = invoice.taxes.iter().find(|(position, _)| *position == line.position);
        let what = (line.kind, line.seq, line.text.as_deref());
        Line {
            position: line.position,
            name: paper::what_for(what, &of.retainer_name, words),
            quantity: if line.net_minor < 0 { -1 } else { 1 },
            unit: "C62",
            price: line.net_minor.abs(),
            price_per: 1,
            off: 0,
            category: category(taxes.map_or(&[], |(_, taxes)| taxes), parties),
            net: line.net_minor,
            tax: line.tax_minor,
            days: None,
        }
    };
    Document {
        parties,
        words,
        type_code: "381",
        number: &of.number,
        issued_on: of.issued_on,
        currency: &of.currency,
        note: Some(of.reason.clone()),
        lines: note.lines.iter().map(line).collect(),
        days: invoice.days,
        due_on: None,
        preceding: Some((&of.invoice_number, invoice.issued_on)),
        net: of.net_minor,
        tax: of.tax_minor,
        total: of.total_minor,
        prepaid: 0,
    }
}

impl Document<'_> {
    /// As XML.
    ///
    /// # Errors
    /// At the field: what EN 16931 wants and is not there, or cannot say. Fields of `/seller` are
    /// those of how the organisation bills, of `/buyer` of how the account is billed.
    pub fn write(&self) -> Result<Vec<u8>> {
        let faults = self.faults();
        if faults.is_empty() { Ok(cii::write(self)) } else { Err(Error::Invalid(faults)) }
    }

    fn groups(&self) -> Vec<Group> {
        let mut groups: Vec<Group> = Vec::new();
        for line in &self.lines {
            match groups.iter_mut().find(|group| group.category == line.category) {
                Some(group) => {
                    group.net += line.net;
                    group.tax += line.tax;
                }
                None => {
                    let Line { category, net, tax, .. } = *line;
                    groups.push(Group { category, net, tax });
                }
            }
        }
        groups
    }

    fn faults(&self) -> Vec<FieldError> {
        let parties = self.parties;
        let mut faults = Vec::new();
        let mut want = |there: bool, field: &str, code: &str| {
            if !there {
                faults.push(FieldError::new(field, code));
            }
        };
        // BR-09, BR-11: the countries; BR-CO-26, BR-S-02, BR-E-02: what the seller is known by.
        want(parties.country.is_some(), "/seller/country", "required");
        want(parties.tax_id.is_some(), "/seller/tax_id", "required");
        want(parties.client_country.is_some(), "/buyer/country", "required");
        // BR-CL-04, BR-CL-14: not in their lists.
        let gone = |country: &Option<String>| country.as_deref() == Some("XK");
        want(!gone(&parties.country), "/seller/country", "not_allowed");
        want(!gone(&parties.client_country), "/buyer/country", "not_allowed");
        want(!["ANG", "BGN"].contains(&self.currency), "/currency", "not_allowed");
        let any = |code| self.lines.iter().any(|line| line.category.code == code);
        // BR-AE-02: who owes the tax is known to the tax office; BR-E-10: why there is none.
        let number = parties.client_tax_id.as_deref();
        let known = number.is_some_and(|id| vat::number(id).is_some());
        let fault = if number.is_some() { "invalid" } else { "required" };
        want(known || !any("AE"), "/buyer/tax_id", fault);
        want(parties.tax_note.is_some() || !any("E"), "/seller/tax_note", "required");
        // One tax a line.
        want(!any(SEVERAL), "/taxes", "not_allowed");
        // BR-DEC: two places at most.
        let amounts = self.lines.iter().flat_map(|line| [line.net, line.tax, line.off]);
        let said = amounts.chain([self.prepaid]).all(|minor| cents(minor, self.currency).is_some());
        want(said, "/currency", "not_allowed");
        let told = |group: &Group| !lost(group, self.currency);
        want(self.groups().iter().all(told), "/taxes", "not_allowed");
        let near = || self.groups().iter().all(|group| near(group, self.currency));
        want(!said || any(SEVERAL) || near(), "/tax_minor", "out_of_range");
        faults
    }
}

/// Of a line with more than one tax, which EN 16931 has no place for.
const SEVERAL: &str = "";

fn category(taxes: &[TaxRate], parties: &InvoiceParties) -> Category {
    let rate = taxes.first().map(|tax| tax.tax().rate).unwrap_or_default();
    let code = match taxes {
        [] if parties.reverse_charge => "AE",
        [] => "E",
        [_] if rate == Decimal::default() => "Z",
        [_] => "S",
        _ => SEVERAL,
    };
    Category { code, rate }
}

/// Quantity, unit and price of a line, and what is taken off. Where they are not to be told without
/// tax, or of money, the line is one thing at its price.
fn priced(line: &InvoiceLine, mode: TaxMode) -> ((i64, &'static str, i64, i64), i64) {
    let taxed = mode == TaxMode::Inclusive && !line.taxes.is_empty();
    let hourly = line.unit == Some(Unit::Minutes) && line.price_per == 60;
    let plain = line.price_per == 1 && line.unit != Some(Unit::Money);
    let (quantity, unit, price, per) = match taxed {
        false if hourly => (line.quantity, "MIN", line.price_minor, 60),
        false if plain && line.unit == Some(Unit::Minutes) => {
            (line.quantity, "MIN", line.price_minor, 1)
        }
        false if plain => (line.quantity, "C62", line.price_minor, 1),
        _ => return (positive((1, "C62", line.net_minor, 1)), 0),
    };
    (positive((quantity, unit, price, per)), line.discount_minor)
}

/// The same at a price that is not negative, as the format wants.
fn positive(
    (quantity, unit, price, per): (i64, &'static str, i64, i64),
) -> (i64, &'static str, i64, i64) {
    if price < 0 { (-quantity, unit, -price, per) } else { (quantity, unit, price, per) }
}

/// Hundredths of the currency; none if an amount has parts of them.
fn cents(minor: i64, currency: &str) -> Option<i64> {
    match minor_digits(currency) {
        0 => minor.checked_mul(100),
        1 => minor.checked_mul(10),
        2 => Some(minor),
        more => {
            let part = 10i64.checked_pow(more - 2)?;
            (minor % part == 0).then_some(minor / part)
        }
    }
}

/// An amount with two places at most (BR-DEC).
fn amount(minor: i64, currency: &str) -> String {
    match (minor_digits(currency), cents(minor, currency)) {
        // Hundredths of any currency are as those of the euro.
        (3.., Some(cents)) => to_decimal(Minor(cents), "EUR"),
        _ => to_decimal(Minor(minor), currency),
    }
}

/// Whether the tax of a category is less than one unit of the currency from its net times its rate:
/// the invoice rounds by line, and that much BR-S-09 and BR-CO-17 allow. Source: decision 0041.
fn near(group: &Group, currency: &str) -> bool {
    let (Some(net), Some(tax)) = (cents(group.net, currency), cents(group.tax, currency)) else {
        return false;
    };
    let line = money::Line {
        quantity: 1i64.into(),
        unit_price: net.into(),
        discount: None,
        taxes: vec![Tax { code: "VAT".to_owned(), rate: group.category.rate }],
    };
    let exact = money::Invoice { lines: vec![line], ..money::Invoice::default() }.totals();
    exact.is_ok_and(|exact| (exact.tax.0 - tax).abs() < 100)
}

/// Whether BR-CO-17 takes the rate for none, since it is below a half, and yet there is tax.
fn lost(group: &Group, currency: &str) -> bool {
    let rate = group.category.rate.to_string();
    let half = rate.strip_prefix("0.").is_some_and(|places| places < "5");
    half && cents(group.tax, currency).is_some_and(|tax| tax.abs() >= 50)
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
