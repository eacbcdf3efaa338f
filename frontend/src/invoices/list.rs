//! The list: drafts that wait, what was issued and what was withdrawn, and the run that makes them.
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use shared::api::{
    BillingSettings, InvoiceCount, InvoiceCounts, InvoiceState, InvoiceStatus, InvoiceSummary,
    Money, Page,
};

use super::differences::differences;
use super::export::Export;
use super::hold::Hold;
use super::issue::IssueDialog;
use super::run::{Held, RunButton};
use super::words::{self, State, may_issue};
use crate::api::{self, Fetch};
use crate::format::{count, cycle_range, date};
use crate::keys::{Group, use_action};
use crate::query::{Query, use_all, use_query, use_query_when};
use crate::session::use_today;
use crate::shell::Area;
use crate::ui::{
    Button, ButtonLink, Empty, Loaded, More, PageHeader, ReadOn, Tab, TabLinks, Variant,
};
use crate::{t, tn};

/// Rows that are drawn before the reader asks for more.
const DRAWN: usize = 200;

/// A view of the list; each has an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    Drafts,
    Issued,
    Overdue,
    Paid,
    Void,
    All,
}

impl View {
    const ALL: [View; 6] =
        [View::Drafts, View::Issued, View::Overdue, View::Paid, View::Void, View::All];

    fn word(self) -> &'static str {
        match self {
            View::Drafts => "draft",
            View::Issued => "issued",
            View::Overdue => "overdue",
            View::Paid => "paid",
            View::Void => "void",
            View::All => "all",
        }
    }

    fn name(self) -> &'static str {
        match self {
            View::Drafts => t!(invoices.drafts),
            View::Issued => t!(invoices.issued_state),
            View::Overdue => t!(invoices.overdue),
            View::Paid => t!(invoices.paid),
            View::Void => t!(invoices.void_state),
            View::All => t!(common.all),
        }
    }

    /// As the server lists them.
    pub(super) fn read(self) -> Fetch<Page<InvoiceSummary>> {
        api::invoices(match self {
            View::Drafts => Some(("state", "draft")),
            View::Issued => Some(("state", "issued")),
            View::Overdue => Some(("status", "overdue")),
            View::Paid => Some(("status", "paid")),
            View::Void => Some(("state", "void")),
            View::All => None,
        })
    }

    /// Whether all of it is read at once.
    fn whole(self) -> bool {
        matches!(self, View::Drafts | View::Overdue)
    }

    fn holds(self, of: &InvoiceCount) -> bool {
        match self {
            View::Drafts => of.state == InvoiceState::Draft,
            View::Issued => of.state == InvoiceState::Issued,
            View::Overdue => of.status == Some(InvoiceStatus::Overdue),
            View::Paid => of.status == Some(InvoiceStatus::Paid),
            View::Void => of.state == InvoiceState::Void,
            View::All => true,
        }
    }

    /// How many the server counts in it.
    fn count(self, counts: &InvoiceCounts) -> i64 {
        counts.items.iter().filter(|one| self.holds(one)).map(|one| one.count).sum()
    }

    /// What they come to, each currency by itself; of the late ones what is open.
    fn sums(self, counts: &InvoiceCounts) -> String {
        let held = counts.items.iter().filter(|one| self.holds(one));
        let part = |one: &InvoiceCount| Money {
            amount_minor: if self == View::Overdue { one.balance_minor } else { one.total_minor },
            currency: one.currency.clone(),
        };
        words::amounts(held.map(part))
    }
}

/// What waits longest and is most comes first. Source: UX.md, Invoices.
fn most_urgent_first(rows: &mut [InvoiceSummary]) {
    let weight = |one: &InvoiceSummary| i128::from(one.late_days) * i128::from(one.balance_minor);
    rows.sort_by_key(|one| std::cmp::Reverse(weight(one)));
}

