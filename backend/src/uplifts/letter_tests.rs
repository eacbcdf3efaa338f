use shared::api::{Language, RetainerId, UpliftWords};
use uuid::Uuid;

use super::*;

fn line(name: &str, new: i64, from: &str) -> LetterLine {
    LetterLine {
        retainer_id: RetainerId(Uuid::nil()),
        retainer_name: name.to_owned(),
        currency: "EUR".to_owned(),
        old_minor: 150_000,
        new_minor: new,
        from: from.parse().unwrap(),
    }
}

fn asked(letter: serde_json::Value) -> NewUplift {
    let body = serde_json::json!({ "from": "2026-10-01", "percent_hundredths": 350,
        "letter": letter });
    serde_json::from_value(body).unwrap()
}

fn head(language: Language) -> Head {
    let parties = serde_json::json!({ "legal_name": "Fieldwork GmbH", "address": "Hafenstr. 1",
        "client": "Northwind Ltd", "language": language });
    Head {
        parties: serde_json::from_value(parties).unwrap(),
        tax_mode: Some(TaxMode::Exclusive),
        on: "2026-08-05".parse().unwrap(),
        made_at: DateTime::UNIX_EPOCH,
    }
}

#[test]
fn a_client_of_several_retainers_reads_of_each_and_then_the_table() {
    let lines = vec![line("Site", 155_500, "2026-10-01"), line("Shop", 155_250, "2026-10-01")];
    let letter = Letter::write(&asked(serde_json::json!([])), head(Language::De), lines);
    assert_eq!(letter.subject, "Neuer Preis für Site und Shop ab 1. Oktober 2026");
    let expected = [
        "Guten Tag,",
        "unsere Preise ändern sich wie folgt.",
        "Ab 1. Oktober 2026 beträgt der Preis für Site 1.555,00 EUR je Zyklus statt 1.500,00 EUR.",
        "Ab 1. Oktober 2026 beträgt der Preis für Shop 1.552,50 EUR je Zyklus statt 1.500,00 EUR.",
    ];
    assert_eq!(letter.before, expected);
    assert_eq!(letter.after[1], "Mit freundlichen Grüßen\nFieldwork GmbH");
    assert_eq!(letter.text().matches("\n\n").count(), 5);
    let sheet = letter.sheet();
    assert_eq!(sheet.rows[1].cells, ["1.500,00 EUR", "1.552,50 EUR", "1. Oktober 2026"]);
    assert_eq!((sheet.to.name.as_str(), sheet.total), ("Northwind Ltd", None));
    assert_eq!(letter.file_name(), "Neue Preise Northwind Ltd 2026-08-05.pdf");
    let mut other = letter.clone();
    other.parties.client = "A/B: C".to_owned();
    assert_eq!(other.file_name(), "Neue Preise A-B- C 2026-08-05.pdf");
    let kept: Letter = serde_json::from_value(serde_json::to_value(&letter).unwrap()).unwrap();
    assert_eq!(kept, letter);
}

#[test]
fn words_that_name_no_retainer_have_the_table_before_their_farewell() {
    let of = |body: &str| {
        let words =
            UpliftWords { language: Language::En, subject: "News".into(), body: body.into() };
        let lines = vec![line("Site", 155_500, "2026-10-01")];
        let letter = Letter::write(&asked(serde_json::json!([words])), head(Language::En), lines);
        (letter.before.len(), letter.after.len())
    };
    assert_eq!(of("Dear {client},\n\nplease see below.\n\n{sender}"), (2, 1));
    assert_eq!(of("Please see below."), (1, 0));
    assert_eq!(of("{retainer}: {new}"), (1, 0));
}

#[test]
fn prices_include_tax_only_if_each_does() {
    let lines = [line("Site", 155_500, "2026-10-01")];
    let of = |percents: &[&str]| {
        let rate = |percent: &&str| TaxRate { code: "VAT".into(), percent: (*percent).into() };
        let rates = percents.iter().map(rate).collect();
        tax_told(TaxMode::Inclusive, &lines, &HashMap::from([(lines[0].retainer_id, rates)]))
    };
    assert_eq!(of(&["0", "7"]), Some(TaxMode::Inclusive));
    assert_eq!((of(&["0.00"]), of(&[])), (None, None));
    assert_eq!(tax_told(TaxMode::Inclusive, &lines, &HashMap::new()), None);
    let mode = TaxMode::Exclusive;
    assert_eq!(tax_told(mode, &lines, &HashMap::new()), Some(mode));
    let head = Head { tax_mode: None, ..head(Language::En) };
    let letter = Letter::write(&asked(serde_json::json!([])), head, lines.to_vec());
    assert!(letter.sheet().notes.is_empty());
}

#[test]
fn a_list_is_told_as_far_as_it_is_short() {
    let of = |values: &[&str]| listed(values, Words(Language::En));
    assert_eq!(of(&[]), "");
    assert_eq!(of(&["A", "A"]), "A");
    assert_eq!(of(&["A", "B", "C"]), "A, B and C");
    assert_eq!(of(&["A", "B", "A", "C", "D", "E"]), "A, B, C and 2 more");
    assert_eq!(listed(&["A", "B", "C", "D"], Words(Language::De)), "A, B, C und D");
}
