//! What deciding, and taking a decision up again, mean.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    Choice, Decision, DecisionChange, DecisionId, DecisionReport, DecisionState, ErrorCode,
    Evidence, FieldError, MemberId, NewChoice, NewDecision, NewReopening, Page, Role,
    SimilarDecision, SimilarDecisions, TimelineEvent,
};
use shared::rules::know;
use sqlx::types::Json;
use uuid::Uuid;

use super::choices;
use super::store::{self, DecisionRow, Filter};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::{PageParams, page};
use crate::identity;
use crate::timeline::{self, Told};

/// Earlier decisions that are offered at once.
const SIMILAR_MAX: usize = 5;
/// Earlier decisions that are looked at for that.
const CANDIDATES: i64 = 200;
/// Words of a question that are looked for.
const WORDS_MAX: usize = 8;

/// Writes a question down, with its choice if it is made already.
///
/// # Errors
/// At the field: an owner who is not here or may not decide, an account, a retainer or a contact
/// that is not here, a day of decision to come.
pub async fn create(
    tx: &mut Tx,
    scope: Scope,
    new: &NewDecision,
    now: DateTime<Utc>,
) -> Result<Decision> {
    let owner_id = new.owner_id.unwrap_or(scope.member());
    check_owner(tx, scope, owner_id).await?;
    let mut account_id = new.account_id;
    if let Some(id) = account_id
        && !store::account_is_known(tx, scope, id).await?
    {
        return Err(Error::field("/account_id", "not_found"));
    }
    if let Some(id) = new.retainer_id {
        let account = store::account_of(tx, scope, id).await?;
        let account = account.ok_or_else(|| Error::field("/retainer_id", "not_found"))?;
        if account_id.is_some_and(|given| given != account) {
            return Err(Error::field("/retainer_id", "not_found"));
        }
        account_id = Some(account);
    }
    let id = DecisionId(Uuid::now_v7());
    let row = DecisionRow {
        id,
        question: new.question.trim().to_owned(),
        state: DecisionState::Open,
        owner_id,
        owner_name: String::new(),
        due_on: new.due_on,
        revisit_on: None,
        account_id,
        account_name: None,
        retainer_id: new.retainer_id,
        retainer_name: None,
        tags: Json(tidy(&new.tags)),
        reopened: 0,
        created_at: now,
        version: 1,
    };
    store::insert(tx, scope, &row, now).await?;
    match &new.made {
        Some(made) => decide_at(tx, scope, id, (made, "/made"), now).await,
        None => find(tx, scope, id).await,
    }
}

/// Tags without blanks around them, each once.
fn tidy(tags: &[String]) -> Vec<String> {
    let mut tidy: Vec<String> = Vec::new();
    for tag in tags.iter().map(|tag| tag.trim().to_owned()) {
        if !tidy.contains(&tag) {
            tidy.push(tag);
        }
    }
    tidy
}

/// A member of a partner does not decide for the business. Source: requirement S0-22.
async fn check_owner(tx: &mut Tx, scope: Scope, owner: MemberId) -> Result<()> {
    match identity::role_of(tx, scope, owner).await? {
        None => Err(Error::field("/owner_id", "not_found")),
        Some(Role::Partner) => Err(Error::field("/owner_id", "may_not_change")),
        Some(_) => Ok(()),
    }
}

/// A decision with all that was ever chosen.
///
/// # Errors
/// `not_found`.
pub async fn find(tx: &mut Tx, scope: Scope, id: DecisionId) -> Result<Decision> {
    let mut one = [Decision::from(store::find(tx, scope, id).await?)];
    choices::fill(tx, scope, &mut one).await?;
    let [decision] = one;
    Ok(decision)
}

/// A page of decisions, the newest first.
///
/// # Errors
/// A cursor that no page gave.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    filter: Filter,
    paging: &PageParams,
) -> Result<Page<Decision>> {
    let filter = Filter { before: paging.after()?, limit: paging.limit + 1, ..filter };
    let rows = store::list(tx, scope, filter).await?;
    let Page { items, next_cursor } = page(rows, paging.limit, |row| row.id);
    let mut items: Vec<Decision> = items.into_iter().map(Decision::from).collect();
    choices::fill(tx, scope, &mut items).await?;
    Ok(Page { items, next_cursor })
}

/// What waits for a person's decision, what is due first.
pub async fn open_of(
    tx: &mut Tx,
    scope: Scope,
    owner: MemberId,
    limit: i64,
) -> Result<Vec<Decision>> {
    let filter =
        Filter { owner: Some(owner), state: Some(DecisionState::Open), limit, ..Filter::default() };
    let rows = store::list(tx, scope, filter).await?;
    let mut open: Vec<Decision> = rows.into_iter().map(Decision::from).collect();
    open.sort_by_key(|one| (one.due_on.is_none(), one.due_on));
    Ok(open)
}

