//! Faults of the system, blockers that come back, and what memory or one person carried. No names.
//! Source: requirements S0-42, S3-24, S3-33, S3-36, S3-37.
use leptos::prelude::*;
use shared::api::{LoadFault, Observed, PoolCycle, ReviewBlocker, ReviewLoad, ReviewRoom};

use super::guides::WorkList;
use super::room::board_of;
use super::words;
use crate::format::{Measure, count, effort, list, pool_name};
use crate::ui::{Badge, Panel, Tone};
use crate::{t, tn};

#[component]
pub(super) fn System(now: ReviewRoom) -> impl IntoView {
    let board = board_of(&now.review);
    let observed = now.observed;
    let faults = faults(&observed);
    let Observed { blockers, informal, .. } = observed;
    let nothing = faults.is_empty() && blockers.is_empty() && informal.is_empty();
    (!nothing).then(|| {
        view! {
            <Panel title=t!(reviews.system)>
                {faults.into_iter().map(|line| view! {
                    <p class="panel-body know-guide">{line}</p>
                }).collect_view()}
                {(!blockers.is_empty()).then(|| view! { <Blockers blockers /> })}
                {(!informal.is_empty()).then(|| view! {
                    <section class="know-section">
                        <h3 class="know-part">{t!(reviews.informal)}</h3>
                        <div class="panel-body"><WorkList work=informal board /></div>
                    </section>
                })}
            </Panel>
        }
    })
}

fn faults(observed: &Observed) -> Vec<String> {
    let load: &ReviewLoad = &observed.load;
    let told = |fault: &LoadFault| match fault {
        LoadFault::MoreWorkThanTime => {
            let left = effort(load.left.unwrap_or(0).max(0));
            t!(reviews.load_work, needed = effort(load.needed), left = left)
        }
        LoadFault::ApprovalsWait => {
            tn!(load.waiting, reviews.load_wait_one, reviews.load_wait_other)
        }
        LoadFault::NoAuthority => {
            tn!(load.undecidable, reviews.load_right_one, reviews.load_right_other)
        }
        LoadFault::OverServiced => {
            let given = |of: &PoolCycle| {
                let given = of.servicing.map_or(0, |servicing| servicing.given);
                format!("{}: {}", pool_name(&of.pool), Measure::of(&of.pool).say(given))
            };
            let pools: Vec<String> = load.over_serviced.iter().map(given).collect();
            t!(reviews.load_given, pools = list(&pools))
        }
    };
    let mut lines: Vec<String> = load.faults.iter().map(told).collect();
    if observed.reopened + observed.duplicates > 0 {
        let (n, m) = (count(observed.reopened), count(observed.duplicates));
        lines.push(t!(reviews.debated, n = n, m = m));
    }
    if observed.duplicate_work > 0 {
        lines.push(t!(reviews.work_twice, n = count(observed.duplicate_work)));
    }
    lines
}

#[component]
fn Blockers(blockers: Vec<ReviewBlocker>) -> impl IntoView {
    let row = |one: ReviewBlocker| {
        let periods: Vec<String> = one.periods.iter().map(|n| count(*n)).collect();
        let again = one.recurring.then(|| {
            view! {
                <Badge tone=Tone::Warn icon=icondata::LuRotateCcw>{t!(reviews.recurring)}</Badge>
            }
        });
        view! {
            <li class="know-row">
                <p class="know-row-head">
                    <span>{words::blocker(one.kind)}</span>
                    <span class="num text-muted">{periods.join(" → ")}</span>
                    {again}
                </p>
            </li>
        }
    };
    view! {
        <section class="know-section">
            <h3 class="know-part">{t!(reviews.blockers)}</h3>
            <ul class="panel-rows">{blockers.into_iter().map(row).collect_view()}</ul>
        </section>
    }
}
