//! No minor unit is lost or made, however an amount is split, taxed, credited, paid or earned.
use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use shared::rules::RuleError;
use shared::rules::money::{
    Basis, CreditedLine, Decimal, Discount, Invoice, InvoiceTotals, Line, OpenInvoice, Tax,
    TaxMode, TaxRounding, allocate, convert, minor_digits, pay_named, pay_oldest, portions,
    recognise, to_decimal, to_minor,
};
use shared::rules::units::Minor;

use crate::cycles::date;

/// One currency of each number of digits, and one that no list names.
const CURRENCIES: [&str; 5] = ["JPY", "EUR", "KWD", "CLF", "ZZZ"];

fn total(amounts: impl IntoIterator<Item = Minor>) -> i64 {
    amounts.into_iter().map(|amount| amount.0).sum()
}

fn decimal(digits: impl Strategy<Value = i64>, places: u32) -> impl Strategy<Value = Decimal> {
    (digits, 0..=places).prop_map(|(digits, places)| Decimal::new(digits, places).unwrap())
}

fn discount() -> impl Strategy<Value = Option<Discount>> {
    prop_oneof![
        Just(None),
        decimal(0i64..=100, 2).prop_map(|share| Some(Discount::Percent(share))),
        (0i64..200_000).prop_map(|amount| Some(Discount::Amount(Minor(amount)))),
    ]
}

fn taxes() -> impl Strategy<Value = Vec<Tax>> {
    let rates = [("VAT", "19"), ("VAT", "7"), ("GST", "5"), ("QST", "9.975"), ("NONE", "0")];
    let tax =
        |(code, rate): (&str, &str)| Tax { code: code.to_owned(), rate: rate.parse().unwrap() };
    prop::sample::subsequence(rates.map(tax).to_vec(), 0..=3)
}

prop_compose! {
    /// A line to be paid, or one that gives something back.
    fn line(quantities: std::ops::Range<i64>)(
        quantity in decimal(quantities, 2),
        unit_price in decimal(0i64..100_000, 2),
        discount in discount(),
        taxes in taxes(),
    ) -> Line {
        Line { quantity, unit_price, discount, taxes }
    }
}

prop_compose! {
    fn invoice()(
        lines in prop::collection::vec(prop_oneof![5 => line(0..2_000), 1 => line(-500..0)], 0..8),
        discount in discount(),
        inclusive in any::<bool>(),
        group in any::<bool>(),
    ) -> Invoice {
        let tax_mode = if inclusive { TaxMode::Inclusive } else { TaxMode::Exclusive };
        let tax_rounding = if group { TaxRounding::Group } else { TaxRounding::Line };
        Invoice { lines, discount, tax_mode, tax_rounding }
    }
}

prop_compose! {
    fn open_invoices()(
        rows in prop::collection::vec((0u64..5, 0u64..5, 0i64..10_000), 0..8),
    ) -> Vec<OpenInvoice<usize>> {
        let day = |days| NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(days);
        let open = |(id, (due, issued, balance))| OpenInvoice {
            id, due_on: day(due), issued_on: day(issued), balance: Minor(balance),
        };
        rows.into_iter().enumerate().map(open).collect()
    }
}

/// Tax by tax: how many lines have it, and what it comes to.
fn by_tax(invoice: &Invoice, totals: &InvoiceTotals) -> Vec<(i64, i64)> {
    let row = |total: &shared::rules::money::TaxTotal| {
        let has = |line: &&Line| {
            line.taxes.iter().any(|tax| (&tax.code, tax.rate) == (&total.code, total.rate))
        };
        (i64::try_from(invoice.lines.iter().filter(has).count()).unwrap(), total.tax.0)
    };
    totals.taxes.iter().map(row).collect()
}

