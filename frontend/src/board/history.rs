//! What was said about a card, and everything that happened to it.
use leptos::prelude::*;
use shared::api::{NewWorkComment, WorkEvent, WorkEventKind, WorkItem};

use super::pane::Shown;
use crate::format::moment;
use crate::query::use_query;
use crate::retainers::today;
use crate::ui::{Button, Checkbox, Form, FormFaults, TextArea};
use crate::{api, t};

fn kind(kind: WorkEventKind) -> &'static str {
    match kind {
        WorkEventKind::Created => t!(board.did_create),
        WorkEventKind::Changed => t!(board.did_change),
        WorkEventKind::Moved => t!(board.did_move),
        WorkEventKind::SentBack => t!(board.did_send_back),
        WorkEventKind::Seated => t!(board.did_seat),
        WorkEventKind::Supplied => t!(board.did_supply),
        WorkEventKind::Levelled => t!(board.did_level),
        WorkEventKind::Commented => t!(board.did_comment),
        WorkEventKind::InputGiven => t!(board.did_input),
        WorkEventKind::Reviewed => t!(board.did_review),
        WorkEventKind::Revised => t!(board.did_revise),
        WorkEventKind::Approved => t!(board.did_approve),
        WorkEventKind::Stopped => t!(board.did_stop),
        WorkEventKind::HandedOver => t!(board.did_hand_over),
        WorkEventKind::Accepted => t!(board.did_accept),
        WorkEventKind::Blocked => t!(board.did_block),
        WorkEventKind::Cleared => t!(board.did_clear),
        WorkEventKind::Waits => t!(board.did_wait),
        WorkEventKind::Resumed => t!(board.did_resume),
        WorkEventKind::Judged => t!(board.did_judge),
    }
}

#[component]
pub(super) fn History(shown: Shown) -> impl IntoView {
    let id = shown.id;
    let events = use_query(move || api::work_events(id));
    let zone = crate::session::use_me().with_untracked(|me| me.organisation.timezone.clone());
    let row = move |event: &WorkEvent| {
        let change = match (&event.from, &event.to) {
            (Some(from), Some(to)) if from != to => Some(format!("{from} → {to}")),
            (None, Some(to)) => Some(to.clone()),
            (Some(from), None) => Some(format!("{from} → –")),
            _ => None,
        };
        let text = [event.text.clone(), change].into_iter().flatten().collect::<Vec<_>>();
        let words = (!text.is_empty()).then(|| format!(": {}", text.join(", ")));
        view! {
            <li>
                <span class="history-what">
                    {kind(event.kind)}
                    {words}
                </span>
                <span class="muted">
                    {event.member_name.clone()} " · " {moment(event.at, &zone, today())}
                </span>
            </li>
        }
    };
    let rows =
        move || events.with(|page| page.map(|page| page.items.iter().map(&row).collect_view()));
    view! {
        <section class="pane-part" aria-label=t!(board.history)>
            <div class="pane-part-head"><h3>{t!(board.history)}</h3></div>
            {shown.state.may.then(|| view! { <CommentForm shown /> })}
            <ol class="history">{rows}</ol>
        </section>
    }
}

#[component]
fn CommentForm(shown: Shown) -> impl IntoView {
    let form = Form::new("comment");
    let (text, input) = (RwSignal::new(String::new()), RwSignal::new(false));
    let id = shown.id;
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let new = NewWorkComment { text: text.get_untracked(), input: input.get_untracked() };
        let work = async move |new: NewWorkComment| api::comment_work(id, &new).await;
        form.send(new, work, move |item: WorkItem| {
            text.set(String::new());
            shown.answered(item);
        });
    };
    view! {
        <form class="form" novalidate=true on:submit=send>
            <TextArea form at="/text" label=t!(board.comment) rows=2 value=text />
            <Checkbox form at="/input" label=t!(board.is_input) value=input />
            <FormFaults form />
            <div><Button small=true submit=true busy=form.busy()>{t!(board.say)}</Button></div>
        </form>
    }
}
