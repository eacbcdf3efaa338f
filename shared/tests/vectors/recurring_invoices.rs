//! `recurring_invoices.json`: a retainer billed for months, day by day, paid or not.
use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, SecondsFormat};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use shared::rules::RuleError;
use shared::rules::billing::{
    Account, Attempt, BillingRule, Collection, Deed, Dunning, InvoiceStatus, PaymentTerms, Planned,
    StepAction, planned, status,
};
use shared::rules::proration::{FirstPartial, Timing};
use shared::rules::units::Minor;
use shared::rules::zone::{hour_of, zone};

use crate::cycles::Terms;
use crate::{Case, refused};

#[derive(Deserialize)]
struct Input {
    timezone: String,
    retainer: Retainer,
    price_minor: Minor,
    billing: Billing,
    #[serde(default)]
    extra_lines: BTreeMap<u32, Vec<Extra>>,
    collection: Option<Collecting>,
    #[serde(default)]
    dunning: Dunning,
    #[serde(default)]
    events: Vec<Event>,
    through: NaiveDate,
    check: Vec<NaiveDate>,
}

#[derive(Deserialize)]
struct Retainer {
    start: NaiveDate,
    #[serde(flatten)]
    terms: Terms,
}

#[derive(Deserialize)]
struct Billing {
    timing: Timing,
    terms: PaymentTerms,
    #[serde(default)]
    lead_days: u32,
    #[serde(default)]
    grace_days: u32,
    activated_on: Option<NaiveDate>,
    issue_hour: Option<u32>,
    #[serde(default)]
    first_partial: FirstPartial,
}

#[derive(Deserialize)]
struct Extra {
    amount_minor: Minor,
}

#[derive(Deserialize)]
#[serde(tag = "method", rename_all = "snake_case")]
enum Collecting {
    Manual,
    Auto {
        #[serde(flatten)]
        plan: Collection,
        /// By the number of the invoice, as text.
        outcomes: BTreeMap<String, Vec<Outcome>>,
    },
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Ok,
    Fail,
}

#[derive(Deserialize)]
struct Event {
    date: NaiveDate,
    #[serde(rename = "type")]
    kind: Kind,
    #[serde(default)]
    amount_minor: Minor,
    invoice: Option<u32>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Payment,
    CreditNote,
    Void,
    WriteOff,
}

impl Event {
    fn deed(&self) -> Result<Deed<u32>, RuleError> {
        let named = || self.invoice.ok_or(RuleError::OverAllocation);
        let (amount, invoice) = (self.amount_minor, self.invoice);
        Ok(match self.kind {
            Kind::Payment => Deed::Payment { amount, invoice },
            Kind::CreditNote => Deed::CreditNote { amount, invoice: named()? },
            Kind::Void => Deed::Void(named()?),
            Kind::WriteOff => Deed::WriteOff(named()?),
        })
    }
}

/// Runs one case.
pub(crate) fn run(case: &Case) -> Result<Value, String> {
    let input: Input = case.input()?;
    Ok(answer(&input).unwrap_or_else(refused))
}

fn answer(input: &Input) -> Result<Value, RuleError> {
    let Billing { timing, terms, lead_days, grace_days, activated_on, first_partial, .. } =
        input.billing;
    let rule = BillingRule { timing, lead_days, grace_days, activated_on, first_partial, terms };
    let series = input.retainer.terms.series(input.retainer.start)?;
    let sum = |lines: &Vec<Extra>| Minor(lines.iter().map(|line| line.amount_minor.0).sum());
    let extras = input.extra_lines.iter().map(|(seq, lines)| (*seq, sum(lines))).collect();
    let invoices = planned(&series, input.price_minor, &rule, &extras, input.through)?;
    let mut life = Life {
        input,
        invoices: (1..).zip(invoices).collect(),
        account: Account::default(),
        attempts: BTreeMap::new(),
        actions: Vec::new(),
    };
    let mut timeline = Vec::new();
    for day in life.days() {
        life.live(day)?;
        if input.check.contains(&day) {
            timeline.push(life.snapshot(day));
        }
    }
    let shown: Result<Vec<Value>, RuleError> =
        life.invoices.iter().map(|one| shown(input, one)).collect();
    Ok(json!({ "invoices": shown?, "actions": life.actions, "timeline": timeline }))
}

fn shown(input: &Input, (seq, invoice): &(u32, Planned)) -> Result<Value, RuleError> {
    let cycle = invoice.cycle;
    let mut shown = json!({
        "seq": seq, "cycle_seq": cycle.seq, "period_start": cycle.start, "period_end": cycle.end,
        "issue_date": invoice.issue_on, "due_date": invoice.due_on,
        "amount_minor": invoice.amount,
    });
    if let Some(hour) = input.billing.issue_hour {
        let at = hour_of(zone(&input.timezone)?, invoice.issue_on, hour);
        shown["issue_at_utc"] = json!(at.to_rfc3339_opts(SecondsFormat::Secs, true));
    }
    Ok(shown)
}

