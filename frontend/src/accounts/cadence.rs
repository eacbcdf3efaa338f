//! How often a client is checked in with: one line among its facts, and the form behind it.
use leptos::prelude::*;
use shared::api::{AccountCadence, AccountId, CadenceRule, CadenceSet, FieldError};

use super::list::may_manage;
use crate::{
    api,
    format::date,
    query::{Query, use_query},
    session::use_today,
    t, tn,
    ui::{Button, Conflict, Dialog, Form, FormActions, FormFaults, OneOf, TextInput, toast},
};

/// The days that are offered where nobody said any.
const DAYS_OFFERED: i64 = 14;

/// How often, and when next. Nothing while it is not known.
#[component]
pub(super) fn CadenceFact(id: AccountId) -> impl IntoView {
    let today = use_today();
    let cadence = use_query(move || api::account_cadence(id));
    let editing = RwSignal::new(false);
    let reason = may_manage();
    let open = Callback::new(move |()| editing.set(true));
    let words = move || {
        cadence.with(|cadence| {
            let cadence = cadence?;
            let Some(every) = cadence.every_days else {
                return Some(t!(accounts.cadence_never).to_owned());
            };
            let often = every_words(every);
            Some(match (cadence.task_id, cadence.next_on) {
                (Some(_), _) => t!(accounts.cadence_open, often = often),
                (None, Some(on)) => {
                    let day = date(on, today.get());
                    t!(accounts.cadence_next, often = often, day = day)
                }
                (None, None) => often,
            })
        })
    };
    let known = Memo::new(move |_| cadence.with(|cadence| cadence.is_some()));
    move || {
        known.get().then(|| {
            view! {
                <div class="fact">
                    <dt>{t!(accounts.cadence)}</dt>
                    <dd>
                        <span class="num">{words}</span>
                        " "
                        <Button small=true reason on_press=open>
                            {t!(accounts.cadence_change)}
                        </Button>
                        <Dialog open=editing title=t!(accounts.cadence)>
                            <CadenceForm id open=editing cadence />
                        </Dialog>
                    </dd>
                </div>
            }
        })
    }
}

fn every_words(days: i64) -> String {
    tn!(days, accounts.cadence_every_one, accounts.cadence_every_other)
}

fn rule_words(rule: CadenceRule) -> &'static str {
    match rule {
        CadenceRule::Days => t!(accounts.cadence_days),
        CadenceRule::Usual => t!(accounts.cadence_usual),
        CadenceRule::Never => t!(accounts.cadence_never),
    }
}

#[component]
fn CadenceForm(
    id: AccountId,
    open: RwSignal<bool>,
    cadence: Query<AccountCadence>,
) -> impl IntoView {
    let Some(first) = cadence.get_untracked() else { return ().into_any() };
    let form = Form::new("cadence");
    let version = StoredValue::new(first.version);
    let place = CadenceRule::ALL.iter().position(|one| *one == first.set.rule);
    let rule = RwSignal::new(place.unwrap_or_default());
    let days = first.set.days.or(first.every_days).unwrap_or(DAYS_OFFERED);
    let days = RwSignal::new(days.to_string());
    let send = move || {
        let number = days.with_untracked(|text| text.trim().parse::<i64>().ok());
        let rule = of_place(rule.get_untracked());
        if rule == CadenceRule::Days && number.is_none() {
            return form.refuse(vec![FieldError::new("/days", "invalid")]);
        }
        let body = CadenceSet { rule, days: number.filter(|_| rule == CadenceRule::Days) };
        let seen = version.get_value();
        let work = async move |body: CadenceSet| api::set_account_cadence(id, seen, &body).await;
        form.send(body, work, move |now: AccountCadence| {
            cadence.set(now);
            open.try_set(false);
            toast(t!(common.saved));
        });
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send();
    };
    let theirs = Signal::derive(move || {
        cadence.with(|cadence| {
            let Some(cadence) = cadence else { return Vec::new() };
            vec![(t!(accounts.cadence), rule_words(cadence.set.rule).to_owned())]
        })
    });
    let refresh = Callback::new(move |()| cadence.refetch());
    let again = Callback::new(move |()| {
        if let Some(now) = cadence.get_untracked() {
            version.set_value(now.version);
        }
        send();
    });
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <Fields form rule days />
            <FormFaults form />
            <Conflict form theirs refresh again />
            <FormActions form open verb=t!(common.save) />
        </form>
    }
    .into_any()
}

/// The rule at a place of the list.
fn of_place(place: usize) -> CadenceRule {
    CadenceRule::ALL.get(place).copied().unwrap_or(CadenceRule::Usual)
}

#[component]
fn Fields(form: Form, rule: RwSignal<usize>, days: RwSignal<String>) -> impl IntoView {
    let labels = CadenceRule::ALL.iter().map(|one| rule_words(*one)).collect::<Vec<_>>();
    view! {
        <OneOf
            form
            at="/rule"
            label=t!(accounts.cadence_rule)
            hint=t!(accounts.cadence_about)
            labels
            chosen=Signal::derive(move || rule.get())
            pick=Callback::new(move |place| rule.set(place))
        />
        <Show when=move || of_place(rule.get()) == CadenceRule::Days>
            <TextInput
                form
                at="/days"
                label=t!(accounts.cadence_number)
                value=days
                inputmode="numeric"
            />
        </Show>
    }
}
