//! `rollover.json`: events in the order they were recorded, replayed as the server would.
//!
//! Closed cycles are closed one by one; the open ones after them are projected.
use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::{Value, json};
use shared::rules::RuleError;
use shared::rules::ledger::{
    Calendar, Closes, Closing, CycleTerms, Ends, Fact, FactKind, Horizon, Lot, Next, OpenCycle,
    Opening, Policy, Projection, Refusal, Reversal, SessionEffect, Slot, alerts, close, place,
    project, project_all, refuses, reverse, session_effect,
};
use shared::rules::units::Quantity;

use crate::events::{CycleRow, Event, EventKind, Input};
use crate::{Case, refused};

/// A recorded fact, and what became of it.
struct Entry {
    event: String,
    fact: Fact,
    reversed: bool,
    undone: bool,
}

/// The books of one pool: what a server would store.
struct Books<'a> {
    input: &'a Input,
    calendar: Calendar<'a>,
    policy: Policy,
    entries: Vec<Vec<Entry>>,
    fired: Vec<Vec<(u32, String)>>,
    rejected: Vec<Value>,
    late: Vec<Value>,
    restored: Vec<Value>,
}

/// Runs one case.
pub(crate) fn run(case: &Case) -> Result<Value, String> {
    let input: Input = case.input()?;
    let count = input.cycles.len();
    let end_of = |seq| input.cycles.iter().find(|cycle| cycle.seq == seq).map(|cycle| cycle.end);
    let mut books = Books {
        input: &input,
        calendar: &end_of,
        policy: input.policy.policy(),
        entries: (0..count).map(|_| Vec::new()).collect(),
        fired: vec![Vec::new(); count],
        rejected: Vec::new(),
        late: Vec::new(),
        restored: Vec::new(),
    };
    Ok(books.replay().unwrap_or_else(refused))
}

