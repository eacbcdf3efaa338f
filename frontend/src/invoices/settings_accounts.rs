//! The accounts that invoices and payments are booked on, among how the organisation bills.
use leptos::prelude::*;
use shared::api::{
    BillingSettingsSet, DatevBooks, FieldError, LedgerAccounts, RATE_ACCOUNTS_MAX, RateAccounts,
};

use super::settings_paper::{some, typed};
use crate::browser;
use crate::t;
use crate::ui::{Button, Form, TextInput, Variant, pointer};

/// What is typed of a rate with accounts of its own.
#[derive(Clone, Copy)]
struct TypedRate {
    id: u32,
    percent: RwSignal<String>,
    revenue: RwSignal<String>,
    tax: RwSignal<String>,
    key: RwSignal<String>,
}

/// What is typed of all accounts.
#[derive(Clone, Copy)]
pub(super) struct AccountsDraft {
    receivables: RwSignal<String>,
    bank: RwSignal<String>,
    collected: RwSignal<String>,
    revenue: RwSignal<String>,
    untaxed: RwSignal<String>,
    tax: RwSignal<String>,
    rates: RwSignal<Vec<TypedRate>>,
    consultant: RwSignal<String>,
    client: RwSignal<String>,
    year: RwSignal<String>,
}

fn text(text: RwSignal<String>) -> String {
    text.with_untracked(|text| text.trim().to_owned())
}

fn number(of: RwSignal<String>, at: &str) -> Result<u32, Vec<FieldError>> {
    text(of).parse().map_err(|_| vec![FieldError::new(at, "invalid")])
}

impl TypedRate {
    fn of(kept: Option<&RateAccounts>) -> Self {
        let key = kept.and_then(|kept| kept.key).map(|key| key.to_string());
        Self {
            id: browser::next_id(),
            percent: typed(kept.map(|kept| &kept.percent)),
            revenue: typed(kept.map(|kept| &kept.revenue)),
            tax: typed(kept.and_then(|kept| kept.tax.as_ref())),
            key: typed(key.as_ref()),
        }
    }

    fn said(self, place: usize) -> Result<RateAccounts, Vec<FieldError>> {
        let at = format!("/ledger_accounts/rates/{place}/key");
        Ok(RateAccounts {
            // A comma is a point to many.
            percent: text(self.percent).replace(',', "."),
            revenue: text(self.revenue),
            tax: some(self.tax),
            key: match text(self.key).is_empty() {
                true => None,
                false => Some(number(self.key, &at)?),
            },
        })
    }
}

impl AccountsDraft {
    pub(super) fn of(kept: Option<&BillingSettingsSet>) -> Self {
        let kept = kept.and_then(|kept| kept.ledger_accounts.as_ref());
        let text = |of: fn(&LedgerAccounts) -> &String| typed(kept.map(of));
        let books = kept.and_then(|kept| kept.datev.as_ref());
        let number = |of: fn(&DatevBooks) -> u32| {
            RwSignal::new(books.map(|books| of(books).to_string()).unwrap_or_default())
        };
        let rates = kept.map(|kept| kept.rates.as_slice()).unwrap_or_default();
        Self {
            receivables: text(|kept| &kept.receivables),
            bank: text(|kept| &kept.bank),
            collected: typed(kept.and_then(|kept| kept.collected.as_ref())),
            revenue: text(|kept| &kept.revenue),
            untaxed: text(|kept| &kept.untaxed),
            tax: text(|kept| &kept.tax),
            rates: RwSignal::new(rates.iter().map(|rate| TypedRate::of(Some(rate))).collect()),
            consultant: number(|books| books.consultant),
            client: number(|books| books.client),
            year: number(|books| books.year_starts_in),
        }
    }