/// A retainer whose invoices are issued, paid, charged and dunned day by day.
struct Life<'a> {
    input: &'a Input,
    invoices: Vec<(u32, Planned)>,
    account: Account<u32>,
    /// The last attempt to charge an invoice.
    attempts: BTreeMap<u32, Attempt>,
    actions: Vec<Value>,
}

impl Life<'_> {
    /// Every day from the first on which something happens to the last that is asked for.
    fn days(&self) -> impl Iterator<Item = NaiveDate> + use<> {
        let input = self.input;
        let mut days: BTreeSet<NaiveDate> = input.check.iter().copied().collect();
        days.insert(input.through);
        let last = days.last().copied().unwrap_or(input.through);
        days.extend(self.invoices.iter().map(|(_, invoice)| invoice.issue_on));
        days.extend(input.events.iter().map(|event| event.date));
        let first = days.first().copied().unwrap_or(last);
        first.iter_days().take_while(move |day| *day <= last)
    }

    fn live(&mut self, day: NaiveDate) -> Result<(), RuleError> {
        for (seq, invoice) in self.invoices.iter().filter(|(_, one)| one.issue_on == day) {
            let days = (invoice.issue_on, invoice.due_on);
            self.account.issue(*seq, days, invoice.amount)?;
        }
        for event in self.input.events.iter().filter(|event| event.date == day) {
            self.account.apply(event.deed()?)?;
        }
        let waiting: Vec<_> = self.account.waiting().collect();
        for invoice in &waiting {
            self.charge(day, invoice.id, (invoice.issued_on, invoice.due_on), invoice.balance)?;
        }
        let waiting: Vec<_> = self.account.waiting().collect();
        for invoice in &waiting {
            self.dun(day, invoice.id, (invoice.issued_on, invoice.due_on), invoice.balance)?;
        }
        Ok(())
    }

    fn charge(
        &mut self,
        day: NaiveDate,
        seq: u32,
        days: (NaiveDate, NaiveDate),
        open: Minor,
    ) -> Result<(), RuleError> {
        let Some(Collecting::Auto { plan, outcomes }) = &self.input.collection else {
            return Ok(());
        };
        let next = plan.next(days, self.attempts.get(&seq).copied());
        let Some(attempt) = next.filter(|attempt| attempt.on == day) else { return Ok(()) };
        let place = attempt.number as usize - 1;
        let outcome = outcomes.get(&seq.to_string()).and_then(|all| all.get(place)).copied();
        let failed = outcome == Some(Outcome::Fail);
        self.actions.push(json!({
            "date": day, "invoice": seq, "action": "charge", "attempt": attempt.number,
            "outcome": if failed { "fail" } else { "ok" }, "amount_minor": open,
        }));
        if !failed {
            return self.account.apply(Deed::Payment { amount: open, invoice: Some(seq) });
        }
        self.attempts.insert(seq, attempt);
        if plan.next(days, Some(attempt)).is_none() {
            let given_up = json!({ "date": day, "invoice": seq, "action": "charge_exhausted" });
            self.actions.push(given_up);
        }
        Ok(())
    }

    fn dun(
        &mut self,
        day: NaiveDate,
        seq: u32,
        days: (NaiveDate, NaiveDate),
        open: Minor,
    ) -> Result<(), RuleError> {
        let input = self.input;
        for step in input.dunning.through(days, day).iter().filter(|step| step.on == day) {
            let action = step.step.action;
            let mut told = json!({
                "date": day, "invoice": seq, "action": action, "step": step.name(),
            });
            if let Some(fee) = step.fee(open)? {
                told["fee_minor"] = json!(fee);
            }
            self.actions.push(told);
            match action {
                StepAction::Suspend => self.account.apply(Deed::Suspend(seq))?,
                StepAction::WriteOff => self.account.apply(Deed::WriteOff(seq))?,
                StepAction::Remind | StepAction::Warn | StepAction::LateFee => {}
            }
        }
        Ok(())
    }

    fn snapshot(&self, day: NaiveDate) -> Value {
        let shown = self.account.invoices.iter().map(|invoice| {
            let (status, late): (InvoiceStatus, i64) = status(&invoice.open, day);
            let shown = json!({
                "status": status, "balance_minor": invoice.open.balance, "days_overdue": late,
            });
            (invoice.id.to_string(), shown)
        });
        let next = self.invoices.iter().map(|(_, one)| one.issue_on).find(|on| *on > day);
        json!({
            "date": day, "invoices": shown.collect::<Map<String, Value>>(),
            "credit_balance_minor": self.account.credit,
            "collection_state": self.account.standing(day), "next_issue_date": next,
        })
    }
}