/// Earlier decisions about much the same as a question. Source: requirement S0-39.
///
/// # Errors
/// Those of the database.
pub async fn similar(tx: &mut Tx, scope: Scope, question: &str) -> Result<SimilarDecisions> {
    let any_of: Vec<String> = know::words(question).into_iter().take(WORDS_MAX).collect();
    if any_of.is_empty() {
        return Ok(SimilarDecisions { items: Vec::new() });
    }
    let filter = Filter { any_of, limit: CANDIDATES, ..Filter::default() };
    let rows = store::list(tx, scope, filter).await?;
    let mut alike: Vec<(u8, DecisionRow)> = rows
        .into_iter()
        .filter_map(|row| Some((know::likeness(question, &row.question)?, row)))
        .collect();
    alike.sort_by_key(|(likeness, _)| std::cmp::Reverse(*likeness));
    alike.truncate(SIMILAR_MAX);
    let (likeness, rows): (Vec<u8>, Vec<DecisionRow>) = alike.into_iter().unzip();
    let mut found: Vec<Decision> = rows.into_iter().map(Decision::from).collect();
    choices::fill(tx, scope, &mut found).await?;
    let items = found.into_iter().zip(likeness);
    let items = items
        .map(|(decision, likeness)| SimilarDecision { decision, likeness: likeness.into() })
        .collect();
    Ok(SimilarDecisions { items })
}

/// Changes what surrounds a decision.
///
/// # Errors
/// `stale`; at `/owner_id`; a day that belongs to the other state.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    id: DecisionId,
    (change, version): (&DecisionChange, i64),
) -> Result<Decision> {
    let mut row = store::find(tx, scope, id).await?;
    if let Some(owner) = change.owner_id.filter(|new| *new != row.owner_id) {
        check_owner(tx, scope, owner).await?;
    }
    // Each of the two days belongs to one state.
    let decided = row.state == DecisionState::Decided;
    if change.due_on.is_some() && decided {
        return Err(Error::field("/due_on", "not_allowed"));
    }
    if change.revisit_on.is_some() && !decided {
        return Err(Error::field("/revisit_on", "not_allowed"));
    }
    row.owner_id = change.owner_id.unwrap_or(row.owner_id);
    row.due_on = change.due_on.or(row.due_on);
    row.revisit_on = change.revisit_on.or(row.revisit_on);
    row.tags = change.tags.as_deref().map_or(row.tags, |tags| Json(tidy(tags)));
    row.version = version;
    let said = said(&find(tx, scope, id).await?);
    saved(store::change(tx, scope, &row, &said).await?)?;
    find(tx, scope, id).await
}

fn saved(saved: bool) -> Result<()> {
    if saved { Ok(()) } else { Err(ErrorCode::Stale.into()) }
}

/// What a decision is found by besides its question: all that was ever said in it.
fn said(decision: &Decision) -> Vec<String> {
    let mut said = Vec::new();
    for choice in &decision.choices {
        said.extend([choice.choice.clone(), choice.reason.clone()]);
        said.extend(choice.changes.clone());
        said.extend(choice.evidence.iter().map(|one| one.text.clone()));
    }
    let again = decision.reopenings.iter().flat_map(|one| &one.evidence);
    said.extend(again.map(|one| one.text.clone()));
    said
}

/// Decides an open question.
///
/// # Errors
/// `decision_made`; at the field: a contact that is not here, a day to come.
pub async fn decide(
    tx: &mut Tx,
    scope: Scope,
    id: DecisionId,
    new: &NewChoice,
    now: DateTime<Utc>,
) -> Result<Decision> {
    decide_at(tx, scope, id, (new, ""), now).await
}

/// Likewise; `at` is where the choice stands in the body.
async fn decide_at(
    tx: &mut Tx,
    scope: Scope,
    id: DecisionId,
    (new, at): (&NewChoice, &str),
    now: DateTime<Utc>,
) -> Result<Decision> {
    let mut row = store::find(tx, scope, id).await?;
    if row.state == DecisionState::Decided {
        return Err(ErrorCode::DecisionMade.into());
    }
    let today = identity::today(tx, scope, now).await?;
    let choice = choice_of(tx, scope, (new, at), (&row, today)).await?;
    choices::insert(tx, scope, (id, &choice), now).await?;
    timeline::tell(tx, scope, Told::new(TimelineEvent::DecisionMade, id), now).await?;
    row.state = DecisionState::Decided;
    row.revisit_on = new.revisit_on;
    row.due_on = None;
    let said = said(&find(tx, scope, id).await?);
    saved(store::change(tx, scope, &row, &said).await?)?;
    find(tx, scope, id).await
}

