//! A menu on the native popover: light dismiss and Esc come with it.
use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::icon::{Icon, icon};
use crate::shell::KeyCaps;

/// A button that opens a list of actions.
#[component]
pub fn Menu(
    /// The button's name.
    #[prop(into)]
    label: String,
    /// The classes of the button.
    #[prop(default = "btn btn-sm btn-ghost btn-icon")]
    class: &'static str,
    /// What the button shows; three dots if left out.
    #[prop(optional, into)]
    face: Option<ViewFn>,
    /// `MenuItem`s.
    children: Children,
) -> impl IntoView {
    let id = format!("menu-{}", crate::browser::next_id());
    let button = NodeRef::<html::Button>::new();
    let list = NodeRef::<html::Div>::new();
    let opened = RwSignal::new(false);
    let toggled = move |_: web_sys::Event| {
        let Some(list) = list.try_get_untracked().flatten() else { return };
        let open = list.matches(":popover-open").unwrap_or(false);
        opened.set(open);
        if let (true, Some(button)) = (open, button.try_get_untracked().flatten()) {
            place(&button, &list);
            step(&list, 0);
        }
    };
    let keys = move |event: web_sys::KeyboardEvent| {
        if let Some(list) = list.try_get_untracked().flatten() {
            walk(&list, &event);
        }
    };
    let close = move |_: web_sys::MouseEvent| {
        if let Some(list) = list.try_get_untracked().flatten() {
            let _ = list.hide_popover();
        }
    };
    view! {
        <button
            node_ref=button
            type="button"
            class=class
            aria-label=label.clone()
            title=label.clone()
            aria-haspopup="menu"
            aria-expanded=move || if opened.get() { "true" } else { "false" }
            popovertarget=id.clone()
        >
            {match face {
                Some(face) => face.run(),
                None => icon(icondata::LuEllipsis).into_any(),
            }}
        </button>
        <div
            node_ref=list
            id=id
            class="menu-list floating"
            popover="auto"
            role="menu"
            aria-label=label
            on:toggle=toggled
            on:keydown=keys
            on:click=close
        >
            {children()}
        </div>
    }
}

/// One action of a menu.
#[component]
pub fn MenuItem(
    /// Stands before the words.
    #[prop(optional_no_strip, into)]
    icon: Option<Icon>,
    /// It is the one in force.
    #[prop(optional, into)]
    chosen: Signal<bool>,
    /// The key that does the same.
    #[prop(optional)]
    keys: &'static str,
    /// What it does.
    #[prop(into)]
    on_press: Callback<()>,
    /// Its words.
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type="button"
            role="menuitem"
            tabindex="-1"
            aria-current=move || chosen.get().then_some("true")
            on:click=move |_| on_press.run(())
        >
            {icon.map(self::icon)}
            <span class="menu-words">{children()}</span>
            <KeyCaps keys />
        </button>
    }
}

/// Below the button, or above where there is no room; never past the edge of the window.
fn place(button: &HtmlElement, list: &HtmlElement) {
    let at = button.get_bounding_client_rect();
    let size = list.get_bounding_client_rect();
    let number = |value: Result<wasm_bindgen::JsValue, _>| {
        value.ok().and_then(|value| value.as_f64()).unwrap_or_default()
    };
    let (width, height) = (number(window().inner_width()), number(window().inner_height()));
    let (left, top) = position(
        [at.left(), at.right(), at.top(), at.bottom()],
        [size.width(), size.height()],
        [width, height],
    );
    let style = list.style();
    let _ = style.set_property("left", &format!("{left}px"));
    let _ = style.set_property("top", &format!("{top}px"));
}

/// Where a list of a size goes beside a button in a window, all in px.
#[expect(clippy::float_arithmetic, reason = "px of the screen, not hours or money")]
fn position(
    [left, right, top, bottom]: [f64; 4],
    [width, height]: [f64; 2],
    [wide, high]: [f64; 2],
) -> (f64, f64) {
    let x = if left + width > wide - 8.0 { right - width } else { left };
    let below = bottom + 4.0;
    let y = if below + height > high - 8.0 { top - height - 4.0 } else { below };
    (x.clamp(8.0, (wide - width - 8.0).max(8.0)), y.max(8.0))
}

/// The arrow keys walk the items.
fn walk(list: &HtmlElement, event: &web_sys::KeyboardEvent) {
    let by = match event.key().as_str() {
        "ArrowDown" => 1,
        "ArrowUp" => -1,
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    step(list, by);
}

/// Moves the focus among the items, round the ends; by 0 to the first.
fn step(list: &HtmlElement, by: i32) {
    let Ok(items) = list.query_selector_all("[role=menuitem]") else { return };
    let count = items.length() as i32;
    if count == 0 {
        return;
    }
    let active = document().active_element();
    let place = (0..count).find(|&n| {
        items
            .item(n as u32)
            .is_some_and(|item| active.as_ref().is_some_and(|a| item.is_same_node(Some(a))))
    });
    let next = match place {
        Some(place) if by != 0 => (place + by).rem_euclid(count),
        _ => 0,
    };
    let item = items.item(next as u32).and_then(|item| item.dyn_into::<HtmlElement>().ok());
    if let Some(item) = item {
        let _ = item.focus();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_stays_in_the_window() {
        let window = [1280.0, 800.0];
        assert_eq!(position([10.0, 40.0, 10.0, 44.0], [200.0, 100.0], window), (10.0, 48.0));
        assert_eq!(
            position([1240.0, 1270.0, 760.0, 790.0], [200.0, 100.0], window),
            (1070.0, 656.0)
        );
        assert_eq!(
            position([300.0, 340.0, 10.0, 44.0], [400.0, 900.0], [360.0, 700.0]),
            (8.0, 8.0)
        );
    }
}
