//! The page: whose statement, of which days, and the ways to print and to save it.
use chrono::NaiveDate;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::api::{ClosingRecord, Cycle, CycleId, Page, PoolCycle, RetainerId, Statement};

use super::entries::Entries;
use super::sums::Sums;
use crate::api::Path;
use crate::browser;
use crate::format::{cycle_range, date, day_in_zone, money};
use crate::keys::{Group, use_action};
use crate::query::{Query, use_all, use_query_when};
use crate::retainers::{LookBack, retainer_href, today};
use crate::shell::Area;
use crate::ui::{
    Badge, Button, ButtonLink, Empty, Form, FormFaults, Loaded, PageHeader, Panel, Tone,
};
use crate::{api, t};

/// Paper outlives the year: its days are told as if today were in none of theirs.
const ANY_YEAR: NaiveDate = NaiveDate::MIN;

/// `/accounts/:account/retainers/:retainer/statements/:cycle`
#[component]
pub fn StatementPage() -> impl IntoView {
    let params = use_params_map();
    let asked = Memo::new(move |_| {
        params.with(|params| {
            let retainer = params.get("retainer")?.parse::<RetainerId>().ok()?;
            Some((retainer, params.get("cycle")?.parse::<i64>().ok()?))
        })
    });
    move || match asked.get() {
        Some((retainer, seq)) => view! { <Screen retainer seq /> }.into_any(),
        None => {
            view! { <div class="page"><Empty title=t!(statement.not_found) /></div> }.into_any()
        }
    }
}

#[component]
fn Screen(retainer: RetainerId, seq: i64) -> impl IntoView {
    let cycles: Query<Page<Cycle>> = use_all(move || Some(api::cycles(retainer)));
    let cycle = Memo::new(move |_| {
        cycles.with(|page| page?.items.iter().find(|one| one.seq == seq).map(|one| one.id))
    });
    let as_of = RwSignal::new(None::<NaiveDate>);
    let first = Signal::derive(move || {
        cycles.with(|page| page?.items.iter().find(|one| one.seq == seq).map(|it| it.starts_on))
    });
    let statement = use_query_when(move || Some(api::statement(cycle.get()?, as_of.get())));
    let status = move || {
        statement.with(|made| {
            let made = made?;
            Some(match made.cycle.closed_at {
                Some(at) => {
                    let day = date(day_in_zone(at, &made.timezone), today());
                    let words = t!(statement.locked, day = day);
                    view! { <Badge tone=Tone::Ok icon=icondata::LuLock>{words}</Badge> }
                }
                None => {
                    let words = t!(statement.open);
                    view! { <Badge tone=Tone::Warn icon=icondata::LuClock>{words}</Badge> }
                }
            })
        })
    };
    let body = move || match cycle.get() {
        Some(_) => view! {
            <LookBack as_of first />
            <Loaded of=statement.standing() rows=10>
                <Sheet statement as_of />
            </Loaded>
        }
        .into_any(),
        None => view! { <Empty title=t!(statement.not_found) /> }.into_any(),
    };
    let body = StoredValue::new(body);
    view! {
        <PageHeader
            title=t!(statement.title, seq = seq)
            area=Area::Accounts
            status=move || view! { {status} }
        >
            <Tools statement as_of />
        </PageHeader>
        <div class="page">
            <Loaded of=cycles.standing() rows=10>{move || body.with_value(|body| body())}</Loaded>
        </div>
    }
}

/// Back, save, print.
#[component]
fn Tools(statement: Query<Statement>, as_of: RwSignal<Option<NaiveDate>>) -> impl IntoView {
    let form = Form::new("sheet");
    let print = move || {
        let _ = window().print();
    };
    use_action(Group::Here, t!(statement.print), "p", print);
    let save = Callback::new(move |()| {
        let Some(made) = statement.get_untracked() else { return };
        let id: CycleId = made.cycle.id;
        let day = as_of.get_untracked();
        let of = day.map(|day| format!(" ({day})")).unwrap_or_default();
        let name = format!("{} {}{of}.csv", made.retainer_name, made.cycle.starts_on);
        let path = Path::new(format!("/cycles/{id}/statement.csv"));
        let path = path.with("as_of", day).done();
        form.run(async move { api::download(&path).await }, move |text: String| {
            browser::save_file(&name, "text/csv", &text);
        });
    });
    let back = move || {
        statement.with(|made| {
            let made = made?;
            let page = retainer_href(made.account_id, made.cycle.retainer_id);
            let href = format!("{page}?cycle={}", made.cycle.seq);
            let words = t!(closing.back);
            Some(view! { <ButtonLink href icon=icondata::LuArrowLeft>{words}</ButtonLink> })
        })
    };
    let ready = move || statement.known();
    view! {
        {back}
        <Show when=ready>
            <FormFaults form />
            <Button icon=icondata::LuDownload busy=form.busy() on_press=save>
                {t!(statement.sheet)}
            </Button>
            <Button icon=icondata::LuPrinter keys="p" on_press=Callback::new(move |()| print())>
                {t!(statement.print)}
            </Button>
        </Show>
    }
}

