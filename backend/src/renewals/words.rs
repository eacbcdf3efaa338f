//! What a next step of a renewal is called, in the language of the organisation.
use shared::api::{LINE_MAX, Language};

/// Why a next step is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The renewal began.
    Begun,
    /// So many days are left at most.
    Left(u32),
    /// The term ended, and nobody had decided.
    Lapsed,
}

impl Step {
    /// What it is kept by.
    pub fn key(self) -> String {
        match self {
            Step::Begun => "begun".to_owned(),
            Step::Left(days) => format!("{days}"),
            Step::Lapsed => "lapsed".to_owned(),
        }
    }
}

/// What the next step says.
pub fn title(step: Step, retainer: &str, language: Language) -> String {
    let (before, after) = match (step, language) {
        (Step::Begun, Language::En) => ("Prepare the renewal of ", String::new()),
        (Step::Begun, Language::De) => ("Verlängerung vorbereiten: ", String::new()),
        (Step::Left(days), Language::En) => {
            ("Decide on the renewal of ", format!(": less than {} days left", days + 1))
        }
        (Step::Left(days), Language::De) => {
            ("Verlängerung entscheiden: ", format!(", weniger als {} Tage", days + 1))
        }
        (Step::Lapsed, Language::En) => ("Nobody decided on the renewal of ", ": settle it".into()),
        (Step::Lapsed, Language::De) => {
            ("Verlängerung ist verfallen, bitte klären: ", String::new())
        }
    };
    let room = LINE_MAX - before.chars().count() - after.chars().count();
    let name: String = retainer.chars().take(room).collect();
    format!("{before}{name}{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_leaves_room_for_what_is_said() {
        let long = "ä".repeat(400);
        for step in [Step::Begun, Step::Left(14), Step::Lapsed] {
            for language in [Language::En, Language::De] {
                let title = title(step, &long, language);
                assert_eq!(title.chars().count(), LINE_MAX, "{title}");
            }
        }
        let told = title(Step::Left(14), "Monthly support", Language::En);
        assert_eq!(told, "Decide on the renewal of Monthly support: less than 15 days left");
    }
}
