//! Rating a signal, with evidence. Source: requirement S0-37.
use leptos::prelude::*;
use shared::api::{Evidence, NewSignalRating, ReviewRoom, SignalKind};

use super::choices::said;
use super::diagnose::Named;
use super::room::Room;
use super::words;
use crate::ui::{Choice, Dialog, Form, FormActions, FormFaults, Select, TextInput};
use crate::{api, t};

#[component]
pub(super) fn RateDialog(room: Room) -> impl IntoView {
    let open = RwSignal::new(false);
    super::room::follow(open, Memo::new(move |_| room.rating.get().is_some()), move || {
        room.rating.set(None);
    });
    let title = Signal::derive(move || {
        let name = room.rating.get().map(words::signal).unwrap_or_default();
        t!(reviews.rate_this, name = name)
    });
    view! {
        <Dialog open title>
            {move || room.rating.get_untracked().map(|kind| view! { <RateForm room kind open /> })}
        </Dialog>
    }
}

#[component]
fn RateForm(room: Room, kind: SignalKind, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("rating");
    let score = RwSignal::new(String::new());
    let (text, link) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let nobody = RwSignal::new(false);
    let id = room.id;
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Ok(score) = score.get_untracked().parse() else {
            return form.refuse(vec![shared::api::FieldError::new("/score", "required")]);
        };
        let link = Some(said(link)).filter(|link| !link.is_empty());
        let evidence = vec![Evidence { text: said(text), link }];
        let names_nobody = nobody.get_untracked();
        let body = NewSignalRating { signal: kind, score, evidence, names_nobody };
        let work = async move |body: NewSignalRating| api::rate_signal(id, &body).await;
        form.send(body, work, move |now: ReviewRoom| room.saved(now, Some(open)));
    };
    let scores: Vec<Choice> =
        (1..=5).map(|n: i64| Choice::new(n.to_string(), n.to_string())).collect();
    view! {
        <form class="form" novalidate=true on:submit=send>
            <Select form at="/score" label=t!(reviews.score) value=score choices=scores />
            <TextInput form at="/evidence/0/text" label=t!(decisions.evidence) value=text />
            <Named form finding=text nobody room />
            <TextInput
                form
                at="/evidence/0/link"
                label=t!(decisions.evidence_link)
                value=link
                kind="url"
                inputmode="url"
                optional=true
            />
            <FormFaults form />
            <FormActions form open verb=t!(reviews.rate) />
        </form>
    }
}
