//! Random streams through the API: the books read back are what the rules alone make of the same
//! events. The life that is lived beside the server is the one of `shared/tests/laws`.
use std::collections::BTreeMap;

use chrono::{Days, Duration, NaiveDate};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use reqwest::StatusCode;
use serde_json::{Value, json};
use shared::api::{NewRetainer, Role};
use shared::rules::amendment::Effective;
use shared::rules::cycle::{ResumeAnchor, Series};
use shared::rules::ledger::{
    Closing, FactKind, Lot, Next, Projection, SessionStatus, TopUpKind, close,
};
use shared::rules::units::Quantity;

use crate::app::{Answer, TestApp};
use crate::life::{Adjustment, Event, Life, POOLS};
use crate::on_both_engines;
use crate::retainers::{agree, get, id};

on_both_engines![random_streams_make_the_books_that_their_replay_makes];

/// What happens in all.
const EVENTS: usize = 120;
const SEED: u64 = 5;
const KEYS: [&str; POOLS] = ["hours", "deliverables", "sessions"];

/// Three agreements, in their overage as different as can be.
fn agreements() -> [Value; 3] {
    let pools = |hours: Value, things: Value| {
        json!([
            { "unit": "minutes", "allowance": 300, "overage": hours,
              "rollover": { "cap_percent": 50, "max_cycles": 2 } },
            { "unit": "deliverables", "allowance": 7, "overage": things,
              "rollover": { "carry_percent": 60 } },
            { "unit": "sessions", "allowance": 4, "overage": { "mode": "absorb" },
              "cancellation": { "notice_hours": 24, "in_time": "carry", "charge_percent": 50 } },
        ])
    };
    let terms = |grace: u32, hours, things| {
        let price = json!({ "amount_minor": 150_000, "currency": "EUR" });
        json!({ "price": price, "pools": pools(hours, things), "grace_days": grace })
    };
    let borrow = json!({ "mode": "borrow", "rate_minor": 9_000, "borrow_cap": 120 });
    let bill = json!({ "mode": "bill", "rate_minor": 12_000, "increment": 15 });
    [
        terms(0, json!({ "mode": "block" }), json!({ "mode": "absorb" })),
        terms(3, bill, json!({ "mode": "block" })),
        terms(0, borrow, json!({ "mode": "absorb" })),
    ]
}

/// A retainer, and the life that the rules make of it.
struct Two {
    retainer: Value,
    terms: Value,
    life: Life,
    /// Where each record of the life is in the API, if it can be taken back there.
    made: Vec<Option<String>>,
}

impl Two {
    async fn agree(app: &TestApp, terms: &Value) -> Self {
        let body = |account: &Value| {
            json!({ "account_id": account, "name": "Everything", "starts_on": "2026-01-10",
                "timezone": "UTC", "terms": terms })
        };
        let retainer = agree(app, body).await;
        let new: NewRetainer = serde_json::from_value(body(&retainer["account_id"])).unwrap();
        let NewRetainer { starts_on, interval, anchor, terms: agreed, .. } = new;
        let series = Series::new(starts_on, interval, anchor, None, Vec::new()).unwrap();
        let pools = [0, 1, 2].map(|pool: usize| &agreed.pools[pool]);
        let policies = pools.map(|pool| pool.policy(agreed.grace_days));
        let life = Life::begin(series, policies, pools.map(|pool| Quantity(pool.allowance)));
        Self { retainer, terms: terms.clone(), life, made: Vec::new() }
    }

