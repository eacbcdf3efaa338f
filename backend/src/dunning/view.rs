//! Where an invoice is on the ladder.
use chrono::NaiveDate;
use chrono_tz::Tz;
use shared::api::{
    DunningSet, InvoiceId, InvoiceReminders, InvoiceState, NextReminder, NoReminder, StopKind,
};
use shared::rules::billing::{Dated, TakenStep};
use shared::rules::zone;

use super::store::{self, Raised, StopRow};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::invoices::{self, store::InvoiceRow};
use crate::mail::Mailer;

/// An invoice with all that its reminders follow from.
#[derive(Debug)]
pub struct Case {
    pub row: InvoiceRow,
    /// What is open, in minor units.
    pub open_minor: i64,
    pub settings: DunningSet,
    /// Where the organisation is.
    pub zone: Tz,
    pub raised: Vec<Raised>,
    pub stops: Vec<StopRow>,
    /// Where its account wants mails.
    pub to: Vec<String>,
}

impl Case {
    /// What is known of an invoice.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn load(tx: &mut Tx, scope: Scope, id: InvoiceId) -> Result<Self> {
        let row = invoices::store::find(tx, scope, id).await?;
        let kept = store::kept(tx, scope).await?;
        Ok(Self {
            open_minor: invoices::open(&row).balance.0,
            zone: zone::zone(&invoices::zone_of(tx, scope).await?)?,
            settings: kept.map(|kept| kept.settings.0).unwrap_or_default(),
            raised: store::raised(tx, scope, id).await?,
            stops: store::stops(tx, scope, id).await?,
            to: invoices::client(tx, scope, row.account_id).await?.billing.send_to,
            row,
        })
    }

    /// Why no reminder comes, but for there being none left, and the mail server.
    pub fn none(&self) -> Option<NoReminder> {
        let stopped =
            |kind| self.stops.iter().any(|stop| stop.kind == kind && stop.closed_at.is_none());
        if self.row.state == InvoiceState::Draft {
            Some(NoReminder::Draft)
        } else if self.row.state == InvoiceState::Void || self.open_minor <= 0 {
            Some(NoReminder::Settled)
        } else if stopped(StopKind::Dispute) {
            Some(NoReminder::Dispute)
        } else if stopped(StopKind::Hold) {
            Some(NoReminder::Hold)
        } else if !self.settings.on {
            Some(NoReminder::Off)
        } else if self.to.is_empty() {
            Some(NoReminder::Unaddressed)
        } else {
            None
        }
    }

    /// The days that steps count from.
    pub fn dates(&self) -> (NaiveDate, NaiveDate) {
        (self.row.issue_on, self.row.due_on)
    }

    /// The steps it came to, with the days they were of.
    pub fn taken(&self) -> Vec<TakenStep> {
        let taken = |row: &Raised| TakenStep {
            name: row.step.clone(),
            on: row.step_on,
            raised_on: zone::local_date(self.zone, row.raised_at),
        };
        self.raised.iter().map(taken).collect()
    }

    fn next(&self, today: NaiveDate) -> Option<NextReminder> {
        let (ladder, taken) = (self.settings.ladder(), self.taken());
        // One of today that was not raised yet is still to come.
        let due = ladder.due(self.dates(), today, &taken).map(|dated| (dated, today));
        let next = due.or_else(|| ladder.next(self.dates(), today, &taken));
        let (Dated { step, .. }, on) = next?;
        let known = self.settings.steps.iter().find(|known| known.key == step.id)?;
        Some(NextReminder { step: step.id.clone(), action: known.action, on })
    }
}

/// The reminders of an invoice: what was raised, what comes, and what stops that.
///
/// # Errors
/// `not_found`.
pub async fn of_invoice(
    tx: &mut Tx,
    scope: Scope,
    (id, mailer): (InvoiceId, &Mailer),
    today: NaiveDate,
) -> Result<InvoiceReminders> {
    let case = Case::load(tx, scope, id).await?;
    let mut none = case.none();
    if none.is_none() && mailer.from().is_none() {
        none = Some(NoReminder::MailOff);
    }
    let next = if none.is_none() { case.next(today) } else { None };
    if none.is_none() && next.is_none() {
        none = Some(NoReminder::Over);
    }
    Ok(InvoiceReminders {
        items: case.raised.into_iter().take(100).map(Into::into).collect(),
        next,
        none,
        stops: case.stops.into_iter().map(Into::into).collect(),
    })
}
