//! What papers and e-invoices are made of, as it is read from the database.
use chrono::{DateTime, Utc};
use shared::api::{CreditNote, ErrorCode, Invoice, InvoiceParties, InvoiceState, PaymentTerms};

use super::e_invoice::Credited;
use super::store::{self, PaperOf, PaperRow};
use super::{clients, credits, e_invoice, paper, settings, view};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::pdf::Sheet;

/// An invoice or a credit note with what stands on its paper.
pub enum Source {
    /// With its terms, and what was paid of it when it was issued.
    Invoice(Box<Invoice>, Box<InvoiceParties>, PaymentTerms, i64),
    /// With what it says of its invoice.
    CreditNote(Box<CreditNote>, Box<InvoiceParties>, Credited),
}

impl Source {
    /// With its e-invoice, if that was made: then the parties are those of that.
    ///
    /// # Errors
    /// `not_found`; `billing_off`.
    pub async fn load(
        tx: &mut Tx,
        scope: Scope,
        of: PaperOf,
        now: DateTime<Utc>,
    ) -> Result<(Self, Option<PaperRow>)> {
        let (told, kept) = store::e_invoice(tx, scope, of).await?.unzip();
        let source = Self::read(tx, scope, (of, told), now).await?;
        Ok((source, kept))
    }

    async fn read(
        tx: &mut Tx,
        scope: Scope,
        (of, told): (PaperOf, Option<InvoiceParties>),
        now: DateTime<Utc>,
    ) -> Result<Self> {
        match of {
            PaperOf::Invoice(id) => {
                let mut made = view::invoice(tx, scope, id, now).await?;
                let account = (made.summary.account_id, made.summary.account_name.as_str());
                let untaxed = made.lines.iter().any(|line| line.taxes.is_empty());
                let parties = match (told, made.parties.take()) {
                    (Some(told), _) => told,
                    (None, Some(parties)) => {
                        let owes = untaxed && parties.reverse_charge;
                        clients::completed(tx, scope, account, (parties, owes)).await?
                    }
                    (None, None) => {
                        let settings = settings::of_all(tx, scope).await?.settings;
                        let settings = settings.ok_or(ErrorCode::BillingOff)?;
                        clients::parties(tx, scope, account, settings).await?
                    }
                };
                let terms = store::find(tx, scope, id).await?.terms.0;
                let prepaid = match made.issued_at {
                    Some(at) => store::paid_until(tx, scope, id, at).await?,
                    None => 0,
                };
                Ok(Self::Invoice(Box::new(made), Box::new(parties), terms, prepaid))
            }
            PaperOf::CreditNote(id) => {
                let note = credits::find(tx, scope, id).await?;
                let of = store::find(tx, scope, note.summary.invoice_id).await?;
                let parties = of.parties.ok_or(ErrorCode::NotFound)?.0;
                let lines = store::lines(tx, scope, note.summary.invoice_id).await?;
                let account = (of.account_id, of.account_name.as_str());
                let untaxed = lines.iter().any(|line| line.taxes.0.is_empty());
                let owes = untaxed && parties.reverse_charge;
                let parties = match told {
                    Some(told) => told,
                    None => clients::completed(tx, scope, account, (parties, owes)).await?,
                };
                let taxes = lines.into_iter().map(|line| (line.position, line.taxes.0)).collect();
                let (issued_on, days) = (of.issue_on, (of.starts_on, of.ends_on));
                let invoice = Credited { taxes, issued_on, days };
                Ok(Self::CreditNote(Box::new(note), Box::new(parties), invoice))
            }
        }
    }

    /// From whom it is, and to whom.
    pub fn parties(&self) -> &InvoiceParties {
        match self {
            Self::Invoice(_, parties, ..) | Self::CreditNote(_, parties, _) => parties,
        }
    }

    /// What its file is called, without an end.
    pub fn name(&self) -> String {
        match self {
            Self::Invoice(made, ..) => {
                let of = &made.summary;
                of.number.clone().unwrap_or_else(|| format!("{} {}", of.account_name, of.starts_on))
            }
            Self::CreditNote(note, ..) => note.summary.number.clone(),
        }
    }

    /// Whether it counts, and so stays as it is.
    pub fn issued(&self) -> bool {
        match self {
            Self::Invoice(made, ..) => made.summary.state == InvoiceState::Issued,
            Self::CreditNote(..) => true,
        }
    }

    pub fn sheet(&self) -> Sheet {
        match self {
            Self::Invoice(made, parties, terms, prepaid) => {
                paper::of_invoice(made, parties, (*terms, *prepaid))
            }
            Self::CreditNote(note, parties, ..) => paper::of_credit_note(note, parties),
        }
    }

    /// As an e-invoice.
    ///
    /// # Errors
    /// At the field: what EN 16931 wants and is not there.
    pub fn xml(&self) -> Result<Vec<u8>> {
        match self {
            Self::Invoice(made, parties, _, prepaid) => {
                e_invoice::of_invoice(made, parties, *prepaid).write()
            }
            Self::CreditNote(note, parties, invoice) => {
                e_invoice::of_credit_note(note, invoice, parties).write()
            }
        }
    }
}
