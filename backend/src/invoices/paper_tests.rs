use chrono::NaiveDate;
use shared::api::{
    AccountId, CreditKind, CreditNoteId, CreditNoteSummary, CreditedOfLine, InvoiceId,
    InvoiceStatus, InvoiceSummary, Language, Paper, Purpose, RetainerId, TaxRate,
};
use uuid::Uuid;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap_or_default()
}

fn line(position: i64, kind: InvoiceLineKind, amount_minor: i64) -> InvoiceLine {
    let overage = kind == InvoiceLineKind::Overage;
    let manual = kind == InvoiceLineKind::Manual;
    InvoiceLine {
        position,
        kind,
        text: manual.then(|| "Stock photos".to_owned()),
        seq: (!manual).then_some(1),
        starts_on: (!manual).then(|| day("2026-01-01")),
        ends_on: (!manual).then(|| day("2026-02-01")),
        cycle_id: None,
        scope_change_id: None,
        adjustment_id: None,
        expense_id: None,
        pool: None,
        unit: overage.then_some(Unit::Minutes),
        quantity: if overage { 105 } else { 1 },
        price_minor: if overage { 12_500 } else { amount_minor },
        price_per: if overage { 60 } else { 1 },
        discount_minor: 0,
        amount_minor,
        taxes: vec![TaxRate { code: "VAT".into(), percent: "20".into() }],
        net_minor: amount_minor,
        tax_minor: amount_minor / 5,
        credited_minor: 0,
    }
}

/// 2,500.00 and 1.75 h at 125.00: domain 5.3.
fn made(currency: &str) -> Invoice {
    let lines =
        vec![line(1, InvoiceLineKind::Fee, 250_000), line(2, InvoiceLineKind::Overage, 21_875)];
    let summary = InvoiceSummary {
        id: InvoiceId(Uuid::nil()),
        number: Some("INV-2026-0001".into()),
        state: InvoiceState::Issued,
        account_id: AccountId(Uuid::nil()),
        account_name: "Northwind".into(),
        retainer_id: RetainerId(Uuid::nil()),
        retainer_name: "Growth retainer".into(),
        seq: 1,
        purpose: Purpose::Cycle,
        revision: 1,
        starts_on: day("2026-01-01"),
        ends_on: day("2026-02-01"),
        issue_on: day("2026-01-15"),
        due_on: day("2026-01-29"),
        currency: currency.into(),
        net_minor: 271_875,
        tax_minor: 54_375,
        total_minor: 326_250,
        credited_minor: 0,
        paid_minor: 0,
        balance_minor: 326_250,
        status: Some(InvoiceStatus::Open),
        late_days: 0,
        before_minor: None,
        differences: Vec::new(),
        held: false,
        version: 2,
    };
    let tax = InvoiceTax {
        code: "VAT".into(),
        percent: "20".into(),
        base_minor: 271_875,
        tax_minor: 54_375,
    };
    Invoice {
        id: summary.id,
        summary,
        lines,
        tax_mode: TaxMode::Exclusive,
        taxes: vec![tax],
        note: Some("Thank you.".into()),
        parties: None,
        created_at: DateTime::UNIX_EPOCH,
        issued_at: Some(DateTime::UNIX_EPOCH),
        voided_at: None,
        void_reason: None,
        version: 2,
    }
}

fn parties(language: Language) -> InvoiceParties {
    InvoiceParties {
        legal_name: "Fieldwork Studio GmbH".into(),
        address: "Hafenstr. 1\n20457 Hamburg".into(),
        tax_id: Some("DE123456789".into()),
        client: "Northwind Traders Ltd".into(),
        country: Some("DE".into()),
        iban: Some("DE89370400440532013000".into()),
        bic: Some("COBADEFFXXX".into()),
        client_address: Some("1 Quay St\nBristol BS1 4DJ".into()),
        client_country: Some("GB".into()),
        client_tax_id: Some("GB123456789".into()),
        reference: Some("PO 4711".into()),
        reverse_charge: false,
        tax_note: Some("Exempt as a small business.".into()),
        language,
        paper: Paper::A4,
        logo_id: None,
    }
}

const NET: PaymentTerms = PaymentTerms::NetDays { days: 14 };

fn told(facts: &[Fact]) -> Vec<String> {
    facts.iter().map(|fact| format!("{}: {}", fact.label, fact.value)).collect()
}

