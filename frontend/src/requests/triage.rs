//! Giving a verdict: the place in the scope, the level, the six verdicts with their effects, what a
//! swap displaces, what a change of scope brings.
// By name: `shared::api` has signals of another kind.
use leptos::prelude::{Signal, *};
use shared::api::*;
use shared::rules::requests::verdicts;

use super::matching::MatchFields;
use super::state::Shown;
use super::trade_off::TradeOff;
use super::verdicts::{OrderFields, VerdictCards, use_verdict_keys};
use super::words;
use crate::format::{BareNumber, Measure, amount_of, fraction_digits, parse_effort};
use crate::ui::{
    Button, Choice, Conflict, Form, FormFaults, Loaded, Panel, Select, TextArea, Variant, toast,
};
use crate::{api, t};

/// What a swap displaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Displaced {
    Item(WorkItemId),
    Priority(PriorityId),
}

/// What is being decided.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    pub(super) form: Form,
    /// `included:LINE`, `excluded:LINE` or `unclear`.
    pub(super) matched: RwSignal<String>,
    pub(super) verdict: RwSignal<Option<RequestVerdict>>,
    pub(super) displaced: RwSignal<Option<Displaced>>,
    /// The name of a level; empty for the proposed one.
    pub(super) level: RwSignal<String>,
    pub(super) level_reason: RwSignal<String>,
    /// The priority that the work serves; empty for none.
    pub(super) priority: RwSignal<String>,
    pub(super) effective: RwSignal<String>,
    pub(super) line: RwSignal<String>,
    pub(super) ends: RwSignal<bool>,
    pub(super) minutes: RwSignal<String>,
    pub(super) fee: RwSignal<String>,
    reason: RwSignal<String>,
}

/// The value that stands for a match.
pub(super) fn match_value(kind: ScopeMatch, line: Option<ScopeLineId>) -> String {
    match (kind, line) {
        (ScopeMatch::Included, Some(line)) => format!("included:{line}"),
        (ScopeMatch::Excluded, Some(line)) => format!("excluded:{line}"),
        _ => "unclear".to_owned(),
    }
}

/// The match that such a value stands for.
fn read_match(value: &str) -> Option<RequestMatchSet> {
    let set = |kind, line: &str| {
        let line_id = Some(line.parse().ok()?);
        Some(RequestMatchSet { kind, line_id })
    };
    match value.split_once(':') {
        Some(("included", line)) => set(ScopeMatch::Included, line),
        Some(("excluded", line)) => set(ScopeMatch::Excluded, line),
        _ if value == "unclear" => {
            Some(RequestMatchSet { kind: ScopeMatch::Unclear, line_id: None })
        }
        _ => None,
    }
}

impl Draft {
    fn of(request: &Request, options: &RequestOptions) -> Self {
        let text = |text: String| RwSignal::new(text);
        let matched = request.scope_match.as_ref().map_or_else(
            || match_value(request.proposed_match.kind, request.proposed_match.line_id),
            |matched| match_value(matched.kind, matched.line_id),
        );
        let typed = request.estimate.map(crate::format::typed_effort).unwrap_or_default();
        Self {
            form: Form::new("triage"),
            matched: text(matched),
            verdict: RwSignal::new(None),
            displaced: RwSignal::new(None),
            level: text(String::new()),
            level_reason: text(String::new()),
            priority: text(String::new()),
            effective: text(options.footing.today.to_string()),
            line: text(request.title.clone()),
            ends: RwSignal::new(true),
            minutes: text(typed),
            fee: text(String::new()),
            reason: text(String::new()),
        }
    }

    /// Whether somebody has begun to decide: then the request may change beside it.
    fn begun(self) -> bool {
        self.verdict.get().is_some() || self.reason.with(|words| !words.trim().is_empty())
    }

    /// Where the request stands towards the scope, as it is being decided.
    pub(super) fn kind(self) -> ScopeMatch {
        self.matched.with(|value| read_match(value)).map_or(ScopeMatch::Unclear, |set| set.kind)
    }