    /// Tells the server and the rules the same; they must agree on whether it happens.
    async fn meet(&mut self, app: &TestApp, event: &Event) {
        let before = self.life.clone();
        if let Event::TakeBack { nth } = *event {
            return self.take_back(app, nth).await;
        }
        self.life.meet(event).unwrap();
        let recorded = self.life.records.len() > before.records.len();
        let place = self.tell(app, event, recorded, &before).await;
        self.made.resize(self.life.records.len(), None);
        if let Some(last) = self.made.last_mut().filter(|_| recorded) {
            *last = place;
        }
    }
    /// Where what was recorded is.
    async fn tell(
        &self,
        app: &TestApp,
        event: &Event,
        recorded: bool,
        before: &Life,
    ) -> Option<String> {
        let day = |ago: u64| (self.life.today - Days::new(ago)).to_string();
        let retainer = &self.retainer["id"];
        match *event {
            Event::Use { pool: 0, units, ago } => {
                let body =
                    json!({ "retainer_id": retainer, "worked_on": day(ago), "minutes": units });
                self.sent(app, "/time-entries", body, recorded, "entry").await
            }
            Event::Use { units, ago, .. } => {
                let body =
                    json!({ "retainer_id": retainer, "delivered_on": day(ago), "count": units });
                self.sent(app, "/deliverables", body, recorded, "deliverable").await
            }
            Event::Session { units, status, notice, ago, .. } => {
                self.hold(app, (&day(ago), units, status, notice)).await
            }
            Event::Adjust { pool, units, kind, ago } => {
                let mut body = json!({ "retainer_id": retainer, "pool": KEYS[pool],
                    "on": day(ago), "reason": "As agreed", "quantity": units });
                let (kind, ends) = match kind {
                    Adjustment::Up => ("correction", None),
                    Adjustment::Down => ("correction", None),
                    Adjustment::TopUp(TopUpKind::Purchased, ends) => ("purchase", ends),
                    Adjustment::TopUp(TopUpKind::Goodwill, ends) => ("goodwill", ends),
                };
                if matches!(event, Event::Adjust { kind: Adjustment::Down, .. }) {
                    body["quantity"] = json!(-units);
                }
                body["kind"] = json!(kind);
                if let Some(days) = ends {
                    body["ends_on"] = json!(self.life.today + Days::new(days));
                }
                self.sent(app, "/adjustments", body, recorded, "adjustment").await
            }
            Event::Amend { effective, .. } => {
                let happens = self.life.versions.len() > before.versions.len();
                let mut terms = self.terms.clone();
                let (_, allowances) = self.life.versions.last().unwrap();
                for (pool, allowance) in allowances.iter().enumerate() {
                    terms["pools"][pool]["allowance"] = json!(allowance);
                }
                let body = json!({ "terms": terms, "effective": effective });
                self.changed(app, "amendments", body, happens).await
            }
            Event::Pause { after, days, resume_anchor } => {
                let from: NaiveDate = self.life.today + Days::new(1 + after);
                let to = days.map(|days| from + Days::new(days));
                let body = json!({ "from": from, "to": to, "resume_anchor": resume_anchor });
                self.changed(app, "pause", body, self.life.agreed != before.agreed).await
            }
            Event::Resume { ago } => {
                let (today, on) = (self.life.today, self.life.today - Days::new(ago));
                let happens = self.life.agreed != before.agreed;
                self.changed(app, "resume", json!({ "on": on }), happens).await;
                // Cycles of days that were paused may be due.
                app.clock_at(&format!("{today}T10:00:00Z")).await;
                None
            }
            Event::End { after } => {
                let ends_on = after.map(|days| self.life.today + Days::new(1 + days));
                let happens = self.life.agreed != before.agreed;
                self.changed(app, "end", json!({ "ends_on": ends_on }), happens).await
            }
            Event::TakeBack { .. } | Event::Days(_) => None,
        }
    }
    async fn sent(
        &self,
        app: &TestApp,
        path: &str,
        body: Value,
        recorded: bool,
        kind: &str,
    ) -> Option<String> {
        let answer = app.as_role(Role::Owner, "POST", path).json(&body).send().await.unwrap();
        let status = answer.status();
        let told: Value = answer.json().await.unwrap();
        assert_eq!(status == StatusCode::CREATED, recorded, "{path} {body}: {told}");
        assert!(recorded || status.is_client_error(), "{path} {body}: {told}");
        recorded.then(|| format!("{path}/{}", id(&told[kind])))
    }
    async fn changed(
        &self,
        app: &TestApp,
        action: &str,
        body: Value,
        happens: bool,
    ) -> Option<String> {
        let path = format!("/retainers/{}/{action}", id(&self.retainer));
        let answer = app.as_role(Role::Owner, "POST", &path).json(&body).send().await.unwrap();
        let status = answer.status();
        let told = answer.text().await.unwrap();
        assert_eq!(status.is_success(), happens, "{action} {body}: {told}");
        assert!(happens || status.is_client_error(), "{action} {body}: {told}");
        None
    }
    /// Books a session and says how it went.
    async fn hold(
        &self,
        app: &TestApp,
        (day, units, status, notice): (&str, i64, SessionStatus, i64),
    ) -> Option<String> {
        let starts_at: chrono::DateTime<chrono::Utc> = format!("{day}T09:00:00Z").parse().unwrap();
        let body = json!({ "retainer_id": self.retainer["id"], "starts_at": starts_at,
            "minutes": 60, "units": units });
        let answer = app.as_role(Role::Owner, "POST", "/sessions").json(&body).send().await;
        let answer = answer.unwrap();
        if answer.status().is_client_error() {
            return None;
        }
        let booked: Value = answer.json().await.unwrap();
        let path = format!("/sessions/{}", id(&booked["session"]));
        let mut how = json!({ "status": status });
        if status == SessionStatus::Cancelled {
            how["at"] = json!(starts_at - Duration::hours(notice));
        }
        let settle = format!("{path}/settle");
        app.as_role(Role::Owner, "POST", &settle).json(&how).expect(200).await;
        Some(path)
    }
    async fn take_back(&mut self, app: &TestApp, nth: usize) {
        let Some(nth) = nth.checked_rem(self.life.records.len()) else { return };
        let Some(path) = self.made[nth].take() else { return };
        let record = self.life.records[nth];
        let open = self.life.open.iter().any(|row| row.cycle.seq == record.seq);
        let recorded = path.starts_with("/time") || path.starts_with("/deliverables");
        let taken = if path.starts_with("/sessions") {
            let reopen = format!("{path}/reopen");
            let answer = app.as_role(Role::Owner, "POST", &reopen).json(&json!({})).send().await;
            let answer = answer.unwrap();
            let status = answer.status();
            // What stays booked would be drawn when its cycle closes.
            if status.is_success() {
                let told: Value = answer.json().await.unwrap();
                let booking = app.as_role(Role::Owner, "DELETE", &path);
                booking.version(&told["session"]["version"]).expect(200).await;
            }
            status
        } else {
            let delete = app.as_role(Role::Owner, "DELETE", &path).version(1);
            delete.send().await.unwrap().status()
        };
        let before = self.life.clone();
        self.life.meet(&Event::TakeBack { nth }).unwrap();
        // What is not use stays as the close left it; what a session set aside was handed on.
        let handed_on = path.starts_with("/sessions") && record.fact.kind == FactKind::Carry;
        let use_of_it = recorded || path.starts_with("/sessions");
        let happens = self.life != before && (open || use_of_it);
        if handed_on && !open {
            assert!(taken.is_success() && self.life == before, "{path}: {taken}");
            return;
        }
        assert_eq!(taken.is_success(), happens, "{path}: {taken}");
        assert!(happens || taken == StatusCode::CONFLICT, "{path}: {taken}");
        if !happens {
            self.life = before;
        }
        self.made.resize(self.life.records.len(), None);
    }

