//! What is to be when a term of a retainer ends, as it is typed in.
use leptos::prelude::*;
use shared::api::{EndRule, FieldError, MemberId, RenewalRule, RenewalRuleSet, RetainerId};

use super::forms::said;
use super::people::people;
use super::words;
use crate::query::Query;
use crate::ui::{Conflict, Form, FormActions, FormFaults, OneOf, Select, TextInput, toast};
use crate::{api, t};

#[derive(Clone, Copy)]
struct Draft {
    /// The place in `EndRule::ALL`.
    rule: RwSignal<usize>,
    term_cycles: RwSignal<String>,
    notice_days: RwSignal<String>,
    lead_days: RwSignal<String>,
    owner: RwSignal<String>,
}

fn number(at: &str, text: RwSignal<String>) -> Result<u32, FieldError> {
    said(text).parse::<u32>().map_err(|_| FieldError::new(at, "invalid"))
}

impl Draft {
    fn of(set: &RenewalRuleSet) -> Self {
        let place = EndRule::ALL.iter().position(|one| *one == set.end_rule);
        let owner = set.owner_id.map(|id| id.to_string()).unwrap_or_default();
        Self {
            rule: RwSignal::new(place.unwrap_or_default()),
            term_cycles: RwSignal::new(set.term_cycles.to_string()),
            notice_days: RwSignal::new(set.notice_days.to_string()),
            lead_days: RwSignal::new(set.lead_days.to_string()),
            owner: RwSignal::new(owner),
        }
    }

    /// It renews itself: then notice can be given.
    fn tacit(self) -> bool {
        EndRule::ALL.get(self.rule.get()) == Some(&EndRule::Tacit)
    }

    fn read(self) -> Result<RenewalRuleSet, Vec<FieldError>> {
        let rule = EndRule::ALL.get(self.rule.get_untracked());
        let end_rule = rule.copied().unwrap_or(EndRule::Continue);
        // What is not asked is not said.
        let notice = match end_rule {
            EndRule::Tacit => number("/notice_days", self.notice_days),
            EndRule::Stop | EndRule::Continue => Ok(0),
        };
        let cycles = number("/term_cycles", self.term_cycles);
        match (cycles, notice, number("/lead_days", self.lead_days)) {
            (Ok(term_cycles), Ok(notice_days), Ok(lead_days)) => Ok(RenewalRuleSet {
                end_rule,
                term_cycles,
                notice_days,
                lead_days,
                owner_id: said(self.owner).parse::<MemberId>().ok(),
            }),
            (cycles, notice, lead) => {
                Err([cycles.err(), notice.err(), lead.err()].into_iter().flatten().collect())
            }
        }
    }
}

#[component]
pub(super) fn RuleForm(
    id: RetainerId,
    kept: Query<RenewalRule>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let Some(first) = kept.get_untracked() else { return ().into_any() };
    let form = Form::new("renewal-rule");
    let version = StoredValue::new(first.version);
    let draft = Draft::of(&first.rule);
    let send = move || {
        let body = match draft.read() {
            Ok(body) => body,
            Err(faults) => return form.refuse(faults),
        };
        let seen = version.get_value();
        let work = async move |body: RenewalRuleSet| api::set_renewal_rule(id, seen, &body).await;
        form.send(body, work, move |_: RenewalRule| {
            open.try_set(false);
            words::renewed();
            toast(t!(common.saved));
        });
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send();
    };
    let theirs = Signal::derive(move || {
        let Some(now) = kept.get() else { return Vec::new() };
        vec![
            (t!(renewals.end_rule), words::end_rule(now.rule.end_rule).to_owned()),
            (t!(renewals.term_cycles), now.rule.term_cycles.to_string()),
            (t!(renewals.notice_days), now.rule.notice_days.to_string()),
            (t!(renewals.lead_days), now.rule.lead_days.to_string()),
            (t!(renewals.owner), now.owner_name.clone().unwrap_or_default()),
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
        <form class="form" novalidate=true on:submit=submit>
            <Fields form draft />
            <FormFaults form />
            <Conflict form theirs refresh again />
            <FormActions form open verb=t!(common.save) />
        </form>
    }
    .into_any()
}

#[component]
fn Fields(form: Form, draft: Draft) -> impl IntoView {
    let rule = draft.rule;
    let labels = EndRule::ALL.iter().map(|one| words::end_rule(*one)).collect::<Vec<_>>();
    view! {
        <OneOf
            form
            at="/end_rule"
            label=t!(renewals.end_rule)
            labels
            chosen=rule.into()
            pick=Callback::new(move |place| rule.set(place))
        />
        <div class="form-pair">
            <TextInput
                form
                at="/term_cycles"
                label=t!(renewals.term_cycles)
                inputmode="numeric"
                value=draft.term_cycles
            />
            <Show when=move || draft.tacit()>
                <TextInput
                    form
                    at="/notice_days"
                    label=t!(renewals.notice_days)
                    hint=t!(renewals.notice_days_hint)
                    inputmode="numeric"
                    value=draft.notice_days
                />
            </Show>
        </div>
        <div class="form-pair">
            <TextInput
                form
                at="/lead_days"
                label=t!(renewals.lead_days)
                hint=t!(renewals.lead_days_hint)
                inputmode="numeric"
                value=draft.lead_days
            />
            <Select
                form
                at="/owner_id"
                label=t!(renewals.owner)
                value=draft.owner
                choices=people()
                nothing=t!(renewals.account_owner)
                optional=true
            />
        </div>
    }
}
