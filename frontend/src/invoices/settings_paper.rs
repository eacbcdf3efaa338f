//! What is typed of the paper of invoices: its country, language and pages, and where it is paid.
use leptos::prelude::*;
use shared::api::{BillingSettingsSet, Language, LogoId, Paper};

use super::logo::LogoField;
use crate::t;
use crate::ui::{Form, OneOf, TextInput};

/// What is typed.
#[derive(Clone, Copy)]
pub(super) struct PaperDraft {
    country: RwSignal<String>,
    /// 1 if German.
    language: RwSignal<usize>,
    /// 1 if Letter.
    paper: RwSignal<usize>,
    iban: RwSignal<String>,
    bic: RwSignal<String>,
    tax_note: RwSignal<String>,
    logo: RwSignal<Option<LogoId>>,
}

/// A text, or nothing if it is blank.
pub(super) fn some(text: RwSignal<String>) -> Option<String> {
    let text = text.with_untracked(|text| text.trim().to_owned());
    (!text.is_empty()).then_some(text)
}

/// A code that is written in capital letters.
pub(super) fn code(text: RwSignal<String>) -> Option<String> {
    some(text).map(|text| text.to_uppercase())
}

/// The signal of a text that may be missing.
pub(super) fn typed(text: Option<&String>) -> RwSignal<String> {
    RwSignal::new(text.cloned().unwrap_or_default())
}

impl PaperDraft {
    pub(super) fn of(kept: Option<&BillingSettingsSet>) -> Self {
        let german = kept.is_some_and(|kept| kept.language == Language::De);
        let letter = kept.is_some_and(|kept| kept.paper == Paper::Letter);
        Self {
            country: typed(kept.and_then(|kept| kept.country.as_ref())),
            language: RwSignal::new(usize::from(german)),
            paper: RwSignal::new(usize::from(letter)),
            iban: typed(kept.and_then(|kept| kept.iban.as_ref())),
            bic: typed(kept.and_then(|kept| kept.bic.as_ref())),
            tax_note: typed(kept.and_then(|kept| kept.tax_note.as_ref())),
            logo: RwSignal::new(kept.and_then(|kept| kept.logo_id)),
        }
    }

    /// The settings with what was typed here.
    pub(super) fn said(self, rest: BillingSettingsSet) -> BillingSettingsSet {
        let german = self.language.get_untracked() == 1;
        let letter = self.paper.get_untracked() == 1;
        BillingSettingsSet {
            country: code(self.country),
            language: if german { Language::De } else { Language::En },
            paper: if letter { Paper::Letter } else { Paper::A4 },
            iban: code(self.iban),
            bic: code(self.bic),
            tax_note: some(self.tax_note),
            logo_id: self.logo.get_untracked(),
            ..rest
        }
    }
}

#[component]
pub(super) fn PaperFields(form: Form, draft: PaperDraft) -> impl IntoView {
    let (language, paper) = (draft.language, draft.paper);
    view! {
        <LogoField form chosen=draft.logo />
        <div class="form-pair">
            <OneOf
                form
                at="/language"
                label=t!(invoices.language)
                labels=vec!["English", "Deutsch"]
                chosen=language.into()
                pick=Callback::new(move |place| language.set(place))
            />
            <OneOf
                form
                at="/paper"
                label=t!(invoices.paper)
                labels=vec!["A4", "Letter"]
                chosen=paper.into()
                pick=Callback::new(move |place| paper.set(place))
            />
        </div>
        <div class="form-pair">
            <TextInput form at="/iban" label="IBAN" value=draft.iban optional=true />
            <TextInput form at="/bic" label="BIC" value=draft.bic optional=true />
        </div>
        <div class="form-pair">
            <TextInput
                form
                at="/country"
                label=t!(invoices.country)
                hint=t!(invoices.country_hint)
                value=draft.country
                optional=true
            />
            <TextInput
                form
                at="/tax_note"
                label=t!(invoices.tax_note)
                value=draft.tax_note
                optional=true
            />
        </div>
    }
}
