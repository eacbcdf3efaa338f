//! What is known of an account, and the parts and signs that come of it.
use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use shared::api::{
    AccountId, Cycle, CycleId, ExpansionSign, HealthContact, HealthCycle, HealthDelivery,
    HealthMargin, HealthParts, HealthPayment, HealthSign, HealthState, HealthUse, PoolCycle,
    RetainerId,
};
use shared::rules::health::{self, CYCLES, Used, VERY_LATE_DAYS, WINDOW_DAYS, weight};
use shared::rules::margin::Sums;
use shared::rules::{scale, zone};

use super::store::{self, PaidRow};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::{cycles, invoices, reports};

/// A retainer that runs, with its last closed cycles, newest first.
struct Running {
    id: RetainerId,
    name: String,
    used: Vec<(i64, Used)>,
    /// If it is over-serviced: the most that was given away of the allowance of one of these.
    given_share: Option<i64>,
    top_ups: i64,
}

/// What is known of an account on a day.
pub(super) struct Facts {
    pub(super) today: NaiveDate,
    running: Vec<Running>,
    paid: Vec<PaidRow>,
    /// The days on which invoices that are open were due, the oldest first.
    late: Vec<NaiveDate>,
    margins: reports::Recent,
    last_contact: Option<NaiveDate>,
    /// Delivered on time, of what was due.
    delivered: (i64, i64),
}

impl Facts {
    /// Of somebody who is no client.
    pub(super) fn none(zone: Tz, now: DateTime<Utc>) -> Self {
        Self {
            today: zone::local_date(zone, now),
            running: Vec::new(),
            paid: Vec::new(),
            late: Vec::new(),
            margins: reports::Recent::default(),
            last_contact: None,
            delivered: (0, 0),
        }
    }

    /// Reads what is known of a client.
    ///
    /// # Errors
    /// Those of the rules and the database.
    pub(super) async fn read(
        tx: &mut Tx,
        scope: Scope,
        id: AccountId,
        (zone, now): (Tz, DateTime<Utc>),
    ) -> Result<Self> {
        let today = zone::local_date(zone, now);
        let since = today - TimeDelta::days(WINDOW_DAYS);
        let bought = store::top_ups(tx, scope, id, now - TimeDelta::days(WINDOW_DAYS)).await?;
        let (mut running, mut closed) = (Vec::new(), Vec::new());
        for (retainer, name) in store::running(tx, scope, id).await? {
            let last = cycles::last_closed(tx, scope, (retainer, CYCLES), now).await?;
            let top_ups = bought.iter().filter(|of| **of == retainer).count();
            running.push(Running::of((retainer, name), &last, top_ups));
            closed.extend(last);
        }
        running.sort_by(|a, b| (&a.name, a.id).cmp(&(&b.name, b.id)));
        let open = invoices::store::waiting_of(tx, scope, id).await?;
        let late: Vec<_> = open.iter().map(|row| row.due_on).filter(|day| *day < today).collect();
        // Who is not served any more, or not yet, owes or is left in peace.
        if running.is_empty() {
            let paid = if late.is_empty() {
                Vec::new()
            } else {
                store::paid(tx, scope, id, today).await?
            };
            return Ok(Self { late, paid, ..Self::none(zone, now) });
        }
        let due = store::due_work(tx, scope, id, (since, today)).await?;
        let on_time = due
            .iter()
            .filter(|(due_on, at)| at.is_some_and(|at| zone::local_date(zone, at) <= *due_on));
        let last = store::last_contact(tx, scope, id, now).await?;
        Ok(Self {
            today,
            margins: margins(tx, scope, &closed, (today, now)).await?,
            running,
            paid: store::paid(tx, scope, id, today).await?,
            late,
            last_contact: last.map(|at| zone::local_date(zone, at)),
            delivered: (count(on_time.count()), count(due.len())),
        })
    }