impl Books<'_> {
    fn replay(&mut self) -> Result<Value, RuleError> {
        for event in self.input.events.iter().filter(|event| event.on <= self.input.as_of) {
            if let Err(refusal) = self.record(event)? {
                let reason = refusal.code();
                self.rejected.push(json!({ "event": event.id, "reason": reason }));
            }
        }
        let (closings, opening) = self.closed(self.input.as_of)?;
        let open = self.open(self.input.as_of, &opening, closings.len())?;
        let closed = closings.iter().map(|(projection, closing)| self.shut(projection, closing));
        let cycles: Vec<Value> = closed.chain(open.iter().map(|open| self.running(open))).collect();
        Ok(json!({
            "cycles": cycles, "rejected": self.rejected, "late": self.late,
            "restored": self.restored,
        }))
    }

    fn record(&mut self, event: &Event) -> Result<Result<(), Refusal>, RuleError> {
        let on = event.on;
        match &event.kind {
            EventKind::Use { qty, work_date } => {
                self.entry(event, work_date.unwrap_or(on), *qty, FactKind::Use)
            }
            EventKind::Reverse { of } => Ok(self.reverse(event, of)),
            EventKind::Topup { qty, lot_kind, expires_on, expires_with_cycle } => {
                let ends = match (*expires_on, *expires_with_cycle) {
                    (Some(date), _) => Ends::Date { date },
                    (None, Some(seq)) => Ends::Cycle { seq },
                    (None, None) => Ends::Never,
                };
                self.entry(event, on, *qty, FactKind::TopUp { lot: *lot_kind, starts: None, ends })
            }
            EventKind::Adjust { qty } => {
                let kind = if *qty < 0 { FactKind::AdjustDown } else { FactKind::AdjustUp };
                let quantity = qty.checked_abs().ok_or(RuleError::TooLarge)?;
                self.entry(event, on, Quantity(quantity), kind)
            }
            EventKind::Session { session_date, status, notice_hours, qty } => {
                let terms = &self.policy.cancellation;
                match session_effect(terms, *status, notice_hours.unwrap_or(0), *qty)? {
                    SessionEffect::Use(qty) => self.entry(event, *session_date, qty, FactKind::Use),
                    SessionEffect::Carry(qty) => {
                        self.entry(event, *session_date, qty, FactKind::Carry)
                    }
                    SessionEffect::Release => Ok(Ok(())),
                }
            }
        }
    }

    fn entry(
        &mut self,
        event: &Event,
        date: NaiveDate,
        quantity: Quantity,
        kind: FactKind,
    ) -> Result<Result<(), Refusal>, RuleError> {
        let placement = match place(date, event.on, &self.slots()) {
            Ok(placement) => placement,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let at = self.index(placement.seq);
        let fact = Fact { effective_on: placement.effective_on, quantity, kind };
        if let Some(refusal) = self.refuses(event.on, at, fact)? {
            return Ok(Err(refusal));
        }
        let entry = Entry { event: event.id.clone(), fact, reversed: false, undone: false };
        self.entries[at].push(entry);
        if placement.late {
            let (worked_in, posted_to) = (placement.worked_in, placement.seq);
            self.late
                .push(json!({ "event": event.id, "worked_in": worked_in, "posted_to": posted_to }));
        }
        if kind == FactKind::Use {
            self.alert(event, at)?;
        }
        Ok(Ok(()))
    }

    fn reverse(&mut self, event: &Event, of: &str) -> Result<(), Refusal> {
        let target = self.entries.iter().enumerate().find_map(|(cycle, entries)| {
            let live = |entry: &Entry| {
                entry.event == of && entry.fact.kind == FactKind::Use && !entry.reversed
            };
            entries.iter().position(live).map(|entry| (cycle, entry))
        });
        let (cycle, position) = target.ok_or(Refusal::NothingToReverse)?;
        let reversal = reverse(self.input.cycles[cycle].seq, event.on, &self.slots())?;
        let entry = &mut self.entries[cycle][position];
        entry.reversed = true;
        entry.undone = reversal == Reversal::Undo;
        if let Reversal::Restore { seq, effective_on } = reversal {
            let fact =
                Fact { effective_on, quantity: entry.fact.quantity, kind: FactKind::AdjustUp };
            let qty = fact.quantity;
            self.restored
                .push(json!({ "event": event.id, "of": of, "qty": qty, "posted_to": seq }));
            let at = self.index(seq);
            let entry = Entry { event: event.id.clone(), fact, reversed: false, undone: false };
            self.entries[at].push(entry);
        }
        Ok(())
    }

    fn refuses(&self, on: NaiveDate, at: usize, fact: Fact) -> Result<Option<Refusal>, RuleError> {
        let (closings, opening) = self.closed(on)?;
        let facts = self.facts();
        let cycles = self.open_cycles(on, closings.len(), &facts);
        refuses(&opening, &cycles, at - closings.len(), fact, self.calendar)
    }

    fn alert(&mut self, event: &Event, at: usize) -> Result<(), RuleError> {
        let (closings, opening) = self.closed(event.on)?;
        let open = self.open(event.on, &opening, closings.len())?;
        let fired: Vec<u32> = self.fired[at].iter().map(|(threshold, _)| *threshold).collect();
        let totals = &open[at - closings.len()].totals;
        for threshold in alerts(totals, &self.policy.thresholds, &fired) {
            self.fired[at].push((threshold, event.id.clone()));
        }
        Ok(())
    }

    /// Closes every cycle whose time has come on `date`.
    fn closed(&self, date: NaiveDate) -> Result<(Vec<(Projection, Closing)>, Opening), RuleError> {
        let facts = self.facts();
        let mut opening = Opening::default();
        let mut closings = Vec::new();
        for (index, slot) in self.slots().iter().enumerate() {
            if !slot.closes.closed_on(date) {
                break;
            }
            let terms = self.terms(index);
            let projection = project(&opening, &terms, &facts[index], self.calendar)?;
            let next = match self.input.cycles.get(index + 1) {
                Some(next) => Next::Cycle { grant: next.grant },
                None if self.input.terminated => Next::Terminated,
                None => Next::Unknown,
            };
            let closing = close(&projection, &terms, next, self.calendar)?;
            opening = closing.next.clone();
            closings.push((projection, closing));
        }
        Ok((closings, opening))
    }

    /// Projects the cycles after the closed ones that have begun on `date`.
    fn open(
        &self,
        date: NaiveDate,
        opening: &Opening,
        closed: usize,
    ) -> Result<Vec<Projection>, RuleError> {
        let facts = self.facts();
        project_all(opening, &self.open_cycles(date, closed, &facts), self.calendar)
    }

    fn open_cycles<'a>(
        &'a self,
        date: NaiveDate,
        closed: usize,
        facts: &'a [Vec<Fact>],
    ) -> Vec<OpenCycle<'a>> {
        let begun = self.input.cycles.iter().filter(|cycle| cycle.start <= date).count();
        let open = closed..begun.max(closed);
        open.map(|index| OpenCycle { terms: self.terms(index), facts: &facts[index] }).collect()
    }

    fn facts(&self) -> Vec<Vec<Fact>> {
        let counts = |entry: &&Entry| !entry.undone;
        let of =
            |entries: &Vec<Entry>| entries.iter().filter(counts).map(|entry| entry.fact).collect();
        self.entries.iter().map(of).collect()
    }

    fn terms(&self, index: usize) -> CycleTerms<'_> {
        let CycleRow { seq, start, end, grant, partial } = self.input.cycles[index];
        let full_grant = self.input.policy.full_grant;
        let horizon = Horizon::default();
        CycleTerms { seq, start, end, partial, grant, full_grant, policy: &self.policy, horizon }
    }

    fn slots(&self) -> Vec<Slot> {
        let slot = |cycle: &CycleRow| Slot {
            seq: cycle.seq,
            start: cycle.start,
            end: cycle.end,
            closes: Closes::after(cycle.end, self.policy.grace_days),
        };
        self.input.cycles.iter().map(slot).collect()
    }

    fn index(&self, seq: u32) -> usize {
        let position = self.input.cycles.iter().position(|cycle| cycle.seq == seq);
        position.expect("only listed cycles are offered as slots")
    }

    fn running(&self, projection: &Projection) -> Value {
        let mut cycle = self.summary(projection);
        cycle["status"] = json!("open");
        cycle["balance"] = json!(projection.totals.balance());
        cycle["lots"] = lots(&projection.lots);
        cycle
    }

    fn shut(&self, projection: &Projection, closing: &Closing) -> Value {
        let mut cycle = self.summary(projection);
        cycle["status"] = json!("closed");
        cycle["borrowed"] = json!(closing.borrowed);
        cycle["overage_billed_units"] = json!(closing.overage_billed);
        cycle["overage_amount_minor"] = json!(closing.overage_amount);
        cycle["overage_absorbed"] = json!(closing.overage_absorbed);
        cycle["carried_out"] = json!(closing.carried_out);
        cycle["expired"] = json!(closing.expired_total());
        cycle["closing_balance"] = json!(closing.closing_balance);
        cycle["lots"] = lots(&closing.next.lots);
        // Lots that differ only in their end are one line here.
        let mut expired = BTreeMap::new();
        for lapse in &closing.expired {
            let (kind, reason) = (json!(lapse.kind), json!(lapse.reason));
            let key = (kind.to_string(), lapse.origin, reason.to_string());
            let line = json!({ "kind": kind, "origin": lapse.origin, "reason": reason });
            expired.entry(key).or_insert((line, 0)).1 += lapse.quantity.0;
        }
        let lines = expired.into_values().map(|(mut line, quantity)| {
            line["qty"] = json!(quantity);
            line
        });
        cycle["expired_detail"] = lines.collect();
        cycle
    }

    fn summary(&self, projection: &Projection) -> Value {
        let mut cycle = json!(projection.totals);
        cycle["seq"] = json!(projection.seq);
        let fired = &self.fired[self.index(projection.seq)];
        let alerts =
            fired.iter().map(|(level, event)| json!({ "threshold": level, "event": event }));
        cycle["alerts"] = alerts.collect();
        cycle
    }
}

fn lots(lots: &[Lot]) -> Value {
    let line = |lot: &Lot| {
        let (cycle, date) = match lot.ends {
            Ends::Never => (None, None),
            Ends::Cycle { seq } => (Some(seq), None),
            Ends::Date { date } => (None, Some(date)),
        };
        json!({
            "kind": lot.kind, "origin": lot.origin, "remaining": lot.quantity,
            "expires_with_cycle": cycle, "expires_on": date,
        })
    };
    lots.iter().map(line).collect()
}
