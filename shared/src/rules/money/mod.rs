//! The rules of money: what an invoice comes to, who paid what of it, and which month earned it.
//!
//! Amounts are whole minor units, rates and quantities are exact decimals; each result is rounded
//! once. Nothing here knows a client, an invoice number or the day.
mod allocate;
mod credit_note;
mod currency;
mod decimal;
mod fx;
mod invoice;
mod late_fee;
mod overage;
mod payment;
mod recognise;
mod tax;

pub(in crate::rules) use allocate::allocate_whole;
pub use allocate::{allocate, portions};
pub use credit_note::{CreditNote, CreditedLine};
pub use currency::{is_currency, minor_digits, to_decimal, to_minor};
pub use decimal::Decimal;
pub use fx::convert;
pub use invoice::{Discount, Invoice, InvoiceTotals, Line, LineTotals};
pub use late_fee::late_fee;
pub use overage::{OverageCharge, UnitRate, overage_charge};
pub use payment::{Applied, OpenInvoice, Spread, pay_named, pay_oldest};
pub use recognise::{Basis, MonthShare, recognise};
pub use tax::{Tax, TaxMode, TaxRounding, TaxTotal};

/// The most that a rate or a share in per cent may be; as in the policy of a pool.
const PERCENT_MAX: i64 = 1_000;
