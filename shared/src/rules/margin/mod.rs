//! Margin: what was earned, what it cost, and what eats it. Source: DOMAIN.md 6.1 to 6.5, S1-7, S1-9.
//!
//! Amounts are minor units of one currency, time whole minutes. In a cycle the cost of work and that
//! of admin time are rounded once each, to the nearest, ties away from zero; all else is added.
mod erosion;
mod months;

use chrono::NaiveDate;

use super::money::allocate_whole;
use super::units::Minor;
use super::{RuleError, divide_rounded, scale};

pub use erosion::{Cause, Erosion, PERIODS, erosion};
pub use months::{Dated, Held, Standing};

/// What a line of an invoice is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Earned {
    /// The price of a cycle, or what moves it: earned by its days of service.
    Fee,
    /// What went beyond the allowance: earned when it is billed, since it was served before.
    Overage,
    /// What was agreed, bought or written beside: earned when it is billed.
    Other,
    /// Billed for days that are not served: nobody earns it.
    Owed,
}

/// A line that counts for a cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// What it is for.
    pub kind: Earned,
    /// Without tax, less what credit notes took off; below zero where a price was moved down.
    pub net: Minor,
    /// The days of service `[start, end)`, where it has some.
    pub days: Option<(NaiveDate, NaiveDate)>,
    /// Whether its invoice is a draft still.
    pub draft: bool,
}

/// Time of one person on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worked {
    /// Whole minutes.
    pub minutes: i64,
    /// Calls, preparation and account work: it draws on no pool. Source: domain 6.2.
    pub admin: bool,
    /// What an hour of the person cost that day; none where nobody has said.
    pub hour: Option<Minor>,
}

/// What cycles earned and cost. Sums are added, shares are taken of sums. Source: domain 6.4.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    /// Earned of the price of the cycles.
    pub fee: i64,
    /// Earned by what went beyond the allowance.
    pub overage: i64,
    /// Earned by what was agreed, bought or written beside.
    pub other: i64,
    /// Billed for days of service that are still to come, or will not be.
    pub unearned: i64,
    /// Of what was earned, what is on drafts.
    pub drafted: i64,
    /// All minutes.
    pub minutes: i64,
    /// Of them those of admin time.
    pub admin_minutes: i64,
    /// Of them those of which nobody has said what they cost: they are in no cost.
    pub unrated_minutes: i64,
    /// What work cost that drew on pools.
    pub work_cost: i64,
    /// What admin time cost.
    pub admin_cost: i64,
    /// What was spent besides time.
    pub expenses: i64,
}

/// A sum among those of a cycle.
type FieldOf = fn(&mut Sums) -> &mut i64;

impl Sums {
    /// What a cycle earned until the end of `today` and what it cost; `expenses` are what was spent
    /// in it besides time. Source: domain 5.17, 6.1, 6.4.
    ///
    /// # Errors
    /// [`RuleError::TooLarge`] if something does not fit 64 bits.
    pub fn of_cycle(
        lines: &[Line],
        worked: &[Worked],
        (expenses, today): (i64, NaiveDate),
    ) -> Result<Self, RuleError> {
        let mut sums = Self { expenses, ..Self::default() };
        for line in lines {
            let earned = line.earned(today)?;
            let part = match line.kind {
                Earned::Fee | Earned::Owed => &mut sums.fee,
                Earned::Overage => &mut sums.overage,
                Earned::Other => &mut sums.other,
            };
            *part = add(*part, earned)?;
            sums.unearned = add(sums.unearned, line.net.0.saturating_sub(earned))?;
            if line.draft {
                sums.drafted = add(sums.drafted, earned)?;
            }
        }
        let (work, admin) = sums.work(worked)?;
        sums.work_cost = divide_rounded(work, 60)?;
        sums.admin_cost = divide_rounded(admin, 60)?;
        Ok(sums)
    }

    /// Counts minutes; what work and admin time cost, sixty times, exactly.
    fn work(&mut self, worked: &[Worked]) -> Result<(i128, i128), RuleError> {
        let (mut work, mut admin) = (0i128, 0i128);
        for one in worked {
            self.minutes = add(self.minutes, one.minutes)?;
            if one.admin {
                self.admin_minutes = add(self.admin_minutes, one.minutes)?;
            }
            match one.hour {
                None => self.unrated_minutes = add(self.unrated_minutes, one.minutes)?,
                Some(hour) => {
                    let cost = i128::from(one.minutes) * i128::from(hour.0);
                    let whole = if one.admin { &mut admin } else { &mut work };
                    *whole = whole.checked_add(cost).ok_or(RuleError::TooLarge)?;
                }
            }
        }
        Ok((work, admin))
    }