    /// The books read back are those of the life.
    async fn same(&self, app: &TestApp) {
        let life = &self.life;
        let cycles = get(app, &format!("/retainers/{}/cycles?limit=200", id(&self.retainer))).await;
        let cycles = cycles["items"].as_array().unwrap();
        let begun = life.open.iter().filter(|row| row.cycle.start <= life.today).count();
        assert_eq!(cycles.len(), life.closed.len() + begun);
        for cycle in cycles {
            let seq = u32::try_from(cycle["seq"].as_u64().unwrap()).unwrap();
            for (pool, key) in KEYS.iter().enumerate() {
                let (status, projection, closing) = lived(life, pool, seq);
                assert_eq!(cycle["status"], status);
                let told = &cycle["pools"][pool]["sums"];
                assert_eq!(*told, sums(&projection, &closing), "{key} in cycle {seq}");
                let path = format!(
                    "/retainers/{}/ledger?cycle_id={}&pool={key}&limit=200",
                    id(&self.retainer),
                    id(cycle)
                );
                let ledger = get(app, &path).await;
                assert_eq!(told_lots(&ledger), stock(&projection.lots), "{key} in cycle {seq}");
            }
        }
    }
}

/// What the rules say of a pool in a cycle.
fn lived(life: &Life, pool: usize, seq: u32) -> (&'static str, Projection, Closing) {
    let index = usize::try_from(seq).unwrap() - 1;
    if let Some(kept) = life.closed.get(index) {
        let kept = &kept[pool];
        return ("closed", kept.projection.clone(), kept.closing.clone());
    }
    let index = index - life.closed.len();
    let projection = life.projections(pool).unwrap().remove(index);
    let next = Next::Cycle { grant: life.open[index + 1].grants[pool] };
    let terms = life.terms(pool, &life.open[index]);
    let closing = close(&projection, &terms, next, &|seq| life.series.end_of(seq)).unwrap();
    ("open", projection, closing)
}

fn sums(projection: &Projection, closing: &Closing) -> Value {
    let totals = &projection.totals;
    json!({
        "opening": totals.opening,
        "granted": totals.grant,
        "repaid": totals.borrow_repaid,
        "topped_up": totals.topups,
        "adjusted": totals.adjust_up.0 - totals.adjust_down.0,
        "used": totals.consumed,
        "overage": totals.overage,
        "overage_billed": closing.overage_billed,
        "overage_amount_minor": closing.overage_amount,
        "overage_absorbed": closing.overage_absorbed,
        "borrowed": closing.borrowed,
        "unrepaid": closing.unrepaid,
        "set_aside": totals.makeup_out,
        "lapsed": closing.expired_total(),
        "closing": closing.closing_balance,
    })
}

