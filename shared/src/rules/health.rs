//! How the relationship with a client stands: a score of five parts, and a state with the facts
//! that speak for it. Source: domain 6.5, 7.1, 7.8; requirement S1-6.
//!
//! Scores are in tenths of a point, 0 to 1,000; shares in tenths of a per cent. Each part is
//! rounded by itself to the nearest tenth, ties away from zero, and the score is rounded once more
//! from those: who adds up the parts that are shown gets the score that is shown.
use serde::{Deserialize, Serialize};

use super::scale;

/// The most that a part or a score can be, in tenths of a point.
pub const FULL: i64 = 1_000;
/// Closed cycles that use and margin are read from.
pub const CYCLES: usize = 3;
/// Invoices that payment is read from.
pub const INVOICES: usize = 6;
/// The margin that is aimed at where nobody says another, in tenths of a per cent.
pub const TARGET_MARGIN: i64 = 400;
/// An invoice that is open for more days after the last one is very late.
pub const VERY_LATE_DAYS: i64 = 30;
/// Days back in which units that were bought, and work that was due, count.
pub const WINDOW_DAYS: i64 = 90;

/// What is taken off payment where something is very late, in tenths of a point.
const VERY_LATE: i64 = 200;
/// What a day of delay takes off payment, in tenths of a point.
const OF_A_DAY: i64 = 40;
/// Of so much use, the next tier is suggested.
const FULL_USE: i64 = 900;
/// Below so much, twice running, little is used.
const LITTLE_USE: i64 = 500;

/// What a part weighs, in hundredths of the whole where none is missing.
pub mod weight {
    /// Of use.
    pub const USE: i64 = 25;
    /// Of payment.
    pub const PAYMENT: i64 = 25;
    /// Of margin.
    pub const MARGIN: i64 = 20;
    /// Of contact.
    pub const CONTACT: i64 = 15;
    /// Of delivery.
    pub const DELIVERY: i64 = 15;
}

