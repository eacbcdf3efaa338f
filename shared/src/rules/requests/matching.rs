//! Under which line of a scope a request falls, as its words tell. It is a proposal: somebody
//! decides. Source: requirement S0-2.
use serde::{Deserialize, Serialize};

/// Where a request stands towards a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ScopeMatch {
    /// A line includes it.
    Included,
    /// A line leaves it out.
    Excluded,
    /// No line says.
    Unclear,
}

/// Why a match is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum MatchReason {
    /// It shares words with the line.
    Words,
    /// It shares as many with a line that includes it as with one that leaves it out.
    BothSides,
    /// It shares too few with any line.
    NoWords,
    /// There are no lines.
    NoLines,
}

/// A line of a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line<'a> {
    /// It says what is left out.
    pub excluded: bool,
    /// What it says.
    pub text: &'a str,
}

/// What is proposed, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Where the request stands.
    pub kind: ScopeMatch,
    /// The place of the line among those given.
    pub line: Option<usize>,
    /// The words of that line that the request shares.
    pub words: Vec<String>,
    /// Why.
    pub reason: MatchReason,
}

/// Words that say nothing about the matter, in English and German.
const EMPTY: &str = "and for the with from our your per into about that this all any are new \
    please want need would like can could should also more make made month monthly week weekly \
    each every und für der die das den dem des ein eine einen einer mit von vom zum zur auf aus \
    bei alle jede jeden jeder pro unser unsere ihr ihre bitte neu neue neuen neuer möchten \
    brauchen sollte könnten wir sie monat monatlich woche wöchentlich";

/// The shortest word that says something, in letters.
const WORD_MIN: usize = 3;
/// The least that two words begin alike with, in letters.
const STEM_MIN: usize = 4;
/// The longest ending by which words alike may differ, in letters.
const ENDING_MAX: usize = 4;
/// Letters from which on a word is found within another too, as German puts words together.
const WITHIN_FROM: usize = 6;

/// The line that fits a request best: the one that shares most words with it, two at least or half
/// of its own. Lines of both sides that fit alike leave it unclear.
#[must_use]
pub fn propose(request: &str, lines: &[Line<'_>]) -> Proposal {
    if lines.is_empty() {
        return unclear(MatchReason::NoLines);
    }
    let asked = words(request);
    let best = |excluded: bool| {
        let of_side = lines.iter().enumerate().filter(|(_, line)| line.excluded == excluded);
        let fits = of_side.filter_map(|(place, line)| Some((fit(&asked, line.text)?, place)));
        // The first of those that fit alike.
        fits.max_by_key(|(fit, place)| (fit.rank, std::cmp::Reverse(*place)))
    };
    let (included, excluded) = (best(false), best(true));
    let rank = |found: &Option<(Fit, usize)>| found.as_ref().map(|(fit, _)| fit.rank);
    match rank(&included).cmp(&rank(&excluded)) {
        std::cmp::Ordering::Greater => fitting(included, ScopeMatch::Included),
        std::cmp::Ordering::Less => fitting(excluded, ScopeMatch::Excluded),
        std::cmp::Ordering::Equal if included.is_some() => unclear(MatchReason::BothSides),
        std::cmp::Ordering::Equal => unclear(MatchReason::NoWords),
    }
}

fn unclear(reason: MatchReason) -> Proposal {
    Proposal { kind: ScopeMatch::Unclear, line: None, words: Vec::new(), reason }
}

fn fitting(found: Option<(Fit, usize)>, kind: ScopeMatch) -> Proposal {
    match found {
        Some((fit, place)) => {
            Proposal { kind, line: Some(place), words: fit.words, reason: MatchReason::Words }
        }
        None => unclear(MatchReason::NoWords),
    }
}

/// How well a line fits: how many of its words are shared, then which share of them, in per mille.
struct Fit {
    rank: (usize, usize),
    words: Vec<String>,
}

fn fit(asked: &[String], line: &str) -> Option<Fit> {
    let all = words(line);
    let shared = |word: &&String| asked.iter().any(|other| alike(word, other));
    let found: Vec<String> = all.iter().filter(shared).cloned().collect();
    let share = found.len() * 1000 / all.len().max(1);
    let fits = found.len() >= 2 || (!found.is_empty() && share >= 500);
    fits.then_some(Fit { rank: (found.len(), share), words: found })
}

/// The words of a text that say something, each once, in their order.
fn words(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for word in text.to_lowercase().split(|c: char| !c.is_alphanumeric()) {
        let says = word.chars().count() >= WORD_MIN
            && !EMPTY.split_whitespace().any(|empty| empty == word);
        if says && !found.iter().any(|known| known == word) {
            found.push(word.to_owned());
        }
    }
    found
}

/// Whether two words are forms of one: they begin alike but for an ending, or one holds the other.
fn alike(one: &str, other: &str) -> bool {
    let (a, b) = (one.chars().count(), other.chars().count());
    let (short, long) = if a <= b { (one, other) } else { (other, one) };
    let (least, most) = (a.min(b), a.max(b));
    let begins = short.chars().zip(long.chars()).take_while(|(x, y)| x == y).count();
    let stem = begins >= STEM_MIN.max(least.saturating_sub(1));
    one == other
        || (stem && (most - begins <= ENDING_MAX || begins >= WITHIN_FROM))
        || (least >= WITHIN_FROM && long.contains(short))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINES: [Line<'static>; 4] = [
        Line { excluded: false, text: "Landing pages for campaigns" },
        Line { excluded: false, text: "Two newsletters a month" },
        Line { excluded: true, text: "Hosting of the site" },
        Line { excluded: true, text: "Landing pages for events" },
    ];

    fn found(request: &str) -> (ScopeMatch, Option<usize>, MatchReason) {
        let proposal = propose(request, &LINES);
        (proposal.kind, proposal.line, proposal.reason)
    }

    #[test]
    fn s0_02_a_request_falls_under_the_line_whose_words_it_shares() {
        use MatchReason::{NoWords, Words};
        use ScopeMatch::{Excluded, Included, Unclear};
        assert_eq!(found("A newsletter on prices"), (Included, Some(1), Words));
        assert_eq!(found("Newsletteranmeldung"), (Included, Some(1), Words));
        assert_eq!(found("Move our hosting"), (Excluded, Some(2), Words));
        assert_eq!(found("Landing page for the spring event"), (Excluded, Some(3), Words));
        assert_eq!(found("Landing page for the autumn campaign"), (Included, Some(0), Words));
        assert_eq!(found("A film about the founders"), (Unclear, None, NoWords));
        let why = propose("Landing page for the spring event", &LINES).words;
        assert_eq!(why, ["landing", "pages", "events"]);
    }

    #[test]
    fn s0_02_what_both_sides_say_alike_is_unclear() {
        assert_eq!(found("Landing pages"), (ScopeMatch::Unclear, None, MatchReason::BothSides));
        assert_eq!(propose("Anything", &[]).reason, MatchReason::NoLines);
    }

    #[test]
    fn words_of_one_stem_are_alike_and_others_are_not() {
        for (one, other) in [("page", "pages"), ("report", "reporting"), ("story", "stories")] {
            assert!(alike(one, other) && alike(other, one), "{one} {other}");
        }
        for (one, other) in [("design", "desired"), ("paid", "pain"), ("site", "situation")] {
            assert!(!alike(one, other), "{one} {other}");
        }
    }
}
