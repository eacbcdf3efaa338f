//! Changes of the business: each marks the routines that it concerns. Source: requirements S0-41,
//! S3-31.
use leptos::prelude::*;
use shared::api::{BusinessChange, ChangeKind, NewBusinessChange};

use super::lines::said;
use super::page::Model;
use super::words;
use crate::format::date;
use crate::query::{self, use_query};
use crate::session::use_today;
use crate::ui::{
    Button, Dialog, Form, FormActions, FormFaults, Loaded, Panel, Select, TextInput, toast,
};
use crate::{api, t};

#[component]
pub(super) fn Changes(model: Model) -> impl IntoView {
    let today = use_today().get_untracked();
    let changes = use_query(api::business_changes);
    let open = RwSignal::new(false);
    let may = model.may;
    let aside = move || {
        may.then(|| {
            view! {
                <Button
                    small=true
                    icon=icondata::LuPlus
                    on_press=Callback::new(move |()| open.set(true))
                >
                    {t!(model.change_record)}
                </Button>
            }
        })
    };
    let rows = move || changes.with(|page| page.map(|page| page.items.clone())).unwrap_or_default();
    let row = move |one: BusinessChange| {
        view! {
            <li class="know-row">
                <p>{words::change(one.kind)} ": " {one.note}</p>
                <p class="text-muted">{one.recorded_by} " · " {date(one.on, today)}</p>
            </li>
        }
    };
    view! {
        <Panel title=t!(model.changes) aside=aside>
            <Loaded of=changes.standing() rows=2>
                <ul class="panel-rows">{move || rows().into_iter().map(row).collect_view()}</ul>
                <Show when=move || rows().is_empty()>
                    <p class="panel-body text-muted">{t!(model.changes_none)}</p>
                </Show>
            </Loaded>
        </Panel>
        <Dialog open title=t!(model.change_record)>
            <ChangeForm open />
        </Dialog>
    }
}

#[component]
fn ChangeForm(open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("change");
    let kind = RwSignal::new(ChangeKind::Responsibilities.name().to_owned());
    let (note, on) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let kinds = words::choices(ChangeKind::ALL, ChangeKind::name, words::change);
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(kind) = ChangeKind::named(&kind.get_untracked()) else { return };
        let on = on.get_untracked().parse().ok();
        let body = NewBusinessChange { kind, note: said(note), on, sop_ids: Vec::new() };
        let work = async |body: NewBusinessChange| api::record_change(&body).await;
        form.send(body, work, move |_: BusinessChange| {
            query::invalidate("/business-changes");
            query::invalidate("/sops");
            open.try_set(false);
            toast(t!(model.change_recorded));
        });
    };
    view! {
        <form class="form" novalidate=true on:submit=send>
            <p class="text-soft">{t!(model.change_about)}</p>
            <Select form at="/kind" label=t!(model.change_kind) value=kind choices=kinds />
            <TextInput form at="/note" label=t!(model.change_note) value=note />
            <TextInput
                form
                at="/on"
                label=t!(model.change_on)
                hint=t!(model.today_if_empty)
                value=on
                kind="date"
                optional=true
            />
            <FormFaults form />
            <FormActions form open verb=t!(model.change_record) />
        </form>
    }
}
