//! Each cycle is billed once, in order, and no payment is lost.
use std::collections::BTreeSet;
use std::ops::AddAssign;

use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use shared::rules::RuleError;
use shared::rules::billing::{
    Account, BillingRule, Creditable, Deed, InvoiceStatus, Open, PaymentTerms, draw, planned,
    status,
};
use shared::rules::proration::{FirstPartial, Timing};
use shared::rules::units::Minor;

use crate::cycles::{date, series};

fn terms() -> impl Strategy<Value = PaymentTerms> {
    prop_oneof![
        Just(PaymentTerms::OnReceipt),
        (0u32..=365).prop_map(|days| PaymentTerms::NetDays { days }),
        (1u32..=31).prop_map(|day| PaymentTerms::DayOfMonth { day }),
        Just(PaymentTerms::EndOfMonth),
        (0u32..=365).prop_map(|days| PaymentTerms::NetDaysEom { days }),
    ]
}

prop_compose! {
    fn rule()(
        advance in any::<bool>(),
        (lead_days, grace_days) in (0u32..60, 0u32..30),
        activated_on in prop::option::of(date()),
        full in any::<bool>(),
        terms in terms(),
    ) -> BillingRule {
        let timing = if advance { Timing::Advance } else { Timing::Arrears };
        let first_partial = if full { FirstPartial::Full } else { FirstPartial::Free };
        BillingRule { timing, lead_days, grace_days, activated_on, first_partial, terms }
    }
}

/// What happens on the second invoice of three: its kind, an amount, which one it names.
fn deed(kind: u8, amount: i64, invoice: u32) -> Deed<u32> {
    let amount = Minor(amount);
    match kind {
        0 => Deed::Payment { amount, invoice: None },
        1 => Deed::Payment { amount, invoice: Some(invoice) },
        2 => Deed::CreditNote { amount, invoice },
        3 => Deed::Void(invoice),
        _ => Deed::WriteOff(invoice),
    }
}

