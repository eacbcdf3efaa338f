//! The pages of a timeline after its first.
use leptos::{prelude::*, task::spawn_local};
use shared::api::{Page, TimelineItem};

use crate::{
    api::{Fault, Fetch, Path},
    query::Query,
    t,
    ui::{Button, FaultNote},
};

/// What was read after the first page.
#[derive(Clone, Copy)]
pub(super) struct More {
    /// The address of the first page.
    first: Memo<String>,
    rows: RwSignal<Vec<TimelineItem>>,
    next: RwSignal<Option<String>>,
    fault: RwSignal<Option<Fault>>,
    /// Goes up when the stream begins anew: an older page is dropped.
    turn: StoredValue<u32>,
}

impl More {
    /// Begins anew with each filter, and when the first page changes.
    pub(super) fn of(first: Memo<String>, page: Query<Page<TimelineItem>>) -> Self {
        let more = Self {
            first,
            rows: RwSignal::default(),
            next: RwSignal::default(),
            fault: RwSignal::default(),
            turn: StoredValue::new(0),
        };
        Effect::new(move |_| {
            // Read, not only tracked: else it is first computed by a press, and begins all anew.
            first.with(|_| ());
            more.turn.update_value(|turn| *turn += 1);
            more.rows.set(Vec::new());
            more.fault.set(None);
            more.next.set(page.with(|page| page.and_then(|page| page.next_cursor.clone())));
        });
        more
    }

    /// What was read after the first page.
    pub(super) fn rows(self) -> Vec<TimelineItem> {
        self.rows.get()
    }

    async fn read(self, cursor: String) {
        let turn = self.turn.get_value();
        let path = Path::new(self.first.get_untracked()).with("cursor", Some(cursor)).done();
        let page = Fetch::<Page<TimelineItem>>::new(path).send().await;
        if self.turn.try_get_value() != Some(turn) {
            return;
        }
        match page {
            Ok(page) => {
                self.fault.set(None);
                self.next.set(page.next_cursor);
                self.rows.update(|rows| rows.extend(page.items));
            }
            Err(fault) => self.fault.set(Some(fault)),
        }
    }
}

/// "Load more", while there is more.
#[component]
pub(super) fn ReadOn(more: More) -> impl IntoView {
    let busy = RwSignal::new(false);
    let load = Callback::new(move |()| {
        let Some(cursor) = more.next.get_untracked() else { return };
        busy.set(true);
        spawn_local(async move {
            more.read(cursor).await;
            busy.try_set(false);
        });
    });
    let fault = move || more.fault.get().map(|fault| view! { <FaultNote fault retry=load /> });
    view! {
        {fault}
        <Show when=move || more.next.with(Option::is_some)>
            <div class="panel-body">
                <Button busy on_press=load>{t!(common.more)}</Button>
            </div>
        </Show>
    }
}
