//! The queue, and one request beside it. All of it stands in the address.
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};
use shared::api::{Page, Request, RequestId, RequestState};

use super::detail::Detail;
use super::new_form::NewDialog;
use super::words;
use crate::api::{self, Path};
use crate::format::{count, moment, relative};
use crate::keys::{Group, use_action};
use crate::query::{Query, use_all};
use crate::session::{delivers, use_me, use_today};
use crate::shell::Area;
use crate::ui::{
    Badge, Button, ButtonLink, Empty, Loaded, PageHeader, Panel, Tab, TabLinks, Tone, Variant,
    styles,
};
use crate::{t, tn};

/// The views of the queue: those that wait for a verdict come first.
const VIEWS: [Option<RequestState>; 4] =
    [Some(RequestState::New), Some(RequestState::NeedsInput), Some(RequestState::Triaged), None];

#[derive(Clone, Copy)]
struct Queue {
    state: Memo<Option<RequestState>>,
    id: Memo<Option<RequestId>>,
    all: Query<Page<Request>>,
}

impl Queue {
    fn of_address() -> Self {
        let (map, params) = (use_query_map(), use_params_map());
        let state = Memo::new(move |_| match map.with(|map| map.get("state")).as_deref() {
            None => Some(RequestState::New),
            Some(name) => RequestState::named(name),
        });
        let id = Memo::new(move |_| params.with(|params| params.get("request"))?.parse().ok());
        let all = use_all(move || Some(api::requests(state.get())));
        Self { state, id, all }
    }
    fn rows(self) -> Vec<Request> {
        self.all.with(|page| page.map(|page| page.items.clone())).unwrap_or_default()
    }
    fn href(self, id: Option<RequestId>) -> String {
        href(self.state.get(), id)
    }
}

fn href(state: Option<RequestState>, id: Option<RequestId>) -> String {
    let path = id.map_or_else(|| "/requests".to_owned(), super::request_href);
    let name = state.map_or("all", RequestState::name);
    Path::new(path).with("state", (state != Some(RequestState::New)).then_some(name)).done()
}

/// `/requests?state=new` and `/requests/:request`; `new=1` opens the form.
#[component]
pub fn RequestsPage() -> impl IntoView {
    styles::adopt(include_str!("../../styles/requests.css"));
    let queue = Queue::of_address();
    let may = use_me().with_untracked(|me| delivers(me.role));
    let map = use_query_map();
    let adding = RwSignal::new(false);
    Effect::new(move |_| {
        if map.with(|map| map.get("new").is_some()) && may {
            adding.set(true);
        }
    });
    use_action(Group::Here, t!(shell.new_request), "c", move || {
        if may {
            adding.set(true);
        }
    });
    let navigate = use_navigate();
    let go = Callback::new(move |id: RequestId| {
        navigate(&href(Some(RequestState::New), Some(id)), Default::default());
    });
    let status = move || {
        let n = queue.all.with(|page| page.map(|page| page.items.len()));
        n.map(|n| view! { <span class="page-count num">{count(n as i64)}</span> })
    };
    let reason = (!may).then(|| t!(requests.needs_role).to_owned());
    let add = Callback::new(move |()| adding.set(true));
    view! {
        <PageHeader title=t!(shell.requests) area=Area::Requests status=status>
            <Button
                variant=Variant::Primary
                icon=icondata::LuPlus
                keys="c"
                reason
                on_press=add
            >
                {t!(shell.new_request)}
            </Button>
        </PageHeader>
        <Views queue />
        <div class="page">
            <div class="req-columns" class:has-detail=move || queue.id.get().is_some()>
                <div class="req-queue">
                    <Panel title=t!(requests.queue)>
                        <Loaded of=queue.all.standing() rows=8>
                            <Show
                                when=move || !queue.rows().is_empty()
                                fallback=move || view! { <Nothing queue add may /> }
                            >
                                <Rows queue />
                            </Show>
                        </Loaded>
                    </Panel>
                </div>
                {move || queue.id.get().map(|id| {
                    let back = Signal::derive(move || queue.href(None));
                    view! { <Detail id back /> }
                })}
            </div>
        </div>
        <NewDialog open=adding go />
    }
}

#[component]
fn Views(queue: Queue) -> impl IntoView {
    let tabs = Signal::derive(move || {
        let now = queue.state.get();
        let tab = |state: Option<RequestState>| Tab {
            href: href(state, None),
            label: state.map_or(t!(common.all), |state| words::state(state).2).to_owned(),
            count: None,
            current: state == now,
        };
        VIEWS.into_iter().map(tab).collect::<Vec<_>>()
    });
    view! { <TabLinks label=t!(requests.views) tabs /> }
}

#[component]
fn Rows(queue: Queue) -> impl IntoView {
    view! {
        <ul class="panel-rows">
            <For each=move || queue.rows() key=|one| (one.id, one.version) let:one>
                <Row queue one />
            </For>
        </ul>
    }
}

#[component]
fn Row(queue: Queue, one: Request) -> impl IntoView {
    let me = use_me();
    let zone = me.with_untracked(|me| me.organisation.timezone.clone());
    let today = use_today().get_untracked();
    let id = one.id;
    let current = move || (queue.id.get() == Some(id)).then_some("true");
    let age = relative(crate::format::day_in_zone(one.created_at, &zone), today);
    let missing = (!one.missing.is_empty()).then(|| {
        let words = tn!(one.missing.len() as i64, requests.missing_one, requests.missing_other);
        view! { <Badge tone=Tone::Warn icon=icondata::LuCircleAlert>{words}</Badge> }
    });
    let promised = one.answer_by.map(|by| {
        let day = moment(by, &zone, today);
        let (tone, words) = match by < me.with_untracked(|me| me.now) {
            true => (Tone::Bad, t!(requests.answer_late, day = day)),
            false => (Tone::Plain, t!(requests.answer_due, day = day)),
        };
        view! { <Badge tone icon=icondata::LuTimer>{words}</Badge> }
    });
    let verdict = one.triage.as_ref().map(|triage| words::verdict(triage.verdict));
    let verdict = verdict.map(|words| view! { <Badge tone=Tone::Plain>{words}</Badge> });
    view! {
        <li class="req-row">
            <a
                class="link font-medium"
                data-row=""
                href=move || queue.href(Some(id))
                aria-current=current
            >
                {one.title}
            </a>
            <p class="text-muted">{format!("{} · {age}", one.account_name)}</p>
            <p class="req-badges">{promised} {missing} {verdict}</p>
        </li>
    }
}

/// Why there is nothing: no request at all, or none in this view.
#[component]
fn Nothing(queue: Queue, add: Callback<()>, may: bool) -> impl IntoView {
    move || match queue.state.get() {
        Some(RequestState::New) => {
            let reason = (!may).then(|| t!(requests.needs_role).to_owned());
            view! {
                <Empty
                    icon=icondata::LuInbox
                    title=t!(requests.none)
                    about=t!(requests.none_about)
                >
                    <Button reason on_press=add>{t!(shell.new_request)}</Button>
                </Empty>
            }
            .into_any()
        }
        _ => view! {
            <Empty title=t!(requests.none_here)>
                <ButtonLink href="/requests">{t!(requests.state_new)}</ButtonLink>
            </Empty>
        }
        .into_any(),
    }
}