    /// Units that what is displaced frees.
    fn freed(self, options: &RequestOptions) -> Option<i64> {
        let frees = |displaced| match displaced {
            Displaced::Item(id) => {
                options.items.iter().find(|one| one.id == id).map(|one| one.frees)
            }
            Displaced::Priority(id) => {
                options.priorities.iter().find(|one| one.id == id).map(|one| one.frees)
            }
        };
        self.displaced.get().and_then(frees)
    }

    /// What a verdict would do with what is being decided.
    pub(super) fn effect(
        self,
        options: &RequestOptions,
        verdict: RequestVerdict,
    ) -> Option<VerdictEffect> {
        let freed = self.freed(options).filter(|_| verdict == RequestVerdict::Swap);
        verdicts::effect(&options.footing, (verdict, self.kind()), freed).ok()
    }

    /// What is sent, or what is missing before it can be.
    fn read(self, options: &RequestOptions) -> Result<NewRequestTriage, FieldError> {
        let said = |text: RwSignal<String>| {
            Some(text.get_untracked().trim().to_owned()).filter(|text| !text.is_empty())
        };
        let verdict = self.verdict.get_untracked();
        let verdict = verdict.ok_or_else(|| FieldError::new("/verdict", "required"))?;
        let change = match verdict {
            RequestVerdict::ChangeOrder => Some(self.order(options)?),
            _ => None,
        };
        let displaced = self.displaced.get_untracked();
        let displaced = displaced.filter(|_| verdict == RequestVerdict::Swap);
        let level = self
            .level
            .with_untracked(|place| ProcessLevel::ALL.get(place.parse::<usize>().ok()?).copied());
        let level = level.filter(|_| verdict.accepts());
        let served = self.priority.with_untracked(|id| id.parse().ok());
        let served = served.filter(|_| verdict.accepts());
        Ok(NewRequestTriage {
            verdict,
            reason: said(self.reason),
            scope_match: self.matched.with_untracked(|value| read_match(value)),
            displaces_item_id: match displaced {
                Some(Displaced::Item(id)) => Some(id),
                _ => None,
            },
            displaces_priority_id: match displaced {
                Some(Displaced::Priority(id)) => Some(id),
                _ => None,
            },
            priority_id: served,
            level,
            level_reason: level.and_then(|_| said(self.level_reason)),
            change,
        })
    }

    fn order(self, options: &RequestOptions) -> Result<ChangeOrder, FieldError> {
        let fault = |field: &str| FieldError::new(field, "out_of_range");
        let digits = fraction_digits(&options.currency);
        let minutes = self.minutes.with_untracked(|text| match text.trim() {
            "" => Ok(None),
            text => parse_effort(text, BareNumber::Hours).map(Some).ok_or(()),
        });
        let fee = self.fee.with_untracked(|text| match text.trim() {
            "" => Ok(None),
            text => amount_of(text, digits).map(Some).ok_or(()),
        });
        let day = self.effective.with_untracked(|day| day.parse());
        Ok(ChangeOrder {
            effective_on: day.map_err(|_| FieldError::new("/change/effective_on", "required"))?,
            line: Some(self.line.get_untracked()).filter(|line| !line.trim().is_empty()),
            ends_exclusion: self.ends.get_untracked()
                && untrack(|| self.kind()) == ScopeMatch::Excluded,
            minutes: minutes.map_err(|()| fault("/change/minutes"))?,
            fee_minor: fee.map_err(|()| fault("/change/fee_minor"))?,
        })
    }
}

