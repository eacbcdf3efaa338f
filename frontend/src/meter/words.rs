//! A balance in words: for the eye, for the screen reader, and read aloud.
use chrono::NaiveDate;
use shared::api::{Balance, Lot, LotKind, MeterState, OverageMode};

use crate::format::{Measure, date, list};
use crate::t;

/// The words of a state; `overage` adds what the terms do with work beyond the allowance.
pub fn state_words(state: MeterState, overage: Option<OverageMode>) -> &'static str {
    match state {
        MeterState::NoAllowance => t!(meter.no_allowance),
        MeterState::Over => match overage {
            Some(OverageMode::Block) => t!(meter.over_block),
            Some(OverageMode::Bill) => t!(meter.over_bill),
            Some(OverageMode::Absorb) => t!(meter.over_absorb),
            Some(OverageMode::Borrow) => t!(meter.over_borrow),
            Some(OverageMode::Ask) => t!(meter.over_ask),
            None => t!(meter.over),
        },
        MeterState::WillGoOver => t!(meter.will_go_over),
        MeterState::NearLimit => t!(meter.near_limit),
        MeterState::AheadOfPace => t!(meter.ahead_of_pace),
        MeterState::UnderUsed => t!(meter.under_used),
        MeterState::OnTrack => t!(meter.on_track),
    }
}

/// How bad a state is: the worst is 0.
pub fn severity(state: MeterState) -> u8 {
    match state {
        MeterState::Over => 0,
        MeterState::WillGoOver => 1,
        MeterState::NearLimit => 2,
        MeterState::AheadOfPace => 3,
        MeterState::UnderUsed => 4,
        MeterState::OnTrack => 5,
        MeterState::NoAllowance => 6,
    }
}

/// How the worst of several pools stands; none of none.
pub fn worst(balances: &[Balance]) -> Option<MeterState> {
    balances.iter().map(|balance| balance.state).min_by_key(|state| severity(*state))
}

/// "9 h 30 left", "Nothing left", "1 h 30 over": the figure that stands beside a bar.
pub fn left_words(balance: &Balance) -> String {
    let measure = Measure::of(&balance.pool);
    match (measure.or_nothing(balance.left), measure.or_nothing(balance.overage)) {
        (_, Some(over)) => t!(meter.left_over, over = over),
        (Some(left), None) => t!(meter.left, left = left),
        (None, None) => t!(meter.left_nothing).to_owned(),
    }
}

/// All of a meter in one phrase: its accessible name.
pub fn name(balance: &Balance) -> String {
    let measure = Measure::of(&balance.pool);
    let used = measure.say(balance.used);
    if balance.available <= 0 {
        return t!(meter.used_only, used = used);
    }
    let used = t!(meter.used_of, used = used, available = measure.say(balance.available));
    let left = lower_first(&left_words(balance));
    let name = match carried(balance) {
        Some(carried) => {
            t!(meter.name_left_carried, used = used, left = left, carried = carried)
        }
        None => t!(meter.name_left, used = used, left = left),
    };
    let name = match measure.or_nothing(balance.set_aside) {
        Some(kept) => t!(meter.name_set_aside, name = name, kept = kept),
        None => name,
    };
    match planned(balance) {
        Planned::Nothing => name,
        Planned::Fits { committed, free } => {
            t!(meter.name_free, name = name, committed = committed, free = free)
        }
        Planned::Beyond { committed, over } => {
            t!(meter.name_beyond, name = name, committed = committed, over = over)
        }
    }
}

/// The sentence that reads a meter aloud: "6 h 30 left of 44 h. 8 h committed, so what is
/// planned ends 1 h 30 over."
pub fn sentence(balance: &Balance) -> String {
    let measure = Measure::of(&balance.pool);
    if balance.available <= 0 {
        return match measure.or_nothing(balance.used) {
            Some(used) => t!(meter.say_no_allowance_used, used = used),
            None => t!(meter.say_no_allowance).to_owned(),
        };
    }
    let available = measure.say(balance.available);
    let mut said = match (measure.or_nothing(balance.left), measure.or_nothing(balance.overage)) {
        (_, Some(over)) => t!(meter.say_over, over = over, available = available),
        (Some(left), None) => t!(meter.say_left, left = left, available = available),
        (None, None) => t!(meter.say_nothing, available = available),
    };
    let carried = carried(balance).map(|carried| t!(meter.say_carried, carried = carried));
    let planned = match planned(balance) {
        Planned::Nothing => None,
        Planned::Fits { committed, free } => {
            Some(t!(meter.say_free, committed = committed, free = free))
        }
        Planned::Beyond { committed, over } => {
            Some(t!(meter.say_beyond, committed = committed, over = over))
        }
    };
    let kept =
        measure.or_nothing(balance.set_aside).map(|kept| t!(meter.say_set_aside, kept = kept));
    for more in carried.into_iter().chain(kept).chain(planned) {
        said.push(' ');
        said.push_str(&more);
    }
    said
}

