//! What must be there before work goes on. Source: requirements S0-16, S0-17, S0-20 to S0-22.
use super::kinds::{ProcessLevel, WorkColumn, WorkDecision};
use super::level;

/// What is known of a piece of work that wants to go on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Readiness {
    /// It says what it is for.
    pub goal: bool,
    /// Somebody decides.
    pub decision: bool,
    /// That somebody may decide on the day: see [`crate::rules::ownership`].
    pub may_decide: bool,
    /// They stand on the side whose business it is: what they lack is no delegation.
    pub of_business: bool,
    /// Somebody does it.
    pub execution: bool,
    /// Whoever does it does not work here any more.
    pub execution_left: bool,
    /// The same person decides and does it.
    pub same_person: bool,
    /// Somebody said that this is meant.
    pub same_person_confirmed: bool,
    /// The places of the required inputs that have not come.
    pub inputs_missing: Vec<usize>,
    /// The review owner found it good.
    pub review_passed: bool,
    /// How closely it is looked at.
    pub level: Option<ProcessLevel>,
}

/// Something that is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// What it is for.
    Goal,
    /// Who decides.
    DecisionOwner,
    /// A delegation by which the decision owner may decide.
    Delegation,
    /// A decision owner whom the business knows as one who decides.
    NotDecider,
    /// Who does it.
    ExecutionOwner,
    /// Who does it, since whoever did has left.
    ExecutionLeft,
    /// A word that the same person in both seats is meant.
    SamePerson,
    /// The required input at this place.
    Input(usize),
    /// The check of the review owner.
    Review,
}

impl Missing {
    /// Where it belongs, as a JSON pointer into the piece of work.
    #[must_use]
    pub fn field(self) -> String {
        match self {
            Self::Goal => "/goal".into(),
            Self::DecisionOwner | Self::Delegation | Self::NotDecider => "/seats/decision".into(),
            Self::ExecutionOwner | Self::ExecutionLeft => "/seats/execution".into(),
            Self::SamePerson => "/seats/same_person_confirmed".into(),
            Self::Input(place) => format!("/inputs/{place}"),
            Self::Review => "/reviews".into(),
        }
    }
    /// What to match on.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Delegation => "not_delegated",
            Self::NotDecider => "does_not_decide",
            Self::SamePerson => "unconfirmed",
            Self::ExecutionLeft => "left",
            _ => "required",
        }
    }
}

/// What is missing before work may stand in a column; empty if it may. Intake and Agreed ask for
/// nothing. Delivered asks for the check of the review owner where the level requires one.
#[must_use]
pub fn missing(column: WorkColumn, work: &Readiness) -> Vec<Missing> {
    if column < WorkColumn::InProgress {
        return Vec::new();
    }
    let rules = [
        (!work.goal, Missing::Goal),
        (!work.decision, Missing::DecisionOwner),
        (work.decision && !work.may_decide, no_decider(work)),
        (!work.execution, Missing::ExecutionOwner),
        (work.execution_left, Missing::ExecutionLeft),
        (work.same_person && !work.same_person_confirmed, Missing::SamePerson),
    ];
    let found = rules.into_iter().filter(|(holds, _)| *holds).map(|(_, missing)| missing);
    let inputs = work.inputs_missing.iter().copied().map(Missing::Input);
    let review = column == WorkColumn::Delivered && unchecked(work);
    found.chain(inputs).chain(review.then_some(Missing::Review)).collect()
}

/// What a decision owner who may not decide lacks. Source: requirement S0-22.
#[must_use]
pub fn no_decider(work: &Readiness) -> Missing {
    if work.of_business { Missing::NotDecider } else { Missing::Delegation }
}

/// Whether the check of the review owner is required and has not come. Source: requirement S0-20.
#[must_use]
pub fn unchecked(work: &Readiness) -> bool {
    work.level.is_some_and(level::needs_review) && !work.review_passed
}

/// Whether a decision ended the review loop. An approval does so only once the required check has
/// come, since work without it could go neither on nor back. Source: requirements S0-18, S0-20.
#[must_use]
pub fn settled(decision: Option<WorkDecision>, work: &Readiness) -> bool {
    match decision {
        None => false,
        Some(WorkDecision::Stop) => true,
        Some(WorkDecision::Approve) => !unchecked(work),
    }
}

/// Whether work that was decided on so, and stands there, can be decided on like this now: once, but
/// what was approved is stopped until it is delivered. Source: requirement S0-18.
#[must_use]
pub fn may_decide(was: Option<WorkDecision>, column: WorkColumn, becomes: WorkDecision) -> bool {
    match (was, becomes) {
        (None, _) => true,
        (Some(WorkDecision::Approve), WorkDecision::Stop) => column != WorkColumn::Delivered,
        _ => false,
    }
}

/// Whether what was checked has changed since: it has another goal, other criteria, or is to be
/// looked at more closely. The check is then given anew. Source: requirement S0-20.
#[must_use]
pub fn outdates_check(retold: bool, was: ProcessLevel, becomes: ProcessLevel) -> bool {
    retold || becomes > was
}

