//! Time drawn in a cycle, by priority and by channel. Source: requirements S0-3, S0-4.
use std::cmp::Reverse;
use std::collections::BTreeMap;

use shared::api::{CHANNELS_TOLD, ChannelEffort, PoolTerms, Priority, PriorityEffort, PriorityId};

use crate::signals::EffortRow;

/// What was drawn on each priority, in order, and last what served none of them.
pub(super) fn by_priority(
    effort: &[EffortRow],
    priorities: &[Priority],
    pool: Option<&PoolTerms>,
) -> Vec<PriorityEffort> {
    let told = |priority_id: Option<PriorityId>, minutes: i64| {
        let drawn = pool.and_then(|pool| pool.units_of_minutes(minutes));
        PriorityEffort { priority_id, minutes, drawn }
    };
    let on = |one: &Priority| {
        effort
            .iter()
            .filter(|row| row.priority_id == Some(one.id))
            .map(|row| row.minutes)
            .sum::<i64>()
    };
    let mut parts: Vec<_> = priorities.iter().map(|one| told(Some(one.id), on(one))).collect();
    let served: i64 = parts.iter().map(|one| one.minutes).sum();
    let aside = effort.iter().map(|row| row.minutes).sum::<i64>() - served;
    parts.extend((aside > 0).then(|| told(None, aside)));
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
