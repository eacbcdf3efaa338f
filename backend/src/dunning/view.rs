//! Where an invoice is on the ladder.
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use shared::api::{
    DunningSet, InvoiceId, InvoiceReminders, InvoiceState, NextReminder, NoReminder, StopKind,
};
use shared::rules::billing::{Dated, Dunning, TakenStep};
use shared::rules::zone;

use super::store::{self, Raised, StopRow};
use crate::auth::Scope;
use crate::charges;
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
    ladder: Dunning,
    /// Where the organisation is.
    zone: Tz,
    /// The day it is there.
    pub today: NaiveDate,
    pub raised: Vec<Raised>,
    pub stops: Vec<StopRow>,
    /// Where its account wants mails.
    pub to: Vec<String>,
    /// A charge of it is on its way.
    charging: bool,
    /// It is to be charged by itself first.
    to_charge: bool,
}

impl Case {
    /// What is known of an invoice at a time.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn load(
        tx: &mut Tx,
        scope: Scope,
        id: InvoiceId,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let row = invoices::store::find(tx, scope, id).await?;
        let settings =
            store::kept(tx, scope).await?.map(|kept| kept.settings.0).unwrap_or_default();
        let zone = zone::zone(&invoices::zone_of(tx, scope).await?)?;
        let today = zone::local_date(zone, now);
        let open_minor = invoices::open(&row).balance.0;
        let (by_itself, to_charge) =
            charges::by_itself(tx, scope, (&row, open_minor), today).await?;
        let mut ladder = settings.ladder();
        // Before the day on which it is charged there is nothing to remind of.
        ladder.steps.retain(|step| !by_itself || 0 < step.offset_days);
        Ok(Self {
            open_minor,
            zone,
            today,
            to_charge,
            charging: charges::runs(tx, scope, id, now).await?,
            ladder,
            settings,
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
        } else if self.charging {
            Some(NoReminder::Charging)
        } else if self.to_charge {
            Some(NoReminder::ToCharge)
        } else {
            None
        }
    }

    /// The days that steps count from.
    fn dates(&self) -> (NaiveDate, NaiveDate) {
        (self.row.issue_on, self.row.due_on)
    }

    /// The steps it came to, with the days they were of.
    fn taken(&self) -> Vec<TakenStep> {
        let taken = |row: &Raised| TakenStep {
            name: row.step.clone(),
            on: row.step_on,
            raised_on: zone::local_date(self.zone, row.raised_at),
        };
        self.raised.iter().map(taken).collect()
    }

    /// The step that it has come to and that was not taken, whatever stops that.
    pub fn due(&self) -> Option<Dated<'_>> {
        self.ladder.due(self.dates(), self.today, &self.taken())
    }

    fn next(&self) -> Option<NextReminder> {
        // One of today that was not raised yet is still to come.
        let due = self.due().map(|dated| (dated, self.today));
        let next = due.or_else(|| self.ladder.next(self.dates(), self.today, &self.taken()));
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
    now: DateTime<Utc>,
) -> Result<InvoiceReminders> {
    let case = Case::load(tx, scope, id, now).await?;
    let mut none = case.none();
    if none.is_none() && mailer.from().is_none() {
        none = Some(NoReminder::MailOff);
    }
    let next = if none.is_none() { case.next() } else { None };
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
