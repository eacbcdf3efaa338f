//! Turns `src/i18n/locales/LANGUAGE/AREA.json` into functions and structs, so that a key or a
//! placeholder that does not exist does not compile, and into one file of texts a language, which
//! the browser loads. `src/i18n` says how they are used.
use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    hash::{DefaultHasher, Hash, Hasher},
    path::Path,
};

use serde_json::Value;

/// Texts by language, of one key.
type Texts = BTreeMap<String, String>;
/// Keys of one area.
type Area = BTreeMap<String, Texts>;

const FIRST: &str = "en";
const PSEUDO: &str = "xx";
/// The areas of words that the client portal draws with; the first it has for itself.
const PORTAL: [&str; 4] = ["portal", "common", "meter", "units"];

fn main() {
    let root = Path::new("src/i18n/locales");
    println!("cargo:rerun-if-changed={}", root.display());
    let mut languages = names(root);
    // English first: its texts decide which keys and placeholders there are.
    languages.retain(|language| language != FIRST);
    languages.insert(0, FIRST.to_owned());
    let mut areas: BTreeMap<String, Area> = BTreeMap::new();
    for language in &languages {
        let folder = root.join(language);
        for file in names(&folder) {
            let Some(name) = file.strip_suffix(".json").filter(|name| is_built(name)) else {
                continue;
            };
            read(&folder.join(&file), language, areas.entry(name.to_owned()).or_default());
        }
    }
    if env::var("PROFILE").is_ok_and(|profile| profile == "debug") {
        pseudo(&mut languages, &mut areas);
    }
    let out = env::var("OUT_DIR").expect("cargo sets it");
    let out = Path::new(&out);
    let keys = fingerprint(&areas);
    fs::write(out.join("words.rs"), code(&languages, &areas, &keys)).expect("it can be written");
    // Languages that are no more would still be published.
    let files = out.join("words");
    let _ = fs::remove_dir_all(&files);
    fs::create_dir_all(&files).expect("it can be made");
    for language in &languages {
        let file = files.join(format!("{language}.txt"));
        fs::write(file, texts(language, &areas, &keys)).expect("it can be written");
    }
}

