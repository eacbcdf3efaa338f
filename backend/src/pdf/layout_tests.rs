use chrono::{DateTime, Utc};
use proptest::prelude::*;

use super::*;
use crate::pdf::sheet::Party;

fn row(place: usize, text: &str) -> Row {
    Row {
        text: text.to_owned(),
        detail: Some(format!("{} March 2026", place + 1)),
        cells: vec!["1 h 45".into(), "125.00 / h".into(), "19%".into(), "218.75".into()],
        so_far: format!("{}.00", place + 1),
    }
}

fn sheet(paper: Paper, rows: Vec<Row>) -> Sheet {
    Sheet {
        language: "en",
        paper,
        made_at: DateTime::<Utc>::UNIX_EPOCH,
        heading: "Invoice INV-2026-0001".into(),
        about: "Growth".into(),
        mark: Some("Draft".into()),
        from: Party { name: "Fieldwork".into(), lines: vec!["Hafenstr. 1".into()] },
        logo: None,
        to_label: "To".into(),
        to: Party { name: "Northwind".into(), lines: vec!["1 Quay St".into()] },
        facts: vec![Fact::new("Invoice date", "1 March 2026")],
        heads: ["Description", "Quantity", "Price", "Tax", "Amount"].map(String::from).into(),
        before: Vec::new(),
        rows,
        carried: "Carried".into(),
        brought: "Brought".into(),
        sums: vec![Fact::new("Net", "100.00"), Fact::new("VAT", "19.00")],
        total: Some(Fact::new("Total", "119.00 EUR")),
        after: Vec::new(),
        pay: Some(Pay { words: "Please pay".into(), facts: vec![Fact::new("IBAN", "DE89")] }),
        notes: vec!["Thank you.".into()],
        foot: "Fieldwork".into(),
        page_of: |page, all| format!("{page} of {all}"),
    }
}

/// The texts of a page with their places.
fn texts(page: &Page) -> Vec<(Mil, Mil, &Run, Role)> {
    let text = |item: &Item| matches!(item, Item::Text { .. });
    let texts = page.items.iter().filter(|item| text(item));
    texts
        .filter_map(|item| match item {
            Item::Text { x, y, run, role } => Some((*x, *y, run, *role)),
            Item::Area { .. } | Item::Picture { .. } => None,
        })
        .collect()
}

/// Where the base line of a word is on a page, and what stands at its right.
fn beside<'a>(page: &'a Page, word: &str) -> Option<&'a str> {
    let all = texts(page);
    let (x, y, ..) = all.iter().find(|(_, _, run, _)| run.text == word)?;
    let near = |other: &Mil| (other - y).abs() < 3_000;
    let last = all.iter().filter(|(at, other, ..)| near(other) && at > x).max_by_key(|one| one.0);
    last.map(|(_, _, run, _)| run.text.as_str())
}

/// Nothing stands in the margins, on the foot, or on another text of its line.
fn inside(sheet: &Sheet, pages: &[Page]) -> Result<(), String> {
    let (width, height) = match sheet.paper {
        Paper::A4 => (595_276, 841_890),
        Paper::Letter => (612_000, 792_000),
    };
    for page in pages {
        let all = texts(page);
        for (x, y, run, role) in &all {
            let low = if *role == Role::Repeated { height - 16_000 } else { height - FOOT_HEIGHT };
            if *x < SIDE || x + run.width > width - SIDE || *y > low || *y < 30_000 {
                return Err(format!("{:?} stands at {x}, {y}", run.text));
            }
        }
        for (place, (x, y, run, _)) in all.iter().enumerate() {
            for (other_x, other_y, other, _) in &all[place + 1..] {
                let apart = x + run.width <= *other_x || other_x + other.width <= *x;
                if y == other_y && !apart {
                    return Err(format!("{:?} stands on {:?}", run.text, other.text));
                }
            }
        }
    }
    Ok(())
}

#[test]
fn a_long_table_breaks_with_its_head_and_what_was_carried() {
    for paper in [Paper::A4, Paper::Letter] {
        let rows: Vec<Row> = (0..200).map(|place| row(place, &format!("Work {place}"))).collect();
        let sheet = sheet(paper, rows);
        let pages = pages(&sheet);
        assert_eq!(inside(&sheet, &pages), Ok(()));
        assert!((10..=14).contains(&pages.len()), "{}", pages.len());
        let mut next = 0;
        for (place, page) in pages.iter().enumerate() {
            let all = texts(page);
            if next == 200 {
                // What is below the total may need a page of its own.
                assert_eq!(beside(page, "Description"), None);
                break;
            }
            assert!(beside(page, "Description").is_some(), "a head on page {place}");
            assert_eq!(
                all.iter()
                    .filter(|one| one.2.text == format!("{} of {}", place + 1, pages.len()))
                    .count(),
                1
            );
            let brought = (place > 0).then(|| format!("{next}.00"));
            assert_eq!(beside(page, "Brought"), brought.as_deref());
            for (_, _, run, role) in &all {
                if *role == Role::Cell(next, 0) && run.text.starts_with("Work") {
                    assert_eq!(run.text, format!("Work {next}"));
                    next += 1;
                }
            }
            let carried = (next < 200).then(|| format!("{next}.00"));
            assert_eq!(beside(page, "Carried"), carried.as_deref());
        }
        assert_eq!(next, 200, "each row once");
        let ends = |page: &&Page| texts(page).iter().any(|one| one.3 == Role::Cell(199, 0));
        let last = pages.iter().find(ends);
        let total = last.and_then(|page| beside(page, "Total"));
        assert_eq!(total, Some("119.00 EUR"), "the last row stays with the total");
    }
}

