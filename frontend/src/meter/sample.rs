//! Balances for tests.
use chrono::NaiveDate;
use shared::api::{
    Balance, CycleId, CycleStatus, ExplainLinks, Lot, LotKind, MeterState, Pool, PoolId, Unit,
};
use shared::rules::meter::Reading;

/// November 2026 on its 15th day, all of it allowance.
pub(crate) fn balance(available: i64, used: i64) -> Balance {
    let day = |d, m| NaiveDate::from_ymd_opt(2026, m, d).expect("a day");
    let left = (available - used).max(0);
    let mut balance = Balance {
        pool: pool(Unit::Minutes),
        cycle_id: CycleId("0193a5b0-0000-7000-8000-000000000001".parse().expect("an id")),
        seq: 3,
        starts_on: day(1, 11),
        ends_on: day(1, 12),
        status: CycleStatus::Open,
        elapsed_days: 15,
        days: 30,
        available,
        opening: 0,
        granted: available,
        repaid: 0,
        topped_up: 0,
        adjusted: 0,
        ended: 0,
        coming: 0,
        used,
        committed: 0,
        planned: 0,
        set_aside: 0,
        left,
        overage: (used - available).max(0),
        approved: None,
        lots: if left > 0 { vec![lot(LotKind::Included, left)] } else { Vec::new() },
        coming_lots: Vec::new(),
        carries: 0,
        lapses: left,
        next_lapses: Vec::new(),
        state: MeterState::OnTrack,
        explain: ExplainLinks {
            left: String::new(),
            available: String::new(),
            used: String::new(),
            overage: String::new(),
            carries: String::new(),
            lapses: String::new(),
        },
    };
    balance.state = state(&balance);
    balance
}

/// The same of another unit.
pub(crate) fn of_unit(unit: Unit, available: i64, used: i64) -> Balance {
    Balance { pool: pool(unit), ..balance(available, used) }
}

/// A pool that nobody named, in euros.
pub(crate) fn pool(unit: Unit) -> Pool {
    Pool {
        id: PoolId("0193a5b0-0000-7000-8000-000000000002".parse().expect("an id")),
        key: unit.key().to_owned(),
        name: None,
        unit,
        currency: "EUR".into(),
    }
}

/// How a changed balance stands.
pub(crate) fn state(balance: &Balance) -> MeterState {
    let Balance { available, used, committed, elapsed_days, days, .. } = *balance;
    Reading { available, used, committed, set_aside: 0, elapsed_days, days }.state()
}

/// What can still be drawn, granted in cycle 3 or carried from 2, gone with November.
pub(crate) fn lot(kind: LotKind, quantity: i64) -> Lot {
    let origin_seq = if kind == LotKind::Rollover { 2 } else { 3 };
    Lot { kind, origin_seq, quantity, ends_on: NaiveDate::from_ymd_opt(2026, 12, 1) }
}
