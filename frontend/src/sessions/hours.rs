//! When one works: hours for each day of the week, by which free times are offered.
use leptos::prelude::*;
use shared::api::{FieldError, MemberId, WorkingHours, WorkingHoursSet, WorkingRange};

use crate::query::{self, use_query};
use crate::session::use_me;
use crate::ui::{Dialog, Form, FormActions, FormFaults, Loaded, TextInput, toast};
use crate::{api, t};

/// The places of the days in the form.
const DAYS: [&str; 7] = ["/mon", "/tue", "/wed", "/thu", "/fri", "/sat", "/sun"];

fn day_words(place: usize) -> &'static str {
    match place {
        0 => t!(calendar.monday),
        1 => t!(calendar.tuesday),
        2 => t!(calendar.wednesday),
        3 => t!(calendar.thursday),
        4 => t!(calendar.friday),
        5 => t!(calendar.saturday),
        _ => t!(calendar.sunday),
    }
}

/// The ranges of a day as they are typed: `09:00-12:00, 13:00-17:00`.
fn written(ranges: &[WorkingRange], weekday: i64) -> String {
    let clock = |minute: i64| format!("{:02}:{:02}", minute / 60, minute % 60);
    let of_day = ranges.iter().filter(|one| one.weekday == weekday);
    let each = of_day.map(|one| format!("{}-{}", clock(one.from_minute), clock(one.to_minute)));
    each.collect::<Vec<_>>().join(", ")
}

/// The minute of a time such as `9`, `9:30` or `24:00`.
fn minute(text: &str) -> Option<i64> {
    let (hour, rest) = text.trim().split_once(':').unwrap_or((text.trim(), "0"));
    let (hour, rest): (i64, i64) = (hour.parse().ok()?, rest.parse().ok()?);
    let minute = hour * 60 + rest;
    ((0..=24).contains(&hour) && (0..60).contains(&rest) && minute <= 1440).then_some(minute)
}

/// What is typed of a day; nothing where it cannot be read.
fn read(text: &str, weekday: i64) -> Option<Vec<WorkingRange>> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    let range = |part: &str| {
        let (from, to) = part.split_once(['-', '–'])?;
        let (from_minute, to_minute) = (minute(from)?, minute(to)?);
        let fits = from_minute < to_minute;
        fits.then_some(WorkingRange { weekday, from_minute, to_minute })
    };
    parts.map(range).collect()
}

/// The dialog with one's own hours.
#[component]
pub(super) fn HoursDialog(open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Dialog open title=t!(calendar.hours)>
            <Hours open />
        </Dialog>
    }
}

#[component]
fn Hours(open: RwSignal<bool>) -> impl IntoView {
    let me = use_me().with_untracked(|me| me.member_id);
    let hours = use_query(move || api::working_hours(me));
    view! {
        <Loaded of=hours.standing() rows=7>
            {move || hours.get_untracked().map(|known| view! { <HoursForm me known open /> })}
        </Loaded>
    }
}

#[component]
fn HoursForm(me: MemberId, known: WorkingHours, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("hours");
    let usual = use_me().with_untracked(|me| me.organisation.timezone.clone());
    let zone = RwSignal::new(known.timezone.clone());
    let texts: [RwSignal<String>; 7] =
        std::array::from_fn(|place| RwSignal::new(written(&known.ranges, place as i64 + 1)));
    let version = known.version;
    form.register("/ranges", t!(calendar.hours).to_owned());
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let (mut ranges, mut faults) = (Vec::new(), Vec::new());
        for ((place, at), weekday) in DAYS.into_iter().enumerate().zip(1..) {
            match texts[place].with_untracked(|text| read(text, weekday)) {
                Some(read) => ranges.extend(read),
                None => faults.push(FieldError {
                    field: at.into(),
                    code: "type".into(),
                    message: t!(calendar.hours_unreadable).into(),
                }),
            }
        }
        if !faults.is_empty() {
            return form.refuse(faults);
        }
        let zone = zone.with_untracked(|zone| zone.trim().to_owned());
        let timezone = Some(zone).filter(|zone| *zone != usual && !zone.is_empty());
        let body = WorkingHoursSet { timezone, ranges };
        let work =
            async move |body: WorkingHoursSet| api::set_working_hours(me, version, &body).await;
        form.send(body, work, move |_: WorkingHours| {
            query::invalidate("/members");
            toast(t!(common.saved));
            open.try_set(false);
        });
    };
    let days = DAYS.into_iter().enumerate().map(|(place, at)| {
        let value = texts[place];
        view! { <TextInput form at label=day_words(place) value optional=true /> }
    });
    view! {
        <form class="form" novalidate=true on:submit=send>
            <p class="text-soft">{t!(calendar.hours_about)}</p>
            <div class="form-pair">{days.collect_view()}</div>
            <TextInput form at="/timezone" label=t!(auth.timezone) value=zone />
            <FormFaults form />
            <FormActions form open verb=t!(common.save) />
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_written_as_they_are_read() {
        let day = read("9-12, 13:30 – 24", 2).expect("hours");
        assert_eq!(written(&day, 2), "09:00-12:00, 13:30-24:00");
        assert_eq!(read(&written(&day, 2), 2), Some(day.clone()));
        assert_eq!((written(&day, 1), read(" ", 1)), (String::new(), Some(Vec::new())));
        for odd in ["nine to five", "9", "17-9", "9-25", "9:60-10"] {
            assert_eq!(read(odd, 1), None, "{odd}");
        }
    }
}
