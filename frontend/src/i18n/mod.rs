//! Every visible string by its key, in the reader's language.
//!
//! `build.rs` makes `words` from `locales/LANGUAGE/AREA.json`: a key without placeholders is a
//! function, one with placeholders a struct whose fields they are, so that `t!` with a key or a
//! name that does not exist does not compile.
#[cfg(test)]
mod coverage;
mod errors;

#[expect(non_camel_case_types, reason = "a key is named as in the JSON files")]
pub mod words {
    //! The generated words.
    include!(concat!(env!("OUT_DIR"), "/words.rs"));
}

pub use errors::{code_words, fault_words, field_words};

use std::{cell::OnceCell, fmt::Display};

use crate::format::{Plural, plural};

const STORED: &str = "language";

thread_local! {
    static LANGUAGE: OnceCell<usize> = const { OnceCell::new() };
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
    words::TAGS[language()]
}

/// The language the reader fixed, if they did.
pub fn fixed() -> Option<String> {
    crate::browser::stored(STORED)
}

/// Fixes a language by its tag, or follows the browser again, and loads the page anew: words are
/// picked once.
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

/// The first of the reader's languages that we have. It holds until a reload.
fn language() -> usize {
    LANGUAGE.with(|cell| *cell.get_or_init(chosen))
}

fn chosen() -> usize {
    if cfg!(target_arch = "wasm32") {
        let stored = fixed();
        let wanted = leptos::prelude::window().navigator().languages();
        let wanted: Vec<String> = wanted.iter().filter_map(|tag| tag.as_string()).collect();
        first_known(stored.into_iter().chain(wanted))
    } else {
        0
    }
}

/// The place of the first tag whose language we have; of English otherwise.
fn first_known(tags: impl IntoIterator<Item = String>) -> usize {
    let known = |tag: String| {
        let language = tag.split('-').next().unwrap_or_default().to_lowercase();
        words::TAGS.iter().position(|known| *known == language)
    };
    tags.into_iter().find_map(known).unwrap_or_default()
}

fn pick<const N: usize>(texts: &[&'static str; N]) -> &'static str {
    texts[language()]
}

/// Puts values in the place of `{{ name }}`.
fn fill(text: &str, values: &[(&str, &dyn Display)]) -> String {
    let mut parts = text.split("{{");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once("}}").unwrap_or((part, ""));
        if let Some((_, value)) = values.iter().find(|(known, _)| *known == name.trim()) {
            out.push_str(&value.to_string());
        }
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_we_have_is_taken() {
        let of = |tags: &[&str]| words::TAGS[first_known(tags.iter().map(|&tag| tag.to_owned()))];
        assert_eq!(of(&["zz", "en-GB"]), "en");
        assert_eq!(of(&[]), "en");
    }

    #[test]
    fn words_come_with_their_figures() {
        assert_eq!(t!(shell.skip), "Skip to content");
        assert_eq!(tn!(1, common.check_one, common.check_other), "1 field needs a look");
        assert_eq!(tn!(3, common.check_one, common.check_other), "3 fields need a look");
        assert_eq!(t!(shell.go_to, area = "Today"), "Go to Today");
    }
}
