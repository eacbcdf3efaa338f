//! What is typed on the page, read into what is to be made.
use chrono::{Datelike, NaiveDate};
use leptos::prelude::*;
use shared::api::{
    AccountBillingSet, AccountId, AccountKind, BillingSettings, BillingSettingsSet, Check,
    FieldError, Language, MemberId, NewAccount, NewContact, NewRetainer, Paper, PaymentTerms,
    RetainerBillingSet, TaxMode, TaxRate, Timing, Unit,
};
use shared::presets::{Preset, rate_by_price};

use super::plan::{Made, Plan};
use crate::format::typed_amount;
use crate::retainers::draft::{CycleLength, RetainerDraft};
use crate::retainers::pool_draft::bills;
use crate::retainers::presets;
use crate::retainers::terms_draft::{NUMBER_UNREADABLE, TermsDraft};
use crate::retainers::terms_fields::TermsFields;
use crate::t;

/// Days to pay where nobody says another number.
const DAYS: u32 = 14;
/// Any account: the checks of a retainer do not look at it.
const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

/// What is known before anything is typed.
#[derive(Clone)]
pub(super) struct Known {
    pub(super) organisation: String,
    pub(super) currency: String,
    pub(super) today: NaiveDate,
    /// Who types.
    pub(super) member: MemberId,
    /// How the organisation bills, if it does.
    pub(super) settings: BillingSettings,
    /// Who types may say how the organisation bills, and what is issued by itself.
    pub(super) may_issue: bool,
}

impl Known {
    /// Whether it is asked from whom invoices are.
    pub(super) fn asks_issuer(&self) -> bool {
        self.may_issue && self.settings.settings.is_none()
    }

    fn usual_terms(&self) -> PaymentTerms {
        let kept = self.settings.settings.as_ref();
        kept.map_or(PaymentTerms::NetDays { days: DAYS }, |kept| kept.terms)
    }
}

/// The fields as signals. Copy it into closures.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    pub(super) account: RwSignal<String>,
    pub(super) contact: RwSignal<String>,
    pub(super) email: RwSignal<String>,
    /// 1 if German.
    pub(super) language: RwSignal<usize>,
    pub(super) preset: RwSignal<Preset>,
    pub(super) name: RwSignal<String>,
    pub(super) starts_on: RwSignal<String>,
    pub(super) length: RwSignal<CycleLength>,
    pub(super) terms: TermsFields,
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
        let preset = Preset::RolloverHours;
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
        Self {
            account: RwSignal::default(),
            contact: RwSignal::default(),
            email: RwSignal::default(),
            language: RwSignal::new(usize::from(crate::i18n::tag() == "de")),
            preset: RwSignal::new(preset),
            name: RwSignal::new(usual_name(preset).to_owned()),
            starts_on: RwSignal::new(first.to_string()),
            length: RwSignal::default(),
            terms: TermsFields::new(terms),
            legal_name: RwSignal::new(known.organisation.clone()),
            address: RwSignal::default(),
            tax: RwSignal::default(),
            timing: RwSignal::default(),
            days: RwSignal::new(days),
            automatic: RwSignal::default(),
            invites: RwSignal::new(true),
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
            let billed = bills(pool.overage, pool.borrow_excess) && pool.unit != Unit::Money;
            if billed && pool.rate.trim().is_empty() {
                pool.rate = typed_amount(rate_by_price(terms.price.amount_minor, read), digits);
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
        let contact = self.new_contact(made, &mut faults);
        check("/contact", contact.as_ref(), &mut faults);
        let days = self.days(&mut faults);
        let issuer = (known.asks_issuer() && !made.issuer).then(|| self.issuer(known, days));
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
            letters: (!made.letters).then(|| self.letters()),
            issuer,
            retainer,
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
    fn new_contact(self, made: &Made, faults: &mut Vec<FieldError>) -> Option<NewContact> {
        let (name, email) = (trimmed(self.contact), trimmed(self.email));
        let invites = self.invites.get();
        if made.contact.is_some() || (!invites && name.is_empty() && email.is_empty()) {
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
        self.retainer().read(nobody, self.terms.digits()).map_err(|more| faults.extend(more)).ok()
    }

    fn letters(self) -> AccountBillingSet {
        let email = trimmed(self.email);
        AccountBillingSet {
            language: Some(self.language()),
            send_to: Some(email).into_iter().filter(|email| !email.is_empty()).collect(),
            ..AccountBillingSet::default()
        }
    }

    /// From whom invoices are: what the law and the paper need, the rest as it usually is.
    fn issuer(self, known: &Known, days: Option<PaymentTerms>) -> BillingSettingsSet {
        // A comma is a point to many.
        let percent = trimmed(self.tax).trim_end_matches('%').trim_end().replace(',', ".");
        let tax = |percent| TaxRate { code: t!(first.tax_code).to_owned(), percent };
        BillingSettingsSet {
            legal_name: trimmed(self.legal_name),
            address: trimmed(self.address),
            tax_id: None,
            taxes: Some(percent).filter(|text| !text.is_empty()).map(tax).into_iter().collect(),
            tax_mode: TaxMode::default(),
            terms: days.unwrap_or(known.usual_terms()),
            prefix: String::new(),
            credit_prefix: "CN-".into(),
            starts_on: known.today,
            automatic: false,
            country: None,
            language: self.language(),
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
        let usual = known.asks_issuer() || days == Some(known.usual_terms());
        RetainerBillingSet {
            timing: if self.timing.get() == 1 { Timing::Arrears } else { Timing::Advance },
            terms: days.filter(|_| !usual),
            automatic: (known.may_issue && self.automatic.get()).then_some(true),
            ..RetainerBillingSet::default()
        }
    }
}

/// What a retainer is called until somebody calls it otherwise; the client reads it too.
pub(super) fn usual_name(preset: Preset) -> &'static str {
    match preset {
        Preset::Advisory => t!(first.advisory),
        trade if Preset::TRADES.contains(&trade) => presets::words(trade).0,
        _ => t!(common.retainer),
    }
}

fn trimmed(text: RwSignal<String>) -> String {
    text.with(|text| text.trim().to_owned())
}

/// Notes what of a body is at fault, at the fields below `at`.
fn check(at: &str, body: Option<&impl Check>, faults: &mut Vec<FieldError>) {
    let broken = body.map_or(Ok(()), Check::check).err().unwrap_or_default();
    let below = broken
        .into_iter()
        .map(|fault| FieldError { field: format!("{at}{}", fault.field), ..fault });
    let told: Vec<FieldError> =
        below.filter(|one| faults.iter().all(|fault| fault.field != one.field)).collect();
    faults.extend(told);
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::api::Model;

    fn known() -> Known {
        let id = "0193a5b0-0000-7000-8000-000000000001";
        Known {
            organisation: "Marlow & Co".into(),
            currency: "EUR".into(),
            today: NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day"),
            member: id.parse().expect("an id"),
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
        });
    }
}
