//! The balance of a retainer by a link that anyone can open who has it: made, and ended.
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::api::{Page, RetainerId, ShareLink};

use super::share_form::MakeForm;
use super::words;
use crate::format::{date, day_in_zone, moment};
use crate::i18n::fault_words;
use crate::query::{Query, use_all};
use crate::session::{use_me, use_today};
use crate::ui::{Badge, Button, Dialog, Loaded, Panel, Variant, toast};
use crate::{api, t};

/// The panel on a retainer's page, which names the retainer. Nothing for who is not of the house.
#[component]
pub fn ShareLinks() -> impl IntoView {
    let reads = use_me().with_untracked(|me| words::reads(me.role));
    let retainer = use_params_map()
        .with_untracked(|params| params.get("retainer")?.parse::<RetainerId>().ok());
    retainer.filter(|_| reads).map(|retainer| view! { <Links retainer /> })
}

#[component]
fn Links(retainer: RetainerId) -> impl IntoView {
    // All of them: one that still holds may be older than many that were ended.
    let links = use_all(move || Some(api::share_links(retainer)));
    let making = RwSignal::new(false);
    let ending = RwSignal::new(None::<ShareLink>);
    let may = words::may_change();
    let make = Callback::new(move |()| making.set(true));
    let aside = move || {
        view! {
            <Button small=true icon=icondata::LuLink reason=may on_press=make>
                {t!(portal_access.share_make)}
            </Button>
        }
    };
    // Drawn anew only when one changed.
    let open = Memo::new(move |_| {
        links.with(|page: Option<&Page<ShareLink>>| {
            let all = page.map(|page| page.items.as_slice()).unwrap_or_default();
            all.iter().filter(|link| link.open).cloned().collect::<Vec<_>>()
        })
    });
    let list = move || {
        let open = open.get();
        if open.is_empty() {
            let words = t!(portal_access.share_none);
            return view! { <p class="panel-body text-soft">{words}</p> }.into_any();
        }
        let rows = open.into_iter().map(|link| view! { <Row link ending may /> });
        view! { <ul class="panel-rows">{rows.collect_view()}</ul> }.into_any()
    };
    view! {
        <Panel title=t!(portal_access.share) aside=aside>
            <Loaded of=links.standing() rows=2>{list}</Loaded>
        </Panel>
        <Dialog open=making title=t!(portal_access.share)>
            <MakeForm retainer open=making />
        </Dialog>
        <EndDialog ending links />
    }
}

#[component]
fn Row(
    link: ShareLink,
    ending: RwSignal<Option<ShareLink>>,
    may: Signal<Option<String>>,
) -> impl IntoView {
    let zone = use_me().with_untracked(|me| me.organisation.timezone.clone());
    let today = use_today().get_untracked();
    let until = date(day_in_zone(link.expires_at, &zone), today);
    let until = t!(portal_access.until, day = until);
    let made = t!(
        portal_access.share_made_by,
        name = link.created_by_name.as_str(),
        day = date(day_in_zone(link.created_at, &zone), today)
    );
    let seen = match link.seen_at {
        Some(at) => t!(portal_access.share_seen, when = moment(at, &zone, today)),
        None => t!(portal_access.share_unseen).to_owned(),
    };
    let which = format!(", {until}");
    let locked = link.has_password;
    let kept = StoredValue::new(link);
    let end = Callback::new(move |()| ending.set(Some(kept.get_value())));
    view! {
        <li class="contact">
            <div class="contact-words">
                <p class="flex flex-wrap items-center gap-2">
                    <span class="font-medium num">{until}</span>
                    {locked.then(|| view! {
                        <Badge icon=icondata::LuLock>{t!(portal_access.with_password)}</Badge>
                    })}
                </p>
                <p class="num">{seen}</p>
                <p class="text-muted">{made}</p>
            </div>
            <Button small=true reason=may on_press=end>
                {t!(portal_access.share_end)}
                <span class="sr-only">{which}</span>
            </Button>
        </li>
    }
}

/// It cannot be undone: the question names the effect.
#[component]
fn EndDialog(ending: RwSignal<Option<ShareLink>>, links: Query<Page<ShareLink>>) -> impl IntoView {
    let open = RwSignal::new(false);
    let busy = RwSignal::new(false);
    Effect::new(move |_| open.set(ending.with(Option::is_some)));
    let end = Callback::new(move |()| {
        let Some(link) = ending.get_untracked() else { return };
        busy.set(true);
        leptos::task::spawn_local(async move {
            match api::end_share_link(link.id, link.version).await {
                Ok(()) => {
                    links.update(|page| page.items.retain(|one| one.id != link.id));
                    toast(t!(portal_access.share_ended));
                }
                Err(fault) => toast(fault_words(&fault)),
            }
            links.refetch();
            busy.try_set(false);
            ending.try_set(None);
        });
    });
    let cancel = Callback::new(move |()| ending.set(None));
    view! {
        <Dialog open title=t!(portal_access.share_end_title)>
            <p>{t!(portal_access.share_end_about)}</p>
            <div class="form-actions">
                <Button on_press=cancel>{t!(common.cancel)}</Button>
                <Button variant=Variant::Danger busy=busy on_press=end>
                    {t!(portal_access.share_end_verb)}
                </Button>
            </div>
        </Dialog>
    }
}
