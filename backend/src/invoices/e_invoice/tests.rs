use proptest::prelude::*;
use shared::api::{Language, Paper};
use shared::rules::money::TaxRounding;

use super::*;

fn parties() -> InvoiceParties {
    InvoiceParties {
        legal_name: "Fieldwork".into(),
        address: "Hafenstr. 1".into(),
        tax_id: Some("DE123456789".into()),
        client: "Northwind".into(),
        country: Some("DE".into()),
        iban: None,
        bic: None,
        client_address: None,
        client_country: Some("GB".into()),
        client_tax_id: None,
        reference: None,
        reverse_charge: false,
        tax_note: None,
        language: Language::En,
        paper: Paper::A4,
        logo_id: None,
    }
}

/// A document of lines that come to so much at a rate, rounded by line as invoices are.
fn document<'a>(
    parties: &'a InvoiceParties,
    currency: &'a str,
    lines: &[(i64, &str)],
    tax_mode: TaxMode,
) -> Document<'a> {
    let rate = |rate: &str| TaxRate { code: "VAT".into(), percent: rate.into() };
    let taxes = |percent: &str| match percent {
        "" => Vec::new(),
        percent => vec![rate(percent)],
    };
    let billed = lines.iter().map(|(amount, percent)| money::Line {
        quantity: 1i64.into(),
        unit_price: (*amount).into(),
        discount: None,
        taxes: taxes(percent).iter().map(TaxRate::tax).collect(),
    });
    let tax_rounding = TaxRounding::Line;
    let billed = money::Invoice { lines: billed.collect(), discount: None, tax_mode, tax_rounding };
    let billed = billed.totals().unwrap_or_default();
    let line = |(place, of): (usize, &money::LineTotals)| {
        let net = of.base.0 - if tax_mode == TaxMode::Inclusive { of.tax.0 } else { 0 };
        Line {
            position: place as i64 + 1,
            name: "Photos".into(),
            quantity: if net < 0 { -1 } else { 1 },
            unit: "C62",
            price: net.abs(),
            price_per: 1,
            off: 0,
            category: category(&taxes(lines[place].1), parties),
            net,
            tax: of.tax.0,
            days: None,
        }
    };
    Document {
        parties,
        words: PaperWords::of(Language::En),
        type_code: "380",
        number: "1",
        issued_on: NaiveDate::default(),
        currency,
        note: None,
        lines: billed.lines.iter().enumerate().map(line).collect(),
        days: (NaiveDate::default(), NaiveDate::default()),
        due_on: Some(NaiveDate::default()),
        preceding: None,
        net: billed.net.0,
        tax: billed.tax.0,
        total: billed.total.0,
        prepaid: 0,
    }
}

fn faults(of: &Document<'_>) -> Vec<String> {
    of.faults().into_iter().map(|fault| format!("{} {}", fault.field, fault.code)).collect()
}

#[test]
fn what_is_missing_is_named() {
    let whole = parties();
    let of = |parties: &InvoiceParties, rate: &str| {
        faults(&document(parties, "EUR", &[(1_000, rate)], TaxMode::Exclusive))
    };
    assert_eq!(of(&whole, "19"), [""; 0]);
    let bare = InvoiceParties { country: None, tax_id: None, client_country: None, ..parties() };
    let all = ["/seller/country required", "/seller/tax_id required", "/buyer/country required"];
    assert_eq!(of(&bare, "19"), all);
    assert_eq!(of(&whole, ""), ["/seller/tax_note required"]);
    assert_eq!(of(&whole, "0"), [""; 0], "a rate of nothing is a rate");
    let theirs = InvoiceParties { reverse_charge: true, ..parties() };
    assert_eq!(of(&theirs, ""), ["/buyer/tax_id required"]);
    let cases: [(&str, &[&str]); 2] =
        [("EL123456789", &[]), ("12/345/678", &["/buyer/tax_id invalid"])];
    for (id, fault) in cases {
        let theirs = InvoiceParties { client_tax_id: Some(id.into()), ..theirs.clone() };
        assert_eq!(of(&theirs, ""), fault, "{id}");
    }
    let kosovo = InvoiceParties { client_country: Some("XK".into()), ..parties() };
    assert_eq!(of(&kosovo, "19"), ["/buyer/country not_allowed"]);
    let gone = document(&whole, "BGN", &[(1_000, "19")], TaxMode::Exclusive);
    assert_eq!(faults(&gone), ["/currency not_allowed"]);
    let cases: [(i64, &[&str]); 2] = [(1_000, &[]), (100_000, &["/taxes not_allowed"])];
    for (amount, fault) in cases {
        let low = document(&whole, "EUR", &[(amount, "0.1")], TaxMode::Exclusive);
        assert_eq!(faults(&low), fault, "{amount}");
    }
    let mut two = document(&whole, "EUR", &[(1_000, "19")], TaxMode::Exclusive);
    let taxes = [("GST", "5"), ("PST", "7")];
    let taxes = taxes.map(|(code, of)| TaxRate { code: code.into(), percent: of.into() });
    two.lines[0].category = category(&taxes, &whole);
    assert_eq!(faults(&two), ["/taxes not_allowed"]);
}

