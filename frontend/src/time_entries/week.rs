//! The entries of a week: read, changed on screen at once, put back if the server refuses.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{Page, TimeEntry, TimeEntryId};

use crate::query::Query;

/// The first page as the cache has it, and the pages read after it. Copy it into closures.
#[derive(Clone, Copy)]
pub(super) struct WeekEntries {
    /// The first page.
    pub(super) first: Query<Page<TimeEntry>>,
    /// What was read on.
    pub(super) more: RwSignal<Vec<TimeEntry>>,
    /// Where to read on.
    pub(super) next: RwSignal<Option<String>>,
}

impl WeekEntries {
    /// Follows the first page: another week or filter forgets what was read on.
    pub(super) fn new(first: Query<Page<TimeEntry>>) -> Self {
        let entries = Self { first, more: RwSignal::default(), next: RwSignal::default() };
        Effect::new(move |_| {
            let next = first.with(|page| page.and_then(|page| page.next_cursor.clone()));
            entries.more.set(Vec::new());
            entries.next.set(next);
        });
        entries
    }

    /// All that is known, the newest day first.
    pub(super) fn all(self) -> Vec<TimeEntry> {
        let mut all = self.first.with(|page| page.map_or_else(Vec::new, |page| page.items.clone()));
        self.more.with(|more| all.extend(more.iter().cloned()));
        // What was just logged for an earlier day goes where it belongs.
        all.sort_by_key(|entry| std::cmp::Reverse(entry.worked_on));
        all
    }

    /// The entry shown below this one, or above the last.
    pub(super) fn neighbour(self, id: TimeEntryId) -> Option<TimeEntry> {
        let mut all = untrack(|| self.all());
        let place = all.iter().position(|entry| entry.id == id)?;
        all.remove(place);
        let last = all.len().checked_sub(1)?;
        all.get(place.min(last)).cloned()
    }

    /// Shows an entry that the server has not confirmed yet.
    pub(super) fn insert(self, entry: TimeEntry) {
        self.first.update(|page| page.items.insert(0, entry));
    }

    /// Shows an entry otherwise.
    pub(super) fn replace(self, id: TimeEntryId, with: &TimeEntry) {
        let change = |items: &mut Vec<TimeEntry>| {
            if let Some(entry) = items.iter_mut().find(|entry| entry.id == id) {
                *entry = with.clone();
            }
        };
        self.first.update(|page| change(&mut page.items));
        self.more.try_update(change);
    }

    /// Shows it no more.
    pub(super) fn remove(self, id: TimeEntryId) {
        self.first.update(|page| page.items.retain(|entry| entry.id != id));
        self.more.try_update(|more| more.retain(|entry| entry.id != id));
    }
}

/// The days that have entries, newest first, each with its minutes.
pub(super) fn days(entries: &[TimeEntry]) -> Vec<(NaiveDate, i64)> {
    let mut days: Vec<(NaiveDate, i64)> = Vec::new();
    for entry in entries {
        match days.iter_mut().find(|(day, _)| *day == entry.worked_on) {
            Some((_, minutes)) => *minutes += entry.minutes,
            None => days.push((entry.worked_on, entry.minutes)),
        }
    }
    days.sort_by_key(|(day, _)| std::cmp::Reverse(*day));
    days
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::api::EntrySource;

    pub(super) fn entry(day: &str, minutes: i64) -> TimeEntry {
        let id = "0193a5b0-0000-7000-8000-000000000001";
        TimeEntry {
            id: id.parse().expect("an id"),
            retainer_id: id.parse().expect("an id"),
            retainer_name: "Support".into(),
            account_name: "Big Company".into(),
            cycle_id: id.parse().expect("an id"),
            member_id: id.parse().expect("an id"),
            member_name: "Ana".into(),
            worked_on: day.parse().expect("a date"),
            minutes,
            draws: true,
            pool: None,
            unit: None,
            drawn: None,
            note: None,
            work_item_id: None,
            late: false,
            source: EntrySource::Recorded,
            approved: None,
            created_at: chrono::DateTime::UNIX_EPOCH,
            version: 1,
        }
    }

    #[test]
    fn days_come_newest_first_with_their_sum() {
        let entries = [entry("2026-11-16", 60), entry("2026-11-17", 30), entry("2026-11-16", 45)];
        let day = |text: &str| text.parse().expect("a date");
        assert_eq!(days(&entries), [(day("2026-11-17"), 30), (day("2026-11-16"), 105)]);
    }
}
