//! Takes the figures of a cycle apart: each into parts that add up to it exactly.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{CycleId, ErrorCode, Explanation, ExplanationPart, Unit};
use shared::rules::ledger::{Closing, Standing, Totals};

use super::book::end_of_day;
use super::pool::PoolBook;
use super::service::{named, open_at, totals};
use super::store::{self, ApprovedRow, CycleRow, PersonSum};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;

const AVAILABLE: &str = "Carried in + allowance − repaid + bought or given + corrected by hand − \
                         ended unused − starts later.";
const LEFT: &str = "Available − drawn − set aside. Work draws the lot that lapses first; work \
                    beyond what is available is overage and draws nothing.";
const USED: &str = "All work that draws, by the person who did it, overage included.";
const OVERAGE: &str = "Used − covered by what was available.";
const BILLED: &str = "Overage − borrowed − delivered for nothing, rounded up to the increment of \
                      the terms once.";
const APPROVED: &str = "How far beyond what is available use may go in this cycle, as the last \
                        approval says.";
const LAPSES: &str = "What of the lots lapses when the cycle closes, by lot and reason.";
const CARRIES: &str = "What the next cycle starts with, by lot: the surplus that carries.";

/// Takes a figure of a pool in a cycle apart, now or as of a day: as its balance tells it then.
///
/// # Errors
/// `not_found`, also for a figure that nobody knows; at `pool` for an unknown key; at `as_of` for a
/// day before the cycle began.
pub async fn explain(
    tx: &mut Tx,
    scope: Scope,
    (figure, id, key): (&str, CycleId, Option<&str>),
    now: DateTime<Utc>,
    as_of: Option<NaiveDate>,
) -> Result<Explanation> {
    let (book, row) = open_at(tx, scope, id, now, as_of).await?;
    let end = as_of.map(|day| end_of_day(&book.zones, day));
    let pool = named(&book, key)?;
    let (totals, standing, closing) = totals(tx, scope, pool, &row).await?;
    let parts = Parts::new(pool, &row);
    let (label, value, rule, parts) = match figure {
        "available" => {
            ("Available", standing.available.0, AVAILABLE, parts.offered(&totals, standing))
        }
        "left" => ("Left", standing.left.0, LEFT, parts.left(&totals, standing)),
        "used" => {
            let people = store::by_person(tx, scope, (row.id, pool.pool.id), end).await?;
            ("Used", totals.consumed.0, USED, parts.people(people))
        }
        "overage" => ("Overage", totals.overage.0, OVERAGE, parts.overage(&totals)),
        "billed" => ("Billed", closing.overage_billed.0, BILLED, parts.billed(&totals, &closing)),
        "approved" => {
            let units = pool.approved_units(&row).unwrap_or(0);
            ("Approved", units, APPROVED, parts.approved(pool))
        }
        "lapses" => ("Lapses", closing.expired_total().0, LAPSES, parts.lapses(&closing)),
        "carries" => ("Carries", closing.closing_balance.0, CARRIES, parts.carries(&closing)),
        _ => return Err(ErrorCode::NotFound.into()),
    };
    let parts = parts.into_iter().filter(|part| part.value != 0).collect();
    let decision = match figure {
        "overage" | "billed" => {
            let made = store::decisions(tx, scope, row.id).await?;
            let known = |at: DateTime<Utc>| end.is_none_or(|end| at < end);
            let made =
                made.iter().find(|made| made.pool_id == pool.pool.id && known(made.decided_at));
            made.map(|made| made.shown(&pool.pool.key))
        }
        _ => None,
    };
    let (figure, label, rule) = (figure.into(), label.into(), rule.into());
    Ok(Explanation { figure, label, value, rule, parts, decision })
}

/// Where the rows of the parts are.
struct Parts<'a> {
    row: &'a CycleRow,
    unit: Unit,
    key: &'a str,
    ledger: String,
    granted: String,
}

