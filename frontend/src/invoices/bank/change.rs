//! What a line pays, said by hand: whose payment it is, and which invoices, in the order of ticks.
use leptos::prelude::*;
use shared::api::{
    AccountId, AccountKind, BankLine, BankLinePayment, InvoiceId, InvoiceSummary, PaidInvoice,
};

use super::super::words::amount;
use super::page::decided;
use crate::api::{self, AccountFilter};
use crate::query::{use_all, use_query_when};
use crate::t;
use crate::ui::{Choice, Form, FormActions, FormFaults, Loaded, Select, toast};

/// What each ticked invoice gets, in the order of the ticks, until nothing is left.
fn parts(amount: i64, ticked: &[InvoiceId], open: &[InvoiceSummary]) -> Vec<PaidInvoice> {
    let mut left = amount;
    let mut parts = Vec::new();
    for id in ticked {
        let balance = open.iter().find(|one| one.id == *id).map_or(0, |one| one.balance_minor);
        let amount_minor = left.min(balance);
        left -= amount_minor;
        if amount_minor > 0 {
            parts.push(PaidInvoice { invoice_id: *id, amount_minor });
        }
    }
    parts
}

#[component]
pub(super) fn ChangeForm(line: BankLine, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("change");
    let chosen = RwSignal::new(line.account_id.map(|id| id.to_string()).unwrap_or_default());
    let ticked = RwSignal::new(line.invoices.iter().map(|one| one.invoice_id).collect::<Vec<_>>());
    let filter = AccountFilter { kind: Some(AccountKind::Client), ..AccountFilter::default() };
    let clients = use_all(move || Some(api::accounts(&filter)));
    let choices = Signal::derive(move || {
        clients.with(|page| {
            let items = page.map(|page| page.items.as_slice()).unwrap_or_default();
            items.iter().map(|one| Choice::new(one.id.to_string(), one.name.clone())).collect()
        })
    });
    let account = Memo::new(move |_| chosen.with(|text| text.parse::<AccountId>().ok()));
    let billed = use_query_when(move || account.get().map(api::invoices_of));
    let currency = StoredValue::new(line.currency.clone());
    let waiting = Memo::new(move |_| {
        billed.with(|page| {
            let items = page.map(|page| page.items.as_slice()).unwrap_or_default();
            let here = |one: &&InvoiceSummary| {
                one.balance_minor > 0 && currency.with_value(|code| *code == one.currency)
            };
            // The list has the last first; people tick the oldest first.
            items.iter().rev().filter(here).cloned().collect::<Vec<_>>()
        })
    });
    // Another client has other invoices.
    Effect::new(move |before: Option<Option<AccountId>>| {
        let now = account.get();
        if before.is_some_and(|before| before != now) {
            ticked.set(Vec::new());
        }
        now
    });
    let (id, version, sum) = (line.id, line.version, line.amount_minor);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(account_id) = account.get_untracked() else {
            return form.refuse(vec![shared::api::FieldError::new("/account_id", "required")]);
        };
        let some = ticked.with_untracked(|all| !all.is_empty());
        let invoices = some.then(|| {
            ticked.with_untracked(|all| waiting.with_untracked(|open| parts(sum, all, open)))
        });
        let work =
            async move |body: BankLinePayment| api::record_bank_line(id, version, &body).await;
        form.send(BankLinePayment { account_id, invoices }, work, move |_: BankLine| {
            open.try_set(false);
            decided();
            toast(t!(invoices.pay_done));
        });
    };
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <p class="break-words">
                <span class="num font-medium">{amount(line.amount_minor, &line.currency)}</span>
                " "
                {line.payer.clone()}
                <span class="block text-soft">{line.text.clone()}</span>
            </p>
            <Loaded of=clients.standing() rows=1>
                <Select form at="/account_id" label=t!(bank.client) value=chosen choices />
            </Loaded>
            <Show when=move || account.get().is_some()>
                <Loaded of=billed.standing() rows=3>
                    <Invoices waiting ticked />
                </Loaded>
            </Show>
            <FormFaults form />
            <FormActions form open verb=t!(bank.record) />
        </form>
    }
}

#[component]
fn Invoices(waiting: Memo<Vec<InvoiceSummary>>, ticked: RwSignal<Vec<InvoiceId>>) -> impl IntoView {
    let tick = move |one: InvoiceSummary| {
        let id = one.id;
        let number = one.number.clone().unwrap_or_default();
        let words = t!(invoices.open_of, amount = amount(one.balance_minor, &one.currency));
        view! {
            <label class="know-tick">
                <input
                    type="checkbox"
                    class="checkbox"
                    prop:checked=move || ticked.with(|all| all.contains(&id))
                    on:change=move |event| {
                        let on = event_target_checked(&event);
                        ticked.update(|all| {
                            all.retain(|one| *one != id);
                            if on {
                                all.push(id);
                            }
                        });
                    }
                />
                <span>
                    <span class="num">{number}</span>
                    " "
                    <span class="num text-muted">{words}</span>
                </span>
            </label>
        }
    };
    let rows = move || waiting.get().into_iter().map(tick).collect_view();
    view! {
        <Show
            when=move || waiting.with(|all| !all.is_empty())
            fallback=|| view! { <p class="text-soft">{t!(bank.nothing_open)}</p> }
        >
            <fieldset class="form-part">
                <legend>{t!(bank.invoices)}</legend>
                <p class="text-soft">{t!(bank.oldest)}</p>
                <div class="know-ticks">{rows}</div>
            </fieldset>
        </Show>
    }
}
