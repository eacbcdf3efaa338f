//! Every key is used, every language has every key with the same placeholders.
use std::{collections::BTreeMap, fs, path::Path};

use serde_json::Value;

type Words = BTreeMap<String, String>;

fn folder(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(name)
}

/// `area.key` with its text.
fn words(language: &str) -> Words {
    let mut words = Words::new();
    for entry in fs::read_dir(folder("i18n/locales").join(language)).expect("a language").flatten()
    {
        let file = entry.path();
        let area = file.file_stem().and_then(|name| name.to_str()).expect("a name").to_owned();
        let text = fs::read_to_string(&file).expect("a file");
        let keys: BTreeMap<String, Value> = serde_json::from_str(&text).expect("an object");
        for (key, text) in keys {
            words.insert(format!("{area}.{key}"), text.as_str().expect("a text").to_owned());
        }
    }
    words
}

fn sources(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|end| end == "rs") {
            into.push_str(&fs::read_to_string(&path).expect("a file"));
        }
    }
}

fn placeholders(text: &str) -> Vec<&str> {
    let parts = text.split("{{").skip(1);
    let mut names: Vec<&str> =
        parts.filter_map(|part| Some(part.split_once("}}")?.0.trim())).collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[test]
fn every_key_is_used() {
    let mut code = String::new();
    sources(&folder(""), &mut code);
    let code: String = code.split_whitespace().collect();
    let used = |key: &str| {
        code.match_indices(key).any(|(at, _)| {
            let after = code[at + key.len()..].chars().next();
            after.is_none_or(|c| !c.is_alphanumeric() && c != '_')
        })
    };
    let unused: Vec<String> = words("en").into_keys().filter(|key| !used(key)).collect();
    assert_eq!(unused, Vec::<String>::new());
}

#[test]
fn every_language_says_the_same() {
    let english = words("en");
    for entry in fs::read_dir(folder("i18n/locales")).expect("languages").flatten() {
        let language = entry.file_name().to_string_lossy().into_owned();
        let theirs = words(&language);
        let shape = |words: &Words| {
            let row = |(key, text): (&String, &String)| {
                (
                    key.clone(),
                    placeholders(text).iter().map(|n| (*n).to_owned()).collect::<Vec<_>>(),
                )
            };
            words.iter().map(row).collect::<Vec<_>>()
        };
        assert_eq!(shape(&theirs), shape(&english), "{language}");
    }
}
