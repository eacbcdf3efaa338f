//! The frame around every screen of the staff app.
mod area;
pub(crate) mod density;
mod key_sheet;
mod palette;
mod phone_bar;
mod rail;
mod route_change;
mod theme;

pub use area::Area;
pub use density::{Density, density, set_density};
pub use key_sheet::KeyCaps;
pub use theme::{Theme, set_theme, theme};

use leptos::prelude::*;
use leptos_router::components::Outlet;

use crate::{
    auth::{EndedDialog, SignInPage},
    browser,
    keys::{self, Group, use_action},
    query,
    session::{Standing, use_session},
    t, time_entries,
    ui::{FaultNote, may_leave},
};
use key_sheet::KeySheet;
use palette::Palette;
use phone_bar::PhoneBar;
use rail::Rail;

/// What the shell can open from anywhere.
#[derive(Clone, Copy)]
pub(crate) struct Layers {
    palette: RwSignal<bool>,
    key_sheet: RwSignal<bool>,
    narrow: RwSignal<bool>,
}

/// Decides who sees the screens: those who are signed in. The address stays, so that a link
/// opens what it names after signing in.
#[component]
pub fn Shell() -> impl IntoView {
    let session = use_session();
    // Equal for one person and organisation, whatever else changes about them.
    let who = Memo::new(move |_| match session.get() {
        Standing::In(me) => Some((me.member_id, me.organisation.id)),
        _ => None,
    });
    let outside = Memo::new(move |_| match session.get() {
        Standing::In(_) => None,
        standing => Some(standing),
    });
    move || match (who.get(), outside.get()) {
        (Some(_), _) => view! { <Frame /> }.into_any(),
        (None, Some(Standing::Out)) => view! { <SignInPage /> }.into_any(),
        (None, Some(Standing::Setup)) => {
            view! { <leptos_router::components::Redirect path="/setup" /> }.into_any()
        }
        (None, Some(Standing::Unreachable(fault))) => {
            let retry = Callback::new(move |()| session.retry());
            view! {
                <main class="plain">
                    <div class="plain-card">
                        <h1>{t!(shell.unreachable)}</h1>
                        <FaultNote fault retry />
                    </div>
                </main>
            }
            .into_any()
        }
        _ => view! { <Opening /> }.into_any(),
    }
}

/// The frame before it is known who looks at it; the same as in index.html.
#[component]
fn Opening() -> impl IntoView {
    view! {
        <div class="shell">
            <div class="shell-rail" aria-hidden="true">
                <span class="shell-brand">{t!(common.product)}</span>
            </div>
            <div class="shell-page">
                <div class="shell-header" aria-hidden="true"></div>
                <main class="shell-main">
                    <p class="shell-line late" role="status">{t!(shell.opening)}</p>
                </main>
            </div>
        </div>
    }
}

#[component]
fn Frame() -> impl IntoView {
    let session = use_session();
    let first = session.me_untracked();
    let me = Memo::new(move |last: Option<&std::sync::Arc<shared::api::Me>>| {
        // The last one is kept while the frame is taken down after signing out.
        let known = session.me().or_else(|| last.cloned()).or_else(|| first.clone());
        known.expect("the frame is drawn only for someone signed in")
    });
    let me = Signal::from(me);
    provide_context::<Signal<std::sync::Arc<shared::api::Me>>>(me);
    let layers = Layers {
        palette: RwSignal::new(false),
        key_sheet: RwSignal::new(false),
        narrow: RwSignal::new(browser::stored("rail").as_deref() == Some("narrow")),
    };
    provide_context(layers);
    keys::listen();
    offer_actions(layers);
    route_change::follow();
    // The router would take the fragment for a route, and move no focus.
    let skip = |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        route_change::focus("#main");
    };
    let busy = query::busy();
    let online = browser::online();
    view! {
        <a class="skip" href="#main" on:click=skip>{t!(shell.skip)}</a>
        <div class="frame" class:frame-narrow=move || layers.narrow.get()>
            <Rail layers />
            <div class="frame-page">
                <Show when=move || !online.get()>
                    <p class="banner" role="status">{t!(shell.offline)}</p>
                </Show>
                <Show when=move || 0 < busy.get()>
                    <div class="thin-bar" aria-hidden="true"></div>
                </Show>
                <main id="main" tabindex="-1">
                    <Outlet />
                </main>
            </div>
            <PhoneBar layers />
        </div>
        <Palette open=layers.palette />
        <KeySheet open=layers.key_sheet />
        <time_entries::LogTimeDialog />
        <EndedDialog />
    }
}

fn offer_actions(layers: Layers) {
    let navigate = leptos_router::hooks::use_navigate();
    for area in Area::ALL {
        let navigate = navigate.clone();
        let title = t!(shell.go_to, area = area.name());
        use_action(Group::Go, title, area.keys(), move || {
            if may_leave() {
                navigate(area.href(), Default::default());
            }
        });
    }
    use_action(Group::Go, t!(shell.close_month), "", move || {
        if may_leave() {
            navigate("/close", Default::default());
        }
    });
    let ask = leptos_router::hooks::use_navigate();
    use_action(Group::Everywhere, t!(shell.new_request), "r", move || {
        if may_leave() {
            ask("/requests?new=1", Default::default());
        }
    });
    use_action(Group::Everywhere, t!(shell.log_time), "l", || time_entries::open_log_time(None));
    use_action(Group::Everywhere, t!(shell.key_palette), "mod k", move || {
        layers.palette.update(|open| *open = !*open);
    });
    use_action(Group::Everywhere, t!(shell.key_sheet_open), "?", move || {
        layers.key_sheet.set(true);
    });
    use_action(Group::Everywhere, t!(shell.key_rail), "mod \\", move || layers.toggle_rail());
}

impl Layers {
    fn toggle_rail(self) {
        self.narrow.update(|narrow| *narrow = !*narrow);
        let narrow = self.narrow.get_untracked();
        browser::store("rail", narrow.then_some("narrow"));
    }
}
