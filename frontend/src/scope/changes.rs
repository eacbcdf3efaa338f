//! Dated changes of what a running retainer holds: where each stands, and who decided.
use leptos::prelude::*;
use shared::api::{
    EndingLine, Money, NewScopeLine, Page, RetainerState, ScopeChange, ScopeChangeState,
    ScopeLineKind,
};

use super::decide::{DecideForm, Deciding};
use super::page::Shown;
use super::propose::ProposeForm;
use super::words;
use crate::api;
use crate::format::{date, day_in_zone, effort, money};
use crate::query::{Query, use_query};
use crate::requests::request_href;
use crate::retainers::today;
use crate::session::use_me;
use crate::t;
use crate::ui::{Badge, Button, Dialog, Empty, Loaded, Panel};

/// The changes, the newest first.
#[component]
pub(super) fn ChangesPanel(shown: Shown) -> impl IntoView {
    let id = shown.id;
    let changes = use_query(move || api::scope_changes(id));
    let proposing = shown.proposing;
    let deciding = RwSignal::new(None::<Deciding>);
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if deciding.with(Option::is_some) {
            open.set(true);
        }
    });
    let running = move || {
        shown.retainer.with(|one| one.is_some_and(|one| one.state == RetainerState::Active))
    };
    let aside = move || {
        (shown.may && running()).then(|| {
            let press = Callback::new(move |()| proposing.set(true));
            view! {
                <Button small=true icon=icondata::LuPlus on_press=press>{t!(scope.propose)}</Button>
            }
        })
    };
    let rows = move || changes.with(|page| page.map(|page| page.items.clone())).unwrap_or_default();
    let title = Signal::derive(move || {
        let accepts = deciding.with(|one| one.as_ref().is_some_and(|one| one.accepts));
        String::from(if accepts { t!(scope.accept_title) } else { t!(scope.decline_title) })
    });
    view! {
        <Panel title=t!(scope.changes) aside=aside>
            <Loaded of=changes.standing() rows=2>
                <Show
                    when=move || !rows().is_empty()
                    fallback=|| {
                        let about = t!(scope.changes_about);
                        view! { <Empty title=t!(scope.changes_none) about=about /> }
                    }
                >
                    <ul class="panel-rows">
                        <For each=rows key=|one| (one.id, one.version) let:change>
                            <Row change shown deciding />
                        </For>
                    </ul>
                </Show>
            </Loaded>
        </Panel>
        <Dialog open=proposing title=t!(scope.propose_title) wide=true>
            <ProposeForm shown open=proposing changes />
        </Dialog>
        <Dialog open title>
            {deciding.get_untracked().map(|of| view! { <DecideForm shown open of changes /> })}
        </Dialog>
    }
}

/// Reads the list again after one was made or decided.
pub(super) fn renewed(changes: Query<Page<ScopeChange>>) {
    changes.refetch();
    super::renew();
}

#[component]
fn Row(change: ScopeChange, shown: Shown, deciding: RwSignal<Option<Deciding>>) -> impl IntoView {
    let (state, tone) = words::state(change.state);
    let title =
        t!(scope.change_of, number = change.number, day = date(change.effective_on, today()),);
    let number = change.number;
    let kept = StoredValue::new(change.clone());
    let decide = move |accepts: bool| {
        Callback::new(move |()| {
            deciding.set(Some(Deciding { change: kept.get_value(), accepts }));
        })
    };
    let buttons = (shown.may && change.state == ScopeChangeState::Proposed).then(|| {
        view! {
            <div class="flex flex-wrap gap-2">
                <Button
                    small=true
                    label=t!(scope.accept_label, number = number)
                    on_press=decide(true)
                >
                    {t!(scope.accept)}
                </Button>
                <Button
                    small=true
                    label=t!(scope.decline_label, number = number)
                    on_press=decide(false)
                >
                    {t!(scope.decline)}
                </Button>
            </div>
        }
    });
    let decided = decision(&change);
    view! {
        <li class="flex flex-col gap-1.5 px-4 py-3">
            <p class="flex flex-wrap items-center gap-2">
                <span class="font-medium">{title}</span>
                <Badge tone>{state}</Badge>
            </p>
            <Brings shown change=change.clone() />
            <p class="break-words">{change.reason.clone()}</p>
            <ul class="flex flex-col gap-0.5">
                {change.ends.iter().map(ends).collect_view()}
                {change.begins.iter().map(begins).collect_view()}
            </ul>
            {decided.map(|words| view! { <p class="text-xs text-muted">{words}</p> })}
            {buttons}
        </li>
    }
}

/// The hours and the price that come with a change, and the request that it came of.
#[component]
pub(super) fn Brings(shown: Shown, change: ScopeChange) -> impl IntoView {
    let (minutes, fee) = (change.minutes, change.fee_minor);
    let brings = move || {
        let currency =
            shown.retainer.with(|one| one.map(|one| one.terms.terms.price.currency.clone()));
        let fee = fee.zip(currency);
        let fee = fee.map(|(amount_minor, currency)| money(&Money { amount_minor, currency }));
        let parts: Vec<String> = minutes.map(effort).into_iter().chain(fee).collect();
        (!parts.is_empty()).then(|| t!(scope.change_brings, what = parts.join(" · ")))
    };
    let request = change.request.map(|request| {
        let words = t!(requests.of_request, number = request.number);
        view! {
            <a class="link break-words" href=request_href(request.id)>
                {format!("{words}: {}", request.title)}
            </a>
        }
    });
    view! {
        <p class="flex flex-wrap gap-x-3 empty:hidden">
            {move || brings().map(|words| view! { <span class="num font-medium">{words}</span> })}
            {request}
        </p>
    }
}

fn ends(line: &EndingLine) -> AnyView {
    let words = match line.kind {
        ScopeLineKind::Included => t!(scope.ends_included, line = line.text.as_str()),
        ScopeLineKind::Excluded => t!(scope.ends_excluded, line = line.text.as_str()),
    };
    view! { <li class="break-words text-soft">{words}</li> }.into_any()
}

fn begins(line: &NewScopeLine) -> AnyView {
    let words = match line.kind {
        ScopeLineKind::Included => t!(scope.begins_included, line = line.text.trim()),
        ScopeLineKind::Excluded => t!(scope.begins_excluded, line = line.text.trim()),
    };
    view! { <li class="break-words">{words}</li> }.into_any()
}

/// Who decided, when, and where that is written down.
fn decision(change: &ScopeChange) -> Option<String> {
    let made = change.decision.as_ref()?;
    let zone = use_me().with_untracked(|me| me.organisation.timezone.clone());
    let day = date(day_in_zone(made.decided_at, &zone), today());
    let (name, by) = (made.by.name.as_str(), made.recorded_by_name.as_str());
    Some(match &made.evidence {
        Some(words) => {
            t!(scope.decided_by_evidence, name = name, day = day, by = by, evidence = words)
        }
        None => t!(scope.decided_by, name = name, day = day),
    })
}
