//! Whether a retainer makes sense at all, asked before there is one.
//!
//! Pure. Source: requirement S0-44.
use serde::{Deserialize, Serialize};

/// What was answered. Source: requirement S0-44.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answers {
    /// The need comes again, cycle after cycle.
    pub repeating_need: bool,
    /// What it is to bring stays the same for a while.
    pub stable_outcome: bool,
    /// Somebody has the time to do it, each cycle.
    pub capacity: bool,
    /// Somebody on the side of the business decides and answers.
    pub owner: bool,
}

/// What the answers come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum FitVerdict {
    /// A retainer makes sense.
    Retainer,
    /// It would, but first somebody has to have the time for it, or to answer for it.
    NotYet,
    /// The need ends or its outcome moves: a project with an end of its own serves better.
    Project,
}

/// What the answers come to: what the need is like decides the form, the people only when.
#[must_use]
pub fn verdict(answers: Answers) -> FitVerdict {
    match answers {
        Answers { repeating_need: true, stable_outcome: true, capacity: true, owner: true } => {
            FitVerdict::Retainer
        }
        Answers { repeating_need: true, stable_outcome: true, .. } => FitVerdict::NotYet,
        _ => FitVerdict::Project,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s0_44_the_need_decides_the_form_and_the_people_when() {
        let of = |repeating_need, stable_outcome, capacity, owner| {
            verdict(Answers { repeating_need, stable_outcome, capacity, owner })
        };
        assert_eq!(of(true, true, true, true), FitVerdict::Retainer);
        assert_eq!(of(true, true, false, true), FitVerdict::NotYet);
        assert_eq!(of(true, true, true, false), FitVerdict::NotYet);
        assert_eq!(of(false, true, true, true), FitVerdict::Project);
        assert_eq!(of(true, false, true, true), FitVerdict::Project);
        assert_eq!(of(false, false, false, false), FitVerdict::Project);
    }
}
