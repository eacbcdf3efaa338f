//! What a pause, its end and the end of a retainer move, calculated by the rules of the server
//! while somebody types a day.
use chrono::NaiveDate;
use shared::api::{Pause, ResumeAnchor, Retainer, Terms, TermsVersion};
use shared::rules::amendment::{self, TerminationPolicy};
use shared::rules::cycle::{Cycle, Series};
use shared::rules::proration::{Timing, cycle_price};
use shared::rules::units::{Minor, Quantity};
use shared::rules::versions::{self, Allowance, Price, allowances};
use shared::rules::{RuleError, cycle};

/// A cycle that is cut, or begins in part: its days, what it gets and costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// The first day.
    pub start: NaiveDate,
    /// The day after the last.
    pub end: NaiveDate,
    /// Days of it.
    pub days: i64,
    /// Days of the full cycle it is part of.
    pub nominal_days: i64,
    /// Its price in minor units.
    pub price_minor: i64,
    /// Its allowance of each pool of the terms, in units of the pool.
    pub grants: Vec<i64>,
}

/// What a change moves in money and time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moves {
    /// The cycle that ends early, unless it does not begin at all.
    pub cut: Option<Share>,
    /// What is given back of a fee that was billed ahead, zero or negative, in minor units.
    pub credit_minor: i64,
    /// The first cycle afterwards, where there is one.
    pub then: Option<Share>,
}

/// The cycles of a retainer, with an end of this or none.
fn series(
    retainer: &Retainer,
    ends_on: Option<NaiveDate>,
    pauses: Vec<Pause>,
) -> Result<Series, RuleError> {
    Series::agreed(&retainer.rhythms, ends_on, pauses)
}

fn version_on(retainer: &Retainer, day: NaiveDate) -> &TermsVersion {
    let next = retainer.next_terms.as_ref().filter(|next| next.effective_from <= day);
    next.unwrap_or(&retainer.terms)
}

/// The retainer with the day from which its next terms hold by another calendar. Terms that came
/// with another interval keep theirs. Source: docs/decisions/0046.
fn following(retainer: &Retainer, series: &Series) -> Retainer {
    let mut moved = retainer.clone();
    if let Some(next) = &mut moved.next_terms {
        let from = series.next_start(next.created_at.date_naive());
        let with_interval = retainer.rhythms.iter().any(|one| one.from == next.effective_from);
        let from = from.filter(|_| !with_interval);
        next.effective_from = from.unwrap_or(next.effective_from);
    }
    moved
}

/// The terms that hold on a day to come.
pub fn terms_on(retainer: &Retainer, day: NaiveDate) -> &Terms {
    &version_on(retainer, day).terms
}

/// The versions that a cycle runs under, oldest first: several where today's cycle was amended.
fn versions_of<'a>(retainer: &'a Retainer, of: &Cycle) -> Vec<&'a TermsVersion> {
    let amended = retainer.cycle_terms.get(1).map(|second| second.effective_from);
    match amended.filter(|day| of.start <= *day && *day < of.end) {
        Some(_) => retainer.cycle_terms.iter().collect(),
        None => vec![version_on(retainer, of.start)],
    }
}

/// What a cycle costs by each of its versions; nothing if it is free of charge. Source: domain 2.5.
fn prices_of(retainer: &Retainer, of: &Cycle, versions: &[&TermsVersion]) -> Vec<Price> {
    let charged = retainer.first_partial.charged(of).is_some();
    let price = |version: &&TermsVersion| Price {
        from: version.effective_from,
        full: if charged { version.terms.fee() } else { Minor(0) },
    };
    versions.iter().map(price).collect()
}

/// What a pool gets of each version: nothing of one that does not name it.
fn allowances_of(versions: &[&TermsVersion], key: &str) -> Vec<Allowance> {
    let allowance = |version: &&TermsVersion| {
        let pool = version.terms.pool(key);
        Allowance {
            from: version.effective_from,
            full: Quantity(pool.map_or(0, |pool| pool.allowance)),
            rounding: pool.and_then(|pool| pool.partial_rounding).unwrap_or_default(),
        }
    };
    versions.iter().map(allowance).collect()
}

