//! Names of people in the words of a diagnosis: it is about causes. Source: requirement S3-24.

/// Letters that part of a name has at least to be looked for alone.
const PART_MIN: usize = 3;

/// The names that a text has in it, whole or in part, each once; with the `s` of a genitive too, as
/// German writes it without an apostrophe.
///
/// ```
/// # use shared::rules::reviews::wording::named;
/// assert_eq!(named("Ana was late", &["Ana Ruiz"]), ["Ana Ruiz"]);
/// ```
#[must_use]
pub fn named<'a>(text: &str, names: &[&'a str]) -> Vec<&'a str> {
    let said = words(text);
    let has = |name: &&&str| {
        let parts = words(name);
        let long = |part: &&String| part.chars().count() >= PART_MIN;
        let whole = !parts.is_empty() && said.windows(parts.len()).any(|some| some == parts);
        let owns = |part: &String| said.iter().any(|word| word.strip_suffix('s') == Some(part));
        whole || parts.iter().filter(long).any(|part| said.contains(part) || owns(part))
    };
    let mut found: Vec<&str> = names.iter().filter(has).copied().collect();
    found.dedup();
    found
}

/// Words in lower case, without what marks whose something is.
fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase().replace(['’', '\''], " ");
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s3_24_a_person_in_the_words_of_a_diagnosis_is_seen() {
        let people = ["Ana Ruiz", "Bo Li", "Jo"];
        assert_eq!(named("Ruiz's drafts came late", &people), ["Ana Ruiz"]);
        assert_eq!(named("BO LI forgot it", &people), ["Bo Li"]);
        assert_eq!(named("Ask Jo.", &people), ["Jo"]);
        assert_eq!(named("Annas Entwurf", &["Anna Roth"]), ["Anna Roth"]);
        assert_eq!(named("Roths Entwurf", &["Anna Roth"]), ["Anna Roth"]);
        assert_eq!(named("Die Ananas", &["Anna Roth"]), Vec::<&str>::new());
        // Parts of words, and short parts of names, are no names.
        assert_eq!(named("The analysis was a bo, a job", &people), Vec::<&str>::new());
        assert_eq!(named("The brief had no review criteria", &people), Vec::<&str>::new());
        assert_eq!(named("", &people), Vec::<&str>::new());
    }
}
