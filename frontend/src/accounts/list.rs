//! The list: one dense row an account, its views and filter in the address.
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::query_signal_with_options};
use shared::api::{Account, Page};

use super::{
    account_form::NewAccountDialog,
    rows::{AccountRow, Row, TotalsRow, rows_of},
    totals::Totals,
    view::{View, found},
};
use crate::{
    api,
    closing::month_to_close,
    format::count,
    keys::{Group, use_action},
    query::{Query, use_all, use_query},
    retainers::today,
    session::{manages, use_me},
    shell::Area,
    t, tn,
    ui::{Button, ButtonLink, Empty, Loaded, PageHeader, Tab, TabLinks, Variant, announce},
};

/// Accounts drawn at first; the rest on demand.
const DRAWN: usize = 200;

/// What the page shows, from the address and the server.
#[derive(Clone, Copy)]
struct Listing {
    view: Memo<View>,
    filter: Memo<String>,
    set_filter: SignalSetter<Option<String>>,
    all: Query<Page<Account>>,
    shown: Memo<Vec<Account>>,
}

impl Listing {
    fn of_address() -> Self {
        let (view, _) = quiet_query("view");
        let (filter, set_filter) = quiet_query("q");
        let view = Memo::new(move |_| View::named(view.get().as_deref()));
        let filter = Memo::new(move |_| filter.get().unwrap_or_default());
        // All of them, or views, filter and sums would speak of a part.
        let all = use_all(move || {
            let archived = (view.get() == View::Archived).then_some(true);
            let filter = api::AccountFilter { archived, ..Default::default() };
            Some(api::accounts(&filter))
        });
        let shown = Memo::new(move |_| {
            let mut rows = all.with(|page| page.map(|page| page.items.clone())).unwrap_or_default();
            rows.retain(|account| {
                view.get().holds(account) && filter.with(|filter| found(account, filter))
            });
            rows
        });
        Self { view, filter, set_filter, all, shown }
    }

    /// Says how many are left over when that changes.
    fn announce(self) {
        Effect::new(move |before: Option<usize>| {
            let n = self.shown.with(Vec::len);
            if before.is_some_and(|before| before != n) {
                announce(tn!(n as i64, accounts.shown_one, accounts.shown_other));
            }
            n
        });
    }
}

/// A part of the query string that is changed without a step in the history.
fn quiet_query(name: &'static str) -> (Memo<Option<String>>, SignalSetter<Option<String>>) {
    let quiet = NavigateOptions { replace: true, scroll: false, ..Default::default() };
    query_signal_with_options::<String>(name, quiet)
}

/// `/accounts?view=over&q=halden`; `?new=1` opens the form for a new one.
#[component]
pub fn AccountsPage() -> impl IntoView {
    let listing = Listing::of_address();
    listing.announce();
    let (new, set_new) = quiet_query("new");
    let adding = RwSignal::new(false);
    Effect::new(move |_| {
        if new.get().is_some() {
            adding.set(true);
            set_new.set(None);
        }
    });
    let may = may_manage();
    use_action(Group::Here, t!(accounts.new), "c", move || {
        if may.with_untracked(Option::is_none) {
            adding.set(true);
        }
    });
    view! {
        <Head listing adding may />
        <Views listing />
        <div class="page">
            <div class="panel">
                <Loaded of=listing.all.standing() rows=10>
                    <Show
                        when=move || listing.shown.with(|shown| !shown.is_empty())
                        fallback=move || view! { <Nothing listing adding may /> }
                    >
                        <AccountTable shown=listing.shown />
                    </Show>
                </Loaded>
            </div>
        </div>
        <NewAccountDialog open=adding />
    }
}

#[component]
fn Head(listing: Listing, adding: RwSignal<bool>, may: Signal<Option<String>>) -> impl IntoView {
    let typed = move |event: leptos::ev::Event| {
        let text = event_target_value(&event);
        listing.set_filter.set((!text.is_empty()).then_some(text));
    };
    let status = move || {
        let n = listing.shown.with(Vec::len) as i64;
        let known = listing.all.with(|page| page.is_some());
        known.then(|| view! { <span class="page-count num">{count(n)}</span> })
    };
    let ends = use_query(|| api::loose_ends(month_to_close(today()), 1));
    let loose = move || {
        let total = ends.with(|ends| ends.map_or(0, |ends| ends.total));
        let words = || tn!(total, closing.month_loose_1, closing.month_loose_n);
        (total > 0).then(|| {
            view! {
                <span class="page-count num" aria-hidden="true">{count(total)}</span>
                <span class="sr-only">{format!(", {}", words())}</span>
            }
        })
    };
    view! {
        <PageHeader title=t!(shell.accounts) area=Area::Accounts status=status>
            <input
                type="search"
                class="input page-filter"
                data-filter=""
                aria-label=t!(accounts.filter)
                placeholder=t!(accounts.filter)
                title=crate::keys::tooltip(None, "/")
                prop:value=move || listing.filter.get()
                on:input=typed
            />
            <ButtonLink href="/close" icon=icondata::LuCalendarCheck>
                {t!(shell.close_month)}
                {loose}
            </ButtonLink>
            <Button
                variant=Variant::Primary
                icon=icondata::LuPlus
                keys="c"
                reason=may
                on_press=Callback::new(move |()| adding.set(true))
            >
                {t!(accounts.new)}
            </Button>
        </PageHeader>
    }
}

