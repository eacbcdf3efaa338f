//! The pools of the retainer whose board is shown, and the one that stands above it.
use leptos::prelude::*;
use shared::api::{Balance, Retainer, WorkGauge};

use crate::query::Query;

/// The pools of a retainer, and the one that stands above its board.
#[derive(Clone, Copy)]
pub(super) struct Pools {
    /// What each pool has.
    pub(super) all: Memo<Vec<Balance>>,
    /// The place of the one that is shown.
    pub(super) chosen: RwSignal<usize>,
    /// How work is measured by it.
    pub(super) gauge: Memo<Option<WorkGauge>>,
}

impl Pools {
    /// Those of a retainer, the one that work draws on first; none on the board of all.
    pub(super) fn of(retainer: Option<Query<Retainer>>) -> Self {
        let all = Memo::new(move |_| {
            let own = |retainer: Option<&Retainer>| {
                let retainer = retainer?;
                let mut all = retainer.balances.clone();
                let terms = &retainer.terms.terms;
                let home = terms.pool_of_work(None).map(|place| terms.pools[place].key());
                all.sort_by_key(|one| Some(one.pool.key.as_str()) != home);
                Some(all)
            };
            retainer.and_then(|retainer| retainer.with(own)).unwrap_or_default()
        });
        let chosen = RwSignal::new(0);
        let gauge = Memo::new(move |_| {
            let key = all.with(|all| Some(all.get(chosen.get())?.pool.key.clone()))?;
            retainer?.with(|retainer| retainer?.terms.terms.clone().gauge(&key))
        });
        Self { all, chosen, gauge }
    }

    /// What the one that is shown has.
    pub(super) fn balance(self) -> Option<Balance> {
        self.all.with(|all| all.get(self.chosen.get()).cloned())
    }
}