/// A cycle until `end`, by the days of each version it runs under.
fn share(retainer: &Retainer, of: &Cycle, end: NaiveDate) -> Result<Share, RuleError> {
    let (days, nominal_days) = ((end - of.start).num_days(), of.nominal_days());
    let (cut, agreed) = (Cycle { end, ..*of }, versions_of(retainer, of));
    let prices = prices_of(retainer, of, &agreed);
    let first = prices.first().map_or(Minor(0), |price| price.full);
    let net = versions::amended(&cut, &prices)?;
    let alone = cycle_price(&cut, first, retainer.first_partial)?.amount;
    let price = alone.0.checked_add(net.0);
    let counted = retainer.first_partial.granted(&cut);
    let price_minor = price.ok_or(RuleError::TooLarge)?;
    let mut grants = Vec::new();
    for pool in agreed.last().iter().flat_map(|last| &last.terms.pools) {
        let brings = allowances(&counted, &allowances_of(&agreed, pool.key()))?;
        grants.push(brings.last().map_or(0, |units| units.0));
    }
    Ok(Share { start: of.start, end, days, nominal_days, price_minor, grants })
}

/// The first day of the next cycle: what a pause begins on if nobody says.
pub fn next_start(retainer: &Retainer, today: NaiveDate) -> Option<NaiveDate> {
    let series = series(retainer, retainer.ends_on, retainer.pauses.clone()).ok()?;
    series.cycles().map(|cycle| cycle.start).find(|start| *start > today)
}

/// What a pause moves. Source: domain 2.10.
///
/// # Errors
/// [`RuleError::InvalidPause`] if no cycle serves its first day, or it meets another pause.
pub fn pausing(retainer: &Retainer, pause: Pause) -> Result<Moves, RuleError> {
    let before = series(retainer, retainer.ends_on, retainer.pauses.clone())?;
    let price = terms_on(retainer, pause.from).fee();
    let (after, paused) = amendment::pause(&before, pause, price)?;
    let moved = following(retainer, &after);
    let whole = paused.cycle.start == pause.from;
    let cut = (!whole).then(|| share(retainer, &paused.cycle, pause.from)).transpose()?;
    let then = paused.resumed.map(|(cycle, _)| share(&moved, &cycle, cycle.end)).transpose()?;
    // A cycle that has not begun was not billed.
    let billed = !whole && retainer.first_partial.charged(&paused.cycle).is_some();
    let credit_minor = if billed { paused.credit.0 } else { 0 };
    Ok(Moves { cut, credit_minor, then })
}

/// The pause that can be ended: the one today lies in, or the next to come.
pub fn open_pause(retainer: &Retainer, today: NaiveDate) -> Option<Pause> {
    Pause::to_end(&retainer.pauses, today)
}

/// The cycle that begins, or goes on, when a pause ends on a day. Source: domain 2.10.
///
/// # Errors
/// [`RuleError::InvalidPause`] if there is none, or it has begun and would end before that.
pub fn resuming(
    retainer: &Retainer,
    today: NaiveDate,
    on: NaiveDate,
    resume_anchor: ResumeAnchor,
) -> Result<Moves, RuleError> {
    let open = open_pause(retainer, today).ok_or(RuleError::InvalidPause)?;
    let mut pauses = retainer.pauses.clone();
    if on > open.from {
        let ended = Pause { to: Some(on), resume_anchor, ..open };
        pauses.iter_mut().filter(|pause| pause.from == open.from).for_each(|pause| *pause = ended);
    } else if open.from <= today {
        return Err(RuleError::InvalidPause);
    } else {
        pauses.retain(|pause| pause.from != open.from);
    }
    let after = series(retainer, retainer.ends_on, pauses)?;
    let moved = following(retainer, &after);
    let then = after.cycle_on(on).map(|cycle| share(&moved, &cycle, cycle.end)).transpose()?;
    Ok(Moves { cut: None, credit_minor: 0, then })
}

