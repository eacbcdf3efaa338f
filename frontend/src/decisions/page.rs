//! The log: searched and filtered, one decision beside it. All of it stands in the address.
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{query_signal_with_options, use_navigate, use_query_map};
use shared::api::{Decision, DecisionId, Page};

use super::detail::Detail;
use super::forms::RecordDialog;
use super::report::Report;
use super::words;
use crate::api::{DecisionFilter, Path};
use crate::format::count;
use crate::keys::{Group, use_action};
use crate::query::{Query, use_all};
use crate::session::{use_me, use_today};
use crate::shell::Area;
use crate::ui::{
    Badge, Button, ButtonLink, Empty, Loaded, PageHeader, Panel, Tab, TabLinks, Tone, Variant,
};
use crate::{api, t, tn};

/// The views of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    All,
    Open,
    Due,
    Revisit,
}

impl View {
    const ALL: [View; 4] = [View::All, View::Open, View::Due, View::Revisit];

    fn name(self) -> Option<&'static str> {
        match self {
            View::All => None,
            View::Open => Some("open"),
            View::Due => Some("due"),
            View::Revisit => Some("revisit"),
        }
    }
    fn named(name: Option<&str>) -> Self {
        Self::ALL.into_iter().find(|view| view.name() == name).unwrap_or(View::All)
    }
    fn label(self) -> &'static str {
        match self {
            View::All => t!(decisions.view_all),
            View::Open => t!(decisions.view_open),
            View::Due => t!(decisions.view_due),
            View::Revisit => t!(decisions.view_revisit),
        }
    }
    fn href(self, q: &str, id: Option<DecisionId>) -> String {
        let path = Path::new("/decisions").with("view", self.name());
        path.with("q", Some(q)).with("decision", id).done()
    }
}

/// What the page shows.
#[derive(Clone, Copy)]
struct Log {
    view: Memo<View>,
    q: Memo<String>,
    set_q: SignalSetter<Option<String>>,
    id: Memo<Option<DecisionId>>,
    all: Query<Page<Decision>>,
}

impl Log {
    fn of_address() -> Self {
        let map = use_query_map();
        let view = Memo::new(move |_| View::named(map.with(|map| map.get("view")).as_deref()));
        let quiet = NavigateOptions { replace: true, scroll: false, ..Default::default() };
        let (q, set_q) = query_signal_with_options::<String>("q", quiet);
        let q = Memo::new(move |_| q.get().unwrap_or_default());
        let id = Memo::new(move |_| map.with(|map| map.get("decision"))?.parse().ok());
        let all = use_all(move || {
            let view = view.get();
            let filter = DecisionFilter {
                q: q.get(),
                open: view == View::Open,
                due: view == View::Due,
                revisit: view == View::Revisit,
            };
            Some(api::decisions(&filter))
        });
        Self { view, q, set_q, id, all }
    }

    fn rows(self) -> Vec<Decision> {
        let mut rows =
            self.all.with(|page| page.map(|page| page.items.clone())).unwrap_or_default();
        rows.sort_by_key(words::order);
        rows
    }
}

/// `/decisions?view=open&q=channel&decision=ID`; `record=1` opens the form.
#[component]
pub fn DecisionsPage() -> impl IntoView {
    let log = Log::of_address();
    let may = use_me().with_untracked(|me| words::records(me.role));
    let recording = RwSignal::new(false);
    for keys in ["d", "c"] {
        use_action(Group::Here, t!(decisions.record), keys, move || {
            if may {
                recording.set(true);
            }
        });
    }
    let navigate = use_navigate();
    let go = Callback::new(move |id: DecisionId| {
        let href = log.view.get_untracked().href(&log.q.get_untracked(), Some(id));
        navigate(&href, Default::default());
    });
    let back = Signal::derive(move || log.view.get().href(&log.q.get(), None));
    view! {
        <Head log recording may />
        <Views log />
        <div class="page">
            <div class="know-columns" class:has-detail=move || log.id.get().is_some()>
                <div class="stack know-main">
                    <Panel title=t!(decisions.log)>
                        <Loaded of=log.all.standing() rows=8>
                            <Show
                                when=move || log.all.with(|page| {
                                    page.is_some_and(|page| !page.items.is_empty())
                                })
                                fallback=move || view! { <Nothing log recording may /> }
                            >
                                <Rows log />
                            </Show>
                        </Loaded>
                    </Panel>
                </div>
                <div class="stack">
                    <Show when=move || log.id.get().is_some()>
                        <Detail id=log.id back />
                    </Show>
                    <Report />
                </div>
            </div>
        </div>
        <RecordDialog open=recording go />
    }
}

