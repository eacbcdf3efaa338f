//! What the sample agency wrote down of its clients, and what it has still to do for them.
use chrono::Days;
use shared::api::{MemberId, NewNote, NewTask, NoteKind, NoteTask, Role};

use super::model::Place;
use crate::auth::Scope;
use crate::error::Result;
use crate::mail::Mailer;
use crate::records;

/// Something said: with which client, by whom of the team, how many days ago.
struct Said {
    client: usize,
    by: usize,
    ago: i64,
    kind: NoteKind,
    internal: bool,
    text: &'static str,
    /// Next steps: what, whose, and in how many days from today.
    steps: &'static [(&'static str, usize, i64)],
    /// How many of them are done.
    done: usize,
}

const SAID: [Said; 8] = [
    Said {
        client: 0,
        by: 1,
        ago: 34,
        kind: NoteKind::Meeting,
        internal: false,
        text: "Quarterly planning with the whole team.\n\nThe fair in March comes first: pages, \
            then ads. Newsletters can wait until the stand is booked.",
        steps: &[("Send the plan for the fair", 1, -30), ("Ask for photos of the stand", 2, -27)],
        done: 2,
    },
    Said {
        client: 0,
        by: 0,
        ago: 6,
        kind: NoteKind::Call,
        internal: true,
        text: "Their head of sales leaves in January. Nobody has said who decides on leads then.",
        steps: &[("Ask who decides on leads from January", 0, 2)],
        done: 0,
    },
    Said {
        client: 1,
        by: 1,
        ago: 12,
        kind: NoteKind::Message,
        internal: false,
        text: "They ask whether the report can show leads by channel. It can, from December.",
        steps: &[("Add channels to the report", 2, -1), ("Show it in the next call", 1, 5)],
        done: 0,
    },
    Said {
        client: 2,
        by: 0,
        ago: 3,
        kind: NoteKind::Meeting,
        internal: false,
        text: "Looked at the first three months. They want more of the same, and to know earlier \
            when hours run out.",
        steps: &[("Propose an alert at 70 %", 0, 0)],
        done: 0,
    },
    Said {
        client: 3,
        by: 1,
        ago: 20,
        kind: NoteKind::Call,
        internal: true,
        text: "The budget for next year is decided on 15 December. An offer should be there \
            before.",
        steps: &[("Prepare an offer for next year", 1, 9)],
        done: 0,
    },
    Said {
        client: 4,
        by: 0,
        ago: 9,
        kind: NoteKind::Note,
        internal: true,
        text: "Prefers calls before nine. Reads mail on the way to work.",
        steps: &[],
        done: 0,
    },
    Said {
        client: 5,
        by: 1,
        ago: 15,
        kind: NoteKind::Message,
        internal: false,
        text: "The new shop goes live on the 28th. Until then nothing changes on the old one.",
        steps: &[("Check tracking when the shop is live", 2, 6)],
        done: 0,
    },
    Said {
        client: 6,
        by: 0,
        ago: 2,
        kind: NoteKind::Call,
        internal: true,
        text: "Satisfied. Would like to meet in person in spring.",
        steps: &[("Find a day in March", 0, 14)],
        done: 0,
    },
];
/// A step of each other client, but for the last ones: those have none, which is a loose end.
const USUAL: &str = "Write the summary of the month";
/// Clients whose next step nobody has thought of.
const FORGOTTEN: usize = 2;

pub async fn fill(place: Place<'_>) -> Result<()> {
    for said in &SAID {
        write(place, said).await?;
    }
    let spoken_of = |client: &usize| SAID.iter().any(|one| one.client == *client);
    let last = place.clients.len().saturating_sub(FORGOTTEN);
    for client in (0..last).filter(|client| !spoken_of(client)) {
        let days = u64::try_from(client % 5).unwrap_or(0) + 3;
        let new = NewTask {
            account_id: place.clients[client].0,
            retainer_id: Some(place.clients[client].1),
            note_id: None,
            title: USUAL.into(),
            owner_id: place.member(client % 2),
            due_on: place.now.date_naive().checked_add_days(Days::new(days)),
        };
        let at = place.ago(4);
        let work = async |tx: &mut _| records::create_task(tx, place.scope, &new, at).await;
        place.db.write(work).await?;
    }
    Ok(())
}

async fn write(place: Place<'_>, said: &Said) -> Result<()> {
    let Some((account_id, retainer_id)) = place.clients.get(said.client).copied() else {
        return Ok(());
    };
    let step = |(title, owner, days): &(&str, usize, i64)| NoteTask {
        title: (*title).to_owned(),
        owner_id: place.member(*owner),
        due_on: Some(place.ago(-days).date_naive()),
    };
    let new = NewNote {
        account_id,
        retainer_id: Some(retainer_id),
        kind: Some(said.kind),
        happened_at: None,
        text: said.text.into(),
        internal: Some(said.internal),
        tasks: said.steps.iter().map(step).collect(),
        message: None,
    };
    let scope = place.member(said.by).map_or(place.scope, |member| by(place, member));
    let at = place.ago(said.ago);
    // Nothing is sent by a demonstration.
    let new = (&new, &Mailer::default());
    let note = place.db.write(async |tx| records::create_note(tx, scope, new, at).await).await?;
    for step in note.tasks.iter().take(said.done) {
        let at = place.ago(said.ago - 3);
        let work = async |tx: &mut _| records::finish_task(tx, scope, step.id, at).await;
        place.db.write(work).await?;
    }
    Ok(())
}

/// The owner writes as the owner, others as managers.
fn by(place: Place<'_>, member: MemberId) -> Scope {
    let role = if member == place.scope.member() { Role::Owner } else { Role::Manager };
    Scope::acting(place.scope.organisation(), member, role)
}
