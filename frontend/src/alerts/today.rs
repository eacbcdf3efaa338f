//! Today: what the reader is told of and has not seen.
use leptos::prelude::*;

use super::list::AlertRows;
use crate::query::use_query;
use crate::ui::{Empty, Loaded};
use crate::{api, t};

/// The content of the panel; its code is loaded apart.
#[component]
pub(crate) fn TodaysAlerts() -> impl IntoView {
    let alerts = use_query(api::my_alerts);
    let rows = Signal::derive(move || {
        alerts.with(|page| page.map(|p| p.items.clone())).unwrap_or_default()
    });
    view! {
        <Loaded of=alerts.standing() rows=2>
            <Show
                when=move || rows.with(|rows| !rows.is_empty())
                fallback=|| {
                    view! {
                        <Empty
                            icon=icondata::LuBell
                            title=t!(alerts.none)
                            about=t!(alerts.none_about)
                        />
                    }
                }
            >
                <AlertRows alerts=rows whose=true />
            </Show>
        </Loaded>
    }
}
