//! What can be done with a routine: use, check, write anew, adopt, retire.
use std::future::Future;

use leptos::{prelude::*, task::spawn_local};
use shared::api::{NewRetirement, Sop};

use super::lines::said;
use super::sop_form::RewriteForm;
use super::words;
use crate::api::Fault;
use crate::i18n::fault_words;
use crate::keys::{Group, use_action};
use crate::query::{self, Query};
use crate::session::{manages, use_me, use_today};
use crate::ui::{
    Button, Dialog, Form, FormActions, FormFaults, TextArea, TextInput, Variant, toast,
};
use crate::{api, t};

/// Shows what came of something that needs no form.
async fn act(sop: Query<Sop>, work: impl Future<Output = Result<Sop, Fault>>, words: &'static str) {
    match work.await {
        Ok(changed) => {
            sop.set(changed);
            query::invalidate("/sops");
            query::invalidate("/workflows/usage");
            toast(words);
        }
        Err(fault) => toast(fault_words(&fault)),
    }
}

#[component]
pub(super) fn Actions(sop: Query<Sop>) -> impl IntoView {
    let role = use_me().with_untracked(|me| me.role);
    let (may, works) = (manages(role), words::works(role));
    let (writing, retiring) = (RwSignal::new(false), RwSignal::new(false));
    let lives = move || sop.with(|sop| sop.is_some_and(|sop| !sop.retired));
    let today = use_today();
    let tried = move || {
        let over = |sop: &Sop| sop.trial.as_ref().is_some_and(|one| one.ends_on <= today.get());
        sop.with(|sop| sop.is_some_and(over))
    };
    if may {
        use_action(Group::Here, t!(model.sop_rewrite), "e", move || {
            if untrack(lives) {
                writing.set(true);
            }
        });
    }
    use_action(Group::Here, t!(model.history), "h", || crate::ui::focus("history"));
    let id = move || sop.get_untracked().map(|sop| sop.id);
    let used = Callback::new(move |()| {
        let Some(id) = id() else { return };
        spawn_local(act(sop, api::use_sop(id), t!(model.used_noted)));
    });
    let checked = Callback::new(move |()| {
        let Some(id) = id() else { return };
        spawn_local(act(sop, api::check_sop(id), t!(model.checked_noted)));
    });
    let adopted = Callback::new(move |()| {
        let Some(id) = id() else { return };
        spawn_local(act(sop, api::adopt_sop(id), t!(model.adopted)));
    });
    view! {
        <Show when=lives>
            {works.then(|| view! {
                <Button icon=icondata::LuFootprints on_press=used>{t!(model.use_now)}</Button>
            })}
            {may.then(|| view! {
                <Button icon=icondata::LuCheck on_press=checked>{t!(model.check_now)}</Button>
                <Show when=tried>
                    <Button icon=icondata::LuFlaskConical on_press=adopted>
                        {t!(model.adopt)}
                    </Button>
                </Show>
                <Button
                    icon=icondata::LuArchive
                    on_press=Callback::new(move |()| retiring.set(true))
                >
                    {t!(model.retire)}
                </Button>
                <Button
                    variant=Variant::Primary
                    icon=icondata::LuPencil
                    keys="e"
                    on_press=Callback::new(move |()| writing.set(true))
                >
                    {t!(model.sop_rewrite)}
                </Button>
            })}
        </Show>
        <Dialog open=writing title=t!(model.sop_rewrite) wide=true>
            <RewriteForm sop open=writing />
        </Dialog>
        <Dialog open=retiring title=t!(model.retire_title)>
            <RetireForm sop open=retiring />
        </Dialog>
    }
}

#[component]
fn RetireForm(sop: Query<Sop>, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("retire");
    let (reason, on) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(id) = sop.get_untracked().map(|sop| sop.id) else { return };
        let on = on.get_untracked().parse().ok();
        let body = NewRetirement { reason: said(reason), on };
        let work = async move |body: NewRetirement| api::retire_sop(id, &body).await;
        form.send(body, work, move |changed: Sop| {
            sop.set(changed);
            query::invalidate("/sops");
            query::invalidate("/workflows");
            query::invalidate("/request-types");
            open.try_set(false);
            toast(t!(model.retired_noted));
        });
    };
    view! {
        <form class="form" novalidate=true on:submit=send>
            <p class="text-soft">{t!(model.retire_about)}</p>
            <TextArea form at="/reason" label=t!(model.retire_reason) value=reason rows=2 />
            <TextInput
                form
                at="/on"
                label=t!(model.retire_day)
                hint=t!(model.retire_day_hint)
                value=on
                kind="date"
                optional=true
            />
            <FormFaults form />
            <FormActions form open verb=t!(model.retire) />
        </form>
    }
}
