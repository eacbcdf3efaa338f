//! What a commit writes: each row where it belongs, entries of one retainer together, in short
//! transactions that nobody sees anything of before the last.
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::time::Duration;

use chrono::{DateTime, Utc};
use shared::api::{
    Check, ErrorCode, ImportOptions, ImportOutcome, MemberId, NAME_MAX, NewMember, PersonChoice,
    PersonMapping, RetainerId, Role, TargetChoice, TargetMapping,
};

use super::arrivals::{Arrivals, Kept};
use super::fate::{Plan, Window, at};
use super::lease::{self, Writing};
use super::mapping::{self, Mapping};
use super::pass::AtFault;
use super::rows::{self, Of};
use super::staged::Whole;
use super::store::ImportRow;
use super::{memory, service, store};
use crate::alerts;
use crate::auth::Scope;
use crate::cycles::{self, Outline};
use crate::db::{Db, DbError, Tx};
use crate::delivery::{BulkEntry, Poster};
use crate::error::{Error, Result};
use crate::identity::members;

/// Entries that one transaction writes: others who want to write wait for one of them.
const ENTRIES_AT_ONCE: usize = 500;
/// Entries that wait for others of their retainer, of all retainers together.
const WAITING_MAX: usize = 10_000;
/// How often a short transaction is tried, each time by [`Db::write`] as often as anybody's.
const TRIES: u32 = 20;
/// How long it waits after it lost so often.
const PAUSE: Duration = Duration::from_millis(100);

/// Entries by the retainer that they go to.
type Batch = Vec<(RetainerId, Vec<BulkEntry>)>;

/// What is to be written, by whom, in which commit.
#[derive(Clone, Copy)]
pub struct Task<'a> {
    pub db: &'a Db,
    pub scope: Scope,
    pub row: &'a ImportRow,
    pub writing: Writing,
    pub now: DateTime<Utc>,
}

impl Task<'_> {
    /// A short transaction, if the import is still ours.
    async fn write<T>(&self, work: impl AsyncFn(&mut Tx) -> Result<T>) -> Result<T> {
        patiently(async || {
            self.db
                .write(async |tx: &mut Tx| {
                    lease::hold(tx, self.scope, self.writing).await?;
                    work(tx).await
                })
                .await
        })
        .await
    }
    /// The same for what nobody sees before the import is done.
    async fn write_unseen<T>(&self, work: impl AsyncFn(&mut Tx) -> Result<T>) -> Result<T> {
        patiently(async || {
            self.db
                .write_unseen(async |tx: &mut Tx| {
                    lease::hold(tx, self.scope, self.writing).await?;
                    work(tx).await
                })
                .await
        })
        .await
    }
}

/// Tries again what others win against: nobody waits for an import.
async fn patiently<T>(work: impl AsyncFn() -> Result<T>) -> Result<T> {
    for _ in 1..TRIES {
        match work().await {
            Err(Error::Db(DbError::Conflict | DbError::Unavailable(_))) => {
                tokio::time::sleep(PAUSE).await;
            }
            done => return done,
        }
    }
    work().await
}

