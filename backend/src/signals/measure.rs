//! What a signal reads, from what was counted. Source: requirements S3-15 to S3-19, S0-37, S0-38.
use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use shared::api::{LeadFit, PriorityId, SignalKind, SignalPart, WorkColumn};
use shared::rules::know;
use shared::rules::reviews::guides::many_rounds;
use shared::rules::reviews::readings::{self, Share, Spent};
use shared::rules::zone;

use super::counts::{self, EffortRow, Place, PriorityRow, Window, WorkRow};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::text::fold;

/// A handoff is in time if it is accepted within so many days.
const HANDOFF_DAYS: i64 = 2;
/// The most parts that a reading is told with.
const PARTS_MAX: usize = 50;

/// What was counted: the share, what it consists of, and where it is known from.
#[derive(Debug, Default)]
pub(crate) struct Measured {
    /// The share.
    pub share: Share,
    /// What it consists of.
    pub parts: Vec<SignalPart>,
    /// Where it is known from, where what was counted says so.
    pub source: Option<String>,
}

/// What a signal reads of some retainers in some days; nothing for what is only rated.
///
/// # Errors
/// Those of the database.
pub(crate) async fn measured(
    tx: &mut Tx,
    scope: Scope,
    (kind, place): (SignalKind, &Place),
    window: Window,
    now: DateTime<Utc>,
) -> Result<Measured> {
    let mut read = match kind {
        SignalKind::StrategicFit | SignalKind::ResourceAllocation | SignalKind::ChannelFocus => {
            let priorities = counts::priorities(tx, scope, place, window).await?;
            let listed: Vec<PriorityId> = priorities.iter().map(|one| one.id).collect();
            let (on, days) = ((&place.retainers[..], &listed[..]), (window.from, window.to));
            let effort = counts::effort_on(tx, scope, on, days).await?;
            match kind {
                SignalKind::StrategicFit => fit(&effort, &priorities),
                SignalKind::ResourceAllocation => allocation(&effort, &priorities, window),
                _ => focus(&effort, &priorities),
            }
        }
        SignalKind::ExecutionQuality => {
            let work = counts::touched(tx, scope, place, window).await?;
            let handoffs = counts::handoffs(tx, scope, place, window).await?;
            quality(&work, &handoffs, now)
        }
        SignalKind::WorkflowReliability => {
            let share = launches(&counts::touched(tx, scope, place, window).await?, window);
            Measured { share, ..Measured::default() }
        }
        SignalKind::PipelineContribution => {
            pipeline(&counts::leads(tx, scope, place, window).await?)
        }
        SignalKind::LeadRelevance => relevance(&counts::leads(tx, scope, place, window).await?),
        SignalKind::DecisionClarity => {
            let (made, late) = counts::decided(tx, scope, place, window).await?;
            let sums = know::quality(made);
            let share = Share { part: sums.sound, whole: sums.made + late };
            Measured { share, ..Measured::default() }
        }
        SignalKind::ReportingUsefulness | SignalKind::ClientPulse => Measured::default(),
    };
    read.parts.truncate(PARTS_MAX);
    Ok(read)
}

fn sum<'a>(rows: impl Iterator<Item = &'a EffortRow>) -> i64 {
    rows.map(|row| row.minutes).sum()
}

/// Minutes on one priority.
fn on(effort: &[EffortRow], priority: &PriorityRow) -> i64 {
    sum(effort.iter().filter(|row| row.priority_id == Some(priority.id)))
}

fn part(name: Option<String>, count: i64, of: Option<i64>) -> SignalPart {
    SignalPart { name, count, of }
}

/// Effort that serves a priority of a cycle in the window.
fn fit(effort: &[EffortRow], priorities: &[PriorityRow]) -> Measured {
    let drawn = sum(effort.iter());
    let mut parts: Vec<SignalPart> = priorities
        .iter()
        .map(|one| part(Some(one.title.clone()), on(effort, one), Some(drawn)))
        .collect();
    let served = parts.iter().map(|one| one.count).sum();
    parts.push(part(None, drawn - served, Some(drawn)));
    Measured { share: readings::strategic_fit(served, drawn), parts, source: None }
}

/// Effort by priority against what was planned for the days looked at, in minutes. What is planned
/// in units that take no time is compared with nothing, and so is the effort on it.
fn allocation(effort: &[EffortRow], priorities: &[PriorityRow], window: Window) -> Measured {
    let drawn = sum(effort.iter());
    let mut parts = Vec::with_capacity(priorities.len() + 1);
    let mut spent = Vec::with_capacity(priorities.len());
    let mut aside = 0;
    for one in priorities {
        if one.planned_minutes().is_none() && one.planned.is_some() {
            let drawn = on(effort, one);
            aside += drawn;
            parts.push(part(Some(one.title.clone()), drawn, None));
            continue;
        }
        let last = one.ends_on.pred_opt().unwrap_or(one.ends_on).min(window.to);
        let days = (last - one.starts_on.max(window.from)).num_days() + 1;
        let of_days = (one.ends_on - one.starts_on).num_days();
        let planned = readings::agreed_in(one.planned_minutes().unwrap_or(0), days, of_days);
        let drawn = on(effort, one);
        spent.push(Spent { planned, drawn });
        parts.push(part(Some(one.title.clone()), drawn, Some(planned)));
    }
    let elsewhere = drawn - aside - spent.iter().map(|one| one.drawn).sum::<i64>();
    parts.push(part(None, elsewhere, Some(0)));
    let share = readings::resource_allocation(&spent, elsewhere);
    Measured { share, parts, source: None }
}

