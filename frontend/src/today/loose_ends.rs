//! What waits for a person, in the order of what waiting costs. No request, no view.
use chrono::NaiveDate;
use shared::api::{
    Account, AccountKind, Balance, Import, ImportState, MeterState, Request, RetainerState,
    RetainerSummary, Task,
};

pub use super::why::Why;
use crate::{
    api::Path,
    format::{Measure, day_in_zone, pool_name},
    requests::request_href,
    t,
};

/// What is carried and ends within so many days is worth a word.
const LAPSE_DAYS: i64 = 7;

/// Something a person owes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LooseEnd {
    /// What it is about.
    pub why: Why,
    /// The account's name, or the file's.
    pub whose: String,
    /// The retainer's name, with the pool's where there are several; what a request asks for.
    pub what: String,
    /// What its numbers count.
    pub measure: Measure,
    /// Days until the cycle ends, today not counted.
    pub days_left: i64,
    /// Where it is settled.
    pub href: String,
}

/// What loose ends are told from, besides accounts.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sources<'a> {
    /// Files of time.
    pub imports: &'a [Import],
    /// Requests without a verdict.
    pub requests: &'a [Request],
    /// Next steps of the reader that are due.
    pub steps: &'a [Task],
    /// Clients without a dated next step.
    pub aimless: &'a [Account],
    /// In whose days requests came.
    pub zone: &'a str,
}

/// Every loose end that can be told, the costliest first.
pub fn loose_ends(accounts: &[Account], from: Sources<'_>, today: NaiveDate) -> Vec<LooseEnd> {
    let mut all: Vec<LooseEnd> = clients(accounts)
        .flat_map(|account| account.retainers.iter().map(move |retainer| (account, retainer)))
        .flat_map(|(account, retainer)| of_retainer(account, retainer, today))
        .chain(from.imports.iter().filter_map(of_import))
        .chain(from.requests.iter().map(|request| of_request(request, from.zone)))
        .chain(from.steps.iter().filter_map(of_step))
        .chain(from.aimless.iter().map(without_step))
        .collect();
    // More of one unit comes first; hours and money cannot be held against each other.
    all.sort_by_key(|end| (end.why.rank(), end.measure.unit as u8, -end.why.weight()));
    all
}

/// The accounts we serve; a partner's hours are theirs to watch.
pub fn clients(accounts: &[Account]) -> impl Iterator<Item = &Account> {
    accounts.iter().filter(|account| account.kind == AccountKind::Client && !account.archived)
}

fn of_retainer(account: &Account, retainer: &RetainerSummary, today: NaiveDate) -> Vec<LooseEnd> {
    let first = retainer.balances.first();
    let days_left = first.map_or(0, |balance| days(today, balance.ends_on) - 1);
    let href = format!("/accounts/{}/retainers/{}", account.id, retainer.id);
    let end = |why: Why, measure: Measure| LooseEnd {
        why,
        whose: account.name.clone(),
        what: retainer.name.clone(),
        measure,
        days_left,
        href: href.clone(),
    };
    let mut found = Vec::new();
    if retainer.state == RetainerState::Setup {
        found.push(end(Why::Setup, Measure::default()));
    }
    if retainer.state == RetainerState::Ended {
        return found;
    }
    let several = retainer.balances.len() > 1;
    for balance in &retainer.balances {
        // One a pool: what lapses says more than that little was used.
        let worst = lapse(balance, today).into_iter().chain(standing(balance));
        let Some(why) = worst.min_by_key(Why::rank) else { continue };
        let mut end = end(why, Measure::of(&balance.pool));
        if several {
            let pool = pool_name(&balance.pool);
            end.what = t!(today.pool_of, retainer = retainer.name.as_str(), pool = pool);
            end.href = Path::new(href.as_str()).with("pool", Some(&balance.pool.key)).done();
        }
        found.push(end);
    }
    found
}

fn standing(balance: &Balance) -> Option<Why> {
    let left = balance.left;
    match balance.state {
        MeterState::Over => {
            Some(Why::Over { amount: balance.overage, available: balance.available })
        }
        MeterState::WillGoOver => {
            Some(Why::WillGoOver { amount: balance.used + balance.committed - balance.available })
        }
        MeterState::NearLimit => Some(Why::NearLimit { left }),
        MeterState::AheadOfPace => Some(Why::AheadOfPace { left }),
        MeterState::UnderUsed => Some(Why::UnderUsed { left }),
        MeterState::OnTrack | MeterState::NoAllowance => None,
    }
}

