//! What a proposal is made of, and what is typed of it.
use chrono::{Days, NaiveDate};
use leptos::prelude::*;
use shared::api::{
    BriefSource, Contact, ContactId, FieldError, NewProposal, Page, ProposalLine, Renewal,
    RenewalBrief, Retainer, Terms, Unit,
};
use shared::rules::scale;

use super::forms::{first_without, said};
use super::outcome::{PRICE, terms_of, usual_last};
use super::words;
use crate::api;
use crate::format::{amount_of, fraction_digits, read_quantity, typed_amount, typed_quantity};
use crate::query::{Query, Standing, use_query, use_query_when};

/// Where the allowance of the only pool stands in the body.
pub(super) const ALLOWANCE: &str = "/terms/pools/0/allowance";
/// For so many days a proposal holds where nobody says another day.
const VALID: Days = Days::new(14);

/// What a proposal is made of.
#[derive(Clone, Copy)]
pub(super) struct Reads {
    pub(super) retainer: Query<Retainer>,
    pub(super) contacts: Query<Page<Contact>>,
    brief: Query<RenewalBrief>,
}

impl Reads {
    /// Those of a renewal, and how reading them stands.
    pub(super) fn of(renewal: &Renewal) -> (Self, Standing) {
        let (id, account, of) = (renewal.id, renewal.account_id, renewal.retainer_id);
        let has = renewal.has_brief;
        let retainer = use_query(move || api::retainer(of));
        let contacts = use_query(move || api::contacts(account));
        let brief = use_query_when(move || has.then(|| api::renewal_brief(id)));
        let standing = Standing {
            known: Signal::derive(move || {
                retainer.known() && contacts.known() && (!has || brief.known())
            }),
            fault: Signal::derive(move || {
                retainer.fault().or_else(|| contacts.fault()).or_else(|| brief.fault())
            }),
            retry: Callback::new(move |()| {
                retainer.refetch();
                contacts.refetch();
                brief.refetch();
            }),
        };
        (Self { retainer, contacts, brief }, standing)
    }
}

/// Who can answer it: those who decide there, or all where nobody is noted as deciding.
pub(super) fn answering(page: Option<&Page<Contact>>) -> Vec<Contact> {
    let all = page.map(|page| page.items.as_slice()).unwrap_or_default();
    let decided = all.iter().any(|one| one.decides);
    all.iter().filter(|one| one.decides || !decided).cloned().collect()
}

/// The last day on which it can be answered: later the contract has decided.
pub(super) fn last_to_decide(renewal: &Renewal) -> NaiveDate {
    renewal.notice_on.unwrap_or_else(|| words::last_day(renewal.due_on))
}

/// What is typed.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    retainer: Query<Retainer>,
    pub(super) contact: RwSignal<String>,
    pub(super) intro: RwSignal<String>,
    pub(super) lines: RwSignal<String>,
    pub(super) price: RwSignal<String>,
    pub(super) allowance: RwSignal<String>,
    pub(super) last: RwSignal<String>,
    pub(super) valid: RwSignal<String>,
    /// What the only pool counts and brings as it was; none of several.
    pub(super) pool: Option<(Unit, i64)>,
    /// Decimals of the currency.
    digits: u32,
}