/// Names of a list, kept and sent in snake case.
macro_rules! words {
    ($($(#[$meta:meta])* $name:ident { $($(#[$of:meta])* $variant:ident),* $(,)? })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(
            feature = "sqlx",
            derive(sqlx::Type),
            sqlx(type_name = "text", rename_all = "snake_case")
        )]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name { $($(#[$of])* $variant),* }
    )*};
}

words! {
    /// What a score comes to.
    HealthBand {
        /// 75 points or more.
        Healthy,
        /// 50 points or more.
        Watch,
        /// Fewer.
        AtRisk,
    }
    /// How an account stands, in the order in which one goes before another.
    HealthState {
        /// An invoice is open after its day.
        Late,
        /// More than a tenth of an allowance was given away, lately or again and again.
        OverServiced,
        /// Less than half was used, twice running.
        UnderUsed,
        /// What is agreed is not enough any more.
        ReadyForExpansion,
        /// The score is below 50.
        AtRisk,
        /// The score is below 75.
        Watch,
        /// None of these.
        Healthy,
    }
    /// Why an account is ready for expansion. Source: domain 7.8.
    ExpansionSign {
        /// Nine tenths or more were used in three cycles running.
        FullUse,
        /// More than there was was used in two of three cycles.
        Overage,
        /// Units were bought twice in 90 days.
        TopUps,
    }
}

impl HealthBand {
    /// The band of a score in tenths of a point.
    #[must_use]
    pub const fn of(score: i64) -> Self {
        match score {
            750.. => Self::Healthy,
            500..750 => Self::Watch,
            _ => Self::AtRisk,
        }
    }
}

impl From<HealthBand> for HealthState {
    fn from(band: HealthBand) -> Self {
        match band {
            HealthBand::Healthy => Self::Healthy,
            HealthBand::Watch => Self::Watch,
            HealthBand::AtRisk => Self::AtRisk,
        }
    }
}

/// What a closed cycle used of what it had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Used {
    /// Used of what was available in the tightest pool, in tenths of a per cent; none where no pool
    /// had an allowance.
    pub share: Option<i64>,
    /// Used of what the cycle itself brought, without what was carried in or bought; in the pool
    /// where that is most.
    pub own: Option<i64>,
    /// Some pool went beyond what it had.
    pub overage: bool,
}

/// A point on the line from `(x0, y0)` to `(x1, y1)`, `x0 < x1`, held at its ends.
fn line(x: i64, (x0, y0): (i64, i64), (x1, y1): (i64, i64)) -> i64 {
    let along = x.clamp(x0, x1) - x0;
    y0 + scale(y1 - y0, along, x1 - x0).unwrap_or_default()
}

fn mean(shares: impl Iterator<Item = i64>) -> Option<i64> {
    let add = |(sum, n): (i64, i64), share: i64| (sum.saturating_add(share.max(0)), n + 1);
    let (sum, n) = shares.fold((0, 0), add);
    scale(sum, 1, n).ok()
}

/// The mean of what the newest [`CYCLES`] of these used, newest first, in tenths of a per cent;
/// none where none had anything.
#[must_use]
pub fn mean_use(cycles: &[Used]) -> Option<i64> {
    mean(cycles.iter().take(CYCLES).filter_map(|one| one.share))
}

/// The part of use, of a share in tenths of a per cent: full from 70 to 100 %, nothing at 20 %, 40
/// points at 150 % and above.
#[must_use]
pub fn of_use(share: i64) -> i64 {
    if share <= 1_000 {
        line(share, (200, 0), (700, FULL))
    } else {
        line(share, (1_000, FULL), (1_500, 400))
    }
}

/// The part of payment: 4 points less for each day that the newest invoices were late in the mean,
/// 20 less where something is very late; none of no invoice. Days are zero or more.
#[must_use]
pub fn of_payment(days_late: &[i64], very_late: bool) -> Option<i64> {
    let newest = &days_late[..days_late.len().min(INVOICES)];
    // No delay that counts is longer than one that takes all.
    let sum: i64 = newest.iter().map(|days| (*days).clamp(0, 36_500)).sum();
    let off = scale(sum, OF_A_DAY, i64::try_from(newest.len()).ok()?).ok()?;
    Some((FULL - off - if very_late { VERY_LATE } else { 0 }).max(0))
}

/// The part of margin, of shares of the revenue in tenths of a per cent: full at the target,
/// nothing at zero and below.
#[must_use]
pub fn of_margin(share: i64, target: i64) -> i64 {
    line(share, (0, 0), (target.max(1), FULL))
}

/// The part of contact, of the days since the last exchange: full up to 14, nothing from 60 on.
#[must_use]
pub fn of_contact(days: i64) -> i64 {
    line(days, (14, FULL), (60, 0))
}

/// The part of delivery: of what was due, what was delivered on time; none of nothing.
#[must_use]
pub fn of_delivery(on_time: i64, due: i64) -> Option<i64> {
    (due > 0).then(|| scale(FULL, on_time.clamp(0, due), due).ok())?
}

/// The mean of the parts that are known, each with its weight: what is missing drops out, and the
/// others weigh more. None where all are missing.
#[must_use]
pub fn score(parts: &[(i64, Option<i64>)]) -> Option<i64> {
    let known = || parts.iter().filter_map(|(weight, part)| Some((*weight, (*part)?)));
    let weights: i64 = known().map(|(weight, _)| weight).sum();
    let sum: i64 = known().map(|(weight, part)| weight * part.clamp(0, FULL)).sum();
    scale(sum, 1, weights).ok()
}

/// What the newest two cycles used in the mean, where both used less than half of what they
/// brought themselves: who leaves a package or what was carried untouched uses no less for it.
/// Newest first.
#[must_use]
pub fn under_used(cycles: &[Used]) -> Option<i64> {
    let newest = [cycles.first()?.own?, cycles.get(1)?.own?];
    newest.iter().all(|share| *share < LITTLE_USE).then(|| mean(newest.into_iter()))?
}

/// What speaks for agreeing on more. Cycles newest first, `top_ups` bought within [`WINDOW_DAYS`].
#[must_use]
pub fn expansion(cycles: &[Used], top_ups: i64) -> Option<ExpansionSign> {
    let newest = &cycles[..cycles.len().min(CYCLES)];
    if newest.len() == CYCLES
        && newest.iter().all(|one| one.share.is_some_and(|share| share >= FULL_USE))
    {
        return Some(ExpansionSign::FullUse);
    }
    if newest.iter().filter(|one| one.overage).count() >= 2 {
        return Some(ExpansionSign::Overage);
    }
    (top_ups >= 2).then_some(ExpansionSign::TopUps)
}

/// The state: the first of the signs and of what the score comes to, in their order. None where
/// nothing is known.
#[must_use]
pub fn state(
    signs: impl IntoIterator<Item = HealthState>,
    score: Option<i64>,
) -> Option<HealthState> {
    signs.into_iter().chain(score.map(|score| HealthBand::of(score).into())).min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const WEIGHTS: [i64; 5] =
        [weight::USE, weight::PAYMENT, weight::MARGIN, weight::CONTACT, weight::DELIVERY];

    fn of(parts: [Option<i64>; 5]) -> Option<i64> {
        let parts: Vec<_> = WEIGHTS.into_iter().zip(parts).collect();
        score(&parts)
    }

    fn used(shares: &[i64]) -> Vec<Used> {
        let used =
            |share: i64| Used { share: Some(share), own: Some(share), overage: share > 1_000 };
        shares.iter().copied().map(used).collect()
    }

    #[test]
    fn the_worked_example_comes_to_737() {
        let parts = [
            Some(of_use(450)),
            of_payment(&[5], false),
            Some(of_margin(300, 400)),
            Some(of_contact(21)),
            of_delivery(9, 10),
        ];
        assert_eq!(parts, [Some(500), Some(800), Some(750), Some(848), Some(900)]);
        let score = of(parts).unwrap();
        assert_eq!((score, HealthBand::of(score)), (737, HealthBand::Watch));
        assert_eq!(WEIGHTS.iter().sum::<i64>(), 100);
    }

    #[test]
    fn each_part_bends_where_the_rule_says() {
        let shares = [0, 200, 450, 700, 1_000, 1_250, 1_500, 9_000];
        assert_eq!(shares.map(of_use), [0, 0, 500, 1_000, 1_000, 700, 400, 400]);
        assert_eq!(of_payment(&[0, 0, 10], false), Some(867));
        assert_eq!(of_payment(&[0; 6], true), Some(800));
        assert_eq!(of_payment(&[0, 0, 0, 0, 0, 0, 99], false), Some(1_000), "the seventh is old");
        assert_eq!(of_payment(&[400], true), Some(0));
        assert_eq!(of_payment(&[], false), None);
        assert_eq!([-50, 0, 200, 400, 900].map(|it| of_margin(it, 400)), [0, 0, 500, 1_000, 1_000]);
        assert_eq!([0, 14, 37, 60, 900].map(of_contact), [1_000, 1_000, 500, 0, 0]);
        assert_eq!((of_delivery(0, 0), of_delivery(1, 3)), (None, Some(333)));
        assert_eq!(
            [749, 750, 499, 500].map(HealthBand::of).map(HealthState::from),
            [HealthState::Watch, HealthState::Healthy, HealthState::AtRisk, HealthState::Watch,]
        );
    }

    #[test]
    fn the_mean_is_of_the_newest_three() {
        assert_eq!(mean_use(&used(&[920, 950, 1_010, 0])), Some(960));
        assert_eq!((mean_use(&used(&[333])), mean_use(&[])), (Some(333), None));
        let mut some = used(&[400, 0, 500]);
        some[1].share = None;
        assert_eq!(mean_use(&some), Some(450), "a cycle that had nothing tells nothing");
    }

    #[test]
    fn signs_need_all_the_cycles_that_the_rule_names() {
        assert_eq!(under_used(&used(&[499, 401])), Some(450));
        assert_eq!(under_used(&used(&[0, 0, 1_000])), Some(0));
        assert_eq!((under_used(&used(&[499])), under_used(&used(&[499, 500]))), (None, None));
        let mut package = used(&[300, 300, 950]);
        package[1].own = None;
        assert_eq!(under_used(&package), None, "two running, and one brought nothing");
        let sign = |shares: &[i64], top_ups| expansion(&used(shares), top_ups);
        assert_eq!(sign(&[920, 950, 1_010], 0), Some(ExpansionSign::FullUse));
        assert_eq!(sign(&[920, 950], 0), None);
        assert_eq!(sign(&[1_010, 100, 1_010], 0), Some(ExpansionSign::Overage));
        assert_eq!(sign(&[1_010, 100, 100, 1_010], 0), None, "the fourth is too long ago");
        assert_eq!((sign(&[], 2), sign(&[], 1)), (Some(ExpansionSign::TopUps), None));
    }

    #[test]
    fn a_sign_goes_before_the_score_and_the_first_before_the_others() {
        use HealthState::*;
        assert_eq!(state([UnderUsed, Late], Some(990)), Some(Late));
        assert_eq!(state([ReadyForExpansion], Some(100)), Some(ReadyForExpansion));
        assert_eq!(state([], Some(100)), Some(AtRisk));
        assert_eq!(
            [100, 600, 990].map(|score| state([Watch], Some(score))),
            [Some(AtRisk), Some(Watch), Some(Watch)]
        );
        assert_eq!(state([], None), None);
    }

    fn part() -> impl Strategy<Value = Option<i64>> {
        proptest::option::of(0..=FULL)
    }

    proptest! {
        #[test]
        fn a_score_lies_between_its_worst_and_its_best_part(
            parts in proptest::array::uniform5(part()),
        ) {
            let known = || parts.iter().flatten().copied();
            prop_assert_eq!(of(parts).is_none(), known().count() == 0);
            if let Some(score) = of(parts) {
                prop_assert!(known().min() <= Some(score) && Some(score) <= known().max());
            }
        }

        #[test]
        fn a_better_part_is_never_a_worse_score(
            parts in proptest::array::uniform5(0..=FULL),
            at in 0..5usize,
            more in 0..=FULL,
        ) {
            let mut better = parts;
            better[at] = (better[at] + more).min(FULL);
            prop_assert!(of(parts.map(Some)) <= of(better.map(Some)));
        }

        #[test]
        fn a_part_that_drops_out_weighs_as_if_it_stood_where_the_others_do(
            parts in proptest::array::uniform5(0..=FULL),
            at in 0..5usize,
        ) {
            let mut without = parts.map(Some);
            without[at] = None;
            let rest = of(without).unwrap();
            without[at] = Some(rest);
            let filled = of(without).unwrap();
            prop_assert!((filled - rest).abs() <= 1, "{} {}", filled, rest);
        }

        #[test]
        fn parts_stay_within_their_bounds_and_never_turn_back(a: i64, more in 0..5_000i64) {
            let b = a.saturating_add(more);
            for of in [of_use, of_contact, |share| of_margin(share, TARGET_MARGIN)] {
                prop_assert!((0..=FULL).contains(&of(a)));
            }
            prop_assert!(of_contact(a) >= of_contact(b));
            prop_assert!(of_margin(a, TARGET_MARGIN) <= of_margin(b, TARGET_MARGIN));
            prop_assert!(!(a <= 700 && b <= 1_000) || of_use(a) <= of_use(b));
            prop_assert!(a < 700 || of_use(a) >= of_use(b));
        }

        #[test]
        fn later_is_never_better(
            days in proptest::collection::vec(0..400i64, 1..8),
            at in 0..8usize,
        ) {
            let mut later = days.clone();
            let at = at % days.len();
            later[at] += 10;
            prop_assert!(of_payment(&later, false) <= of_payment(&days, false));
            prop_assert!(of_payment(&days, true) <= of_payment(&days, false));
        }
    }
}
