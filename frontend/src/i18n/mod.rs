//! Every visible string by its key, in the reader's language.
//!
//! `build.rs` makes `words` from `locales/LANGUAGE/AREA.json`: a key without placeholders is a
//! function, one with placeholders a struct whose fields they are, so that `t!` with a key or a
//! name that does not exist does not compile. The texts are not in the program: `start.js` picks
//! the reader's language and loads its file beside the WebAssembly; `main` hands it to `speak`.
#[cfg(test)]
mod coverage;
#[cfg(feature = "staff")]
mod errors;

#[expect(non_camel_case_types, reason = "a key is named as in the JSON files")]
pub mod words {
    //! The generated words.
    include!(concat!(env!("OUT_DIR"), "/words.rs"));
}

#[cfg(feature = "staff")]
pub use errors::{code_words, fault_words, field_words, read_fault_words};

use std::{fmt::Display, sync::OnceLock};

use crate::format::{Plural, plural};

/// `start.js` reads what is stored under this name.
const STORED: &str = "language";

static SPOKEN: OnceLock<Spoken> = OnceLock::new();

/// The texts of the page's language.
struct Spoken {
    /// BCP 47.
    tag: &'static str,
    /// In the order of the keys.
    texts: Vec<&'static str>,
}

/// Takes the file of a language, before anything is drawn. It holds until the page is left.
/// Answers why not, if it cannot be used.
pub fn speak(file: String) -> Result<(), &'static str> {
    let spoken = read(String::leak(file)).ok_or(OTHER_KEYS)?;
    SPOKEN.set(spoken).map_err(|_| "words were given twice")
}

const OTHER_KEYS: &str = "the words are of another version of the app";

/// `TAG KEYS`, then the texts, one a line. None if it is for other keys.
fn read(file: &'static str) -> Option<Spoken> {
    let mut lines = file.split('\n');
    let (tag, keys) = lines.next()?.split_once(' ')?;
    (keys == words::KEYS).then(|| Spoken { tag, texts: lines.collect() })
}

#[cfg(target_arch = "wasm32")]
fn spoken() -> &'static Spoken {
    SPOKEN.get().expect("main gives the words before anything is drawn")
}

#[cfg(not(target_arch = "wasm32"))]
fn spoken() -> &'static Spoken {
    SPOKEN.get_or_init(|| read(words::BUILT_IN).expect("it was made with the keys"))
}

/// The words of a key: `t!(accounts.title)` is a `&'static str`,
/// `t!(accounts.left, hours = text)` a `String`.
#[macro_export]
macro_rules! t {
    ($area:ident . $key:ident $(,)?) => {
        $crate::i18n::words::$area::$key()
    };
    ($area:ident . $key:ident $(, $name:ident = $value:expr)+ $(,)?) => {
        $crate::i18n::words::$area::$key { $($name: &$value),+ }.text()
    };
}

/// The words of a key for one or for other numbers of a thing:
/// `tn!(n, accounts.count_one, accounts.count_other)`. The second has `{{ count }}`.
#[macro_export]
macro_rules! tn {
    ($count:expr, $area:ident . $one:ident, $more:ident . $other:ident
        $(, $name:ident = $value:expr)* $(,)?) => {{
        let count: i64 = $count;
        if $crate::i18n::is_one(count) {
            String::from($crate::t!($area . $one $(, $name = $value)*))
        } else {
            $crate::t!($more . $other, count = $crate::format::count(count) $(, $name = $value)*)
        }
    }};
}

/// Whether a number takes the singular in the reader's language.
pub fn is_one(count: i64) -> bool {
    matches!(plural(count), Plural::One)
}

/// The BCP 47 tag of the page's language, for the document.
pub fn tag() -> &'static str {
    spoken().tag
}

/// The language the reader fixed, if they did.
pub fn fixed() -> Option<String> {
    crate::browser::stored(STORED)
}

/// Fixes a language by its tag, or follows the browser again, and loads the page anew: words are
/// loaded once.
pub fn fix(tag: Option<&str>) {
    crate::browser::store(STORED, tag);
    // A page that cannot be loaded anew keeps its words; the choice holds from the next visit.
    let _ = leptos::prelude::window().location().reload();
}

/// The languages there are, each by its tag and its own name.
pub fn languages() -> impl Iterator<Item = (&'static str, &'static str)> {
    let named = |tag: &&'static str| match *tag {
        "en" => Some(("en", "English")),
        "de" => Some(("de", "Deutsch")),
        // The one of tests.
        _ => None,
    };
    words::TAGS.iter().filter_map(named)
}

/// The text at a place.
fn word(place: usize) -> &'static str {
    spoken().texts[place]
}

/// Puts values in the place of `{{0}}`, `{{1}}`.
fn fill(text: &str, values: &[&dyn Display]) -> String {
    let mut parts = text.split("{{");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (place, rest) = part.split_once("}}").unwrap_or((part, ""));
        if let Some(value) = place.parse().ok().and_then(|place: usize| values.get(place)) {
            out.push_str(&value.to_string());
        }
        // "31. Dez." ends a sentence as it is.
        let ended = out.ends_with('.') && rest.starts_with('.') && !rest.starts_with("..");
        out.push_str(if ended { &rest[1..] } else { rest });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_that_ends_with_an_abbreviation_has_one_full_stop() {
        assert_eq!(fill("bis {{0}}.", &[&"31. Dez."]), "bis 31. Dez.");
        assert_eq!(fill("bis {{0}}. Und", &[&"31. Dez."]), "bis 31. Dez. Und");
        assert_eq!(fill("bis {{0}}...", &[&"31. Dez."]), "bis 31. Dez....");
        assert_eq!(fill("bis {{0}}.", &[&"Montag"]), "bis Montag.");
    }

    #[test]
    fn words_of_another_build_are_refused() {
        assert_eq!(speak("en 0123456789abcdef\nMinutes".to_owned()), Err(OTHER_KEYS));
        assert_eq!(speak(String::new()), Err(OTHER_KEYS));
    }

    #[test]
    fn a_file_has_a_text_for_each_key() {
        let english = read(words::BUILT_IN).expect("it was made with the keys");
        assert_eq!(english.tag, "en");
        let keys =
            include_str!(concat!(env!("OUT_DIR"), "/words.rs")).matches("super::word(").count();
        assert_eq!(english.texts.len(), keys);
    }

    #[test]
    fn figures_stand_where_the_language_wants_them() {
        assert_eq!(fill("{{1}} of {{0}}, {{1}}", &[&30, &"22"]), "22 of 30, 22");
        assert_eq!(fill("{{2}} of {{0}}", &[&30]), " of 30");
    }

    #[test]
    fn words_come_with_their_figures() {
        assert_eq!(t!(shell.skip), "Skip to content");
        assert_eq!(tn!(1, common.check_one, common.check_other), "1 field needs a look");
        assert_eq!(tn!(3, common.check_one, common.check_other), "3 fields need a look");
        assert_eq!(t!(shell.go_to, area = "Today"), "Go to Today");
    }
}
