//! Today: what the reader is told of and has not seen.
use leptos::prelude::*;
use shared::api::{Alert, Page};

use super::list::AlertRows;
use crate::query::use_query;
use crate::ui::{Button, Empty, Loaded};
use crate::{api, t};

/// So many are shown before somebody asks for all of them.
const SHOWN: usize = 5;

/// The content of the panel.
#[component]
pub(crate) fn TodaysAlerts() -> impl IntoView {
    let alerts = use_query(api::my_alerts);
    let all = RwSignal::new(false);
    let count = move || alerts.with(|page| page.map_or(0, |page| page.items.len()));
    let rows = Signal::derive(move || {
        let shown = if all.get() { usize::MAX } else { SHOWN };
        let first = |page: &Page<Alert>| page.items.iter().take(shown).cloned().collect::<Vec<_>>();
        alerts.with(|page| page.map(first)).unwrap_or_default()
    });
    let more = move || {
        (!all.get() && count() > SHOWN).then(|| {
            let show = Callback::new(move |()| all.set(true));
            view! {
                <div class="panel-body">
                    <Button small=true on_press=show>{t!(alerts.show_all, count = count())}</Button>
                </div>
            }
        })
    };
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
                {more}
            </Show>
        </Loaded>
    }
}
