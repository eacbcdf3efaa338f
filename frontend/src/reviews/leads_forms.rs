//! Marking a lead by hand, and reading the file of a CRM. Source: requirement S0-38.
use leptos::{prelude::*, task::spawn_local};
use shared::api::{
    FieldError, Lead, LeadFile, LeadFileRead, LeadFit, LeadSet, Money, NewLead, RetainerId,
    WorkColumn,
};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use super::choices::{retainers, said, some};
use super::words;
use crate::format::{amount_of, count, fraction_digits, money_short, typed_amount};
use crate::i18n::field_words;
use crate::query::{self, use_query, use_query_when};
use crate::session::{use_me, use_today};
use crate::ui::{
    Choice, Conflict, Form, FormActions, FormFaults, Select, TextArea, TextInput, toast,
};
use crate::{api, t};

/// What is typed of a lead.
#[derive(Clone, Copy)]
struct Draft {
    retainer: RwSignal<String>,
    reference: RwSignal<String>,
    fit: RwSignal<String>,
    came_on: RwSignal<String>,
    source: RwSignal<String>,
    work: RwSignal<String>,
    revenue: RwSignal<String>,
    currency: StoredValue<String>,
    note: RwSignal<String>,
}

impl Draft {
    fn of(lead: Option<&Lead>) -> Self {
        let text = |text: Option<String>| RwSignal::new(text.unwrap_or_default());
        let revenue = lead.and_then(|lead| lead.revenue.clone());
        let amount =
            revenue.map(|money| typed_amount(money.amount_minor, fraction_digits(&money.currency)));
        let day = lead.map_or_else(|| use_today().get_untracked(), |lead| lead.came_on);
        Self {
            retainer: text(lead.map(|lead| lead.retainer_id.to_string())),
            reference: text(lead.map(|lead| lead.reference.clone())),
            fit: text(lead.map(|lead| lead.fit.name().to_owned())),
            came_on: text(Some(day.to_string())),
            source: text(lead.map(|lead| lead.source.clone())),
            work: text(lead.and_then(|lead| lead.work_item_id).map(|id| id.to_string())),
            revenue: text(amount),
            currency: StoredValue::new(currency_of(lead)),
            note: text(lead.and_then(|lead| lead.note.clone())),
        }
    }

    /// What was said of it.
    fn said(self) -> Result<LeadSet, Vec<FieldError>> {
        let Some(fit) = LeadFit::named(&self.fit.get_untracked()) else {
            return Err(vec![FieldError::new("/fit", "required")]);
        };
        let revenue = match some(self.revenue) {
            None => None,
            Some(text) => {
                let currency = self.currency.get_value();
                let amount = amount_of(&text, fraction_digits(&currency));
                let amount_minor =
                    amount.ok_or_else(|| vec![FieldError::new("/revenue", "type")])?;
                Some(Money { amount_minor, currency })
            }
        };
        let work_item_id = self.work.get_untracked().parse().ok();
        Ok(LeadSet { fit, work_item_id, revenue, note: some(self.note) })
    }

    fn fresh(self) -> Result<NewLead, Vec<FieldError>> {
        let LeadSet { fit, work_item_id, revenue, note } = self.said()?;
        let lacks = |at| vec![FieldError::new(at, "required")];
        let retainer_id = self.retainer.get_untracked().parse().or(Err(lacks("/retainer_id")))?;
        let came_on = self.came_on.get_untracked().parse().or(Err(lacks("/came_on")))?;
        Ok(NewLead {
            retainer_id,
            reference: said(self.reference),
            fit,
            came_on,
            source: said(self.source),
            work_item_id,
            revenue,
            note,
        })
    }
}

/// The currency of a lead's revenue: its own, or that of the organisation.
fn currency_of(lead: Option<&Lead>) -> String {
    let own = lead.and_then(|lead| lead.revenue.as_ref()).map(|money| money.currency.clone());
    own.unwrap_or_else(|| use_me().with_untracked(|me| me.organisation.currency.clone()))
}

fn done(open: RwSignal<bool>) {
    for path in ["/leads", "/reviews", "/signals/compare"] {
        query::invalidate(path);
    }
    open.try_set(false);
    toast(t!(reviews.marked));
}

#[component]
pub(super) fn MarkForm(lead: Option<Lead>, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("lead");
    let draft = Draft::of(lead.as_ref());
    let kept = StoredValue::new(lead.clone());
    let all = use_query(api::leads);
    let theirs = move || {
        let id = kept.with_value(|lead| lead.as_ref().map(|lead| lead.id))?;
        all.with(|page| page?.items.iter().find(|one| one.id == id).cloned())
    };
    let save = move || match kept.get_value() {
        None => match draft.fresh() {
            Err(faults) => form.refuse(faults),
            Ok(body) => {
                let work = async |body: NewLead| api::mark_lead(&body).await;
                form.send(body, work, move |_: Lead| done(open));
            }
        },
        Some(lead) => match draft.said() {
            Err(faults) => form.refuse(faults),
            Ok(body) => {
                let (id, version) = (lead.id, lead.version);
                let work = async move |body: LeadSet| api::set_lead(id, version, &body).await;
                form.send(body, work, move |_: Lead| done(open));
            }
        },
    };
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        save();
    };
    let again = Callback::new(move |()| {
        if let Some(now) = untrack(theirs) {
            kept.set_value(Some(now));
        }
        save();
    });
    let theirs = Signal::derive(move || theirs().map(|one| told(&one)).unwrap_or_default());
    let fits = words::choices(LeadFit::ALL, LeadFit::name, words::fit);
    view! {
        <form class="form" novalidate=true on:submit=send>
            {match lead {
                Some(lead) => view! { <p class="font-medium">{lead.reference}</p> }.into_any(),
                None => view! { <Origin form draft /> }.into_any(),
            }}
            <Select form at="/fit" label=t!(reviews.fit) value=draft.fit choices=fits />
            <Work form draft />
            <TextInput
                form
                at="/revenue"
                label=t!(reviews.revenue)
                hint=draft.currency.get_value()
                value=draft.revenue
                inputmode="decimal"
                optional=true
            />
            <TextInput form at="/note" label=t!(common.note) value=draft.note optional=true />
            <FormFaults form />
            <Conflict form theirs refresh=Callback::new(move |()| all.refetch()) again />
            <FormActions form open verb=t!(reviews.mark) />
        </form>
    }
}

