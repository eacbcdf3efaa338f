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
    format::count,
    keys::{Group, use_action},
    query::{Query, use_all},
    session::{manages, use_me},
    shell::Area,
    t,
    ui::{Button, ButtonLink, Empty, Loaded, PageHeader, Tab, TabLinks, Variant, announce},
};

/// Accounts drawn at first; the rest on demand.
const DRAWN: usize = 200;

/// `/accounts?view=over&q=halden`; `?new=1` opens the form for a new one.
#[component]
pub fn AccountsPage() -> impl IntoView {
    let quiet = NavigateOptions { replace: true, scroll: false, ..Default::default() };
    let (view, _) = query_signal_with_options::<String>("view", quiet.clone());
    let (filter, set_filter) = query_signal_with_options::<String>("q", quiet.clone());
    let (new, set_new) = query_signal_with_options::<String>("new", quiet);
    let view = Memo::new(move |_| View::named(view.get().as_deref()));
    let filter = Memo::new(move |_| filter.get().unwrap_or_default());

    let archived = move || (view.get() == View::Archived).then_some(true);
    // All of them, or views, filter and sums would speak of a part.
    let all = use_all(move || {
        let filter = api::AccountFilter { archived: archived(), ..Default::default() };
        Some(api::accounts(&filter))
    });
    let shown = Memo::new(move |_| {
        let mut rows = all.with(|page| page.map(|page| page.items.clone())).unwrap_or_default();
        rows.retain(|account| {
            view.get().holds(account) && filter.with(|filter| found(account, filter))
        });
        rows
    });
    let totals = Memo::new(move |_| shown.with(|shown| Totals::of(shown)));

    let limit = RwSignal::new(DRAWN);
    let drawn = move || {
        shown.with(|all| all.iter().take(limit.get()).flat_map(rows_of).collect::<Vec<_>>())
    };
    let more = move || shown.with(|rows| limit.get() < rows.len());

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
    let typed = move |event: leptos::ev::Event| {
        let text = event_target_value(&event);
        set_filter.set((!text.is_empty()).then_some(text));
    };
    Effect::new(move |before: Option<usize>| {
        let n = shown.with(Vec::len);
        if before.is_some_and(|before| before != n) {
            announce(crate::tn!(n as i64, accounts.shown_one, accounts.shown_other));
        }
        n
    });
    let status = move || {
        let n = shown.with(Vec::len) as i64;
        view! { <span class="page-count num">{count(n)}</span> }
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
                prop:value=move || filter.get()
                on:input=typed
            />
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
        <Views view filter all />
        <div class="page">
            <div class="panel">
                <Loaded of=all.standing() rows=10>
                    <Show
                        when=move || shown.with(|shown| !shown.is_empty())
                        fallback=move || view! { <Nothing view filter adding may /> }
                    >
                        <div class="table-wrap">
                            <table class="table table-cards accounts">
                                <thead>
                                    <tr>
                                        <th scope="col">{t!(common.account)}</th>
                                        <th scope="col" class="accounts-owner">
                                            {t!(accounts.owner)}
                                        </th>
                                        <th scope="col">{t!(common.retainer)}</th>
                                        <th scope="col" class="accounts-meter">{t!(accounts.cycle)}</th>
                                        <th scope="col" class="end">{t!(accounts.left)}</th>
                                        <th scope="col" class="end">{t!(accounts.mrr)}</th>
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
                    </Show>
                    <Show when=more>
                        <div class="load-more">
                            <Button on_press=Callback::new(move |()| limit.update(|n| *n += DRAWN))>
                                {t!(common.more)}
                            </Button>
                        </div>
                    </Show>
                </Loaded>
            </div>
        </div>
        <NewAccountDialog open=adding />
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
fn Views(view: Memo<View>, filter: Memo<String>, all: Query<Page<Account>>) -> impl IntoView {
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
fn Nothing(
    view: Memo<View>,
    filter: Memo<String>,
    adding: RwSignal<bool>,
    may: Signal<Option<String>>,
) -> impl IntoView {
    move || match (view.get(), filter.get()) {
        (View::All, filter) if filter.is_empty() => view! {
            <Empty
                icon=icondata::LuBuilding2
                title=t!(accounts.none)
                about=t!(accounts.none_about)
            >
                <Button
                    variant=Variant::Primary
                    reason=may
                    on_press=Callback::new(move |()| adding.set(true))
                >
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