    /// What of a cycle each part of its time earned and cost: revenue and expenses by minutes, cost by
    /// what each cost, all by largest remainder, so that the parts add up to the cycle. Where nobody worked the
    /// first part has it all. Source: domain 5.4.
    ///
    /// # Errors
    /// [`RuleError::TooLarge`] if something does not fit; [`RuleError::InvalidWeights`] of no parts.
    pub fn split(self, parts: &[Vec<Worked>]) -> Result<Vec<Self>, RuleError> {
        let mut split = vec![Self::default(); parts.len()];
        let (mut minutes, mut work, mut admin) = (Vec::new(), Vec::new(), Vec::new());
        for (sums, worked) in split.iter_mut().zip(parts) {
            let costs = sums.work(worked)?;
            minutes.push(i128::from(sums.minutes));
            work.push(costs.0);
            admin.push(costs.1);
        }
        let shared: [(i64, &[i128], FieldOf); 8] = [
            (self.fee, &minutes, |sums| &mut sums.fee),
            (self.overage, &minutes, |sums| &mut sums.overage),
            (self.other, &minutes, |sums| &mut sums.other),
            (self.unearned, &minutes, |sums| &mut sums.unearned),
            (self.drafted, &minutes, |sums| &mut sums.drafted),
            (self.expenses, &minutes, |sums| &mut sums.expenses),
            (self.work_cost, &work, |sums| &mut sums.work_cost),
            (self.admin_cost, &admin, |sums| &mut sums.admin_cost),
        ];
        for (amount, weights, field) in shared {
            for (sums, share) in split.iter_mut().zip(shares(amount, weights)?) {
                *field(sums) = share.0;
            }
        }
        Ok(split)
    }

    /// Both together.
    ///
    /// # Errors
    /// [`RuleError::TooLarge`] if a sum does not fit 64 bits.
    pub fn plus(self, other: Self) -> Result<Self, RuleError> {
        Ok(Self {
            fee: add(self.fee, other.fee)?,
            overage: add(self.overage, other.overage)?,
            other: add(self.other, other.other)?,
            unearned: add(self.unearned, other.unearned)?,
            drafted: add(self.drafted, other.drafted)?,
            minutes: add(self.minutes, other.minutes)?,
            admin_minutes: add(self.admin_minutes, other.admin_minutes)?,
            unrated_minutes: add(self.unrated_minutes, other.unrated_minutes)?,
            work_cost: add(self.work_cost, other.work_cost)?,
            admin_cost: add(self.admin_cost, other.admin_cost)?,
            expenses: add(self.expenses, other.expenses)?,
        })
    }

    /// All that was earned.
    #[must_use]
    pub const fn revenue(self) -> i64 {
        self.fee.saturating_add(self.overage).saturating_add(self.other)
    }
    /// All that is known to have been spent.
    #[must_use]
    pub const fn cost(self) -> i64 {
        self.work_cost.saturating_add(self.admin_cost).saturating_add(self.expenses)
    }
    /// What is left of the revenue; at most that, where minutes have no rate.
    #[must_use]
    pub const fn margin(self) -> i64 {
        self.revenue().saturating_sub(self.cost())
    }
    /// The same of the revenue, in tenths of a per cent; none of no revenue.
    #[must_use]
    pub fn margin_share(self) -> Option<i64> {
        (self.revenue() > 0).then(|| scale(self.margin(), 1_000, self.revenue()).ok())?
    }
    /// What an hour brought, admin time included, in minor units: of price and overage, without what
    /// was agreed beside; none of no time. Source: domain 6.3.
    #[must_use]
    pub fn effective_hour(self) -> Option<i64> {
        let earned = self.fee.saturating_add(self.overage);
        (self.minutes > 0).then(|| scale(earned, 60, self.minutes).ok())?
    }
    /// Admin time of all time, in tenths of a per cent; none of no time. Source: domain 6.2.
    #[must_use]
    pub fn admin_share(self) -> Option<i64> {
        (self.minutes > 0).then(|| scale(self.admin_minutes, 1_000, self.minutes).ok())?
    }
}

/// What was billed of the price of a cycle, all lines together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Priced {
    /// Without tax.
    pub net: i64,
    /// Of the lines above zero, without tax and as invoices have them, with or without tax: what was
    /// moved down leaves nothing to tell the tax by.
    pub asked: (i64, i64),
    /// What credit notes took back because it was wrong, without tax.
    pub corrected: i64,
    /// What credit notes gave for nothing, without tax.
    pub goodwill: i64,
    /// Whether all of it is on drafts.
    pub draft: bool,
}

