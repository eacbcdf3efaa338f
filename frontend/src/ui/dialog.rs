//! A layer over the page: `showModal` traps focus, makes the page inert and gives focus back.
use leptos::{html, prelude::*};

use super::{
    button::{Button, Variant},
    unsaved,
};
use crate::t;

/// A dialog that lives while `open` is true; its content is made anew each time.
#[component]
pub fn Dialog(
    /// Whether it is open; Esc and the close button set it to false.
    open: RwSignal<bool>,
    /// Its heading.
    #[prop(into)]
    title: Signal<String>,
    /// 720 px instead of 480.
    #[prop(optional)]
    wide: bool,
    /// Cannot be closed by Esc or a button.
    #[prop(optional)]
    fixed: bool,
    /// Out of sight for a while: its content lives on.
    #[prop(optional, into)]
    away: Signal<bool>,
    /// Its content.
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let heading = format!("dialog-{}", crate::browser::next_id());
    // The browser tells of a closing a moment later, when it may be wanted open again.
    let ours = StoredValue::new(false);
    Effect::new(move |_| {
        let wanted = open.get() && !away.get();
        // After the content is drawn, so that focus finds its first field.
        request_animation_frame(move || {
            let Some(dialog) = node.try_get_untracked().flatten() else { return };
            match (wanted, dialog.open()) {
                (true, false) => drop(dialog.show_modal()),
                (false, true) => {
                    ours.set_value(true);
                    dialog.close();
                }
                _ => {}
            }
        });
    });
    // What was typed before it opened belongs to the page.
    let before = StoredValue::new(0);
    Effect::new(move |_| {
        if open.get() {
            before.set_value(unsaved::count());
        }
    });
    let cancel = move |event: web_sys::Event| {
        let typed = unsaved::count() > before.get_value();
        if fixed || (typed && !unsaved::asked()) {
            event.prevent_default();
        }
    };
    let closed = move |_| {
        if ours.try_update_value(std::mem::take) == Some(false) {
            open.try_set(false);
        }
    };
    let labelled = heading.clone();
    view! {
        <dialog
            node_ref=node
            class=if wide { "dialog dialog-wide" } else { "dialog" }
            aria-labelledby=labelled
            on:close=closed
            on:cancel=cancel
        >
            <Show when=move || open.get()>
                <header class="dialog-header">
                    <h2 id=heading.clone()>{move || title.get()}</h2>
                    {(!fixed).then(|| view! {
                        <Button
                            variant=Variant::Ghost
                            small=true
                            icon=icondata::LuX
                            label=t!(common.close)
                            on_press=Callback::new(move |()| open.set(false))
                        />
                    })}
                </header>
                <div class="dialog-body">{children()}</div>
            </Show>
        </dialog>
    }
}
