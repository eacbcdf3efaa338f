//! How recurring revenue moves from month to month, and what of it stays. Source: domain 7.5, 7.6.
use super::RuleError;
use super::ratio::Ratio;
use super::units::Minor;

/// What a client brings a month, at the end of each month in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// Whether it brought anything in any month before the first.
    pub before: bool,
    /// The first is the month before the first that is told; none is below zero.
    pub months: Vec<Minor>,
}

/// How a client came to bring another amount than before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Movement {
    /// It had never brought anything.
    New,
    /// It brings more.
    Expansion,
    /// It brings less.
    Contraction,
    /// It brings nothing any more.
    Churn,
    /// It brings something again.
    Reactivation,
}

/// What all clients bring at the start and the end of a span, and what lies between: `end` is
/// `start` with what came less what went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    /// At its start.
    pub start: Minor,
    /// Of clients that are new.
    pub new: Minor,
    /// What clients bring more.
    pub expansion: Minor,
    /// What clients bring less, not below zero.
    pub contraction: Minor,
    /// Of clients that left, not below zero.
    pub churn: Minor,
    /// Of clients that came back.
    pub reactivation: Minor,
    /// At its end.
    pub end: Minor,
    /// Clients that brought something at its start.
    pub clients_start: u32,
    /// Of those, who left.
    pub clients_lost: u32,
    /// Who is new or came back.
    pub clients_won: u32,
}

impl Course {
    /// The movement between two months by their places, and from what to what; none if nothing moved.
    #[must_use]
    pub fn movement(&self, from: usize, to: usize) -> Option<(Movement, Minor, Minor)> {
        let at = |place: usize| self.months.get(place).copied().unwrap_or_default();
        let (was, is) = (at(from), at(to));
        let ever = || self.before || self.months.iter().take(from).any(|one| *one > Minor(0));
        let movement = match (was.0, is.0) {
            (was, is) if was == is => return None,
            (0, _) if ever() => Movement::Reactivation,
            (0, _) => Movement::New,
            (_, 0) => Movement::Churn,
            (was, is) if is > was => Movement::Expansion,
            _ => Movement::Contraction,
        };
        Some((movement, was, is))
    }
}

impl Span {
    /// What clients brought between the ends of two months by their places: one net movement a
    /// client. Source: domain 7.5.
    ///
    /// # Errors
    /// [`RuleError::TooLarge`].
    pub fn between<'a>(
        courses: impl IntoIterator<Item = &'a Course>,
        (from, to): (usize, usize),
    ) -> Result<Self, RuleError> {
        let mut span = Self::default();
        let add = |sum: &mut Minor, by: i64| -> Result<(), RuleError> {
            sum.0 = sum.0.checked_add(by).ok_or(RuleError::TooLarge)?;
            Ok(())
        };
        for course in courses {
            let start = course.months.get(from).copied().unwrap_or_default();
            add(&mut span.start, start.0)?;
            span.clients_start += u32::from(start > Minor(0));
            add(&mut span.end, course.months.get(to).copied().unwrap_or_default().0)?;
            let Some((movement, was, is)) = course.movement(from, to) else { continue };
            let (sum, by) = match movement {
                Movement::New => (&mut span.new, is.0),
                Movement::Reactivation => (&mut span.reactivation, is.0),
                Movement::Expansion => (&mut span.expansion, is.0 - was.0),
                Movement::Contraction => (&mut span.contraction, was.0 - is.0),
                Movement::Churn => (&mut span.churn, was.0),
            };
            add(sum, by)?;
            match movement {
                Movement::New | Movement::Reactivation => span.clients_won += 1,
                Movement::Churn => span.clients_lost += 1,
                Movement::Expansion | Movement::Contraction => {}
            }
        }
        Ok(span)
    }

    /// What of the start is there at the end with what its clients bring more, in thousandths; none
    /// of nothing. Who is new or came back does not count. Source: domain 7.6.
    ///
    /// # Errors
    /// [`RuleError::TooLarge`].
    pub fn net_retention(&self) -> Result<Option<i64>, RuleError> {
        let kept = self.kept() + i128::from(self.expansion.0);
        share(kept, i128::from(self.start.0))
    }

    /// The same without what they bring more.
    ///
    /// # Errors
    /// [`RuleError::TooLarge`].
    pub fn gross_retention(&self) -> Result<Option<i64>, RuleError> {
        share(self.kept(), i128::from(self.start.0))
    }

    /// Which part of the clients of the start left, in thousandths; none of none.
    ///
    /// # Errors
    /// [`RuleError::TooLarge`].
    pub fn client_churn(&self) -> Result<Option<i64>, RuleError> {
        share(i128::from(self.clients_lost), i128::from(self.clients_start))
    }

    fn kept(&self) -> i128 {
        i128::from(self.start.0) - i128::from(self.contraction.0) - i128::from(self.churn.0)
    }
}

