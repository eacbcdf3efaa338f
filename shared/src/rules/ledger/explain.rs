//! The figures of a projected cycle, each with the parts that make it.
use super::lot::LotKind;
use super::project::{Effect, Projection};
use crate::rules::RuleError;
use crate::rules::figure::{Figure, Part};

/// What is left: the sums of the cycle. Source: domain 3.3.
///
/// # Errors
/// [`RuleError::TooLarge`] if the sum does not fit 64 bits.
pub fn left(projection: &Projection) -> Result<Figure, RuleError> {
    let totals = &projection.totals;
    let taken = [
        Part::new("consumed", negated(totals.consumed.0)),
        Part::new("overage", totals.overage.0),
        Part::new("makeup_out", negated(totals.makeup_out.0)),
    ];
    Figure::sum("ledger.left", offered(projection).into_iter().chain(taken))
}

/// What is left: lot by lot, in the order they will be drawn. Source: domain 3.4.
///
/// # Errors
/// [`RuleError::TooLarge`] if the sum does not fit 64 bits.
pub fn left_by_lot(projection: &Projection) -> Result<Figure, RuleError> {
    let part = |lot: &super::Lot| Part::of_cycle(key(lot.kind), lot.origin, lot.quantity.0);
    Figure::sum("ledger.left_by_lot", projection.lots.iter().map(part))
}

/// Everything the cycle offers; the base of the alerts. Source: domain 4.6.
///
/// # Errors
/// [`RuleError::TooLarge`] if the sum does not fit 64 bits.
pub fn available(projection: &Projection) -> Result<Figure, RuleError> {
    Figure::sum("ledger.available", offered(projection))
}

/// What was used: by the lots that paid, and the overage. Source: domain 3.4, 4.5.
///
/// # Errors
/// [`RuleError::TooLarge`] if the sum does not fit 64 bits.
pub fn used(projection: &Projection) -> Result<Figure, RuleError> {
    let mut parts: Vec<Part> = Vec::new();
    let uses = projection.settled.iter().filter(|fact| fact.effect == Effect::Consume);
    for draw in uses.flat_map(|fact| &fact.draws) {
        let (key, cycle) = (key(draw.kind), Some(draw.origin));
        match parts.iter_mut().find(|part| part.key == key && part.cycle == cycle) {
            Some(part) => part.value = part.value.saturating_add(draw.quantity.0),
            None => parts.push(Part::of_cycle(key, draw.origin, draw.quantity.0)),
        }
    }
    parts.push(Part::new("overage", projection.totals.overage.0));
    Figure::sum("ledger.used", parts)
}

fn offered(projection: &Projection) -> [Part; 6] {
    let totals = &projection.totals;
    [
        Part::new("opening", totals.opening.0),
        Part::new("grant", totals.grant.0),
        Part::new("borrow_repaid", negated(totals.borrow_repaid.0)),
        Part::new("topups", totals.topups.0),
        Part::new("adjust_up", totals.adjust_up.0),
        Part::new("adjust_down", negated(totals.adjust_down.0)),
    ]
}

fn negated(value: i64) -> i64 {
    value.saturating_neg()
}

fn key(kind: LotKind) -> &'static str {
    match kind {
        LotKind::Makeup => "makeup",
        LotKind::Goodwill => "goodwill",
        LotKind::Rollover => "rollover",
        LotKind::Included => "included",
        LotKind::Purchased => "purchased",
    }
}