#[test]
fn amounts_have_two_places_at_most() {
    let whole = parties();
    let of = |currency, amount: i64, rate| {
        document(&whole, currency, &[(amount, rate)], TaxMode::Exclusive)
    };
    let made = |of: &Document<'_>| String::from_utf8(of.write().unwrap_or_default());
    let fine = made(&of("KWD", 1_230, "0")).unwrap_or_default();
    assert!(fine.contains("<ram:LineTotalAmount>1.23</ram:LineTotalAmount>"), "{fine}");
    assert!(fine.contains("<ram:ChargeAmount>1.230</ram:ChargeAmount>"), "{fine}");
    assert_eq!(faults(&of("KWD", 1_234, "0")), ["/currency not_allowed"]);
    let yen = made(&of("JPY", 1_000, "10")).unwrap_or_default();
    assert!(yen.contains("<ram:GrandTotalAmount>1100</ram:GrandTotalAmount>"), "{yen}");
    // Three times half a yen, each rounded up, is more than a yen too much.
    let far = document(&whole, "JPY", &[(5, "10"); 3], TaxMode::Exclusive);
    assert_eq!((far.tax, faults(&far)), (3, vec!["/tax_minor out_of_range".to_owned()]));
}

#[test]
fn a_credit_note_names_its_invoice_and_wants_no_payment() {
    let whole = parties();
    let mut of = document(&whole, "EUR", &[(1_000, "19"), (-100, "7")], TaxMode::Exclusive);
    of.preceding = Some(("INV-1", NaiveDate::default()));
    of.due_on = None;
    of.type_code = "381";
    let made = String::from_utf8(of.write().unwrap_or_default()).unwrap_or_default();
    for part in [
        "<ram:TypeCode>381</ram:TypeCode>",
        "<ram:IssuerAssignedID>INV-1</ram:IssuerAssignedID>",
        "<ram:Description>Corrects invoice INV-1</ram:Description>",
        "<ram:BilledQuantity unitCode=\"C62\">-1</ram:BilledQuantity>",
        "<ram:CalculatedAmount>-0.07</ram:CalculatedAmount>",
    ] {
        assert!(made.contains(part), "{part} in {made}");
    }
    assert!(!made.contains("DueDateDateTime"));
}

proptest! {
    #[test]
    fn rounding_by_line_stays_near(
        lines in proptest::collection::vec((-1_000_000i64..1_000_000, 0usize..4), 1..80),
        inclusive: bool,
    ) {
        let rates = ["25", "19", "7.7", "0"];
        let lines: Vec<_> = lines.into_iter().map(|(of, rate)| (of, rates[rate])).collect();
        let mode = if inclusive { TaxMode::Inclusive } else { TaxMode::Exclusive };
        let whole = parties();
        let of = document(&whole, "EUR", &lines, mode);
        prop_assert_eq!(faults(&of), Vec::<String>::new());
        let groups = of.groups();
        let sum = |of: fn(&Group) -> i64| groups.iter().map(of).sum::<i64>();
        prop_assert_eq!((sum(|one| one.net), sum(|one| one.tax)), (of.net, of.tax));
        prop_assert_eq!(of.net + of.tax, of.total);
    }
}
