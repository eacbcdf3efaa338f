//! A statement: its lines by where they stand, ticked and recorded together or one by one.
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use shared::api::{
    BankImport, BankImportId, BankLine, BankLineId, BankLinePayment, BankLineState, InvoicePaid,
    Page, PaidInvoice,
};

use super::super::pay::money_moved;
use super::change::ChangeForm;
use super::line::Row;
use super::list::days;
use super::words::{problem_words, reason_words, state_words};
use crate::api::{self, Fault};
use crate::query::{self, Query, use_all, use_query};
use crate::shell::Area;
use crate::ui::{
    Button, Dialog, Empty, Form, FormFaults, Loaded, PageHeader, Tab, TabLinks, Variant, toast,
};
use crate::{t, tn};

/// Rows that are drawn before the reader asks for more.
const DRAWN: usize = 200;

/// `/bank/:import?state=exact`
#[component]
pub fn BankImportPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params.with(|params| params.get("import")?.parse::<BankImportId>().ok())
    });
    move || match id.get() {
        Some(id) => view! { <Screen id /> }.into_any(),
        None => view! {
            <PageHeader title=t!(common.not_found_title) area=Area::Invoices />
            <div class="page">
                <Empty icon=icondata::LuCompass title=t!(common.not_found) />
            </div>
        }
        .into_any(),
    }
}

/// What a row may do.
#[derive(Clone, Copy)]
pub(super) struct Doing {
    /// The lines that are ticked.
    pub(super) ticked: RwSignal<Vec<BankLineId>>,
    /// The line whose client and invoices are chosen by hand.
    pub(super) changed: RwSignal<Option<BankLine>>,
    pub(super) open: RwSignal<bool>,
    /// What one row does at a time, and why it failed.
    pub(super) form: Form,
}

/// Renews what shows lines, or money that came.
pub(super) fn decided() {
    query::invalidate("/bank-");
    money_moved();
}

/// A line as it is proposed.
pub(super) fn proposed(line: &BankLine) -> Option<BankLinePayment> {
    let part = |one: &InvoicePaid| PaidInvoice {
        invoice_id: one.invoice_id,
        amount_minor: one.amount_minor,
    };
    let invoices = Some(line.invoices.iter().map(part).collect());
    line.account_id.map(|account_id| BankLinePayment { account_id, invoices })
}

#[component]
fn Screen(id: BankImportId) -> impl IntoView {
    let address = use_query_map();
    let shown = Memo::new(move |_| {
        let word = address.with(|query| query.get("state")).unwrap_or_default();
        BankLineState::named(&word)
    });
    let statement = use_query(move || api::bank_import(id));
    let lines = use_all(move || Some(api::bank_lines(id, shown.get())));
    let doing = Doing {
        ticked: RwSignal::default(),
        changed: RwSignal::default(),
        open: RwSignal::new(false),
        form: Form::new("lines"),
    };
    // What was ticked in one view is not recorded from another.
    Effect::new(move |_| {
        shown.track();
        doing.ticked.set(Vec::new());
    });
    let title = Signal::derive(move || {
        let name = statement.with(|found| found.map(|found| found.summary.file_name.clone()));
        name.unwrap_or_else(|| t!(bank.upload_title).to_owned())
    });
    let about = Signal::derive(move || statement.with(|found| found.map(about_words)));
    let rows = move || {
        view! {
            <Loaded of=lines.standing() rows=8>
                <Show
                    when=move || lines.with(|page| page.is_some_and(|page| !page.items.is_empty()))
                    fallback=|| view! {
                        <Empty
                            icon=icondata::LuReceipt
                            title=t!(bank.none)
                            about=t!(bank.none_about)
                        />
                    }
                >
                    <Table lines doing />
                </Show>
            </Loaded>
        }
    };
    view! {
        <PageHeader title area=Area::Invoices about>
            <RecordButton id statement lines doing />
        </PageHeader>
        <Views id statement shown />
        <div class="page stack">
            <FormFaults form=doing.form />
            <Told statement />
            <div class="panel">{rows}</div>
        </div>
        <Dialog open=doing.open title=t!(bank.change_title)>
            {move || {
                let line = doing.changed.get_untracked();
                line.map(|line| view! { <ChangeForm line open=doing.open /> })
            }}
        </Dialog>
    }
}

