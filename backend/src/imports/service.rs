//! What can be done with an import: look at it, change its mapping, delete it.
use std::collections::HashMap;

use actix_web::rt;
use actix_web::web::Data;
use chrono::{DateTime, Utc};
use shared::api::{
    ErrorCode, Import, ImportChange, ImportFailure, ImportId, ImportOptions, ImportOutcome,
    ImportPerson, ImportState, ImportTarget, PersonChoice, RetainerId, RowProblem, TargetChoice,
};
use shared::rules::zone;

use super::fate::{Fate, Plan, Window};
use super::mapping::{self, Mapping};
use super::pass::{AtFault, Name, Names, Stands};
use super::rows::{self, Needless, Of, Refused};
use super::staging::{self, Staging};
use super::store::{self, ImportRow, ListedRow};
use super::{arrivals, lease, progress, reasons, staged};
use crate::auth::Scope;
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::delivery::Poster;
use crate::error::{Error, Result};
use crate::identity;

/// How many problems the body of an import shows.
const PROBLEMS_MAX: usize = 200;
/// Rows that are looked at at once.
const ROWS_AT_ONCE: i64 = 2_000;

/// The rows that count.
pub fn rows_of(row: &ImportRow) -> Of {
    Of { import: row.id, pass: row.pass }
}

/// The plan of a mapping as things stand now, without changing anything.
pub async fn plan(
    tx: &mut Tx,
    scope: Scope,
    mapping: &Mapping,
    options: &ImportOptions,
    now: DateTime<Utc>,
) -> Result<Plan> {
    let mut windows: HashMap<RetainerId, Window> = HashMap::new();
    for choice in &mapping.targets {
        if let TargetChoice::Retainer { retainer_id } = choice
            && !windows.contains_key(retainer_id)
        {
            let poster = Poster::preview(tx, scope, *retainer_id, now).await?;
            windows.insert(*retainer_id, Window::of(&poster));
        }
    }
    Ok(Plan::new(mapping, options, &windows))
}

/// What a commit would do, and the first rows that it would not write for their faults.
async fn preview(
    tx: &mut Tx,
    scope: Scope,
    of: Of,
    plan: &Plan,
) -> Result<(ImportOutcome, Vec<Refused>)> {
    let (mut outcome, mut problems, mut after) = (ImportOutcome::default(), Vec::new(), 0);
    loop {
        let rows = staged::staged(tx, scope, of, after, ROWS_AT_ONCE).await?;
        let Some(last) = rows.last() else { return Ok((outcome, problems)) };
        after = last.row_no;
        for row in rows {
            let fate = plan.fate(&row);
            plan.count(&row, &fate, &mut outcome);
            if matches!(fate, Fate::Refused(_)) && problems.len() < PROBLEMS_MAX {
                problems.push(Refused::new(row, &fate, String::new()));
            }
        }
    }
}

/// An import as it is seen: a preview while it waits, afterwards what it did.
pub async fn view(tx: &mut Tx, scope: Scope, row: ImportRow, now: DateTime<Utc>) -> Result<Import> {
    let mapping = mapping::resolve(tx, scope, &row).await?;
    let of = rows_of(&row);
    let (outcome, problems) = match &row.outcome {
        Some(kept) if row.state != ImportState::Ready => {
            // With none there is nothing to find.
            let shown = kept.outcome.rejected.min(i64::try_from(PROBLEMS_MAX).unwrap_or(i64::MAX));
            (kept.outcome, rows::problems(tx, scope, of, shown).await?)
        }
        _ => {
            let plan = plan(tx, scope, &mapping, &row.options.0, now).await?;
            preview(tx, scope, of, &plan).await?
        }
    };
    let arrivals = match &row.outcome {
        Some(kept) if row.state == ImportState::Done => {
            arrivals::told(tx, scope, kept, &mapping).await?
        }
        _ => Vec::new(),
    };
    let at_fault = row.reading.0.at_fault();
    let writing = row.state == ImportState::Committing;
    let (targets, people) = (targets(&row.names.0, &mapping), people(&row.names.0, &mapping));
    let written = writing.then(|| progress::of(row.id).unwrap_or(0));
    let mut import = summary(listed(row));
    import.outcome = outcome;
    import.problems = problems.into_iter().map(|row| problem(row, &at_fault)).collect();
    Ok(Import { targets, people, arrivals, written, ..import })
}

