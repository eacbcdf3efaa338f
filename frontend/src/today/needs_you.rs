//! "Needs you": one line a loose end, with the fact, its consequence and one verb.
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use shared::api::{Account, Import, Page, Request, Role};

use super::loose_ends::{LooseEnd, Sources, Why, loose_ends};
use crate::{
    api,
    format::{count, date, relative},
    keys::use_digits,
    query::{Query, use_all, use_query_when},
    session::{use_me, use_today},
    t, tn,
    ui::{Button, ButtonLink, Empty, FaultNote, Icon, Loaded, Panel, icon},
};

/// Shown at first; the rest on demand.
const SHOWN: usize = 9;

#[component]
pub(super) fn NeedsYou(
    accounts: Query<Page<Account>>,
    imports: Query<Page<Import>>,
    requests: Query<Page<Request>>,
) -> impl IntoView {
    let today = use_today();
    let me = use_me();
    let zone = me.with_untracked(|me| me.organisation.timezone.clone());
    let (member, keeps) = me.with_untracked(|me| (me.member_id, may_keep(me.role)));
    let steps = use_query_when(move || keeps.then(|| api::due_tasks(member, today.get())));
    let aimless = use_all(move || keeps.then(api::without_next_step));
    let all = RwSignal::new(false);
    let ends = Memo::new(move |_| {
        let (imports, asked) = (items(imports), items(requests));
        let (steps, aimless) = (items(steps), items(aimless));
        let from = Sources {
            imports: &imports,
            requests: &asked,
            steps: &steps,
            aimless: &aimless,
            zone: &zone,
        };
        accounts.with(|page| {
            let all = |page: &Page<Account>| loose_ends(&page.items, from, today.get());
            page.map(all).unwrap_or_default()
        })
    });
    let navigate = use_navigate();
    use_digits(t!(today.key_open), "1–9", move |place| {
        if let Some(end) = ends.with_untracked(|ends| ends.get(place).cloned()) {
            navigate(&end.href, Default::default());
        }
    });
    let counted = move || ends.with(|ends| (!ends.is_empty()).then(|| count(ends.len() as i64)));
    let shown = move || {
        let limit = if all.get() { usize::MAX } else { SHOWN };
        ends.with(|ends| ends.iter().take(limit).cloned().enumerate().collect::<Vec<_>>())
    };
    let any = move || ends.with(|ends| !ends.is_empty());
    let more = move || !all.get() && ends.with(|ends| SHOWN < ends.len());
    let fault = move || {
        let fault = imports.fault().or_else(|| requests.fault());
        let fault = fault.or_else(|| steps.fault()).or_else(|| aimless.fault())?;
        let retry = Callback::new(move |()| {
            imports.refetch();
            requests.refetch();
            steps.refetch();
            aimless.refetch();
        });
        Some(view! { <FaultNote fault retry /> })
    };
    view! {
        <Panel title=t!(today.needs_you) aside=move || view! { <span class="num">{counted}</span> }>
            {fault}
            <Loaded of=accounts.standing() rows=5>
                <Show when=any fallback=move || view! { <Calm accounts /> }>
                    <ol class="panel-rows">
                        <For
                            each=shown
                            key=|(place, end)| (*place, end.href.clone(), format!("{:?}", end.why))
                            let((place, end))
                        >
                            <LooseEndRow place end />
                        </For>
                    </ol>
                    <Show when=more>
                        <div class="panel-body">
                            <Button small=true on_press=Callback::new(move |()| all.set(true))>
                                {move || t!(today.show_all, count = ends.with(Vec::len))}
                            </Button>
                        </div>
                    </Show>
                </Show>
            </Loaded>
        </Panel>
    }
}

fn items<T: Clone + Send + Sync + 'static>(of: Query<Page<T>>) -> Vec<T> {
    of.with(|page| page.map(|page| page.items.clone())).unwrap_or_default()
}

/// Whether the role sees to next steps: the server's table decides, this only hides.
fn may_keep(role: Role) -> bool {
    !matches!(role, Role::Viewer | Role::Partner)
}

/// Nothing waits: the next thing with a date.
#[component]
fn Calm(accounts: Query<Page<Account>>) -> impl IntoView {
    let today = use_today();
    let next = move || {
        accounts.with(|page| {
            let retainers =
                page?.items.iter().flat_map(|a| a.retainers.iter().map(move |r| (a, r)));
            let ends = retainers.filter_map(|(a, r)| Some((r.balances.first()?.ends_on, a)));
            let (on, account) =
                ends.filter(|(on, _)| *on > today.get()).min_by_key(|(on, _)| *on)?;
            let last = on.pred_opt().unwrap_or(on);
            let day = date(last, today.get());
            Some(t!(today.calm_next, account = account.name.as_str(), day = day))
        })
    };
    view! {
        <Empty icon=icondata::LuCircleCheck title=t!(today.calm) about=Signal::derive(next) />
    }
}

