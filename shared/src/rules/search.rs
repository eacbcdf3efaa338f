//! The words by which a text is found: without case and accents, the same when they are kept and
//! when they are looked for. Source: docs/decisions/0052.
use std::collections::BTreeSet;

/// A word is kept by so many of its first letters.
pub const WORD_MAX: usize = 40;
/// More words than these of a search are not looked at.
pub const SOUGHT_MAX: usize = 8;

/// Letters as they are typed without their accents.
const PLAIN: [(&str, &str); 28] = [
    ("àáâãäåāăąǎ", "a"),
    ("çćĉċč", "c"),
    ("ďđð", "d"),
    ("èéêëēĕėęě", "e"),
    ("ĝğġģ", "g"),
    ("ĥħ", "h"),
    ("ìíîïĩīĭįıǐ", "i"),
    ("ĵ", "j"),
    ("ķ", "k"),
    ("ĺļľŀł", "l"),
    ("ñńņňŉ", "n"),
    ("òóôõöøōŏőǒ", "o"),
    ("ŕŗř", "r"),
    ("śŝşšș", "s"),
    ("ţťŧț", "t"),
    ("ùúûüũūŭůűųǔ", "u"),
    ("ŵ", "w"),
    ("ýÿŷ", "y"),
    ("źżž", "z"),
    ("ß", "ss"),
    ("æ", "ae"),
    ("œ", "oe"),
    ("þ", "th"),
    ("ĳ", "ij"),
    ("ﬀ", "ff"),
    ("ﬁ", "fi"),
    ("ﬂ", "fl"),
    ("ſ", "s"),
];

/// The words of a text, each once.
///
/// ```
/// # use shared::rules::search::words;
/// let found: Vec<String> = words("Café & CAFE: Straße 7").into_iter().collect();
/// assert_eq!(found, ["7", "cafe", "strasse"]);
/// ```
#[must_use]
pub fn words(text: &str) -> BTreeSet<String> {
    let folded = fold(text);
    let words = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(|word| word.chars().take(WORD_MAX).collect()).collect()
}

/// The words that somebody looks for: each is the beginning of a word that is found. A beginning of
/// another is left out, since who has that one has both.
#[must_use]
pub fn sought(text: &str) -> Vec<String> {
    let words = words(text);
    let begins = |word: &&String| {
        let longer = |other: &String| other != *word && other.starts_with(word.as_str());
        !words.iter().any(longer)
    };
    words.iter().filter(begins).take(SOUGHT_MAX).cloned().collect()
}

/// The texts from `word` up to this one, which is not among them, begin with it.
#[must_use]
pub fn after_all(word: &str) -> String {
    format!("{word}{}", char::MAX)
}

fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        // Accents that stand by themselves.
        if ('\u{300}'..='\u{36f}').contains(&c) {
            continue;
        }
        match PLAIN.iter().find(|(letters, _)| !c.is_ascii() && letters.contains(c)) {
            Some((_, plain)) => folded.push_str(plain),
            None => folded.push(c),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(text: &str, by: &str) -> bool {
        let has = words(text);
        sought(by).iter().all(|word| has.iter().any(|one| one.starts_with(word.as_str())))
    }

    #[test]
    fn accents_and_case_make_no_difference() {
        for by in ["müller", "MULLER", "mull", "mu\u{308}ller", "Müller straße", "strasse"] {
            assert!(found("Anruf von Frau Müller, Hauptstraße und STRASSE", by), "{by}");
        }
        assert!(!found("Anruf von Frau Müller", "Müller Meier"));
        assert!(!found("Anruf", "ruf"), "words are found by their beginning");
        assert!(found("Rechnung 2026-0007", "2026-0007"));
    }

    #[test]
    fn what_is_no_word_is_not_looked_for() {
        assert_eq!(sought(" … & "), Vec::<String>::new());
        assert_eq!(sought("plan planning"), ["planning"]);
        assert_eq!(words(&"x".repeat(60)).into_iter().next().unwrap().len(), WORD_MAX);
    }

    proptest! {
        #[test]
        fn a_text_is_found_by_itself(text in ".{0,60}") {
            prop_assert!(found(&text, &text));
        }

        #[test]
        fn what_begins_with_a_word_lies_before_the_bound(word in "[a-zé€]{1,8}", rest in "\\PC*") {
            let longer = format!("{word}{rest}");
            prop_assert!(longer >= word && longer < after_all(&word));
        }

        #[test]
        fn folding_twice_is_folding_once(text in ".{0,60}") {
            let once = words(&text);
            let again = words(&once.iter().cloned().collect::<Vec<_>>().join(" "));
            prop_assert_eq!(once, again);
        }
    }
}