fn listed(row: ImportRow) -> ListedRow {
    let ImportRow { id, file_name, size, dialect, state, reading, options, outcome, .. } = row;
    let ImportRow { failure, created_at, committed_at, version, .. } = row;
    ListedRow {
        id,
        file_name,
        size,
        dialect,
        state,
        reading,
        options,
        outcome,
        failure,
        created_at,
        committed_at,
        version,
    }
}

/// An import as lists show it: without its names and problems.
pub fn summary(row: ListedRow) -> Import {
    let reading = row.reading.0;
    Import {
        id: row.id,
        file_name: row.file_name,
        size: row.size,
        dialect: row.dialect,
        date_order: reading.date_order,
        date_order_doubtful: reading.date_order_doubtful,
        state: row.state,
        rows: reading.rows,
        readable: reading.readable,
        seconds: reading.seconds,
        first_on: reading.first_on,
        last_on: reading.last_on,
        targets: Vec::new(),
        people: Vec::new(),
        options: row.options.0,
        outcome: row.outcome.map_or_else(ImportOutcome::default, |kept| kept.0.outcome),
        problems: Vec::new(),
        arrivals: Vec::new(),
        written: (row.state == ImportState::Committing).then(|| progress::of(row.id).unwrap_or(0)),
        // Earlier versions kept a sentence.
        failure: row.failure.map(|why| ImportFailure::named(&why).unwrap_or(ImportFailure::Failed)),
        created_at: row.created_at,
        committed_at: row.committed_at,
        version: row.version,
    }
}

fn targets(names: &Names, mapping: &Mapping) -> Vec<ImportTarget> {
    let pairs = names.targets.iter().zip(&mapping.targets).filter(|(name, _)| name.rows > 0);
    let target = |(name, choice): (&Name, &TargetChoice)| ImportTarget {
        client: name.first.clone(),
        project: name.second.clone(),
        rows: name.rows,
        seconds: name.seconds,
        goes_to: choice.clone(),
    };
    pairs.map(target).collect()
}
fn people(names: &Names, mapping: &Mapping) -> Vec<ImportPerson> {
    let pairs = names.people.iter().zip(&mapping.people);
    let person = |(name, choice): (&Name, &PersonChoice)| ImportPerson {
        name: name.first.clone(),
        email: name.second.clone(),
        rows: name.rows,
        is: choice.clone(),
    };
    pairs.map(person).collect()
}

/// A refused row as it is told; without a column of its own its day or its length is at fault.
fn problem(row: Refused, at_fault: &AtFault) -> RowProblem {
    let (column, stands) = at_fault.of(&row.code);
    let text = match stands {
        Stands::Day => row.worked_on.map(|day| day.to_string()),
        Stands::Seconds => row.seconds.map(|seconds| format!("{seconds} s")),
        Stands::Nothing => None,
    };
    RowProblem {
        row: row.row_no,
        column: row.problem_column.unwrap_or_else(|| column.to_owned()),
        text: row.problem_text.or(text).unwrap_or_default(),
        message: reasons::words(&row.code).to_owned(),
        code: row.code,
    }
}

/// An import that can still change: not written, nor being written or read again.
pub async fn changeable(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (ImportId, Option<i64>),
) -> Result<ImportRow> {
    let row = store::find(tx, scope, id).await?;
    if row.state == ImportState::Done {
        return Err(ErrorCode::ImportDone.into());
    }
    // One whose server stopped is undone by the tick before it can change again.
    if row.is_busy() || row.state == ImportState::Committing {
        return Err(ErrorCode::ImportBusy.into());
    }
    if version.is_some_and(|version| version != row.version) {
        return Err(ErrorCode::Stale.into());
    }
    Ok(row)
}

/// Changes the mapping and choices; reads the file again if its days are to be read otherwise.
///
/// Goes on if the client hangs up: a second reading takes its time.
pub async fn update(
    (db, clock): (Data<Db>, Data<Clock>),
    scope: Scope,
    at: (ImportId, i64),
    change: ImportChange,
) -> Result<Import> {
    let updated = rt::spawn(async move { update_now((&db, &clock), scope, at, &change).await });
    updated.await.map_err(|error| Error::internal("changing an import", error))?
}