/// `/invoices?state=draft`
#[component]
pub fn InvoicesPage() -> impl IntoView {
    let address = use_query_map();
    let shown = Memo::new(move |_| {
        let word = address.with(|query| query.get("state")).unwrap_or_default();
        View::ALL.into_iter().find(|view| view.word() == word).unwrap_or(View::Drafts)
    });
    // Drafts are issued together, so all are read; so are the late ones, to be put in order.
    let drafts = use_all(|| Some(View::Drafts.read()));
    let late = use_all(move || (shown.get() == View::Overdue).then(|| View::Overdue.read()));
    let first = use_query_when(move || {
        let view = shown.get();
        (!view.whole()).then(|| view.read())
    });
    let listed = move || match shown.get() {
        View::Drafts => drafts,
        View::Overdue => late,
        _ => first,
    };
    let counts = use_query(api::invoice_counts);
    let settings = use_query(api::billing_settings);
    let held = RwSignal::new(Vec::new());
    let more = More::of(Memo::new(move |_| Some(shown.get().read().path().to_owned())), first);
    let rows = Memo::new(move |_| {
        let read = listed().with(|page| page.map(|page| page.items.clone()).unwrap_or_default());
        let mut rows: Vec<_> = read.into_iter().chain(more.rows()).collect();
        if shown.get() == View::Overdue {
            most_urgent_first(&mut rows);
        }
        rows
    });
    let list = move || {
        view! {
            <Loaded of=listed().standing() rows=8>
                <Show
                    when=move || rows.with(|rows| !rows.is_empty())
                    fallback=move || view! { <Nothing settings /> }
                >
                    <Table rows drafts shown counts />
                    <ReadOn on=more.on />
                </Show>
            </Loaded>
        }
    };
    view! {
        <Head drafts held />
        <Views counts shown />
        <div class="page stack">
            <Held held />
            <div class="panel">{list}</div>
        </div>
    }
}

#[component]
fn Head(
    drafts: Query<Page<InvoiceSummary>>,
    held: RwSignal<Vec<shared::api::HeldInvoice>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let chosen = Memo::new(move |_| {
        drafts.with(|page| {
            let items = page.map(|page| page.items.as_slice()).unwrap_or_default();
            items.iter().filter(|one| !one.held).cloned().collect::<Vec<_>>()
        })
    });
    let may = may_issue();
    let reason = Signal::derive(move || {
        let none = chosen.with(Vec::is_empty);
        may.get().or_else(|| none.then(|| t!(invoices.nothing_chosen).to_owned()))
    });
    use_action(Group::Here, t!(invoices.issue_all), "s", move || {
        if reason.with_untracked(Option::is_none) {
            open.set(true);
        }
    });
    let some = move || drafts.with(|page| page.is_some_and(|page| !page.items.is_empty()));
    let words = move || {
        let n = chosen.with(Vec::len) as i64;
        tn!(n, invoices.issue_some_one, invoices.issue_some_other)
    };
    view! {
        <PageHeader title=t!(shell.invoices) area=Area::Invoices>
            <Show when=move || may.with(Option::is_none)>
                <ButtonLink href="/bank">{t!(bank.title)}</ButtonLink>
            </Show>
            <RunButton held />
            <Export />
            <Show when=some>
                <Button
                    variant=Variant::Primary
                    keys="s"
                    reason
                    on_press=Callback::new(move |()| open.set(true))
                >
                    {words}
                </Button>
            </Show>
        </PageHeader>
        <IssueDialog open chosen />
    }
}

#[component]
fn Views(counts: Query<InvoiceCounts>, shown: Memo<View>) -> impl IntoView {
    let tabs = Signal::derive(move || {
        let current = shown.get();
        let tab = |view: View| Tab {
            href: format!("/invoices?state={}", view.word()),
            label: view.name().to_owned(),
            count: counts.with(|all| usize::try_from(view.count(all?)).ok()),
            current: view == current,
        };
        View::ALL.map(tab).to_vec()
    });
    view! { <TabLinks label=t!(invoices.views) tabs /> }
}

#[component]
fn Nothing(settings: Query<BillingSettings>) -> impl IntoView {
    let off = move || settings.with(|kept| kept.is_some_and(|kept| kept.settings.is_none()));
    view! {
        <Show
            when=off
            fallback=|| view! {
                <Empty
                    icon=icondata::LuReceipt
                    title=t!(invoices.none)
                    about=t!(invoices.none_about)
                />
            }
        >
            <Empty icon=icondata::LuReceipt title=t!(invoices.off) about=t!(invoices.off_about)>
                <ButtonLink href="/settings/invoices">{t!(invoices.set_up)}</ButtonLink>
            </Empty>
        </Show>
    }
}