/// Whether the program that is built draws with an area of words.
fn is_built(area: &str) -> bool {
    let staff = env::var_os("CARGO_FEATURE_STAFF").is_some() && area != PORTAL[0];
    let portal = env::var_os("CARGO_FEATURE_PORTAL").is_some() && PORTAL.contains(&area);
    staff || portal
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn read(file: &Path, language: &str, area: &mut Area) {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{file:?}: {error}"));
    let value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{file:?}: {error}"));
    let Value::Object(keys) = value else { panic!("{file:?} is not an object of texts") };
    for (key, text) in keys {
        let Value::String(text) = text else { panic!("{file:?}: {key} is not a text") };
        // A key that English has lost says nothing any more; a test names it.
        if language != FIRST && !area.contains_key(&key) {
            continue;
        }
        area.entry(key).or_default().insert(language.to_owned(), text);
    }
}

/// A language for tests, only in debug builds: English with accents, a third longer. What stays
/// plain is no key, and what breaks would break in a longer language.
fn pseudo(languages: &mut Vec<String>, areas: &mut BTreeMap<String, Area>) {
    languages.push(PSEUDO.to_owned());
    for texts in areas.values_mut().flat_map(BTreeMap::values_mut) {
        let long = texts.get(FIRST).map(|text| lengthen(text));
        texts.extend(long.map(|text| (PSEUDO.to_owned(), text)));
    }
}

fn lengthen(text: &str) -> String {
    let mut inside = 0_usize;
    let accented: String = text
        .chars()
        .map(|c| {
            inside = match c {
                '{' => inside + 1,
                '}' => inside.saturating_sub(1),
                _ => inside,
            };
            let place = "aeiouncAEIOUNC".chars().position(|plain| plain == c);
            let accent = place.and_then(|n| "áéíóúñçÁÉÍÓÚÑÇ".chars().nth(n));
            accent.filter(|_| inside == 0).unwrap_or(c)
        })
        .collect();
    let words = text.split_whitespace().count().max(1);
    format!("{accented}{}", " ~~".repeat(words.div_ceil(2)))
}

/// `{{ name }}`, in the order of their names.
fn placeholders(text: &str) -> BTreeSet<String> {
    let parts = text.split("{{").skip(1);
    parts.filter_map(|part| Some(part.split_once("}}")?.0.trim().to_owned())).collect()
}

/// Changes with the keys, their order and their placeholders: code and texts must fit.
fn fingerprint(areas: &BTreeMap<String, Area>) -> String {
    let mut hasher = DefaultHasher::new();
    for (name, area) in areas {
        for (key, texts) in area {
            (name, key, texts.get(FIRST).map(|text| placeholders(text))).hash(&mut hasher);
        }
    }
    format!("{:016x}", hasher.finish())
}

/// The file of a language: its tag and the fingerprint, then a line for each key, in their order.
/// Placeholders are numbered, in the order of their names.
fn texts(language: &str, areas: &BTreeMap<String, Area>, keys: &str) -> String {
    let mut file = format!("{language} {keys}");
    for texts in areas.values().flat_map(BTreeMap::values) {
        let first = &texts[FIRST];
        let names = placeholders(first);
        // What is missing or says other things is told in English; a test names it.
        let text = texts.get(language).filter(|text| placeholders(text) == names);
        let text = text.unwrap_or(first);
        assert!(!text.contains(['\n', '\r']), "a text must be one line: {text}");
        file.push('\n');
        file += &numbered(text, &names);
    }
    file
}

/// `{{ name }}` as `{{0}}`.
fn numbered(text: &str, names: &BTreeSet<String>) -> String {
    let mut parts = text.split("{{");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once("}}").expect("a placeholder ends");
        let place = names.iter().position(|known| known == name.trim()).expect("it is known");
        out += &format!("{{{{{place}}}}}{rest}");
    }
    out
}

fn code(languages: &[String], areas: &BTreeMap<String, Area>, keys: &str) -> String {
    let tags = languages.iter().map(|tag| format!("{tag:?}")).collect::<Vec<_>>().join(", ");
    let mut code = format!(
        "/// The languages there are, by their tags.\npub const TAGS: [&str; {}] = [{tags}];\n\
         /// What a file of texts must name to fit these keys.\n\
         pub const KEYS: &str = {keys:?};\n\
         /// The texts outside a browser.\n#[cfg(not(target_arch = \"wasm32\"))]\n\
         pub const BUILT_IN: &str = include_str!(\"words/{FIRST}.txt\");\n",
        languages.len()
    );
    let mut place = 0;
    for (name, area) in areas {
        code += &format!("/// Words of `{name}`.\npub mod {name} {{\n");
        for (key, texts) in area {
            let first = texts.get(FIRST);
            let first = first.unwrap_or_else(|| panic!("{name}.{key} has no {FIRST}"));
            code += &entry(key, first, place);
            place += 1;
        }
        code += "}\n";
    }
    code
}

/// The function or struct of the key whose text stands at a place.
fn entry(key: &str, first: &str, place: usize) -> String {
    let names = placeholders(first);
    let doc = first.replace(['\n', '\r'], " ");
    if names.is_empty() {
        return format!(
            "#[doc = {doc:?}]\npub fn {key}() -> &'static str {{ super::super::word({place}) }}\n"
        );
    }
    let fields: String = names
        .iter()
        .map(|n| format!("#[doc = {n:?}]\npub {n}: &'a dyn std::fmt::Display, "))
        .collect();
    let values: String = names.iter().map(|n| format!("self.{n}, ")).collect();
    format!(
        "#[doc = {doc:?}]\npub struct {key}<'a> {{ {fields} }}\nimpl {key}<'_> {{\n\
         /// The words with what was given.\npub fn text(self) -> String {{\n\
         super::super::fill(super::super::word({place}), &[{values}]) }} }}\n"
    )
}
