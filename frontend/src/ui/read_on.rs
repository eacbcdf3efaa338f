//! The way to the next page of a list.
use leptos::prelude::*;

use super::{button::Button, loaded::FaultNote, more::On};
use crate::t;

/// "Load more", while there is more.
#[component]
pub fn ReadOn(on: On) -> impl IntoView {
    let On { next, busy, fault, load, .. } = on;
    let fault = move || fault.get().map(|fault| view! { <FaultNote fault retry=load /> });
    view! {
        {fault}
        <Show when=move || next.with(Option::is_some)>
            <div class="panel-body">
                <Button busy on_press=load>{t!(common.more)}</Button>
            </div>
        </Show>
    }
}