#[component]
fn Table(
    rows: Memo<Vec<InvoiceSummary>>,
    drafts: Query<Page<InvoiceSummary>>,
    shown: Memo<View>,
    counts: Query<InvoiceCounts>,
) -> impl IntoView {
    let limit = RwSignal::new(DRAWN);
    // Of a list that is read page by page all is drawn.
    let limit_now = move || if shown.get().whole() { limit.get() } else { usize::MAX };
    let drawn =
        move || rows.with(|rows| rows.iter().take(limit_now()).cloned().collect::<Vec<_>>());
    let more = move || rows.with(|rows| limit_now() < rows.len());
    let holds = Memo::new(move |_| shown.get() == View::Drafts);
    let together = move || {
        let amounts = counts.with(|all| Some(shown.get().sums(all?)))?;
        Some(if shown.get() == View::Overdue {
            t!(invoices.open_of, amount = amounts)
        } else {
            t!(invoices.together, amounts = amounts)
        })
    };
    view! {
        <p class="panel-body num font-medium">{together}</p>
        <div class="table-wrap">
            <table class="table table-cards">
                <thead>
                    <tr>
                        <th scope="col">{t!(invoices.col_number)}</th>
                        <th scope="col">{t!(invoices.col_for)}</th>
                        <th scope="col">{t!(invoices.col_cycle)}</th>
                        <th scope="col" class="text-end">{t!(invoices.col_change)}</th>
                        <th scope="col" class="text-end">{t!(invoices.col_amount)}</th>
                        <th scope="col">{t!(invoices.col_day)}</th>
                        <th scope="col">{t!(invoices.col_due)}</th>
                        <Show when=move || holds.get()>
                            <th scope="col">{t!(invoices.held_back)}</th>
                        </Show>
                    </tr>
                </thead>
                <tbody>
                    <For
                        each=drawn
                        key=key
                        let:one
                    >
                        <Row one drafts holds />
                    </For>
                </tbody>
            </table>
        </div>
        <Show when=more>
            <div class="panel-body">
                <Button on_press=Callback::new(move |()| limit.update(|n| *n += DRAWN))>
                    {t!(common.more)}
                </Button>
            </div>
        </Show>
    }
}

/// All that a row shows; that it is held back changes in place, and keeps the focus.
fn key(one: &InvoiceSummary) -> impl Eq + std::hash::Hash + use<> {
    let days = (one.starts_on, one.ends_on, one.issue_on, one.due_on);
    let amounts = (one.total_minor, one.balance_minor, one.before_minor, one.differences.clone());
    (one.id, one.number.clone(), one.status, one.state, days, amounts)
}

#[component]
fn Row(
    one: InvoiceSummary,
    drafts: Query<Page<InvoiceSummary>>,
    holds: Memo<bool>,
) -> impl IntoView {
    let today = use_today().get_untracked();
    let id = one.id;
    let href = format!("/invoices/{id}");
    let days = cycle_range(one.starts_on, one.ends_on, today);
    let total = words::amount(one.total_minor, &one.currency);
    let open = ((1..one.total_minor).contains(&one.balance_minor))
        .then(|| t!(invoices.open_of, amount = words::amount(one.balance_minor, &one.currency)));
    let (issue_on, due_on) = (date(one.issue_on, today), date(one.due_on, today));
    let change = words::change_words(&one);
    let number = one.number.clone().unwrap_or_else(|| t!(invoices.draft_state).to_owned());
    let whose = format!(" {}", one.account_name);
    let seq = count(one.seq);
    let hold = move || view! { <Hold id drafts whose=whose.clone() /> };
    let (toggle, compared) = differences(&one);
    view! {
        <tr>
            <th scope="row">
                <a class="row-link num" data-row="" href=href>{number}</a>
                {(one.state != InvoiceState::Draft).then(|| view! { <State of=one.clone() /> })}
            </th>
            <td data-label=t!(invoices.col_for)>
                <span>
                    {one.account_name.clone()}
                    <span class="block text-xs text-muted">{one.retainer_name.clone()}</span>
                </span>
            </td>
            <td data-label=t!(invoices.col_cycle)>{seq} ": " {days}</td>
            <td data-label=t!(invoices.col_change) class="num text-end whitespace-nowrap">
                <span>{change} {toggle}</span>
            </td>
            <td data-label=t!(invoices.col_amount) class="num text-end whitespace-nowrap">
                <span>
                    {total}
                    {open.map(|open| view! { <span class="block text-xs text-muted">{open}</span> })}
                </span>
            </td>
            <td data-label=t!(invoices.col_day) class="whitespace-nowrap">{issue_on}</td>
            <td data-label=t!(invoices.col_due) class="whitespace-nowrap">{due_on}</td>
            <Show when=move || holds.get()>
                <td data-label=t!(invoices.held_back)>{hold.clone()}</td>
            </Show>
        </tr>
        {compared}
    }
}
