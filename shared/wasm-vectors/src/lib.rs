//! The worked examples of `shared/tests/vectors`, answered by whatever these rules were compiled
//! for: `e2e/tests/rules.spec.ts` asks the browser's build and the native one, and compares.
#[path = "../../tests/vectors/cycles.rs"]
mod cycles;
#[path = "../../tests/vectors/events.rs"]
mod events;
#[path = "../../tests/vectors/money.rs"]
mod money;
#[path = "../../tests/vectors/proration.rs"]
mod proration;
#[path = "../../tests/vectors/recurring_invoices.rs"]
mod recurring_invoices;
#[path = "../../tests/vectors/rollover.rs"]
mod rollover;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use shared::rules::RuleError;
use wasm_bindgen::prelude::wasm_bindgen;

/// The kinds of vectors, each a file of their folder.
pub const KINDS: [&str; 5] = ["cycles", "rollover", "proration", "money", "recurring_invoices"];

#[derive(Deserialize)]
struct File {
    cases: Vec<Case>,
}

/// One case of a file.
#[derive(Deserialize)]
struct Case {
    id: String,
    #[serde(default)]
    kind: String,
    input: Value,
}

impl Case {
    fn input<T: DeserializeOwned>(&self) -> Result<T, String> {
        T::deserialize(&self.input).map_err(|error| format!("the input does not parse: {error}"))
    }
}

fn refused(error: RuleError) -> Value {
    json!({ "error": error.code() })
}

/// Answers every case of a file: a line each, its kind and id, a tab, and what the rules make of it
/// as JSON. Text, since some amounts are beyond what JavaScript counts exactly.
#[wasm_bindgen]
#[must_use]
pub fn answers(kind: &str, file: &str) -> String {
    let run = match kind {
        "cycles" => cycles::run,
        "rollover" => rollover::run,
        "proration" => proration::run,
        "money" => money::run,
        "recurring_invoices" => recurring_invoices::run,
        _ => return format!("{kind}\tno such kind\n"),
    };
    let file: File = match serde_json::from_str(file) {
        Ok(file) => file,
        Err(error) => return format!("{kind}\t{error}\n"),
    };
    let line = |case: &Case| match run(case) {
        Ok(answer) => format!("{kind}/{}\t{answer}\n", case.id),
        Err(error) => format!("{kind}/{}\t{error}\n", case.id),
    };
    file.cases.iter().map(line).collect()
}
