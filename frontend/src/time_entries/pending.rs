//! An entry that is on its way: in the list of the week before the server has answered.
use std::cell::RefCell;
use std::sync::Arc;

use leptos::prelude::*;
use shared::api::{CycleId, EntrySource, Me, NewTimeEntry, TimeEntry, TimeEntryId, TimeRecorded};

use super::page::Asked;
use super::week::WeekEntries;
use crate::format::Week;
use crate::query;
use crate::retainers::picker::Offer;

thread_local! {
    /// The list that is on screen, and what it asks for.
    static LIST: RefCell<Option<(WeekEntries, Memo<Asked>)>> = const { RefCell::new(None) };
}

/// This list shows what is on its way, for as long as it is on screen.
pub(super) fn shown_in(entries: WeekEntries, asked: Memo<Asked>) {
    LIST.set(Some((entries, asked)));
    on_cleanup(|| LIST.set(None));
}

/// An entry that is on its way, and the list that shows it, if one does.
pub(super) struct Pending(Option<(TimeEntryId, WeekEntries)>);

impl Pending {
    /// Shows it, where a list of its week is on screen.
    pub(super) fn show(
        new: &NewTimeEntry,
        offers: Signal<Vec<Offer>>,
        me: Signal<Arc<Me>>,
    ) -> Self {
        let list = LIST.with_borrow(|list| *list);
        let shown = list.and_then(|(entries, asked)| {
            let asked = asked.try_get_untracked()?;
            let entry = entry(new, offers, me)?;
            let meant = Week::of(entry.worked_on) == asked.week
                && asked.retainer.is_none_or(|retainer| retainer == entry.retainer_id)
                && asked.member.is_none_or(|member| member == entry.member_id);
            let id = entry.id;
            meant.then(|| entries.insert(entry)).map(|()| (id, entries))
        });
        Self(shown)
    }

    /// What was recorded stands in its place; what was refused is shown no more.
    pub(super) fn over(self, recorded: Option<&TimeRecorded>) {
        let Some((id, entries)) = self.0 else { return };
        match recorded {
            Some(recorded) => entries.replace(id, &recorded.entry),
            None => {
                entries.remove(id);
                // The list may be that of another week by now.
                query::invalidate("/time-entries");
            }
        }
    }
}

/// The entry as it will be, as far as it is known.
fn entry(new: &NewTimeEntry, offers: Signal<Vec<Offer>>, me: Signal<Arc<Me>>) -> Option<TimeEntry> {
    let name = offers.try_with_untracked(|offers| {
        let id = new.retainer_id.to_string();
        offers.iter().find(|offer| offer.value == id).map(|offer| offer.label.clone())
    })?;
    let name = name.unwrap_or_default();
    let (account, retainer) = name.split_once(" · ").unwrap_or((&name, ""));
    let (own, own_name, now) =
        me.try_with_untracked(|me| (me.member_id, me.name.clone(), me.now))?;
    Some(TimeEntry {
        id: crate::browser::random_uuid().parse().unwrap_or(TimeEntryId(Default::default())),
        retainer_id: new.retainer_id,
        retainer_name: retainer.to_owned(),
        account_name: account.to_owned(),
        cycle_id: CycleId(Default::default()),
        member_id: new.member_id.unwrap_or(own),
        member_name: if new.member_id.is_none() { own_name } else { String::new() },
        worked_on: new.worked_on,
        minutes: new.minutes,
        draws: new.draws,
        pool: new.pool.clone(),
        unit: None,
        drawn: None,
        note: new.note.clone(),
        work_item_id: new.work_item_id,
        late: false,
        source: EntrySource::Recorded,
        approved: None,
        created_at: now,
        version: 0,
    })
}
