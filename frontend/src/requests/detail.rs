//! One request: what it says and lacks, where it stands in the scope, what becomes of it.
use leptos::prelude::*;
use shared::api::{Request, RequestId, RequestInput, RequestState};

use super::asking::{AskDialog, WithdrawDialog};
use super::edit_form::EditDialog;
use super::history::History;
use super::made::Made;
use super::state::Shown;
use super::triage::Triage;
use super::words;
use crate::format::{date, effort};
use crate::i18n::fault_words;
use crate::keys::{Group, use_action};
use crate::retainers::retainer_href;
use crate::ui::{Badge, Button, ButtonLink, Loaded, Panel, Tone, icon, toast};
use crate::{api, t};

#[component]
pub(super) fn Detail(id: RequestId, back: Signal<String>) -> impl IntoView {
    let shown = Shown::of(id);
    view! {
        <div class="req-detail">
            <p class="req-back">
                <ButtonLink small=true href=back icon=icondata::LuArrowLeft>
                    {t!(requests.queue)}
                </ButtonLink>
            </p>
            <Loaded of=shown.request.standing() rows=8>
                <Body shown />
            </Loaded>
        </div>
    }
}

#[component]
fn Body(shown: Shown) -> impl IntoView {
    let again = RwSignal::new(false);
    let decided = move || shown.request.with(|one| one.is_some_and(|one| one.triage.is_some()));
    let withdrawn = move || {
        shown.request.with(|one| one.is_some_and(|one| one.state == RequestState::Withdrawn))
    };
    view! {
        <div class="req-parts">
            <div class="stack">
                <About shown />
                <History shown />
            </div>
            <div class="stack">
                <Show when=decided>
                    <Made shown again />
                </Show>
                <Show when=move || !withdrawn() && (!decided() || again.get())>
                    <Triage shown again />
                </Show>
            </div>
        </div>
    }
}

/// What is asked for, by whom, and what it must bring.
#[component]
fn About(shown: Shown) -> impl IntoView {
    let [asking, leaving] = [(); 2].map(|()| RwSignal::new(false));
    let editing = shown.editing;
    let title = Signal::derive(move || {
        shown
            .request
            .with(|one| one.map(|one| format!("#{} {}", one.number, one.title)).unwrap_or_default())
    });
    let status = move || {
        let state = shown.request.with(|one| one.map(|one| one.state))?;
        let (tone, icon, words) = words::state(state);
        Some(view! { <Badge tone icon>{words}</Badge> })
    };
    let waits = move || {
        shown.request.with(|one| {
            one.is_some_and(|one| matches!(one.state, RequestState::New | RequestState::NeedsInput))
        })
    };
    let linked = move || shown.request.with(|one| one.is_some_and(|one| one.asker_links > 0));
    let unlink = Callback::new(move |()| {
        let Some(version) = shown.request.get_untracked().map(|one| one.version) else { return };
        leptos::task::spawn_local(async move {
            match api::end_request_links(shown.id, version).await {
                Ok(_) => toast(t!(requests.link_revoked)),
                Err(fault) => toast(fault_words(&fault)),
            }
            shown.request.refetch();
        });
    });
    if shown.works {
        use_action(Group::Here, t!(requests.ask), "0", move || {
            if untrack(waits) {
                asking.set(true);
            }
        });
    }
    let body = move || shown.request.get().map(|one| view! { <Facts shown one /> });
    let press = |open: RwSignal<bool>| Callback::new(move |()| open.set(true));
    view! {
        <Panel title aside=move || view! { {status} }>
            {body}
            <Show when=move || shown.works && waits()>
                <p class="req-actions">
                    <Button small=true icon=icondata::LuPencil on_press=press(editing)>
                        {t!(common.edit)}
                    </Button>
                    <Button
                        small=true
                        icon=icondata::LuMessageCircle
                        keys="0"
                        on_press=press(asking)
                    >
                        {t!(requests.ask)}
                    </Button>
                    <Button small=true icon=icondata::LuX on_press=press(leaving)>
                        {t!(requests.withdraw)}
                    </Button>
                </p>
            </Show>
            <Show when=move || shown.may && linked()>
                <p class="req-actions">
                    <Button small=true icon=icondata::LuLink2Off on_press=unlink>
                        {t!(requests.end_links)}
                    </Button>
                </p>
            </Show>
        </Panel>
        <EditDialog shown open=editing />
        <AskDialog shown open=asking />
        <WithdrawDialog shown open=leaving />
    }
}

#[component]
fn Facts(shown: Shown, one: Request) -> impl IntoView {
    let zone = shown.zone.get_value();
    let row = |name: &'static str, text: Option<String>| {
        text.map(|text| view! { <div><dt>{name}</dt><dd>{text}</dd></div> })
    };
    let wanted = one.wanted_on.map(|day| date(day, shown.today));
    let home = format!("{} · {}", one.account_name, one.retainer_name);
    let asked = one.asked.clone().filter(|_| one.state == RequestState::NeedsInput);
    let asked =
        asked.and_then(|asked| {
            asked.note.map(|note| view! {
            <p class="note">{t!(requests.asked_words, who = asked.member_name, note = note)}</p>
        })
        });
    let inputs = (!one.inputs.is_empty()).then(|| {
        let rows = one.inputs.iter().cloned().map(|input| view! { <Input input /> });
        view! { <ul class="req-inputs">{rows.collect_view()}</ul> }
    });
    view! {
        <div class="panel-body stack">
            <p class="text-muted">
                <a class="link" href=retainer_href(one.account_id, one.retainer_id)>{home}</a>
                " · "
                {words::asked_by(&one, shown.today, &zone)}
            </p>
            {one.text.clone().map(|text| view! { <p class="req-text">{text}</p> })}
            {asked}
            <dl class="req-facts">
                {row(t!(requests.kind), one.request_type_name.clone())}
                {row(t!(requests.wanted), wanted)}
                {row(t!(board.estimate), one.estimate.map(effort))}
                {row(t!(requests.mail), one.asker_email.clone())}
            </dl>
            {inputs}
        </div>
    }
}

#[component]
fn Input(input: RequestInput) -> impl IntoView {
    let (mark, state) = match (&input.value, input.required) {
        (Some(value), _) => (icon(icondata::LuCircleCheck), view! { {value.clone()} }.into_any()),
        (None, true) => (
            icon(icondata::LuCircleAlert),
            view! { <Badge tone=Tone::Warn>{t!(board.required_missing)}</Badge> }.into_any(),
        ),
        (None, false) => (icon(icondata::LuCircle), t!(board.optional_missing).into_any()),
    };
    view! { <li>{mark} <span><strong>{input.label}</strong> " " {state}</span></li> }
}
