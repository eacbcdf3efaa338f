//! What the parts about one request share.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{Request, RequestId, RequestOptions};

use crate::api;
use crate::query::{self, Query, use_query, use_query_when};
use crate::session::{delivers, manages, use_me, use_today};

/// A request and what can be done with it.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    pub(super) id: RequestId,
    pub(super) request: Query<Request>,
    /// Read while somebody may still decide.
    pub(super) options: Query<RequestOptions>,
    /// The reader gives verdicts.
    pub(super) may: bool,
    /// The reader takes requests in.
    pub(super) works: bool,
    pub(super) today: NaiveDate,
    pub(super) zone: StoredValue<String>,
    /// The form that changes the request is open.
    pub(super) editing: RwSignal<bool>,
}

impl Shown {
    pub(super) fn of(id: RequestId) -> Self {
        let me = use_me();
        let role = me.with_untracked(|me| me.role);
        let request = use_query(move || api::request(id));
        let options = use_query_when(move || {
            let open = request.with(|one| one.is_some_and(|one| one.open_to_triage));
            open.then(|| api::request_options(id))
        });
        let zone = me.with_untracked(|me| me.organisation.timezone.clone());
        Self {
            id,
            request,
            options,
            may: manages(role),
            works: delivers(role),
            today: use_today().get_untracked(),
            zone: StoredValue::new(zone),
            editing: RwSignal::new(false),
        }
    }

    /// Shows the request as the server answered it, and reads again what hangs on it.
    pub(super) fn answered(self, request: Request) {
        for prefix in ["/requests", "/retainers", "/cycles", "/work-items", "/boards"] {
            query::invalidate(prefix);
        }
        query::put(&api::request(self.id), request);
    }
}
