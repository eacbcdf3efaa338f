//! A part of the page whose code may have to be loaded first.
use std::{future::Future, pin::Pin};

use futures::FutureExt;
use leptos::{prelude::*, task::spawn_local, wasm_split::SplitLoaderError};
use wasm_bindgen::JsCast;

use super::{
    button::{Button, Variant},
    icon::icon,
    panel::Skeleton,
};
use crate::t;

/// Draws a part, once its code is there.
pub type Draw = fn() -> AnyView;
/// The loading of that code; ready at once the second time.
pub type Loading = Pin<Box<dyn Future<Output = Result<Draw, SplitLoaderError>>>>;

/// Where a part stands, for what is drawn in its place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Place {
    /// A screen, inside the shell.
    #[default]
    Screen,
    /// A page of its own.
    Page,
    /// In a dialog, which has a heading.
    Dialog,
    /// A part of a screen that is there already: it takes no focus when it comes.
    Part,
}

#[derive(Clone, Copy)]
enum Stage {
    Waiting,
    Failed,
    There(Draw),
}

impl From<Result<Draw, SplitLoaderError>> for Stage {
    fn from(loaded: Result<Draw, SplitLoaderError>) -> Self {
        loaded.map_or(Self::Failed, Self::There)
    }
}

/// A part whose code is loaded when it is first drawn: grey rows meanwhile, and when it cannot be
/// loaded the reason and the ways out.
#[component]
pub fn Lazy(
    /// What loads it: a function of `screens`.
    load: fn() -> Loading,
    /// Where it stands.
    #[prop(optional)]
    place: Place,
) -> impl IntoView {
    let stage = RwSignal::new(Stage::Waiting);
    let begin = move || {
        let mut loading = load();
        if let Some(loaded) = (&mut loading).now_or_never() {
            stage.set(loaded.into());
            return;
        }
        stage.set(Stage::Waiting);
        spawn_local(async move {
            // None was left over: the part is still wanted.
            let drawn = stage.try_set(loading.await.into()).is_none();
            if drawn && place == Place::Dialog {
                request_animation_frame(focus_late);
            }
        });
    };
    begin();
    let retry = Callback::new(move |()| begin());
    move || match stage.get() {
        Stage::There(draw) => draw(),
        Stage::Waiting if matches!(place, Place::Dialog | Place::Part) => {
            view! { <Skeleton rows=6 /> }.into_any()
        }
        Stage::Waiting => view! { <div class="page"><Skeleton rows=6 /></div> }.into_any(),
        Stage::Failed => view! { <NotLoaded place retry /> }.into_any(),
    }
}

/// A dialog gives the focus when it opens: a field that was drawn later takes it itself.
fn focus_late() {
    let field = document().query_selector("dialog[open] [autofocus]").ok().flatten();
    if let Some(field) = field.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = field.focus();
    }
}

#[component]
fn NotLoaded(place: Place, retry: Callback<()>) -> impl IntoView {
    let reload = Callback::new(|()| {
        // Where reloading is forbidden the reader still has the browser's own button.
        let _ = window().location().reload();
    });
    let title = t!(common.not_loaded_title);
    let title = match place {
        Place::Dialog | Place::Part => view! { <p class="empty-title">{title}</p> }.into_any(),
        _ => view! { <h1 class="empty-title" tabindex="-1">{title}</h1> }.into_any(),
    };
    let note = view! {
        <div class="empty" role="alert">
            {icon(icondata::LuCloudOff)}
            {title}
            <p class="empty-about">{t!(common.not_loaded)}</p>
            <div class="empty-actions">
                <Button variant=Variant::Primary on_press=retry>{t!(common.retry)}</Button>
                <Button on_press=reload>{t!(common.reload)}</Button>
            </div>
        </div>
    };
    match place {
        Place::Page => view! { <main class="plain" id="main">{note}</main> }.into_any(),
        _ => note.into_any(),
    }
}
