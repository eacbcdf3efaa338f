//! The rules by which calls of a retainer are booked: what they say and when they come next.
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_query_map;
use shared::api::{CallRule, CallRuleId, PlannedCall, RetainerId};

use super::call_form::CallForm;
use super::{call_words, renew, words};
use crate::format::{clock_in_zone, effort, weekday};
use crate::i18n::fault_words;
use crate::keys::{Group, use_action};
use crate::query::use_query;
use crate::retainers::{retainer_href, today};
use crate::session::{delivers, manages, use_me};
use crate::shell::Area;
use crate::ui::{
    Button, ButtonLink, Dialog, Empty, Form, FormFaults, Loaded, PageHeader, Panel, Variant, icon,
    styles, toast, toast_undo,
};
use crate::{api, t};

/// `/calendar/calls?retainer=ID`
#[component]
pub fn CallsPage() -> impl IntoView {
    styles::adopt(include_str!("../../styles/calls.css"));
    let query = use_query_map();
    let id = Memo::new(move |_| {
        query.with(|query| query.get("retainer").and_then(|id| id.parse::<RetainerId>().ok()))
    });
    move || match id.get() {
        Some(id) => view! { <OfRetainer id /> }.into_any(),
        None => view! {
            <PageHeader title=t!(calls.title) area=Area::Calendar />
            <div class="page">
                <Empty icon=icondata::LuCalendarClock title=t!(calls.which_retainer)>
                    <ButtonLink href="/accounts">{t!(accounts.show_all)}</ButtonLink>
                </Empty>
            </div>
        }
        .into_any(),
    }
}

#[component]
fn OfRetainer(id: RetainerId) -> impl IntoView {
    let retainer = use_query(move || api::retainer(id));
    let rules = use_query(move || api::call_rules(id));
    let may = use_me().with_untracked(|me| delivers(me.role));
    let open = RwSignal::new(false);
    let chosen = RwSignal::new(None::<CallRule>);
    let begin = move || {
        chosen.set(None);
        open.set(true);
    };
    use_action(Group::Here, t!(calls.make), "c", move || {
        if may {
            begin();
        }
    });
    let about = Signal::derive(move || {
        retainer.with(|one| one.map(|one| format!("{} · {}", one.account_name, one.name)))
    });
    let back = move || {
        let href = retainer.with(|one| Some(retainer_href(one?.account_id, one?.id)));
        href.map(|href| view! { <ButtonLink href>{t!(calls.to_retainer)}</ButtonLink> })
    };
    let title = Signal::derive(move || {
        let new = chosen.with(Option::is_none);
        String::from(if new { t!(calls.make) } else { t!(calls.change) })
    });
    let rows = move || rules.with(|page| page.map(|page| page.items.clone())).unwrap_or_default();
    view! {
        <PageHeader title=t!(calls.title) area=Area::Calendar about>
            {back}
            <ButtonLink href=format!("/calendar?retainer={id}")>{t!(calls.to_calendar)}</ButtonLink>
            {may.then(|| view! {
                <Button
                    variant=Variant::Primary
                    icon=icondata::LuPlus
                    keys="c"
                    on_press=Callback::new(move |()| begin())
                >
                    {t!(calls.make)}
                </Button>
            })}
        </PageHeader>
        <div class="page">
            <Panel title=t!(calls.rules)>
                <Loaded of=rules.standing() rows=3>
                    <Show
                        when=move || !rows().is_empty()
                        fallback=|| view! {
                            <Empty title=t!(calls.none) about=t!(calls.none_about) />
                        }
                    >
                        <ul class="panel-rows">
                            <For
                                each=rows
                                key=drawn
                                let:rule
                            >
                                <Row rule may chosen open />
                            </For>
                        </ul>
                    </Show>
                </Loaded>
            </Panel>
        </div>
        <Dialog open title>
            {move || view! { <CallForm id retainer rule=chosen.get_untracked() open /> }}
        </Dialog>
    }
}

