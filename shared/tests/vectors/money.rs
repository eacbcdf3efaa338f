//! `money.json`: rounding, splits, invoices, credit notes, payments, recognition and the rest.
use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::rules::RuleError;
use shared::rules::cycle::Interval;
use shared::rules::money::{
    Applied, Basis, CreditNote, CreditedLine, Decimal, Discount, Invoice, Line, LineTotals,
    MonthShare, OpenInvoice, Tax, TaxMode, TaxRounding, TaxTotal, UnitRate, allocate, convert,
    late_fee, overage_charge, pay_named, pay_oldest, recognise, to_decimal, to_minor,
};
use shared::rules::revenue::{arr, mrr};
use shared::rules::units::{Minor, Quantity};

use crate::{Case, refused};

/// Runs one case.
pub(crate) fn run(case: &Case) -> Result<Value, String> {
    let answer = match case.kind.as_str() {
        "round" => rounded(&case.input()?),
        "to_decimal" => written(&case.input()?),
        "allocate" => allocated(&case.input()?),
        "invoice" => invoiced(case.input()?),
        "payment_allocation" => paid(&case.input()?),
        "credit_note" => credited(case.input()?),
        "recognise" => recognised(&case.input()?),
        "overage" => overage(&case.input()?),
        "mrr" => recurring(&case.input()?),
        "fx" => converted(&case.input()?),
        "late_fee" => late(&case.input()?),
        kind => return Err(format!("the kind {kind} is not known")),
    };
    Ok(answer.unwrap_or_else(refused))
}

#[derive(Deserialize)]
struct Rounded {
    value: Decimal,
    currency: String,
}

fn rounded(input: &Rounded) -> Result<Value, RuleError> {
    Ok(json!({ "minor": to_minor(input.value, &input.currency)? }))
}

#[derive(Deserialize)]
struct Written {
    minor: Minor,
    currency: String,
}

fn written(input: &Written) -> Result<Value, RuleError> {
    Ok(json!({ "value": to_decimal(input.minor, &input.currency) }))
}

#[derive(Deserialize)]
struct Allocated {
    amount_minor: Minor,
    weights: Vec<Decimal>,
}

fn allocated(input: &Allocated) -> Result<Value, RuleError> {
    Ok(json!({ "parts": allocate(input.amount_minor, &input.weights)? }))
}

#[derive(Deserialize)]
struct Invoiced {
    tax_mode: TaxMode,
    tax_rounding: TaxRounding,
    lines: Vec<LineRow>,
    discount: Option<DiscountRow>,
}

#[derive(Deserialize)]
struct LineRow {
    id: String,
    qty: Decimal,
    unit_price_minor: Decimal,
    taxes: Vec<TaxRow>,
    discount: Option<DiscountRow>,
}