/// What is at hand while rows are written.
pub struct Writer<'a> {
    task: Task<'a>,
    scope: Scope,
    of: Of,
    at_fault: AtFault,
    plan: Plan,
    mapping: Mapping,
    posters: HashMap<RetainerId, Poster>,
    /// The books as they were when it began.
    outline: Outline,
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
    pub async fn new(task: Task<'a>, mapping: Mapping) -> Result<Self> {
        let (scope, row) = (task.scope, task.row);
        let ids: BTreeSet<RetainerId> =
            mapping.targets.iter().filter_map(TargetChoice::retainer).collect();
        let adds = mapping.people.contains(&PersonChoice::New);
        let load = async |tx: &mut Tx| {
            let mut posters: HashMap<RetainerId, Poster> = HashMap::new();
            for id in &ids {
                posters.insert(*id, Poster::load(tx, scope, *id, task.now).await?);
            }
            let emails = if adds { mapping::emails(tx, scope).await? } else { HashSet::new() };
            let ids: Vec<RetainerId> = ids.iter().copied().collect();
            Ok((posters, emails, Outline::load(tx, scope, &ids).await?))
        };
        let (posters, emails, outline) = task.write(load).await?;
        let windows = posters.iter().map(|(id, poster)| (*id, Window::of(poster))).collect();
        let plan = Plan::new(&mapping, &row.options.0, &windows);
        Ok(Self {
            task,
            scope,
            of: service::rows_of(row),
            at_fault: row.reading.0.at_fault(),
            plan,
            mapping,
            posters,
            outline,
            emails,
            waiting: BTreeMap::new(),
            refused: BTreeMap::new(),
            outcome: ImportOutcome::default(),
            arrivals: Arrivals::new(),
        })
    }
    /// Which rows it writes.
    pub fn of(&self) -> Of {
        self.of
    }
    /// Entries written so far.
    pub fn written(&self) -> i64 {
        self.outcome.new
    }

    /// Goes on although there may be nothing to write for a while.
    ///
    /// # Errors
    /// Those of the database, and `import_busy` if another has taken it over.
    pub async fn hold(&self) -> Result<()> {
        self.task.write_unseen(async |_| Ok(())).await
    }
    /// Writes rows; some may wait for others.
    ///
    /// # Errors
    /// Those of the database, and rows that are not what the mapping says.
    pub async fn write(&mut self, rows: Vec<Whole>) -> Result<()> {
        for row in rows {
            self.take(row).await?;
        }
        self.flush(false).await
    }
    /// Writes what waits, and lets everybody see it all at once. If cycles or terms have changed
    /// since it began, something may be in the wrong place and is to be undone: then it answers the
    /// mapping, which names the people that were added.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn finish(mut self) -> Result<Option<Mapping>> {
        self.flush(true).await?;
        let (task, scope) = (self.task, self.scope);
        let ids: Vec<RetainerId> = self.posters.keys().copied().collect();
        let (options, names) = (self.choices(), &task.row.names.0);
        let kept = Kept { outcome: self.outcome, arrivals: self.arrivals };
        let (mapping, outline) = (&self.mapping, &self.outline);
        let finish = async |tx: &mut Tx| {
            if Outline::load(tx, scope, &ids).await? != *outline {
                return Ok(false);
            }
            memory::remember(tx, scope, names, mapping, task.now).await?;
            if !store::finish(tx, scope, task.writing, (&options, &kept), task.now).await? {
                return Err(ErrorCode::ImportBusy.into());
            }
            // Only now do the books hold what was written: who looked at a cycle before has seen
            // another, and its version says so. Alerts are looked for by a transaction of their
            // own: this one would read all books, and lose against everybody who records.
            for retainer in kept.arrivals.keys() {
                cycles::store::take_spare_records(tx, scope, *retainer, 1).await?;
                alerts::look_soon(tx, scope, *retainer, task.now).await?;
            }
            Ok(true)
        };
        let seen = task.write(finish).await?;
        Ok((!seen).then_some(self.mapping))
    }

    /// Puts a row where it belongs.
    async fn take(&mut self, row: Whole) -> Result<()> {
        let fate = self.plan.fate(&row.staged);
        if fate.writes() {
            return self.post(row).await;
        }
        fate.count(&mut self.outcome);
        if row.staged.problem_code.is_none() {
            self.refused.entry(fate.name().to_owned()).or_default().push(row.staged.row_no);
        }
        Ok(())
    }

    /// The book of the retainer has the last word on a row's day.
    async fn post(&mut self, row: Whole) -> Result<()> {
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
        let worked_on = staged.day(Some(&poster.book().zones));
        if let Err(code) = poster.place(worked_on) {
            self.outcome.rejected += 1;
            self.refused.entry(code.to_owned()).or_default().push(staged.row_no);
            return Ok(());
        }
        let entry = BulkEntry {
            member: self.member(person).await?,
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
    async fn member(&mut self, person: usize) -> Result<MemberId> {
        let choice = self.mapping.people.get(person).zip(self.task.row.names.0.people.get(person));
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
        let (organisation, now) = (self.scope.organisation(), self.task.now);
        let add = async |tx: &mut Tx| members::insert(tx, organisation, &new, None, now).await;
        let id = self.task.write(add).await?;
        self.emails.extend(new.email);
        self.mapping.people[person] = PersonChoice::Member { member_id: id };
        Ok(id)
    }

    /// Writes what waits, or what waits in full batches, and why rows were left out.
    async fn flush(&mut self, all: bool) -> Result<()> {
        for batch in self.batches(all) {
            self.record(&batch).await?;
        }
        let (scope, of) = (self.scope, self.of);
        for (code, lines) in std::mem::take(&mut self.refused) {
            let why = (code.as_str(), &self.at_fault);
            for lines in lines.chunks(ENTRIES_AT_ONCE) {
                let keep = async |tx: &mut Tx| rows::refuse(tx, scope, of, why, lines).await;
                self.task.write_unseen(keep).await?;
            }
        }
        Ok(())
    }

    /// Takes from what waits: full batches of one retainer, or batches of several.
    fn batches(&mut self, all: bool) -> Vec<Batch> {
        let waiting: usize = self.waiting.values().map(Vec::len).sum();
        let all = all || waiting > WAITING_MAX;
        let (mut batches, mut mixed, mut mixed_entries) = (Vec::new(), Batch::new(), 0);
        for (retainer, entries) in &mut self.waiting {
            while entries.len() >= ENTRIES_AT_ONCE || (all && !entries.is_empty()) {
                let rest = entries.split_off(entries.len().min(ENTRIES_AT_ONCE));
                let taken = std::mem::replace(entries, rest);
                if mixed_entries + taken.len() > ENTRIES_AT_ONCE {
                    batches.push(std::mem::take(&mut mixed));
                    mixed_entries = 0;
                }
                mixed_entries += taken.len();
                mixed.push((*retainer, taken));
            }
        }
        batches.push(mixed);
        batches.retain(|batch| !batch.is_empty());
        batches
    }

    /// Writes entries, unseen until the import is done. Their numbers are taken before: whoever
    /// else records on a retainer waits for its next number only.
    async fn record(&mut self, batch: &Batch) -> Result<()> {
        let (scope, task) = (self.scope, self.task);
        let number = async |tx: &mut Tx| {
            let mut first = Vec::with_capacity(batch.len());
            for (retainer, entries) in batch {
                let draw = entries.iter().filter(|entry| entry.draws).count();
                let count = i64::try_from(draw).unwrap_or(i64::MAX);
                first.push(cycles::store::take_spare_records(tx, scope, *retainer, count).await?);
            }
            Ok(first)
        };
        let first = task.write_unseen(number).await?;
        let posters = &self.posters;
        let write = async |tx: &mut Tx| {
            let mut done = Vec::with_capacity(batch.len());
            for ((retainer, entries), first) in batch.iter().zip(&first) {
                let poster = posters.get(retainer).ok_or(ErrorCode::NotFound)?;
                let (from, entries) = ((task.row.id, Some(*first)), entries.clone());
                done.push(poster.record_many(tx, scope, from, entries, task.now).await?);
            }
            Ok(done)
        };
        let done = task.write_unseen(write).await?;
        for ((retainer, entries), written) in batch.iter().zip(done) {
            if let Some(seq) = written.newest_cycle {
                let newest = self.arrivals.entry(*retainer).or_default();
                *newest = (*newest).max(Some(seq));
            }
            let count = i64::try_from(entries.len()).unwrap_or(i64::MAX);
            self.outcome.known += count - written.entries;
            self.outcome.new += written.entries;
            self.outcome.late += written.late;
            self.outcome.minutes += written.minutes;
            self.outcome.drawing_minutes += written.drawing_minutes;
        }
        Ok(())
    }

    /// The mapping as it was written, kept with the import for good.
    fn choices(&self) -> ImportOptions {
        let (names, options) = (&self.task.row.names.0, &self.task.row.options.0);
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