#[component]
fn AccountTable(shown: Memo<Vec<Account>>) -> impl IntoView {
    let totals = Memo::new(move |_| shown.with(|shown| Totals::of(shown)));
    let limit = RwSignal::new(DRAWN);
    let drawn = move || {
        shown.with(|all| all.iter().take(limit.get()).flat_map(rows_of).collect::<Vec<_>>())
    };
    let more = move || shown.with(|rows| limit.get() < rows.len());
    let draw_more = Callback::new(move |()| limit.update(|n| *n += DRAWN));
    view! {
        <div class="table-wrap">
            <table class="table table-cards accounts">
                <thead>
                    <tr>
                        <th scope="col">{t!(common.account)}</th>
                        <th scope="col" class="accounts-owner">{t!(accounts.owner)}</th>
                        <th scope="col">{t!(common.retainer)}</th>
                        <th scope="col" class="accounts-meter">{t!(accounts.cycle)}</th>
                        <th scope="col" class="end">{t!(accounts.left)}</th>
                        <th scope="col" class="end">{t!(accounts.mrr)}</th>
                        <th scope="col" class="accounts-renews end">{t!(accounts.renews_in)}</th>
                        <th scope="col">{t!(accounts.state)}</th>
                    </tr>
                    <TotalsRow totals />
                </thead>
                <tbody>
                    <For each=drawn key=Row::key let:row>
                        <AccountRow row />
                    </For>
                </tbody>
            </table>
        </div>
        <Show when=more>
            <div class="load-more">
                <Button on_press=draw_more>{t!(common.more)}</Button>
            </div>
        </Show>
    }
}

/// Why the reader may not change accounts, if so.
pub(super) fn may_manage() -> Signal<Option<String>> {
    let me = use_me();
    Signal::derive(move || {
        (!me.with(|me| manages(me.role))).then(|| t!(accounts.needs_manager).to_owned())
    })
}

#[component]
fn Views(listing: Listing) -> impl IntoView {
    let Listing { view, filter, all, .. } = listing;
    let tabs = Signal::derive(move || {
        let (now, filter) = (view.get(), filter.get());
        // The archived ones are read apart from the others.
        let counted = |one: View| (one == View::Archived) == (now == View::Archived);
        let holds = |one: View| {
            all.with(|page| Some(page?.items.iter().filter(|account| one.holds(account)).count()))
        };
        let tab = |view: View| Tab {
            href: view.href(&filter),
            label: view.label().to_owned(),
            count: holds(view).filter(|_| counted(view)),
            current: view == now,
        };
        View::ALL.into_iter().map(tab).collect::<Vec<_>>()
    });
    view! { <TabLinks label=t!(accounts.views) tabs /> }
}

/// Why there is nothing: no account at all, or a view or filter that leaves nothing over.
#[component]
fn Nothing(listing: Listing, adding: RwSignal<bool>, may: Signal<Option<String>>) -> impl IntoView {
    let Listing { view, filter, .. } = listing;
    move || match (view.get(), filter.get()) {
        (View::All, filter) if filter.is_empty() => view! {
            <Empty
                icon=icondata::LuBuilding2
                title=t!(accounts.none)
                about=t!(accounts.none_about)
            >
                <Show when=move || may.with(Option::is_none)>
                    <ButtonLink href="/start" variant=Variant::Primary>
                        {t!(today.begin_verb)}
                    </ButtonLink>
                </Show>
                <Button reason=may on_press=Callback::new(move |()| adding.set(true))>
                    {t!(accounts.new)}
                </Button>
                <ButtonLink href="/imports">{t!(accounts.import)}</ButtonLink>
            </Empty>
        }
        .into_any(),
        (view, filter) if filter.is_empty() => view! {
            <Empty title=t!(accounts.none_in_view, view = view.label())>
                <ButtonLink href="/accounts">{t!(accounts.show_all)}</ButtonLink>
            </Empty>
        }
        .into_any(),
        (view, filter) => view! {
            <Empty title=t!(accounts.none_found, filter = filter, view = view.label())>
                <ButtonLink href=view.href("")>{t!(accounts.drop_filter)}</ButtonLink>
            </Empty>
        }
        .into_any(),
    }
}