#[component]
pub(super) fn Triage(shown: Shown, again: RwSignal<bool>) -> impl IntoView {
    // What is typed stays when the same request is read again, and when somebody else was first:
    // then the reader sees what they did beside it. So it outlives a redraw.
    let version = Memo::new(move |_| shown.options.with(|one| one.map(|one| one.version)));
    let owner = StoredValue::new(Owner::current());
    let typed = StoredValue::new(None::<Draft>);
    let draft = move |request: &Request, options: &RequestOptions| {
        let kept =
            typed.get_value().filter(|draft| untrack(|| draft.form.stale() || draft.begun()));
        let draft = kept.unwrap_or_else(|| {
            owner.with_value(|owner| match owner {
                Some(owner) => owner.with(|| Draft::of(request, options)),
                None => Draft::of(request, options),
            })
        });
        typed.set_value(Some(draft));
        draft
    };
    view! {
        <Loaded of=shown.options.standing() rows=8>
            {move || {
                version.track();
                let both = shown.request.get_untracked().zip(shown.options.get_untracked());
                both.map(|(request, options)| {
                    let draft = draft(&request, &options);
                    view! { <Fill shown again draft request options /> }
                })
            }}
        </Loaded>
    }
}

#[component]
fn Fill(
    shown: Shown,
    again: RwSignal<bool>,
    draft: Draft,
    request: Request,
    options: RequestOptions,
) -> impl IntoView {
    let form = draft.form;
    // The version that was read, or that the reader has seen since.
    let version = RwSignal::new(options.version);
    let repeated = request.triage.is_some();
    let options = StoredValue::new(options);
    let send = move || {
        let body = match options.with_value(|options| draft.read(options)) {
            Ok(body) => body,
            Err(fault) => return form.refuse(vec![fault]),
        };
        // What was read again since, as after an edit of one's own, stands on the page.
        let read = shown.options.get_untracked().map_or(0, |one| one.version);
        let (id, seen) = (shown.id, version.get_untracked().max(read));
        let work = async move |body: NewRequestTriage| api::triage_request(id, seen, &body).await;
        form.send(body, work, move |answer: Request| {
            again.try_set(false);
            shown.answered(answer);
            toast(t!(requests.decided));
        });
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send();
    };
    let save = Callback::new(move |()| {
        let now = shown.request.get_untracked().map(|one| one.version);
        now.iter().for_each(|now| version.set(*now));
        send();
    });
    if shown.may {
        use_verdict_keys(draft, options);
    }
    let needed = move || {
        let verdict = draft.verdict.get();
        verdict.is_some_and(|verdict| repeated || verdict.needs_reason(draft.kind()))
    };
    let hint = Signal::derive(move || match needed() {
        true => t!(requests.reason_needed).to_owned(),
        false => t!(common.optional).to_owned(),
    });
    let order = move || draft.verdict.get() == Some(RequestVerdict::ChangeOrder);
    let reason = (!shown.may).then(|| t!(requests.needs_role).to_owned());
    // A fault that no field of this form shows by itself.
    let loose = move || {
        ["/verdict", "/displaces_item_id", "/displaces_priority_id", "/change"]
            .iter()
            .find_map(|at| form.fault(at))
            .map(|words| view! { <p class="note note-bad" role="alert">{words}</p> })
    };
    view! {
        <Panel title=t!(requests.triage)>
            <form class="form panel-body" novalidate=true on:submit=submit>
                <Unestimated shown options />
                <Price options />
                <Beside options />
                <MatchFields shown draft request=request.clone() />
                <Served draft options />
                <VerdictCards draft options keys=shown.may />
                <TradeOff draft options />
                <Show when=order>
                    <OrderFields draft />
                </Show>
                <TextArea form at="/reason" label=t!(requests.reason) hint rows=2 value=draft.reason />
                {loose}
                <FormFaults form />
                <Theirs shown again form save />
                <p class="form-actions">
                    <Button
                        submit=true
                        variant=Variant::Primary
                        busy=form.busy()
                        reason
                    >
                        {t!(requests.decide)}
                    </Button>
                </p>
            </form>
        </Panel>
    }
}