type Stock = BTreeMap<(String, i64), i64>;

fn stock(lots: &[Lot]) -> Stock {
    let mut stock = Stock::new();
    for lot in lots {
        let kind = serde_json::to_value(lot.kind).unwrap().as_str().unwrap().to_owned();
        *stock.entry((kind, lot.origin.into())).or_default() += lot.quantity.0;
    }
    stock
}

/// What the lines of a ledger leave in the lots, before its close moves them; no balance on the way
/// is below zero.
fn told_lots(ledger: &Value) -> Stock {
    let at_close = ["makeup", "expire", "carry_out"];
    let mut stock = Stock::new();
    for line in ledger["items"].as_array().unwrap() {
        assert!(line["balance"].as_i64().unwrap() >= 0, "{line}");
        let during = !at_close.contains(&line["kind"].as_str().unwrap());
        for lot in line["lots"].as_array().unwrap().iter().filter(|_| during) {
            let kind = lot["kind"].as_str().unwrap().to_owned();
            let place = (kind, lot["origin_seq"].as_i64().unwrap());
            *stock.entry(place).or_default() += lot["quantity"].as_i64().unwrap();
        }
    }
    stock.retain(|_, units| *units != 0);
    stock
}

/// Something that may happen to a retainer.
fn event(rng: &mut StdRng) -> Event {
    let ago = if rng.random_range(0..4) == 0 { 45 } else { 6 };
    let ago = rng.random_range(0..=ago);
    match rng.random_range(0..22) {
        0..7 => Event::Use { pool: 0, units: rng.random_range(1..=150), ago },
        7..10 => Event::Use { pool: 1, units: rng.random_range(1..=4), ago },
        10..13 => {
            use SessionStatus::{Cancelled, Completed, NoShow};
            let status = *[Completed, Cancelled, NoShow].choose(rng).unwrap();
            let (units, notice) = (rng.random_range(1..=2), rng.random_range(0..48));
            Event::Session { pool: 2, units, status, notice, ago }
        }
        13..16 => {
            let ends = rng.random_bool(0.5).then(|| rng.random_range(1..90));
            let kinds = [
                Adjustment::Up,
                Adjustment::Down,
                Adjustment::TopUp(TopUpKind::Purchased, ends),
                Adjustment::TopUp(TopUpKind::Goodwill, ends),
            ];
            let pool = rng.random_range(0..POOLS);
            let units = rng.random_range(1..=[90, 3, 2][pool]);
            Event::Adjust { pool, units, kind: *kinds.choose(rng).unwrap(), ago }
        }
        20 => Event::Resume { ago },
        21 => Event::End { after: rng.random_bool(0.5).then(|| rng.random_range(10..60)) },
        16..18 => Event::TakeBack { nth: rng.random_range(0..1_000) },
        18 => {
            let pool = rng.random_range(0..POOLS);
            let allowance = rng.random_range(0..=[500, 12, 6][pool]);
            let effective = *[Effective::Now, Effective::NextCycle].choose(rng).unwrap();
            Event::Amend { pool, allowance, effective }
        }
        _ => {
            let resume_anchor =
                *[ResumeAnchor::Unchanged, ResumeAnchor::Reset].choose(rng).unwrap();
            let days = rng.random_bool(0.8).then(|| rng.random_range(1..20));
            let after = rng.random_range(0..20);
            Event::Pause { after, days, resume_anchor }
        }
    }
}

async fn random_streams_make_the_books_that_their_replay_makes(app: TestApp) {
    app.clock_at("2026-01-10T10:00:00Z").await;
    let mut all = Vec::new();
    for terms in &agreements() {
        all.push(Two::agree(&app, terms).await);
    }
    let mut rng = StdRng::seed_from_u64(SEED);
    for _ in 0..EVENTS {
        let event = event(&mut rng);
        let which = rng.random_range(0..all.len());
        all[which].meet(&app, &event).await;
        let days = if rng.random_range(0..3) == 0 { rng.random_range(1..7) } else { 0 };
        if days > 0 {
            let day = all[0].life.today + Days::new(days);
            app.clock_at(&format!("{day}T10:00:00Z")).await;
            all.iter_mut().for_each(|two| two.life.meet(&Event::Days(days)).unwrap());
        }
    }
    for two in &all {
        two.same(&app).await;
    }
    app.books_hold().await;
    // Long enough for cycles to close, and what was recorded is of every kind.
    assert!(all.iter().all(|two| two.life.closed.len() > 3));
    let records = || all.iter().flat_map(|two| &two.life.records);
    assert!(records().any(|record| record.undone));
    assert!(records().any(|record| record.fact.kind == FactKind::Carry));
}