enum Planned {
    Nothing,
    Fits { committed: String, free: String },
    Beyond { committed: String, over: String },
}

fn planned(balance: &Balance) -> Planned {
    let measure = Measure::of(&balance.pool);
    let free = balance.left - balance.committed;
    let committed = measure.say(balance.committed);
    match (balance.committed, free) {
        (..=0, _) => Planned::Nothing,
        (_, 0..) => Planned::Fits { committed, free: measure.say(free) },
        _ => Planned::Beyond { committed, over: measure.say(balance.overage - free) },
    }
}

/// What of the rest was carried in, each lot with the last day on which it can be drawn.
fn carried(balance: &Balance) -> Option<String> {
    let measure = Measure::of(&balance.pool);
    let carried =
        |lot: &&Lot| matches!(lot.kind, LotKind::Rollover | LotKind::Makeup) && lot.quantity > 0;
    let lots = balance.lots.iter().filter(carried);
    let lots: Vec<String> = lots.map(|lot| carried_lot(lot, &measure, balance.starts_on)).collect();
    (!lots.is_empty()).then(|| list(&lots))
}

fn carried_lot(lot: &Lot, measure: &Measure, near: NaiveDate) -> String {
    let amount = measure.say(lot.quantity);
    match last_day(lot) {
        Some(day) => t!(meter.carried_until, amount = amount, day = date(day, near)),
        None => t!(meter.carried, amount = amount),
    }
}

/// The last day on which a lot can be drawn.
pub(super) fn last_day(lot: &Lot) -> Option<NaiveDate> {
    lot.ends_on.and_then(|end| end.pred_opt())
}

/// A phrase goes on: "Nothing left" becomes "nothing left".
fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::NBSP;
    use crate::meter::sample::{balance, lot, of_unit};
    use shared::api::Unit;

    fn plain(text: &str) -> String {
        text.replace(NBSP, " ")
    }

    #[test]
    fn the_name_says_all_of_a_meter() {
        let mut balance = balance(44 * 60, 34 * 60 + 30);
        balance.lots = vec![lot(LotKind::Rollover, 240), lot(LotKind::Included, 330)];
        balance.committed = 480;
        assert_eq!(
            plain(&name(&balance)),
            "34 h 30 used of 44 h, 9 h 30 left, of it 4 h carried in until 30 Nov; \
             8 h committed, 1 h 30 free"
        );
    }

    #[test]
    fn sessions_money_and_what_is_set_aside_are_told_in_their_words() {
        let mut sessions = of_unit(Unit::Sessions, 6, 2);
        (sessions.set_aside, sessions.left) = (1, 3);
        sessions.lots = vec![lot(LotKind::Makeup, 1), lot(LotKind::Included, 2)];
        assert_eq!(
            plain(&name(&sessions)),
            "2 sessions used of 6 sessions, 3 sessions left, of it 1 session carried in until \
             30 Nov; 1 session set aside to be made up"
        );
        let money = of_unit(Unit::Money, 200_000, 75_050);
        assert_eq!(plain(&sentence(&money)), "EUR 1249.50 left of EUR 2000.00.");
    }

    #[test]
    fn the_sentence_says_what_is_planned_beyond_the_limit() {
        let mut balance = balance(44 * 60, 37 * 60 + 30);
        balance.committed = 480;
        assert_eq!(
            plain(&sentence(&balance)),
            "6 h 30 left of 44 h. 8 h committed, so what is planned ends 1 h 30 over."
        );
    }

    #[test]
    fn what_is_planned_beyond_an_overdrawn_cycle_adds_to_the_overage() {
        let mut balance = balance(600, 660);
        balance.committed = 60;
        assert_eq!(
            plain(&sentence(&balance)),
            "1 h over 10 h. 1 h committed, so what is planned ends 2 h over."
        );
    }

    #[test]
    fn nothing_is_never_told_as_zero_hours() {
        assert_eq!(left_words(&balance(600, 600)), "Nothing left");
        assert_eq!(plain(&sentence(&balance(600, 600))), "Nothing left of 10 h.");
        assert_eq!(plain(&name(&balance(600, 600))), "10 h used of 10 h, nothing left");
        assert_eq!(sentence(&balance(0, 0)), "Nothing is promised in this cycle.");
        assert_eq!(
            plain(&sentence(&balance(0, 30))),
            "30 min used; nothing is promised in this cycle."
        );
    }

    #[test]
    fn the_rule_for_overage_is_part_of_the_state() {
        assert_eq!(state_words(MeterState::Over, Some(OverageMode::Bill)), "Over, billed");
        assert_eq!(state_words(MeterState::OnTrack, Some(OverageMode::Bill)), "On track");
    }
}
