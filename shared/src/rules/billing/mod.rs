//! Bills: when a cycle is invoiced, when that is due, and what happens while it is not paid.
//!
//! The amounts of an invoice are [`super::money`]'s; here are days, states and what is still open.
//! Pure: the day is given, and what happened before. Source: domain 5.
mod beside;
mod collection;
mod credit;
mod dunning;
pub mod journal;
mod receivables;
mod refund;
mod schedule;
mod settle;
mod status;
mod terms;

pub use beside::due_beside;
pub use collection::{Attempt, ChargeOn, Collection};
pub use credit::{Creditable, Taken};
pub use dunning::{Dated, Dunning, DunningStep, Repeat, StepAction, StepFrom, TakenStep};
pub use receivables::{Account, Deed, Receivable, Standing};
pub use refund::{Bought, refunds};
pub use schedule::{BillingRule, Planned, Purpose, planned};
pub use settle::{Drawn, draw};
pub use status::{InvoiceStatus, Open, status};
pub use terms::PaymentTerms;
