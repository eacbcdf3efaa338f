//! The map of constraints: which friction comes back where, month by month. Source: requirement
//! S3-9.
use leptos::prelude::*;
use shared::api::{Constraint, ConstraintMap};

use super::words;
use crate::format::{count, month_name};
use crate::query::use_query;
use crate::ui::{Badge, Loaded, Panel, Tone};
use crate::{api, t};

#[component]
pub(super) fn ConstraintPanel() -> impl IntoView {
    let map = use_query(api::constraint_map);
    view! {
        <Panel title=t!(model.map)>
            <Loaded of=map.standing() rows=3>
                {move || map.get().map(|map| view! { <Table map /> })}
            </Loaded>
        </Panel>
    }
}

#[component]
fn Table(map: ConstraintMap) -> impl IntoView {
    if map.rows.is_empty() {
        return view! { <p class="panel-body text-muted">{t!(model.map_none)}</p> }.into_any();
    }
    let head = map.months.iter().map(|month| {
        view! { <th scope="col" class="end max-sm:hidden">{month_name(*month)}</th> }
    });
    let row = |row: Constraint| {
        let place = row.place_name.unwrap_or_else(|| t!(model.elsewhere).to_owned());
        let months = row.months.into_iter().map(|n| {
            let words = if n == 0 { "·".to_owned() } else { count(n) };
            view! { <td class="num end max-sm:hidden">{words}</td> }
        });
        let back = row.recurring.then(|| {
            view! { <Badge tone=Tone::Bad icon=icondata::LuRepeat>{t!(model.recurring)}</Badge> }
        });
        view! {
            <tr>
                <th scope="row" class="text-start font-normal">
                    {words::friction(row.kind)}
                    " "
                    {back}
                    <p class="text-muted">{place}</p>
                </th>
                {months.collect_view()}
                <td class="num end">{count(row.total)}</td>
            </tr>
        }
    };
    view! {
        <div class="table-wrap">
            <table class="table">
                <thead>
                    <tr>
                        <th scope="col">{t!(model.map_what)}</th>
                        {head.collect_view()}
                        <th scope="col" class="end">{t!(model.map_total)}</th>
                    </tr>
                </thead>
                <tbody>{map.rows.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}
