//! Who is signed in, and what happens when that ends.
use std::sync::Arc;

use chrono::NaiveDate;
use leptos::{prelude::*, task::spawn_local};
use shared::api::{ErrorCode, Me, Role, SignedIn};

use crate::{
    api::{self, Fault},
    format::day_in_zone,
    query,
};

/// Where the session stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// The cookie is being tried.
    Opening,
    /// The installation waits for its first organisation.
    Setup,
    /// Nobody is signed in.
    Out,
    /// Someone is.
    In(Arc<Me>),
    /// The server cannot be asked.
    Unreachable(Fault),
}

/// The session, in the context of every component.
#[derive(Clone, Copy)]
pub struct Session {
    standing: RwSignal<Standing>,
}

thread_local! {
    /// For the renewal of the access token, which no component asks for.
    static SESSION: std::cell::Cell<Option<Session>> = const { std::cell::Cell::new(None) };
    /// The session ended while a page was open.
    static ENDED: ArcRwSignal<bool> = ArcRwSignal::new(false);
}

/// Opens sign-in over the page: what was typed stays.
pub(crate) fn ended() {
    ENDED.with(|ended| ended.set(true));
}

/// Takes the server's clock, and what has changed about the reader, from a renewed token.
pub(crate) fn renewed(me: &Me) {
    if let Some(session) = SESSION.get() {
        session.standing.try_update(|standing| match standing {
            Standing::In(known) if known.member_id == me.member_id => *known = Arc::new(me.clone()),
            _ => {}
        });
    }
}

/// The session.
pub fn use_session() -> Session {
    expect_context()
}

/// Who is signed in. Only below the shell, which draws nothing for anyone else.
pub fn use_me() -> Signal<Arc<Me>> {
    expect_context()
}

/// Today in the organisation's time zone, by the server's clock.
pub fn use_today() -> Signal<NaiveDate> {
    let me = use_me();
    Signal::derive(move || me.with(|me| day_in_zone(me.now, &me.organisation.timezone)))
}

impl Session {
    /// Tries the cookie, and sets what comes of it.
    pub fn open() -> Self {
        let session = Self { standing: RwSignal::new(Standing::Opening) };
        SESSION.set(Some(session));
        session.retry();
        session
    }

    /// Tries the cookie again.
    pub fn retry(self) {
        self.standing.set(Standing::Opening);
        spawn_local(async move {
            let standing = match api::refresh().await {
                Ok(signed_in) => Standing::In(Arc::new(signed_in.me)),
                Err(Fault::Problem(problem)) if problem.status < 500 => unknown().await,
                Err(fault) => Standing::Unreachable(fault),
            };
            self.standing.try_set(standing);
        });
    }

    /// How it stands.
    pub fn get(self) -> Standing {
        self.standing.get()
    }

    /// Who is signed in, if anyone.
    pub fn me(self) -> Option<Arc<Me>> {
        self.standing.with(|standing| match standing {
            Standing::In(me) => Some(Arc::clone(me)),
            _ => None,
        })
    }

    /// Who is signed in, for listeners and for what is drawn once.
    pub fn me_untracked(self) -> Option<Arc<Me>> {
        untrack(|| self.me())
    }

    /// Whether it ended while a page was open.
    pub fn ended(self) -> bool {
        ENDED.with(Clone::clone).get()
    }

    /// Begins, or begins again after it ended.
    pub fn begin(self, signed_in: SignedIn) {
        api::set_token(Some(signed_in.access_token));
        let before = self.standing.with_untracked(|standing| match standing {
            Standing::In(me) => Some((me.member_id, me.organisation.id)),
            _ => None,
        });
        let me = signed_in.me;
        let other = before.is_some_and(|before| before != (me.member_id, me.organisation.id));
        if other || before.is_none() {
            query::forget();
        }
        self.standing.set(Standing::In(Arc::new(me)));
        ENDED.with(Clone::clone).set(false);
        query::refresh_seen();
    }

    /// Shows another name or organisation of the same person.
    pub fn update(self, change: impl FnOnce(&mut Me)) {
        self.standing.update(|standing| {
            if let Standing::In(me) = standing {
                change(Arc::make_mut(me));
            }
        });
    }

    /// Ends it here and on the server.
    pub fn end(self) {
        spawn_local(async move {
            // Without an answer the cookie may still hold: the page is left either way.
            let _ = api::sign_out().await;
            api::set_token(None);
            query::forget();
            ENDED.with(Clone::clone).set(false);
            self.standing.try_set(Standing::Out);
        });
    }
}

/// Nobody is signed in: is there anyone who could be?
async fn unknown() -> Standing {
    match api::setup_state().send().await {
        Ok(state) if state.needed => Standing::Setup,
        Ok(_) => Standing::Out,
        Err(fault) if fault.is(ErrorCode::NotFound) => Standing::Out,
        Err(fault) => Standing::Unreachable(fault),
    }
}

/// May change members, keys and the organisation. The server decides; this only says so early.
pub fn administers(role: Role) -> bool {
    matches!(role, Role::Owner | Role::Admin)
}

/// May change accounts and retainers.
pub fn manages(role: Role) -> bool {
    matches!(role, Role::Owner | Role::Admin | Role::Manager)
}

/// May record time.
pub fn delivers(role: Role) -> bool {
    !matches!(role, Role::Viewer | Role::Finance)
}
