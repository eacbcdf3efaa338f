//! Asking the asker of a request for what is missing, and taking a request back.
use leptos::prelude::*;
use shared::api::{NewRequestQuestion, Request, RequestQuestioned, RequestWithdrawal};

use super::state::Shown;
use crate::ui::{
    Checkbox, CopyText, Dialog, Form, FormActions, FormFaults, TextArea, pointer, toast,
};
use crate::{api, t};

#[component]
pub(super) fn AskDialog(shown: Shown, open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Dialog open title=t!(requests.ask)>
            {shown.request.get_untracked().map(|request| {
                view! { <AskForm shown open request /> }
            })}
        </Dialog>
    }
}

#[component]
fn AskForm(shown: Shown, open: RwSignal<bool>, request: Request) -> impl IntoView {
    let form = Form::new("ask");
    let note = RwSignal::new(String::new());
    let token = RwSignal::new(None::<String>);
    let rows: Vec<_> = request
        .inputs
        .iter()
        .filter(|input| input.value.is_none())
        .map(|input| (input.key.clone(), input.label.clone(), RwSignal::new(input.required)))
        .collect();
    let chosen = StoredValue::new(rows);
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let keys = chosen.with_value(|rows| {
            let wanted = rows.iter().filter(|(.., wanted)| wanted.get_untracked());
            wanted.map(|(key, ..)| key.clone()).collect()
        });
        let note = Some(note.get_untracked()).filter(|note| !note.trim().is_empty());
        let id = shown.id;
        let work = async move |body: NewRequestQuestion| api::ask_request(id, &body).await;
        form.send(NewRequestQuestion { keys, note }, work, move |made: RequestQuestioned| {
            token.try_set(Some(made.token));
            shown.answered(made.request);
        });
    };
    let ticks = move || {
        let tick = |(n, (_, label, value)): (usize, (String, String, RwSignal<bool>))| {
            let at = pointer(&format!("/keys/{n}"));
            view! { <Checkbox form at label value /> }
        };
        chosen.get_value().into_iter().enumerate().map(tick).collect_view()
    };
    view! {
        {move || match token.get() {
            Some(token) => view! {
                <div class="form">
                    <p>{t!(requests.ask_made)}</p>
                    <CopyText
                        label=t!(requests.link)
                        text=super::link_address(&token)
                        autofocus=true
                    />
                </div>
            }.into_any(),
            None => view! {
                <form class="form" novalidate=true on:submit=send>
                    {ticks()}
                    <TextArea
                        form
                        at="/note"
                        label=t!(requests.question)
                        hint=t!(requests.question_hint)
                        value=note
                    />
                    <FormFaults form />
                    <FormActions form open verb=t!(requests.ask) />
                </form>
            }.into_any(),
        }}
    }
}

#[component]
pub(super) fn WithdrawDialog(shown: Shown, open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Dialog open title=t!(requests.withdraw)>
            <WithdrawForm shown open />
        </Dialog>
    }
}

#[component]
fn WithdrawForm(shown: Shown, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("withdraw");
    let reason = RwSignal::new(String::new());
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = RequestWithdrawal { reason: reason.get_untracked() };
        let id = shown.id;
        let work = async move |body: RequestWithdrawal| api::withdraw_request(id, &body).await;
        form.send(body, work, move |answer: Request| {
            open.try_set(false);
            shown.answered(answer);
            toast(t!(requests.state_withdrawn));
        });
    };
    view! {
        <form class="form" novalidate=true on:submit=send>
            <TextArea form at="/reason" label=t!(requests.reason) value=reason />
            <FormFaults form />
            <FormActions form open verb=t!(requests.withdraw) />
        </form>
    }
}
