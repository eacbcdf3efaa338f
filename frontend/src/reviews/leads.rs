//! `/reviews/leads`: how well leads fit, and which work brought them. Source: requirement S0-38.
use leptos::prelude::*;
use shared::api::{Lead, LeadFit};

use super::leads_forms::{FileForm, MarkForm};
use super::nav::{Screen, Tabs};
use super::words;
use crate::format::{date, money_short};
use crate::keys::{Group, use_action};
use crate::query::use_query;
use crate::session::{use_me, use_today};
use crate::shell::Area;
use crate::ui::{Badge, Button, Dialog, Empty, Loaded, PageHeader, Panel, Tone, Variant};
use crate::{api, t};

/// `/reviews/leads`
#[component]
pub fn LeadsPage() -> impl IntoView {
    let leads = use_query(api::leads);
    let may = use_me().with_untracked(|me| words::marks(me.role));
    let (marking, reading) = (RwSignal::new(false), RwSignal::new(false));
    let chosen = RwSignal::new(None::<Lead>);
    let mark = Callback::new(move |lead: Option<Lead>| {
        chosen.set(lead);
        marking.set(true);
    });
    if may {
        use_action(Group::Here, t!(reviews.mark), "c", move || mark.run(None));
    }
    let rows = move || leads.with(|page| page.map(|page| page.items.clone())).unwrap_or_default();
    view! {
        <PageHeader title=t!(reviews.leads) area=Area::Reviews>
            {may.then(|| view! { <Buttons mark reading /> })}
        </PageHeader>
        <Tabs screen=Screen::Leads />
        <div class="page">
            <Panel title=t!(reviews.leads)>
                <Loaded of=leads.standing() rows=6>
                    <Show
                        when=move || !rows().is_empty()
                        fallback=|| view! {
                            <Empty
                                icon=icondata::LuUserCheck
                                title=t!(reviews.no_leads)
                                about=t!(reviews.no_leads_about)
                            />
                        }
                    >
                        <ul class="panel-rows">
                            <For each=rows key=|one| (one.id, one.version) let:lead>
                                <Row lead may mark />
                            </For>
                        </ul>
                    </Show>
                </Loaded>
            </Panel>
        </div>
        <Dialog open=marking title=t!(reviews.mark)>
            {move || {
                let lead = chosen.get_untracked();
                view! { <MarkForm lead open=marking /> }
            }}
        </Dialog>
        <Dialog open=reading title=t!(reviews.file)>
            <FileForm open=reading />
        </Dialog>
    }
}

#[component]
fn Buttons(mark: Callback<Option<Lead>>, reading: RwSignal<bool>) -> impl IntoView {
    view! {
        <Button
            icon=icondata::LuFileUp
            on_press=Callback::new(move |()| reading.set(true))
        >
            {t!(reviews.file)}
        </Button>
        <Button
            variant=Variant::Primary
            icon=icondata::LuPlus
            keys="c"
            on_press=Callback::new(move |()| mark.run(None))
        >
            {t!(reviews.mark)}
        </Button>
    }
}

#[component]
fn Row(lead: Lead, may: bool, mark: Callback<Option<Lead>>) -> impl IntoView {
    let today = use_today().get_untracked();
    let (tone, icon) = match lead.fit {
        LeadFit::Good => (Tone::Ok, icondata::LuCheck),
        LeadFit::Partly => (Tone::Plain, icondata::LuMinus),
        LeadFit::Poor => (Tone::Warn, icondata::LuX),
    };
    let mut line = vec![
        format!("{} · {}", lead.account_name, lead.retainer_name),
        date(lead.came_on, today),
        lead.source.clone(),
    ];
    let work = lead.work_number.zip(lead.work_title.as_ref());
    line.extend(work.map(|(number, title)| format!("#{number} {title}")));
    line.extend(lead.revenue.as_ref().map(money_short));
    let (reference, fit, note) = (lead.reference.clone(), lead.fit, lead.note.clone());
    let kept = StoredValue::new(lead);
    let name = reference.clone();
    let act = may.then(|| {
        let press = Callback::new(move |()| mark.run(Some(kept.get_value())));
        view! {
            <span class="know-row-actions">
                <Button small=true on_press=press>
                    {t!(common.edit)}
                    <span class="sr-only">{format!(", {name}")}</span>
                </Button>
            </span>
        }
    });
    view! {
        <li class="know-row">
            <div class="know-row-head">
                <span class="font-medium">{reference}</span>
                <Badge tone icon>{words::fit(fit)}</Badge>
                {act}
            </div>
            <p class="text-muted">{line.join(" · ")}</p>
            {note.map(|note| view! { <p class="text-soft">{note}</p> })}
        </li>
    }
}