async fn update_now(
    (db, clock): (&Db, &Clock),
    scope: Scope,
    (id, version): (ImportId, i64),
    change: &ImportChange,
) -> Result<Import> {
    let now = clock.now();
    let kept = db
        .write(async |tx| {
            let row = changeable(tx, scope, (id, Some(version))).await?;
            let options = merged(tx, scope, &row, change).await?;
            let order = options.date_order.filter(|order| *order != row.reading.0.date_order);
            let kept = match order {
                None => store::change(tx, scope, (id, version), &options).await?,
                Some(_) => store::lease(tx, scope, (id, version)).await?,
            };
            kept.then_some((row, options, order)).ok_or(ErrorCode::Stale.into())
        })
        .await?;
    if let (row, options, Some(_)) = kept {
        let reread = read_again(db, scope, row, options).await;
        if let Err(error) = reread {
            db.write(async |tx| store::release(tx, scope, id).await).await?;
            return Err(error);
        }
    }
    let import = get(db, scope, id, now).await?;
    let (outcome, version) = (&import.outcome, import.version);
    db.write(async |tx| store::keep_outcome(tx, scope, (id, version), outcome).await).await?;
    Ok(import)
}

async fn read_again(db: &Db, scope: Scope, row: ImportRow, options: ImportOptions) -> Result<()> {
    let organisation = scope.organisation();
    let found = db.read(async |tx| identity::store::organisation(tx, organisation).await).await?;
    let order = options.date_order.unwrap_or(row.reading.0.date_order);
    let of = Of { import: row.id, pass: row.pass + 1 };
    // What a reading that broke off has left.
    staging::forget_rows(db, organisation, row.id, Needless::OfPassesBut(row.pass)).await?;
    let staging = Staging { db, scope, of, lease: lease::of_writing };
    let (mut reading, names) = staging.read_again(zone::zone(&found.timezone)?, order).await?;
    reading.sha_256.clone_from(&row.reading.0.sha_256);
    staging.tell_apart().await?;
    let (at, learnt, options) = ((row.id, row.version), (of.pass, &reading, &names), &options);
    db.write(async |tx| {
        let kept = store::change_reading(tx, scope, at, options, learnt).await?;
        if kept { Ok(()) } else { Err(ErrorCode::Stale.into()) }
    })
    .await?;
    staging::forget_rows(db, organisation, row.id, Needless::OfPassesBut(of.pass)).await
}

/// The choices in force with a change on top; names and places must exist.
async fn merged(
    tx: &mut Tx,
    scope: Scope,
    row: &ImportRow,
    change: &ImportChange,
) -> Result<ImportOptions> {
    let (mut options, names) = (row.options.0.clone(), &row.names.0);
    for (at, mapping) in change.targets.iter().enumerate() {
        let is = |name: &Name| name.first == mapping.client && name.second == mapping.project;
        if !names.targets.iter().any(is) {
            return Err(Error::field(&format!("/targets/{at}"), "not_found"));
        }
        if let TargetChoice::Retainer { retainer_id } = mapping.goes_to
            && !mapping::has_retainer(tx, scope, retainer_id).await?
        {
            let field = format!("/targets/{at}/goes_to/retainer_id");
            return Err(Error::field(&field, "not_found"));
        }
        options
            .targets
            .retain(|kept| (&kept.client, &kept.project) != (&mapping.client, &mapping.project));
        options.targets.push(mapping.clone());
    }
    for (at, mapping) in change.people.iter().enumerate() {
        let is = |name: &Name| name.first == mapping.name && name.second == mapping.email;
        if !names.people.iter().any(is) {
            return Err(Error::field(&format!("/people/{at}"), "not_found"));
        }
        if let PersonChoice::Member { member_id } = mapping.is
            && !mapping::has_member(tx, scope, member_id).await?
        {
            return Err(Error::field(&format!("/people/{at}/is/member_id"), "not_found"));
        }
        options.people.retain(|kept| (&kept.name, &kept.email) != (&mapping.name, &mapping.email));
        options.people.push(mapping.clone());
    }
    options.rounding = change.rounding.unwrap_or(options.rounding);
    options.date_order = change.date_order.or(options.date_order);
    options.unbillable_draws = change.unbillable_draws.unwrap_or(options.unbillable_draws);
    Ok(options)
}

pub async fn get(db: &Db, scope: Scope, id: ImportId, now: DateTime<Utc>) -> Result<Import> {
    db.read(async |tx| {
        let row = store::find(tx, scope, id).await?;
        view(tx, scope, row, now).await
    })
    .await
}

/// Deletes an import that was not committed.
pub async fn delete(db: &Db, scope: Scope, (id, version): (ImportId, i64)) -> Result<()> {
    db.write(async |tx| {
        changeable(tx, scope, (id, Some(version))).await?;
        let hidden = store::hide(tx, scope, (id, version)).await?;
        if hidden { Ok(()) } else { Err(ErrorCode::Stale.into()) }
    })
    .await?;
    staging::forget(db, scope.organisation(), id).await
}
