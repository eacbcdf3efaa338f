//! Whether the outcome of a workflow says what will be better.
use super::words;

/// Words that sound well and name nothing, as their stems.
const VAGUE: [&str; 26] = [
    "communication",
    "communicat",
    "align",
    "alignment",
    "collaboration",
    "collaborat",
    "transparency",
    "transparenc",
    "synergy",
    "synergi",
    "awareness",
    "awar",
    "better",
    "bett",
    "improv",
    "improve",
    "kommunikatio",
    "kommunikation",
    "abstimmu",
    "abstimmung",
    "transparenz",
    "zusammenarbeit",
    "bess",
    "verbesser",
    "verbesserung",
    "optimier",
];
/// Beginnings of words that name execution quality, conversion, resource use, speed or the
/// reliability of decisions.
const NAMES: [&str; 44] = [
    "error",
    "defect",
    "revision",
    "rework",
    "quality",
    "accura",
    "complete",
    "conver",
    "lead",
    "sale",
    "sign",
    "rate",
    "share",
    "revenue",
    "cost",
    "budget",
    "hour",
    "minute",
    "effort",
    "capacit",
    "spend",
    "day",
    "week",
    "fast",
    "speed",
    "late",
    "time",
    "deadline",
    "decision",
    "decid",
    "reopen",
    "fehler",
    "korrektur",
    "qualität",
    "abschl",
    "quote",
    "umsatz",
    "kosten",
    "stunde",
    "aufwand",
    "tage",
    "woche",
    "schnell",
    "entscheid",
];

/// Whether an outcome is too vague to be reviewed: it has words that name nothing, and neither a
/// number nor a word of what it would change. Source: requirement S3-3.
///
/// ```
/// # use shared::rules::know::vague;
/// assert!(vague("Better communication"));
/// assert!(!vague("Better communication: decisions within two days"));
/// ```
#[must_use]
pub fn vague(outcome: &str) -> bool {
    let words = words(outcome);
    let lower = outcome.to_lowercase();
    let named = lower.split(|c: char| !c.is_alphanumeric()).any(|word| {
        word.chars().any(|c| c.is_ascii_digit()) || NAMES.iter().any(|name| word.starts_with(name))
    });
    let hollow = words.iter().any(|word| VAGUE.contains(&word.as_str()));
    !named && (hollow || words.len() < 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s3_3_an_outcome_that_names_nothing_is_challenged() {
        for hollow in [
            "Better communication",
            "Improve alignment and collaboration",
            "More transparency for everyone",
            "Bessere Kommunikation",
            "Abstimmung verbessern",
            "Synergies",
            "Good",
        ] {
            assert!(vague(hollow), "{hollow}");
        }
        for said in [
            "Fewer revision rounds on landing pages",
            "Campaigns go live within 5 working days",
            "Bessere Qualität der Leads, die Vertrieb annimmt",
            "Entscheidungen fallen, ohne wieder aufgemacht zu werden",
            "Half the hours for the monthly report",
        ] {
            assert!(!vague(said), "{said}");
        }
    }
}