/// What an end moves; `ends_on` is the first day without service. Source: domain 2.9, 2.12.
///
/// # Errors
/// [`RuleError::TerminationOutsideCycle`] if no cycle serves the day before.
pub fn ending(
    retainer: &Retainer,
    ends_on: NaiveDate,
    policy: TerminationPolicy,
) -> Result<Moves, RuleError> {
    let open = series(retainer, None, retainer.pauses.clone())?;
    let agreed = series(retainer, Some(ends_on), retainer.pauses.clone())?;
    // Where it comes in a pause, the last cycle with service is settled.
    let ends_on = agreed.stop().unwrap_or(ends_on);
    let last_day = ends_on.pred_opt().ok_or(RuleError::InvalidRange)?;
    let last: cycle::Cycle = open.cycle_on(last_day).ok_or(RuleError::TerminationOutsideCycle)?;
    let prices = prices_of(retainer, &last, &versions_of(retainer, &last));
    let charged = retainer.first_partial.granted(&last);
    let (ended, _) = versions::terminate(&charged, ends_on, &prices, (Timing::Advance, policy))?;
    let cut = Share { price_minor: ended.due.0, ..share(retainer, &last, ends_on)? };
    Ok(Moves { cut: Some(cut), credit_minor: ended.credit.0, then: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::api::FirstPartial;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    /// 3,100.00 and 31 sessions a month since 1 January 2026, with these pauses.
    fn retainer(pauses: serde_json::Value) -> Retainer {
        let id = "0193a5b0-0000-7000-8000-000000000001";
        let terms = serde_json::json!({
            "id": id, "number": 1, "effective_from": "2026-01-01", "reason": null,
            "terms": {
                "price": { "amount_minor": 310_000, "currency": "EUR" },
                "pools": [{ "key": "sessions", "unit": "sessions", "allowance": 31 }]
            },
            "created_at": "2026-01-01T00:00:00Z"
        });
        serde_json::from_value(serde_json::json!({
            "id": id, "account_id": id, "account_name": "Fern", "name": "Coaching",
            "state": "active", "starts_on": "2026-01-01", "ends_on": null, "timezone": "UTC",
            "interval": { "unit": "month", "count": 1 },
            "anchor": { "type": "calendar", "fiscal_start_month": 1, "week_start": "mon" },
            "rhythms": [{
                "from": "2026-01-01",
                "interval": { "unit": "month", "count": 1 },
                "anchor": { "type": "calendar", "fiscal_start_month": 1, "week_start": "mon" }
            }],
            "first_partial": "prorate",
            "terms": terms, "cycle_terms": [], "next_terms": null, "pauses": pauses,
            "paused": false,
            "balances": [], "last_balances": [], "created_at": "2026-01-01T00:00:00Z", "version": 1
        }))
        .expect("a retainer")
    }

    fn told(share: &Share) -> (i64, i64, i64, &[i64]) {
        (share.days, share.nominal_days, share.price_minor, &share.grants)
    }

    #[test]
    fn a_pause_cuts_the_running_cycle_and_the_one_it_ends_in() {
        // The worked example of the written rules: 10 March to 5 April at 3,100.00.
        let pause = Pause {
            from: day("2026-03-10"),
            to: Some(day("2026-04-05")),
            resume_anchor: ResumeAnchor::Unchanged,
        };
        let moves = pausing(&retainer(serde_json::json!([])), pause).expect("moves");
        assert_eq!(told(moves.cut.as_ref().expect("a cut")), (9, 31, 90_000, &[9][..]));
        assert_eq!(moves.credit_minor, -220_000);
        assert_eq!(told(moves.then.as_ref().expect("a cycle")), (26, 30, 268_667, &[27][..]));
        let whole = Pause { from: day("2026-04-01"), to: None, ..pause };
        let moves = pausing(&retainer(serde_json::json!([])), whole).expect("moves");
        assert_eq!(moves, Moves { cut: None, credit_minor: 0, then: None });
    }

    #[test]
    fn a_pause_ends_where_cycles_keep_or_begin_anew() {
        let paused = retainer(serde_json::json!([
            { "from": "2026-03-10", "to": null, "resume_anchor": "unchanged" }
        ]));
        let (today, on) = (day("2026-04-04"), day("2026-04-05"));
        let kept = resuming(&paused, today, on, ResumeAnchor::Unchanged).expect("moves");
        assert_eq!(kept.then.map(|cycle| cycle.end), Some(day("2026-05-01")));
        let anew = resuming(&paused, today, on, ResumeAnchor::Reset).expect("moves");
        assert_eq!(anew.then.map(|cycle| cycle.end), Some(day("2026-05-05")));
        let before = resuming(&paused, today, day("2026-03-09"), ResumeAnchor::Unchanged);
        assert_eq!(before, Err(RuleError::InvalidPause));
        assert_eq!(open_pause(&retainer(serde_json::json!([])), today), None);
    }

    #[test]
    fn of_several_pauses_the_running_one_ends() {
        let paused = retainer(serde_json::json!([
            { "from": "2026-03-10", "to": "2026-03-20", "resume_anchor": "unchanged" },
            { "from": "2026-05-10", "to": "2026-05-20", "resume_anchor": "unchanged" }
        ]));
        let from = |today| open_pause(&paused, day(today)).map(|pause| pause.from);
        assert_eq!(from("2026-03-12"), Some(day("2026-03-10")));
        assert_eq!(from("2026-03-20"), Some(day("2026-05-10")));
        assert_eq!(from("2026-05-20"), None);
        let (today, on) = (day("2026-03-12"), day("2026-03-15"));
        let moves = resuming(&paused, today, on, ResumeAnchor::Unchanged).expect("moves");
        assert_eq!(moves.then.map(|cycle| cycle.start), Some(on));
    }

    #[test]
    fn an_end_gives_back_what_is_not_served() {
        // 3,100.00, ends on 11 January: 2,100.00 of it.
        let end =
            |day, policy| ending(&retainer(serde_json::json!([])), day, policy).expect("moves");
        let moves = end(day("2026-01-11"), TerminationPolicy::Prorate);
        assert_eq!(told(moves.cut.as_ref().expect("a cut")), (10, 31, 100_000, &[10][..]));
        assert_eq!(moves.credit_minor, -210_000);
        let full = end(day("2026-01-11"), TerminationPolicy::None);
        assert_eq!(told(full.cut.as_ref().expect("a cut")), (10, 31, 310_000, &[10][..]));
        assert_eq!(full.credit_minor, 0);
        assert_eq!(end(day("2026-02-01"), TerminationPolicy::Prorate).credit_minor, 0);
        // In a pause the cycle before it was the last.
        for to in [serde_json::Value::Null, serde_json::json!("2026-03-01")] {
            let paused = retainer(serde_json::json!([{ "from": "2026-01-11", "to": to }]));
            let prorate = TerminationPolicy::Prorate;
            let moves = ending(&paused, day("2026-02-20"), prorate).expect("moves");
            assert_eq!(told(moves.cut.as_ref().expect("a cut")), (10, 31, 100_000, &[10][..]));
            assert_eq!(moves.credit_minor, 0);
        }
    }

    #[test]
    fn terms_to_come_move_with_the_cycles() {
        // Agreed on 10 January for 10 February, the end of a pause that then ends on the 20th.
        let mut waiting =
            retainer(serde_json::json!([{ "from": "2026-01-16", "to": "2026-02-10" }]));
        let mut next = waiting.terms.clone();
        next.terms.price.amount_minor = 620_000;
        next.effective_from = day("2026-02-10");
        next.created_at = "2026-01-10T10:00:00Z".parse().expect("an instant");
        waiting.next_terms = Some(next);
        let (today, on) = (day("2026-01-25"), day("2026-01-20"));
        let moves = resuming(&waiting, today, on, ResumeAnchor::Unchanged).expect("moves");
        assert_eq!(told(moves.then.as_ref().expect("a cycle")), (12, 31, 240_000, &[12][..]));
    }

    #[test]
    fn what_was_amended_today_is_cut_with_its_cycle() {
        // 31 days at 100.00 and one session each; twice as much from 16 March on.
        let mut amended = retainer(serde_json::json!([]));
        let first = amended.terms.clone();
        amended.terms.number = 2;
        amended.terms.effective_from = day("2026-03-16");
        amended.terms.terms.price.amount_minor = 620_000;
        amended.terms.terms.pools[0].allowance = 62;
        amended.cycle_terms = vec![first, amended.terms.clone()];
        let moves = ending(&amended, day("2026-03-17"), TerminationPolicy::Prorate);
        let moves = moves.expect("moves");
        assert_eq!(told(moves.cut.as_ref().expect("a cut")), (16, 31, 170_000, &[17][..]));
        assert_eq!(moves.credit_minor, -300_000);
        let resume_anchor = ResumeAnchor::Unchanged;
        let pause = Pause { from: day("2026-03-17"), to: None, resume_anchor };
        let moves = pausing(&amended, pause).expect("moves");
        assert_eq!(told(moves.cut.as_ref().expect("a cut")), (16, 31, 170_000, &[17][..]));
        assert_eq!(moves.credit_minor, -300_000);
        // The cycle after is no part of it.
        let later = ending(&amended, day("2026-04-11"), TerminationPolicy::Prorate);
        let later = later.expect("moves");
        assert_eq!(told(later.cut.as_ref().expect("a cut")), (10, 30, 206_667, &[21][..]));
    }

    #[test]
    fn a_first_cycle_in_part_is_cut_as_it_counts() {
        // 21 of 31 days at 100.00 and one session each, ended after ten of them.
        let ended = |first_partial| {
            let mut late = retainer(serde_json::json!([]));
            (late.starts_on, late.first_partial) = (day("2026-01-11"), first_partial);
            late.rhythms[0].from = late.starts_on;
            let moves = ending(&late, day("2026-01-21"), TerminationPolicy::Prorate);
            let moves = moves.expect("moves");
            let cut = moves.cut.expect("a cut");
            (cut.days, cut.price_minor, cut.grants[0], moves.credit_minor)
        };
        assert_eq!(ended(FirstPartial::Prorate), (10, 100_000, 10, -110_000));
        assert_eq!(ended(FirstPartial::Full), (10, 200_000, 20, -110_000));
        assert_eq!(ended(FirstPartial::Free), (10, 0, 10, 0));
    }

    #[test]
    fn a_pause_begins_with_the_next_cycle_if_nobody_says() {
        let next = next_start(&retainer(serde_json::json!([])), day("2026-03-10"));
        assert_eq!(next, Some(day("2026-04-01")));
    }
}
