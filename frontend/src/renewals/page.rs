//! The renewals as a board or as a list, one beside them. All of it stands in the address.
use chrono::{Days, NaiveDate};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};
use shared::api::{MemberId, Renewal, RenewalId, RenewalStage, Renewals};

use super::board::{Board, List};
use super::detail::Detail;
use super::people::people;
use super::words;
use crate::api::{self, Path};
use crate::format::{count, date};
use crate::keys::{Group, use_action};
use crate::query::{Query, use_query};
use crate::session::{use_me, use_today};
use crate::shell::Area;
use crate::t;
use crate::ui::{ButtonLink, Empty, FilterSelect, Loaded, PageHeader, Tab, TabLinks};

/// Outcomes of so many days are shown.
const PAST_DAYS: u64 = 90;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    Board,
    List,
}

impl View {
    const ALL: [View; 2] = [View::Board, View::List];

    fn name(self) -> Option<&'static str> {
        match self {
            View::Board => None,
            View::List => Some("list"),
        }
    }
    fn named(name: Option<&str>) -> Self {
        if name == Some("list") { View::List } else { View::Board }
    }
    fn label(self) -> &'static str {
        match self {
            View::Board => t!(renewals.board),
            View::List => t!(renewals.list),
        }
    }
    fn other(self) -> Self {
        match self {
            View::Board => View::List,
            View::List => View::Board,
        }
    }
    fn href(self, owner: Option<MemberId>, id: Option<RenewalId>) -> String {
        let path = Path::new("/renewals").with("view", self.name()).with("owner", owner);
        path.with("renewal", id).done()
    }
}

/// What the page shows.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    view: Memo<View>,
    owner: Memo<Option<MemberId>>,
    /// The one that is open.
    pub(super) id: Memo<Option<RenewalId>>,
    open: Query<Renewals>,
    /// Those with an outcome, of the last days.
    pub(super) decided: Query<Renewals>,
}

impl Shown {
    fn of_address() -> Self {
        let (map, today) = (use_query_map(), use_today());
        let view = Memo::new(move |_| View::named(map.with(|map| map.get("view")).as_deref()));
        let owner = Memo::new(move |_| map.with(|map| map.get("owner"))?.parse().ok());
        let id = Memo::new(move |_| map.with(|map| map.get("renewal"))?.parse().ok());
        let since = Memo::new(move |_| past(today.get()));
        let open = use_query(move || api::open_renewals(owner.get()));
        let decided = use_query(move || api::decided_renewals(owner.get(), since.get()));
        Self { view, owner, id, open, decided }
    }

    /// The address with this one open, or with none.
    pub(super) fn href(self, id: Option<RenewalId>) -> String {
        self.view.get().href(self.owner.get(), id)
    }

    fn of(self, stage: RenewalStage) -> Query<Renewals> {
        if stage.is_decided() { self.decided } else { self.open }
    }

    /// Those of a stage.
    pub(super) fn rows(self, stage: RenewalStage) -> Vec<Renewal> {
        self.of(stage).with(|page| {
            let all = page.map(|page| page.items.as_slice()).unwrap_or_default();
            all.iter().filter(|one| one.stage == stage).cloned().collect()
        })
    }

    /// What they come to, in each currency.
    pub(super) fn sums(self, stage: RenewalStage) -> Vec<String> {
        self.of(stage).with(|page| {
            let all = page.map(|page| page.totals.as_slice()).unwrap_or_default();
            all.iter().filter(|total| total.stage == stage).map(words::total).collect()
        })
    }

    /// All without an outcome, in the order of the days that decide.
    pub(super) fn waiting(self) -> Vec<Renewal> {
        self.open.with(|page| page.map(|page| page.items.clone()).unwrap_or_default())
    }

    /// There is one without an outcome.
    fn any(self) -> bool {
        self.open.with(|page| page.is_some_and(|page| !page.items.is_empty()))
    }

    /// There are more than are shown.
    fn in_part(self) -> bool {
        self.open.with(|page| page.is_some_and(|page| page.next_cursor.is_some()))
    }
}

fn past(today: NaiveDate) -> NaiveDate {
    today.checked_sub_days(Days::new(PAST_DAYS)).unwrap_or(today)
}

