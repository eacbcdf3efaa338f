//! What is known before anything is typed.
use chrono::NaiveDate;
use shared::api::{BillingSettings, Contact, Language, MemberId, PaymentTerms};
use shared::presets::Preset;

/// Days to pay where nobody says another number.
const DAYS: u32 = 14;

/// What is known before anything is typed.
#[derive(Clone)]
pub(super) struct Known {
    pub(super) organisation: String,
    pub(super) currency: String,
    pub(super) today: NaiveDate,
    /// Who types.
    pub(super) member: MemberId,
    /// What the agreement begins with.
    pub(super) preset: Preset,
    /// The client was there before this page.
    pub(super) was_there: bool,
    /// Who of it can be written to.
    pub(super) people: Vec<Contact>,
    /// How the organisation bills, if it does.
    pub(super) settings: BillingSettings,
    /// Who types may say how the organisation bills, and what is issued by itself.
    pub(super) may_issue: bool,
}

impl Known {
    /// In which language is written, unless somebody says otherwise: as the organisation has it, or
    /// else that of the app.
    pub(super) fn language(&self) -> Language {
        let app = if crate::i18n::tag() == "de" { Language::De } else { Language::En };
        self.settings.settings.as_ref().map_or(app, |kept| kept.language)
    }

    /// Who of the client decides, or else somebody.
    pub(super) fn first_person(&self) -> Option<&Contact> {
        self.people.iter().find(|one| one.decides).or_else(|| self.people.first())
    }

    /// The person of an id.
    pub(super) fn person(&self, id: &str) -> Option<&Contact> {
        self.people.iter().find(|one| one.id.to_string() == id)
    }

    /// Whether it is asked from whom invoices are.
    pub(super) fn asks_issuer(&self) -> bool {
        self.may_issue && self.settings.settings.is_none()
    }

    /// Until when invoices are due, unless somebody says otherwise.
    pub(super) fn usual_terms(&self) -> PaymentTerms {
        let kept = self.settings.settings.as_ref();
        kept.map_or(PaymentTerms::NetDays { days: DAYS }, |kept| kept.terms)
    }
}
