//! That a retainer goes on, until when and at which price; and what came of a renewal.
use chrono::{Months, NaiveDate};
use leptos::prelude::*;
use shared::api::{
    EndRule, FieldError, Money, Renewal, RenewalOutcome, RenewalWon, Retainer, Terms,
};

use super::forms::{Why, WhyFields, first_without, no_reason};
use super::words;
use crate::format::{amount_of, date, day_in_zone, fraction_digits, money_short, typed_amount};
use crate::query::{Query, use_query};
use crate::session::{use_me, use_today};
use crate::ui::{Form, FormActions, FormFaults, Loaded, OneOf, TextInput, toast};
use crate::{api, t};

/// Where the price stands in the body.
pub(super) const PRICE: &str = "/terms/price/amount_minor";
/// A term that nobody has named is a year.
const USUAL: Months = Months::new(12);

/// The last day of the next term as it stands in a field: a year on where the retainer ends by its
/// contract, else nothing, without an end.
pub(super) fn usual_last(renewal: &Renewal) -> String {
    let next = renewal.due_on.checked_add_months(USUAL);
    let next = next.filter(|_| renewal.end_rule == EndRule::Stop);
    next.map(|next| words::last_day(next).to_string()).unwrap_or_default()
}

#[component]
pub(super) fn WinForm(renewal: Renewal, open: RwSignal<bool>) -> impl IntoView {
    let id = renewal.retainer_id;
    let retainer = use_query(move || api::retainer(id));
    let renewal = StoredValue::new(renewal);
    view! {
        <Loaded of=retainer.standing() rows=6>
            {move || {
                let first = retainer.get_untracked()?;
                Some(view! { <WinFields renewal=renewal.get_value() retainer first open /> })
            }}
        </Loaded>
    }
}

/// The terms that the next term would have if nothing else is agreed.
pub(super) fn terms_of(retainer: &Retainer) -> &Terms {
    &retainer.next_terms.as_ref().unwrap_or(&retainer.terms).terms
}

/// What is typed.
#[derive(Clone, Copy)]
struct Draft {
    retainer: Query<Retainer>,
    /// It ends by its contract: then an end is named, or that there is none.
    stops: bool,
    /// 1 without an end.
    until: RwSignal<usize>,
    last: RwSignal<String>,
    price: RwSignal<String>,
    /// The price as it was.
    price_minor: i64,
    /// Decimals of the currency.
    digits: u32,
    why: Why,
}

impl Draft {
    fn of(renewal: &Renewal, retainer: Query<Retainer>, first: &Retainer) -> Self {
        let price = &terms_of(first).price;
        let digits = fraction_digits(&price.currency);
        Self {
            retainer,
            stops: renewal.end_rule == EndRule::Stop,
            until: RwSignal::new(0),
            last: RwSignal::new(usual_last(renewal)),
            price: RwSignal::new(typed_amount(price.amount_minor, digits)),
            price_minor: price.amount_minor,
            digits,
            why: Why::default(),
        }
    }

    fn ends_on(self) -> Result<Option<NaiveDate>, FieldError> {
        if self.stops && self.until.get_untracked() == 1 {
            return Ok(None);
        }
        match first_without(self.last)? {
            None if self.stops => Err(FieldError::new("/ends_on", "required")),
            day => Ok(day),
        }
    }

    /// The terms with another price, if it is another.
    fn terms(self) -> Result<Option<Terms>, FieldError> {
        let price = self.price.with_untracked(|text| amount_of(text, self.digits));
        let amount_minor = price.ok_or_else(|| FieldError::new(PRICE, "invalid"))?;
        if amount_minor == self.price_minor {
            return Ok(None);
        }
        // Read again since, they may be others by now.
        Ok(self.retainer.get_untracked().map(|retainer| {
            let mut terms = terms_of(&retainer).clone();
            terms.price.amount_minor = amount_minor;
            terms
        }))
    }

    fn read(self) -> Result<RenewalWon, Vec<FieldError>> {
        let reason = self.why.reason().ok_or_else(no_reason);
        match (self.ends_on(), self.terms(), reason) {
            (Ok(ends_on), Ok(terms), Ok(reason)) => {
                Ok(RenewalWon { ends_on, terms, reason, note: self.why.note() })
            }
            (ends_on, terms, reason) => {
                let faults = [ends_on.err(), terms.err(), reason.err()];
                Err(faults.into_iter().flatten().collect())
            }
        }
    }
}

