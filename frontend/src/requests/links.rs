//! The form by which a client asks: its link is made, copied once and taken back.
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::api::{FormLink, FormLinkMade, NewFormLink, Page, RetainerId};

use crate::format::{count, date, day_in_zone};
use crate::i18n::fault_words;
use crate::query::{Query, use_query};
use crate::session::{manages, use_me, use_today};
use crate::ui::{Badge, Button, CopyText, Dialog, Loaded, Panel, Tone, Variant, toast};
use crate::{api, t};

/// The panel on a retainer's page, which names the retainer.
#[component]
pub fn FormLinks() -> impl IntoView {
    let retainer = use_params_map()
        .with_untracked(|params| params.get("retainer")?.parse::<RetainerId>().ok());
    retainer.map(|retainer| view! { <Links retainer /> })
}

#[component]
fn Links(retainer: RetainerId) -> impl IntoView {
    let links = use_query(move || api::form_links(retainer));
    let may = use_me().with_untracked(|me| manages(me.role));
    let made = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let make = Callback::new(move |()| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            match api::add_form_link(retainer, &NewFormLink::default()).await {
                // It was ended before its address came.
                Ok(FormLinkMade { token, .. }) if token.is_empty() => {
                    made.try_set(None);
                    toast(t!(requests.link_revoked));
                }
                Ok(FormLinkMade { token, .. }) => {
                    made.try_set(Some(super::link_address(&token)));
                }
                Err(fault) => toast(fault_words(&fault)),
            }
            links.refetch();
            busy.try_set(false);
        });
    });
    let replacing = RwSignal::new(false);
    let open = move || {
        links.with(|page: Option<&Page<FormLink>>| {
            page.and_then(|page| page.items.iter().find(|link| link.open).cloned())
        })
    };
    let press = Callback::new(move |()| match untrack(open) {
        // What clients have in their hands ends with it: that is asked first.
        Some(_) => replacing.set(true),
        None => make.run(()),
    });
    let replace = Callback::new(move |()| {
        replacing.set(false);
        make.run(());
    });
    let verb = move || match open() {
        Some(_) => t!(requests.link_again),
        None => t!(requests.link_make),
    };
    view! {
        <Panel title=t!(requests.form)>
            <div class="panel-body stack">
                <Loaded of=links.standing() rows=2>
                    {move || match open() {
                        Some(link) => view! { <Open link links may made /> }.into_any(),
                        None => {
                            view! { <p class="text-soft">{t!(requests.form_none)}</p> }.into_any()
                        }
                    }}
                    {move || made.get().map(|text| view! {
                        <p class="note note-ok">{t!(requests.link_once)}</p>
                        <CopyText label=t!(requests.link) text autofocus=true />
                    })}
                    {may.then(|| view! {
                        <p>
                            <Button small=true icon=icondata::LuLink busy=busy on_press=press>
                                {verb}
                            </Button>
                        </p>
                    })}
                </Loaded>
            </div>
        </Panel>
        <Replace open=replacing replace />
    }
}

/// Asks before the link that clients have ends.
#[component]
fn Replace(open: RwSignal<bool>, replace: Callback<()>) -> impl IntoView {
    view! {
        <Dialog open title=t!(requests.link_again)>
            <div class="form">
                <p>{t!(requests.link_again_about)}</p>
                <div class="form-actions">
                    <Button on_press=Callback::new(move |()| open.set(false))>
                        {t!(common.cancel)}
                    </Button>
                    <Button variant=Variant::Primary on_press=replace>
                        {t!(requests.link_again)}
                    </Button>
                </div>
            </div>
        </Dialog>
    }
}

#[component]
fn Open(
    link: FormLink,
    links: Query<Page<FormLink>>,
    may: bool,
    made: RwSignal<Option<String>>,
) -> impl IntoView {
    let me = use_me();
    let zone = me.with_untracked(|me| me.organisation.timezone.clone());
    let day = date(day_in_zone(link.expires_at, &zone), use_today().get_untracked());
    let (id, version) = (link.id, link.version);
    let revoke = Callback::new(move |()| {
        leptos::task::spawn_local(async move {
            match api::revoke_form_link(id, version).await {
                Ok(_) => {
                    made.try_set(None);
                    toast(t!(requests.link_revoked));
                }
                Err(fault) => toast(fault_words(&fault)),
            }
            links.refetch();
        });
    });
    view! {
        <p class="flex flex-wrap items-center gap-2">
            <Badge tone=Tone::Ok icon=icondata::LuLink>{t!(requests.link_open)}</Badge>
            <span class="text-muted num">
                {t!(requests.link_about, day = day, count = count(link.requests))}
            </span>
        </p>
        {may.then(|| view! {
            <p><Button small=true on_press=revoke>{t!(requests.link_revoke)}</Button></p>
        })}
    }
}
