//! The list of routines, and four to begin with where there is none.
use leptos::{prelude::*, task::spawn_local};
use shared::api::{NewSop, Page, Sop};

use super::sop_form::Writing;
use super::starters::{self, Starter};
use super::words;
use crate::format::date;
use crate::i18n::fault_words;
use crate::query::{self, Query};
use crate::session::use_today;
use crate::ui::{Badge, Button, Dialog, Lazy, Loaded, Panel, Place, Tone, toast};
use crate::{api, screens, t};

#[component]
pub(super) fn Sops(sops: Query<Page<Sop>>, may: bool, open: RwSignal<bool>) -> impl IntoView {
    provide_context(Writing(open));
    let aside = move || {
        may.then(|| {
            view! {
                <Button
                    small=true
                    icon=icondata::LuPlus
                    keys="c"
                    on_press=Callback::new(move |()| open.set(true))
                >
                    {t!(model.sop_new)}
                </Button>
            }
        })
    };
    let rows = move || sops.with(|page| page.map(|page| page.items.clone())).unwrap_or_default();
    view! {
        <Panel title=t!(model.sops) aside=aside>
            <Loaded of=sops.standing() rows=5>
                <Show
                    when=move || !rows().is_empty()
                    fallback=move || view! { <Starters may /> }
                >
                    <ul class="panel-rows">
                        <For each=rows key=|sop| (sop.id, sop.version, sop.uses_this_month) let:sop>
                            <SopRow sop />
                        </For>
                    </ul>
                </Show>
            </Loaded>
        </Panel>
        <Dialog open title=t!(model.sop_new) wide=true>
            <Lazy load=screens::new_sop place=Place::Dialog />
        </Dialog>
    }
}

#[component]
fn SopRow(sop: Sop) -> impl IntoView {
    let today = use_today().get_untracked();
    let checked = match sop.checked_on {
        Some(on) => t!(model.checked_on, on = date(on, today)),
        None => t!(model.never_checked).to_owned(),
    };
    let line = format!("{} · {checked}", sop.owner_name);
    view! {
        <li class="know-row">
            <p class="know-row-head">
                <a class="link font-medium" data-row="" href=format!("/model/sops/{}", sop.id)>
                    {sop.name.clone()}
                </a>
                {marks(&sop, today)}
            </p>
            <p class="text-soft">{sop.body.purpose}</p>
            <p class="text-muted">{line}</p>
        </li>
    }
}

/// What stands out about a routine.
pub(super) fn marks(sop: &Sop, today: chrono::NaiveDate) -> AnyView {
    let stale = sop.stale.map(|stale| {
        let words = words::stale(stale);
        view! { <Badge tone=Tone::Warn icon=icondata::LuHourglass>{words}</Badge> }
    });
    let due = (!sop.due.is_empty()).then(|| {
        view! { <Badge tone=Tone::Warn icon=icondata::LuBellRing>{t!(model.check_due)}</Badge> }
    });
    let trial = sop.trial.as_ref().map(|trial| {
        let words = t!(model.on_trial, until = date(trial.ends_on, today));
        view! { <Badge icon=icondata::LuFlaskConical>{words}</Badge> }
    });
    let goes = sop.retire_on.map(|on| {
        let words = match sop.retired {
            true => t!(model.retired_on, on = date(on, today)),
            false => t!(model.retires_on, on = date(on, today)),
        };
        view! { <Badge tone=Tone::Bad icon=icondata::LuArchive>{words}</Badge> }
    });
    view! { {stale} {due} {trial} {goes} }.into_any()
}

/// Routines to adopt where there is none.
#[component]
fn Starters(may: bool) -> impl IntoView {
    let row = |starter: Starter| {
        let new = StoredValue::new(starter.adopted());
        let busy = RwSignal::new(false);
        let adopt = Callback::new(move |()| {
            busy.set(true);
            spawn_local(async move {
                adopt(new.get_value()).await;
                busy.try_set(false);
            });
        });
        let label = t!(model.starter_adopt_this, name = starter.name);
        view! {
            <li class="know-row">
                <div class="know-row-head">
                    <p class="font-medium">{starter.name}</p>
                    {may.then(|| view! {
                        <Button small=true busy label on_press=adopt>
                            {t!(model.starter_adopt)}
                        </Button>
                    })}
                </div>
                <p class="text-soft">{starter.purpose().to_owned()}</p>
            </li>
        }
    };
    view! {
        <p class="panel-body text-soft">{t!(model.starters_about)}</p>
        <ul class="panel-rows">{starters::all().map(row).collect_view()}</ul>
    }
}

async fn adopt(new: NewSop) {
    match api::add_sop(&new).await {
        Ok(sop) => {
            query::invalidate("/sops");
            query::invalidate("/workflows/usage");
            toast(t!(model.sop_added, name = sop.name));
        }
        Err(fault) => toast(fault_words(&fault)),
    }
}