/// What lapses within a week, on its first day.
fn lapse(balance: &Balance, today: NaiveDate) -> Option<Why> {
    let soon = |on: NaiveDate| (1..=LAPSE_DAYS).contains(&days(today, on));
    let on = balance.next_lapses.iter().map(|lapse| lapse.on).find(|on| soon(*on))?;
    let lapsing = balance.next_lapses.iter().filter(|lapse| lapse.on == on);
    let amount = lapsing.map(|lapse| lapse.quantity).sum();
    let last_day = on.pred_opt().unwrap_or(on);
    (amount > 0).then_some(Why::Lapses { amount, last_day })
}

fn of_import(import: &Import) -> Option<LooseEnd> {
    let why = match (import.state, import.outcome.undecided) {
        (ImportState::Ready, 0) => Why::Unwritten { rows: import.outcome.new },
        (ImportState::Ready, rows) => Why::Unmapped { rows },
        (ImportState::Committing | ImportState::Done, _) => return None,
    };
    Some(LooseEnd {
        why,
        whose: import.file_name.clone(),
        what: String::new(),
        measure: Measure::default(),
        days_left: 0,
        href: format!("/imports/{}", import.id),
    })
}

fn of_request(request: &Request, zone: &str) -> LooseEnd {
    LooseEnd {
        why: Why::Asked { on: day_in_zone(request.created_at, zone) },
        whose: request.account_name.clone(),
        what: request.title.clone(),
        measure: Measure::default(),
        days_left: 0,
        href: request_href(request.id),
    }
}

fn of_step(step: &Task) -> Option<LooseEnd> {
    Some(LooseEnd {
        why: Why::Step { on: step.due_on? },
        whose: step.account_name.clone(),
        what: step.title.clone(),
        measure: Measure::default(),
        days_left: 0,
        href: format!("/accounts/{}/timeline", step.account_id),
    })
}

/// Source: requirement S1-13.
fn without_step(account: &Account) -> LooseEnd {
    LooseEnd {
        why: Why::NoNextStep,
        whose: account.name.clone(),
        what: String::new(),
        measure: Measure::default(),
        days_left: 0,
        href: format!("/accounts/{}/timeline", account.id),
    }
}