fn about_words(found: &BankImport) -> String {
    let end = found.summary.account_end.as_ref();
    let account = end.map(|end| t!(bank.account, end = end));
    let days = Some(days(&found.summary)).filter(|days| !days.is_empty());
    [account, days].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// How many lines stand so.
fn count_of(found: &BankImport, state: Option<BankLineState>) -> usize {
    let held = found.counts.iter().filter(|one| state.is_none_or(|state| one.state == state));
    usize::try_from(held.map(|one| one.count).sum::<i64>()).unwrap_or_default()
}

#[component]
fn Views(
    id: BankImportId,
    statement: Query<BankImport>,
    shown: Memo<Option<BankLineState>>,
) -> impl IntoView {
    let tabs = Signal::derive(move || {
        let tab = |state: Option<BankLineState>| Tab {
            href: match state {
                Some(state) => format!("/bank/{id}?state={}", state.name()),
                None => format!("/bank/{id}"),
            },
            label: state.map_or(t!(common.all), state_words).to_owned(),
            count: statement.with(|found| Some(count_of(found?, state))),
            current: shown.get() == state,
        };
        let each = BankLineState::ALL.iter().copied().map(Some);
        std::iter::once(None).chain(each).map(tab).collect()
    });
    view! { <TabLinks label=t!(bank.views) tabs /> }
}

/// What of the file is no line here, and why.
#[component]
fn Told(statement: Query<BankImport>) -> impl IntoView {
    let words = move || {
        statement.with(|found| {
            let found = found?;
            let known = (found.known > 0).then(|| t!(bank.known, count = found.known));
            let out = found.outgoing + found.pending + found.unreadable;
            let out = (out > 0).then(|| {
                let (out, pending, bad) = (found.outgoing, found.pending, found.unreadable);
                t!(bank.left_out, out = out, pending = pending, bad = bad)
            });
            let problems: Vec<String> = found.problems.iter().take(10).map(problem_words).collect();
            let lines: Vec<String> = [out, known].into_iter().flatten().chain(problems).collect();
            (!lines.is_empty()).then_some(lines)
        })
    };
    move || {
        words().map(|lines| {
            let line = |words: String| view! { <li>{words}</li> };
            view! {
                <div class="note">
                    <ul>{lines.into_iter().map(line).collect_view()}</ul>
                </div>
            }
        })
    }
}

/// Records what is ticked as it is proposed, one after another; how many, and how many not.
async fn record_all(lines: Vec<BankLine>) -> Result<(i64, i64), Fault> {
    let (mut done, mut left) = (0, 0);
    for line in lines {
        let Some(body) = proposed(&line) else { continue };
        match api::record_bank_line(line.id, line.version, &body).await {
            Ok(_) => done += 1,
            // It was decided or paid meanwhile: what it is now is read anew.
            Err(Fault::Problem(problem)) if (400..500).contains(&problem.status) => left += 1,
            Err(fault) => {
                decided();
                return Err(fault);
            }
        }
    }
    Ok((done, left))
}

/// All that is exact, a part at a time, until nothing more comes of it.
async fn record_exact(id: BankImportId) -> Result<(i64, i64), Fault> {
    let mut done = 0;
    loop {
        let told = api::record_exact(id).await?;
        done += told.recorded;
        if told.recorded == 0 || told.left == 0 {
            return Ok((done, told.left));
        }
    }
}

#[component]
fn RecordButton(
    id: BankImportId,
    statement: Query<BankImport>,
    lines: Query<Page<BankLine>>,
    doing: Doing,
) -> impl IntoView {
    let Doing { ticked, form, .. } = doing;
    let exact = move || {
        let exact = Some(BankLineState::Exact);
        statement.with(|found| found.map_or(0, |found| count_of(found, exact)))
    };
    let some = move || ticked.with(|ticked| !ticked.is_empty());
    let words = move || match ticked.with(Vec::len) as i64 {
        0 => t!(bank.record_exact).to_owned(),
        n => tn!(n, bank.record_one, bank.record_other),
    };
    let told = move |(done, left): (i64, i64)| {
        ticked.try_set(Vec::new());
        decided();
        let mut words = tn!(done, bank.done_one, bank.done_other);
        if left > 0 {
            words.push(' ');
            words.push_str(&t!(bank.left, count = left));
        }
        toast(words);
    };
    let press = Callback::new(move |()| {
        if ticked.with_untracked(Vec::is_empty) {
            return form.run(record_exact(id), told);
        }
        let all = lines.get_untracked().map(|page| page.items).unwrap_or_default();
        let chosen =
            all.into_iter().filter(|line| ticked.with_untracked(|all| all.contains(&line.id)));
        form.run(record_all(chosen.collect()), told);
    });
    view! {
        <Show when=move || some() || exact() != 0>
            <Button variant=Variant::Primary busy=form.busy() on_press=press>
                {words}
            </Button>
        </Show>
    }
}

#[component]
fn Table(lines: Query<Page<BankLine>>, doing: Doing) -> impl IntoView {
    let limit = RwSignal::new(DRAWN);
    let drawn = move || {
        lines.with(|page| {
            let items = page.map(|page| page.items.as_slice()).unwrap_or_default();
            items.iter().take(limit.get()).cloned().collect::<Vec<_>>()
        })
    };
    let more = move || lines.with(|page| page.is_some_and(|page| limit.get() < page.items.len()));
    view! {
        <div class="table-wrap">
            <table class="table table-cards">
                <thead>
                    <tr>
                        <th scope="col">{t!(common.date)}</th>
                        <th scope="col">{t!(bank.col_from)}</th>
                        <th scope="col" class="text-end">{t!(invoices.amount)}</th>
                        <th scope="col">{t!(bank.col_pays)}</th>
                        <th scope="col">
                            <span class="sr-only">{t!(bank.record)}</span>
                        </th>
                    </tr>
                </thead>
                <tbody>
                    <For
                        each=drawn
                        key=|line| {
                            let part = |one: &InvoicePaid| (one.invoice_id, one.amount_minor);
                            let parts: Vec<_> = line.invoices.iter().map(part).collect();
                            let twin = line.twin.as_ref().map(|twin| twin.payment_id);
                            let why = line.reason.map(reason_words);
                            (line.id, line.version, line.state, line.account_id, parts, twin, why)
                        }
                        let:line
                    >
                        <Row line doing />
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
