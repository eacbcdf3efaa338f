//! The operating model of the sample agency: how it says it works, and what it decided.
use chrono::{DateTime, Duration, Utc};
use shared::api::{
    AccountId, ChangeKind, FormInput, FrictionChange, FrictionKind, Improves, InputKind, Meeting,
    MemberId, NewBusinessChange, NewFriction, NewRequestType, NewSop, NewSopVersion, NewTrial,
    NewWorkflow, NewWorkflowReview, Outcome, OutcomeKind, PartKind, RetainerId, SopBody, SopId,
    WorkflowId, WorkflowPart, WorkflowTerms,
};

use super::{questions, routines};
use crate::auth::Scope;
use crate::db::Db;
use crate::error::Result;
use crate::{frictions, sops, workflows};

/// Whose model it is, and when it is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub db: &'a Db,
    pub scope: Scope,
    pub now: DateTime<Utc>,
    /// Owner, manager, and those who deliver.
    pub team: &'a [MemberId],
    /// Clients with their retainer.
    pub clients: &'a [(AccountId, RetainerId)],
}

impl Place<'_> {
    pub fn ago(self, days: i64) -> DateTime<Utc> {
        self.now - Duration::days(days)
    }
    pub fn member(self, place: usize) -> Option<MemberId> {
        self.team.get(place).copied()
    }
    fn retainer(self, place: usize) -> Option<RetainerId> {
        self.clients.get(place).map(|(_, retainer)| *retainer)
    }
}

/// Writes routines, workflows, frictions and decisions, as a year of use would have left them.
pub async fn fill(place: Place<'_>) -> Result<()> {
    let (pages, reports) = streams(place).await?;
    let (launch, report) = written(place, pages).await?;
    link(place, (pages, launch), (reports, report)).await?;
    // Superseded since it was linked: the link is marked.
    let again = NewSopVersion {
        body: routines::launch_again(),
        why: Some("Two pages went live without tracking".into()),
    };
    rewrite(place, launch, &again).await?;
    reviewed(place, pages, reports).await?;
    met(place, (pages, reports), launch).await?;
    questions::fill(place).await
}

