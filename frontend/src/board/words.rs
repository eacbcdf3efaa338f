//! Words of work.
use chrono::{DateTime, Utc};
use shared::api::*;

use super::layout::Mark;
use crate::format::{Measure, list};
use crate::i18n::field_words;
use crate::t;

/// A column's own name.
pub(crate) fn column(column: WorkColumn) -> &'static str {
    match column {
        WorkColumn::Intake => t!(board.intake),
        WorkColumn::Agreed => t!(board.agreed),
        WorkColumn::InProgress => t!(board.in_progress),
        WorkColumn::InReview => t!(board.in_review),
        WorkColumn::Delivered => t!(board.delivered),
    }
}

/// What an empty column is for.
pub(super) fn purpose(column: WorkColumn) -> &'static str {
    match column {
        WorkColumn::Intake => t!(board.intake_purpose),
        WorkColumn::Agreed => t!(board.agreed_purpose),
        WorkColumn::InProgress => t!(board.in_progress_purpose),
        WorkColumn::InReview => t!(board.in_review_purpose),
        WorkColumn::Delivered => t!(board.delivered_purpose),
    }
}

/// A process level.
pub(crate) fn level(level: ProcessLevel) -> &'static str {
    match level {
        ProcessLevel::Lightweight => t!(board.lightweight),
        ProcessLevel::Standard => t!(board.standard),
        ProcessLevel::Detailed => t!(board.detailed),
    }
}

/// Why a level is proposed.
pub(crate) fn reason(reason: LevelReason) -> &'static str {
    match reason {
        LevelReason::TouchesBusiness => t!(board.why_touches_business),
        LevelReason::HighRisk => t!(board.why_high_risk),
        LevelReason::HighImpact => t!(board.why_high_impact),
        LevelReason::TouchesOthers => t!(board.why_touches_others),
        LevelReason::SomeRiskOrImpact => t!(board.why_some_risk),
        LevelReason::NotRecurring => t!(board.why_not_recurring),
        LevelReason::LowRiskRecurring => t!(board.why_low_risk),
    }
}

/// What a level gives reason to ask.
pub(super) fn prompt(prompt: LevelPrompt) -> &'static str {
    match prompt {
        LevelPrompt::MinorEdit => t!(board.prompt_minor),
        LevelPrompt::SafeUpdate => t!(board.prompt_safe),
    }
}

/// A seat of the four.
pub(super) fn seat(seat: Seat) -> &'static str {
    match seat {
        Seat::Decision => t!(board.seat_decision),
        Seat::Execution => t!(board.seat_execution),
        Seat::Input => t!(board.seat_input),
        Seat::Review => t!(board.seat_review),
    }
}

/// What a card asks for.
pub(super) fn mark(mark: Mark, measure: &Measure) -> String {
    match mark {
        Mark::Blocked => t!(board.mark_blocked).to_owned(),
        Mark::Waiting => t!(board.mark_waiting).to_owned(),
        Mark::Over(units) => t!(board.mark_over, by = measure.say(units)),
        Mark::NeedsApproval => t!(board.mark_approval).to_owned(),
        Mark::NeedsVerdict => t!(board.mark_verdict).to_owned(),
    }
}

/// A field of a piece of work, by its pointer.
pub(super) fn field(at: &str) -> String {
    match at {
        "/goal" => t!(board.goal).to_owned(),
        "/seats/decision" => seat(Seat::Decision).to_owned(),
        "/seats/execution" => seat(Seat::Execution).to_owned(),
        "/seats/review" => seat(Seat::Review).to_owned(),
        "/seats/same_person_confirmed" => t!(board.same_person).to_owned(),
        "/reviews" | "/verdict" => t!(board.review_check).to_owned(),
        "/column" => t!(board.column).to_owned(),
        other if other.starts_with("/inputs") => t!(board.required_input).to_owned(),
        other => other.trim_start_matches('/').to_owned(),
    }
}

/// The name of the input that is missing, where it is one.
pub(super) fn input_of(inputs: &[WorkInput], fault: &FieldError) -> Option<String> {
    let place: usize = fault.field.strip_prefix("/inputs/")?.parse().ok()?;
    inputs.get(place).map(|input| input.name.clone())
}

/// What is missing, each thing by its name.
pub(super) fn missing(faults: &[FieldError], inputs: &[WorkInput]) -> String {
    let one = |fault: &FieldError| match (input_of(inputs, fault), fault.code.as_str()) {
        (Some(name), _) => name,
        (None, "required") => field(&fault.field),
        (None, _) => format!("{}: {}", field(&fault.field), field_words(fault)),
    };
    let mut names: Vec<String> = faults.iter().map(one).collect();
    names.dedup();
    t!(board.missing, what = list(&names))
}

/// The first letters of a name.
pub(super) fn initials(name: &str) -> String {
    let words = name.split_whitespace().filter_map(|word| word.chars().next());
    let all: Vec<char> = words.collect();
    let ends = [all.first(), all.last().filter(|_| all.len() > 1)];
    ends.into_iter().flatten().flat_map(|letter| letter.to_uppercase()).collect()
}

/// How long something lasts: "3 d 4 h" of seconds.
pub(super) fn lasting(seconds: i64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600, seconds / 60);
    if days > 1 {
        t!(board.days, n = crate::format::count(days))
    } else if hours > 0 {
        t!(board.hours, n = crate::format::count(hours))
    } else {
        t!(board.minutes, n = crate::format::count(minutes))
    }
}

/// How long it is since an instant.
pub(super) fn since(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    lasting((now - at).num_seconds().max(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_and_the_last_word() {
        assert_eq!(initials("Mia Berg"), "MB");
        assert_eq!(initials("Dr. Eva Lind"), "DL");
        assert_eq!(initials("mia"), "M");
        assert_eq!(initials(" "), "");
    }
}
