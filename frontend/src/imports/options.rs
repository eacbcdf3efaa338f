//! What was recognised, and how the file is read.
use leptos::prelude::*;
use shared::api::{DateOrder, Import, MinuteRounding};

use super::editor::Editor;
use super::words;
use crate::format::count;
use crate::retainers::today;
use crate::t;
use crate::ui::{Panel, icon};

/// The tool, the rows, the period and the time of the file.
#[component]
pub(super) fn FilePanel(editor: Editor) -> impl IntoView {
    let rows = move || {
        editor.import.with(|import| {
            import.map(|import| {
                let row = |(label, words): (&'static str, String)| {
                    view! {
                        <div>
                            <dt class="text-xs text-muted">{label}</dt>
                            <dd class="num font-medium">{words}</dd>
                        </div>
                    }
                };
                summary(import).into_iter().map(row).collect_view()
            })
        })
    };
    view! {
        <Panel title=t!(imports.summary_title)>
            <dl class="panel-body grid grid-cols-[repeat(auto-fit,minmax(9rem,1fr))] gap-3">{rows}</dl>
            <Doubt editor />
        </Panel>
    }
}

fn summary(import: &Import) -> Vec<(&'static str, String)> {
    let readable =
        t!(imports.sum_readable, readable = count(import.readable), rows = count(import.rows),);
    vec![
        (t!(imports.sum_tool), words::dialect(import.dialect).to_owned()),
        (t!(imports.sum_rows), readable),
        (t!(imports.sum_period), words::period(import, today())),
        (t!(imports.sum_time), words::seconds(import.seconds)),
    ]
}

/// Dates that fit more than one order: a person should look.
#[component]
fn Doubt(editor: Editor) -> impl IntoView {
    let doubtful = move || {
        editor.import.with(|import| import.is_some_and(|import| import.date_order_doubtful))
    };
    view! {
        <Show when=doubtful>
            <div class="note note-warn">
                {icon(icondata::LuTriangleAlert)}
                <p class="note-words">{t!(imports.order_doubt)}</p>
            </div>
        </Show>
    }
}

fn rounding_key(rounding: MinuteRounding) -> &'static str {
    match rounding {
        MinuteRounding::Nearest => "nearest",
        MinuteRounding::Up => "up",
        MinuteRounding::Down => "down",
    }
}

fn order_key(order: DateOrder) -> &'static str {
    match order {
        DateOrder::YearMonthDay => "ymd",
        DateOrder::DayMonthYear => "dmy",
        DateOrder::MonthDayYear => "mdy",
    }
}

/// Date order, rounding, and what the file calls not billable.
#[component]
pub(super) fn OptionsPanel(editor: Editor) -> impl IntoView {
    let known = move |read: fn(&Import) -> &'static str| {
        Signal::derive(move || {
            // After a refusal the field shows the server's value again.
            editor.refused.track();
            editor.import.with(|import| import.map(read)).unwrap_or_default()
        })
    };
    let orders = [DateOrder::YearMonthDay, DateOrder::DayMonthYear, DateOrder::MonthDayYear]
        .map(|order| (order_key(order), words::order(order)));
    let roundings = [
        (rounding_key(MinuteRounding::Nearest), t!(imports.rounding_nearest)),
        (rounding_key(MinuteRounding::Up), t!(imports.rounding_up)),
        (rounding_key(MinuteRounding::Down), t!(imports.rounding_down)),
    ];
    let by_order = Callback::new(move |key: String| {
        let order = match key.as_str() {
            "dmy" => DateOrder::DayMonthYear,
            "mdy" => DateOrder::MonthDayYear,
            _ => DateOrder::YearMonthDay,
        };
        editor.change(|options| options.date_order = Some(order));
    });
    let by_rounding = Callback::new(move |key: String| {
        let rounding = match key.as_str() {
            "up" => MinuteRounding::Up,
            "down" => MinuteRounding::Down,
            _ => MinuteRounding::Nearest,
        };
        editor.change(|options| options.rounding = rounding);
    });
    let draws = move || {
        editor.refused.track();
        editor.import.with(|import| import.is_some_and(|i| i.options.unbillable_draws))
    };
    view! {
        <Panel title=t!(imports.options_title)>
            <div class="panel-body flex flex-col gap-3">
                <div class="form-pair">
                    <OptionSelect
                        id="import-order"
                        label=t!(imports.date_order)
                        value=known(|import| order_key(import.date_order))
                        choices=orders.to_vec()
                        pick=by_order
                    />
                    <OptionSelect
                        id="import-rounding"
                        label=t!(imports.rounding)
                        value=known(|import| rounding_key(import.options.rounding))
                        choices=roundings.to_vec()
                        pick=by_rounding
                    />
                </div>
                <div class="field-tick">
                    <input
                        type="checkbox"
                        class="checkbox"
                        id="import-unbillable"
                        aria-describedby="import-unbillable-about"
                        prop:checked=draws
                        on:change=move |event| {
                            let draws = event_target_checked(&event);
                            editor.change(|options| options.unbillable_draws = draws);
                        }
                    />
                    <div>
                        <label for="import-unbillable">{t!(imports.unbillable)}</label>
                        <p class="field-hint" id="import-unbillable-about">
                            {t!(imports.unbillable_hint)}
                        </p>
                    </div>
                </div>
            </div>
        </Panel>
    }
}

#[component]
fn OptionSelect(
    id: &'static str,
    label: &'static str,
    value: Signal<&'static str>,
    choices: Vec<(&'static str, &'static str)>,
    pick: Callback<String>,
) -> impl IntoView {
    let options = choices.into_iter().map(|(key, words)| {
        view! { <option value=key selected=move || value.get() == key>{words}</option> }
    });
    view! {
        <div class="field">
            <label class="field-label" for=id>{label}</label>
            <select
                class="select"
                id=id
                prop:value=move || value.get()
                on:change=move |event| pick.run(event_target_value(&event))
            >
                {options.collect_view()}
            </select>
        </div>
    }
}
