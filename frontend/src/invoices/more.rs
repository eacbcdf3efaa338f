//! The pages of a long list after its first.
use leptos::{prelude::*, task::spawn_local};
use shared::api::{InvoiceSummary, Page};

use super::list::View;
use crate::api::{Fault, Fetch, Path};
use crate::query::Query;
use crate::t;
use crate::ui::{Button, FaultNote};

/// What was read of a view after its first page.
#[derive(Clone, Copy)]
pub(super) struct More {
    view: Memo<View>,
    pub(super) rows: RwSignal<Vec<InvoiceSummary>>,
    next: RwSignal<Option<String>>,
    fault: RwSignal<Option<Fault>>,
    /// Goes up when the list begins anew: an older page is dropped.
    turn: StoredValue<u32>,
}

impl More {
    /// Begins anew with each view, and when the first page changes.
    pub(super) fn of(view: Memo<View>, first: Query<Page<InvoiceSummary>>) -> Self {
        let more = Self {
            view,
            rows: RwSignal::default(),
            next: RwSignal::default(),
            fault: RwSignal::default(),
            turn: StoredValue::new(0),
        };
        Effect::new(move |_| {
            view.track();
            more.turn.update_value(|turn| *turn += 1);
            more.rows.set(Vec::new());
            more.fault.set(None);
            more.next.set(first.with(|page| page.and_then(|page| page.next_cursor.clone())));
        });
        more
    }

    async fn read(self, cursor: String) {
        let turn = self.turn.get_value();
        let first = self.view.get_untracked().read();
        let path = Path::new(first.path()).with("cursor", Some(cursor)).done();
        let page = Fetch::<Page<InvoiceSummary>>::new(path).send().await;
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