/// What somebody else marked.
fn told(lead: &Lead) -> Vec<(&'static str, String)> {
    let work = lead.work_number.zip(lead.work_title.as_ref());
    vec![
        (t!(reviews.fit), words::fit(lead.fit).to_owned()),
        (t!(reviews.work), work.map(|(n, title)| format!("#{n} {title}")).unwrap_or_default()),
        (t!(reviews.revenue), lead.revenue.as_ref().map(money_short).unwrap_or_default()),
        (t!(common.note), lead.note.clone().unwrap_or_default()),
    ]
}

/// Whose lead it is, what it is called, when it came.
#[component]
fn Origin(form: Form, draft: Draft) -> impl IntoView {
    view! {
        <Select
            form
            at="/retainer_id"
            label=t!(common.retainer)
            value=draft.retainer
            choices=retainers()
        />
        <div class="form-pair">
            <TextInput
                form
                at="/reference"
                label=t!(reviews.reference)
                value=draft.reference
            />
            <TextInput
                form
                at="/came_on"
                label=t!(reviews.came_on)
                value=draft.came_on
                kind="date"
            />
        </div>
        <TextInput form at="/source" label=t!(reviews.source) value=draft.source />
    }
}

/// Delivered work of the retainer, to tie the lead to.
#[component]
fn Work(form: Form, draft: Draft) -> impl IntoView {
    let board = use_query_when(move || {
        let retainer = draft.retainer.get().parse::<RetainerId>().ok()?;
        Some(api::board(Some(retainer), None))
    });
    let choices = Signal::derive(move || {
        board.with(|board| {
            let cards = board.into_iter().flat_map(|board| &board.cards);
            let delivered = cards.filter(|card| card.column == WorkColumn::Delivered);
            delivered
                .map(|card| {
                    let label = format!("#{} {}", card.number, card.title);
                    Choice::new(card.id.to_string(), label)
                })
                .collect::<Vec<_>>()
        })
    });
    view! {
        <Select
            form
            at="/work_item_id"
            label=t!(reviews.work)
            value=draft.work
            choices
            nothing=t!(common.nothing)
            optional=true
        />
    }
}

#[component]
pub(super) fn FileForm(open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("leads-file");
    let (retainer, source) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let csv = RwSignal::new(String::new());
    let read = RwSignal::new(None::<LeadFileRead>);
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Ok(retainer_id) = retainer.get_untracked().parse() else {
            return form.refuse(vec![FieldError::new("/retainer_id", "required")]);
        };
        let body = LeadFile { retainer_id, source: said(source), csv: csv.get_untracked() };
        let work = async |body: LeadFile| api::read_leads(&body).await;
        form.send(body, work, move |now: LeadFileRead| {
            for path in ["/leads", "/reviews", "/signals/compare"] {
                query::invalidate(path);
            }
            read.try_set(Some(now));
        });
    };
    let chosen = move |event: leptos::ev::Event| {
        let input = event.target().and_then(|one| one.dyn_into::<web_sys::HtmlInputElement>().ok());
        let Some(file) = input.and_then(|input| input.files()?.get(0)) else { return };
        source.update(|source| {
            if source.is_empty() {
                *source = file.name();
            }
        });
        spawn_local(async move {
            let text = JsFuture::from(file.text()).await.ok().and_then(|text| text.as_string());
            csv.try_set(text.unwrap_or_default());
        });
    };
    view! {
        <form class="form" novalidate=true on:submit=send>
            <Select
                form
                at="/retainer_id"
                label=t!(common.retainer)
                value=retainer
                choices=retainers()
            />
            <input
                type="file"
                class="input"
                accept=".csv,text/csv"
                aria-label=t!(reviews.leads)
                on:change=chosen
            />
            <TextInput form at="/source" label=t!(reviews.source) value=source />
            <TextArea
                form
                at="/csv"
                label="CSV"
                hint=t!(reviews.file_hint)
                value=csv
                rows=6
            />
            <FormFaults form />
            <div role="status">{move || read.get().map(|read| view! { <Read read /> })}</div>
            <FormActions form open verb=t!(reviews.file) />
        </form>
    }
}

/// What came of a file: each bad row at its line.
#[component]
fn Read(read: LeadFileRead) -> impl IntoView {
    let faults = i64::try_from(read.faults.len()).unwrap_or(i64::MAX);
    let sums = t!(
        reviews.file_read,
        added = count(read.added),
        changed = count(read.changed),
        faults = count(faults)
    );
    let row = |one: shared::api::LeadFault| {
        let why = field_words(&FieldError::new(&one.column, &one.code));
        view! { <li>{t!(reviews.line, n = one.line, column = one.column, why = why)}</li> }
    };
    view! {
        <p class="font-medium">{sums}</p>
        <ul class="know-list">{read.faults.into_iter().map(row).collect_view()}</ul>
    }
}
