//! The words of a sentence that carry its meaning, in English and German.

/// Words that stand in any sentence.
const COMMON: [&str; 62] = [
    "the", "and", "for", "are", "was", "were", "our", "your", "their", "this", "that", "with",
    "from", "into", "should", "shall", "will", "would", "can", "could", "may", "must", "who",
    "what", "when", "where", "which", "how", "why", "has", "have", "not", "but", "der", "die",
    "das", "den", "dem", "des", "ein", "eine", "einen", "einem", "einer", "und", "oder", "für",
    "mit", "von", "vom", "zum", "zur", "ist", "sind", "soll", "sollen", "wird", "werden", "wir",
    "wie", "was", "wer",
];
/// What plural, case and tense add; the longer ones first.
const ENDINGS: [&str; 9] = ["ings", "ing", "en", "es", "er", "ed", "s", "n", "e"];
/// A word keeps at least so many letters.
const STEM_MIN: usize = 4;

/// The words that carry meaning, each once, lower case and without endings, in their order.
///
/// ```
/// # use shared::rules::know::words;
/// assert_eq!(words("Which channels are the focus?"), ["channel", "focu"]);
/// ```
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let mut words = Vec::new();
    for word in lower.split(|c: char| !c.is_alphanumeric()) {
        let number = word.chars().all(|c| c.is_ascii_digit());
        let short = word.chars().count() < 3 && !number;
        if word.is_empty() || short || COMMON.contains(&word) {
            continue;
        }
        let word = stem(word).to_owned();
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

fn stem(word: &str) -> &str {
    let cut =
        |ending: &&str| word.strip_suffix(*ending).filter(|stem| stem.chars().count() >= STEM_MIN);
    ENDINGS.iter().find_map(cut).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_are_one_word() {
        assert_eq!(words("Budgets, budget: BUDGET"), ["budget"]);
        assert_eq!(words("Die Kampagnen der Kampagne"), ["kampagn"]);
        assert_eq!(words("Q4 2026 vs. 2025"), ["2026", "2025"]);
        assert_eq!(words(" … "), Vec::<String>::new());
    }
}
