//! What a commit writes: each row where it belongs, entries of one retainer together.
use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use shared::api::{
    Check, ImportOptions, ImportOutcome, MemberId, NAME_MAX, NewMember, PersonChoice,
    PersonMapping, RetainerId, Role, TargetChoice, TargetMapping,
};

use super::arrivals::{Arrivals, Kept};
use super::fate::{Plan, Window, at};
use super::mapping::{self, Mapping};
use super::rows::{self, Of};
use super::staged::Whole;
use super::store::ImportRow;
use super::{memory, service};
use crate::auth::Scope;
use crate::db::Tx;
use crate::delivery::{BulkEntry, Poster};
use crate::error::{Error, Result};
use crate::identity::members;

/// Entries of one retainer that are written at once. Each time the retainer's next number is taken,
/// and on PostgreSQL every later row of the transaction walks past the numbers before: writing fifty
/// at once takes twice as long as a thousand, and more saves nothing.
const ENTRIES_AT_ONCE: usize = 1_000;
/// Entries that wait for others of their retainer, of all retainers together.
const WAITING_MAX: usize = 10_000;

/// What is at hand while rows are written.
pub struct Writer<'a> {
    scope: Scope,
    row: &'a ImportRow,
    of: Of,
    now: DateTime<Utc>,
    day_column: String,
    plan: Plan,
    mapping: Mapping,
    posters: HashMap<RetainerId, Poster>,
    /// Addresses that members have; an address names one.
    emails: HashSet<String>,
    waiting: BTreeMap<RetainerId, Vec<BulkEntry>>,
    refused: BTreeMap<String, Vec<i64>>,
    outcome: ImportOutcome,
    arrivals: Arrivals,
}

impl<'a> Writer<'a> {
    /// Loads the books that the mapping names.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn new(
        tx: &mut Tx,
        scope: Scope,
        (row, mapping): (&'a ImportRow, Mapping),
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let mut posters: HashMap<RetainerId, Poster> = HashMap::new();
        for choice in &mapping.targets {
            if let TargetChoice::Retainer { retainer_id } = choice
                && !posters.contains_key(retainer_id)
            {
                posters.insert(*retainer_id, Poster::load(tx, scope, *retainer_id, now).await?);
            }
        }
        let windows = posters.iter().map(|(id, poster)| (*id, Window::of(poster))).collect();
        let plan = Plan::new(&mapping, &row.options.0, &windows);
        let header = &row.reading.0.header;
        let adds = mapping.people.contains(&PersonChoice::New);
        let emails = if adds { mapping::emails(tx, scope).await? } else { HashSet::new() };
        Ok(Self {
            scope,
            row,
            of: service::rows_of(row),
            now,
            day_column: header.get(row.reading.0.day_column).cloned().unwrap_or_default(),
            plan,
            mapping,
            posters,
            emails,
            waiting: BTreeMap::new(),
            refused: BTreeMap::new(),
            outcome: ImportOutcome::default(),
            arrivals: Arrivals::new(),
        })
    }
    /// Entries written so far.
    pub fn written(&self) -> i64 {
        self.outcome.new
    }

