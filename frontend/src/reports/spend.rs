//! What was spent for clients: recorded, listed, taken back.
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{Expense, FieldError, NewExpense, RetainerId, RetainerSummary};

use crate::format::{amount_of, date, fraction_digits, money};
use crate::i18n::fault_words;
use crate::query::{self, use_query};
use crate::session::use_today;
use crate::ui::{
    Badge, Button, Checkbox, Choice, Dialog, Empty, Form, FormActions, FormFaults, Loaded, Panel,
    Select, TextInput, Variant, toast,
};
use crate::{api, t};

/// The button, and the form that it opens.
#[component]
pub(super) fn Spend() -> impl IntoView {
    let open = RwSignal::new(false);
    view! {
        <Button icon=icondata::LuPlus on_press=Callback::new(move |()| open.set(true))>
            {t!(reports.spend)}
        </Button>
        <Dialog open title=t!(reports.spend)>
            <SpendForm open />
        </Dialog>
    }
}

#[component]
fn SpendForm(open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("expense");
    let retainers = use_query(|| api::retainers(&api::RetainerFilter::default()));
    let [retainer, amount, text] = [(); 3].map(|()| RwSignal::new(String::new()));
    let day = RwSignal::new(use_today().get_untracked().to_string());
    let billed_on = RwSignal::new(false);
    let choices = Signal::derive(move || {
        let choice = |one: &RetainerSummary| {
            Choice::new(one.id.to_string(), format!("{} · {}", one.account_name, one.name))
        };
        retainers
            .with(|page| page.map(|page| page.items.iter().map(choice).collect::<Vec<_>>()))
            .unwrap_or_default()
    });
    // Amounts have the digits of the retainer's currency.
    let digits = move || {
        let chosen = retainer.get_untracked();
        untrack(|| {
            retainers.with(|page| {
                let found = page?.items.iter().find(|one| one.id.to_string() == chosen)?;
                Some(fraction_digits(&found.mrr.currency))
            })
        })
    };
    let said = move || -> Result<NewExpense, Vec<FieldError>> {
        let id = retainer.with_untracked(|id| id.parse::<RetainerId>().ok());
        let spent = amount.with_untracked(|text| amount_of(text, digits().unwrap_or(2)));
        let on = day.with_untracked(|text| text.parse().ok());
        let (Some(retainer_id), Some(amount_minor), Some(spent_on)) = (id, spent, on) else {
            let faulty = [
                ("/retainer_id", "required", id.is_none()),
                ("/amount_minor", "invalid", spent.is_none()),
                ("/spent_on", "invalid", on.is_none()),
            ];
            let faulty = faulty.into_iter().filter(|(.., faulty)| *faulty);
            return Err(faulty.map(|(at, code, _)| FieldError::new(at, code)).collect());
        };
        let text = text.with_untracked(|text| text.trim().to_owned());
        let billed_on = billed_on.get_untracked();
        Ok(NewExpense { retainer_id, spent_on, amount_minor, text, billed_on })
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = match said() {
            Ok(body) => body,
            Err(faults) => return form.refuse(faults),
        };
        let work = async |body: NewExpense| api::record_expense(&body).await;
        form.send(body, work, move |_: Expense| {
            query::invalidate("/expenses");
            query::invalidate("/reports");
            toast(t!(reports.spent));
            open.try_set(false);
        });
    };
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <Select
                form
                at="/retainer_id"
                label=t!(common.retainer)
                value=retainer
                choices
            />
            <div class="form-pair">
                <TextInput
                    form
                    at="/amount_minor"
                    label=t!(reports.amount)
                    inputmode="decimal"
                    value=amount
                />
                <TextInput
                    form
                    at="/spent_on"
                    label=t!(reports.spent_on)
                    kind="date"
                    value=day
                />
            </div>
            <TextInput form at="/text" label=t!(reports.what) value=text />
            <Checkbox
                form
                at="/billed_on"
                label=t!(reports.billed_on)
                hint=t!(reports.billed_on_hint)
                value=billed_on
            />
            <FormFaults form />
            <FormActions form open verb=t!(reports.spend) />
        </form>
    }
}

/// What was spent last; each can be taken back.
#[component]
pub(super) fn Spent() -> impl IntoView {
    let expenses = use_query(api::expenses);
    let rows =
        move || expenses.with(|page| page.map(|page| page.items.clone())).unwrap_or_default();
    view! {
        <Panel title=t!(reports.expenses)>
            <Loaded of=expenses.standing() rows=3>
                <Show
                    when=move || !rows().is_empty()
                    fallback=|| view! { <Empty title=t!(reports.spent_none) /> }
                >
                    <ul>
                        <For each=rows key=|one| (one.id, one.invoice_id) let:one>
                            <SpentRow one />
                        </For>
                    </ul>
                </Show>
            </Loaded>
        </Panel>
    }
}

#[component]
fn SpentRow(one: Expense) -> impl IntoView {
    let today = use_today().get_untracked();
    let (id, version) = (one.id, one.version);
    let shown = money(&one.amount);
    let label = t!(reports.take_back, amount = shown.clone(), what = one.text.clone());
    let remove = Callback::new(move |()| {
        spawn_local(async move {
            match api::remove_expense(id, version).await {
                Ok(_) => toast(t!(reports.taken_back)),
                Err(fault) => toast(fault_words(&fault)),
            }
            // A draft may have asked for it.
            query::invalidate("/invoice");
            query::invalidate("/expenses");
            query::invalidate("/reports");
        });
    });
    let billed = one.billed_on.then(|| view! { <Badge>{t!(reports.billed_on_short)}</Badge> });
    let invoice = one.invoice_id.map(|id| {
        view! {
            ", "
            <a class="link" href=format!("/invoices/{id}")>{t!(reports.spent_invoice)}</a>
        }
    });
    view! {
        <li class="flex items-start gap-3 px-4 py-2">
            <div class="min-w-0 flex-1">
                <p class="break-words">{one.text} " " {billed}</p>
                <p class="text-xs text-muted">
                    {format!("{} · {}", one.account_name, one.retainer_name)} ", "
                    {date(one.spent_on, today)}
                    {invoice}
                </p>
            </div>
            <span class="num font-semibold whitespace-nowrap">{shown}</span>
            <Button
                variant=Variant::Ghost
                small=true
                icon=icondata::LuTrash2
                label=label
                on_press=remove
            />
        </li>
    }
}
