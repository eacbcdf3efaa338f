//! The pages of a long list after its first.
use leptos::{prelude::*, task::spawn_local};
use serde::de::DeserializeOwned;
use shared::api::Page;

use super::{button::Button, panel::FaultNote};
use crate::{
    api::{Fault, Fetch, Path},
    query::Query,
    t,
};

/// What was read of a list after its first page.
pub struct More<T: Send + Sync + 'static> {
    /// The address of the first page; none while there is nothing to read on.
    first: Memo<Option<String>>,
    rows: RwSignal<Vec<T>>,
    next: RwSignal<Option<String>>,
    fault: RwSignal<Option<Fault>>,
    /// Goes up when the list begins anew: an older page is dropped.
    turn: StoredValue<u32>,
}

impl<T: Send + Sync + 'static> Clone for More<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Send + Sync + 'static> Copy for More<T> {}

impl<T: Clone + DeserializeOwned + Send + Sync + 'static> More<T> {
    /// Begins anew with each address, and when the first page changes.
    pub fn of(first: Memo<Option<String>>, page: Query<Page<T>>) -> Self {
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
    pub fn rows(self) -> Vec<T> {
        self.rows.get()
    }

    async fn read(self, cursor: String) {
        let Some(first) = self.first.get_untracked() else { return };
        let turn = self.turn.get_value();
        let path = Path::new(first).with("cursor", Some(cursor)).done();
        let page = Fetch::<Page<T>>::new(path).send().await;
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
pub fn ReadOn<T: Clone + DeserializeOwned + Send + Sync + 'static>(more: More<T>) -> impl IntoView {
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
