//! What the sample agency decided, and what it has still to decide.
use shared::api::{DecisionId, Evidence, NewChoice, NewDecision, NewReopening};

use super::model::Place;
use crate::decisions;
use crate::error::Result;

/// A question with its choice: who asks it when, and by when it is to be decided, in days ago.
struct Asked {
    owner: usize,
    client: Option<usize>,
    question: &'static str,
    asked: i64,
    due: Option<i64>,
    tag: &'static str,
    made: Option<(i64, [&'static str; 4])>,
}

pub async fn fill(place: Place<'_>) -> Result<()> {
    let mut first = None;
    for asked in questions() {
        let id = ask(place, &asked).await?;
        first = first.or(Some(id));
    }
    let Some(channels) = first else { return Ok(()) };
    // The first was taken up again, and decided anew.
    let evidence = vec![Evidence {
        text: "Sales took 3 of 41 leads from social in October".into(),
        link: None,
    }];
    let again = NewReopening { evidence, due_on: Some(place.ago(16).date_naive()) };
    let at = place.ago(20);
    let work = async |tx: &mut _| decisions::reopen(tx, place.scope, channels, &again, at).await;
    place.db.write(work).await?;
    let choice = choice([
        "Search only until spring; social pauses",
        "Leads from social do not reach a sale",
        "Cost of a lead that sales took: 41 from search, 390 from social",
        "The social budget moves to search in December",
    ]);
    decide(place, channels, &choice, 17).await
}

fn choice([choice, reason, evidence, changes]: [&str; 4]) -> NewChoice {
    NewChoice {
        choice: choice.into(),
        reason: reason.into(),
        evidence: vec![Evidence { text: evidence.into(), link: None }],
        changes: Some(changes.into()),
        decided_on: None,
        decider: None,
        contact_id: None,
        revisit_on: None,
    }
}

async fn ask(place: Place<'_>, asked: &Asked) -> Result<DecisionId> {
    let client = asked.client.and_then(|client| place.clients.get(client));
    let new = NewDecision {
        question: asked.question.into(),
        owner_id: place.member(asked.owner),
        due_on: asked.due.map(|days| place.ago(days).date_naive()),
        account_id: None,
        retainer_id: client.map(|(_, retainer)| *retainer),
        tags: vec![asked.tag.into()],
        made: None,
    };
    let at = place.ago(asked.asked);
    let work = async |tx: &mut _| decisions::create(tx, place.scope, &new, at).await;
    let id = place.db.write(work).await?.id;
    if let Some((days, words)) = asked.made {
        let mut choice = choice(words);
        choice.revisit_on = Some(place.ago(days - 120).date_naive());
        decide(place, id, &choice, days).await?;
    }
    Ok(id)
}

async fn decide(place: Place<'_>, id: DecisionId, new: &NewChoice, days: i64) -> Result<()> {
    let at = place.ago(days);
    let work = async |tx: &mut _| decisions::decide(tx, place.scope, id, new, at).await;
    place.db.write(work).await.map(drop)
}

fn questions() -> Vec<Asked> {
    let asked = |owner, client, question, (asked, due), tag, made| Asked {
        owner,
        client,
        question,
        asked,
        due,
        tag,
        made,
    };
    vec![
        asked(
            0,
            Some(0),
            "Which paid channel do we focus on?",
            (80, Some(60)),
            "channels",
            Some((
                62,
                [
                    "Search first, social on the side",
                    "Search brings the leads that sales takes",
                    "Cost per lead of the third quarter, by channel",
                    "A fifth of the budget moves to search",
                ],
            )),
        ),
        asked(
            1,
            None,
            "Who approves a landing page before launch?",
            (70, Some(50)),
            "ownership",
            Some((
                44,
                [
                    "The account owner, alone",
                    "Two approvers took four days on average",
                    "Dates of the last ten launches",
                    "One name in the brief, the second one only reads",
                ],
            )),
        ),
        asked(
            0,
            None,
            "Do we write reports weekly or monthly?",
            (55, Some(40)),
            "reporting",
            Some((
                41,
                [
                    "Monthly, with one decision at the end",
                    "Nobody decided anything by a weekly report",
                    "Answers to the last twelve reports",
                    "Eight hours a month are free",
                ],
            )),
        ),
        asked(1, Some(2), "Does the newsletter go on?", (15, Some(3)), "scope", None),
        asked(0, None, "Do we take on a partner for tracking?", (6, Some(-8)), "partners", None),
    ]
}