#[test]
fn an_invoice_says_what_it_must_in_english() {
    let sheet = of_invoice(&made("EUR"), &parties(Language::En), (NET, 0));
    assert_eq!((sheet.heading.as_str(), sheet.mark), ("Invoice INV-2026-0001", None));
    let facts = [
        "Invoice number: INV-2026-0001",
        "Invoice date: 15 January 2026",
        "Service period: 1 January 2026 –\n31 January 2026",
        "Due date: 29 January 2026",
        "Terms: 14 days net",
        "Your reference: PO 4711",
        "Your VAT ID: GB123456789",
    ];
    assert_eq!(told(&sheet.facts), facts);
    assert_eq!(sheet.to.lines, ["1 Quay St", "Bristol BS1 4DJ", "GB"]);
    assert_eq!(sheet.rows[1].text, "Beyond the allowance, cycle 1");
    assert_eq!(sheet.rows[1].cells, ["1 h 45", "125.00 / h", "20%", "218.75"]);
    assert_eq!(sheet.rows[1].so_far, "2,718.75");
    assert_eq!(told(&sheet.sums), ["Net: 2,718.75", "VAT 20% on 2,718.75: 543.75"]);
    assert_eq!(sheet.total, Some(Fact::new("Total", "3,262.50 EUR")));
    let pay = sheet.pay.map(|pay| (pay.words, told(&pay.facts))).unwrap_or_default();
    assert_eq!(pay.0, "Please pay 3,262.50 EUR by 29 January 2026");
    assert_eq!(pay.1[0], "IBAN: DE89 3704 0044 0532 0130 00");
    assert_eq!(pay.1[2], "Reference: INV-2026-0001");
    assert_eq!(sheet.notes, ["Thank you."]);
    assert_eq!(
        sheet.foot,
        "Fieldwork Studio GmbH · Hafenstr. 1 · 20457 Hamburg · VAT ID DE123456789"
    );
}

#[test]
fn an_invoice_says_what_it_must_in_german_and_in_yen() {
    let sheet = of_invoice(&made("JPY"), &parties(Language::De), (NET, 0));
    assert_eq!(sheet.heading, "Rechnung INV-2026-0001");
    let facts = told(&sheet.facts);
    assert_eq!(facts[2], "Leistungszeitraum: 1. Januar 2026 –\n31. Januar 2026");
    assert_eq!(facts[4], "Zahlungsziel: 14 Tage netto");
    assert_eq!(sheet.rows[0].cells, ["1", "250.000", "20 %", "250.000"]);
    assert_eq!(told(&sheet.sums)[1], "VAT 20 % auf 271.875: 54.375");
    assert_eq!(sheet.total, Some(Fact::new("Gesamtbetrag", "326.250 JPY")));
    assert_eq!((sheet.page_of)(2, 3), "Seite 2 von 3");
}

#[test]
fn a_draft_and_a_void_one_say_so() {
    let mut draft = made("EUR");
    (draft.summary.state, draft.summary.number) = (InvoiceState::Draft, None);
    let sheet = of_invoice(&draft, &parties(Language::De), (NET, 0));
    assert_eq!((sheet.heading.as_str(), sheet.mark.as_deref()), ("Rechnung", Some("Entwurf")));
    let mut void = made("EUR");
    void.summary.state = InvoiceState::Void;
    let sheet = of_invoice(&void, &parties(Language::En), (NET, 0));
    assert!(sheet.mark.as_deref() == Some("Void") && sheet.pay.is_none());
}

#[test]
fn without_tax_it_says_why() {
    let mut made = made("EUR");
    made.lines.iter_mut().for_each(|line| line.taxes.clear());
    made.taxes.clear();
    let small = of_invoice(&made, &parties(Language::En), (NET, 0));
    assert_eq!(small.notes[1], "Exempt as a small business.");
    assert_eq!(small.heads.len(), 4, "no column of taxes");
    let abroad = InvoiceParties { reverse_charge: true, ..parties(Language::De) };
    let abroad = of_invoice(&made, &abroad, (NET, 0));
    assert_eq!(abroad.notes[1], "Steuerschuldnerschaft des Leistungsempfängers (Reverse Charge).");
}

#[test]
fn a_credit_note_is_named_so_and_names_its_invoice() {
    let note = CreditNote {
        id: CreditNoteId(Uuid::nil()),
        summary: CreditNoteSummary {
            id: CreditNoteId(Uuid::nil()),
            number: "CN-2026-0001".into(),
            kind: CreditKind::Goodwill,
            invoice_id: InvoiceId(Uuid::nil()),
            invoice_number: "INV-2026-0001".into(),
            account_id: AccountId(Uuid::nil()),
            account_name: "Northwind".into(),
            retainer_id: RetainerId(Uuid::nil()),
            retainer_name: "Growth retainer".into(),
            issued_on: day("2026-02-03"),
            currency: "KWD".into(),
            net_minor: 100_000,
            tax_minor: 20_000,
            total_minor: 120_000,
            reason: "A week late".into(),
        },
        lines: vec![CreditedOfLine {
            position: 1,
            kind: InvoiceLineKind::Fee,
            text: None,
            seq: Some(1),
            net_minor: 100_000,
            tax_minor: 20_000,
        }],
        taxes: vec![InvoiceTax {
            code: "VAT".into(),
            percent: "20".into(),
            base_minor: 100_000,
            tax_minor: 20_000,
        }],
        issued_at: DateTime::UNIX_EPOCH,
    };
    let sheet = of_credit_note(&note, &parties(Language::De));
    assert_eq!(sheet.heading, "Gutschrift CN-2026-0001");
    assert_eq!(told(&sheet.facts)[2], "Zur Rechnung: INV-2026-0001");
    assert_eq!(sheet.rows[0].cells, ["100,000", "20,000", "120,000"]);
    assert_eq!(sheet.total.map(|total| total.value).as_deref(), Some("120,000 KWD"));
    assert_eq!(sheet.notes, ["Grund: A week late"]);
    assert!(sheet.pay.is_none());
}