impl Draft {
    pub(super) fn of(renewal: &Renewal, reads: Reads, first: &Retainer, today: NaiveDate) -> Self {
        let terms = terms_of(first);
        let digits = fraction_digits(&terms.price.currency);
        let brief = reads.brief.get_untracked();
        let ours = brief.as_ref().map(|brief| brief.lines.as_slice()).unwrap_or_default();
        let ours = ours
            .iter()
            .filter(|line| !line.internal && line.source != BriefSource::Periods)
            .map(|line| line.text.as_str());
        let lines = ours.collect::<Vec<_>>().join("\n");
        let now = terms.price.amount_minor;
        let (mut price, mut pool) = (now, None);
        let mut allowance = String::new();
        if let [only] = terms.pools.as_slice() {
            let of = brief.and_then(|brief| brief.suggestion);
            // It is about these terms, unless others were agreed on since.
            let same = |key: &str, units: i64| key == only.key() && units == only.allowance;
            let of = of.filter(|of| same(&of.pool.key, of.allowance_before));
            let units = of.map_or(only.allowance, |of| of.allowance);
            // As much more or less, before what is taken off.
            if units != only.allowance {
                price = scale(now, units, only.allowance).unwrap_or(now);
            }
            allowance = typed_quantity(only.unit, units, digits);
            pool = Some((only.unit, only.allowance));
        }
        let people = answering(reads.contacts.get_untracked().as_ref());
        let contact = match people.as_slice() {
            [only] => only.id.to_string(),
            _ => String::new(),
        };
        let term = last_to_decide(renewal);
        let valid = today.checked_add_days(VALID).unwrap_or(today).min(term);
        Self {
            retainer: reads.retainer,
            contact: RwSignal::new(contact),
            intro: RwSignal::new(String::new()),
            lines: RwSignal::new(lines),
            price: RwSignal::new(typed_amount(price, digits)),
            allowance: RwSignal::new(allowance),
            last: RwSignal::new(usual_last(renewal)),
            valid: RwSignal::new(valid.to_string()),
            pool,
            digits,
        }
    }

    /// The terms with what is another, if anything is.
    fn terms(self) -> Result<Option<Terms>, Vec<FieldError>> {
        let price = self.price.with_untracked(|text| amount_of(text, self.digits));
        let price = price.ok_or_else(|| FieldError::new(PRICE, "invalid"));
        let units = |unit: Unit| {
            let units =
                self.allowance.with_untracked(|text| read_quantity(unit, text, self.digits));
            units.ok_or_else(|| FieldError::new(ALLOWANCE, "invalid"))
        };
        let units = self.pool.map(|(unit, _)| units(unit)).transpose();
        let (price, units) = match (price, units) {
            (Ok(price), Ok(units)) => (price, units),
            (price, units) => return Err(price.err().into_iter().chain(units.err()).collect()),
        };
        // Read again since, they may be others by now: what is typed is what is offered.
        let Some(retainer) = self.retainer.get_untracked() else { return Ok(None) };
        let agreed = terms_of(&retainer);
        let mut terms = agreed.clone();
        terms.price.amount_minor = price;
        if let (Some(units), [pool]) = (units, terms.pools.as_mut_slice()) {
            pool.allowance = units;
        }
        Ok(Some(terms).filter(|terms| terms != agreed))
    }

    fn valid_until(self) -> Result<NaiveDate, FieldError> {
        match said(self.valid).as_str() {
            "" => Err(FieldError::new("/valid_until", "required")),
            text => text.parse().map_err(|_| FieldError::new("/valid_until", "invalid")),
        }
    }

    /// A sentence a line.
    fn lines(self) -> Vec<ProposalLine> {
        let text = said(self.lines);
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.map(|line| ProposalLine { text: line.to_owned() }).collect()
    }

    pub(super) fn read(self) -> Result<NewProposal, Vec<FieldError>> {
        let contact = said(self.contact).parse::<ContactId>().ok();
        let contact = contact.ok_or_else(|| FieldError::new("/contact_id", "required"));
        let (terms, ends_on) = (self.terms(), first_without(self.last));
        match (contact, terms, ends_on, self.valid_until()) {
            (Ok(contact_id), Ok(terms), Ok(ends_on), Ok(valid_until)) => Ok(NewProposal {
                contact_id,
                intro: Some(said(self.intro)).filter(|text| !text.is_empty()),
                lines: Some(self.lines()),
                terms,
                ends_on,
                valid_until,
            }),
            (contact, terms, ends_on, valid_until) => {
                let mut faults: Vec<FieldError> = contact.err().into_iter().collect();
                faults.extend(terms.err().unwrap_or_default());
                faults.extend(ends_on.err());
                faults.extend(valid_until.err());
                Err(faults)
            }
        }
    }
}
