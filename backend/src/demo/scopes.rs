//! What the sample's retainers are for, what comes first in them, and how that changed.
use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use shared::api::{
    Bottleneck, Cadence, ContactId, Holder, MemberId, NewDelegation, NewScopeChange,
    NewScopeDecision, NewScopeLine, OperatingProblem, PriorityListSet, PrioritySet, RetainerId,
    ScopeLineKind, ScopeSet, SuccessSignal,
};
use shared::rules::cycle::Cycle;

use super::steps::{Step, What};
use super::work::noon;
use crate::auth::Scope;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::scope as scopes;

/// A priority: its title, where it is done, minutes, what waits for it, and whether it was reached.
type Ranked = (&'static str, &'static str, i64, &'static str, bool);

/// What is agreed with one client besides its terms.
struct Agreed {
    client: &'static str,
    frame: fn() -> ScopeSet,
    owned: bool,
    included: &'static [&'static str],
    excluded: &'static [&'static str],
    /// Of the cycle before the present one.
    last: &'static [Ranked],
    present: &'static [Ranked],
}

const AGREED: [Agreed; 6] = [
    Agreed {
        client: "Northwind Robotics",
        frame: northwind,
        owned: true,
        included: &[
            "Two newsletters a month",
            "Landing pages for campaigns",
            "Search and paid media",
            "A report each month",
        ],
        excluded: &["Trade fairs", "Translations", "Changes to the shop's code"],
        last: &[
            ("Launch the spring campaign", "Paid media", 960, "The blog", true),
            ("Rework the product pages", "Website", 720, "", false),
            ("Clean up the mailing list", "Mail", 240, "A webinar", false),
        ],
        present: &[
            ("Webinar for integrators", "Events", 840, "The second newsletter", false),
            ("Rework the product pages", "Website", 720, "", false),
            ("Case study with a customer", "Website", 360, "Social posts", false),
        ],
    },
    Agreed {
        client: "Halden Legal",
        frame: halden,
        owned: false,
        included: &["Four articles a month", "Search engine basics"],
        excluded: &["Press relations"],
        last: &[],
        present: &[("Pages for the new office", "Website", 600, "", false)],
    },
    Agreed {
        client: "Studio Parallel",
        frame: parallel,
        owned: true,
        included: &["Product films", "Motion for campaigns"],
        excluded: &["Photography", "Licences for music"],
        last: &[("Film for the launch", "Film", 480, "", true)],
        present: &[("Three short films", "Social", 540, "The studio tour", false)],
    },
    Agreed {
        client: "Kiln Media",
        frame: kiln,
        owned: true,
        included: &["Search ads", "Posts on social media"],
        excluded: &["Media budgets"],
        last: &[],
        present: &[("Calls from search", "Search", 420, "Social posts", false)],
    },
    Agreed {
        client: "Otter & Sons",
        frame: otter,
        owned: false,
        included: &["Layout and print of brochures", "Stationery"],
        excluded: &["Postage"],
        last: &[],
        present: &[("Print for the fair", "Print", 300, "", false)],
    },
    Agreed {
        client: "Marlow Estates",
        frame: ScopeSet::default,
        owned: false,
        included: &["Listings on the website", "A newsletter each month"],
        excluded: &[],
        last: &[],
        present: &[],
    },
];

fn northwind() -> ScopeSet {
    ScopeSet {
        outcome: Some("Campaigns go live within five days of the brief".into()),
        success_signal: Some(SuccessSignal::FasterLaunches),
        problem: Some(OperatingProblem::Approvals),
        limits: Some("Product managers approve only on Tuesdays.".into()),
        bottleneck: Some(Bottleneck::CampaignReadiness),
        cadence: Some(Cadence::Monthly),
        ..ScopeSet::default()
    }
}
fn halden() -> ScopeSet {
    ScopeSet {
        outcome: Some("A better presence".into()),
        success_signal: Some(SuccessSignal::BetterLeadQuality),
        bottleneck: Some(Bottleneck::DemandQuality),
        cadence: Some(Cadence::Quarterly),
        ..ScopeSet::default()
    }
}
fn parallel() -> ScopeSet {
    ScopeSet {
        outcome: Some("Fewer rounds of corrections for each film".into()),
        success_signal: Some(SuccessSignal::FewerRevisions),
        problem: Some(OperatingProblem::Briefing),
        limits: Some("The studio has one editor.".into()),
        bottleneck: Some(Bottleneck::PartnerManagement),
        cadence: Some(Cadence::Monthly),
        ..ScopeSet::default()
    }
}

fn kiln() -> ScopeSet {
    ScopeSet {
        outcome: Some("More inquiries from search at the same cost".into()),
        success_signal: Some(SuccessSignal::BetterLeadQuality),
        bottleneck: Some(Bottleneck::PartnerManagement),
        cadence: Some(Cadence::Monthly),
        ..ScopeSet::default()
    }
}
fn otter() -> ScopeSet {
    ScopeSet {
        outcome: Some("Print is ready two days before each fair".into()),
        success_signal: Some(SuccessSignal::FasterLaunches),
        bottleneck: Some(Bottleneck::PartnerManagement),
        cadence: Some(Cadence::Quarterly),
        ..ScopeSet::default()
    }
}