    /// The five parts, with the figures they are made of.
    pub(super) fn parts(&self) -> HealthParts {
        HealthParts {
            used: self.used(),
            payment: Some(self.payment()),
            margin: Some(self.margin()),
            contact: self.contact(),
            delivery: self.delivery(),
        }
    }

    /// Of the retainer that stands worst.
    fn used(&self) -> HealthUse {
        let share = |of: &&Running| Some((health::of_use(of.share()?), of.share()?));
        let worst = self.running.iter().filter(|of| of.share().is_some()).min_by_key(share);
        HealthUse {
            weight: weight::USE,
            score: worst.as_ref().and_then(share).map(|(score, _)| score),
            retainer_id: worst.map(|of| of.id),
            retainer_name: worst.map(|of| of.name.clone()),
            share: worst.and_then(Running::share),
            cycles: worst.map_or_else(Vec::new, |of| {
                let told =
                    |(seq, used): &(i64, Used)| Some(HealthCycle { seq: *seq, share: used.share? });
                of.used.iter().filter_map(told).collect()
            }),
        }
    }

    fn payment(&self) -> HealthPayment {
        let days: Vec<i64> = self.paid.iter().map(|row| row.days_late(self.today)).collect();
        let longest = self.longest();
        HealthPayment {
            weight: weight::PAYMENT,
            score: health::of_payment(&days, longest > VERY_LATE_DAYS),
            invoices: count(days.len()),
            days_late: days.iter().sum(),
            late: count(self.late.len()),
            longest_days: longest,
        }
    }

    /// Days the oldest open invoice is late.
    fn longest(&self) -> i64 {
        self.late.iter().min().map_or(0, |day| (self.today - *day).num_days())
    }

    /// Of the currency that stands worst. What is not known to cost anything is no margin: neither
    /// where time has no rate nor where nobody records any.
    fn margin(&self) -> HealthMargin {
        let costs = |sums: &Sums| sums.minutes > 0 || sums.expenses > 0;
        let known = |sums: &Sums| sums.unrated_minutes == 0 && costs(sums);
        let known = self.margins.sums.iter().filter(|(_, sums)| known(sums));
        let shares =
            known.filter_map(|(currency, sums)| Some((sums.margin_share()?, currency, sums)));
        let worst = shares.min_by_key(|(share, currency, _)| (*share, *currency));
        let target = health::TARGET_MARGIN;
        HealthMargin {
            weight: weight::MARGIN,
            score: worst.map(|(share, ..)| health::of_margin(share, target)),
            share: worst.map(|(share, ..)| share),
            target,
            currency: worst.map(|(_, currency, _)| currency.clone()),
            effective_hour_minor: worst.and_then(|(.., sums)| sums.effective_hour()),
        }
    }

    fn contact(&self) -> HealthContact {
        let days = self.last_contact.map(|day| (self.today - day).num_days().max(0));
        HealthContact {
            weight: weight::CONTACT,
            score: days.map(health::of_contact),
            last_on: self.last_contact,
            days,
        }
    }

    fn delivery(&self) -> HealthDelivery {
        let (on_time, due) = self.delivered;
        let score = health::of_delivery(on_time, due);
        HealthDelivery { weight: weight::DELIVERY, score, on_time, due }
    }
}

impl Running {
    fn of((id, name): (RetainerId, String), closed: &[Cycle], top_ups: usize) -> Self {
        let used = closed.iter().map(|cycle| (cycle.seq, used(cycle))).collect();
        // It may be so by the cycles before the newest: then those gave the most.
        let servicing =
            |of: &Cycle| of.pools.iter().filter_map(|of| of.servicing).collect::<Vec<_>>();
        let newest = closed.first().map(servicing).unwrap_or_default();
        let given = newest.iter().any(|of| of.over_serviced).then(|| {
            let all = closed.iter().flat_map(servicing);
            all.filter_map(|of| of.given_share).max().unwrap_or_default()
        });
        Self { id, name, used, given_share: given, top_ups: count(top_ups) }
    }

    fn cycles(&self) -> Vec<Used> {
        self.used.iter().map(|(_, used)| *used).collect()
    }

