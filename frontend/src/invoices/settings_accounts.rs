//! The accounts that invoices and payments are booked on, among how the organisation bills.
use leptos::prelude::*;
use shared::api::{BillingSettingsSet, DatevBooks, FieldError, LedgerAccounts};

use super::settings_paper::typed;
use crate::t;
use crate::ui::{Form, TextInput};

/// What is typed. Rates with accounts of their own stay as they were kept.
#[derive(Clone, Copy)]
pub(super) struct AccountsDraft {
    kept: StoredValue<Option<LedgerAccounts>>,
    receivables: RwSignal<String>,
    bank: RwSignal<String>,
    revenue: RwSignal<String>,
    untaxed: RwSignal<String>,
    tax: RwSignal<String>,
    consultant: RwSignal<String>,
    client: RwSignal<String>,
}

impl AccountsDraft {
    pub(super) fn of(kept: Option<&BillingSettingsSet>) -> Self {
        let kept = kept.and_then(|kept| kept.ledger_accounts.as_ref());
        let text = |of: fn(&LedgerAccounts) -> &String| typed(kept.map(of));
        let books = kept.and_then(|kept| kept.datev.as_ref());
        let number = |of: fn(&DatevBooks) -> u32| {
            RwSignal::new(books.map(|books| of(books).to_string()).unwrap_or_default())
        };
        Self {
            kept: StoredValue::new(kept.cloned()),
            receivables: text(|kept| &kept.receivables),
            bank: text(|kept| &kept.bank),
            revenue: text(|kept| &kept.revenue),
            untaxed: text(|kept| &kept.untaxed),
            tax: text(|kept| &kept.tax),
            consultant: number(|books| books.consultant),
            client: number(|books| books.client),
        }
    }

    /// # Errors
    /// At the field: a number that is none.
    pub(super) fn said(self) -> Result<Option<LedgerAccounts>, Vec<FieldError>> {
        let text = |text: RwSignal<String>| text.with_untracked(|text| text.trim().to_owned());
        let all = [
            self.receivables,
            self.bank,
            self.revenue,
            self.untaxed,
            self.tax,
            self.consultant,
            self.client,
        ];
        if all.into_iter().all(|one| text(one).is_empty()) {
            return Ok(None);
        }
        let kept = self.kept.get_value();
        let number = |of: RwSignal<String>, at: &str| {
            text(of).parse::<u32>().map_err(|_| vec![FieldError::new(at, "invalid")])
        };
        let datev = match text(self.consultant).is_empty() && text(self.client).is_empty() {
            true => None,
            false => Some(DatevBooks {
                consultant: number(self.consultant, "/ledger_accounts/datev/consultant")?,
                client: number(self.client, "/ledger_accounts/datev/client")?,
                year_starts_in: kept
                    .as_ref()
                    .and_then(|kept| kept.datev.as_ref())
                    .map_or(1, |books| books.year_starts_in),
            }),
        };
        Ok(Some(LedgerAccounts {
            receivables: text(self.receivables),
            bank: text(self.bank),
            revenue: text(self.revenue),
            untaxed: text(self.untaxed),
            tax: text(self.tax),
            rates: kept.map(|kept| kept.rates).unwrap_or_default(),
            datev,
        }))
    }
}

#[component]
pub(super) fn AccountsFields(form: Form, draft: AccountsDraft) -> impl IntoView {
    let fields = [
        ("/ledger_accounts/receivables", t!(invoices.acc_receivables), draft.receivables),
        ("/ledger_accounts/bank", t!(invoices.acc_bank), draft.bank),
        ("/ledger_accounts/revenue", t!(invoices.acc_revenue), draft.revenue),
        ("/ledger_accounts/untaxed", t!(invoices.acc_untaxed), draft.untaxed),
        ("/ledger_accounts/tax", t!(invoices.acc_tax), draft.tax),
        ("/ledger_accounts/datev/consultant", t!(invoices.acc_consultant), draft.consultant),
        ("/ledger_accounts/datev/client", t!(invoices.acc_client), draft.client),
    ];
    let fields = fields.map(|(at, label, value)| {
        view! { <TextInput form at label value optional=true /> }
    });
    view! {
        <fieldset class="form-part">
            <legend>{t!(invoices.acc_title)}</legend>
            {fields.into_iter().collect_view()}
        </fieldset>
    }
}
