//! Settings: from whom invoices are, how they are taxed, when they are due, since when.
use leptos::prelude::*;
use shared::api::{
    BillingSettings, BillingSettingsSet, FieldError, Language, Paper, PaymentTerms, TaxMode,
};

use super::dunning_settings::DunningPanel;
use super::failed::FailedMails;
use super::mail_settings::MailPanel;
use super::settings_accounts::{AccountsDraft, AccountsFields};
use super::settings_fields::{Due, DueFields, TaxFields, Taxes};
use super::settings_paper::{PaperDraft, PaperFields};
use super::words::may_issue;
use crate::query::{self, Query, use_query};
use crate::session::use_today;
use crate::ui::{
    Button, Checkbox, Conflict, Form, FormFaults, Loaded, OneOf, Panel, TextArea, TextInput,
    Variant, toast,
};
use crate::{api, t};

/// The section of the settings.
#[component]
pub(crate) fn BillingPage() -> impl IntoView {
    let kept = use_query(api::billing_settings);
    view! {
        <Panel title=t!(shell.invoices)>
            <Loaded of=kept.standing() rows=6>
                <Edit kept />
            </Loaded>
        </Panel>
        <MailPanel />
        <DunningPanel />
        <FailedMails />
    }
}

/// What is typed.
#[derive(Clone, Copy)]
struct Draft {
    legal_name: RwSignal<String>,
    address: RwSignal<String>,
    tax_id: RwSignal<String>,
    prefix: RwSignal<String>,
    credit_prefix: RwSignal<String>,
    starts_on: RwSignal<String>,
    /// 1 if prices include tax.
    mode: RwSignal<usize>,
    due: Due,
    taxes: Taxes,
    automatic: RwSignal<bool>,
    paper: PaperDraft,
    accounts: AccountsDraft,
}

impl Draft {
    fn of(kept: Option<&BillingSettingsSet>) -> Self {
        let text = |text: Option<&str>| RwSignal::new(text.unwrap_or_default().to_owned());
        let first = use_today().get_untracked().to_string();
        let starts_on = kept.map_or(first, |kept| kept.starts_on.to_string());
        let usual = PaymentTerms::NetDays { days: 14 };
        let mode = kept.map_or(TaxMode::default(), |kept| kept.tax_mode);
        Self {
            legal_name: text(kept.map(|kept| kept.legal_name.as_str())),
            address: text(kept.map(|kept| kept.address.as_str())),
            tax_id: text(kept.and_then(|kept| kept.tax_id.as_deref())),
            prefix: text(kept.map(|kept| kept.prefix.as_str())),
            credit_prefix: text(Some(kept.map_or("CN-", |kept| kept.credit_prefix.as_str()))),
            starts_on: RwSignal::new(starts_on),
            mode: RwSignal::new(usize::from(mode == TaxMode::Inclusive)),
            due: Due::of(kept.map_or(usual, |kept| kept.terms)),
            taxes: Taxes::of(kept.map(|kept| kept.taxes.as_slice()).unwrap_or_default()),
            automatic: RwSignal::new(kept.is_some_and(|kept| kept.automatic)),
            paper: PaperDraft::of(kept),
            accounts: AccountsDraft::of(kept),
        }
    }

    fn said(self) -> Result<BillingSettingsSet, Vec<FieldError>> {
        let text = |text: RwSignal<String>| text.with_untracked(|text| text.trim().to_owned());
        let (terms, starts_on) = (self.due.said(), text(self.starts_on).parse());
        let (Ok(terms), Ok(starts_on)) = (&terms, starts_on) else {
            let day = starts_on.is_err().then(|| FieldError::new("/starts_on", "invalid"));
            return Err(terms.err().into_iter().chain(day).collect());
        };
        let accounts = self.accounts.said()?;
        let inclusive = self.mode.get_untracked() == 1;
        Ok(self.paper.said(BillingSettingsSet {
            legal_name: text(self.legal_name),
            address: text(self.address),
            tax_id: Some(text(self.tax_id)).filter(|text| !text.is_empty()),
            taxes: self.taxes.said(),
            tax_mode: if inclusive { TaxMode::Inclusive } else { TaxMode::Exclusive },
            terms: *terms,
            prefix: text(self.prefix),
            credit_prefix: text(self.credit_prefix),
            starts_on,
            automatic: self.automatic.get_untracked(),
            country: None,
            language: Language::default(),
            paper: Paper::default(),
            iban: None,
            logo_id: None,
            bic: None,
            tax_note: None,
            ledger_accounts: accounts,
        }))
    }
}

