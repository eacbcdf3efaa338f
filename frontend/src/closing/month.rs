//! The close of a month over all retainers: what is to be closed, what the client is to be told.
use chrono::{Datelike, Months, NaiveDate};
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_query_map};
use shared::api::{ClosingStage, MonthEnd, Page};

use super::close_href;
use super::loose::{self, LoosePanel};
use super::steps::RECAP;
use crate::api::{self, LONG_PAGE, Path};
use crate::format::{cycle_range, date, day_in_zone, month_year};
use crate::keys::{Group, use_action, use_arrows};
use crate::query::{Query, use_all, use_query};
use crate::retainers::{retainer_href, today};
use crate::session::{manages, use_me};
use crate::shell::Area;
use crate::t;
use crate::ui::{Badge, Button, ButtonLink, Empty, Loaded, PageHeader, Tone, Variant};

/// `/close?cycle=2026-11`
#[component]
pub fn MonthPage() -> impl IntoView {
    let address = use_query_map();
    let month = Memo::new(move |_| {
        let asked = address.with(|query| query.get("cycle")).and_then(|month| parsed(&month));
        asked.unwrap_or_else(|| usual(today()))
    });
    let ends: Query<Page<MonthEnd>> = use_all(move || Some(api::closings(month.get())));
    let loose = use_query(move || api::loose_ends(month.get(), LONG_PAGE));
    let navigate = use_navigate();
    let go = Callback::new(move |to: NaiveDate| {
        navigate(&href(to, usual(today())), Default::default());
    });
    let step = move |forward: bool| go.run(stepped(month.get_untracked(), forward));
    use_arrows(move |by| step(by > 0));
    let title = Signal::derive(move || t!(closing.month_title, month = month_year(month.get())));
    let about = Signal::derive(move || {
        let total = loose.with(|ends| ends.map(|ends| ends.total));
        ends.with(|page| page.map(|page| sentence(&page.items, total))).unwrap_or_default()
    });
    view! {
        <PageHeader title area=Area::Accounts about>
            <Button
                variant=Variant::Ghost
                icon=icondata::LuChevronLeft
                label=t!(closing.month_before)
                on_press=Callback::new(move |()| step(false))
            />
            <Button
                variant=Variant::Ghost
                icon=icondata::LuChevronRight
                label=t!(closing.month_after)
                on_press=Callback::new(move |()| step(true))
            />
        </PageHeader>
        <div class="page">
            <LoosePanel ends=loose />
            <div class="panel">
                <Loaded of=ends.standing() rows=6>
                    {move || {
                        let ends = ends.with(|page| page.map(|page| in_order(&page.items)));
                        let ends = ends.unwrap_or_default();
                        if ends.is_empty() {
                            view! { <Nothing /> }.into_any()
                        } else {
                            view! { <Rows ends /> }.into_any()
                        }
                    }}
                </Loaded>
            </div>
        </div>
    }
}

#[component]
fn Nothing() -> impl IntoView {
    view! {
        <Empty
            icon=icondata::LuCalendarCheck
            title=t!(closing.month_none)
            about=t!(closing.month_none_about)
        >
            <ButtonLink href="/accounts">{t!(shell.accounts)}</ButtonLink>
        </Empty>
    }
}