/// The two streams of work, without their parts: routines come between.
async fn streams(place: Place<'_>) -> Result<(WorkflowId, WorkflowId)> {
    let mut ids = Vec::new();
    for (name, owner, terms) in [
        ("Landing pages", 1, terms_of_pages(place)),
        ("Client reporting", 0, terms_of_reports(place)),
    ] {
        let at = place.ago(210);
        let owner_id = place.member(owner);
        let new = NewWorkflow { name: name.into(), owner_id, terms, next_review_on: None };
        let work = async |tx: &mut _| workflows::create(tx, place.scope, &new, at).await;
        ids.push(place.db.write(work).await?.id);
    }
    Ok((ids[0], ids[1]))
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn terms_of_pages(place: Place<'_>) -> WorkflowTerms {
    WorkflowTerms {
        improves: Improves::Timing,
        outcome: Outcome {
            kind: OutcomeKind::Speed,
            words: "Pages go live within 5 working days of a complete brief".into(),
        },
        work: "Landing pages for campaigns, from brief to launch.".into(),
        why: "Media is booked for a day: a late page wastes its budget.".into(),
        inputs: texts(&["Brief with target group and offer", "Brand guide", "Tracking plan"]),
        contributors: place.member(2).into_iter().collect(),
        reviewers: place.member(3).into_iter().collect(),
        stakeholders: texts(&["Sales of the client"]),
        review_days: 14,
        actions: texts(&["Drop a step", "Move a check forward", "Hand a step to a partner"]),
        good: "At most one round of revisions, tracking tested before launch.".into(),
        evidence: "Days from brief to launch, rounds of revisions, faults after launch.".into(),
        if_poor: "The brief gets a gate, and the step that waited gets another owner.".into(),
        parts: Vec::new(),
    }
}

fn terms_of_reports(place: Place<'_>) -> WorkflowTerms {
    WorkflowTerms {
        improves: Improves::Priorities,
        outcome: Outcome {
            kind: OutcomeKind::DecisionReliability,
            words: "Each report ends in one decision that is not reopened in the month".into(),
        },
        work: "Monthly reports to clients, and the talk about them.".into(),
        why: "Clients renew when they see what their hours brought.".into(),
        inputs: texts(&["Hours of the cycle", "Figures from the ad accounts"]),
        contributors: place.member(3).into_iter().collect(),
        reviewers: place.member(1).into_iter().collect(),
        stakeholders: texts(&["Account owners"]),
        review_days: 30,
        actions: texts(&["Leave a figure out", "Add a source", "Change the rhythm"]),
        good: "Read in five minutes, one decision at its end.".into(),
        evidence: "Decisions by clients within a week, questions asked back.".into(),
        if_poor: "The report loses every figure that nobody decided by.".into(),
        parts: Vec::new(),
    }
}

async fn written(place: Place<'_>, pages: WorkflowId) -> Result<(SopId, SopId)> {
    let old = sop(place, 390, routines::old_report(), Link::Nothing).await?;
    let launch = sop(place, 200, routines::launch(), Link::Nothing).await?;
    let report = sop(place, 120, routines::report(), Link::Replaces(old)).await?;
    sop(place, 300, routines::newsletter(), Link::Nothing).await?;
    sop(place, 20, routines::handover(), Link::Trial(pages)).await?;
    for (sop, days) in [(launch, 12), (launch, 4), (report, 8), (report, 38), (report, 2)] {
        let at = place.ago(days);
        let work = async |tx: &mut _| sops::use_today(tx, place.scope, sop, at).await;
        place.db.write(work).await?;
    }
    types(place, launch, report).await?;
    let change = NewBusinessChange {
        kind: ChangeKind::ReportingNeeds,
        note: "Two clients want lead quality in their reports".into(),
        on: None,
        sop_ids: vec![report],
    };
    let at = place.ago(6);
    let work = async |tx: &mut _| sops::record_change(tx, place.scope, &change, at).await;
    place.db.write(work).await?;
    Ok((launch, report))
}

/// What a routine takes the place of, or where it is tried.
#[derive(Debug, Clone, Copy)]
enum Link {
    Nothing,
    Replaces(SopId),
    Trial(WorkflowId),
}

async fn sop(
    place: Place<'_>,
    days: i64,
    (name, owner, body): (&str, usize, SopBody),
    link: Link,
) -> Result<SopId> {
    let replaces_id = if let Link::Replaces(id) = link { Some(id) } else { None };
    let trial = match link {
        Link::Trial(workflow_id) => Some(NewTrial { workflow_id, cycles: 3 }),
        _ => None,
    };
    let new = NewSop {
        name: name.into(),
        owner_id: place.member(owner),
        body,
        watches: Vec::new(),
        replaces_id,
        replaces_none: replaces_id.is_none(),
        retire_on: None,
        trial,
    };
    let at = place.ago(days);
    let work = async |tx: &mut _| sops::create(tx, place.scope, &new, at).await;
    Ok(place.db.write(work).await?.id)
}

async fn rewrite(place: Place<'_>, id: SopId, new: &NewSopVersion) -> Result<()> {
    let at = place.ago(40);
    let work = async |tx: &mut _| sops::rewrite(tx, place.scope, (id, 1), new, at).await;
    place.db.write(work).await.map(drop)
}

async fn types(place: Place<'_>, launch: SopId, report: SopId) -> Result<()> {
    let input = |key: &str, label: &str, kind, why: Option<&str>| FormInput {
        key: key.into(),
        label: label.into(),
        kind,
        required: why.is_some(),
        why: why.map(str::to_owned),
    };
    let wanted = input("wanted-by", "Wanted by", InputKind::Date, Some("Nobody can plan it"));
    let mood = input("mood", "Mood board", InputKind::Link, None);
    let page = input("page", "Page to change", InputKind::Link, Some("The wrong page changes"));
    for (name, inputs, sop_id) in [
        ("New landing page", vec![wanted.clone(), mood], Some(launch)),
        ("Change of a text", vec![page, wanted], None),
        ("Report out of turn", Vec::new(), Some(report)),
    ] {
        let new = NewRequestType { name: name.into(), inputs, sop_id, item: None };
        let at = place.ago(150);
        let work = async |tx: &mut _| sops::create_type(tx, place.scope, &new, at).await;
        let made = place.db.write(work).await?;
        if sop_id == Some(launch) {
            for days in [5, 11, 25] {
                let used = sops::Used::RequestType(made.id);
                let on = place.ago(days).date_naive();
                let work = async |tx: &mut _| sops::note_use(tx, place.scope, used, on).await;
                place.db.write(work).await?;
            }
        }
    }
    Ok(())
}

fn part(key: &str, kind: PartKind, name: &str, serves: Option<Improves>) -> WorkflowPart {
    WorkflowPart {
        key: key.into(),
        kind,
        name: name.into(),
        serves,
        constraint: None,
        sop_id: None,
        sop_number: None,
        meeting: None,
    }
}

fn because(part: WorkflowPart, constraint: &str) -> WorkflowPart {
    WorkflowPart { constraint: Some(constraint.into()), ..part }
}

fn meeting(part: WorkflowPart, minutes: i64, people: i64, every_days: i64) -> WorkflowPart {
    WorkflowPart { meeting: Some(Meeting { minutes, people, every_days }), ..part }
}

/// How the streams really run.
async fn link(
    place: Place<'_>,
    (pages, launch): (WorkflowId, SopId),
    (reports, report): (WorkflowId, SopId),
) -> Result<()> {
    use Improves::{Budget, Priorities, Quality, Timing};
    let sync = part("weekly-sync", PartKind::Meeting, "Weekly sync", Some(Timing));
    let status = part("status-call", PartKind::Meeting, "Status call", None);
    let approval = part("client-approval", PartKind::Approval, "Approval by client", Some(Quality));
    let of_pages = vec![
        part("brief", PartKind::Request, "Brief by form", Some(Priorities)),
        WorkflowPart {
            sop_id: Some(launch),
            ..part("build", PartKind::Step, "Build and test", Some(Quality))
        },
        because(approval, "Pages with wrong prices went live twice"),
        meeting(because(sync, "Nobody sees which page waits"), 30, 4, 7),
        meeting(status, 45, 6, 7),
        part("ads", PartKind::DataSource, "Ad accounts", Some(Budget)),
        part("sheet", PartKind::Field, "Status sheet", Some(Timing)),
        part("tracking-owner", PartKind::Dependency, "Who owns tracking?", Some(Quality)),
    ];
    let talk = part("report-talk", PartKind::Meeting, "Talk about the report", Some(Priorities));
    let of_reports = vec![
        part("figures", PartKind::DataSource, "Hours and ad accounts", Some(Priorities)),
        WorkflowPart {
            sop_id: Some(report),
            ..part("write", PartKind::Step, "Write the report", Some(Priorities))
        },
        meeting(because(talk, "Without it no client decides"), 45, 3, 30),
        part("dashboard", PartKind::Dashboard, "Traffic dashboard", None),
    ];
    let all =
        [(pages, terms_of_pages(place), of_pages), (reports, terms_of_reports(place), of_reports)];
    for (id, terms, parts) in all {
        let change = shared::api::WorkflowChange {
            terms: Some(WorkflowTerms { parts, ..terms }),
            ..Default::default()
        };
        let at = place.ago(190);
        let work =
            async |tx: &mut _| workflows::change(tx, place.scope, id, (&change, 1), at).await;
        place.db.write(work).await?;
    }
    Ok(())
}

async fn reviewed(place: Place<'_>, pages: WorkflowId, reports: WorkflowId) -> Result<()> {
    let used_pages = ["brief", "build", "client-approval", "weekly-sync", "ads"];
    let used_reports = ["figures", "write", "report-talk"];
    let gate = "The brief is refused without a tracking plan";
    for (id, days, found, changed, used) in [
        (
            pages,
            45,
            "Two of five pages were late: the brief was not complete",
            Some(gate),
            &used_pages[..],
        ),
        (reports, 40, "Three clients decided within a week", None, &used_reports[..]),
        (pages, 31, "One page late, feedback came after launch", None, &used_pages[..4]),
        (pages, 17, "All on time; one round of revisions", None, &used_pages[..]),
        (reports, 10, "Nobody asked back about traffic", None, &used_reports[..]),
    ] {
        let new = NewWorkflowReview {
            found: found.into(),
            changed: changed.map(str::to_owned),
            used: texts(used),
            on: None,
        };
        let at = place.ago(days);
        let work = async |tx: &mut _| workflows::hold(tx, place.scope, id, &new, at).await;
        place.db.write(work).await?;
    }
    Ok(())
}

async fn met(
    place: Place<'_>,
    (pages, reports): (WorkflowId, WorkflowId),
    launch: SopId,
) -> Result<()> {
    use FrictionKind::{Delay, LateFeedback, ManualWork, ReportingGap, UnclearOwner};
    let logged = [
        (75, LateFeedback, "Feedback came after the page was live", Some(pages), "client-approval"),
        (64, UnclearOwner, "Nobody knew who tests the tracking", Some(pages), "tracking-owner"),
        (45, LateFeedback, "Legal read the page a week late", Some(pages), "client-approval"),
        (33, ManualWork, "Figures copied from three sheets", Some(reports), "figures"),
        (24, Delay, "The brief waited four days for the offer", Some(pages), "brief"),
        (15, LateFeedback, "New wishes on the day of launch", Some(pages), "client-approval"),
        (9, ReportingGap, "Nobody could tell which leads sales took", None, ""),
    ];
    for (days, kind, note, workflow_id, step) in logged {
        let new = NewFriction {
            kind,
            note: note.into(),
            workflow_id,
            step: workflow_id.map(|_| step.to_owned()),
            sop_id: (kind == UnclearOwner).then_some(launch),
            retainer_id: if workflow_id.is_none() { place.retainer(0) } else { None },
            noticed_on: None,
        };
        let at = place.ago(days);
        let work = async |tx: &mut _| frictions::log(tx, place.scope, &new, at).await;
        let made = place.db.write(work).await?;
        if kind == ManualWork {
            let resolution = Some("The export is read by the report itself".to_owned());
            let change = FrictionChange { resolution, ..Default::default() };
            let at = place.ago(14);
            let work = async |tx: &mut _| {
                frictions::resolve(tx, place.scope, made.id, (&change, 1), at).await
            };
            place.db.write(work).await?;
        }
    }
    Ok(())
}
