//! `/accounts/:account/timeline?kind=note&q=words`: all of it, filtered by what stands in the
//! address.
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{query_signal_with_options, use_params_map, use_query_map};
use shared::api::{Account, AccountId, Page, TimelineItem, TimelineKind};

use super::composer::Composer;
use super::steps::Steps;
use super::stream::Stream;
use super::words;
use crate::{
    api::{self, Path},
    messages::{Desk, MessageDialog, MessagesPanel, Writing},
    query::{Query, use_query},
    session::use_me,
    shell::Area,
    t,
    ui::{ButtonLink, Empty, Loaded, More, PageHeader, Panel, ReadOn, Tab, TabLinks, styles},
};

/// The timeline of the account that the address names.
#[component]
pub fn TimelinePage() -> impl IntoView {
    styles::adopt(include_str!("../../styles/timeline.css"));
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params.with(|params| params.get("account").and_then(|id| id.parse::<AccountId>().ok()))
    });
    move || match id.get() {
        Some(id) => view! { <Whole id /> }.into_any(),
        None => view! { <Gone /> }.into_any(),
    }
}

#[component]
fn Gone() -> impl IntoView {
    view! {
        <PageHeader title=t!(common.not_found_title) area=Area::Accounts />
        <div class="page">
            <Empty icon=icondata::LuCompass title=t!(common.not_found)>
                <ButtonLink href="/accounts">{t!(shell.accounts)}</ButtonLink>
            </Empty>
        </div>
    }
}

/// What is shown of which account.
#[derive(Clone, Copy)]
struct Shown {
    id: AccountId,
    account: Query<Account>,
    kind: Memo<Option<TimelineKind>>,
    q: Memo<String>,
    set_q: SignalSetter<Option<String>>,
    first: Query<Page<TimelineItem>>,
    more: More<TimelineItem>,
}

impl Shown {
    fn of_address(id: AccountId) -> Self {
        let map = use_query_map();
        let kind = Memo::new(move |_| TimelineKind::named(&map.with(|map| map.get("kind"))?));
        let quiet = NavigateOptions { replace: true, scroll: false, ..Default::default() };
        let (q, set_q) = query_signal_with_options::<String>("q", quiet);
        let q = Memo::new(move |_| q.get().unwrap_or_default());
        let read = move || api::timeline(id, kind.get(), &q.get());
        let first = use_query(read);
        let path = Memo::new(move |_| Some(read().path().to_owned()));
        let more = More::of(path, first);
        let account = use_query(move || api::account(id));
        Self { id, account, kind, q, set_q, first, more }
    }

    fn href(self, kind: Option<TimelineKind>) -> String {
        let path = Path::new(format!("/accounts/{}/timeline", self.id));
        path.with("kind", kind.map(TimelineKind::name)).with("q", Some(self.q.get())).done()
    }

    fn items(self) -> Vec<TimelineItem> {
        let first = self.first.with(|page| page.map(|page| page.items.clone()));
        let mut items = first.unwrap_or_default();
        items.extend(self.more.rows());
        items
    }
}

#[component]
fn Whole(id: AccountId) -> impl IntoView {
    let shown = Shown::of_address(id);
    let may = use_me().with_untracked(|me| words::keeps(me.role));
    let items = Signal::derive(move || shown.items());
    let desk = Desk::default();
    let answer = may.then(|| Callback::new(move |id| desk.begin(Writing::Answer(id))));
    view! {
        <Head shown />
        <Kinds shown />
        <div class="page page-two">
            <div class="stack">
                <Show when=move || may>
                    <Composer id />
                </Show>
                <Panel title=t!(timeline.title)>
                    <Loaded of=shown.first.standing() rows=8>
                        <Show
                            when=move || items.with(|items| !items.is_empty())
                            fallback=move || view! { <Nothing shown /> }
                        >
                            <Stream id items answer />
                            <ReadOn on=shown.more.on />
                        </Show>
                    </Loaded>
                </Panel>
            </div>
            <div class="stack">
                <Steps id may />
                <MessagesPanel account=id desk may />
            </div>
        </div>
        {may.then(|| view! { <MessageDialog account=id desk /> })}
    }
}

#[component]
fn Head(shown: Shown) -> impl IntoView {
    let name = move || shown.account.with(|account| account.map(|account| account.name.clone()));
    let title = Signal::derive(move || match name() {
        Some(name) => t!(timeline.of, account = name.as_str()),
        None => t!(timeline.title).to_owned(),
    });
    let typed = move |event: leptos::ev::Event| {
        let text = event_target_value(&event);
        shown.set_q.set((!text.is_empty()).then_some(text));
    };
    view! {
        <PageHeader title area=Area::Accounts>
            <input
                type="search"
                class="input page-filter"
                data-filter=""
                aria-label=t!(timeline.search)
                placeholder=t!(timeline.search)
                title=crate::keys::tooltip(None, "/")
                prop:value=move || shown.q.get()
                on:input=typed
            />
            <ButtonLink href=format!("/accounts/{}/files", shown.id)>{t!(files.title)}</ButtonLink>
            <ButtonLink href=format!("/accounts/{}", shown.id)>{t!(common.account)}</ButtonLink>
        </PageHeader>
    }
}

#[component]
fn Kinds(shown: Shown) -> impl IntoView {
    let tabs = Signal::derive(move || {
        let now = shown.kind.get();
        let tab = |kind: Option<TimelineKind>| Tab {
            href: shown.href(kind),
            label: kind.map_or(t!(common.all), words::kind).to_owned(),
            count: None,
            current: kind == now,
        };
        let kinds = TimelineKind::ALL.iter().copied().map(Some);
        std::iter::once(None).chain(kinds).map(tab).collect::<Vec<_>>()
    });
    view! { <TabLinks label=t!(timeline.kinds) tabs /> }
}

#[component]
fn Nothing(shown: Shown) -> impl IntoView {
    move || {
        if shown.kind.get().is_none() && shown.q.get().is_empty() {
            let about = t!(timeline.empty_about);
            view! { <Empty icon=icondata::LuHistory title=t!(timeline.empty) about /> }.into_any()
        } else {
            let all = format!("/accounts/{}/timeline", shown.id);
            view! {
                <Empty title=t!(timeline.none_found)>
                    <ButtonLink href=all>{t!(timeline.show_all)}</ButtonLink>
                </Empty>
            }
            .into_any()
        }
    }
}