/// Whether changed traits take the required check away from work that was agreed on: then somebody
/// says why. In the intake it is still being described. Source: requirements S0-20, S0-28.
#[must_use]
pub fn drops_check(column: WorkColumn, was: ProcessLevel, becomes: ProcessLevel) -> bool {
    column > WorkColumn::Intake && level::needs_review(was) && !level::needs_review(becomes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ready() -> Readiness {
        Readiness {
            goal: true,
            decision: true,
            may_decide: true,
            execution: true,
            ..<_>::default()
        }
    }
    const ENTER: WorkColumn = WorkColumn::InProgress;

    #[test]
    fn s0_16_in_progress_names_all_that_is_missing() {
        let all = [Missing::Goal, Missing::DecisionOwner, Missing::ExecutionOwner];
        assert_eq!(missing(ENTER, &Readiness::default()), all);
        assert_eq!(missing(WorkColumn::Agreed, &Readiness::default()), []);
        assert_eq!(missing(ENTER, &ready()), []);
        let left = Readiness { execution_left: true, ..ready() };
        assert_eq!(missing(ENTER, &left), [Missing::ExecutionLeft]);
        for column in [WorkColumn::InReview, WorkColumn::Delivered] {
            assert_eq!(missing(column, &Readiness::default()), all, "no way around the gate");
        }
    }

    #[test]
    fn s0_17_the_same_person_in_both_seats_is_confirmed() {
        let same = Readiness { same_person: true, ..ready() };
        assert_eq!(missing(ENTER, &same), [Missing::SamePerson]);
        assert_eq!(missing(ENTER, &Readiness { same_person_confirmed: true, ..same }), []);
    }

    #[test]
    fn s0_20_a_level_that_requires_the_check_is_not_handed_over_without() {
        let at = |level, review_passed| {
            let work = Readiness { level: Some(level), review_passed, ..ready() };
            missing(WorkColumn::Delivered, &work)
        };
        assert_eq!(at(ProcessLevel::Lightweight, false), []);
        assert_eq!(at(ProcessLevel::Standard, false), [Missing::Review]);
        assert_eq!(at(ProcessLevel::Detailed, true), []);
    }

    #[test]
    fn s0_18_an_approval_before_the_check_leaves_it_its_place() {
        let at = |level| Readiness { level: Some(level), ..ready() };
        let (light, standard) = (at(ProcessLevel::Lightweight), at(ProcessLevel::Standard));
        let checked = Readiness { review_passed: true, ..standard.clone() };
        let of = |decision| [&light, &standard, &checked].map(|work| settled(decision, work));
        assert_eq!(of(None), [false; 3]);
        assert_eq!(of(Some(WorkDecision::Approve)), [true, false, true]);
        assert_eq!(of(Some(WorkDecision::Stop)), [true; 3]);
    }

    #[test]
    fn s0_18_what_is_approved_is_stopped_until_it_is_delivered() {
        use WorkDecision::{Approve, Stop};
        for column in WorkColumn::ALL.iter().copied() {
            let of = |was| [Approve, Stop].map(|becomes| may_decide(was, column, becomes));
            let finished = column == WorkColumn::Delivered;
            assert_eq!(of(None), [true, true]);
            assert_eq!(of(Some(Approve)), [false, !finished], "{column:?}");
            assert_eq!(of(Some(Stop)), [false, false]);
        }
    }

    #[test]
    fn s0_20_a_check_is_of_what_was_checked() {
        use ProcessLevel::{Detailed, Lightweight, Standard};
        let risen = |was, becomes| outdates_check(false, was, becomes);
        assert!(risen(Lightweight, Standard) && risen(Standard, Detailed));
        assert!(!risen(Standard, Standard) && !risen(Detailed, Standard));
        assert!(outdates_check(true, Detailed, Standard));
    }

    #[test]
    fn s0_28_what_takes_the_check_away_is_told() {
        use ProcessLevel::{Detailed, Lightweight, Standard};
        let agreed = |was, becomes| drops_check(WorkColumn::Agreed, was, becomes);
        assert!(agreed(Standard, Lightweight) && agreed(Detailed, Lightweight));
        assert!(!agreed(Detailed, Standard) && !agreed(Lightweight, Standard));
        assert!(!drops_check(WorkColumn::Intake, Standard, Lightweight));
    }

    #[test]
    fn s0_21_each_required_input_that_has_not_come_is_named() {
        let work = Readiness { inputs_missing: vec![0, 2], ..ready() };
        let found = missing(ENTER, &work);
        assert_eq!(found, [Missing::Input(0), Missing::Input(2)]);
        assert_eq!(found[1].field(), "/inputs/2");
    }

    #[test]
    fn s0_22_a_decision_owner_without_delegation_is_told_apart_from_none() {
        let work = Readiness { may_decide: false, ..ready() };
        assert_eq!(missing(ENTER, &work), [Missing::Delegation]);
        let work = Readiness { of_business: true, ..work };
        assert_eq!(missing(ENTER, &work), [Missing::NotDecider], "of the business others do");
    }
}