impl Priced {
    /// The lines of a cycle whose days are other than those that were billed: what is `due` of it
    /// now, as invoices have amounts, is earned in the days `[start, end)` that it has; what was
    /// billed beyond that is owed back. Source: domain 2.10, 2.12.
    ///
    /// # Errors
    /// [`RuleError::TooLarge`] if something does not fit 64 bits.
    pub fn cut(self, due: i64, days: (NaiveDate, NaiveDate)) -> Result<[Line; 2], RuleError> {
        let due = match self.asked {
            (net, amount) if amount == 0 || amount == net => due,
            (net, amount) => scale(net, due, amount)?,
        };
        let line = |kind, net| Line { kind, net: Minor(net), days: Some(days), draft: self.draft };
        let owed = self.net.saturating_sub(self.corrected).saturating_sub(due);
        Ok([line(Earned::Fee, due.saturating_sub(self.goodwill)), line(Earned::Owed, owed)])
    }
}

impl Line {
    /// What of it is earned at the end of a day. Source: domain 5.17.
    fn earned(self, today: NaiveDate) -> Result<i64, RuleError> {
        if self.kind == Earned::Owed {
            return Ok(0);
        }
        let Some((start, end)) = self.days.filter(|_| self.kind == Earned::Fee) else {
            return Ok(self.net.0);
        };
        let all = (end - start).num_days();
        let served = (today - start).num_days().saturating_add(1).clamp(0, all.max(0));
        if served >= all { Ok(self.net.0) } else { scale(self.net.0, served, all) }
    }
}

fn shares(amount: i64, weights: &[i128]) -> Result<Vec<Minor>, RuleError> {
    if weights.iter().all(|weight| *weight == 0) && !weights.is_empty() {
        let mut all = vec![Minor(0); weights.len()];
        all[0] = Minor(amount);
        return Ok(all);
    }
    allocate_whole(Minor(amount), weights)
}