impl<'a> Parts<'a> {
    fn new(pool: PoolBook<'a>, row: &'a CycleRow) -> Self {
        let (retainer, key) = (row.retainer_id, &pool.pool.key);
        let ledger = format!("/api/v1/retainers/{retainer}/ledger?cycle_id={}&pool={key}", row.id);
        Self { row, unit: pool.pool.unit, key, ledger, granted: granted(pool, row) }
    }
    fn part(&self, key: &str, label: &str, value: i64) -> ExplanationPart {
        let source = self.ledger.clone();
        ExplanationPart { key: key.into(), label: label.into(), value, origin_seq: None, source }
    }
    fn offered(&self, totals: &Totals, standing: Standing) -> Vec<ExplanationPart> {
        vec![
            self.part("carried_in", "Carried in from earlier cycles", totals.opening.0),
            self.part("granted", &self.granted, totals.grant.0),
            self.part("repaid", "Deficit of the cycle before", -totals.borrow_repaid.0),
            self.part("topped_up", "Bought or given", totals.topups.0),
            self.part(
                "adjusted",
                "Given back, added or taken away by hand",
                totals.adjust_up.0 - totals.adjust_down.0,
            ),
            self.part("ended", "Ended before it was used", -standing.ended.0),
            self.part("coming", "Bought or given ahead: starts later", -standing.coming.0),
        ]
    }
    fn left(&self, totals: &Totals, standing: Standing) -> Vec<ExplanationPart> {
        let drawn = totals.consumed.0 - totals.overage.0;
        let mut parts = self.offered(totals, standing);
        parts.push(self.part("drawn", "Drawn by work", -drawn));
        parts.push(self.part("set_aside", "Set aside for make-ups", -totals.makeup_out.0));
        parts
    }
    fn overage(&self, totals: &Totals) -> Vec<ExplanationPart> {
        let drawn = totals.consumed.0 - totals.overage.0;
        vec![
            self.part("used", "Used", totals.consumed.0),
            self.part("drawn", "Covered by what was available", -drawn),
        ]
    }
    fn billed(&self, totals: &Totals, closing: &Closing) -> Vec<ExplanationPart> {
        let (borrowed, absorbed) = (closing.borrowed.0, closing.overage_absorbed.0);
        let unrepaid = closing.unrepaid.0;
        let exact = totals.overage.0 + unrepaid - borrowed - absorbed;
        vec![
            self.part("overage", "Beyond what was available", totals.overage.0),
            self.part("unrepaid", "Borrowed earlier and never repaid", unrepaid),
            self.part("borrowed", "Deficit that carries: taken from the next cycle", -borrowed),
            self.part("absorbed", "Delivered for nothing", -absorbed),
            self.part(
                "rounded_up",
                "Rounded up to the increment",
                closing.overage_billed.0 - exact,
            ),
        ]
    }
    /// Who approved it, when and why.
    fn approved(&self, pool: PoolBook<'_>) -> Vec<ExplanationPart> {
        let part = |row: &ApprovedRow| ExplanationPart {
            key: "approval".into(),
            label: format!(
                "{}, {}: {}",
                row.member_name,
                pool.book.zones.local_date(row.created_at).format("%-d %B %Y"),
                row.reason
            ),
            value: row.units,
            origin_seq: None,
            source: format!("/api/v1/approvals?cycle_id={}&pool={}", self.row.id, self.key),
        };
        pool.approved(self.row.seq).map(part).into_iter().collect()
    }
    fn people(&self, people: Vec<PersonSum>) -> Vec<ExplanationPart> {
        let part = |person: PersonSum| ExplanationPart {
            key: "person".into(),
            label: person.name,
            value: person.quantity,
            origin_seq: None,
            source: match self.unit {
                Unit::Minutes => format!(
                    "/api/v1/time-entries?cycle_id={}&member_id={}&draws=true",
                    self.row.id, person.member_id
                ),
                Unit::Deliverables | Unit::Credits => format!(
                    "/api/v1/deliverables?cycle_id={}&member_id={}&pool={}",
                    self.row.id, person.member_id, self.key
                ),
                Unit::Sessions | Unit::Money => self.ledger.clone(),
            },
        };
        people.into_iter().map(part).collect()
    }
    fn lapses(&self, closing: &Closing) -> Vec<ExplanationPart> {
        let gone = closing.expired.iter().map(|gone| {
            let (key, label) = reason(gone.reason);
            let origin_seq = Some(i64::from(gone.origin));
            ExplanationPart { origin_seq, ..self.part(key, label, gone.quantity.0) }
        });
        gone.collect()
    }
    fn carries(&self, closing: &Closing) -> Vec<ExplanationPart> {
        let kept = closing.next.lots.iter().map(|lot| {
            let (key, label) = kind(lot.kind);
            let origin_seq = Some(i64::from(lot.origin));
            ExplanationPart { origin_seq, ..self.part(key, label, lot.quantity.0) }
        });
        kept.collect()
    }
}

/// "Allowance of this cycle, 17 of 31 days": what of a full cycle it is the share of.
/// Source: domain 2.5, 2.7.
fn granted(pool: PoolBook<'_>, row: &CycleRow) -> String {
    let (cycle, counted) = (row.days(), pool.book.counted(row));
    let (days, whole) = (counted.days(), cycle.nominal_days());
    let share = if days < whole { format!(", {days} of {whole} days") } else { String::new() };
    let first = (counted != cycle).then_some(", counted from the start of the full cycle");
    format!("Allowance of this cycle{share}{}", first.unwrap_or_default())
}

fn reason(reason: shared::rules::ledger::ExpiryReason) -> (&'static str, &'static str) {
    use shared::rules::ledger::ExpiryReason::*;
    match reason {
        UseItOrLoseIt => ("lapse_unused", "Allowance that does not carry over"),
        CarryPercent => ("lapse_share", "The share that does not carry over"),
        Expiry => ("lapse_expired", "Its time is up"),
        CarriedOnce => ("lapse_carried_once", "Carried once, and not carried again"),
        NotRenewed => ("lapse_not_renewed", "No day of return was agreed"),
        Cap => ("lapse_cap", "More than the cap holds"),
        Termination => ("lapse_ended", "The retainer ends"),
    }
}

fn kind(kind: shared::api::LotKind) -> (&'static str, &'static str) {
    use shared::api::LotKind::*;
    match kind {
        Makeup => ("lot_makeup", "To be made up"),
        Goodwill => ("lot_goodwill", "Given for nothing"),
        Rollover => ("lot_rollover", "Carried over"),
        Included => ("lot_included", "Allowance"),
        Purchased => ("lot_purchased", "Bought"),
    }
}