#[derive(Deserialize)]
struct TaxRow {
    code: String,
    rate: Decimal,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum DiscountRow {
    Percent(Decimal),
    AmountMinor(Minor),
}

impl From<DiscountRow> for Discount {
    fn from(row: DiscountRow) -> Self {
        match row {
            DiscountRow::Percent(share) => Self::Percent(share),
            DiscountRow::AmountMinor(amount) => Self::Amount(amount),
        }
    }
}

impl From<&LineRow> for Line {
    fn from(row: &LineRow) -> Self {
        let tax = |tax: &TaxRow| Tax { code: tax.code.clone(), rate: tax.rate };
        Self {
            quantity: row.qty,
            unit_price: row.unit_price_minor,
            discount: row.discount.map(Discount::from),
            taxes: row.taxes.iter().map(tax).collect(),
        }
    }
}

fn invoiced(input: Invoiced) -> Result<Value, RuleError> {
    let Invoiced { tax_mode, tax_rounding, lines: rows, discount } = input;
    let discount = discount.map(Discount::from);
    let lines = rows.iter().map(Line::from).collect();
    let totals = Invoice { lines, discount, tax_mode, tax_rounding }.totals()?;
    let line = |(row, line): (&LineRow, &LineTotals)| {
        json!({
            "id": row.id, "gross_minor": line.gross, "discount_minor": line.discount,
            "invoice_discount_minor": line.invoice_discount, "base_minor": line.base,
        })
    };
    let tax = |tax: &TaxTotal| {
        json!({
            "code": tax.code, "rate": tax.rate, "tax_minor": tax.tax, "base_minor": tax.base,
        })
    };
    Ok(json!({
        "lines": rows.iter().zip(&totals.lines).map(line).collect::<Vec<Value>>(),
        "subtotal_minor": totals.subtotal, "discount_minor": totals.discount,
        "taxes": totals.taxes.iter().map(tax).collect::<Vec<Value>>(),
        "tax_minor": totals.tax, "net_minor": totals.net, "total_minor": totals.total,
    }))
}

#[derive(Deserialize)]
struct Paid {
    payment_minor: Minor,
    strategy: Strategy,
    invoices: Vec<OpenRow>,
    #[serde(default)]
    explicit: Vec<NamedRow>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Strategy {
    OldestDueFirst,
    Explicit,
}

#[derive(Deserialize)]
struct OpenRow {
    id: String,
    due: NaiveDate,
    issued: NaiveDate,
    balance_minor: Minor,
}

#[derive(Deserialize)]
struct NamedRow {
    id: String,
    amount_minor: Minor,
}

fn paid(input: &Paid) -> Result<Value, RuleError> {
    let open = |row: &OpenRow| OpenInvoice {
        id: row.id.clone(),
        due_on: row.due,
        issued_on: row.issued,
        balance: row.balance_minor,
    };
    let invoices: Vec<OpenInvoice<String>> = input.invoices.iter().map(open).collect();
    let spread = match input.strategy {
        Strategy::OldestDueFirst => pay_oldest(input.payment_minor, &invoices)?,
        Strategy::Explicit => {
            let named = input.explicit.iter().map(|row| (row.id.clone(), row.amount_minor));
            pay_named(input.payment_minor, &invoices, &named.collect::<Vec<_>>())?
        }
    };
    let part = |part: &Applied<String>| {
        json!({
            "id": part.id, "amount_minor": part.amount,
            "balance_after_minor": part.balance_after,
        })
    };
    Ok(json!({
        "allocations": spread.applied.iter().map(part).collect::<Vec<Value>>(),
        "unapplied_minor": spread.unapplied,
    }))
}

#[derive(Deserialize)]
struct Credited {
    line_net_minor: Minor,
    rate: Decimal,
    credits_net_minor: Vec<Minor>,
}

fn credited(input: Credited) -> Result<Value, RuleError> {
    let Credited { line_net_minor: net, rate, credits_net_minor } = input;
    // The line's tax is what an invoice with this line alone owes.
    let taxes = vec![Tax { code: "VAT".to_owned(), rate }];
    let (quantity, unit_price) = (Decimal::from(1), Decimal::from(net));
    let lines = vec![Line { quantity, unit_price, discount: None, taxes }];
    let tax = Invoice { lines, ..Invoice::default() }.totals()?.tax;
    let mut line = CreditedLine { net, tax, credited: Minor(0) };
    let note = |note: CreditNote| {
        let CreditNote { net, tax, total } = note;
        json!({ "net_minor": net, "tax_minor": tax, "total_minor": total })
    };
    let credit = |net: Minor| line.credit(net).map_or_else(refused, note);
    let notes: Vec<Value> = credits_net_minor.into_iter().map(credit).collect();
    Ok(json!({ "line_tax_minor": tax, "notes": notes, "remaining_minor": line.remaining()? }))
}

#[derive(Deserialize)]
struct Recognised {
    amount_minor: Minor,
    start: NaiveDate,
    end: NaiveDate,
    basis: Basis,
}

fn recognised(input: &Recognised) -> Result<Value, RuleError> {
    let shares = recognise(input.amount_minor, input.start, input.end, input.basis)?;
    let month = |share: &MonthShare| {
        let month = share.month.format("%Y-%m").to_string();
        json!({ "month": month, "amount_minor": share.amount })
    };
    Ok(json!({ "months": shares.iter().map(month).collect::<Vec<Value>>() }))
}

#[derive(Deserialize)]
struct Overage {
    units: Quantity,
    increment: Quantity,
    rate_minor: Minor,
    rate_per: Quantity,
}

fn overage(input: &Overage) -> Result<Value, RuleError> {
    let rate = UnitRate { amount: input.rate_minor, per: input.rate_per };
    let charge = overage_charge(input.units, input.increment, rate)?;
    Ok(json!({ "billed_units": charge.billed, "amount_minor": charge.amount }))
}

#[derive(Deserialize)]
struct Recurring {
    price_minor: Minor,
    interval: Interval,
}

fn recurring(input: &Recurring) -> Result<Value, RuleError> {
    let Recurring { price_minor, interval } = *input;
    let (monthly, yearly) = (mrr(price_minor, interval)?, arr(price_minor, interval)?);
    Ok(json!({ "mrr_minor": monthly, "arr_minor": yearly }))
}

#[derive(Deserialize)]
struct Converted {
    minor: Minor,
    from: String,
    to: String,
    rate: Decimal,
}

fn converted(input: &Converted) -> Result<Value, RuleError> {
    Ok(json!({ "minor": convert(input.minor, &input.from, &input.to, input.rate)? }))
}

#[derive(Deserialize)]
struct Late {
    balance_minor: Minor,
    fixed_minor: Minor,
    percent: Decimal,
}

fn late(input: &Late) -> Result<Value, RuleError> {
    Ok(json!({ "fee_minor": late_fee(input.balance_minor, input.fixed_minor, input.percent)? }))
}
