//! Text as people search and sort it.

/// The form in which names are compared: lower case, one blank between words.
pub fn fold(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A `LIKE` pattern (escape `\`) that finds folded text anywhere.
pub fn like(text: &str) -> String {
    let escaped = fold(text).replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_of_the_seeker_are_letters() {
        assert_eq!(like(" 50 %  Äpfel_"), "%50 \\% äpfel\\_%");
    }
}