    /// # Errors
    /// At the field: a number that is none.
    pub(super) fn said(self) -> Result<Option<LedgerAccounts>, Vec<FieldError>> {
        let books = [self.consultant, self.client, self.year];
        let named =
            [self.receivables, self.bank, self.revenue, self.untaxed, self.tax, self.collected];
        let all = named.into_iter().chain(books);
        let none = self.rates.with_untracked(Vec::is_empty);
        if none && all.into_iter().all(|one| text(one).is_empty()) {
            return Ok(None);
        }
        let rates: Result<Vec<_>, _> = self.rates.with_untracked(|rates| {
            rates.iter().enumerate().map(|(place, rate)| rate.said(place)).collect()
        });
        let datev = match books.into_iter().all(|one| text(one).is_empty()) {
            true => None,
            false => Some(DatevBooks {
                consultant: number(self.consultant, "/ledger_accounts/datev/consultant")?,
                client: number(self.client, "/ledger_accounts/datev/client")?,
                year_starts_in: match text(self.year).is_empty() {
                    true => 1,
                    false => number(self.year, "/ledger_accounts/datev/year_starts_in")?,
                },
            }),
        };
        Ok(Some(LedgerAccounts {
            receivables: text(self.receivables),
            bank: text(self.bank),
            collected: some(self.collected),
            revenue: text(self.revenue),
            untaxed: text(self.untaxed),
            tax: text(self.tax),
            rates: rates?,
            datev,
        }))
    }
}

#[component]
pub(super) fn AccountsFields(form: Form, draft: AccountsDraft) -> impl IntoView {
    let field = |(at, label, value): (&'static str, &'static str, RwSignal<String>)| {
        view! { <TextInput form at label value optional=true /> }
    };
    let named = [
        ("/ledger_accounts/receivables", t!(invoices.acc_receivables), draft.receivables),
        ("/ledger_accounts/bank", t!(invoices.acc_bank), draft.bank),
        ("/ledger_accounts/revenue", t!(invoices.acc_revenue), draft.revenue),
        ("/ledger_accounts/untaxed", t!(invoices.acc_untaxed), draft.untaxed),
        ("/ledger_accounts/tax", t!(invoices.acc_tax), draft.tax),
        ("/ledger_accounts/collected", t!(invoices.acc_collected), draft.collected),
    ];
    let books = [
        ("/ledger_accounts/datev/consultant", t!(invoices.acc_consultant), draft.consultant),
        ("/ledger_accounts/datev/client", t!(invoices.acc_client), draft.client),
        ("/ledger_accounts/datev/year_starts_in", t!(invoices.acc_year), draft.year),
    ];
    let rows = move || draft.rates.get().into_iter().enumerate().collect::<Vec<_>>();
    let room = move || draft.rates.with(|rates| rates.len() < RATE_ACCOUNTS_MAX);
    let add = Callback::new(move |()| {
        draft.rates.update(|rates| rates.push(TypedRate::of(None)));
    });
    view! {
        <fieldset class="form-part">
            <legend>{t!(invoices.acc_title)}</legend>
            {named.map(field).into_iter().collect_view()}
            <For each=rows key=|(place, rate)| (*place, rate.id) let((place, rate))>
                <RateRow form rates=draft.rates rate place />
            </For>
            <Show when=room>
                <div>
                    <Button small=true icon=icondata::LuPlus on_press=add>
                        {t!(invoices.acc_rate_add)}
                    </Button>
                </div>
            </Show>
            {books.map(field).into_iter().collect_view()}
        </fieldset>
    }
}

#[component]
fn RateRow(
    form: Form,
    rates: RwSignal<Vec<TypedRate>>,
    rate: TypedRate,
    place: usize,
) -> impl IntoView {
    let at = |field: &str| pointer(&format!("/ledger_accounts/rates/{place}/{field}"));
    let remove = Callback::new(move |()| {
        rates.update(|rates| rates.retain(|one| one.id != rate.id));
        form.clear();
        form.touched("/ledger_accounts/rates");
    });
    let n = place + 1;
    view! {
        <div class="form-pair">
            <TextInput
                form
                at=at("percent")
                label=t!(invoices.acc_rate, n = n)
                inputmode="decimal"
                value=rate.percent
            />
            <TextInput
                form
                at=at("revenue")
                label=t!(invoices.acc_rate_revenue, n = n)
                value=rate.revenue
            />
        </div>
        <div class="grid grid-cols-[1fr_1fr_auto] items-start gap-3">
            <TextInput
                form
                at=at("tax")
                label=t!(invoices.acc_rate_tax, n = n)
                value=rate.tax
                optional=true
            />
            <TextInput
                form
                at=at("key")
                label=t!(invoices.acc_key, n = n)
                inputmode="numeric"
                value=rate.key
                optional=true
            />
            <div class="pt-6">
                <Button
                    variant=Variant::Ghost
                    icon=icondata::LuTrash2
                    label=t!(invoices.acc_rate_remove, n = n)
                    on_press=remove
                />
            </div>
        </div>
    }
}