#[component]
fn LooseEndRow(place: usize, end: LooseEnd) -> impl IntoView {
    let today = use_today();
    let (fact, consequence) = words(&end, today.get_untracked());
    let (verb, look) = verb(&end.why);
    let bad = matches!(end.why, Why::Over { .. } | Why::WillGoOver { .. });
    let key = (place < SHOWN).then(|| view! { <kbd aria-hidden="true">{place + 1}</kbd> });
    view! {
        <li class="loose-end">
            <span class="loose-end-icon" class:is-bad=bad>{icon(look)}</span>
            <div class="loose-end-words">
                <p class="loose-end-fact">{fact}</p>
                <p class="loose-end-consequence">{consequence}</p>
            </div>
            {key}
            <ButtonLink href=end.href.clone() small=true>
                {verb}
                <span class="sr-only">{format!(", {}", end.whose)}</span>
            </ButtonLink>
        </li>
    }
}

fn verb(why: &Why) -> (&'static str, Icon) {
    match why {
        Why::Over { .. } => (t!(today.verb_over), icondata::LuOctagonAlert),
        Why::Lapses { .. } => (t!(today.verb_lapses), icondata::LuHourglass),
        Why::WillGoOver { .. } => (t!(today.verb_over), icondata::LuTrendingUp),
        Why::NearLimit { .. } => (t!(today.verb_cycle), icondata::LuTriangleAlert),
        Why::Asked { .. } => (t!(requests.decide), icondata::LuInbox),
        Why::Step { .. } => (t!(today.verb_step), icondata::LuListChecks),
        Why::NoNextStep => (t!(today.verb_no_step), icondata::LuFootprints),
        Why::AheadOfPace { .. } => (t!(today.verb_cycle), icondata::LuFastForward),
        Why::Unmapped { .. } => (t!(today.verb_map), icondata::LuFileUp),
        Why::Unwritten { .. } => (t!(today.verb_write), icondata::LuFileUp),
        Why::Setup => (t!(today.verb_setup), icondata::LuHistory),
        Why::UnderUsed { .. } => (t!(today.verb_cycle), icondata::LuTrendingDown),
    }
}

/// The fact, and what comes of waiting.
fn words(end: &LooseEnd, today: chrono::NaiveDate) -> (String, String) {
    let (whose, what) = (end.whose.as_str(), end.what.as_str());
    let say = |n: &i64| end.measure.say(*n);
    let rest = tn!(end.days_left.max(0), today.days_one, today.days_other);
    match &end.why {
        Why::Over { amount, available } => (
            t!(today.fact_over, whose = whose, amount = say(amount)),
            t!(today.then_over, what = what, available = say(available), rest = rest),
        ),
        Why::Lapses { amount, last_day } => (
            t!(today.fact_lapses, whose = whose, amount = say(amount)),
            t!(today.then_lapses, what = what, day = date(*last_day, today)),
        ),
        Why::WillGoOver { amount } => (
            t!(today.fact_will, whose = whose, amount = say(amount)),
            t!(today.then_will, what = what),
        ),
        Why::NearLimit { left } if *left == 0 => (
            t!(today.fact_used_up, whose = whose),
            t!(today.then_used_up, what = what, rest = rest),
        ),
        Why::NearLimit { left } => (
            t!(today.fact_near, whose = whose, left = say(left)),
            t!(today.then_near, what = what, rest = rest),
        ),
        Why::Asked { on } => (
            t!(today.fact_asked, whose = whose, what = what),
            t!(today.then_asked, age = relative(*on, today)),
        ),
        Why::Step { on } => (
            t!(today.fact_step, whose = whose, what = what),
            t!(today.then_step, day = relative(*on, today)),
        ),
        Why::NoNextStep => {
            (t!(today.fact_no_step, whose = whose), t!(today.then_no_step).to_owned())
        }
        Why::AheadOfPace { left } => (
            t!(today.fact_ahead, whose = whose),
            t!(today.then_near_left, what = what, left = say(left), rest = rest),
        ),
        Why::Unmapped { rows } => {
            (t!(today.fact_unmapped, file = whose), tn!(*rows, today.rows_one, today.rows_other))
        }
        Why::Unwritten { rows } => {
            (t!(today.fact_unwritten, file = whose), tn!(*rows, today.ready_one, today.ready_other))
        }
        Why::Setup => (t!(today.fact_setup, whose = whose), t!(today.then_setup, what = what)),
        Why::UnderUsed { left } => (
            t!(today.fact_under, whose = whose),
            t!(today.then_near_left, what = what, left = say(left), rest = rest),
        ),
    }
}