#[component]
fn Rows(ends: Vec<MonthEnd>) -> impl IntoView {
    let first = ends.iter().find(|end| waits(end.stage)).map(href_of);
    if let Some(href) = first {
        let navigate = use_navigate();
        use_action(Group::Here, t!(closing.month_first), "c", move || {
            navigate(&href, Default::default());
        });
    }
    let rows = ends.into_iter().map(|end| view! { <Row end /> }).collect_view();
    view! {
        <div class="table-wrap">
            <table class="table table-cards">
                <thead>
                    <tr>
                        <th scope="col">{t!(closing.month_retainer)}</th>
                        <th scope="col">{t!(closing.month_cycle)}</th>
                        <th scope="col">{t!(closing.month_stage)}</th>
                        <th scope="col"><span class="sr-only">{t!(closing.month_do)}</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Row(end: MonthEnd) -> impl IntoView {
    let may = use_me().with_untracked(|me| manages(me.role));
    let name = format!("{} · {}", end.account_name, end.retainer_name);
    let page = format!("{}?cycle={}", retainer_href(end.account_id, end.retainer_id), end.seq);
    let days = cycle_range(end.starts_on, end.ends_on, today());
    let verb = match end.stage {
        ClosingStage::Due if may => Some(t!(closing.note_open)),
        ClosingStage::Frozen if may => Some(t!(closing.month_tell)),
        ClosingStage::Due | ClosingStage::Frozen | ClosingStage::Told => {
            Some(t!(closing.month_read))
        }
        ClosingStage::Running => None,
    };
    let mut href = href_of(&end);
    if end.stage == ClosingStage::Frozen && may {
        href += &format!("&step={}", RECAP + 1);
    }
    let action = verb.map(|verb| {
        let of = format!(" {name}");
        view! {
            <ButtonLink href>{verb}<span class="sr-only">{of}</span></ButtonLink>
        }
    });
    view! {
        <tr>
            <th scope="row"><a class="row-link" href=page>{name}</a></th>
            <td data-label=t!(closing.month_cycle)>{days}</td>
            <td data-label=t!(closing.month_stage)><Stage end=end.clone() /></td>
            <td class="end">{action}</td>
        </tr>
    }
}

#[component]
fn Stage(end: MonthEnd) -> impl IntoView {
    let zone = use_me().with_untracked(|me| me.organisation.timezone.clone());
    let (tone, mark, words) = match end.stage {
        ClosingStage::Running => {
            let last = end.ends_on.pred_opt().unwrap_or(end.ends_on);
            let words = t!(closing.stage_running, day = date(last, today()));
            (Tone::Plain, icondata::LuTimer, words)
        }
        ClosingStage::Due => {
            let day = date(day_in_zone(end.closes_at, &zone), today());
            (Tone::Warn, icondata::LuCalendarClock, t!(closing.stage_due, day = day))
        }
        ClosingStage::Frozen => {
            (Tone::Warn, icondata::LuMessageSquare, t!(closing.stage_frozen).to_owned())
        }
        ClosingStage::Told if end.partner => {
            (Tone::Ok, icondata::LuCheck, t!(closing.stage_closed).to_owned())
        }
        ClosingStage::Told => (Tone::Ok, icondata::LuCheck, t!(closing.stage_told).to_owned()),
    };
    view! { <Badge tone icon=mark>{words}</Badge> }
}

fn href_of(end: &MonthEnd) -> String {
    close_href(end.account_id, end.retainer_id, end.seq)
}

/// Whether somebody still owes something.
fn waits(stage: ClosingStage) -> bool {
    matches!(stage, ClosingStage::Due | ClosingStage::Frozen)
}

/// What waits first, then what is running, then what is done.
fn in_order(ends: &[MonthEnd]) -> Vec<MonthEnd> {
    let mut ends = ends.to_vec();
    ends.sort_by_key(|end| match end.stage {
        ClosingStage::Due => 0,
        ClosingStage::Frozen => 1,
        ClosingStage::Running => 2,
        ClosingStage::Told => 3,
    });
    ends
}

/// "2 of 5 cycles are done. 3 loose ends."
fn sentence(ends: &[MonthEnd], total: Option<i64>) -> String {
    let told = ends.iter().filter(|end| end.stage == ClosingStage::Told).count();
    let done = match ends.len() {
        0 => None,
        all => Some(t!(closing.month_done, told = told, all = all)),
    };
    let loose = total.map(|total| format!("{}.", loose::words(total)));
    done.into_iter().chain(loose).collect::<Vec<_>>().join(" ")
}

/// The month that people close: the one before this.
pub fn usual(today: NaiveDate) -> NaiveDate {
    stepped(first(today), false)
}

fn first(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

fn stepped(month: NaiveDate, forward: bool) -> NaiveDate {
    let one = Months::new(1);
    let to = if forward { month.checked_add_months(one) } else { month.checked_sub_months(one) };
    to.unwrap_or(month)
}

/// The first day of "2026-11".
fn parsed(month: &str) -> Option<NaiveDate> {
    format!("{month}-01").parse().ok()
}

fn href(month: NaiveDate, usual: NaiveDate) -> String {
    let cycle = (month != usual).then(|| month.format("%Y-%m").to_string());
    Path::new("/close").with("cycle", cycle).done()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn the_month_before_is_closed_unless_the_address_names_another() {
        assert_eq!(usual(day("2026-01-15")), day("2025-12-01"));
        assert_eq!(parsed("2026-11"), Some(day("2026-11-01")));
        assert_eq!((parsed("2026-13"), parsed("x")), (None, None));
        assert_eq!(href(day("2025-12-01"), day("2025-12-01")), "/close");
        assert_eq!(href(day("2026-01-01"), day("2025-12-01")), "/close?cycle=2026-01");
        assert_eq!(stepped(day("2026-12-01"), true), day("2027-01-01"));
    }
}
