//! A day to look back to: what was known and true at its end.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::FieldError;

use super::today;
use crate::format::date;
use crate::t;
use crate::ui::{Button, Form, FormFaults, TextInput};

/// Asks for a day, tells which one is shown, and leads back to today.
#[component]
pub(crate) fn LookBack(
    /// The day looked back to; none for now.
    as_of: RwSignal<Option<NaiveDate>>,
    /// The first day there is something to see of.
    first: Signal<Option<NaiveDate>>,
) -> impl IntoView {
    let form = Form::new("look-back");
    let text = RwSignal::new(String::new());
    // Another cycle shows today again.
    Effect::new(move |_| text.set(as_of.get().map(|day| day.to_string()).unwrap_or_default()));
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        form.clear();
        match text.with_untracked(|text| read(text, first.get_untracked(), today())) {
            Ok(day) => {
                form.settled();
                as_of.set(Some(day));
            }
            Err(code) => form.refuse(vec![FieldError::new("/as_of", code)]),
        }
    };
    let back = Callback::new(move |()| {
        form.clear();
        form.settled();
        as_of.set(None);
    });
    let told = move || {
        as_of.get().map(|day| {
            let words = t!(retainers.as_of, day = date(day, today()));
            view! {
                <p class="flex flex-wrap items-center gap-3" role="status">
                    <strong>{words}</strong>
                    <span class="no-print">
                        <Button small=true on_press=back>{t!(retainers.as_of_now)}</Button>
                    </span>
                </p>
            }
        })
    };
    view! {
        {told}
        <details class="form-more no-print">
            <summary>{t!(retainers.look_back)}</summary>
            <form class="form" novalidate=true on:submit=submit>
                <TextInput form at="/as_of" label=t!(retainers.look_back) kind="date" value=text />
                <div>
                    <Button submit=true>{t!(invoices.show)}</Button>
                </div>
                <FormFaults form />
            </form>
        </details>
    }
}

/// A day from `first` to today, or the code of what is wrong with it.
fn read(text: &str, first: Option<NaiveDate>, today: NaiveDate) -> Result<NaiveDate, &'static str> {
    let day = text.parse::<NaiveDate>().map_err(|_| "invalid")?;
    if day > today || first.is_some_and(|first| day < first) {
        return Err("out_of_range");
    }
    Ok(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_before_the_cycle_or_to_come_is_refused() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let (first, today) = (Some(day("2026-11-01")), day("2026-11-27"));
        assert_eq!(read("2026-11-01", first, today), Ok(day("2026-11-01")));
        assert_eq!(read("2026-11-27", first, today), Ok(today));
        assert_eq!(read("2026-10-31", first, today), Err("out_of_range"));
        assert_eq!(read("2026-11-28", first, today), Err("out_of_range"));
        assert_eq!(read("", first, today), Err("invalid"));
    }
}
