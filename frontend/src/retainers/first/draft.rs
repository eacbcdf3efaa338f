//! What is typed on the page, read into what is to be made.
use chrono::Datelike;
use leptos::prelude::*;
use shared::api::{
    AccountBillingSet, AccountId, AccountKind, BillingSettingsSet, Contact, FieldError, Language,
    NewAccount, NewContact, NewRetainer, Paper, PaymentTerms, RetainerBillingSet, TaxMode, TaxRate,
    Timing,
};
use shared::presets::{Preset, rate_by_price};

use super::faults::{check, without_what_follows};
use super::known::Known;
use super::plan::{Made, Plan};
use super::terms::usual_name;
use crate::format::typed_amount;
use crate::retainers::draft::{CycleLength, RetainerDraft};
use crate::retainers::presets;
use crate::retainers::terms_draft::{NUMBER_UNREADABLE, TermsDraft};
use crate::retainers::terms_fields::TermsFields;
use crate::t;

/// Any account: the checks of a retainer do not look at it.
const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

/// The fields as signals. Copy it into closures.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    pub(super) account: RwSignal<String>,
    /// The id of who is there of the client; empty for somebody else.
    pub(super) person: RwSignal<String>,
    pub(super) contact: RwSignal<String>,
    pub(super) email: RwSignal<String>,
    /// 1 if German.
    pub(super) language: RwSignal<usize>,
    pub(super) preset: RwSignal<Preset>,
    pub(super) name: RwSignal<String>,
    pub(super) starts_on: RwSignal<String>,
    pub(super) length: RwSignal<CycleLength>,
    pub(super) terms: TermsFields,
    /// Every rule of the terms is shown.
    pub(super) full: RwSignal<bool>,
    pub(super) legal_name: RwSignal<String>,
    pub(super) address: RwSignal<String>,
    pub(super) tax: RwSignal<String>,
    /// 1 if a cycle is billed at its end.
    pub(super) timing: RwSignal<usize>,
    /// Days to pay; empty for what usually holds.
    pub(super) days: RwSignal<String>,
    pub(super) automatic: RwSignal<bool>,
    pub(super) invites: RwSignal<bool>,
}

impl Draft {
    pub(super) fn new(known: &Known) -> Self {
        let preset = known.preset;
        let first = known.today.with_day(1).unwrap_or(known.today);
        let terms = TermsDraft {
            currency: known.currency.clone(),
            pools: presets::pools(preset),
            ..TermsDraft::default()
        };
        let days = match known.usual_terms() {
            PaymentTerms::NetDays { days } => days.to_string(),
            _ => String::new(),
        };
        let person = known.first_person().map(|one| one.id.to_string());
        Self {
            account: RwSignal::default(),
            person: RwSignal::new(person.unwrap_or_default()),
            contact: RwSignal::default(),
            email: RwSignal::default(),
            language: RwSignal::new(usize::from(known.language() == Language::De)),
            preset: RwSignal::new(preset),
            name: RwSignal::new(usual_name(preset).to_owned()),
            starts_on: RwSignal::new(first.to_string()),
            length: RwSignal::default(),
            terms: TermsFields::new(terms),
            full: RwSignal::default(),
            legal_name: RwSignal::new(known.organisation.clone()),
            address: RwSignal::default(),
            tax: RwSignal::default(),
            timing: RwSignal::default(),
            days: RwSignal::new(days),
            automatic: RwSignal::default(),
            // Of a client that was there, nobody is let in unasked.
            invites: RwSignal::new(!known.was_there),
        }
    }

    fn language(self) -> Language {
        if self.language.get() == 1 { Language::De } else { Language::En }
    }

