//! A retainer: the alerts of its open cycles under the meter, and the way to the settings.
use leptos::prelude::*;
use shared::api::RetainerId;

use super::list::AlertRows;
use crate::query::use_query;
use crate::session::{manages, use_me};
use crate::ui::{Button, Dialog, Lazy, Loaded, Panel, Place};
use crate::{api, screens, t};

/// What the dialog is about, for its content, which is loaded later and takes nothing else.
#[derive(Clone, Copy)]
pub(super) struct Setting {
    pub(super) retainer: RetainerId,
    pub(super) open: RwSignal<bool>,
}

/// The panel of alerts on the page of a retainer.
#[component]
pub(crate) fn OfRetainer(retainer: RetainerId) -> impl IntoView {
    let may = use_me().with_untracked(|me| manages(me.role));
    let alerts = use_query(move || api::alerts_of(retainer));
    let open = RwSignal::new(false);
    provide_context(Setting { retainer, open });
    let rows = Signal::derive(move || {
        alerts.with(|page| page.map(|p| p.items.clone())).unwrap_or_default()
    });
    let aside = move || {
        may.then(|| {
            view! {
                <Button small=true on_press=Callback::new(move |()| open.set(true))>
                    {t!(alerts.settings_open)}
                </Button>
            }
        })
    };
    view! {
        <Panel title=t!(alerts.title) aside=aside>
            <Loaded of=alerts.standing() rows=1>
                <Show
                    when=move || rows.with(|rows| !rows.is_empty())
                    fallback=|| {
                        view! { <p class="panel-body text-soft">{t!(alerts.none_here)}</p> }
                    }
                >
                    <AlertRows alerts=rows whose=false />
                </Show>
            </Loaded>
        </Panel>
        <Dialog open title=t!(alerts.settings_title) wide=true>
            <Lazy load=screens::alert_settings place=Place::Dialog />
        </Dialog>
    }
}