fn add(left: i64, right: i64) -> Result<i64, RuleError> {
    left.checked_add(right).ok_or(RuleError::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::erosion::tests::period;
    use super::*;
    use proptest::prelude::*;

    fn day(n: i64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day") + chrono::Duration::days(n)
    }
    fn fee(net: i64, days: i64) -> Line {
        let days = Some((day(0), day(days)));
        Line { kind: Earned::Fee, net: Minor(net), days, draft: false }
    }
    fn worked(hours: i64, hour: i64) -> Worked {
        Worked { minutes: hours * 60, admin: false, hour: Some(Minor(hour)) }
    }

    #[test]
    fn the_examples_of_the_paper() {
        let admin = Worked { admin: true, ..worked(3, 4_400) };
        let time = [worked(20, 4_000), worked(14, 4_400), admin];
        let one = Sums::of_cycle(&[fee(300_000, 31)], &time, (0, day(30))).unwrap();
        assert_eq!((one.cost(), one.margin_share()), (154_800, Some(484)));
        assert_eq!((one.effective_hour(), one.admin_share()), (Some(8_108), Some(81)));
        let two = Sums { fee: 300_000, work_cost: 210_000, ..Sums::default() };
        assert_eq!(one.plus(two).unwrap().margin_share(), Some(392));
    }

    #[test]
    fn a_running_cycle_has_earned_its_days_so_far() {
        let sums = |today| Sums::of_cycle(&[fee(310_000, 31)], &[], (0, today)).unwrap();
        let told = [day(-1), day(0), day(14), day(30), day(90)].map(sums);
        assert_eq!(told.map(|one| one.fee), [0, 10_000, 150_000, 310_000, 310_000]);
        assert!(told.iter().all(|one| one.fee + one.unearned == 310_000));
    }

    #[test]
    fn a_cycle_that_was_cut_earns_what_is_due_in_the_days_it_has() {
        // 3,100.00 billed with 19 % of tax for March, paused from the 11th: 1,000.00 are due.
        let priced = Priced { net: 310_000, asked: (310_000, 368_900), ..Priced::default() };
        let lines = priced.cut(119_000, (day(0), day(10))).unwrap();
        let sums = |today| Sums::of_cycle(&lines, &[], (0, today)).unwrap();
        let told = [day(4), day(9), day(30)].map(|today| (sums(today).fee, sums(today).unearned));
        assert_eq!(told, [(50_000, 260_000), (100_000, 210_000), (100_000, 210_000)]);
        // A later line took all of it off: what is due then is less its tax all the same.
        let [line, owed] = Priced { net: 0, ..priced }.cut(119_000, (day(0), day(10))).unwrap();
        assert_eq!((line.net, owed.net), (Minor(100_000), Minor(-100_000)));
    }

    #[test]
    fn minutes_without_a_rate_are_told_and_cost_nothing() {
        let unknown = Worked { hour: None, ..worked(2, 0) };
        let sums = Sums::of_cycle(&[], &[unknown, worked(1, 6_000)], (0, day(0))).unwrap();
        assert_eq!((sums.unrated_minutes, sums.minutes, sums.cost()), (120, 180, 6_000));
        assert_eq!((sums.margin_share(), sums.effective_hour()), (None, Some(0)));
    }

    proptest! {
        /// What of a fee is earned never falls by the day, and what is not earned is still to come.
        #[test]
        fn a_fee_is_earned_day_by_day(net in -500_000i64..500_000, days in 1i64..400, at in -5i64..410) {
            let sums = |today| Sums::of_cycle(&[fee(net, days)], &[], (0, day(today))).unwrap();
            let (now, next) = (sums(at), sums(at + 1));
            prop_assert_eq!(now.fee + now.unearned, net);
            prop_assert!((next.fee - now.fee) * net.signum() >= 0);
            prop_assert!(now.fee.abs() <= net.abs());
        }

        /// However the time of a cycle is cut into entries, it costs the same to the cent.
        #[test]
        fn cost_is_rounded_once(
            parts in prop::collection::vec((1i64..600, 0i64..20_000, any::<bool>()), 1..20),
        ) {
            let one = |(minutes, hour, admin): &(i64, i64, bool)| {
                Worked { minutes: *minutes, admin: *admin, hour: Some(Minor(*hour)) }
            };
            let whole: Vec<_> = parts.iter().map(one).collect();
            let minute = |of: &Worked| {
                std::iter::repeat_n(Worked { minutes: 1, ..*of }, usize::try_from(of.minutes).unwrap())
            };
            let cut: Vec<_> = whole.iter().flat_map(minute).collect();
            let whole = Sums::of_cycle(&[], &whole, (0, day(0))).unwrap();
            prop_assert_eq!(Sums::of_cycle(&[], &cut, (0, day(0))).unwrap(), whole);
            let exact: i64 = parts.iter().map(|(minutes, hour, _)| minutes * hour).sum();
            prop_assert!((whole.cost() * 60 - exact).abs() <= 60, "each line by half a cent");
        }

        /// Whatever is due of a cycle that was cut, nothing of what was billed is lost.
        #[test]
        fn what_was_billed_is_earned_or_owed(
            (net, tax, due) in (1i64..900_000, 0i64..200_000, 0i64..900_000),
            (corrected, goodwill, at) in (0i64..9_000, 0i64..9_000, -2i64..40),
        ) {
            let priced = Priced { net, asked: (net, net + tax), corrected, goodwill, draft: false };
            let lines = priced.cut(due, (day(0), day(10)))?;
            let sums = Sums::of_cycle(&lines, &[], (0, day(at)))?;
            prop_assert_eq!(sums.fee + sums.unearned, net - corrected - goodwill);
        }

        /// However the time of a cycle is parted, the parts add up to the cycle.
        #[test]
        fn parts_add_up_to_their_cycle(
            net in -9_999i64..99_999,
            parts in prop::collection::vec(
                prop::collection::vec((1i64..600, prop::option::of(0i64..20_000), any::<bool>()), 0..5),
                1..6,
            ),
        ) {
            let one = |(minutes, hour, admin): &(i64, Option<i64>, bool)| {
                Worked { minutes: *minutes, admin: *admin, hour: hour.map(Minor) }
            };
            let parts: Vec<Vec<Worked>> =
                parts.iter().map(|part| part.iter().map(one).collect()).collect();
            let draft = Line { draft: true, ..fee(net, 30) };
            let whole = Sums::of_cycle(&[draft, fee(7, 7)], &parts.concat(), (net.abs(), day(11)))?;
            let sum = whole.split(&parts)?.into_iter().try_fold(Sums::default(), Sums::plus)?;
            prop_assert_eq!(sum, whole);
        }

        /// The order in which cycles are added makes no difference.
        #[test]
        fn sums_are_added_in_any_order(a in period(), b in period(), c in period()) {
            let left = a.plus(b)?.plus(c)?;
            prop_assert_eq!(left, c.plus(a)?.plus(b)?);
            prop_assert_eq!(left.margin(), a.margin() + b.margin() + c.margin());
        }
    }
}