/// The statement itself. It is drawn anew when its figures change.
#[component]
fn Sheet(statement: Query<Statement>, as_of: RwSignal<Option<NaiveDate>>) -> impl IntoView {
    move || {
        let made = statement.get()?;
        let decisions = made.decisions.clone();
        let pools = made.cycle.pools.iter().map(|of: &PoolCycle| {
            let decision = decisions.iter().find(|one| one.pool == of.pool.key).cloned();
            let open = made.provisional;
            let back = made.taken_back.iter().find(|one| one.pool == of.pool.key);
            let taken_back = back.map_or(0, |one| one.units);
            // The lines of another day than today are in the sheet that is saved.
            let lines = as_of.get_untracked().is_none().then(|| {
                view! { <Entries made=made.clone() pool=of.pool.clone() /> }
            });
            view! {
                <Sums of=of.clone() open decision taken_back />
                {lines}
            }
        });
        let pools = pools.collect_view();
        let closing = made.closing.clone().map(|record| view! { <Said record /> });
        let foot = foot(&made);
        Some(view! {
            <article class="statement stack">
                <Head made=made.clone() />
                {pools}
                {closing}
                <p class="print-only text-xs">{foot}</p>
            </article>
        })
    }
}

/// Account, retainer, days and today, for the foot of each page of paper.
pub(super) fn foot(made: &Statement) -> String {
    t!(
        statement.foot,
        account = made.account_name,
        retainer = made.retainer_name,
        days = cycle_range(made.cycle.starts_on, made.cycle.ends_on, ANY_YEAR),
        day = date(day_in_zone(made.made_at, &made.timezone), ANY_YEAR),
    )
}

/// Who, for whom, which days, at which price.
#[component]
fn Head(made: Statement) -> impl IntoView {
    let days = cycle_range(made.cycle.starts_on, made.cycle.ends_on, ANY_YEAR);
    let rows = [
        (t!(statement.client).to_owned(), made.account_name),
        (t!(statement.by).to_owned(), made.organisation_name),
        (t!(statement.retainer).to_owned(), made.retainer_name),
        (t!(statement.period).to_owned(), days),
        (t!(statement.price).to_owned(), money(&made.price)),
    ];
    let rows = rows.into_iter().map(|(label, value)| {
        view! {
            <div>
                <dt class="text-xs text-muted">{label}</dt>
                <dd class="break-words font-medium">{value}</dd>
            </div>
        }
    });
    let terms = t!(statement.terms, number = made.terms_number);
    view! {
        <section class="panel p-4">
            <dl class="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
                {rows.collect_view()}
                <div class="self-end text-xs text-muted">
                    <dt class="sr-only">{t!(retainers.terms_title)}</dt>
                    <dd>{terms}</dd>
                </div>
            </dl>
        </section>
    }
}

/// What was said when the cycle was closed.
#[component]
fn Said(record: ClosingRecord) -> impl IntoView {
    let rows = record.priorities.iter().map(|one| view! { <li>{one.clone()}</li> }).collect_view();
    let priorities = (!record.priorities.is_empty()).then(|| {
        view! {
            <Panel title=t!(statement.priorities)>
                <ol class="list-decimal p-4 ps-10">{rows}</ol>
            </Panel>
        }
    });
    view! {
        <Panel title=t!(statement.recap)>
            <p class="p-4 break-words whitespace-pre-line">{record.recap}</p>
        </Panel>
        {priorities}
    }
}