async fn choice_of(
    tx: &mut Tx,
    scope: Scope,
    (new, at): (&NewChoice, &str),
    (row, today): (&DecisionRow, NaiveDate),
) -> Result<Choice> {
    let decided_on = new.decided_on.unwrap_or(today);
    if decided_on > today {
        return Err(Error::field(&format!("{at}/decided_on"), "future"));
    }
    if new.revisit_on.is_some_and(|revisit| revisit <= decided_on) {
        return Err(Error::field(&format!("{at}/revisit_on"), "not_later"));
    }
    let decider = match new.contact_id {
        Some(id) => Some(
            store::contact_name(tx, scope, id)
                .await?
                .ok_or_else(|| Error::field(&format!("{at}/contact_id"), "not_found"))?,
        ),
        None => present(new.decider.as_deref()),
    };
    Ok(Choice {
        number: row.reopened + 1,
        choice: new.choice.trim().to_owned(),
        reason: new.reason.trim().to_owned(),
        evidence: new.evidence.clone(),
        changes: present(new.changes.as_deref()),
        due_on: row.due_on,
        decided_on,
        decider,
        contact_id: new.contact_id,
        recorded_by: String::new(),
        superseded: false,
    })
}

fn present(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Takes a decision up again. Each piece of evidence must be one that the decision does not name.
///
/// # Errors
/// `decision_open`; at `/evidence/N`: what is named already.
pub async fn reopen(
    tx: &mut Tx,
    scope: Scope,
    id: DecisionId,
    new: &NewReopening,
    now: DateTime<Utc>,
) -> Result<Decision> {
    let mut row = store::find(tx, scope, id).await?;
    if row.state == DecisionState::Open {
        return Err(ErrorCode::DecisionOpen.into());
    }
    let decision = find(tx, scope, id).await?;
    refuse_known(&decision, &new.evidence)?;
    let today = identity::today(tx, scope, now).await?;
    row.reopened += 1;
    choices::reopen(tx, scope, (id, row.reopened), (&new.evidence, today), now).await?;
    timeline::tell(tx, scope, Told::new(TimelineEvent::DecisionReopened, id), now).await?;
    row.state = DecisionState::Open;
    row.due_on = new.due_on;
    row.revisit_on = None;
    let said = said(&find(tx, scope, id).await?);
    saved(store::change(tx, scope, &row, &said).await?)?;
    find(tx, scope, id).await
}

/// Source: requirements S0-39, S3-37.
fn refuse_known(decision: &Decision, given: &[Evidence]) -> Result<()> {
    fn pair(one: &Evidence) -> (&str, Option<&str>) {
        (&one.text, one.link.as_deref())
    }
    let of_choices = decision.choices.iter().flat_map(|one| &one.evidence);
    let known: Vec<&Evidence> =
        of_choices.chain(decision.reopenings.iter().flat_map(|one| &one.evidence)).collect();
    let old = |one: &Evidence| !know::is_new(pair(one), known.iter().map(|one| pair(one)));
    let faults = given.iter().enumerate().filter(|(_, one)| old(one));
    let faults: Vec<FieldError> = faults
        .map(|(place, _)| FieldError::new(&format!("/evidence/{place}/text"), "not_new"))
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(faults.into()) }
}

/// How well decisions of some days were made. Source: requirement S3-38.
///
/// # Errors
/// Days in the wrong order.
pub async fn report(
    tx: &mut Tx,
    scope: Scope,
    (from, to): (Option<NaiveDate>, Option<NaiveDate>),
    now: DateTime<Utc>,
) -> Result<DecisionReport> {
    let today = identity::today(tx, scope, now).await?;
    let to = to.unwrap_or(today);
    let quarter = to.checked_sub_months(chrono::Months::new(3)).unwrap_or(to);
    let from = from.unwrap_or(quarter);
    if from > to {
        return Err(Error::field("from", "out_of_range"));
    }
    let sums = know::quality(choices::made(tx, scope, (from, to)).await?);
    let mut debated = choices::debated(tx, scope, (from, to)).await?;
    let reopenings = debated.iter().map(|one| one.times).sum();
    debated.truncate(SIMILAR_MAX);
    let (open, overdue) = store::open_and_overdue(tx, scope, today).await?;
    Ok(DecisionReport {
        from,
        to,
        made: sums.made,
        with_due_day: sums.with_due_day,
        on_time: sums.on_time,
        with_evidence: sums.with_evidence,
        not_reopened: sums.not_reopened,
        sound: sums.sound,
        reopenings,
        open,
        overdue,
        debated,
    })
}