    /// Writes rows; some may wait for others.
    ///
    /// # Errors
    /// Those of the database, and rows that are not what the mapping says.
    pub async fn write(&mut self, tx: &mut Tx, rows: Vec<Whole>) -> Result<()> {
        for row in rows {
            self.take(tx, row).await?;
        }
        self.flush(tx, false).await
    }
    /// Writes what waits; the choices as they were written, and what came of them.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn finish(mut self, tx: &mut Tx) -> Result<(ImportOptions, Kept)> {
        self.flush(tx, true).await?;
        let names = &self.row.names.0;
        memory::remember(tx, self.scope, names, &self.mapping, self.now).await?;
        Ok((self.choices(), Kept { outcome: self.outcome, arrivals: self.arrivals }))
    }

    /// Puts a row where it belongs.
    async fn take(&mut self, tx: &mut Tx, row: Whole) -> Result<()> {
        let fate = self.plan.fate(&row.staged);
        if fate.writes() {
            return self.post(tx, row).await;
        }
        fate.count(&mut self.outcome);
        if row.staged.problem_code.is_none() {
            self.refused.entry(fate.name().to_owned()).or_default().push(row.staged.row_no);
        }
        Ok(())
    }

    /// The book of the retainer has the last word on a row's day.
    async fn post(&mut self, tx: &mut Tx, row: Whole) -> Result<()> {
        let Whole { staged, note, import_key } = row;
        let target = at(staged.target).and_then(|at| self.mapping.targets.get(at));
        let (Some(TargetChoice::Retainer { retainer_id }), Some(person)) =
            (target, at(staged.person))
        else {
            return Err(Error::internal("writing an import", "a row without a place"));
        };
        let (retainer, Some(poster)) = (*retainer_id, self.posters.get(retainer_id)) else {
            return Err(Error::internal("writing an import", "a retainer without a book"));
        };
        let worked_on = staged.worked_on.unwrap_or_default();
        if let Err(code) = poster.place(worked_on) {
            self.outcome.rejected += 1;
            self.refused.entry(code.to_owned()).or_default().push(staged.row_no);
            return Ok(());
        }
        let entry = BulkEntry {
            member: self.member(tx, person).await?,
            worked_on,
            minutes: self.plan.minutes(staged.seconds.unwrap_or_default()),
            raw_seconds: staged.seconds,
            draws: self.plan.draws(&staged),
            note,
            import_key: import_key.unwrap_or_default(),
        };
        self.waiting.entry(retainer).or_default().push(entry);
        Ok(())
    }

    /// Who a person of the file is; a new one is added with their first row.
    async fn member(&mut self, tx: &mut Tx, person: usize) -> Result<MemberId> {
        let choice = self.mapping.people.get(person).zip(self.row.names.0.people.get(person));
        let (name, email) = match choice {
            Some((PersonChoice::Member { member_id }, _)) => return Ok(*member_id),
            Some((PersonChoice::New, name)) => (&name.first, &name.second),
            _ => return Err(Error::internal("writing an import", "a row of nobody")),
        };
        let name = if name.is_empty() { email } else { name };
        let email = (!email.is_empty() && !self.emails.contains(email)).then(|| email.clone());
        let name = name.chars().take(NAME_MAX).collect();
        let mut new = NewMember { name, email, role: Role::Member };
        if new.check().is_err() {
            new.email = None; // what stands there is no address
        }
        let id = members::insert(tx, self.scope.organisation(), &new, None, self.now).await?;
        self.emails.extend(new.email);
        self.mapping.people[person] = PersonChoice::Member { member_id: id };
        Ok(id)
    }

    /// Writes what waits, or what waits in full batches.
    async fn flush(&mut self, tx: &mut Tx, all: bool) -> Result<()> {
        let waiting: usize = self.waiting.values().map(Vec::len).sum();
        let all = all || waiting > WAITING_MAX;
        for (retainer, entries) in &mut self.waiting {
            let Some(poster) = self.posters.get_mut(retainer) else { continue };
            while entries.len() >= ENTRIES_AT_ONCE || (all && !entries.is_empty()) {
                let rest = entries.split_off(entries.len().min(ENTRIES_AT_ONCE));
                let batch = std::mem::replace(entries, rest);
                let count = i64::try_from(batch.len()).unwrap_or(i64::MAX);
                let written =
                    poster.record_many(tx, self.scope, self.of.import, batch, self.now).await?;
                if let Some(seq) = written.newest_cycle {
                    let newest = self.arrivals.entry(*retainer).or_default();
                    *newest = (*newest).max(Some(seq));
                }
                self.outcome.known += count - written.entries;
                self.outcome.new += written.entries;
                self.outcome.late += written.late;
                self.outcome.minutes += written.minutes;
                self.outcome.drawing_minutes += written.drawing_minutes;
            }
        }
        for (code, lines) in std::mem::take(&mut self.refused) {
            let of_day = matches!(code.as_str(), "before_start" | "future" | "no_open_cycle");
            let column = if of_day { self.day_column.as_str() } else { "" };
            rows::refuse(tx, self.scope, self.of, (&code, column), &lines).await?;
        }
        Ok(())
    }

    /// The mapping as it was written, kept with the import for good.
    fn choices(&self) -> ImportOptions {
        let (names, options) = (&self.row.names.0, &self.row.options.0);
        let targets = names.targets.iter().zip(&self.mapping.targets);
        let people = names.people.iter().zip(&self.mapping.people);
        ImportOptions {
            targets: targets
                .map(|(name, choice)| TargetMapping {
                    client: name.first.clone(),
                    project: name.second.clone(),
                    goes_to: choice.clone(),
                })
                .collect(),
            people: people
                .map(|(name, choice)| PersonMapping {
                    name: name.first.clone(),
                    email: name.second.clone(),
                    is: choice.clone(),
                })
                .collect(),
            ..options.clone()
        }
    }
}