#[component]
fn Head(log: Log, recording: RwSignal<bool>, may: bool) -> impl IntoView {
    let typed = move |event: leptos::ev::Event| {
        let text = event_target_value(&event);
        log.set_q.set((!text.is_empty()).then_some(text));
    };
    let status = move || {
        let n = log.all.with(|page| page.map(|page| page.items.len()));
        n.map(|n| view! { <span class="page-count num">{count(n as i64)}</span> })
    };
    let reason = (!may).then(|| t!(decisions.needs_role).to_owned());
    view! {
        <PageHeader title=t!(decisions.title) area=Area::Decisions status=status>
            <input
                type="search"
                class="input page-filter"
                data-filter=""
                aria-label=t!(decisions.search)
                placeholder=t!(decisions.search)
                title=crate::keys::tooltip(None, "/")
                prop:value=move || log.q.get()
                on:input=typed
            />
            <Button
                variant=Variant::Primary
                icon=icondata::LuPlus
                keys="d"
                reason
                on_press=Callback::new(move |()| recording.set(true))
            >
                {t!(decisions.record)}
            </Button>
        </PageHeader>
    }
}

#[component]
fn Views(log: Log) -> impl IntoView {
    let tabs = Signal::derive(move || {
        let (now, q) = (log.view.get(), log.q.get());
        let tab = |view: View| Tab {
            href: view.href(&q, None),
            label: view.label().to_owned(),
            count: None,
            current: view == now,
        };
        View::ALL.into_iter().map(tab).collect::<Vec<_>>()
    });
    view! { <TabLinks label=t!(decisions.views) tabs /> }
}

#[component]
fn Rows(log: Log) -> impl IntoView {
    view! {
        <ul class="panel-rows">
            <For
                each=move || log.rows()
                key=|decision| (decision.id, decision.version)
                let:decision
            >
                <Row log decision />
            </For>
        </ul>
    }
}

#[component]
fn Row(log: Log, decision: Decision) -> impl IntoView {
    let today = use_today().get_untracked();
    let id = decision.id;
    let href = move || log.view.get().href(&log.q.get(), Some(id));
    let current = move || (log.id.get() == Some(id)).then_some("true");
    let (tone, icon, state) = words::state(&decision, today);
    let choice = decision.choices.first().map(|choice| choice.choice.clone());
    // What a review decides is both: it is said once.
    let choice = choice.filter(|choice| *choice != decision.question);
    let again = (decision.reopened > 0).then(|| {
        let times = tn!(decision.reopened, decisions.again_one, decisions.again_other);
        view! { <Badge tone=Tone::Warn icon=icondata::LuRotateCcw>{times}</Badge> }
    });
    let about = words::about(&decision).unwrap_or_default();
    let line = [decision.owner_name.clone(), words::day(&decision, today), about];
    let line: Vec<String> = line.into_iter().filter(|part| !part.is_empty()).collect();
    view! {
        <li class="know-row">
            <p class="know-row-head">
                <a class="link font-medium" data-row="" href=href aria-current=current>
                    {decision.question}
                </a>
                <Badge tone icon>{state}</Badge>
                {again}
            </p>
            {choice.map(|choice| view! { <p class="text-soft">{choice}</p> })}
            <p class="text-muted">{line.join(" · ")}</p>
        </li>
    }
}

/// Why there is nothing: no decision at all, or a view or search that leaves nothing over.
#[component]
fn Nothing(log: Log, recording: RwSignal<bool>, may: bool) -> impl IntoView {
    move || match (log.view.get(), log.q.get()) {
        (View::All, q) if q.is_empty() => {
            let reason = (!may).then(|| t!(decisions.needs_role).to_owned());
            view! {
                <Empty
                    icon=icondata::LuGavel
                    title=t!(decisions.none)
                    about=t!(decisions.none_about)
                >
                    <Button
                        variant=Variant::Primary
                        reason
                        on_press=Callback::new(move |()| recording.set(true))
                    >
                        {t!(decisions.record)}
                    </Button>
                </Empty>
            }
            .into_any()
        }
        (view, q) => {
            let all = if q.is_empty() { View::All } else { view };
            view! {
                <Empty title=t!(decisions.none_found, view = view.label(), q = q)>
                    <ButtonLink href=all.href("", None)>{t!(decisions.show_all)}</ButtonLink>
                </Empty>
            }
            .into_any()
        }
    }
}
