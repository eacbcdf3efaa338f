//! The three steps of a renewal, each with what shows that it was taken. Source: requirement S2-20.
use leptos::prelude::*;
use shared::api::{BriefSection, Proposal, Renewal, RenewalBrief, RenewalStep, RenewalUpdate};

use super::proposal_mail::arrived;
use super::words;
use crate::format::{date, day_in_zone};
use crate::query::{Query, use_query, use_query_when};
use crate::session::{manages, use_me, use_today};
use crate::ui::{Form, FormFaults, keep_on};
use crate::{api, t, tn};

/// What shows that a step was taken.
#[derive(Clone, Copy)]
struct Evidence {
    brief: Query<RenewalBrief>,
    proposals: Query<shared::api::Proposals>,
}

impl Evidence {
    fn of(self, step: RenewalStep) -> String {
        match step {
            RenewalStep::Delivered => self.sentences(|section| {
                matches!(section, BriefSection::Used | BriefSection::Delivered)
            }),
            RenewalStep::Outcomes => self.sentences(|section| {
                matches!(section, BriefSection::Outcomes | BriefSection::Decided)
            }),
            RenewalStep::Present => self.proposals.with(|all| {
                let newest = all.and_then(|all| all.items.first());
                newest.map_or_else(|| t!(renewals.step_none).to_owned(), presented)
            }),
        }
    }

    /// How many sentences were put together.
    fn sentences(self, of: fn(BriefSection) -> bool) -> String {
        self.brief.with(|brief| {
            let Some(brief) = brief else { return t!(renewals.step_none).to_owned() };
            let n = brief.lines.iter().filter(|line| of(line.section)).count();
            let n = i64::try_from(n).unwrap_or(i64::MAX);
            tn!(n, renewals.step_lines_one, renewals.step_lines_other)
        })
    }
}

/// How far the client has come with a proposal.
fn presented(of: &Proposal) -> String {
    let (state, ..) = words::proposal_state(of);
    let seen = match (of.seen_at, arrived(of)) {
        (Some(_), _) => Some(t!(renewals.step_seen)),
        (None, true) => Some(t!(proposals.mail_sent)),
        (None, false) => None,
    };
    let parts = [Some(t!(proposals.one, n = of.offer.number)), Some(state.to_owned())];
    let parts = parts.into_iter().flatten().chain(seen.map(str::to_owned));
    parts.collect::<Vec<_>>().join(" · ")
}

fn step_words(step: RenewalStep) -> &'static str {
    match step {
        RenewalStep::Delivered => t!(renewals.step_delivered),
        RenewalStep::Outcomes => t!(renewals.step_outcomes),
        RenewalStep::Present => t!(renewals.step_present),
    }
}

/// A tick for each, with who ticked it and what shows it.
#[component]
pub(super) fn Steps(renewal: Renewal) -> impl IntoView {
    let (id, version, has) = (renewal.id, renewal.version, renewal.has_brief);
    let evidence = Evidence {
        brief: use_query_when(move || has.then(|| api::renewal_brief(id))),
        proposals: use_query(move || api::proposals(id)),
    };
    let form = Form::new("renewal-steps");
    let zone = use_me().with_untracked(|me| me.organisation.timezone.clone());
    let today = use_today().get_untracked();
    let may = use_me().with_untracked(|me| manages(me.role)) && renewal.outcome.is_none();
    let done: Vec<RenewalStep> = renewal.steps.iter().map(|one| one.step).collect();
    let tick = move |step: RenewalStep, field: String, on: bool| {
        let kept = done.iter().copied().filter(|one| *one != step);
        let steps_done = Some(kept.chain(on.then_some(step)).collect());
        let body = RenewalUpdate { steps_done, ..RenewalUpdate::default() };
        let work = async move { api::change_renewal(id, version, &body).await };
        form.run(work, move |_: Renewal| {
            words::renewed();
            // The panel is drawn anew.
            keep_on(field);
        });
    };
    let row = |step: RenewalStep| {
        let told = renewal.steps.iter().find(|one| one.step == step);
        let who = told.map(|one| {
            let on = date(day_in_zone(one.done_at, &zone), today);
            t!(renewals.step_by, by = one.done_by_name.as_str(), on = on)
        });
        let field = format!("renewal-step-{}", step.name());
        let (tick, name) = (tick.clone(), field.clone());
        view! {
            <div>
                <label class="know-tick">
                    <input
                        type="checkbox"
                        class="checkbox"
                        id=field
                        disabled=!may
                        prop:checked=told.is_some()
                        on:change=move |event| {
                            tick(step, name.clone(), event_target_checked(&event));
                        }
                    />
                    {step_words(step)}
                </label>
                <p class="text-muted">{move || evidence.of(step)}</p>
                {who.map(|who| view! { <p class="text-muted">{who}</p> })}
            </div>
        }
    };
    let rows = RenewalStep::ALL.iter().copied().map(row).collect_view();
    view! {
        <section class="stack">
            <h3 class="know-part">{t!(renewals.steps)}</h3>
            <div class="stack" role="group" aria-label=t!(renewals.steps)>{rows}</div>
            <FormFaults form />
        </section>
    }
}