fn of(client: &str) -> Option<&'static Agreed> {
    AGREED.iter().find(|one| one.client == client)
}

/// Sets the frame and the lines of a client's retainer, as on its first day.
pub async fn agree(
    tx: &mut Tx,
    scope: Scope,
    (client, retainer, owner): (&str, RetainerId, MemberId),
    (today, now): (NaiveDate, DateTime<Utc>),
) -> Result<()> {
    let Some(agreed) = of(client) else { return Ok(()) };
    let texts = |lines: &[&str]| Some(lines.iter().map(|line| (*line).to_owned()).collect());
    let frame = (agreed.frame)();
    let new = ScopeSet {
        next_review_on: frame.cadence.and(today.checked_add_days(Days::new(9))),
        process_owner_id: agreed.owned.then_some(owner),
        included: texts(agreed.included),
        excluded: texts(agreed.excluded),
        ..frame
    };
    scopes::set(tx, scope, retainer, (&new, 0), now).await.map(drop)
}

/// What came first in the last two of a client's cycles, and what was reached of it.
pub fn priorities(client: &str, retainer: RetainerId, cycles: &[Cycle]) -> Vec<Step> {
    let Some(agreed) = of(client) else { return Vec::new() };
    let mut steps = Vec::new();
    for (back, ranked) in [(1, agreed.last), (0, agreed.present)] {
        let cycle = cycles.len().checked_sub(1 + back).and_then(|place| cycles.get(place));
        let Some(cycle) = cycle.filter(|_| !ranked.is_empty()) else { continue };
        let one = |(title, channel, planned, displaced, _): &Ranked| PrioritySet {
            title: (*title).into(),
            channel: Some((*channel).into()),
            planned: Some(*planned),
            displaced: Some((*displaced).into()),
            ..unnamed()
        };
        let list = PriorityListSet {
            set_by: Some(cycle.start),
            priorities: ranked.iter().map(one).collect(),
        };
        let seq = i64::from(cycle.seq);
        steps.push(Step { at: noon(cycle.start), what: What::Rank(retainer, seq, list) });
        let last_day = noon(cycle.end) - Duration::days(1);
        let reached = ranked.iter().filter(|(.., done)| *done).map(|(title, ..)| *title);
        steps.extend(
            reached.map(|title| Step { at: last_day, what: What::Reach(retainer, seq, title) }),
        );
    }
    steps
}

fn unnamed() -> PrioritySet {
    PrioritySet {
        id: None,
        title: String::new(),
        outcome: None,
        channel: None,
        planned: None,
        displaced: None,
        carried_from: None,
        done: false,
    }
}

/// A client whose scope changed once, where another change waits, and who delegated.
pub async fn change(
    db: &Db,
    scope: Scope,
    (retainer, contact, manager): (RetainerId, ContactId, MemberId),
    now: DateTime<Utc>,
) -> Result<()> {
    let today = now.date_naive();
    let day = |ahead: i64| (now + Duration::days(ahead)).date_naive();
    db.write(async |tx| {
        let found = scopes::find(tx, scope, retainer, None, now).await?;
        let report = found.lines.iter().find(|line| line.text.starts_with("A report"));
        let line = |kind, text: &str| NewScopeLine { kind, text: text.into() };
        let new = NewScopeChange {
            effective_on: day(-34),
            reason: "The board reads figures each week".into(),
            ends: report.iter().map(|line| line.id).collect(),
            begins: vec![line(ScopeLineKind::Included, "A short report each week")],
            minutes: None,
            fee_minor: None,
        };
        let proposed = now - Duration::days(41);
        let made = scopes::propose(tx, scope, (retainer, &new), proposed).await?;
        let how = NewScopeDecision {
            decided_by: Holder::Contact { id: contact },
            evidence: Some(format!("Mail of {}", day(-37).format("%-d %B"))),
        };
        let decided = now - Duration::days(37);
        scopes::accept(tx, scope, (made.id, &how), decided).await?;
        let given = NewDelegation {
            holder: Holder::Member { id: manager },
            granted_by: Holder::Contact { id: contact },
            evidence: "by mail".into(),
            reason: "Decides on campaigns while Mia is on leave".into(),
            starts_on: day(-6),
            ends_on: Some(day(15)),
        };
        scopes::delegate(tx, scope, (retainer, &given), now - Duration::days(6)).await?;
        let next = NewScopeChange {
            effective_on: today.checked_add_days(Days::new(12)).unwrap_or(today),
            reason: "The second newsletter brings few leads".into(),
            ends: Vec::new(),
            begins: vec![line(ScopeLineKind::Excluded, "Newsletters to former customers")],
            minutes: None,
            fee_minor: None,
        };
        scopes::propose(tx, scope, (retainer, &next), now - Duration::days(2)).await.map(drop)
    })
    .await
}
