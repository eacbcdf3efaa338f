//! Whether an outcome says what will be better: one rule for scopes, which are warned, and for
//! workflows, which are refused.
use super::words;

/// Words by which an outcome names execution quality, conversion, resource use, speed or the
/// reliability of decisions, in English and German. With a star a word that begins so; one of six
/// letters or more may also stand within a word, as German puts words together.
const NAMING: &[&str] = &[
    // Execution quality.
    "qualit* correct* error* defect* mistake* bug bugs revision* rework* accura* reliab* \
     complain* complete punctual* fehler* mängel* korrektur* überarbeit* nacharbeit* zuverläss* \
     reklamation* pünktlich* genau*",
    // Conversion.
    "conver* lead leads sale sales revenue* pipeline* signup* booking* order orders \
     customers demand* inquir* enquir* churn* rate rates share quote quoten konver* abschluss* \
     abschlüss* umsatz* umsätz* anfrage* bestell* buchung* verkauf* verkäuf* nachfrage* \
     neukunden* kündigung*",
    // Resource use.
    "cost costs spend* budget* effort* hour hours minute* resourc* capacit* waste* cheaper* \
     utili* workload* kosten* aufwand* aufwänd* stunde* ressourc* kapazit* auslast* \
     günstiger* verschwend*",
    // Speed.
    "fast* speed* quick* soon* turnaround* cycle day days week weeks late later time times \
     deadline* delay* launch* wait* schnell* durchlauf* tag tage tagen woche* frist* tempo* \
     kürzer* wartezeit* verzöger* früher*",
    // Reliability of decisions.
    "decision* decid* approv* reopen* forecast* entscheid* freigab* freigeb* prognos*",
];
/// Words that sound well and name nothing, written likewise.
const HOLLOW: &str = "communicat* align* collaborat* transparen* synerg* aware* better best \
    improv* great visib* kommunik* abstimm* zusammenarbeit* bess* verbesser* optimier* sichtbar*";

/// Letters from which on a stem is looked for within words too.
const WITHIN_FROM: usize = 6;
/// What has fewer words that carry meaning says nothing.
const WORDS_MIN: usize = 2;

/// Whether an outcome is too vague to be reviewed: it sounds well or is hardly a word, and names
/// neither a number nor one of the five things by which it could be seen. No list of words knows
/// every good sentence: what names nothing known, and promises nothing hollow, passes.
/// Source: requirement S3-3.
///
/// ```
/// # use shared::rules::know::vague;
/// assert!(vague("Better communication"));
/// assert!(!vague("Better communication: decisions within two days"));
/// ```
#[must_use]
pub fn vague(outcome: &str) -> bool {
    let text = outcome.to_lowercase();
    let told = || text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let any =
        |names: &str| names.split_whitespace().any(|name| told().any(|word| says(word, name)));
    let number = || text.chars().any(|c| c.is_ascii_digit());
    let named = number() || NAMING.iter().any(|names| any(names));
    told().next().is_some() && !named && (any(HOLLOW) || words(outcome).len() < WORDS_MIN)
}

fn says(word: &str, name: &str) -> bool {
    match name.strip_suffix('*') {
        Some(stem) if stem.chars().count() >= WITHIN_FROM => word.contains(stem),
        Some(stem) => word.starts_with(stem),
        None => word == name,
    }
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
            "Be the best partner for leadership",
            "A great brand",
            "Bessere Kommunikation",
            "Bessere Zusammenarbeit",
            "Abstimmung verbessern",
            "Mehr Sichtbarkeit",
            "Synergies",
            "Good",
        ] {
            assert!(vague(hollow), "{hollow}");
        }
        assert!(!vague("  "), "what is not there is missing, not vague");
    }

    #[test]
    fn s3_3_an_outcome_that_names_what_is_seen_is_kept() {
        for said in [
            "Fewer revision rounds on landing pages",
            "Fewer rounds of corrections",
            "Campaigns go live within 5 working days",
            "Campaigns go live within five days",
            "Twice as many qualified leads",
            "Better pages in half the hours",
            "Decisions that are not reopened",
            "Bessere Qualität der Leads, die Vertrieb annimmt",
            "Höhere Leadqualität",
            "Freigaben in zwei Tagen",
            "Weniger Aufwand im Vertrieb",
            "Kürzere Durchlaufzeiten",
            "Entscheidungen fallen, ohne wieder aufgemacht zu werden",
            // Another language: nothing hollow is seen, so nothing is said.
            "Moins de retards dans les livraisons",
        ] {
            assert!(!vague(said), "{said}");
        }
    }
}
