//! Names of clients as banks write them.

/// Words that say what kind of company it is: banks leave them out, or write them otherwise.
const FORMS: [&str; 32] = [
    "ab",
    "ag",
    "aps",
    "as",
    "bv",
    "co",
    "corp",
    "corporation",
    "eg",
    "ek",
    "ev",
    "gbr",
    "gmbh",
    "inc",
    "incorporated",
    "kg",
    "limited",
    "llc",
    "llp",
    "ltd",
    "mbh",
    "nv",
    "ohg",
    "oy",
    "plc",
    "sa",
    "sarl",
    "sas",
    "se",
    "spa",
    "srl",
    "ug",
];

/// A name as it is compared: its words without case, marks, accents of German and the kind of
/// company, in the order of the alphabet. Empty if nothing is left.
#[must_use]
pub fn same_name(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    for c in name.to_lowercase().chars() {
        match c {
            'ä' => plain.push_str("ae"),
            'ö' => plain.push_str("oe"),
            'ü' => plain.push_str("ue"),
            'ß' => plain.push_str("ss"),
            // `e.K.` is one word, and so is `O'Neill`.
            '.' | '\'' | '’' => {}
            c if c.is_alphanumeric() => plain.push(c),
            _ => plain.push(' '),
        }
    }
    let words = || plain.split_whitespace();
    let mut kept: Vec<&str> =
        words().filter(|word| !FORMS.contains(word) && *word != "und" && *word != "and").collect();
    if kept.is_empty() {
        kept = words().collect();
    }
    kept.sort_unstable();
    kept.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_however_the_bank_writes_it() {
        for (one, other) in [
            ("Müller & Söhne GmbH & Co. KG", "MUELLER UND SOEHNE"),
            ("Acme, Inc.", "ACME"),
            ("Lee, Ann", "Ann Lee"),
            ("O’Neill Ltd", "oneill"),
            ("Tischlerei Weiß e.K.", "TISCHLEREI WEISS"),
        ] {
            assert_eq!(same_name(one), same_name(other), "{one} / {other}");
        }
        assert_ne!(same_name("Acme North"), same_name("Acme South"));
        assert_eq!((same_name(" - "), same_name("AG")), (String::new(), "ag".to_owned()));
        assert!(FORMS.is_sorted());
    }
}