proptest! {
    #[test]
    fn a_series_never_issues_two_invoices_for_one_cycle_and_purpose(
        series in series().prop_filter_map("possible terms", |series| series),
        rule in rule(),
        extras in prop::collection::btree_map(1u32..40, (-5_000i64..5_000).prop_map(Minor), 0..8),
        days in 0u64..3_000,
        more in 0u64..400,
    ) {
        let through = series.start() + Days::new(days);
        let later = through + Days::new(more);
        let price = Minor(310_000);
        let plan = |through| planned(&series, price, &rule, &extras, through);
        // A series of thousands of cycles is refused, and says so.
        let (Ok(first), Ok(second)) = (plan(through), plan(later)) else { return Ok(()) };
        let keys: BTreeSet<_> = second.iter().map(|one| (one.cycle.seq, one.purpose)).collect();
        prop_assert_eq!(keys.len(), second.len());
        // A later run finds what an earlier one found, as it was.
        prop_assert_eq!(&second[..first.len()], &first[..]);
        prop_assert!(second[first.len()..].iter().all(|one| one.issue_on > through));
        for one in &second {
            prop_assert!(one.issue_on <= one.due_on && one.amount != Minor(0));
            prop_assert!(rule.activated_on.is_none_or(|day| day <= one.issue_on));
        }
        prop_assert!(second.is_sorted_by_key(|one| one.issue_on));
    }

    #[test]
    fn what_was_paid_and_credited_is_on_invoices_or_is_credit(
        totals in prop::collection::vec(0i64..200_000, 1..6),
        deeds in prop::collection::vec((0u8..5, 0i64..300_000, 0u32..7, 0usize..6), 0..20),
    ) {
        let day = |n: u64| NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(n);
        let mut account = Account::default();
        let mut paid = 0;
        for (place, total) in totals.iter().enumerate() {
            let id = u32::try_from(place).unwrap();
            let issued = day(u64::from(id) * 30);
            account.issue(id, (issued, issued + Days::new(14)), Minor(*total)).unwrap();
            for (kind, amount, invoice, at) in &deeds {
                let was = account.clone();
                if *at != place {
                    continue;
                }
                match account.apply(deed(*kind, *amount, *invoice)) {
                    Ok(()) if *kind < 3 => paid += amount,
                    Ok(()) => {}
                    Err(_) => prop_assert_eq!(&account, &was, "what is refused changes nothing"),
                }
            }
        }
        let settled: i64 = account
            .invoices
            .iter()
            .filter(|one| !one.open.void)
            .map(|one| one.open.total.0 - one.open.balance.0)
            .sum();
        prop_assert_eq!(settled + account.credit.0, paid);
        let bounded = |balance: Minor, total: Minor| Minor(0) <= balance && balance <= total;
        prop_assert!(account.invoices.iter().all(|one| bounded(one.open.balance, one.open.total)));
    }

    #[test]
    fn only_what_is_open_is_late(
        (total, open) in (1i64..1_000).prop_flat_map(|total| (Just(total), 0..=total)),
        (void, written_off) in any::<(bool, bool)>(),
        (due_on, today) in (date(), date()),
    ) {
        let balance = if void { Minor(0) } else { Minor(open) };
        let open = Open {
            total: Minor(total), balance, due_on, void, written_off,
        };
        let (status, late) = status(&open, today);
        prop_assert_eq!(status == InvoiceStatus::Overdue, late > 0);
        prop_assert_eq!(late > 0, !status.settled() && today > due_on);
    }

    #[test]
    fn credit_notes_take_a_line_and_each_tax_of_it_whole_and_never_more(
        net in -200_000i64..200_000,
        rates in prop::collection::vec(0i64..60, 0..4),
        shares in prop::collection::vec(0i64..120_000, 0..8),
    ) {
        let tax = |rate: &i64| Minor(net * rate / 100);
        let taxes: Vec<Minor> = rates.iter().map(tax).collect();
        let mut line = Creditable { net: Minor(net), taxes: taxes.clone(), credited: Minor(0) };
        let mut taken = vec![0i64; taxes.len() + 1];
        let mut count = |one: shared::rules::billing::Taken| {
            let parts = std::iter::once(one.net).chain(one.taxes);
            taken.iter_mut().zip(parts).for_each(|(sum, part)| sum.add_assign(part.0));
        };
        for share in shares {
            let was = line.clone();
            let part = Minor(share * net.signum());
            match line.take(part) {
                Ok(one) => count(one),
                Err(error) => {
                    prop_assert_eq!(error, RuleError::ExceedsLine);
                    prop_assert!(share > was.left().0.abs());
                    prop_assert_eq!(&line, &was, "what is refused changes nothing");
                }
            }
        }
        let left = line.left();
        prop_assert!(left.0.abs() <= net.abs() && left.0 * net >= 0);
        if net != 0 {
            prop_assert!(line.clone().take(Minor(-net.signum())).is_err(), "the other sign");
            count(line.take(left).unwrap());
            prop_assert!(line.take(Minor(net.signum())).is_err(), "nothing is left");
            let whole = std::iter::once(net).chain(taxes.iter().map(|tax| tax.0));
            prop_assert_eq!(taken, whole.collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_is_drawn_of_sources_is_all_there_is_or_all_that_is_asked(
        amount in 0i64..500_000,
        sources in prop::collection::vec(0i64..200_000, 0..6),
    ) {
        let given: Vec<_> = sources.iter().map(|has| Minor(*has)).enumerate().collect();
        let drawn = draw(Minor(amount), &given).unwrap();
        let taken: i64 = drawn.taken.iter().map(|(_, part)| part.0).sum();
        prop_assert_eq!(taken + drawn.missing.0, amount);
        prop_assert_eq!(taken, amount.min(sources.iter().sum()));
        for (place, part) in &drawn.taken {
            prop_assert!(part.0 > 0 && part.0 <= sources[*place]);
        }
        // Nothing of a later one while an earlier one has something left.
        if let Some((last, _)) = drawn.taken.last() {
            let whole: i64 = drawn.taken.iter().take(drawn.taken.len() - 1).map(|(_, p)| p.0).sum();
            prop_assert_eq!(whole, sources[..*last].iter().sum::<i64>());
        }
        prop_assert!(draw(Minor(-1), &given).is_err());
    }
}