/// Thousandths, rounded once; none of nothing.
pub(super) fn share(part: i128, whole: i128) -> Result<Option<i64>, RuleError> {
    if whole == 0 {
        return Ok(None);
    }
    let part = part.checked_mul(1_000).ok_or(RuleError::TooLarge)?;
    Ratio::new(part, whole)?.rounded().map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn course(before: bool, months: &[i64]) -> Course {
        Course { before, months: months.iter().copied().map(Minor).collect() }
    }

    /// Domain 7.5 and 7.6: 1,000 to 1,400 is expansion of 400; 50,000 + 4,000 - 1,500 - 3,000 is
    /// 99.0 % net and 91.0 % gross.
    #[test]
    fn the_examples_of_the_domain_hold() {
        let grew = course(true, &[100_000, 140_000]);
        let told = (Movement::Expansion, Minor(100_000), Minor(140_000));
        assert_eq!(grew.movement(0, 1), Some(told));
        let all = [
            course(true, &[4_000_000, 4_400_000]),
            course(true, &[700_000, 550_000]),
            course(true, &[300_000, 0]),
            course(false, &[0, 250_000]),
            course(true, &[0, 90_000]),
        ];
        let span = Span::between(&all, (0, 1)).unwrap();
        assert_eq!((span.start, span.end), (Minor(5_000_000), Minor(5_290_000)));
        assert_eq!((span.expansion, span.contraction), (Minor(400_000), Minor(150_000)));
        let others = (span.churn, span.new, span.reactivation);
        assert_eq!(others, (Minor(300_000), Minor(250_000), Minor(90_000)));
        assert_eq!((span.net_retention(), span.gross_retention()), (Ok(Some(990)), Ok(Some(910))));
        assert_eq!((span.clients_start, span.clients_lost, span.clients_won), (3, 1, 2));
        assert_eq!(span.client_churn(), Ok(Some(333)));
    }

    #[test]
    fn who_comes_back_is_not_new_and_of_nothing_there_is_no_share() {
        let back = course(false, &[0, 500, 0, 500]);
        let kinds: Vec<_> =
            (0..3).filter_map(|place| Some(back.movement(place, place + 1)?.0)).collect();
        assert_eq!(kinds, [Movement::New, Movement::Churn, Movement::Reactivation]);
        let span = Span::between(&[back], (0, 1)).unwrap();
        assert_eq!((span.net_retention(), span.client_churn()), (Ok(None), Ok(None)));
    }

    fn courses() -> impl Strategy<Value = Vec<Course>> {
        let amount = prop_oneof![Just(0i64), 1i64..1_000_000];
        let months = proptest::collection::vec(amount, 7);
        let course =
            (any::<bool>(), months).prop_map(|(before, months)| self::course(before, &months));
        proptest::collection::vec(course, 0..12)
    }

    proptest! {
        #[test]
        fn movements_add_up_to_the_change(all in courses(), from in 0usize..7, to in 0usize..7) {
            prop_assume!(from <= to);
            let span = Span::between(&all, (from, to)).unwrap();
            let moved = span.new.0 + span.expansion.0 + span.reactivation.0
                - span.contraction.0 - span.churn.0;
            prop_assert_eq!(span.start.0 + moved, span.end.0);
            let sum = |place: usize| all.iter().map(|one| one.months[place].0).sum::<i64>();
            prop_assert_eq!((span.start.0, span.end.0), (sum(from), sum(to)));
            // Month by month they lead to the same end.
            let mut at = sum(from);
            for place in from..to {
                let month = Span::between(&all, (place, place + 1)).unwrap();
                prop_assert_eq!(month.start.0, at);
                at = month.end.0;
            }
            prop_assert_eq!(at, span.end.0);
            let there = all.iter().filter(|one| one.months[to].0 > 0).count() as i64;
            let told = i64::from(span.clients_start) + i64::from(span.clients_won)
                - i64::from(span.clients_lost);
            prop_assert_eq!(told, there);
            if let (Some(gross), Some(net)) =
                (span.gross_retention().unwrap(), span.net_retention().unwrap())
            {
                prop_assert!((0..=1_000).contains(&gross) && gross <= net);
            }
        }
    }
}
