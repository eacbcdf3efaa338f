//! Who visits, and what happens when that ends.
use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use shared::api::{ErrorCode, PortalPart, PortalSignedIn, PortalVisitor, RetainerId, VisitorKind};

use super::api;
use crate::{api::Fault, query, t};

/// Where the visit stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    /// The cookie is being tried.
    Opening,
    /// Nobody is signed in; whether somebody was.
    Out { ended: bool },
    /// Somebody is.
    In(Arc<PortalVisitor>),
    /// The server cannot be asked.
    Unreachable(Fault),
}

/// The visit, in the context of every component.
#[derive(Clone, Copy)]
pub(super) struct Visit {
    standing: RwSignal<Standing>,
    /// The link that was opened last: it need not be opened again on the way back to it.
    opened: StoredValue<Option<String>>,
}

thread_local! {
    /// For the reads, which no component asks for it.
    static VISIT: std::cell::Cell<Option<Visit>> = const { std::cell::Cell::new(None) };
}

/// A read found nobody signed in.
pub(super) fn ended() {
    if let Some(visit) = VISIT.get() {
        visit.leave(true);
    }
}

/// The visit.
pub(super) fn use_visit() -> Visit {
    expect_context()
}

/// Who visits. Only below the frame, which draws nothing for anyone else.
pub(super) fn use_visitor() -> StoredValue<Arc<PortalVisitor>> {
    expect_context()
}

/// Who visits, for what is also shown to others.
pub(super) fn known() -> Option<Arc<PortalVisitor>> {
    let visitor = use_context::<StoredValue<Arc<PortalVisitor>>>();
    visitor.map(|visitor| visitor.get_value())
}

/// Whether the visitor is shown a part.
pub(super) fn shows(part: PortalPart) -> bool {
    use_visitor().with_value(|visitor| visitor.parts.contains(&part))
}

impl Visit {
    /// A visit of nobody yet.
    pub(super) fn new() -> Self {
        let visit =
            Self { standing: RwSignal::new(Standing::Opening), opened: StoredValue::new(None) };
        VISIT.set(Some(visit));
        visit
    }

    /// How it stands.
    pub(super) fn get(self) -> Standing {
        self.standing.get()
    }

    /// Tries the cookie.
    pub(super) fn open(self) {
        self.standing.set(Standing::Opening);
        spawn_local(async move {
            let standing = match api::me().await {
                Ok(visitor) => Standing::In(Arc::new(visitor)),
                Err(fault) if fault.is(ErrorCode::Unauthenticated) => {
                    Standing::Out { ended: false }
                }
                Err(fault) => Standing::Unreachable(fault),
            };
            self.standing.try_set(standing);
        });
    }

    /// Begins by a link.
    pub(super) fn begin(self, token: String, signed_in: PortalSignedIn) {
        query::forget();
        self.opened.set_value(Some(token));
        self.standing.set(Standing::In(Arc::new(signed_in.visitor)));
    }

    /// Whether the visit that goes on is the one of this link.
    pub(super) fn is_by(self, token: &str) -> bool {
        let shared = self.standing.with(|standing| {
            matches!(standing, Standing::In(visitor) if visitor.kind == VisitorKind::Share)
        });
        shared && self.opened.with_value(|opened| opened.as_deref() == Some(token))
    }

    /// Goes on with who is signed in already, if anybody is.
    pub(super) async fn goes_on(self) -> bool {
        let Ok(visitor) = api::me().await else { return false };
        self.standing.try_set(Standing::In(Arc::new(visitor)));
        true
    }

    /// Ends it here and on the server.
    pub(super) fn end(self) {
        spawn_local(async move {
            // Without an answer the cookie may still hold: the page is left either way.
            let _ = api::sign_out().await;
            query::forget();
            // Who only looked is again who they were.
            if !self.goes_on().await {
                self.leave(false);
            }
        });
    }

    fn leave(self, ended: bool) {
        query::forget();
        self.opened.set_value(None);
        self.standing.try_set(Standing::Out { ended });
    }
}

/// The name of a retainer that the visitor may read.
pub(super) fn retainer_name(id: RetainerId) -> String {
    let named = use_visitor().with_value(|visitor| {
        visitor.retainers.iter().find(|one| one.id == id).map(|one| one.name.clone())
    });
    named.unwrap_or_else(|| t!(portal.retainer).to_owned())
}