#[test]
fn figures_end_below_each_other() {
    let rows = vec![
        row(0, "a"),
        Row { cells: ["7", "1.00", "0%", "12,218.75"].map(String::from).into(), ..row(1, "b") },
    ];
    let sheet = sheet(Paper::A4, rows);
    let pages = pages(&sheet);
    assert_eq!(pages.len(), 1);
    for column in 1..=4 {
        let edge = |row: usize| {
            let all = texts(&pages[0]);
            let cell = all.iter().find(|one| one.3 == Role::Cell(row, column));
            cell.map(|(x, _, run, _)| x + run.width)
        };
        assert!(edge(0).is_some() && edge(0) == edge(1), "column {column}");
    }
}

#[test]
fn the_same_sheet_makes_the_same_file() {
    let make = || {
        let rows = (0..40).map(|n| row(n, "東京 שלום Zoë")).collect();
        crate::pdf::render(&sheet(Paper::A4, rows), None)
    };
    let (one, other) = (make().unwrap_or_default(), make().unwrap_or_default());
    assert!(one.starts_with(b"%PDF-1.7") && one == other);
    let xmp = String::from_utf8_lossy(&one);
    assert!(xmp.contains("<pdfaid:part>3</pdfaid:part>"), "PDF/A-3");
    assert!(xmp.contains("/StructTreeRoot"), "tagged");
    assert!(one.len() < 100_000, "fonts are cut to what is used: {}", one.len());
}

#[test]
fn a_file_with_its_invoice_says_so_and_finds_every_object() {
    let plain = sheet(Paper::A4, (0..40).map(|n| row(n, "Zoë")).collect());
    let file = crate::pdf::render(&plain, Some(b"<a>Zo\xc3\xab</a>")).unwrap_or_default();
    let text = String::from_utf8_lossy(&file);
    assert!(text.contains("<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>"));
    assert!(text.contains("(factur-x.xml)") && text.contains("/AFRelationship/Alternative"));
    let after = |key: &[u8]| {
        let at = file.windows(key.len()).rposition(|part| part == key);
        at.map(|at| at + key.len()).unwrap_or_default()
    };
    let number = |bytes: &[u8]| -> usize {
        let digits: Vec<u8> = bytes.iter().copied().take_while(u8::is_ascii_digit).collect();
        String::from_utf8_lossy(&digits).parse().unwrap_or_default()
    };
    let table = number(&file[after(b"startxref\n")..]);
    let head = b"xref\n0 ";
    assert!(file[table..].starts_with(head));
    let count = number(&file[table + head.len()..]);
    let rows = table + head.len() + count.to_string().len() + 1;
    for object in 1..count {
        let row = &file[rows + object * 20..][..20];
        let at = number(row);
        let starts = file[at..].starts_with(format!("{object} 0 obj").as_bytes());
        assert!(row[17] != b'n' || starts, "object {object} at {at}");
    }
    let stream = after(b"<?xpacket end=\"r\"?>");
    assert!(file[stream..].starts_with(b"\nendstream"));
    let length = text.rfind("/Type/Metadata").and_then(|at| text[..at].rfind("/Length "));
    let begin = after(b"<?xpacket begin=") - b"<?xpacket begin=".len();
    assert_eq!(number(text[length.unwrap_or_default() + 8..].as_bytes()), stream - begin);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn nothing_stands_in_a_margin_or_on_another_text(
        name in "\\PC{1,200}", address in "([a-zA-Zäßשל ]{0,40}\n){0,30}", word in "[A-Za-z]{1,300}",
        note in "\\PC{0,2000}", amount in 1i64..i64::MAX, letter: bool, many in 1usize..60,
        total: bool, text in "\\PC{0,6000}",
    ) {
        let mut rows: Vec<Row> = (0..many).map(|place| row(place, &word)).collect();
        rows[0].cells[3] = amount.to_string();
        let mut sheet = sheet(if letter { Paper::Letter } else { Paper::A4 }, rows);
        let party = Party { name, lines: address.lines().map(str::to_owned).collect() };
        (sheet.from, sheet.to, sheet.about) = (party.clone(), party, word.clone());
        sheet.facts = (0..7).map(|_| Fact::new("Your reference", &word[..word.len().min(100)])).collect();
        sheet.heading = format!("Invoice {}", &word[..word.len().min(20)]);
        sheet.sums.push(Fact::new(word.as_str(), amount.to_string()));
        sheet.total = total.then(|| Fact::new("Total", amount.to_string()));
        sheet.foot = note.clone();
        sheet.notes = vec![note];
        sheet.before = vec![text.clone(), word];
        sheet.after = vec![text];
        let pages = pages(&sheet);
        prop_assert_eq!(inside(&sheet, &pages), Ok(()));
    }
}