/// What makes a rule be drawn again.
fn drawn(rule: &CallRule) -> impl Eq + std::hash::Hash + use<> {
    let next: Vec<_> = rule.next.iter().map(|one| (one.starts_at, one.session_id)).collect();
    (rule.id, rule.version, rule.not_booked.map(|of| (of.on, of.count)), next)
}

#[component]
fn Row(
    rule: CallRule,
    may: bool,
    chosen: RwSignal<Option<CallRule>>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let me = use_me();
    let own = me.with_untracked(|me| rule.rule.member_id == Some(me.member_id) || manages(me.role));
    let said = &rule.rule;
    let name = said.title.clone().unwrap_or_else(|| call_words::rhythm(said));
    let draws = match said.units {
        0 => t!(calls.draws_nothing).to_owned(),
        units => words::units(units),
    };
    let facts = [
        call_words::rhythm(said),
        t!(calls.at, time = call_words::clock(said.minute_of_day), zone = rule.timezone.as_str()),
        effort(said.minutes),
        draws,
        rule.member_name.clone(),
    ];
    let missed = rule.not_booked.map(|of| {
        view! {
            <p class="call-missed">
                {icon(icondata::LuCircleAlert)} {call_words::not_booked(&of, today())}
            </p>
        }
    });
    let zone = rule.timezone.clone();
    let next = rule.next.iter().map(|call| next_call(*call, &zone)).collect_view();
    let none = rule.next.is_empty().then(|| view! { <li>{t!(calls.none_ahead)}</li> });
    let acts = (may && own).then(|| view! { <Acts rule=rule.clone() chosen open /> });
    view! {
        <li class="call-rule">
            <div class="call-words">
                <h3 class="font-semibold break-words">{name}</h3>
                <p class="text-soft break-words">{facts.join(" · ")}</p>
                <ul class="call-next" aria-label=t!(calls.next_dates)>
                    {next}
                    {none}
                </ul>
                {missed}
            </div>
            {acts}
        </li>
    }
}

/// One of the next calls; a link to what to know before it, once it is booked.
fn next_call(call: PlannedCall, zone: &str) -> impl IntoView + use<> {
    let day = crate::format::day_in_zone(call.starts_at, zone);
    let words = format!("{}, {}", weekday(day, today()), clock_in_zone(call.starts_at, zone));
    match call.session_id {
        Some(id) => {
            let href = super::preparation_href(id);
            view! { <li class="num"><a class="link" href=href>{words}</a></li> }.into_any()
        }
        None => view! { <li class="num text-soft">{words}</li> }.into_any(),
    }
}

#[component]
fn Acts(rule: CallRule, chosen: RwSignal<Option<CallRule>>, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("end-calls");
    let kept = StoredValue::new(rule);
    let change = Callback::new(move |()| {
        chosen.set(Some(kept.get_value()));
        open.set(true);
    });
    let end = Callback::new(move |()| {
        let CallRule { id, version, .. } = kept.get_value();
        form.run(api::end_call_rule(id, version), move |()| {
            toast_undo(t!(calls.ended), move || again(id));
            renew();
        });
    });
    view! {
        <div class="call-acts">
            <Button small=true icon=icondata::LuPencil on_press=change>{t!(calls.change)}</Button>
            <Button
                small=true
                variant=Variant::Ghost
                icon=icondata::LuTrash2
                busy=form.busy()
                on_press=end
            >
                {t!(calls.end)}
            </Button>
            <FormFaults form />
        </div>
    }
}

/// What was ended by mistake goes on: what somebody had changed of it stays theirs.
fn again(rule: CallRuleId) {
    spawn_local(async move {
        match api::reopen_call_rule(rule).await {
            Ok(_) => toast(t!(common.undone)),
            Err(fault) => toast(t!(time.undo_failed, why = fault_words(&fault))),
        }
        renew();
    });
}
