//! Kinds of requests: what each must bring, and the routine that it follows.
use leptos::prelude::*;
use shared::api::{NewRequestType, Page, RequestType, RequestTypeChange};

use super::inputs::{InputFields, InputsDraft};
use super::lines::said;
use super::page::Model;
use crate::query::{self, use_query};
use crate::ui::{
    Badge, Button, Choice, Conflict, Dialog, Empty, Form, FormActions, FormFaults, Loaded, Panel,
    Select, TextInput, Tone, toast,
};
use crate::{api, t, tn};

#[component]
pub(super) fn Types(model: Model) -> impl IntoView {
    let types = use_query(api::request_types);
    let open = RwSignal::new(false);
    let editing = RwSignal::new(None::<RequestType>);
    let edit = Callback::new(move |one: Option<RequestType>| {
        editing.set(one);
        open.set(true);
    });
    let aside = move || {
        model.may.then(|| {
            view! {
                <Button
                    small=true
                    icon=icondata::LuPlus
                    on_press=Callback::new(move |()| edit.run(None))
                >
                    {t!(model.type_new)}
                </Button>
            }
        })
    };
    let rows =
        move || types.with(|page: Option<&Page<RequestType>>| page.map(|page| page.items.clone()));
    let rows = move || rows().unwrap_or_default();
    let title = Signal::derive(move || {
        let new = editing.with(Option::is_none);
        String::from(if new { t!(model.type_new) } else { t!(model.type_edit) })
    });
    view! {
        <Panel title=t!(model.types) aside=aside>
            <Loaded of=types.standing() rows=3>
                <Show
                    when=move || !rows().is_empty()
                    fallback=|| view! {
                        <Empty title=t!(model.types_none) about=t!(model.types_about) />
                    }
                >
                    <ul class="panel-rows">
                        <For each=rows key=|one| (one.id, one.version) let:one>
                            <TypeRow one may=model.may edit />
                        </For>
                    </ul>
                </Show>
            </Loaded>
        </Panel>
        <Dialog open title wide=true>
            <TypeForm model open before=editing.get_untracked() />
        </Dialog>
    }
}

#[component]
fn TypeRow(one: RequestType, may: bool, edit: Callback<Option<RequestType>>) -> impl IntoView {
    let kept = StoredValue::new(one.clone());
    let press = Callback::new(move |()| edit.run(Some(kept.get_value())));
    let sop = one.sop.map(|sop| {
        let mark = sop.retired.then(|| {
            view! {
                " "
                <Badge tone=Tone::Bad icon=icondata::LuArchive>{t!(model.link_retired)}</Badge>
            }
        });
        view! {
            " · "
            <a class="link" href=format!("/model/sops/{}", sop.id)>{sop.name}</a>
            {mark}
        }
    });
    let needed = one.form.iter().filter(|input| input.required).count() as i64;
    let name = one.name.clone();
    view! {
        <li class="know-row">
            <div class="know-row-head">
                <p class="font-medium">{one.name}</p>
                {may.then(|| view! {
                    <Button small=true on_press=press>
                        {t!(common.edit)}
                        <span class="sr-only">{format!(", {name}")}</span>
                    </Button>
                })}
            </div>
            <p class="text-muted">
                {tn!(needed, model.needed_one, model.needed_other)}
                " · "
                {tn!(one.checklist.len() as i64, model.asked_one, model.asked_other)}
                {sop}
            </p>
        </li>
    }
}

#[component]
fn TypeForm(model: Model, open: RwSignal<bool>, before: Option<RequestType>) -> impl IntoView {
    let form = Form::new("type");
    let name = RwSignal::new(before.as_ref().map(|one| one.name.clone()).unwrap_or_default());
    let linked = before.as_ref().and_then(|one| one.sop.as_ref());
    let sop = RwSignal::new(linked.map(|sop| sop.id.to_string()).unwrap_or_default());
    let item = RwSignal::new(before.as_ref().and_then(|one| one.item.clone()).unwrap_or_default());
    let inputs =
        InputsDraft::new("/inputs", before.as_ref().map_or(&[], |one| one.inputs.as_slice()));
    let known = before.map(|one| (one.id, RwSignal::new(one.version)));
    let done = move |_: RequestType| {
        query::invalidate("/request-types");
        query::invalidate("/workflows/usage");
        open.try_set(false);
        toast(t!(common.saved));
    };
    let save = move |archived: Option<bool>| {
        let sop_id = sop.get_untracked().parse().ok();
        let Some((id, version)) = known else {
            let item = Some(said(item)).filter(|item| !item.is_empty());
            let body = NewRequestType { name: said(name), inputs: inputs.read(), sop_id, item };
            return form.send(body, async |body| api::add_request_type(&body).await, done);
        };
        let body = RequestTypeChange {
            name: Some(said(name)),
            inputs: Some(inputs.read()),
            sop_id,
            without_sop: sop_id.is_none().then_some(true),
            item: Some(said(item)),
            archived,
        };
        let seen = version.get_untracked();
        let work =
            async move |body: RequestTypeChange| api::change_request_type(id, seen, &body).await;
        form.send(body, work, done);
    };
    let now = use_query(api::request_types);
    let current = move || {
        now.with(|page| {
            page?.items.iter().find(|one| Some(one.id) == known.map(|(id, _)| id)).cloned()
        })
    };
    let theirs = Signal::derive(move || {
        current().map(|one| vec![(t!(model.name), one.name)]).unwrap_or_default()
    });
    let again = Callback::new(move |()| {
        if let (Some((_, version)), Some(one)) = (known, untrack(current)) {
            version.set(one.version);
        }
        save(None);
    });
    let sops = Signal::derive(move || {
        // What is on trial belongs to one workflow.
        let free = model.sops().into_iter().filter(|one| one.trial.is_none());
        free.map(|one| Choice::new(one.id.to_string(), one.name)).collect::<Vec<_>>()
    });
    view! {
        <form
            class="form"
            novalidate=true
            on:submit=move |event| {
                event.prevent_default();
                save(None);
            }
        >
            <TextInput form at="/name" label=t!(model.name) value=name autofocus=true />
            <Select
                form
                at="/sop_id"
                label=t!(model.type_sop)
                hint=t!(model.type_sop_hint)
                value=sop
                choices=sops
                nothing=t!(model.type_no_sop)
            />
            <TextInput
                form
                at="/item"
                label=t!(board.item)
                hint=t!(board.item_hint)
                optional=true
                value=item
            />
            <InputFields form draft=inputs />
            <FormFaults form />
            <Conflict form theirs refresh=Callback::new(move |()| now.refetch()) again />
            {known.map(|_| view! {
                <div>
                    <Button
                        small=true
                        icon=icondata::LuArchive
                        on_press=Callback::new(move |()| save(Some(true)))
                    >
                        {t!(model.type_archive)}
                    </Button>
                </div>
            })}
            <FormActions form open verb=t!(common.save) />
        </form>
    }
}