/// Without an estimate nobody can say what most verdicts would do: it is asked for first.
#[component]
fn Unestimated(shown: Shown, options: StoredValue<RequestOptions>) -> impl IntoView {
    let none = options.with_value(|one| {
        one.footing.estimate.is_none() && one.pool.is_some() && !one.footing.by_price
    });
    let waits = shown.request.with(|one| one.is_some_and(|one| one.triage.is_none()));
    (none && waits && shown.works).then(|| {
        let press = Callback::new(move |()| shown.editing.set(true));
        view! {
            <p class="note note-warn flex flex-wrap items-center gap-2">
                {t!(errors.field_estimate_needed)}
                <Button small=true icon=icondata::LuPencil on_press=press>
                    {t!(board.estimate)}
                </Button>
            </p>
        }
    })
}

/// What the request costs in a pool that counts things; that nobody can say where its kind names no
/// item of the price list.
#[component]
fn Price(options: StoredValue<RequestOptions>) -> impl IntoView {
    options.with_value(|options| {
        let pool = options.pool.as_ref().filter(|_| options.footing.by_price)?;
        Some(match options.footing.estimate {
            Some(units) => {
                let units = Measure::of(pool).say(units);
                view! { <p class="note">{t!(requests.costs, units = units)}</p> }.into_any()
            }
            None => {
                view! { <p class="note note-warn">{t!(errors.field_price_needed)}</p> }.into_any()
            }
        })
    })
}

/// What its estimate takes of the pool of time, where its effects are told in another unit.
#[component]
fn Beside(options: StoredValue<RequestOptions>) -> impl IntoView {
    options.with_value(|options| {
        let beside = options.beside.as_ref()?;
        let measure = Measure::of(&beside.pool);
        let (units, free) = (measure.say(beside.units), measure.say(beside.free));
        let words = t!(requests.takes_beside, units = units, free = free);
        let next = beside.free_next.map(|free| t!(requests.free_next, free = measure.say(free)));
        let class = if beside.units > beside.free { "note note-warn" } else { "note" };
        Some(view! { <p class=class>{words} {next.map(|words| format!(" {words}"))}</p> })
    })
}

/// The priority of this cycle that the work would serve.
#[component]
fn Served(draft: Draft, options: StoredValue<RequestOptions>) -> impl IntoView {
    let choices = options.with_value(|options| {
        let choice =
            |one: &DisplaceablePriority| Choice::new(one.id.to_string(), one.title.clone());
        let mut ranked: Vec<&DisplaceablePriority> = options.priorities.iter().collect();
        ranked.sort_by_key(|one| one.rank);
        ranked.into_iter().map(choice).collect::<Vec<_>>()
    });
    (!choices.is_empty()).then(|| {
        view! {
            <Select
                form=draft.form
                at="/priority_id"
                label=t!(requests.priority)
                value=draft.priority
                choices
                nothing=t!(common.nothing)
                optional=true
            />
        }
    })
}

/// What somebody else made of the request meanwhile. Who decides over it decides anew.
#[component]
fn Theirs(shown: Shown, again: RwSignal<bool>, form: Form, save: Callback<()>) -> impl IntoView {
    let theirs =
        Signal::derive(move || shown.request.with(|one| one.map(words::told).unwrap_or_default()));
    let refresh = Callback::new(move |()| {
        // It stays open, though the request may have a verdict now.
        again.try_set(true);
        shown.request.refetch();
        shown.options.refetch();
    });
    view! { <Conflict form theirs refresh again=save /> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_match_is_read_back_from_its_value() {
        let line: ScopeLineId = "0193a5b0-0000-7000-8000-000000000000".parse().unwrap();
        for (kind, line) in [
            (ScopeMatch::Included, Some(line)),
            (ScopeMatch::Excluded, Some(line)),
            (ScopeMatch::Unclear, None),
        ] {
            let set = read_match(&match_value(kind, line));
            assert_eq!(set, Some(RequestMatchSet { kind, line_id: line }));
        }
        assert_eq!(read_match(""), None);
    }
}