    /// The terms as typed; what goes beyond is billed at what a unit costs, unless another rate is
    /// typed.
    pub(super) fn terms(self) -> TermsDraft {
        let (mut draft, digits) = (self.terms.draft(), self.terms.digits());
        let (terms, _) = draft.read_what_can_be(digits);
        for (pool, read) in draft.pools.iter_mut().zip(&terms.pools) {
            let rate = rate_by_price(terms.price.amount_minor, read);
            // What would cost nothing is not agreed without a word.
            if pool.asks_rate() && rate > 0 {
                pool.rate = typed_amount(rate, digits);
            }
        }
        draft
    }

    pub(super) fn retainer(self) -> RetainerDraft {
        RetainerDraft {
            name: self.name.get(),
            starts_on: self.starts_on.get(),
            length: self.length.get(),
            terms: self.terms(),
            ..RetainerDraft::default()
        }
    }

    /// What is to be made beside what is, or every field at fault.
    pub(super) fn read(self, known: &Known, made: &Made) -> Result<Plan, Vec<FieldError>> {
        let mut faults = Vec::new();
        let account = made.account.is_none().then(|| self.new_account(known));
        check("/account", account.as_ref(), &mut faults);
        let person = self.person.with(|id| known.person(id));
        let wanted = person.is_none() && made.contact.is_none();
        let contact = wanted.then(|| self.new_contact(&mut faults)).flatten();
        check("/contact", contact.as_ref(), &mut faults);
        let days = self.days(&mut faults);
        let issuer = (known.asks_issuer() && !made.issuer).then(|| self.issuer(known));
        let retainer = made.retainer.is_none().then(|| self.new_retainer(&mut faults)).flatten();
        check("/issuer", issuer.as_ref(), &mut faults);
        let billing = (!made.billing).then(|| self.billing(known, days));
        check("/billing", billing.as_ref(), &mut faults);
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Plan {
            account,
            contact,
            person: person.map(|one| (one.id, one.name.clone())),
            letters: (!made.letters).then(|| self.letters(person)),
            issuer,
            retainer,
            preset: self.preset.get(),
            rule: self.preset.get().renewal().filter(|_| !made.rule),
            billing,
            invites: self.invites.get(),
        })
    }

    fn new_account(self, known: &Known) -> NewAccount {
        let (kind, owner_id) = (AccountKind::Client, Some(known.member));
        NewAccount { name: trimmed(self.account), kind, owner_id, note: None }
    }

    /// The person; none if nobody is named and nobody is invited.
    fn new_contact(self, faults: &mut Vec<FieldError>) -> Option<NewContact> {
        let (name, email) = (trimmed(self.contact), trimmed(self.email));
        let invites = self.invites.get();
        if !invites && name.is_empty() && email.is_empty() {
            return None;
        }
        if invites && email.is_empty() {
            faults.push(FieldError::new("/contact/email", "required"));
        }
        let email = Some(email).filter(|email| !email.is_empty());
        Some(NewContact { name, email, phone: None, position: None, decides: true })
    }

    fn new_retainer(self, faults: &mut Vec<FieldError>) -> Option<NewRetainer> {
        let nobody: AccountId = NOBODY.parse().ok()?;
        let read = self.retainer().read(nobody, self.terms.digits());
        read.map_err(|more| faults.extend(without_what_follows(more))).ok()
    }

    fn letters(self, person: Option<&Contact>) -> AccountBillingSet {
        let there = person.and_then(|one| one.email.clone());
        let email = there.unwrap_or_else(|| trimmed(self.email));
        AccountBillingSet {
            language: Some(self.language()),
            send_to: Some(email).into_iter().filter(|email| !email.is_empty()).collect(),
            ..AccountBillingSet::default()
        }
    }

    /// From whom invoices are: what the law and the paper need, the rest as it usually is. What is
    /// typed of this client holds for no other.
    fn issuer(self, known: &Known) -> BillingSettingsSet {
        // A comma is a point to many.
        let percent = trimmed(self.tax).trim_end_matches('%').trim_end().replace(',', ".");
        let tax = |percent| TaxRate { code: t!(first.tax_code).to_owned(), percent };
        BillingSettingsSet {
            legal_name: trimmed(self.legal_name),
            address: trimmed(self.address),
            tax_id: None,
            taxes: Some(percent).filter(|text| !text.is_empty()).map(tax).into_iter().collect(),
            tax_mode: TaxMode::default(),
            terms: known.usual_terms(),
            prefix: String::new(),
            credit_prefix: "CN-".into(),
            starts_on: known.today,
            automatic: false,
            country: None,
            language: known.language(),
            paper: Paper::default(),
            logo_id: None,
            iban: None,
            bic: None,
            tax_note: None,
            ledger_accounts: None,
        }
    }

    /// Until when an invoice is due; none where nothing is typed.
    fn days(self, faults: &mut Vec<FieldError>) -> Option<PaymentTerms> {
        let typed = trimmed(self.days);
        if typed.is_empty() {
            return None;
        }
        let terms = typed.parse().ok().map(|days| PaymentTerms::NetDays { days });
        let terms = terms.filter(|terms| terms.possible());
        if terms.is_none() {
            faults.push(FieldError::new("/billing/terms", NUMBER_UNREADABLE));
        }
        terms
    }

    fn billing(self, known: &Known, days: Option<PaymentTerms>) -> RetainerBillingSet {
        // What holds for all is not agreed for this one.
        let usual = days == Some(known.usual_terms());
        RetainerBillingSet {
            timing: if self.timing.get() == 1 { Timing::Arrears } else { Timing::Advance },
            terms: days.filter(|_| !usual),
            automatic: (known.may_issue && self.automatic.get()).then_some(true),
            ..RetainerBillingSet::default()
        }
    }
}

