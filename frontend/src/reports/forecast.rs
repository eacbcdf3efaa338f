//! What contracts will probably bring a month. Source: domain 7.7.
use leptos::prelude::*;
use shared::api::{ForecastMonth, ForecastOfCurrency};

use super::renewals::{Wide, row_of};
use super::words::amount;
use crate::format::{count, month_year};
use crate::query::use_query;
use crate::session::use_today;
use crate::ui::{Button, Form, FormFaults, Loaded, Panel};
use crate::{api, browser, t};

/// Twelve months from this one on, currency by currency.
#[component]
pub(super) fn Forecast() -> impl IntoView {
    let forecast = use_query(api::renewal_forecast);
    let parts = move || {
        let all = forecast.get().map(|made| made.currencies).unwrap_or_default();
        if all.is_empty() {
            return view! { <p class="panel-body text-muted">{t!(outcomes.no_contracts)}</p> }
                .into_any();
        }
        all.into_iter().map(|of| view! { <OfCurrency of /> }).collect_view().into_any()
    };
    view! {
        <Panel title=t!(outcomes.forecast) aside=move || view! { <Sheet /> }>
            <Loaded of=forecast.standing() rows=6>{parts}</Loaded>
            <p class="panel-body text-muted">{t!(outcomes.forecast_about)}</p>
        </Panel>
    }
}

#[component]
fn OfCurrency(of: ForecastOfCurrency) -> impl IntoView {
    let heads = vec![
        t!(recurring.month),
        t!(outcomes.certain),
        t!(outcomes.to_renew),
        t!(outcomes.contracts),
        t!(outcomes.expected),
    ];
    let row = |month: &ForecastMonth| {
        let cells = vec![
            amount(month.certain_minor, &of.currency),
            amount(month.open_minor, &of.currency),
            count(month.open),
            amount(month.likely_minor, &of.currency),
        ];
        row_of(month_year(month.month), &heads, cells)
    };
    let rows = of.months.iter().map(row).collect_view();
    let label = t!(outcomes.forecast_in, currency = of.currency.as_str());
    view! { <Wide label heads=heads.clone()>{rows}</Wide> }
}

/// Every contract as a file.
#[component]
fn Sheet() -> impl IntoView {
    let form = Form::new("forecast");
    let today = use_today();
    let save = Callback::new(move |()| {
        let name = format!("forecast {}.csv", today.get_untracked());
        let work = async { api::download("/reports/renewals/forecast.csv").await };
        form.run(work, move |text: String| {
            browser::save_file(&name, "text/csv", &text);
        });
    });
    view! {
        <FormFaults form />
        <Button
            small=true
            icon=icondata::LuDownload
            label=t!(outcomes.forecast_sheet)
            busy=form.busy()
            on_press=save
        >
            {t!(statement.sheet)}
        </Button>
    }
}
