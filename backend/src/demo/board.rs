//! The boards of the sample: work in every column, some of it stuck, some of it judged.
use chrono::{DateTime, Days, Duration, Utc};
use shared::api::{
    BlockerKind, ContactId, Frequency, Grade, Holder, MemberId, NewWorkBlocker, NewWorkDecision,
    NewWorkItem, NewWorkReview, NewWorkRevision, NewWorkVerdict, NewWorkWaiting, RetainerId,
    ReviewOutcome, ReviewStage, Touch, WorkColumn, WorkDecision, WorkInputChange, WorkItemChange,
    WorkItemId, WorkSeatsChange,
};

use crate::auth::Scope;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::work;

/// What happened to a piece of work besides.
#[derive(Clone, Copy)]
enum Also {
    Nothing,
    /// Its inputs have not come.
    Lacks(&'static str),
    /// Somebody looked at a draft.
    Draft,
    /// It went round so often.
    Rounds(u8),
    /// It waits for the client.
    Waits(&'static str),
    Blocked(BlockerKind, &'static str),
    /// It was approved.
    Approved,
    /// It was judged.
    Judged,
}

/// Title, goal, column, estimate in minutes, days from today until it is wanted, what it touches.
type Piece = (&'static str, &'static str, WorkColumn, i64, i64, &'static [Touch], Also);

const PIECES: [Piece; 14] = [
    ("Webinar on pricing", "", WorkColumn::Intake, 300, 20, &[Touch::LeadQuality], Also::Nothing),
    (
        "Photos of the new team",
        "",
        WorkColumn::Intake,
        120,
        25,
        &[],
        Also::Lacks("Date of the shoot"),
    ),
    ("Report for the board", "", WorkColumn::Intake, 90, 12, &[], Also::Nothing),
    ("Newsletter December", "Readers book a call", WorkColumn::Agreed, 180, 9, &[], Also::Nothing),
    (
        "Landing page for the fair",
        "Visitors leave their address",
        WorkColumn::Agreed,
        420,
        14,
        &[Touch::Tracking],
        Also::Lacks("Final date of the fair"),
    ),
    (
        "Refresh of the case studies",
        "Sales has proof",
        WorkColumn::Agreed,
        240,
        18,
        &[],
        Also::Nothing,
    ),
    (
        "Pricing page",
        "Visitors find the plan that fits them",
        WorkColumn::InProgress,
        360,
        5,
        &[Touch::LeadQuality],
        Also::Draft,
    ),
    (
        "Search ads for autumn",
        "Fewer clicks that lead nowhere",
        WorkColumn::InProgress,
        240,
        3,
        &[Touch::Budget, Touch::Tracking],
        Also::Blocked(BlockerKind::Access, "No login to the ad account"),
    ),
    (
        "Interview for the blog",
        "Show who is behind it",
        WorkColumn::InProgress,
        150,
        2,
        &[],
        Also::Waits("Answers to the questions"),
    ),
    (
        "Start page, second draft",
        "Say in a sentence what they do",
        WorkColumn::InReview,
        300,
        1,
        &[Touch::Strategy],
        Also::Rounds(3),
    ),
    (
        "Tracking plan",
        "Numbers that can be trusted",
        WorkColumn::InReview,
        180,
        -1,
        &[Touch::Tracking],
        Also::Approved,
    ),
    (
        "Newsletter November",
        "Readers book a call",
        WorkColumn::Delivered,
        180,
        -6,
        &[],
        Also::Judged,
    ),
    (
        "Fixes in the menu",
        "Everybody finds the contact",
        WorkColumn::Delivered,
        60,
        -9,
        &[],
        Also::Judged,
    ),
    (
        "Icons for the app",
        "One family of icons",
        WorkColumn::Delivered,
        120,
        -3,
        &[],
        Also::Nothing,
    ),
];

/// Who is who on a board.
#[derive(Debug, Clone, Copy)]
pub struct Cast {
    pub retainer: RetainerId,
    /// Decides.
    pub client: ContactId,
    /// Do it, one after the other.
    pub team: [MemberId; 3],
}

/// Puts work on a retainer's board: as much of it as `from` leaves.
pub async fn fill(
    db: &Db,
    scope: Scope,
    (cast, from): (Cast, usize),
    now: DateTime<Utc>,
) -> Result<()> {
    db.write(async |tx| {
        for (n, piece) in PIECES.iter().enumerate().skip(from) {
            one(tx, scope, (cast, n), piece, now).await?;
        }
        Ok(())
    })
    .await
}

async fn one(
    tx: &mut Tx,
    scope: Scope,
    (cast, n): (Cast, usize),
    piece: &Piece,
    now: DateTime<Utc>,
) -> Result<()> {
    let (.., also) = *piece;
    let days = i64::try_from(n).unwrap_or(0);
    let asked = now - Duration::days(30) + Duration::days(days);
    let id = work::create(tx, scope, &new(cast, n, piece, now), asked).await?.id;
    follow(tx, scope, (cast, id), also, now - Duration::hours(30)).await
}

fn new(cast: Cast, n: usize, piece: &Piece, now: DateTime<Utc>) -> NewWorkItem {
    let (title, goal, column, estimate, wanted, touches, also) = *piece;
    let due = now.date_naive();
    let due = match u64::try_from(wanted) {
        Ok(days) => due.checked_add_days(Days::new(days)),
        Err(_) => due.checked_sub_days(Days::new(wanted.unsigned_abs())),
    };
    let light = column == WorkColumn::Delivered;
    let details = WorkItemChange {
        goal: (!goal.is_empty()).then(|| goal.to_owned()),
        estimate: Some(Some(estimate)),
        due_on: Some(due),
        frequency: light.then_some(Frequency::Recurring),
        impact: (!touches.is_empty()).then_some(Grade::Medium),
        touches: Some(touches.to_vec()),
        ..WorkItemChange::default()
    };
    let seats = match column {
        WorkColumn::Intake => WorkSeatsChange::default(),
        _ => WorkSeatsChange {
            decision: Some(Holder::Contact { id: cast.client }),
            execution: Some(Holder::Member { id: cast.team[n % 3] }),
            input: n.is_multiple_of(3).then_some(Holder::Contact { id: cast.client }),
            review: n.is_multiple_of(2).then_some(Holder::Member { id: cast.team[(n + 1) % 3] }),
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
        column: Some(column),
        details,
        seats,
        inputs: lacks.into_iter().map(input).collect(),
    }
}

async fn follow(
    tx: &mut Tx,
    scope: Scope,
    (cast, id): (Cast, WorkItemId),
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
            let owner = Holder::Contact { id: cast.client };
            let new = NewWorkBlocker { kind, owner, note: Some(note.into()) };
            work::block(tx, scope, id, &new, at).await?;
        }
        Also::Approved => {
            let evidence = Some("Mail of this week".into());
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