#[component]
fn WinFields(
    renewal: Renewal,
    retainer: Query<Retainer>,
    first: Retainer,
    open: RwSignal<bool>,
) -> impl IntoView {
    let form = Form::new("win");
    let today = use_today().get_untracked();
    let draft = Draft::of(&renewal, retainer, &first);
    let id = renewal.id;
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = match draft.read() {
            Ok(body) => body,
            Err(faults) => return form.refuse(faults),
        };
        let work = async move |body: RenewalWon| api::win_renewal(id, &body).await;
        form.send(body, work, move |_: Renewal| {
            open.try_set(false);
            words::renewed();
            toast(t!(renewals.win_done));
        });
    };
    let day = date(words::last_day(renewal.due_on), today);
    let currency = terms_of(&first).price.currency.clone();
    let (about, end_hint) = match draft.stops {
        true => (t!(renewals.win_stops, day = day), t!(renewals.end_hint, day = day)),
        false => (t!(renewals.win_goes_on).to_owned(), t!(renewals.end_stays).to_owned()),
    };
    let optional = !draft.stops;
    let until = draft.until;
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <p class="text-soft">{about}</p>
            <div class="form-pair">
                {draft.stops.then(|| view! {
                    <OneOf
                        form
                        at="/until"
                        label=t!(renewals.until)
                        labels=vec![t!(renewals.until_day), t!(renewals.until_open)]
                        chosen=until.into()
                        pick=Callback::new(move |place| until.set(place))
                    />
                })}
                <Show when=move || until.get() == 0>
                    <TextInput
                        form
                        at="/ends_on"
                        label=t!(renewals.last_day)
                        hint=end_hint.clone()
                        kind="date"
                        value=draft.last
                        optional
                    />
                </Show>
            </div>
            <TextInput
                form
                at=PRICE
                label=t!(renewals.price, currency = currency)
                hint=t!(renewals.price_hint)
                inputmode="decimal"
                value=draft.price
            />
            <WhyFields form why=draft.why />
            <FormFaults form />
            <FormActions form open verb=t!(renewals.win_save) />
        </form>
    }
}

/// What came of it, by whom and why.
#[component]
pub(super) fn Decided(
    outcome: RenewalOutcome,
    /// As it was.
    mrr: Money,
) -> impl IntoView {
    let today = use_today().get_untracked();
    let zone = use_me().with_untracked(|me| me.organisation.timezone.clone());
    let on = date(day_in_zone(outcome.decided_at, &zone), today);
    let by = match &outcome.decided_by_name {
        Some(by) => t!(renewals.decided_by, on = on, by = by.as_str()),
        None => t!(renewals.decided_itself, on = on),
    };
    let change = outcome.change.map(|change| {
        let now = Money { amount_minor: outcome.mrr_minor, currency: mrr.currency };
        format!("{} · {}", words::change(change), money_short(&now))
    });
    let end = outcome.ends_on.map(|on| date(words::last_day(on), today));
    let end = end.or_else(|| change.is_some().then(|| t!(renewals.until_open).to_owned()));
    let terms = outcome.terms.is_some().then(|| match outcome.terms_from {
        Some(from) => t!(renewals.terms_from, day = date(from, today)),
        None => t!(renewals.terms_wait).to_owned(),
    });
    let fact = |label: &'static str, value: String| {
        view! {
            <dt>{label}</dt>
            <dd class="num">{value}</dd>
        }
    };
    view! {
        <section>
            <h3 class="know-part">{t!(renewals.outcome)}</h3>
            <dl class="facts">
                {change.map(|words| fact(t!(renewals.mrr_then), words))}
                {end.map(|words| fact(t!(renewals.last_day), words))}
                {terms.map(|words| fact(t!(renewals.next_terms), words))}
                {fact(t!(renewals.reason), words::reason(outcome.reason).to_owned())}
                {outcome.note.clone().map(|note| fact(t!(common.note), note))}
            </dl>
            <p class="text-muted">{by}</p>
        </section>
    }
}
