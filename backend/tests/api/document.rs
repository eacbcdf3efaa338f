//! The served OpenAPI document, as the walks over it need it.
use std::cell::RefCell;
use std::collections::HashMap;

use regex_lite::Regex;
use serde_json::{Map, Value};

use crate::app::{Answer, TestApp};

/// Methods in the order in which an item of the document may have them.
const METHODS: [&str; 5] = ["get", "put", "post", "patch", "delete"];

pub struct Document(pub Value);

/// Method and path, with what the document says about them.
#[derive(Debug, Clone)]
pub struct Operation {
    pub method: String,
    pub path: String,
    pub said: Value,
}

impl Document {
    pub async fn of(app: &TestApp) -> Self {
        Self(app.request("GET", "/api/openapi.json").expect(200).await)
    }
    pub fn operations(&self) -> Vec<Operation> {
        let paths = self.0["paths"].as_object().unwrap();
        let operation = |path: &String, item: &Value, method: &str| {
            let said = item.get(method)?.clone();
            Some(Operation { method: method.to_uppercase(), path: path.clone(), said })
        };
        let of_path = |(path, item): (&String, &Value)| {
            METHODS.iter().filter_map(|method| operation(path, item, method)).collect::<Vec<_>>()
        };
        paths.iter().flat_map(of_path).collect()
    }
    /// What a reference points to; anything else as it is.
    pub fn follow<'a>(&'a self, schema: &'a Value) -> &'a Value {
        match schema["$ref"].as_str() {
            Some(reference) => self.0.pointer(&reference[1..]).unwrap(),
            None => schema,
        }
    }

    /// Why a value does not fit a schema; empty if it does.
    pub fn misfits(&self, schema: &Value, value: &Value, at: &str) -> Vec<String> {
        let schema = self.follow(schema);
        if let Some(variants) = schema["oneOf"].as_array() {
            let fits = |variant: &&Value| self.misfits(variant, value, at).is_empty();
            return match variants.iter().filter(fits).count() {
                1 => Vec::new(),
                n => vec![format!("{at}: fits {n} of {}", variants.len())],
            };
        }
        if !has_type(schema, value) {
            return vec![format!("{at}: {value} is no {}", schema["type"])];
        }
        let mut misfits = Vec::new();
        let mut rule = |holds: bool, name: &str| {
            if !holds {
                misfits.push(format!("{at}: {value} breaks {name} {}", schema[name]));
            }
        };
        if let Some(values) = schema["enum"].as_array() {
            rule(values.contains(value), "enum");
        }
        if let Some(text) = value.as_str() {
            let length = text.chars().count() as u64;
            rule(schema["minLength"].as_u64().is_none_or(|min| length >= min), "minLength");
            rule(schema["maxLength"].as_u64().is_none_or(|max| length <= max), "maxLength");
            let pattern = schema["pattern"].as_str();
            rule(pattern.is_none_or(|pattern| fits_pattern(pattern, text)), "pattern");
            rule(fits_format(schema["format"].as_str().unwrap_or_default(), text), "format");
        }
        if let Some(number) = value.as_i64() {
            rule(schema["minimum"].as_i64().is_none_or(|min| number >= min), "minimum");
            rule(schema["maximum"].as_i64().is_none_or(|max| number <= max), "maximum");
        }
        if let Some(items) = value.as_array() {
            let most = schema["maxItems"].as_u64().is_none_or(|max| items.len() as u64 <= max);
            rule(most, "maxItems");
            for (n, item) in items.iter().enumerate() {
                misfits.extend(self.misfits(&schema["items"], item, &format!("{at}/{n}")));
            }
        }
        if let Some(fields) = value.as_object() {
            misfits.extend(self.field_misfits(schema, fields, at));
        }
        misfits
    }

    fn field_misfits(&self, schema: &Value, fields: &Map<String, Value>, at: &str) -> Vec<String> {
        let mut misfits = Vec::new();
        for name in schema["required"].as_array().into_iter().flatten() {
            if !fields.contains_key(name.as_str().unwrap()) {
                misfits.push(format!("{at}: {name} is missing"));
            }
        }
        for (name, value) in fields {
            match schema["properties"].get(name) {
                Some(field) => misfits.extend(self.misfits(field, value, &format!("{at}/{name}"))),
                None => misfits.push(format!("{at}: {name} is not described")),
            }
        }
        misfits
    }
}

fn has_type(schema: &Value, value: &Value) -> bool {
    let is = |kind: &Value| match kind.as_str() {
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("boolean") => value.is_boolean(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        Some("null") => value.is_null(),
        _ => false,
    };
    match &schema["type"] {
        Value::Null => true,
        Value::Array(kinds) => kinds.iter().any(is),
        kind => is(kind),
    }
}

thread_local! {
    /// The patterns of the document: there are a few, and thousands of texts in answers.
    static PATTERNS: RefCell<HashMap<String, Regex>> = RefCell::default();
}

fn fits_pattern(pattern: &str, text: &str) -> bool {
    PATTERNS.with_borrow_mut(|known| {
        let made = || Regex::new(pattern).unwrap();
        known.entry(pattern.to_owned()).or_insert_with(made).is_match(text)
    })
}

fn fits_format(format: &str, text: &str) -> bool {
    match format {
        "date" => text.parse::<chrono::NaiveDate>().is_ok(),
        "date-time" => chrono::DateTime::parse_from_rfc3339(text).is_ok(),
        "uuid" => text.parse::<uuid::Uuid>().is_ok(),
        "email" => text.contains('@'),
        _ => true,
    }
}

impl Operation {
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
    /// What kind of thing its address names. Clients read invoices once they are issued.
    pub fn kind(&self) -> &str {
        let mut parts = self.path.split('/').skip(3);
        match (parts.next(), parts.next()) {
            (Some("portal"), Some("invoices")) => "issued",
            (Some("portal"), of) => of.unwrap(),
            (of, _) => of.unwrap(),
        }
    }
    /// Whether it asks for this kind of sign-in.
    pub fn asks_for(&self, scheme: &str) -> bool {
        let asked = self.said["security"].as_array().unwrap();
        asked.iter().any(|one| one.get(scheme).is_some())
    }
    pub fn needs_if_match(&self) -> bool {
        self.said["responses"].get("428").is_some()
    }
    /// Whether its body may be of this kind.
    pub fn takes(&self, kind: &str) -> bool {
        self.said["requestBody"]["content"].get(kind).is_some()
    }
    /// The schema of its JSON body, if it takes one.
    pub fn body(&self) -> Option<&Value> {
        self.said.pointer("/requestBody/content/application~1json/schema")
    }
    /// Its query fields: name and schema.
    pub fn query(&self) -> Vec<(&str, &Value)> {
        let parameters = self.said["parameters"].as_array().into_iter().flatten();
        let of_query = parameters.filter(|one| one["in"] == "query");
        of_query.map(|one| (one["name"].as_str().unwrap(), &one["schema"])).collect()
    }
}
