//! A commit: every row of an import written in one transaction, or none.
use std::cell::Cell;
use std::collections::{BTreeMap, HashMap, HashSet};

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpResponse, rt};
use chrono::{DateTime, TimeDelta, Utc};
use shared::api::{
    Check, ErrorCode, ImportId, ImportOptions, ImportOutcome, ImportState, MemberId, NAME_MAX,
    NewMember, PersonChoice, PersonMapping, RetainerId, Role, TargetChoice, TargetMapping,
};

use super::fate::{Fated, Plan, Window};
use super::mapping::{self, Mapping};
use super::pass::Names;
use super::progress::Progress;
use super::rows::{self, Of};
use super::staging::{self, lease_from};
use super::store::{self, ImportRow};
use super::{memory, service};
use crate::auth::Scope;
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::delivery::{BulkEntry, Poster};
use crate::error::{Error, Result};
use crate::http::Once;
use crate::identity::members;

/// Rows that are read at once.
const ROWS_AT_ONCE: i64 = 1_000;
/// Entries of one retainer that are written at once: as many statements as possible are the same.
const ENTRIES_AT_ONCE: usize = 50;
/// Entries that wait, of all retainers together.
const WAITING_MAX: usize = 10_000;

/// What is to be committed, by whom.
pub struct Commit {
    pub db: Data<Db>,
    pub clock: Data<Clock>,
    pub scope: Scope,
    pub id: ImportId,
}

impl Commit {
    /// Takes the import for writing, answers, and goes on behind the answer. Goes on likewise if
    /// the client hangs up, so that nothing stays taken.
    pub async fn begin(self, once: Once, version: Option<i64>) -> Result<HttpResponse> {
        let begun = rt::spawn(async move {
            let (scope, id, now) = (self.scope, self.id, self.clock.now());
            let taken = Cell::new(None);
            let work = async |tx: &mut Tx| {
                let row = service::changeable(tx, scope, (id, version), now).await?;
                let lease = lease_from(now) + TimeDelta::milliseconds(row.reading.0.rows);
                let at = (id, row.version);
                let mut import = service::view(tx, scope, row, now).await?;
                if import.outcome.undecided > 0 {
                    return Err(ErrorCode::ImportUnmapped.into());
                }
                if !store::begin_commit(tx, scope, at, lease, &import.outcome).await? {
                    return Err(ErrorCode::Stale.into());
                }
                taken.set(Some(lease));
                (import.state, import.version) = (ImportState::Committing, at.1 + 1);
                (import.written, import.failure) = (Some(0), None);
                Ok(import)
            };
            let who = (scope, now);
            let answer = once.answer(&self.db, who, &(), StatusCode::ACCEPTED, work).await?;
            if let Some(lease) = taken.get() {
                rt::spawn(async move { self.run(lease).await });
            }
            Ok(answer)
        });
        begun.await.map_err(|error| Error::internal("beginning a commit", error))?
    }

    /// Writes everything, then clears away what is needed no more.
    async fn run(self, lease: DateTime<Utc>) {
        let (scope, id, now) = (self.scope, self.id, self.clock.now());
        let progress = Progress::begin(id);
        let done = self
            .db
            .write(async |tx| {
                progress.set(0);
                write(tx, scope, (id, lease), now, &progress).await
            })
            .await;
        let cleared = match done {
            Ok(()) => staging::forget_written(&self.db, scope.organisation(), id).await,
            Err(error) => {
                tracing::error!(?error, import = %id, "an import could not be written");
                let problem = error.problem();
                let words = problem.detail.unwrap_or(problem.title);
                self.db.write(async |tx| store::fail(tx, scope, (id, lease), &words).await).await
            }
        };
        if let Err(error) = cleared {
            tracing::warn!(?error, import = %id, "a commit left something behind");
        }
    }
}

/// The one transaction.
async fn write(
    tx: &mut Tx,
    scope: Scope,
    (id, lease): (ImportId, DateTime<Utc>),
    now: DateTime<Utc>,
    progress: &Progress,
) -> Result<()> {
    let row = store::find(tx, scope, id).await?;
    if row.state != ImportState::Committing || row.leased_until != Some(lease) {
        return Err(ErrorCode::ImportBusy.into());
    }
    let mut writer = Writer::new(tx, scope, &row, now).await?;
    let mut after = 0;
    loop {
        let found = writer.plan.rows(tx, scope, writer.of, after, ROWS_AT_ONCE).await?;
        let Some(last) = found.last() else { break };
        after = last.row_no;
        for row in found {
            writer.take(tx, row).await?;
        }
        writer.flush(tx, false).await?;
        progress.set(writer.written);
    }
    writer.flush(tx, true).await?;
    for poster in writer.posters.values() {
        poster.look(tx, scope, now).await?;
    }
    let options = writer.choices(&row.names.0, &row.options.0);
    memory::remember(tx, scope, &row.names.0, &writer.mapping, now).await?;
    let kept = (&options, &writer.outcome);
    match store::finish(tx, scope, (id, lease), kept, now).await? {
        true => Ok(()),
        false => Err(ErrorCode::ImportBusy.into()),
    }
}

