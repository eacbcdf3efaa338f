//! Bills many retainers, as people and integrators do it: runs that draft, then each issued, then each
//! as a PDF. Whether the last part takes longer than the first, and whether memory stays.
use std::time::Instant;

use actix_web::rt::task::spawn_blocking;
use serde_json::{Value, json};

use super::books::{self, Where};
use super::client::Client;
use super::report::{Figure, hundredths, ratio};
use super::{Outcome, served};

/// Into so many parts each step is cut, to compare the last with the first.
const PARTS: usize = 10;

/// One step for all retainers.
struct Step {
    name: &'static str,
    /// Invoices.
    count: usize,
    /// Microseconds of each part.
    parts: Vec<u128>,
}

/// What billing them took.
pub struct Billed {
    retainers: usize,
    steps: Vec<Step>,
    /// Memory of the program after the first part of the PDFs and after the last, in pages.
    memory: [u128; 2],
}

/// Makes so many retainers and bills them.
pub async fn measure(place: &Where, retainers: usize) -> Outcome<Billed> {
    let db = books::many(place, retainers).await?;
    let address = served(db)?;
    spawn_blocking(move || bill(Client::sign_in(address)?, retainers)).await?
}

fn bill(mut client: Client, retainers: usize) -> Outcome<Billed> {
    let settings = json!({
        "legal_name": "Ageing GmbH", "address": "Hafenstr. 1", "prefix": "INV-",
        "taxes": [{ "code": "VAT", "percent": "20" }], "starts_on": "2026-01-01",
    });
    client.send("PUT", "/organisation/billing", Some(0), &settings)?;
    let (mut drafts, mut parts) = (Vec::new(), Vec::new());
    let (mut after, mut begun) = (Value::Null, Instant::now());
    loop {
        let asked = if after.is_null() { json!({}) } else { json!({ "after": after }) };
        let run = client.send("POST", "/billing-runs", None, &asked)?;
        let made = run["made"].as_array().ok_or("no drafts")?;
        drafts.extend(made.iter().map(|one| (one["id"].clone(), one["version"].as_u64())));
        after = run["next"].clone();
        if drafts.len() * PARTS >= retainers * (parts.len() + 1) || after.is_null() {
            parts.push(begun.elapsed().as_micros());
            begun = Instant::now();
        }
        if after.is_null() {
            break;
        }
    }
    if drafts.len() != retainers {
        return Err(format!("{} of {retainers} were drafted", drafts.len()).into());
    }
    let drafted = Step { name: "drafted", count: drafts.len(), parts };
    let issued = in_parts("issued", &drafts, |(id, version)| {
        let path = format!("/invoices/{}/issue", id.as_str().ok_or("no id")?);
        client.send("POST", &path, *version, &Value::Null)?;
        Ok(())
    })?;
    let mut memory = Vec::new();
    let mut rendered = 0;
    let papers = in_parts("rendered", &drafts, |(id, _)| {
        client.timed(&[format!("/invoices/{}/pdf", id.as_str().ok_or("no id")?)])?;
        rendered += 1;
        if rendered == drafts.len().div_ceil(PARTS) || rendered == drafts.len() {
            memory.push(resident()?);
        }
        Ok(())
    })?;
    let memory = [memory.first(), memory.last()].map(|pages| pages.copied().unwrap_or(0));
    Ok(Billed { retainers, steps: vec![drafted, issued, papers], memory })
}

fn in_parts<T>(
    name: &'static str,
    all: &[T],
    mut step: impl FnMut(&T) -> Outcome<()>,
) -> Outcome<Step> {
    let mut parts = Vec::new();
    for part in all.chunks(all.len().div_ceil(PARTS).max(1)) {
        let begun = Instant::now();
        part.iter().try_for_each(&mut step)?;
        parts.push(begun.elapsed().as_micros());
    }
    Ok(Step { name, count: all.len(), parts })
}

/// What the program holds in memory, in pages.
fn resident() -> Outcome<u128> {
    let all = std::fs::read_to_string("/proc/self/statm")?;
    Ok(all.split(' ').nth(1).ok_or("no memory")?.parse()?)
}

impl Step {
    /// In hundredths.
    fn a_second(&self) -> u128 {
        let taken: u128 = self.parts.iter().sum();
        self.count as u128 * 100_000_000 / taken.max(1)
    }
    /// Its last part beside its first, in hundredths.
    fn last_to_first(&self) -> u128 {
        let first = self.parts.first().copied().unwrap_or(0);
        ratio(self.parts.last().copied().unwrap_or(0), first)
    }
}

impl Billed {
    /// For people.
    pub fn print(&self, engine: &str) {
        println!("\n{} retainers billed on {engine}", self.retainers);
        for step in &self.steps {
            let (fast, longer) = (hundredths(step.a_second()), hundredths(step.last_to_first()));
            println!(
                "{:<20}{fast:>10} a second; the last part took {longer} of the first",
                step.name
            );
        }
        let [first, last] = self.memory;
        println!(
            "memory after the last {} of that after the first",
            hundredths(ratio(last, first))
        );
    }
    /// Name, value and unit of each figure.
    pub fn figures(&self) -> Vec<Figure> {
        let each = |step: &Step| {
            let name = format!("invoices_{}", step.name);
            [
                (format!("{name}_per_second"), hundredths(step.a_second()), "1/s"),
                (format!("{name}_last_vs_first"), hundredths(step.last_to_first()), "ratio"),
            ]
        };
        let mut all: Vec<_> = self.steps.iter().flat_map(each).collect();
        let [first, last] = self.memory;
        all.push(("invoices_memory_last_vs_first".into(), hundredths(ratio(last, first)), "ratio"));
        all
    }
}
