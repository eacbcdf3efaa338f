//! The boards of the sample: work in every column, some of it stuck, some of it judged, most of the
//! time spent on it, so that signals have something to read.
use chrono::{DateTime, Days, Duration, Utc};
use shared::api::{
    AccountKind, Frequency, Grade, Holder, NewWorkBlocker, NewWorkDecision, NewWorkItem,
    NewWorkReview, NewWorkRevision, NewWorkVerdict, NewWorkWaiting, RetainerId, ReviewOutcome,
    ReviewStage, WorkColumn, WorkDecision, WorkInputChange, WorkItemChange, WorkItemId, WorkMove,
    WorkSeatsChange,
};
use shared::rules::cycle::Cycle;

use super::clients::Client;
use super::pieces::{
    Also, For, OF_CLIENTS, OF_PARTNERS, Piece, TURNS_OF_CLIENTS, TURNS_OF_PARTNERS,
};
use super::steps::{Step, What};
use super::work::noon;
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::{priorities, work};

/// So many clients have work on their boards.
const BOARDS: usize = 5;

/// Who is who on a board.
#[derive(Debug, Clone, Copy)]
pub struct Cast {
    pub retainer: RetainerId,
    /// Decides, and knows what it is for.
    pub decides: Holder,
    /// Do it, one after the other.
    pub does: [Holder; 3],
    /// Check it, one after the other.
    pub checks: [Holder; 3],
}

/// A board to be: its people, what stands on it, and whose time goes where.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    cast: Cast,
    /// How many pieces are left out at the beginning.
    from: usize,
    pieces: &'static [Piece],
    turns: &'static [Option<usize>],
}

/// The board of a client, by its place among them, or of a partner.
pub fn plan(client: &Client, number: usize, cast: Cast) -> Option<Plan> {
    if client.kind == AccountKind::Partner {
        let (_, pieces) = OF_PARTNERS.iter().find(|(name, _)| *name == client.name)?;
        return Some(Plan { cast, from: 0, pieces, turns: &TURNS_OF_PARTNERS });
    }
    // The first has most on its board.
    let (pieces, turns) = (&OF_CLIENTS, &TURNS_OF_CLIENTS);
    (number < BOARDS).then_some(Plan { cast, from: number * 2, pieces, turns })
}

impl Plan {
    /// What happens on the board, each thing at its time.
    pub fn steps(self, present: Option<&Cycle>, now: DateTime<Utc>) -> Vec<Step> {
        let Self { cast, from, pieces, .. } = self;
        let mut steps = Vec::new();
        for (n, piece) in pieces.iter().enumerate().skip(from) {
            let (_, _, column, _, wanted, _, also, purpose) = *piece;
            let asked = now - Duration::days(30) + Duration::days(i64::try_from(n).unwrap_or(0));
            steps.push(Step { at: asked, what: What::Card(n, Box::new(new(cast, n, piece, now))) });
            if let (For::Priority(titles), Some(cycle)) = (purpose, present) {
                let at = asked.max(noon(cycle.start) + Duration::minutes(1));
                let what = What::Serve(n, cast.retainer, i64::from(cycle.seq), titles);
                steps.push(Step { at, what });
            }
            if column == WorkColumn::Delivered {
                let at = now + Duration::days(wanted);
                steps.push(Step { at, what: What::Hand(n) });
            }
            let at = now - Duration::hours(30);
            steps.push(Step { at, what: What::Then(n, cast.decides, also) });
        }
        steps
    }

    /// Spends time on the pieces, one entry after the other.
    pub fn spend(self, steps: &mut [Step]) {
        let mut turns = self.turns.iter().cycle();
        for step in steps {
            if let What::Work(_, card) = &mut step.what {
                *card = turns.next().copied().flatten();
            }
        }
    }
}