#[component]
fn Edit(kept: Query<BillingSettings>) -> impl IntoView {
    let Some(first) = kept.get_untracked() else { return ().into_any() };
    let form = Form::new("billing");
    let version = StoredValue::new(first.version);
    let draft = Draft::of(first.settings.as_ref());
    let reason = may_issue();
    let send = move || {
        let body = match draft.said() {
            Ok(body) => body,
            Err(faults) => return form.refuse(faults),
        };
        let seen = version.get_value();
        let work = async move |body: BillingSettingsSet| api::set_billing(seen, &body).await;
        form.send(body, work, move |now: BillingSettings| {
            version.try_set_value(now.version);
            kept.set(now);
            query::invalidate("/invoice");
            toast(t!(common.saved));
        });
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if reason.with_untracked(Option::is_none) {
            send();
        }
    };
    let theirs = Signal::derive(move || {
        let Some(now) = kept.get().and_then(|kept| kept.settings) else { return Vec::new() };
        vec![
            (t!(invoices.legal_name), now.legal_name),
            (t!(invoices.address), now.address),
            (t!(invoices.starts_on), now.starts_on.to_string()),
        ]
    });
    let refresh = Callback::new(move |()| kept.refetch());
    let again = Callback::new(move |()| {
        if let Some(now) = kept.get_untracked() {
            version.set_value(now.version);
        }
        send();
    });
    view! {
        <form class="form panel-body" novalidate=true on:submit=submit>
            <Fields form draft />
            <FormFaults form />
            <Conflict form theirs refresh again />
            <div class="form-actions">
                <Button
                    submit=true
                    variant=Variant::Primary
                    keys="mod enter"
                    reason
                    busy=form.busy()
                >
                    {t!(common.save)}
                </Button>
            </div>
        </form>
    }
    .into_any()
}

#[component]
fn Fields(form: Form, draft: Draft) -> impl IntoView {
    let modes = vec![t!(invoices.exclusive), t!(invoices.inclusive_mode)];
    let mode = draft.mode;
    view! {
        <TextInput
            form
            at="/legal_name"
            label=t!(invoices.legal_name)
            hint=t!(invoices.legal_hint)
            value=draft.legal_name
        />
        <TextArea form at="/address" label=t!(invoices.address) value=draft.address />
        <div class="form-pair">
            <TextInput
                form
                at="/tax_id"
                label=t!(invoices.tax_id)
                hint=t!(invoices.tax_id_hint)
                value=draft.tax_id
                optional=true
            />
            <TextInput
                form
                at="/prefix"
                label=t!(invoices.prefix)
                hint=t!(invoices.prefix_hint)
                value=draft.prefix
                optional=true
            />
        </div>
        <TextInput
            form
            at="/credit_prefix"
            label=t!(invoices.credit_prefix)
            hint=t!(invoices.credit_prefix_hint)
            value=draft.credit_prefix
            optional=true
        />
        <DueFields form due=draft.due />
        <OneOf
            form
            at="/tax_mode"
            label=t!(invoices.mode)
            labels=modes
            chosen=mode.into()
            pick=Callback::new(move |place| mode.set(place))
        />
        <TaxFields form taxes=draft.taxes />
        <Checkbox
            form
            at="/automatic"
            label=t!(invoices.automatic)
            hint=t!(invoices.automatic_hint)
            value=draft.automatic
        />
        <PaperFields form draft=draft.paper />
        <AccountsFields form draft=draft.accounts />
        <TextInput
            form
            at="/starts_on"
            label=t!(invoices.starts_on)
            hint=t!(invoices.starts_hint)
            kind="date"
            value=draft.starts_on
        />
    }
}
