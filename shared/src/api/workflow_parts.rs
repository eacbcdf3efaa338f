//! The parts of a workflow as it really runs, and why one is offered for removal.
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::*;
use crate::rules::know::minutes_a_month;

names! {
    /// The decision that a workflow, or a part of it, should improve. Source: requirement S3-1.
    Improves {
        /// What comes first.
        Priorities "priorities",
        /// Who works on what.
        Staffing "staffing",
        /// What is spent.
        Budget "budget",
        /// What is good enough.
        Quality "quality",
        /// When.
        Timing "timing",
        /// What others do.
        Delegation "delegation",
        /// What machines do.
        Automation "automation",
        /// What nobody does any more.
        Stopping "stopping",
    }
    /// What a part of a workflow is. Source: requirements S3-8, S3-11.
    PartKind {
        /// Something that is done.
        Step "step",
        /// Something that is asked for.
        Request "request",
        /// Something that somebody must agree to.
        Approval "approval",
        /// Where figures come from.
        DataSource "data_source",
        /// What it is done with.
        Tool "tool",
        /// Where people meet, again and again.
        Meeting "meeting",
        /// Where somebody looks at the work.
        ReviewPoint "review_point",
        /// What it waits for, and nobody has settled.
        Dependency "dependency",
        /// Something to be filled in.
        Field "field",
        /// Something to be looked at.
        Dashboard "dashboard",
        /// Something to be ticked.
        Checklist "checklist",
    }
    /// Why something is offered for removal.
    RemovalReason {
        /// Nobody used it.
        Unused "unused",
        /// It serves no decision.
        NoDecision "no_decision",
        /// Nobody said what goes wrong without it.
        NoConstraint "no_constraint",
    }
}

/// How often people meet, for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Meeting {
    /// Length, in minutes.
    #[garde(range(min = 1, max = 1_440))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1440, example = 30))]
    pub minutes: i64,
    /// How many people.
    #[garde(range(min = 1, max = 500))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 500, example = 4))]
    pub people: i64,
    /// Every so many days.
    #[garde(range(min = 1, max = 366))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 366, example = 7))]
    pub every_days: i64,
}

/// A part of a workflow as it really runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WorkflowPart {
    /// Its name for programs.
    #[garde(length(min = 1, max = 40), custom(check::key))]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 40,
            pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
            example = "weekly-sync"
        )
    )]
    pub key: String,
    /// What it is.
    #[garde(skip)]
    pub kind: PartKind,
    /// As people call it.
    #[garde(length(chars, max = NAME_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 200, example = "Weekly sync")
    )]
    pub name: String,
    /// The decision it serves; without one it is marked for removal.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serves: Option<Improves>,
    /// What goes wrong without it; without that, what only adds work is offered for removal.
    #[garde(length(chars, max = LINE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 300))]
    pub constraint: Option<String>,
    /// The routine it follows.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sop_id: Option<SopId>,
    /// Which text of it was meant; the present one if left out.
    #[garde(inner(range(min = 1, max = 100_000)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 100_000))]
    pub sop_number: Option<i64>,
    /// How often people meet; for meetings only.
    #[garde(dive)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meeting: Option<Meeting>,
}

impl WorkflowPart {
    /// Why it is offered for removal, if so: it serves no decision, or it only adds work and
    /// nobody said what goes wrong without it. Source: requirements S0-7, S3-11.
    #[must_use]
    pub fn removal(&self) -> Option<RemovalReason> {
        let adds_work = matches!(
            self.kind,
            PartKind::Approval
                | PartKind::Meeting
                | PartKind::ReviewPoint
                | PartKind::Field
                | PartKind::Dashboard
                | PartKind::Checklist
        );
        let said = self.constraint.as_deref().is_some_and(|text| !text.trim().is_empty());
        match () {
            () if self.serves.is_none() => Some(RemovalReason::NoDecision),
            () if adds_work && !said => Some(RemovalReason::NoConstraint),
            () => None,
        }
    }
    /// The effort it takes in a month where people meet, in minutes. Source: requirement S0-43.
    #[must_use]
    pub fn monthly_minutes(&self) -> i64 {
        let meeting = self.meeting.filter(|_| self.kind == PartKind::Meeting);
        meeting.map_or(0, |one| minutes_a_month(one.minutes, one.people, one.every_days))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(kind: PartKind, serves: Option<Improves>, constraint: Option<&str>) -> WorkflowPart {
        WorkflowPart {
            key: "a".into(),
            kind,
            name: "A".into(),
            serves,
            constraint: constraint.map(str::to_owned),
            sop_id: None,
            sop_number: None,
            meeting: None,
        }
    }

    #[test]
    fn s0_7_s3_11_what_serves_nothing_is_offered_for_removal() {
        let serves = Some(Improves::Quality);
        let removal = |kind, serves, said| part(kind, serves, said).removal();
        assert_eq!(removal(PartKind::Step, None, Some("x")), Some(RemovalReason::NoDecision));
        assert_eq!(removal(PartKind::Step, serves, None), None, "work is no decoration");
        for kind in [PartKind::Approval, PartKind::Meeting, PartKind::Field, PartKind::Dashboard] {
            assert_eq!(removal(kind, serves, Some(" ")), Some(RemovalReason::NoConstraint));
            assert_eq!(removal(kind, serves, Some("Errors reach the client")), None);
        }
    }

    #[test]
    fn names_are_those_on_the_wire() {
        fn same<T: Serialize + Copy>(all: &[T], name: fn(T) -> &'static str) {
            for one in all {
                let wire = serde_json::to_value(one).unwrap_or_default();
                assert_eq!(wire, name(*one));
            }
        }
        same(Improves::ALL, Improves::name);
        same(OutcomeKind::ALL, OutcomeKind::name);
        same(PartKind::ALL, PartKind::name);
        same(ChangeKind::ALL, ChangeKind::name);
        same(FrictionKind::ALL, FrictionKind::name);
        same(InputKind::ALL, InputKind::name);
        same(PlaceKind::ALL, PlaceKind::name);
        assert_eq!(PartKind::named("data_source"), Some(PartKind::DataSource));
        assert_eq!(PartKind::named("DataSource"), None);
    }
}
