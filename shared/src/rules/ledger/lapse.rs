//! What a client will lose if nothing is used: the warning that the balance alone does not give.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Calendar;
use super::lot::{Ends, LotKind, carried_until};
use super::project::{CycleTerms, Projection};
use crate::rules::units::Quantity;

/// Units that will lapse on a day that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lapse {
    /// The first day they no longer pay for.
    pub on: NaiveDate,
    /// The kind of the lot.
    pub kind: LotKind,
    /// The cycle the lot comes from.
    pub origin: u32,
    /// How much, in units of the pool.
    pub quantity: Quantity,
}

/// The lots of a cycle whose end is a known day, earliest first.
///
/// Allowance that is carried over is not among them, although a cap may trim it at the close.
/// Source: domain 3.13.
#[must_use]
pub fn lapses(
    projection: &Projection,
    terms: &CycleTerms<'_>,
    calendar: Calendar<'_>,
) -> Vec<Lapse> {
    let gone = terms.horizon.cap(LotKind::Included, None).is_some_and(|day| day <= terms.end);
    let carried = !gone && carried_until(terms.policy, terms.partial, terms.seq).is_some();
    let stays = projection.lots.iter().filter(|lot| lot.kind != LotKind::Included || !carried);
    let lapse = |lot: &super::Lot| {
        let on = match lot.ends {
            Ends::Never => None,
            Ends::Date { date } => Some(date),
            Ends::Cycle { seq } if seq == terms.seq => Some(terms.end),
            Ends::Cycle { seq } => calendar(seq),
        };
        terms.horizon.cap(lot.kind, on).map(|on| Lapse {
            on,
            kind: lot.kind,
            origin: lot.origin,
            quantity: lot.quantity,
        })
    };
    let mut lapses: Vec<Lapse> = stays.filter_map(lapse).collect();
    lapses.sort_by_key(|lapse| lapse.on);
    lapses
}