/// Effort by channel; those that a priority names are in focus.
fn focus(effort: &[EffortRow], priorities: &[PriorityRow]) -> Measured {
    let chosen: Vec<String> =
        priorities.iter().filter_map(|one| one.channel.as_deref()).map(fold).collect();
    if chosen.is_empty() {
        // No focus was chosen: there is nothing to compare with.
        return Measured::default();
    }
    let mut channels: BTreeMap<Option<String>, i64> = BTreeMap::new();
    for row in effort {
        *channels.entry(row.channel.as_deref().map(fold)).or_default() += row.minutes;
    }
    let whole = channels.values().sum();
    let is_chosen = |channel: &Option<String>| channel.as_ref().is_some_and(|c| chosen.contains(c));
    let focused = channels.iter().filter(|(channel, _)| is_chosen(channel));
    let share = Share { part: focused.map(|(_, minutes)| minutes).sum(), whole };
    let parts = channels.into_iter().map(|(name, minutes)| part(name, minutes, Some(whole)));
    Measured { share, parts: parts.collect(), source: None }
}

/// Items that needed few rounds of revision, of those that were begun; what was delivered counts
/// from its verdict on.
pub(crate) fn few_revisions(work: &[WorkRow]) -> Share {
    let mut share = Share::default();
    for one in work.iter().filter(|one| one.begun() && one.counts()) {
        share.whole += 1;
        share.part += i64::from(!many_rounds(one.revisions));
    }
    share
}

fn quality(
    work: &[WorkRow],
    handoffs: &[(DateTime<Utc>, Option<DateTime<Utc>>)],
    now: DateTime<Utc>,
) -> Measured {
    let mut verdicts = Share::default();
    for verdict in work.iter().filter_map(|one| one.verdict.as_ref()) {
        let found = &verdict.0.found;
        let answers = [
            Some(found.business_fit),
            Some(found.clarity),
            Some(found.execution_reliability),
            found.lead_quality,
            Some(found.better_decisions),
        ];
        for good in answers.into_iter().flatten() {
            verdicts.whole += 1;
            verdicts.part += i64::from(good);
        }
    }
    let mut passed = Share::default();
    for (given, accepted) in handoffs {
        let limit = *given + Duration::days(HANDOFF_DAYS);
        let in_time = accepted.is_some_and(|at| at <= limit);
        // One that may still be accepted in time says nothing yet.
        if in_time || accepted.is_some() || now > limit {
            passed.whole += 1;
            passed.part += i64::from(in_time);
        }
    }
    let few = few_revisions(work);
    let told = [("verdicts", verdicts), ("revisions", few), ("handoffs", passed)];
    Measured {
        share: readings::execution_quality(verdicts, few, passed),
        parts: told
            .into_iter()
            .map(|(name, share)| part(Some(name.to_owned()), share.part, Some(share.whole)))
            .collect(),
        source: None,
    }
}

/// Work that had its day in the window: delivered by then, of what was delivered or is late. What
/// was delivered counts from its verdict on, and what nobody agreed to is no launch.
pub(crate) fn launches(work: &[WorkRow], window: Window) -> Share {
    let mut share = Share::default();
    for one in work.iter().filter(|one| one.counts() && one.stage > WorkColumn::Intake) {
        let Some(due) = one.due_on else { continue };
        let delivered = one.delivered_at.map(|at| zone::local_date(window.zone, at));
        if delivered.is_none() && due >= window.to {
            continue;
        }
        share.whole += 1;
        share.part += i64::from(delivered.is_some_and(|on| on <= due));
    }
    share
}

fn relevance(leads: &[counts::LeadCount]) -> Measured {
    let count = |fit: LeadFit| {
        let these = leads.iter().filter(|lead| lead.fit == fit).count();
        let all = i64::try_from(leads.len()).ok();
        part(Some(fit.name().to_owned()), i64::try_from(these).unwrap_or(i64::MAX), all)
    };
    Measured {
        share: readings::lead_relevance(leads.iter().map(|lead| lead.fit)),
        parts: LeadFit::ALL.iter().map(|fit| count(*fit)).collect(),
        source: sources(leads),
    }
}

/// Leads that fit and are tied to delivered work, of all; with the revenue of those, by currency.
fn pipeline(leads: &[counts::LeadCount]) -> Measured {
    let brought = || leads.iter().filter(|lead| lead.tied && lead.fit != LeadFit::Poor);
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let share = Share { part: count(brought().count()), whole: count(leads.len()) };
    let mut revenue: BTreeMap<&str, i64> = BTreeMap::new();
    for lead in brought() {
        if let Some((minor, currency)) = lead.revenue_minor.zip(lead.currency.as_deref()) {
            let sum = revenue.entry(currency).or_default();
            *sum = sum.saturating_add(minor);
        }
    }
    let parts = revenue.into_iter().map(|(name, sum)| part(Some(name.to_owned()), sum, None));
    Measured { share, parts: parts.collect(), source: sources(leads) }
}

/// Where the leads are known from, each once.
fn sources(leads: &[counts::LeadCount]) -> Option<String> {
    const NAMED: usize = 3;
    let mut named: Vec<&str> = Vec::new();
    for lead in leads {
        if !named.contains(&lead.source.as_str()) && named.len() < NAMED {
            named.push(&lead.source);
        }
    }
    (!named.is_empty()).then(|| named.join(", "))
}
