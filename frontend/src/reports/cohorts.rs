//! Clients by when they began, and what of them is left.
use chrono::Datelike;
use leptos::prelude::*;
use shared::api::{Cohort, CohortBy, CohortsOfCurrency, Money};

use super::recurring::Asked;
use crate::api::{self, Path};
use crate::format::{count, money, month_year, percent_tenths};
use crate::query::use_query;
use crate::session::use_today;
use crate::ui::{Button, Form, FormFaults, Loaded, Panel};
use crate::{browser, t};

impl Asked {
    /// Where the API tells who began in its months: by quarter where they are many.
    fn cohorts(self, of: &str, today: chrono::NaiveDate) -> String {
        let (from, to) = self.days(today);
        let by = if self.many() { CohortBy::Quarter } else { CohortBy::Month };
        let path = Path::new(of.to_owned()).with("by", Some(by.name()));
        path.with("from", Some(from)).with("to", Some(to)).done()
    }
}

#[component]
pub(super) fn Cohorts(asked: Memo<Asked>) -> impl IntoView {
    const HREF: &str = "/reports/recurring-revenue/cohorts";
    let today = use_today();
    let report = use_query(move || api::cohorts(asked.get().cohorts(HREF, today.get())));
    let parts = move || {
        let currencies = report.get().map(|made| (made.by, made.currencies));
        let (by, currencies) = currencies.unwrap_or((CohortBy::Month, Vec::new()));
        let part = |of: CohortsOfCurrency| view! { <OfCurrency of by /> };
        currencies.into_iter().map(part).collect_view()
    };
    let some = move || report.with(|made| made.is_some_and(|made| !made.currencies.is_empty()));
    let form = Form::new("cohorts");
    let save = Callback::new(move |()| {
        let path = asked.get_untracked().cohorts(&format!("{HREF}.csv"), today.get_untracked());
        form.run(async move { api::download(&path).await }, move |text: String| {
            browser::save_file("Cohorts.csv", "text/csv", &text);
        });
    });
    view! {
        <Loaded of=report.standing() rows=4>
            <div class="stack">{parts}</div>
            <Show when=some>
                <div class="no-print">
                    <FormFaults form />
                    <Button
                        small=true
                        icon=icondata::LuDownload
                        busy=form.busy()
                        on_press=save
                    >
                        {t!(recurring.cohorts_sheet)}
                    </Button>
                </div>
            </Show>
        </Loaded>
    }
}

/// A row for those who began together, a column for each period since.
#[component]
fn OfCurrency(of: CohortsOfCurrency, by: CohortBy) -> impl IntoView {
    let most = of.cohorts.iter().map(|cohort| cohort.periods.len()).max().unwrap_or(0);
    let heads = (0..most).map(|place| view! { <th scope="col" class="end">{place}</th> });
    let heads = heads.collect_view();
    let row = |cohort: &Cohort| {
        let amount = Money { amount_minor: cohort.began_minor, currency: of.currency.clone() };
        let began = match by {
            CohortBy::Month => month_year(cohort.starts_on),
            CohortBy::Quarter => {
                format!("Q{} {}", cohort.starts_on.month0() / 3 + 1, cohort.starts_on.year())
            }
        };
        let cell = |place: usize| match cohort.periods.get(place) {
            Some(period) => view! {
                <td class="num end">
                    {percent_tenths(period.mrr_left)}
                    <p class="text-xs text-muted">{percent_tenths(period.clients_left)}</p>
                </td>
            }
            .into_any(),
            None => view! { <td></td> }.into_any(),
        };
        let cells = (0..most).map(cell).collect_view();
        view! {
            <tr>
                <th scope="row">
                    {began} <p class="text-xs text-muted">{money(&amount)}</p>
                </th>
                <td class="num end">{count(i64::from(cohort.clients))}</td>
                {cells}
            </tr>
        }
    };
    let rows = of.cohorts.iter().map(row).collect_view();
    let title = format!("{} · {}", t!(recurring.cohorts), of.currency);
    view! {
        <Panel title=title.clone()>
            <p class="panel-body text-soft">{t!(recurring.cohorts_about)}</p>
            <div class="table-wrap" role="group" aria-label=title tabindex="0">
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{t!(recurring.began)}</th>
                            <th scope="col" class="end">{t!(recurring.clients)}</th>
                            {heads}
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </Panel>
    }
}