fn trimmed(text: RwSignal<String>) -> String {
    text.with(|text| text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::faults::{PRICE, among_rules};
    use super::*;
    use chrono::NaiveDate;
    use shared::api::{BillingSettings, Model};

    fn known() -> Known {
        let id = "0193a5b0-0000-7000-8000-000000000001";
        Known {
            organisation: "Marlow & Co".into(),
            currency: "EUR".into(),
            today: NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day"),
            member: id.parse().expect("an id"),
            preset: Preset::RolloverHours,
            was_there: false,
            people: Vec::new(),
            settings: BillingSettings { settings: None, version: 0 },
            may_issue: true,
        }
    }

    fn typed(draft: Draft) -> Draft {
        let set = |signal: RwSignal<String>, text: &str| signal.set(text.to_owned());
        set(draft.account, " Big Company ");
        set(draft.contact, "Mia Berg");
        set(draft.email, "mia@big.example");
        set(draft.address, "Quay 1");
        set(draft.tax, "19 %");
        set(draft.terms.price, "1,500");
        draft
    }

    fn fields(of: Result<Plan, Vec<FieldError>>) -> Vec<String> {
        of.expect_err("faults").into_iter().map(|fault| fault.field).collect()
    }

    #[test]
    fn what_is_typed_is_all_that_a_first_retainer_needs() {
        Owner::new().with(|| {
            let draft = typed(Draft::new(&known()));
            let plan = draft.read(&known(), &Made::default()).expect("a plan");
            assert_eq!(plan.account.expect("an account").name, "Big Company");
            let issuer = plan.issuer.expect("an issuer");
            assert_eq!(
                (issuer.legal_name.as_str(), issuer.taxes[0].percent.as_str()),
                ("Marlow & Co", "19")
            );
            let retainer = plan.retainer.expect("a retainer");
            assert_eq!(retainer.terms.model(), Model::RolloverHours);
            assert_eq!(retainer.starts_on.to_string(), "2026-11-01");
            assert_eq!(plan.letters.expect("letters").send_to, ["mia@big.example"]);
            let billing = plan.billing.expect("billing");
            assert_eq!((billing.terms, billing.automatic), (None, None));
            // What is agreed with this client is not how all are billed.
            draft.days.set("30".into());
            draft.language.set(1);
            let plan = draft.read(&known(), &Made::default()).expect("a plan");
            let (issuer, billing) = plan.issuer.zip(plan.billing).expect("both");
            let usual = PaymentTerms::NetDays { days: 14 };
            assert_eq!((issuer.terms, issuer.language), (usual, Language::En));
            assert_eq!(billing.terms, Some(PaymentTerms::NetDays { days: 30 }));
        });
    }

    #[test]
    fn of_a_client_that_was_there_a_person_is_chosen_and_nobody_invited() {
        let id = "0193a5b0-0000-7000-8000-000000000001";
        let person = |id: &str, name: &str, decides| Contact {
            id: id.parse().expect("an id"),
            account_id: id.parse().expect("an id"),
            name: name.into(),
            email: Some(format!("{name}@big.example")),
            phone: None,
            position: None,
            decides,
            version: 1,
        };
        let other = "0193a5b0-0000-7000-8000-000000000002";
        let people = vec![person(id, "tom", false), person(other, "mia", true)];
        let known = Known { was_there: true, people, ..known() };
        let made = Made {
            account: Some((id.parse().expect("an id"), "Big Company".into())),
            ..Made::default()
        };
        Owner::new().with(|| {
            let draft = typed(Draft::new(&known));
            let plan = draft.read(&known, &made).expect("a plan");
            assert!(plan.contact.is_none() && !plan.invites);
            assert_eq!(plan.person.expect("a person").1, "mia");
            assert_eq!(plan.letters.expect("letters").send_to, ["mia@big.example"]);
            draft.person.set(String::new());
            let plan = draft.read(&known, &made).expect("a plan");
            assert!(plan.person.is_none());
            assert_eq!(plan.contact.expect("somebody else").name, "Mia Berg");
        });
    }

    #[test]
    fn every_field_that_is_missing_is_told_at_once() {
        Owner::new().with(|| {
            let draft = Draft::new(&known());
            let mut faults = fields(draft.read(&known(), &Made::default()));
            faults.sort();
            let expected = [
                "/account/name",
                "/contact/email",
                "/contact/name",
                "/issuer/address",
                "/terms/price/amount_minor",
            ];
            assert_eq!(faults, expected);
        });
    }

    #[test]
    fn what_is_made_is_asked_for_no_more() {
        Owner::new().with(|| {
            let id = "0193a5b0-0000-7000-8000-000000000001";
            let made = Made {
                account: Some((id.parse().expect("an id"), "Big Company".into())),
                contact: Some((id.parse().expect("an id"), "Mia Berg".into())),
                letters: true,
                issuer: true,
                retainer: Some((id.parse().expect("an id"), "Care".into())),
                rule: true,
                ..Made::default()
            };
            let plan = Draft::new(&known()).read(&known(), &made).expect("a plan");
            assert_eq!((plan.account, plan.contact, plan.retainer), (None, None, None));
            assert!(plan.issuer.is_none() && plan.rule.is_none() && plan.billing.is_some());
        });
    }

    #[test]
    fn a_preset_bills_more_at_what_an_hour_costs() {
        Owner::new().with(|| {
            let draft = typed(Draft::new(&known()));
            draft.terms.replace(presets::pools(Preset::Support));
            let plan = draft.read(&known(), &Made::default()).expect("a plan");
            let pool = &plan.retainer.expect("a retainer").terms.pools[0];
            assert_eq!(pool.overage.rate_minor, Some(15_000));
            // More is never agreed for nothing without a word.
            let faults = |price: &str| {
                draft.terms.price.set(price.to_owned());
                draft.read(&known(), &Made::default()).expect_err("faults")
            };
            let rate = faults("0");
            assert!(rate.iter().all(among_rules), "{rate:?}");
            assert_eq!(rate[0].field, "/terms/pools/0/overage/rate_minor");
            let price = faults("");
            assert_eq!((price.len(), price[0].field.as_str()), (1, PRICE));
        });
    }
}