/// What is at hand while rows are written.
struct Writer {
    scope: Scope,
    of: Of,
    now: DateTime<Utc>,
    day_column: String,
    plan: Plan,
    mapping: Mapping,
    names: Vec<(String, String)>,
    posters: HashMap<RetainerId, Poster>,
    /// Addresses that members have; an address names one.
    emails: HashSet<String>,
    waiting: BTreeMap<RetainerId, Vec<BulkEntry>>,
    refused: BTreeMap<String, Vec<i64>>,
    written: i64,
    outcome: ImportOutcome,
}

impl Writer {
    async fn new(tx: &mut Tx, scope: Scope, row: &ImportRow, now: DateTime<Utc>) -> Result<Self> {
        let mapping = mapping::resolve(tx, scope, row).await?;
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
        let people = &row.names.0.people;
        Ok(Self {
            scope,
            of: service::rows_of(row),
            now,
            day_column: header.get(row.reading.0.day_column).cloned().unwrap_or_default(),
            plan,
            mapping,
            names: people.iter().map(|name| (name.first.clone(), name.second.clone())).collect(),
            posters,
            emails: mapping::emails(tx, scope).await?,
            waiting: BTreeMap::new(),
            refused: BTreeMap::new(),
            written: 0,
            outcome: ImportOutcome::default(),
        })
    }

    /// Puts a row where it belongs.
    async fn take(&mut self, tx: &mut Tx, row: Fated) -> Result<()> {
        match row.fate.as_str() {
            "new" | "late" => return self.post(tx, row).await,
            "known" => self.outcome.known += 1,
            "skipped" => self.outcome.skipped += 1,
            _ => self.outcome.rejected += 1,
        }
        if !row.kept {
            self.refused.entry(row.fate).or_default().push(row.row_no);
        }
        Ok(())
    }

    /// The book of the retainer has the last word on a row's day.
    async fn post(&mut self, tx: &mut Tx, row: Fated) -> Result<()> {
        let Fated {
            row_no, target, person, worked_on, seconds, billable, note, import_key, ..
        } = row;
        let place = |at: Option<i64>| at.and_then(|at| usize::try_from(at).ok());
        let target = place(target).and_then(|at| self.mapping.targets.get(at));
        let (Some(TargetChoice::Retainer { retainer_id }), Some(person)) = (target, place(person))
        else {
            return Err(Error::internal("writing an import", "a row without a place"));
        };
        let (retainer, Some(poster)) = (*retainer_id, self.posters.get(retainer_id)) else {
            return Err(Error::internal("writing an import", "a retainer without a book"));
        };
        let (worked_on, seconds) = (worked_on.unwrap_or_default(), seconds.unwrap_or_default());
        let late = match poster.place(worked_on) {
            Ok(placed) => placed.late,
            Err(code) => {
                self.outcome.rejected += 1;
                self.refused.entry(code.to_owned()).or_default().push(row_no);
                return Ok(());
            }
        };
        let minutes = self.plan.minutes(seconds);
        let draws = billable || self.plan.unbillable_draws;
        let member = self.member(tx, person).await?;
        let (raw_seconds, import_key) = (Some(seconds), import_key.unwrap_or_default());
        let entry = BulkEntry { member, worked_on, minutes, raw_seconds, draws, note, import_key };
        self.waiting.entry(retainer).or_default().push(entry);
        self.outcome.new += 1;
        self.outcome.late += i64::from(late);
        self.outcome.minutes += minutes;
        self.outcome.drawing_minutes += if draws { minutes } else { 0 };
        Ok(())
    }

    /// Who a person of the file is; a new one is added with their first row.
    async fn member(&mut self, tx: &mut Tx, person: usize) -> Result<MemberId> {
        let choice = self.mapping.people.get(person).zip(self.names.get(person));
        let (name, email) = match choice {
            Some((PersonChoice::Member { member_id }, _)) => return Ok(*member_id),
            Some((PersonChoice::New, name)) => name,
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
                let written = i64::try_from(written).unwrap_or(count);
                self.written += written;
                self.outcome.new -= count - written;
                self.outcome.known += count - written;
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
    fn choices(&self, names: &Names, options: &ImportOptions) -> ImportOptions {
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
