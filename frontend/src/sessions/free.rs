//! When whoever holds a session is free: times to choose, and a word where another is chosen.
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use leptos::prelude::*;
use shared::api::{FreeTimes, MemberId, SESSION_MINUTES_MAX, TimeSpan};

use super::effect::Known;
use super::fields::Fields;
use crate::format::{BareNumber, clock_in_zone, instant_in_zone, parse_effort, wall_in_zone};
use crate::query::use_query_when;
use crate::session::use_me;
use crate::{api, t};

/// How many times are offered.
const OFFERED: usize = 20;

/// Why a time is not a good one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doubt {
    /// Something else is booked then.
    Overlaps,
    /// It is not within the hours.
    Outside,
}

/// What is to be said against a time; nothing where it is free.
fn doubt(free: &FreeTimes, at: DateTime<Utc>, minutes: i64) -> Option<Doubt> {
    let wanted = TimeSpan::lasting(at, minutes);
    if free.booked.iter().any(|one| one.meets(wanted)) {
        return Some(Doubt::Overlaps);
    }
    (!free.hours.iter().any(|one| wanted.within(*one))).then_some(Doubt::Outside)
}

/// The times of the day chosen at which a session of this length can begin, in the zone of the
/// retainer. Another may be typed: it is said what speaks against it.
#[component]
pub(super) fn FreeChoice(fields: Fields, known: Known) -> impl IntoView {
    let own = use_me().with_untracked(|me| me.member_id);
    let minutes = Memo::new(move |_| {
        let typed = fields.length.with(|text| parse_effort(text, BareNumber::HoursUpToADay));
        typed.filter(|minutes| (1..=SESSION_MINUTES_MAX).contains(minutes))
    });
    let asked = Memo::new(move |_| {
        let member = fields.member.with(|id| id.parse::<MemberId>().unwrap_or(own));
        let day: NaiveDate = fields.day.with(|day| day.parse().ok())?;
        let zone = known.retainer.with(|one| one.map(|one| one.timezone.clone()))?;
        let next = day.checked_add_days(Days::new(1))?;
        let begins = |day| instant_in_zone(day, NaiveTime::MIN, &zone);
        Some((member, (begins(day), begins(next)), minutes.get()?))
    });
    let free = use_query_when(move || {
        let (member, span, minutes) = asked.get()?;
        Some(api::free_times(member, span, minutes))
    });
    let starts = Memo::new(move |_| {
        let all = free.with(|free| Some(free?.starts.clone()))?;
        Some(all.into_iter().take(OFFERED).collect::<Vec<_>>())
    });
    let choices = move || {
        let starts = starts.get()?;
        if starts.is_empty() {
            return Some(view! { <p class="text-soft">{t!(calendar.free_none)}</p> }.into_any());
        }
        let zone = known.zone();
        let times = starts.into_iter().map(|at| view! { <Time at zone=zone.clone() fields /> });
        let times = times.collect_view();
        Some(
            view! {
                <div class="free-times" role="group" aria-label=t!(calendar.free)>{times}</div>
            }
            .into_any(),
        )
    };
    let warning = move || {
        let (at, minutes) = (fields.typed().begins(&known.zone())?, minutes.get()?);
        let words = match free.with(|free| doubt(free?, at, minutes))? {
            Doubt::Overlaps => t!(calendar.free_overlaps),
            Doubt::Outside => t!(calendar.free_outside),
        };
        Some(view! { <p class="font-medium" role="status">{words}</p> })
    };
    view! {
        <div class="flex flex-col gap-2">
            {choices}
            {warning}
        </div>
    }
}

/// A time to press.
#[component]
fn Time(at: DateTime<Utc>, zone: String, fields: Fields) -> impl IntoView {
    let time = wall_in_zone(at, &zone).format("%H:%M").to_string();
    let kept = StoredValue::new(time);
    let chosen = move || fields.time.with(|now| kept.with_value(|time| time == now));
    view! {
        <button
            type="button"
            class="btn btn-sm num"
            aria-pressed=move || chosen().to_string()
            on:click=move |_| fields.time.set(kept.get_value())
        >
            {clock_in_zone(at, &zone)}
        </button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        format!("2026-01-19T{text}:00Z").parse().expect("an instant")
    }

    #[test]
    fn what_is_booked_goes_before_the_hours() {
        let span = |from, to| TimeSpan { from: at(from), to: at(to) };
        let free = FreeTimes {
            member_id: "0193a5b0-0000-7000-8000-000000000001".parse().expect("an id"),
            starts: Vec::new(),
            hours: vec![span("09:00", "17:00")],
            booked: vec![span("09:00", "10:00"), span("20:00", "21:00")],
        };
        assert_eq!(doubt(&free, at("09:30"), 60), Some(Doubt::Overlaps));
        assert_eq!(doubt(&free, at("10:00"), 60), None);
        assert_eq!(doubt(&free, at("16:30"), 60), Some(Doubt::Outside));
        assert_eq!(doubt(&free, at("20:00"), 15), Some(Doubt::Overlaps));
    }
}