/// Whole days from one date to another.
pub fn days(from: NaiveDate, to: NaiveDate) -> i64 {
    (to - from).num_days()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        meter::sample::{balance, of_unit},
        today::sample::{account, day, retainer},
    };
    use shared::api::{Lapse, LotKind, Unit};

    fn whys(accounts: &[Account], today: NaiveDate) -> Vec<Why> {
        loose_ends(accounts, Sources::default(), today).into_iter().map(|end| end.why).collect()
    }

    #[test]
    fn the_costliest_comes_first() {
        let mild = account("Near", vec![retainer(Some(balance(600, 500)))]);
        let bad = account("Over", vec![retainer(Some(balance(600, 700)))]);
        let worse = account("Well over", vec![retainer(Some(balance(600, 800)))]);
        let calm = account("Calm", vec![retainer(Some(balance(600, 300)))]);
        let ends = loose_ends(&[mild, calm, bad, worse], Sources::default(), day(15));
        let names: Vec<&str> = ends.iter().map(|end| end.whose.as_str()).collect();
        assert_eq!(names, ["Well over", "Over", "Near"]);
        assert_eq!(ends[0].why, Why::Over { amount: 200, available: 600 });
        assert_eq!(ends[0].days_left, 15);
    }

    #[test]
    fn a_lapse_is_told_in_its_last_week_and_once() {
        let mut low = balance(600, 100);
        let lapse =
            |quantity| Lapse { kind: LotKind::Included, origin_seq: 3, quantity, on: low.ends_on };
        low.next_lapses = vec![lapse(300), lapse(200)];
        let accounts = [account("Low", vec![retainer(Some(low))])];
        let last_day = day(30);
        assert_eq!(whys(&accounts, day(24)), [Why::Lapses { amount: 500, last_day }]);
        assert_ne!(whys(&accounts, day(23)), [Why::Lapses { amount: 500, last_day }]);
    }

    #[test]
    fn each_pool_of_a_retainer_has_a_loose_end_of_its_own() {
        let mut both = retainer(Some(balance(600, 700)));
        both.balances.push(of_unit(Unit::Sessions, 2, 4));
        let ends = loose_ends(&[account("Two", vec![both])], Sources::default(), day(15));
        let told: Vec<_> = ends.iter().map(|end| (&end.why, end.what.as_str())).collect();
        let expected = [
            (&Why::Over { amount: 100, available: 600 }, "Support, Hours"),
            (&Why::Over { amount: 2, available: 2 }, "Support, Sessions"),
        ];
        assert_eq!(told, expected);
        assert!(ends[1].href.ends_with("?pool=sessions"), "{}", ends[1].href);
    }

    #[test]
    fn a_partner_and_an_archived_account_wait_for_nobody() {
        let mut partner = account("Partner", vec![retainer(Some(balance(600, 700)))]);
        partner.kind = AccountKind::Partner;
        let mut gone = account("Gone", vec![retainer(Some(balance(600, 700)))]);
        gone.archived = true;
        assert_eq!(whys(&[partner, gone], day(15)), []);
    }

    #[test]
    fn an_open_history_is_a_loose_end_of_its_own() {
        let mut retainer = retainer(None);
        retainer.state = RetainerState::Setup;
        assert_eq!(whys(&[account("New", vec![retainer])], day(15)), [Why::Setup]);
    }

    fn request(title: &str, asked_at: &str) -> Request {
        let id = "0193a5b0-0000-7000-8000-00000000000c";
        let written = serde_json::json!({
            "id": id, "retainer_id": id, "retainer_name": "Support", "account_id": id,
            "account_name": "Asks", "number": 1, "title": title, "inputs": [], "missing": [],
            "source": "staff", "risk": "low", "frequency": "one_off", "impact": "low",
            "touches": [], "level": "standard", "level_reason": "low_risk_recurring", "state": "new",
            "proposed_match": { "kind": "unclear", "reason": "no_words", "words": [] },
            "open_to_triage": true, "created_at": asked_at, "asker_links": 0,
            "version": 1,
        });
        serde_json::from_value(written).expect("a request")
    }

    #[test]
    fn a_request_without_a_verdict_waits_after_what_runs_out_the_oldest_first() {
        let near = account("Near", vec![retainer(Some(balance(600, 500)))]);
        let newer = request("Newer", "2026-11-12T09:30:00Z");
        let older = request("Older", "2026-11-04T09:00:00Z");
        let requests = [newer, older];
        let from = Sources { requests: &requests, zone: "UTC", ..Sources::default() };
        let ends = loose_ends(&[near], from, day(15));
        let told: Vec<_> = ends.iter().map(|end| (end.what.as_str(), &end.why)).collect();
        let expected = [
            ("Support", &Why::NearLimit { left: 100 }),
            ("Older", &Why::Asked { on: day(4) }),
            ("Newer", &Why::Asked { on: day(12) }),
        ];
        assert_eq!(told, expected);
        assert_eq!(ends[1].href, "/requests/0193a5b0-0000-7000-8000-00000000000c");
    }

    fn step(title: &str, due_on: Option<&str>) -> Task {
        let id = "0193a5b0-0000-7000-8000-00000000000d";
        let written = serde_json::json!({
            "id": id, "account_id": id, "account_name": "Owed", "title": title, "state": "open",
            "owner_id": id, "owner_name": "Ana", "due_on": due_on,
            "created_at": "2026-11-01T09:00:00Z", "version": 1,
        });
        serde_json::from_value(written).expect("a step")
    }

    #[test]
    fn a_step_that_is_due_waits_and_so_does_a_client_without_one() {
        let near = account("Near", vec![retainer(Some(balance(600, 500)))]);
        let aimless = [account("Aimless", vec![retainer(None)])];
        let steps = [step("Later", Some("2026-11-15")), step("First", Some("2026-11-10"))];
        let from = Sources { steps: &steps, aimless: &aimless, zone: "UTC", ..Sources::default() };
        let ends = loose_ends(&[near], from, day(15));
        let told: Vec<_> = ends.iter().map(|end| (end.whose.as_str(), &end.why)).collect();
        let expected = [
            ("Near", &Why::NearLimit { left: 100 }),
            ("Owed", &Why::Step { on: day(10) }),
            ("Owed", &Why::Step { on: day(15) }),
            ("Aimless", &Why::NoNextStep),
        ];
        assert_eq!(told, expected);
        assert!(ends[1].href.ends_with("/timeline"));
    }
}
