//! Time drawn in a cycle, by priority and by channel. Source: requirements S0-3, S0-4.
use std::cmp::Reverse;
use std::collections::BTreeMap;

use shared::api::{
    CHANNELS_TOLD, ChannelEffort, PoolId, PoolTerms, Priority, PriorityEffort, PriorityId,
};

use crate::signals::EffortRow;

/// What was drawn on each priority, in order, and last what served none of them.
pub(super) fn by_priority(
    effort: &[EffortRow],
    priorities: &[Priority],
    pool: Option<(PoolId, &PoolTerms)>,
) -> Vec<PriorityEffort> {
    let told = |priority_id: Option<PriorityId>| {
        let listed = |id: PriorityId| priorities.iter().any(|one| one.id == id);
        let mine = |row: &&EffortRow| row.priority_id.filter(|id| listed(*id)) == priority_id;
        let sum = |of: &dyn Fn(&EffortRow) -> bool| -> i64 {
            effort.iter().filter(mine).filter(|row| of(row)).map(|row| row.minutes).sum()
        };
        let minutes = sum(&|_| true);
        let drawn = pool.and_then(|(id, terms)| {
            let own = sum(&|row| row.pool_id == id);
            Some((terms.units_of_minutes(own)?, minutes - own))
        });
        PriorityEffort {
            priority_id,
            minutes,
            drawn: drawn.map(|(units, _)| units),
            elsewhere: drawn.map_or(0, |(_, minutes)| minutes),
        }
    };
    let mut parts: Vec<_> = priorities.iter().map(|one| told(Some(one.id))).collect();
    parts.extend(Some(told(None)).filter(|aside| aside.minutes > 0));
    parts
}

/// What was drawn through each channel, the most first, and the minutes of those beyond what is
/// told.
pub(super) fn by_channel(effort: &[EffortRow]) -> (Vec<ChannelEffort>, i64) {
    let mut sums: BTreeMap<Option<&str>, i64> = BTreeMap::new();
    for row in effort {
        *sums.entry(super::service::present(&row.channel)).or_default() += row.minutes;
    }
    let told = |(channel, minutes): (Option<&str>, i64)| ChannelEffort {
        channel: channel.map(str::to_owned),
        minutes,
    };
    let mut parts: Vec<_> = sums.into_iter().map(told).collect();
    parts.sort_by_key(|one| Reverse(one.minutes));
    let rest = parts.split_off(parts.len().min(CHANNELS_TOLD));
    (parts, rest.iter().map(|one| one.minutes).sum())
}
