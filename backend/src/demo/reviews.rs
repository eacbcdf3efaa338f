//! Reviews of the sample: what was agreed on signals, leads as sales saw them, and two reviews of
//! one client, the second of which looked back at the first.
use shared::api::{
    Cause, EffectSeen, Evidence, LeadFit, NewDiagnosis, NewFollowUp, NewLead, NewReview,
    NewReviewOutcome, NewSignalRating, OutcomeChoice, RetainerId, ReviewEnd, ReviewId,
    ReviewOutcomeId, SignalKind, SignalTerms, SignalsSet,
};

use super::model::Place;
use crate::error::Result;
use crate::{reviews, signals};

/// The client that is reviewed, by its place.
const CLIENT: usize = 1;

/// What a lead is called, how many days ago it came, and how well it fits.
const LEADS: [(&str, i64, LeadFit); 8] = [
    ("HS-2041", 40, LeadFit::Good),
    ("HS-2044", 33, LeadFit::Partly),
    ("HS-2050", 26, LeadFit::Good),
    ("HS-2057", 13, LeadFit::Poor),
    ("HS-2059", 11, LeadFit::Poor),
    ("HS-2063", 8, LeadFit::Good),
    ("HS-2066", 5, LeadFit::Poor),
    ("HS-2070", 2, LeadFit::Partly),
];
/// Likewise of partners, one after the other.
const OF_PARTNERS: [(&str, i64, LeadFit); 9] = [
    ("P-11", 12, LeadFit::Good),
    ("P-12", 9, LeadFit::Partly),
    ("P-13", 6, LeadFit::Good),
    ("P-14", 3, LeadFit::Poor),
    ("P-15", 20, LeadFit::Partly),
    ("P-16", 18, LeadFit::Good),
    ("P-17", 15, LeadFit::Good),
    ("P-18", 10, LeadFit::Poor),
    ("P-19", 4, LeadFit::Good),
];

pub async fn fill(place: Place<'_>, partners: &[RetainerId]) -> Result<()> {
    agree(place).await?;
    let Some((_, client)) = place.clients.get(CLIENT).copied() else { return Ok(()) };
    for (reference, days, fit) in LEADS {
        mark(place, client, (reference, days, fit)).await?;
    }
    for (n, lead) in OF_PARTNERS.into_iter().enumerate() {
        if let Some(partner) = partners.get(n % partners.len().max(1)) {
            mark(place, *partner, lead).await?;
        }
    }
    let (first, made) = held(place, (client, 28), (2, None)).await?;
    end(place, first, 28).await?;
    let (second, _) = held(place, (client, 14), (3, Some(made))).await?;
    end(place, second, 14).await
}

async fn agree(place: Place<'_>) -> Result<()> {
    let owned = |kind, owner, days, source: &str, informs: &str| SignalTerms {
        kind,
        on: true,
        meaning: None,
        measured: kind != SignalKind::ClientPulse,
        owner_id: place.member(owner),
        source: Some(source.into()),
        informs: Some(informs.into()),
        review_days: days,
        act_days: 7,
        weak_below: 60,
        pair: None,
    };
    let quality = owned(
        SignalKind::ExecutionQuality,
        1,
        14,
        "Verdicts and rounds on the board",
        "How a brief is written",
    );
    let fit = owned(
        SignalKind::StrategicFit,
        0,
        28,
        "Time recorded on the board",
        "What comes first next month",
    );
    let pulse =
        owned(SignalKind::ClientPulse, 0, 28, "The call at the end of a month", "Whether we renew");
    let set = SignalsSet { signals: vec![quality, fit, pulse] };
    let at = place.ago(60);
    let work = async |tx: &mut _| signals::agree(tx, place.scope, (&set, 0), at).await;
    place.db.write(work).await.map(drop)
}

async fn mark(
    place: Place<'_>,
    retainer_id: RetainerId,
    (reference, days, fit): (&str, i64, LeadFit),
) -> Result<()> {
    let at = place.ago(days);
    let new = NewLead {
        retainer_id,
        reference: reference.into(),
        fit,
        came_on: at.date_naive(),
        source: "CRM".into(),
        work_item_id: None,
        revenue: None,
        note: None,
    };
    let work = async |tx: &mut _| signals::mark_lead(tx, place.scope, &new, at).await;
    place.db.write(work).await.map(drop)
}

/// A review so many days ago, with the client's pulse and what followed.
async fn held(
    place: Place<'_>,
    (client, days): (RetainerId, i64),
    (score, before): (i64, Option<ReviewOutcomeId>),
) -> Result<(ReviewId, ReviewOutcomeId)> {
    let at = place.ago(days);
    let new = NewReview { retainer_id: client };
    let begun = place.db.write(async |tx| reviews::start(tx, place.scope, &new, at).await).await?;
    let id = begun.review.id;
    let rating = NewSignalRating {
        signal: SignalKind::ClientPulse,
        score,
        evidence: vec![Evidence { text: "Call with the client".into(), link: None }],
        names_nobody: false,
    };
    let rate = async |tx: &mut _| reviews::rate(tx, place.scope, id, &rating, at).await;
    place.db.write(rate).await?;
    if let Some(outcome_id) = before {
        let evidence = "Two of three pages came with criteria".into();
        let look = NewFollowUp { outcome_id, seen: EffectSeen::Partly, evidence };
        let follow = async |tx: &mut _| reviews::follow_up(tx, place.scope, id, &look, at).await;
        place.db.write(follow).await?;
    }
    let diagnosis = NewDiagnosis {
        signal: Some(SignalKind::ClientPulse),
        guide: None,
        cause: Cause::Process,
        finding: "Drafts go out before anybody said by what they are reviewed".into(),
        checked: Vec::new(),
        names_nobody: false,
    };
    let find = async |tx: &mut _| reviews::diagnose(tx, place.scope, id, &diagnosis, at).await;
    place.db.write(find).await?;
    let outcome = outcome(place, before.is_none(), days);
    let decide = async |tx: &mut _| reviews::decide(tx, place.scope, id, &outcome, at).await;
    let room = place.db.write(decide).await?;
    let made = room.outcomes.first().map(|one| one.id);
    Ok((id, made.unwrap_or(ReviewOutcomeId(id.0))))
}

fn outcome(place: Place<'_>, first: bool, days: i64) -> NewReviewOutcome {
    let (what, effect) = match first {
        true => ("A brief names the review criteria", "At most one round of revision"),
        false => ("Keep the criteria in each brief", "No draft without criteria"),
    };
    NewReviewOutcome {
        choice: if first { OutcomeChoice::Improve } else { OutcomeChoice::Keep },
        what: what.into(),
        signal: None,
        diagnosis: Some(1),
        owner_id: place.member(1).unwrap_or(place.scope.member()),
        due_on: place.ago(days - 12).date_naive(),
        effect: effect.into(),
        reason: None,
        retires: None,
        scope_change: None,
        names_nobody: false,
    }
}

async fn end(place: Place<'_>, id: ReviewId, days: i64) -> Result<()> {
    let at = place.ago(days);
    let frame =
        Some(shared::api::FrameAnswer { holds: shared::api::FrameHolds::Holds, note: None });
    let left_out = Some("The client reads the report on Monday".into());
    let next_on = Some(place.ago(days - 14).date_naive());
    let end = ReviewEnd { frame, problem: None, next_on, left_out };
    let finish = async |tx: &mut _| reviews::finish(tx, place.scope, id, &end, at).await;
    place.db.write(finish).await.map(drop)
}
