//! Requests of the sample: some wait, one waits for its asker, some were decided.
use chrono::Days;
use shared::api::{
    ChangeOrder, DisplaceableItem, InputValue, NewRequest, NewRequestQuestion, NewRequestTriage,
    Request, RequestChange, RequestMatchSet, RequestSource, RequestTypeId, RequestVerdict,
    RetainerId, Touch,
};

use shared::rules::requests::verdicts;

use super::clients::clients;
use super::model::Place;
use crate::error::Result;
use crate::http::PageParams;
use crate::{requests, sops};

/// What became of a request.
#[derive(Clone, Copy)]
enum Then {
    Waits,
    Asked(&'static str),
    Decided(RequestVerdict, &'static str),
    /// It takes the place of the first card that frees enough.
    Swapped(&'static str),
    /// A change of scope is proposed, with its time.
    Ordered(&'static str),
}

/// A request: its client, title, words, who asks, minutes, days ago, and what became of it.
type Asked = (&'static str, &'static str, &'static str, &'static str, Option<i64>, i64, Then);

const ASKED: [Asked; 9] = [
    (
        "Northwind Robotics",
        "Stand for the trade fair in Hanover",
        "Walls and a counter, as last year.",
        "Mia Berg",
        Some(960),
        12,
        Then::Decided(RequestVerdict::Decline, "Trade fairs are left out; your agency does them"),
    ),
    (
        "Studio Parallel",
        "Motion for the winter campaign",
        "Two loops for the start page.",
        "Noor Haddad",
        Some(60),
        9,
        Then::Decided(RequestVerdict::NextPeriod, "The campaign begins next month"),
    ),
    (
        "Brightwater Health",
        "Form to book a first visit",
        "Patients ask for it on the phone.",
        "Dr. Eva Lind",
        Some(180),
        7,
        Then::Decided(RequestVerdict::InScope, "Forms on the website were always part of it"),
    ),
    (
        "Brightwater Health",
        "Page on the new practice in Lund",
        "It opens before the brochure is needed.",
        "Dr. Eva Lind",
        Some(60),
        6,
        Then::Swapped("Dr. Eva Lind wants this first, call of Tuesday"),
    ),
    (
        "Northwind Robotics",
        "Photos of the new assembly line",
        "For the website and the fair.",
        "Mia Berg",
        Some(480),
        5,
        Then::Ordered("Photography was never agreed; Mia wants it from us"),
    ),
    (
        "Halden Legal",
        "Article on the new tax rules",
        "Our clients ask about them each day.",
        "Jonas Halden",
        Some(180),
        6,
        Then::Waits,
    ),
    (
        "Northwind Robotics",
        "Translate the product pages into French",
        "Twelve pages, the texts are final.",
        "Mia Berg",
        Some(600),
        4,
        Then::Waits,
    ),
    (
        "Northwind Robotics",
        "Landing page for the robotics campaign",
        "Visitors should leave their address.",
        "Mia Berg",
        Some(240),
        2,
        Then::Asked("Which offer do visitors get, and by when must it be live?"),
    ),
    (
        "Northwind Robotics",
        "Newsletter on the new gripper",
        "It ships in three weeks.",
        "Mia Berg",
        Some(120),
        0,
        Then::Waits,
    ),
];

/// Takes in what clients asked for, and decides some of it.
pub async fn fill(place: Place<'_>) -> Result<()> {
    let kind = landing_page(place).await?;
    for asked in &ASKED {
        let (client, title, .., then) = *asked;
        let Some(retainer) = retainer_of(place, client) else { continue };
        let kind = kind.filter(|_| title.starts_with("Landing page"));
        let request = take(place, (retainer, kind), asked).await?;
        follow(place, &request, then).await?;
    }
    Ok(())
}

fn retainer_of(place: Place<'_>, name: &str) -> Option<RetainerId> {
    let number = clients().iter().position(|client| client.name == name)?;
    place.clients.get(number).map(|(_, retainer)| *retainer)
}

async fn landing_page(place: Place<'_>) -> Result<Option<RequestTypeId>> {
    let Place { db, scope, now, .. } = place;
    let paging = PageParams { limit: 1, cursor: None };
    let which = (Some("landing page"), false);
    let work = async |tx: &mut _| sops::request_types(tx, scope, which, &paging, now).await;
    Ok(db.read(work).await?.items.first().map(|kind| kind.id))
}

async fn take(
    place: Place<'_>,
    (retainer, kind): (RetainerId, Option<RequestTypeId>),
    asked: &Asked,
) -> Result<Request> {
    let (_, title, text, asker, estimate, days, _) = *asked;
    let wanted = place.now.date_naive().checked_add_days(Days::new(20));
    let day = wanted.map(|day| day.to_string()).unwrap_or_default();
    let brought = kind.map(|_| InputValue { key: "wanted-by".into(), value: day });
    let new = NewRequest {
        retainer_id: retainer,
        title: title.into(),
        asker_contact_id: None,
        asker_name: Some(asker.into()),
        details: RequestChange {
            text: Some(text.into()),
            request_type_id: kind.map(Some),
            inputs: brought.into_iter().collect(),
            wanted_on: Some(wanted),
            estimate: Some(estimate),
            touches: kind.map(|_| vec![Touch::Tracking]),
            ..RequestChange::default()
        },
    };
    let at = place.ago(days);
    let taken = (&new, RequestSource::Staff);
    place.db.write(async |tx| requests::create(tx, place.scope, taken, at).await).await
}

async fn follow(place: Place<'_>, request: &Request, then: Then) -> Result<()> {
    let Place { db, scope, now, .. } = place;
    match then {
        Then::Waits => Ok(()),
        Then::Asked(note) => {
            let new = NewRequestQuestion { keys: Vec::new(), note: Some(note.into()) };
            db.write(async |tx| requests::ask(tx, scope, request.id, &new, now).await)
                .await
                .map(drop)
        }
        Then::Decided(verdict, reason) => {
            decide(place, request, &verdict_of(request, (verdict, reason))).await
        }
        Then::Swapped(reason) => {
            let read = async |tx: &mut _| requests::options(tx, scope, request.id, now).await;
            let options = db.read(read).await?;
            let fits = |one: &&DisplaceableItem| {
                let swap = (RequestVerdict::Swap, options.matched);
                let effect = verdicts::effect(&options.footing, swap, Some(one.frees));
                effect.is_ok_and(|effect| effect.refused.is_none())
            };
            let Some(item) = options.items.iter().find(fits) else { return Ok(()) };
            let swap = verdict_of(request, (RequestVerdict::Swap, reason));
            decide(place, request, &NewRequestTriage { displaces_item_id: Some(item.id), ..swap })
                .await
        }
        Then::Ordered(reason) => {
            let order = ChangeOrder {
                effective_on: now.date_naive().checked_add_days(Days::new(7)).unwrap_or_default(),
                line: Some(request.title.clone()),
                ends_exclusion: false,
                minutes: request.estimate,
                fee_minor: Some(96_000),
            };
            let new = verdict_of(request, (RequestVerdict::ChangeOrder, reason));
            decide(place, request, &NewRequestTriage { change: Some(order), ..new }).await
        }
    }
}

/// A verdict, with the place in the scope that is proposed.
fn verdict_of(request: &Request, (verdict, reason): (RequestVerdict, &str)) -> NewRequestTriage {
    let proposed = &request.proposed_match;
    NewRequestTriage {
        verdict,
        reason: Some(reason.into()),
        scope_match: Some(RequestMatchSet { kind: proposed.kind, line_id: proposed.line_id }),
        displaces_item_id: None,
        displaces_priority_id: None,
        priority_id: None,
        level: None,
        level_reason: None,
        change: None,
    }
}

async fn decide(place: Place<'_>, request: &Request, new: &NewRequestTriage) -> Result<()> {
    let Place { db, scope, now, .. } = place;
    let which = (new, request.version);
    db.write(async |tx| requests::triage(tx, scope, request.id, which, now).await).await.map(drop)
}