/// `/renewals?view=list&renewal=ID&owner=ID`
#[component]
pub fn RenewalsPage() -> impl IntoView {
    if !use_me().with_untracked(|me| words::reads(me.role)) {
        return view! {
            <PageHeader title=t!(renewals.title) area=Area::Renewals />
            <div class="page">
                <Empty icon=icondata::LuRefreshCw title=t!(renewals.not_yours) />
            </div>
        }
        .into_any();
    }
    let shown = Shown::of_address();
    let navigate = use_navigate();
    use_action(Group::Here, t!(renewals.switch), "v", move || {
        let (owner, id) = (shown.owner.get_untracked(), shown.id.get_untracked());
        navigate(&shown.view.get_untracked().other().href(owner, id), Default::default());
    });
    let back = Signal::derive(move || shown.href(None));
    let opened = Memo::new(move |_| shown.id.get().is_some());
    let columns = move || if opened.get() { "know-columns has-detail" } else { "stack" };
    view! {
        <Head shown />
        <Views shown />
        <div class="page">
            <div class=columns>
                <div class="stack know-main">
                    <Main shown />
                </div>
                <Show when=move || opened.get()>
                    <Detail id=shown.id back />
                </Show>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Head(shown: Shown) -> impl IntoView {
    let status = move || {
        let n = shown.open.with(|page| page.map(|page| page.items.len()));
        n.map(|n| view! { <span class="page-count num">{count(n as i64)}</span> })
    };
    let people = people();
    let rows = Signal::derive(move || {
        let all = people.get().into_iter();
        all.map(|one| (one.value, one.label)).collect::<Vec<(String, String)>>()
    });
    let chosen = Signal::derive(move || shown.owner.get().map(|id| id.to_string()));
    let navigate = use_navigate();
    let pick = Callback::new(move |text: String| {
        let (owner, id) = (text.parse::<MemberId>().ok(), shown.id.get_untracked());
        navigate(&shown.view.get_untracked().href(owner, id), Default::default());
    });
    view! {
        <PageHeader title=t!(renewals.title) area=Area::Renewals status=status>
            <FilterSelect
                label=t!(renewals.owner)
                all=t!(renewals.all_owners)
                chosen
                rows
                pick
            />
        </PageHeader>
    }
}

#[component]
fn Views(shown: Shown) -> impl IntoView {
    let tabs = Signal::derive(move || {
        let (now, owner, id) = (shown.view.get(), shown.owner.get(), shown.id.get());
        let tab = |view: View| Tab {
            href: view.href(owner, id),
            label: view.label().to_owned(),
            count: None,
            current: view == now,
        };
        View::ALL.into_iter().map(tab).collect::<Vec<_>>()
    });
    view! { <TabLinks label=t!(renewals.views) tabs /> }
}

#[component]
fn Main(shown: Shown) -> impl IntoView {
    let part = move || {
        shown.in_part().then(|| {
            let words = t!(renewals.in_part, n = count(api::LONG_PAGE));
            view! { <p class="text-muted">{words}</p> }
        })
    };
    let views = move || match shown.view.get() {
        View::Board => view! { <Board shown /> }.into_any(),
        View::List => view! { <List shown /> }.into_any(),
    };
    view! {
        <Loaded of=shown.open.standing() rows=8>
            <Show
                when=move || shown.any()
                fallback=move || view! { <Nothing shown /> }
            >
                {part}
            </Show>
            {views}
        </Loaded>
    }
}

/// Why there is nothing: nobody has one to see to, or the one chosen has none.
#[component]
fn Nothing(shown: Shown) -> impl IntoView {
    let today = use_today();
    move || {
        if shown.owner.get().is_some() {
            let all = move || shown.view.get().href(None, None);
            return view! {
                <Empty icon=icondata::LuRefreshCw title=t!(renewals.none_of_owner)>
                    <ButtonLink href=Signal::derive(all)>{t!(renewals.show_all)}</ButtonLink>
                </Empty>
            }
            .into_any();
        }
        let next = shown.open.with(|page| page.and_then(|page| page.next_opens_on));
        let about = match next {
            Some(day) => t!(renewals.next_opens, day = date(day, today.get())),
            None => t!(renewals.none_about).to_owned(),
        };
        view! { <Empty icon=icondata::LuRefreshCw title=t!(renewals.none) about /> }.into_any()
    }
}