    fn share(&self) -> Option<i64> {
        health::mean_use(&self.cycles())
    }

    fn sign(&self, state: HealthState) -> HealthSign {
        HealthSign {
            state,
            retainer_id: Some(self.id),
            retainer_name: Some(self.name.clone()),
            count: None,
            days: None,
            share: None,
            because: None,
            erosion: None,
        }
    }
}

/// What a cycle used of its tightest pool; of pools that bring an allowance: units that are only
/// bought last as long as they do. Source: domain 1.5.
pub(crate) fn used(cycle: &Cycle) -> Used {
    let share = |of: &PoolCycle, more: i64| {
        let sums = &of.sums;
        let available = sums.granted + sums.adjusted - sums.repaid + more;
        (sums.granted > 0 && available > 0).then(|| scale(sums.used, 1_000, available).ok())?
    };
    let all = |of: &PoolCycle| share(of, of.sums.opening + of.sums.topped_up);
    Used {
        share: cycle.pools.iter().filter_map(all).max(),
        own: cycle.pools.iter().filter_map(|of| share(of, 0)).max(),
        overage: cycle.pools.iter().any(|of| of.sums.overage > 0),
    }
}

/// What speaks for a state, the first in their order first: of several retainers the one where it
/// is most so.
pub(super) fn signs(facts: &Facts) -> Vec<HealthSign> {
    let running = &facts.running;
    let late = (!facts.late.is_empty()).then(|| HealthSign {
        state: HealthState::Late,
        retainer_id: None,
        retainer_name: None,
        count: Some(count(facts.late.len())),
        days: Some(facts.longest()),
        share: None,
        because: None,
        erosion: None,
    });
    let over = running.iter().filter_map(|of| Some((of.given_share?, of)));
    let over = over
        .max_by_key(|(share, _)| *share)
        .map(|(share, of)| HealthSign { share: Some(share), ..of.sign(HealthState::OverServiced) });
    let under = running.iter().filter_map(|of| Some((health::under_used(&of.cycles())?, of)));
    let under = under
        .min_by_key(|(share, _)| *share)
        .map(|(share, of)| HealthSign { share: Some(share), ..of.sign(HealthState::UnderUsed) });
    let more = running.iter().find_map(|of| {
        let because = health::expansion(&of.cycles(), of.top_ups)?;
        let bought = because == ExpansionSign::TopUps;
        Some(HealthSign {
            count: bought.then_some(of.top_ups),
            share: if bought { None } else { of.share() },
            because: Some(because),
            ..of.sign(HealthState::ReadyForExpansion)
        })
    });
    let falls = facts.margins.erosion.as_ref().map(|erosion| HealthSign {
        state: HealthState::Watch,
        retainer_id: Some(erosion.retainer_id),
        retainer_name: Some(erosion.retainer_name.clone()),
        count: None,
        days: None,
        share: erosion.shares.last().copied(),
        because: None,
        erosion: Some(erosion.clone()),
    });
    [late, over, under, more, falls].into_iter().flatten().collect()
}

/// What closed cycles earned and cost, and whether a margin falls.
async fn margins(
    tx: &mut Tx,
    scope: Scope,
    closed: &[Cycle],
    (today, now): (NaiveDate, DateTime<Utc>),
) -> Result<reports::Recent> {
    let Some(from) = closed.iter().map(|cycle| cycle.starts_on).min() else {
        return Ok(reports::Recent::default());
    };
    let ids: HashSet<CycleId> = closed.iter().map(|cycle| cycle.id).collect();
    let retainers: HashSet<RetainerId> = closed.iter().map(|cycle| cycle.retainer_id).collect();
    let retainers: Vec<RetainerId> = retainers.into_iter().collect();
    reports::of_cycles(tx, scope, (&retainers, &ids), from, (today, now)).await
}

fn count(of: usize) -> i64 {
    i64::try_from(of).unwrap_or(i64::MAX)
}