proptest! {
    #[test]
    fn the_parts_of_a_split_make_the_amount_and_are_their_shares(
        amount in -1_000_000_000_000i64..1_000_000_000_000,
        weights in prop::collection::vec(0i64..1_000_000, 1..12),
        places in 0u32..6,
    ) {
        let decimals: Vec<Decimal> =
            weights.iter().map(|weight| Decimal::new(*weight, places).unwrap()).collect();
        let parts = allocate(Minor(amount), &decimals);
        let all: i64 = weights.iter().sum();
        if all == 0 {
            prop_assert_eq!(parts, Err(RuleError::InvalidWeights));
            return Ok(());
        }
        let parts = parts?;
        prop_assert_eq!(total(parts.iter().copied()), amount);
        // What a part has above its exact share, times all weights: less than a unit.
        let above = |(part, weight): (&Minor, &i64)| {
            i128::from(part.0) * i128::from(all) - i128::from(amount) * i128::from(*weight)
        };
        let above: Vec<i128> = parts.iter().zip(&weights).map(above).collect();
        prop_assert!(above.iter().all(|above| above.abs() < i128::from(all)));
        // Who got a unit more had the larger fraction, or the same and came first.
        let raised = |above: &i128| above * i128::from(amount.signum()) > 0;
        for (high, one) in above.iter().enumerate().filter(|(_, above)| raised(above)) {
            for (low, other) in above.iter().enumerate().filter(|(_, above)| !raised(above)) {
                let (fraction, passed) = (i128::from(all) - one.abs(), other.abs());
                prop_assert!(fraction > passed || (fraction == passed && high < low));
            }
        }
    }

    #[test]
    fn what_is_paid_of_a_bill_falls_on_its_parts(
        parts in prop::collection::vec(-1_000_000i64..10_000_000, 1..12),
        thousandths in 0i64..=1000,
    ) {
        let whole: i64 = parts.iter().sum();
        let paid = i64::try_from(i128::from(whole) * i128::from(thousandths) / 1000).unwrap();
        let bill: Vec<Minor> = parts.iter().copied().map(Minor).collect();
        let shares = portions(Minor(paid), &bill)?;
        prop_assert_eq!(total(shares.iter().copied()), paid);
        if thousandths == 1000 && whole != 0 {
            prop_assert_eq!(&shares, &bill);
        }
        for (share, part) in shares.iter().zip(&parts) {
            let beside = i128::from(share.0) * i128::from(whole) - i128::from(paid) * i128::from(*part);
            prop_assert!(beside.abs() < i128::from(whole.abs()).max(1));
        }
        let nothing = portions(Minor(1), &[Minor(5), Minor(-5)]);
        prop_assert_eq!(nothing, Err(RuleError::InvalidWeights));
    }

    #[test]
    fn an_invoice_is_its_lines_and_their_taxes(invoice in invoice()) {
        let totals = invoice.totals()?;
        let lines = &totals.lines;
        for line in lines {
            prop_assert_eq!(line.base.0, line.gross.0 - line.discount.0 - line.invoice_discount.0);
            // No discount turns a line into its opposite.
            prop_assert!(line.base.0.abs() <= line.gross.0.abs());
            prop_assert!(i128::from(line.base.0) * i128::from(line.gross.0) >= 0);
        }
        let bases = total(lines.iter().map(|line| line.base));
        prop_assert_eq!(total(lines.iter().map(|line| line.invoice_discount)), totals.discount.0);
        prop_assert_eq!(bases, totals.subtotal.0 - totals.discount.0);
        prop_assert_eq!(total(lines.iter().map(|line| line.tax)), totals.tax.0);
        prop_assert_eq!(total(totals.taxes.iter().map(|tax| tax.tax)), totals.tax.0);
        prop_assert_eq!(totals.net.0 + totals.tax.0, totals.total.0);
        match invoice.tax_mode {
            TaxMode::Exclusive => prop_assert_eq!(totals.net.0, bases),
            TaxMode::Inclusive => prop_assert_eq!(totals.total.0, bases),
        }
    }

    #[test]
    fn what_is_taxed_is_the_net_of_the_lines_with_that_tax(invoice in invoice()) {
        let totals = invoice.totals()?;
        for tax in &totals.taxes {
            let own = Tax { code: tax.code.clone(), rate: tax.rate };
            let lines = invoice.lines.iter().zip(&totals.lines);
            let net = lines.filter(|(line, _)| line.taxes.contains(&own)).map(|(_, line)| {
                let included = invoice.tax_mode == TaxMode::Inclusive;
                line.base.0 - if included { line.tax.0 } else { 0 }
            });
            prop_assert_eq!(net.sum::<i64>(), tax.base.0);
        }
    }

    #[test]
    fn tax_by_group_and_by_line_differ_by_at_most_half_a_unit_a_line(invoice in invoice()) {
        let rounded = |tax_rounding| Invoice { tax_rounding, ..invoice.clone() };
        let by = [TaxRounding::Line, TaxRounding::Group].map(rounded);
        let taxes = |invoice: &Invoice| by_tax(invoice, &invoice.totals().unwrap());
        let [line, group] = by.each_ref().map(taxes);
        prop_assert_eq!(line.len(), group.len());
        for ((lines, by_line), (_, by_group)) in line.into_iter().zip(group) {
            prop_assert!((by_line - by_group).abs() * 2 <= lines, "{} {}", by_line, by_group);
        }
    }

    #[test]
    fn credit_notes_never_give_back_more_than_the_line_and_all_of_it_if_asked(
        (net, tax) in (0i64..1_000_000, 0i64..300_000),
        credits in prop::collection::vec(0i64..400_000, 0..8),
    ) {
        let mut line = CreditedLine { net: Minor(net), tax: Minor(tax), credited: Minor(0) };
        // A line without net has no part that could give tax back.
        let tax = if net == 0 { 0 } else { tax };
        let mut given = [0i64; 3];
        let mut add = |note: shared::rules::money::CreditNote| {
            let parts = [note.net, note.tax, note.total];
            given.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part.0);
            parts.iter().all(|part| part.0 >= 0)
        };
        for credit in credits {
            let before = line;
            match line.credit(Minor(credit)) {
                Ok(note) => prop_assert!(note.net.0 == credit && add(note)),
                Err(error) => {
                    prop_assert_eq!(error, RuleError::ExceedsLine);
                    prop_assert!(before.credited.0 + credit > net);
                    prop_assert_eq!(line, before);
                }
            }
        }
        let remaining = line.remaining()?;
        let rest = line.credit(Minor(net - line.credited.0))?;
        prop_assert!(add(rest));
        prop_assert_eq!(given, [net, tax, net + tax]);
        prop_assert_eq!(remaining, rest.total);
        prop_assert_eq!(line.credit(Minor(1)), Err(RuleError::ExceedsLine));
    }

    #[test]
    fn what_is_applied_and_what_is_left_make_the_payment(
        payment in 0i64..30_000,
        invoices in open_invoices(),
        named in prop::collection::vec((0usize..8, 0i64..8_000), 0..6),
    ) {
        let named: Vec<(usize, Minor)> = named.into_iter().map(|(id, a)| (id, Minor(a))).collect();
        let payment = Minor(payment);
        let spreads = [Ok(pay_oldest(payment, &invoices)?), pay_named(payment, &invoices, &named)];
        for spread in spreads.into_iter().flatten() {
            let applied = total(spread.applied.iter().map(|part| part.amount));
            prop_assert_eq!(applied + spread.unapplied.0, payment.0);
            prop_assert!(spread.unapplied.0 >= 0);
            for invoice in &invoices {
                let mut own = spread.applied.iter().filter(|part| part.id == invoice.id);
                let paid = total(own.clone().map(|part| part.amount));
                prop_assert!(paid <= invoice.balance.0);
                let after = own.next_back().map_or(invoice.balance, |part| part.balance_after);
                prop_assert_eq!(paid + after.0, invoice.balance.0);
            }
        }
    }

    #[test]
    fn no_invoice_and_no_payment_is_assigned_more_than_it_has(
        payment in 0i64..30_000,
        invoices in open_invoices(),
    ) {
        for invoice in &invoices {
            let asked = |more| pay_named(
                Minor(payment), &invoices, &[(invoice.id, Minor(invoice.balance.0 + more))],
            );
            prop_assert_eq!(asked(1), Err(RuleError::OverAllocation));
            let affordable = invoice.balance.0 <= payment;
            prop_assert_eq!(asked(0).err(), (!affordable).then_some(RuleError::ExceedsPayment));
        }
        let unknown = pay_named(Minor(payment), &invoices, &[(99, Minor(0))]);
        prop_assert_eq!(unknown, Err(RuleError::OverAllocation));
    }

    #[test]
    fn nothing_is_paid_while_something_older_is_open(
        payment in 0i64..30_000,
        invoices in open_invoices(),
    ) {
        let spread = pay_oldest(Minor(payment), &invoices)?;
        let age = |invoice: &OpenInvoice<usize>| (invoice.due_on, invoice.issued_on, invoice.id);
        let after = |invoice: &OpenInvoice<usize>| {
            let own = spread.applied.iter().find(|part| part.id == invoice.id);
            own.map_or(invoice.balance, |part| part.balance_after)
        };
        for one in invoices.iter().filter(|one| after(one) < one.balance) {
            let older = invoices.iter().filter(|other| age(other) < age(one));
            prop_assert_eq!(total(older.map(after)), 0);
        }
        prop_assert!(spread.unapplied.0 == 0 || total(invoices.iter().map(after)) == 0);
    }

    #[test]
    fn the_months_earn_the_fee_and_each_its_share(
        amount in -1_000_000_000i64..1_000_000_000,
        start in date(),
        days in 1u64..1_500,
    ) {
        let end = start + Days::new(days);
        for basis in [Basis::Day, Basis::Month] {
            let months = recognise(Minor(amount), start, end, basis)?;
            prop_assert_eq!(total(months.iter().map(|share| share.amount)), amount);
            let follows = |pair: &[shared::rules::money::MonthShare]| {
                pair[0].month + chrono::Months::new(1) == pair[1].month
            };
            prop_assert!(months.windows(2).all(follows));
        }
        for share in recognise(Minor(amount), start, end, Basis::Day)? {
            let next = share.month + chrono::Months::new(1);
            let served = (next.min(end) - share.month.max(start)).num_days();
            prop_assert!(served > 0);
            let away = i128::from(share.amount.0) * i128::from(days)
                - i128::from(amount) * i128::from(served);
            prop_assert!(away.unsigned_abs() <= u128::from(days));
        }
    }

    #[test]
    fn an_amount_survives_its_decimal_in_every_currency(amount: i64) {
        for currency in CURRENCIES {
            let text = to_decimal(Minor(amount), currency);
            let places = text.split_once('.').map_or(0, |(_, places)| places.len());
            prop_assert_eq!(places, minor_digits(currency) as usize);
            prop_assert_eq!(to_minor(text.parse()?, currency)?, Minor(amount));
        }
    }

    #[test]
    fn a_rate_of_one_changes_the_minor_units_alone(amount in -1_000_000_000i64..1_000_000_000) {
        let (amount, one) = (Minor(amount), Decimal::from(1));
        for currency in CURRENCIES {
            let there = convert(amount, "JPY", currency, one)?;
            prop_assert_eq!(there.0, amount.0 * 10i64.pow(minor_digits(currency)));
            prop_assert_eq!(convert(there, currency, "JPY", one)?, amount);
            prop_assert_eq!(convert(amount, currency, currency, one)?, amount);
        }
    }

    #[test]
    fn a_decimal_becomes_the_nearest_minor_unit(
        value in decimal(any::<i32>().prop_map(i64::from), 9),
    ) {
        for currency in CURRENCIES {
            let minor = to_minor(value, currency)?;
            // Twice the distance, in parts of ten to the 13th of a unit, is one minor unit at most.
            let shift = |text: &str| {
                let (whole, places) = text.split_once('.').unwrap_or((text, ""));
                format!("{whole}{places:0<13}").parse::<i128>().unwrap()
            };
            let away = shift(&value.to_string()) - shift(&to_decimal(minor, currency));
            prop_assert!(away.abs() * 2 <= 10i128.pow(13 - minor_digits(currency)));
        }
    }
}

#[test]
fn tax_beyond_64_bits_is_an_error_although_the_prices_fit() {
    const HUGE: i64 = 4_000_000_000_000_000_000;
    let owed = |rate: i64, prices: [i64; 2], tax_rounding| {
        let line = |price| Line {
            quantity: Decimal::from(1),
            unit_price: Decimal::from(price),
            discount: None,
            taxes: vec![Tax { code: "VAT".to_owned(), rate: Decimal::from(rate) }],
        };
        let lines = prices.map(line).to_vec();
        Invoice { lines, tax_rounding, ..Invoice::default() }.totals().map(|totals| totals.tax)
    };
    for tax_rounding in [TaxRounding::Line, TaxRounding::Group] {
        assert_eq!(owed(100, [HUGE, -HUGE], tax_rounding), Ok(Minor(0)));
        // Each tax fits, both do not.
        assert_eq!(owed(150, [HUGE, HUGE], tax_rounding), Err(RuleError::TooLarge));
        // The sums fit, the tax of the second line does not.
        let prices = [-HUGE / 5, HUGE / 5 * 2];
        assert_eq!(owed(1_000, prices, tax_rounding), Err(RuleError::TooLarge));
    }
}
