//! Whether the people of an account can sign in, where they do, and what they see there.
use leptos::prelude::*;
use shared::api::{AccountId, Portal, PortalLinkMade, PortalSet};

use super::words;
use crate::query::Query;
use crate::ui::{Button, CopyText, Form, FormFaults, Panel, toast};
use crate::{api, browser, t};

/// The switch, and the ways in.
#[component]
pub(super) fn Access(id: AccountId, portal: Query<Portal>) -> impl IntoView {
    let open = Memo::new(move |_| portal.with(|portal| portal.is_some_and(|portal| portal.open)));
    view! {
        <Panel title=t!(portal_access.access)>
            <div class="panel-body stack">
                <p class="text-soft">
                    {move || if open.get() {
                        t!(portal_access.open_about)
                    } else {
                        t!(portal_access.closed_about)
                    }}
                </p>
                <Show when=move || open.get()>
                    <CopyText label=t!(portal_access.address) text=words::address("/portal") />
                </Show>
                <Ways id portal open />
            </div>
        </Panel>
    }
}

/// Opening or closing it, and looking at it.
#[component]
fn Ways(id: AccountId, portal: Query<Portal>, open: Memo<bool>) -> impl IntoView {
    let reason = words::may_change();
    let switching = Form::new("portal-open");
    let switch = Callback::new(move |()| {
        let Some(now) = portal.get_untracked() else { return };
        let seen = now.version;
        let body = PortalSet { open: !now.open, parts: now.parts };
        let work = async move |body: PortalSet| api::set_portal(id, seen, &body).await;
        switching.send(body, work, move |now: Portal| {
            toast(if now.open { t!(portal_access.opened) } else { t!(portal_access.closed) });
            portal.set(now);
        });
    });
    Effect::new(move |_| {
        if switching.stale() {
            portal.refetch();
        }
    });
    let looking = Form::new("portal-preview");
    let blocked = RwSignal::new(None::<String>);
    let look = Callback::new(move |()| {
        blocked.set(None);
        looking.run(api::preview_portal(id), move |made: PortalLinkMade| {
            let Some(token) = made.token else { return };
            let address = words::address(&format!("/portal/enter/{token}"));
            if !browser::open_tab(&address) {
                blocked.try_set(Some(address));
            }
        });
    });
    let by_hand = move || {
        blocked.get().map(|href| {
            view! {
                <p class="note" role="status">
                    {t!(portal_access.blocked)} " "
                    // The link works once.
                    <a
                        class="link"
                        href=href
                        target="_blank"
                        rel="noreferrer"
                        on:click=move |_| blocked.set(None)
                    >
                        {t!(portal_access.open_view)}
                    </a>
                </p>
            }
        })
    };
    view! {
        <FormFaults form=switching />
        <FormFaults form=looking />
        {by_hand}
        <div class="flex flex-wrap gap-2">
            <Button reason busy=switching.busy() on_press=switch>
                {move || if open.get() { t!(portal_access.close) } else { t!(portal_access.open) }}
            </Button>
            <Button icon=icondata::LuEye reason busy=looking.busy() on_press=look>
                {t!(portal_access.view_as_client)}
            </Button>
        </div>
    }
}