fn new(cast: Cast, n: usize, piece: &Piece, now: DateTime<Utc>) -> NewWorkItem {
    let (title, goal, column, estimate, wanted, touches, also, purpose) = *piece;
    let due = now.date_naive();
    let due = match u64::try_from(wanted) {
        Ok(days) => due.checked_add_days(Days::new(days)),
        Err(_) => due.checked_sub_days(Days::new(wanted.unsigned_abs())),
    };
    let light = column == WorkColumn::Delivered;
    let channel = match purpose {
        For::Channel(channel) => Some(channel.to_owned()),
        For::Nothing | For::Priority(_) => None,
    };
    let details = WorkItemChange {
        goal: (!goal.is_empty()).then(|| goal.to_owned()),
        estimate: Some(Some(estimate)),
        due_on: Some(due),
        channel,
        frequency: light.then_some(Frequency::Recurring),
        impact: (!touches.is_empty()).then_some(Grade::Medium),
        touches: Some(touches.to_vec()),
        ..WorkItemChange::default()
    };
    let seats = match column {
        WorkColumn::Intake => WorkSeatsChange::default(),
        _ => WorkSeatsChange {
            decision: Some(cast.decides),
            execution: Some(cast.does[n % 3]),
            input: n.is_multiple_of(3).then_some(cast.decides),
            review: match also {
                // Who approves has checked it, too.
                Also::Approved => Some(cast.decides),
                _ => n.is_multiple_of(2).then_some(cast.checks[(n + 1) % 3]),
            },
            ..WorkSeatsChange::default()
        },
    };
    let lacks = match also {
        Also::Lacks(name) => Some(name),
        _ => None,
    };
    let input = |name: &str| WorkInputChange { name: name.into(), required: true, supplied: None };
    NewWorkItem {
        retainer_id: cast.retainer,
        title: title.into(),
        // What was delivered was worked on first.
        column: Some(if light { WorkColumn::InProgress } else { column }),
        details,
        seats,
        inputs: lacks.into_iter().map(input).collect(),
    }
}

/// Lets a piece of work serve the first of these priorities that the cycle has.
pub async fn serve(
    tx: &mut Tx,
    scope: Scope,
    (id, titles): (WorkItemId, &[&str]),
    (retainer, seq): (RetainerId, i64),
    at: DateTime<Utc>,
) -> Result<()> {
    let ranked = priorities::of_cycle(tx, scope, retainer, seq).await?;
    let Some(first) = ranked.iter().find(|one| titles.contains(&one.title.as_str())) else {
        return Ok(());
    };
    let version = work::item(tx, scope, id, at).await?.version;
    let change = WorkItemChange { priority_id: Some(Some(first.id)), ..WorkItemChange::default() };
    work::change(tx, scope, id, (&change, version), at).await.map(drop)
}

/// Hands a piece of work over.
pub async fn hand(tx: &mut Tx, scope: Scope, id: WorkItemId, at: DateTime<Utc>) -> Result<()> {
    let version = work::item(tx, scope, id, at).await?.version;
    let to =
        WorkMove { column: WorkColumn::Delivered, before: None, priority_id: None, reason: None };
    work::place(tx, scope, id, (&to, version), at).await.map(drop)
}

/// What happened to a piece of work besides.
pub async fn follow(
    tx: &mut Tx,
    scope: Scope,
    (id, decides): (WorkItemId, Holder),
    also: Also,
    at: DateTime<Utc>,
) -> Result<()> {
    match also {
        Also::Nothing | Also::Lacks(_) => {}
        Also::Draft => {
            let note = Some("Shorten the first part".into());
            let (stage, outcome) = (ReviewStage::Draft, ReviewOutcome::Changes);
            work::review(tx, scope, id, &NewWorkReview { stage, outcome, note }, at).await?;
        }
        Also::Rounds(rounds) => {
            for round in 0..rounds {
                let reason = ["New prices", "Another audience", "Other pictures"];
                let reason = reason[usize::from(round) % reason.len()].to_owned();
                work::revise(tx, scope, id, &NewWorkRevision { reason }, at).await?;
            }
        }
        Also::Waits(what) => {
            let waits_for = Some(what.to_owned());
            work::wait(tx, scope, id, &NewWorkWaiting { waits_for }, at).await?;
        }
        Also::Blocked(kind, note) => {
            let new = NewWorkBlocker { kind, owner: decides, note: Some(note.into()) };
            work::block(tx, scope, id, &new, at).await?;
        }
        Also::Approved => {
            let evidence = Some("Mail of this week".to_owned());
            let (stage, outcome) = (ReviewStage::Final, ReviewOutcome::Passed);
            let checked = NewWorkReview { stage, outcome, note: evidence.clone() };
            work::review(tx, scope, id, &checked, at).await?;
            let decision = WorkDecision::Approve;
            let new = NewWorkDecision { decision, evidence, reason: None };
            work::decide(tx, scope, id, &new, at).await?;
        }
        Also::Judged => {
            let new = NewWorkVerdict {
                business_fit: true,
                clarity: true,
                execution_reliability: true,
                lead_quality: None,
                better_decisions: false,
                note: None,
            };
            work::judge(tx, scope, id, &new, at).await?;
        }
    }
    Ok(())
}
