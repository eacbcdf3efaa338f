//! When something is billed that was agreed beside the price of the cycles, once: the fee of a
//! change order.
use chrono::NaiveDate;

/// The day from which an invoice takes it: that on which it holds, or that on which it was agreed
/// if that came later. None if the retainer ends before (`ends_on` is the first day without
/// service), since then nothing of it comes. Source: domain 5.3; docs/decisions/0031.
pub fn due_beside(
    holds_on: NaiveDate,
    agreed_on: NaiveDate,
    ends_on: Option<NaiveDate>,
) -> Option<NaiveDate> {
    ends_on.is_none_or(|end| holds_on < end).then_some(holds_on.max(agreed_on))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(of_2026: i64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default() + chrono::Days::new(of_2026 as u64)
    }

    proptest! {
        #[test]
        fn it_is_due_once_both_have_come_unless_the_end_came_first(
            (holds, agreed, end) in (0i64..400, 0i64..400, proptest::option::of(0i64..400)),
        ) {
            let due = due_beside(day(holds), day(agreed), end.map(day));
            prop_assert_eq!(due.is_some(), end.is_none_or(|end| holds < end));
            if let Some(due) = due {
                prop_assert!(due >= day(holds) && due >= day(agreed));
                prop_assert!(due == day(holds) || due == day(agreed));
            }
        }
    }
}
