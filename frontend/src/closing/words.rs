//! Ways to settle overage and reasons to lapse, in words.
use chrono::{DateTime, Utc};
use leptos::prelude::WithUntracked;
use shared::api::{
    Cycle, ExpiryReason, LapsedLot, Lot, OverageDecision, OverageMode, OverageSettlement, Pool,
};

use crate::format::{Measure, date, moment, money};
use crate::retainers::today;
use crate::session::use_me;
use crate::t;

/// A way to settle overage.
pub(super) fn way(way: OverageMode) -> &'static str {
    match way {
        OverageMode::Bill => t!(closing.way_bill),
        OverageMode::Borrow => t!(closing.way_borrow),
        OverageMode::Absorb | OverageMode::Block | OverageMode::Ask => t!(closing.way_absorb),
    }
}

/// What a way comes to: units and money.
pub(super) fn comes_to(way: &OverageSettlement, pool: &Pool) -> String {
    let say = |n: i64| Measure::of(pool).say(n);
    let mut parts = Vec::new();
    if way.borrowed > 0 {
        parts.push(t!(closing.hint_borrowed, units = say(way.borrowed)));
    }
    if way.billed > 0 {
        let amount = amount(way.amount_minor, &pool.currency);
        parts.push(t!(closing.hint_billed, units = say(way.billed), amount = amount));
    }
    if way.absorbed > 0 {
        parts.push(t!(closing.hint_absorbed, units = say(way.absorbed)));
    }
    parts.join(" · ")
}

/// An amount of minor units.
pub(super) fn amount(amount_minor: i64, currency: &str) -> String {
    money(&shared::api::Money { amount_minor, currency: currency.to_owned() })
}

/// Who decided what, and why.
pub fn decision(made: &OverageDecision) -> String {
    let (way, name) = (way(made.choice), made.member_name.as_str());
    match &made.reason {
        Some(reason) => t!(closing.decided_why, way = way, name = name, reason = reason),
        None => t!(closing.decided, way = way, name = name),
    }
}

/// Why a lot lapses, and where it came from if not from this cycle.
pub(super) fn lapse(gone: &LapsedLot, cycle: &Cycle) -> String {
    let why = match gone.reason {
        ExpiryReason::UseItOrLoseIt => t!(closing.why_unused),
        ExpiryReason::CarryPercent => t!(closing.why_share),
        ExpiryReason::Expiry => t!(closing.why_expired),
        ExpiryReason::CarriedOnce => t!(closing.why_once),
        ExpiryReason::NotRenewed => t!(closing.why_unrenewed),
        ExpiryReason::Cap => t!(closing.why_cap),
        ExpiryReason::Termination => t!(closing.why_ended),
    };
    with_origin(why.to_owned(), gone.origin_seq, cycle)
}

/// Until when a lot that carries pays, and where it came from if not from this cycle.
pub(super) fn carry(lot: &Lot, cycle: &Cycle) -> String {
    let until = match lot.ends_on.and_then(|end| end.pred_opt()) {
        Some(day) => t!(closing.rest_until, day = date(day, today())),
        None => t!(closing.rest_forever).to_owned(),
    };
    with_origin(until, lot.origin_seq, cycle)
}

fn with_origin(words: String, seq: i64, cycle: &Cycle) -> String {
    if seq == cycle.seq {
        return words;
    }
    let origin = t!(closing.from_cycle, seq = seq);
    format!("{words}, {origin}")
}

/// An instant in the organisation's zone.
pub(super) fn when(at: DateTime<Utc>) -> String {
    let zone = use_me().with_untracked(|me| me.organisation.timezone.clone());
    moment(at, &zone, today())
}
