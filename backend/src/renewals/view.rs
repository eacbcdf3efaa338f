//! Renewals as they are told: with what the retainer brings, how its client stands, and what was used.
use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use shared::api::{
    AccountId, AccountKind, HealthShort, Money, Renewal, RenewalCycle, RenewalOutcome,
    RenewalStage, RenewalTotal, RetainerId, RetainerState,
};
use shared::rules::renewal::notice_on;
use shared::rules::scale;

use super::store::RenewalRow;
use crate::auth::Scope;
use crate::cycles::{self, Book};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::{account_health, invoices};

/// Cycles that are told of each.
const CYCLES: usize = 3;

/// Renewals as the caller may see them.
///
/// # Errors
/// Those of the rules and the database.
pub(super) async fn shown(
    tx: &mut Tx,
    scope: Scope,
    rows: Vec<RenewalRow>,
    now: DateTime<Utc>,
) -> Result<Vec<Renewal>> {
    let ids: Vec<RetainerId> = rows.iter().map(|row| row.retainer_id).collect();
    let accounts: Vec<AccountId> = rows.iter().map(|row| row.account_id).collect();
    let health = account_health::shorts(tx, scope, &accounts).await?;
    let taxes = invoices::included(tx, scope, &ids).await?;
    let mut brings: HashMap<RetainerId, (Money, bool)> = HashMap::new();
    for book in Book::agreed(tx, scope, &ids, now, None).await? {
        let amount_minor = invoices::agreed_monthly(&book, taxes.get(&book.head.id))?.0;
        let currency = book.currency().to_owned();
        let ended = book.head.state == RetainerState::Ended;
        brings.insert(book.head.id, (Money { amount_minor, currency }, ended));
    }
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        let closed = cycles::last_closed(tx, scope, (row.retainer_id, CYCLES), now).await?;
        let told = |cycle: &shared::api::Cycle| RenewalCycle {
            seq: cycle.seq,
            share: account_health::used(cycle).share,
        };
        let last = closed.iter().map(told).collect();
        let health = health.get(&row.account_id).cloned();
        found.push(one(row, health, last, &brings)?);
    }
    Ok(found)
}

fn one(
    row: RenewalRow,
    health: Option<HealthShort>,
    cycles: Vec<RenewalCycle>,
    brings: &HashMap<RetainerId, (Money, bool)>,
) -> Result<Renewal> {
    let gone = || Error::internal("telling a renewal", "its retainer has no terms");
    let (now, ended) = brings.get(&row.retainer_id).ok_or_else(gone)?;
    // What was decided is told as it was then.
    let mrr = match row.was_minor.zip(row.currency.clone()) {
        Some((amount_minor, currency)) => Money { amount_minor, currency },
        None => now.clone(),
    };
    let band = health.as_ref().and_then(|health| health.band);
    let said = row.probability.filter(|_| row.stage.is_talked_about());
    Ok(Renewal {
        probability: said.unwrap_or_else(|| row.stage.probability(band)),
        probability_said: said.is_some(),
        outcome: outcome(&row),
        notice_on: notice_on(row.end_rule, row.decide_by),
        id: row.id,
        account_id: row.account_id,
        account_name: row.account_name,
        account_kind: row.account_kind,
        retainer_id: row.retainer_id,
        retainer_name: row.retainer_name,
        stage: row.stage,
        stage_at: row.stage_at,
        end_rule: row.end_rule,
        due_on: row.due_on,
        opened_at: row.opened_at,
        owner_id: row.owner_id,
        owner_name: row.owner_name,
        plan: row.plan,
        mrr,
        health,
        cycles,
        ended: *ended,
        steps: row.steps.map(|steps| steps.0).unwrap_or_default(),
        has_brief: row.has_brief,
        reminded_days: row.reminded_days,
        version: row.version,
    })
}

fn outcome(row: &RenewalRow) -> Option<RenewalOutcome> {
    Some(RenewalOutcome {
        decided_at: row.decided_at?,
        decided_by_name: row.decided_by_name.clone(),
        reason: row.reason?,
        note: row.note.clone(),
        change: row.change,
        mrr_minor: row.mrr_minor.unwrap_or_default(),
        ends_on: row.ends_on,
        terms: row.terms.as_ref().map(|terms| terms.0.clone()),
        terms_from: row.terms_from,
    })
}

/// What renewals with clients come to, by stage and currency: what a partner gets is no revenue.
pub(super) fn totals(items: &[Renewal]) -> Result<Vec<RenewalTotal>> {
    let mut sums: BTreeMap<(RenewalStage, &str), (i64, i64, i64)> = BTreeMap::new();
    for one in items.iter().filter(|one| one.account_kind == AccountKind::Client) {
        let key = (one.stage, one.mrr.currency.as_str());
        let (count, mrr, likely) = sums.entry(key).or_default();
        let brings = match (&one.outcome, one.stage) {
            (Some(outcome), RenewalStage::Won) => outcome.mrr_minor,
            _ => one.mrr.amount_minor,
        };
        *count += 1;
        *mrr += brings;
        *likely += scale(brings, one.probability, 100)?;
    }
    let told = |((stage, currency), (count, amount_minor, likely_minor))| RenewalTotal {
        stage,
        count,
        mrr: Money { amount_minor, currency: String::from(currency) },
        likely_minor,
    };
    Ok(sums.into_iter().map(told).collect())
}
