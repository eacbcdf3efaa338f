//! A combobox: type to find, arrows to choose, Enter to take. Focus never leaves the field.
use leptos::prelude::*;

use crate::ui::{announce, icon};
use crate::{t, tn};

/// More than this is not drawn: one types on.
const SHOWN_MAX: usize = 200;

/// One of the things a picker offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What the signal becomes.
    pub value: String,
    /// What the reader sees, and what is searched.
    pub label: String,
    /// Beside the label, muted.
    pub detail: String,
}

/// What is being done with a picker. Copy it into closures.
#[derive(Clone, Copy)]
struct Picking {
    value: RwSignal<String>,
    offers: Signal<Vec<Offer>>,
    /// What is typed; none while the field shows what was chosen.
    typed: RwSignal<Option<String>>,
    open: RwSignal<bool>,
    /// The place of the active offer among the found.
    active: RwSignal<usize>,
    picked: Callback<()>,
}

impl Picking {
    fn found(self) -> Vec<Offer> {
        let typed = self.typed.get().unwrap_or_default();
        self.offers.with(|offers| {
            let found = offers.iter().filter(|offer| finds(&typed, offer));
            found.take(SHOWN_MAX).cloned().collect()
        })
    }

    fn text(self) -> String {
        let chosen = || {
            let value = self.value.get();
            let label = |offers: &Vec<Offer>| {
                offers.iter().find(|offer| offer.value == value).map(|offer| offer.label.clone())
            };
            self.offers.with(label).unwrap_or_default()
        };
        self.typed.get().unwrap_or_else(chosen)
    }

    fn type_text(self, text: String) {
        self.typed.set(Some(text));
        self.active.set(0);
        self.open.set(true);
        let count = untrack(|| self.found().len()) as i64;
        announce(tn!(count, retainers.picker_count_1, retainers.picker_count_n));
    }

    fn take(self, offer: &Offer) {
        self.value.set(offer.value.clone());
        self.close();
        self.picked.run(());
    }

    fn close(self) {
        self.typed.set(None);
        self.open.set(false);
        self.active.set(0);
    }

    fn show(self) {
        if !self.open.get_untracked() {
            let value = self.value.get_untracked();
            let found = untrack(|| self.found());
            let place = found.iter().position(|offer| offer.value == value);
            self.active.set(place.unwrap_or(0));
            self.open.set(true);
        }
    }

    /// Answers whether the key was for the list.
    fn key(self, key: &str) -> bool {
        let open = self.open.get_untracked();
        let found = untrack(|| self.found());
        match key {
            "ArrowDown" | "ArrowUp" if !open => self.show(),
            "ArrowDown" | "ArrowUp" => {
                let count = found.len().max(1);
                let by = if key == "ArrowDown" { 1 } else { count - 1 };
                self.active.update(|active| *active = (*active + by) % count);
            }
            "Enter" if open => {
                if let Some(offer) = found.get(self.active.get_untracked()) {
                    self.take(offer);
                }
            }
            "Escape" if open => self.close(),
            _ => return false,
        }
        true
    }
}

/// Every word that was typed stands somewhere in the offer.
fn finds(typed: &str, offer: &Offer) -> bool {
    let text = format!("{} {}", offer.label, offer.detail).to_lowercase();
    typed.to_lowercase().split_whitespace().all(|word| text.contains(word))
}

/// The field and its list. A `Field` around it brings label and faults.
#[component]
pub fn Picker(
    /// Its id; the list and the offers derive theirs from it.
    #[prop(into)]
    id: String,
    /// The value chosen; empty for none.
    value: RwSignal<String>,
    /// What can be chosen.
    #[prop(into)]
    offers: Signal<Vec<Offer>>,
    /// Its name, where no `Field` labels it.
    #[prop(optional, into)]
    label: MaybeProp<String>,
    /// What stands in the field while nothing is chosen.
    #[prop(optional, into)]
    placeholder: Option<String>,
    /// Whether the field is at fault.
    #[prop(optional, into)]
    invalid: Signal<bool>,
    /// The first to be filled in.
    #[prop(optional)]
    autofocus: bool,
    /// Below the offers: a way to make what is not there.
    #[prop(optional, into)]
    footer: ViewFn,
    /// Called when an offer was taken.
    #[prop(optional_no_strip, into)]
    on_pick: Option<Callback<()>>,
) -> impl IntoView {
    let picking = Picking {
        value,
        offers,
        typed: RwSignal::new(None),
        open: RwSignal::new(false),
        active: RwSignal::new(0),
        picked: on_pick.unwrap_or_else(|| Callback::new(|()| {})),
    };
    let list = format!("{id}-list");
    let about = format!("{id}-about");
    let offer_id = {
        let id = id.clone();
        move |place: usize| format!("{id}-offer-{place}")
    };
    let active_id = {
        let offer_id = offer_id.clone();
        move || {
            (picking.open.get() && !picking.found().is_empty())
                .then(|| offer_id(picking.active.get()))
        }
    };
    let keydown = move |event: web_sys::KeyboardEvent| {
        let held = event.ctrl_key() || event.meta_key() || event.alt_key();
        if !held && !event.is_composing() && picking.key(&event.key()) {
            event.prevent_default();
            // Esc closes the list, not the dialog around it.
            event.stop_propagation();
        }
    };
    let named = list.clone();
    view! {
        <div class="picker">
            <input
                class="input w-full"
                id=id
                type="text"
                role="combobox"
                autocomplete="off"
                spellcheck="false"
                autofocus=autofocus
                aria-autocomplete="list"
                aria-controls=list
                aria-describedby=about
                aria-expanded=move || if picking.open.get() { "true" } else { "false" }
                aria-activedescendant=active_id
                aria-label=move || label.get()
                aria-invalid=move || invalid.get().then_some("true")
                placeholder=placeholder.unwrap_or_else(|| t!(retainers.picker_hint).to_owned())
                prop:value=move || picking.text()
                on:input=move |event| picking.type_text(event_target_value(&event))
                on:click=move |_| picking.show()
                on:keydown=keydown
                on:blur=move |_| picking.close()
            />
            <span class="picker-mark">{icon(icondata::LuChevronsUpDown)}</span>
            <Show when=move || picking.open.get()>
                <List picking id=named.clone() offer_id=offer_id.clone() footer=footer.clone() />
            </Show>
        </div>
    }
}

#[component]
fn List(
    picking: Picking,
    id: String,
    offer_id: impl Fn(usize) -> String + Clone + Send + Sync + 'static,
    footer: ViewFn,
) -> impl IntoView {
    let offers = move || {
        let found = picking.found();
        let row = |(place, offer): (usize, Offer)| {
            let taken = offer.clone();
            let active = move || picking.active.get() == place;
            view! {
                <div
                    role="option"
                    id=offer_id(place)
                    aria-selected=move || if active() { "true" } else { "false" }
                    on:mousemove=move |_| picking.active.set(place)
                    on:click=move |_| picking.take(&taken)
                >
                    <span>{offer.label}</span>
                    <span class="text-xs text-muted">{offer.detail}</span>
                </div>
            }
        };
        found.into_iter().enumerate().map(row).collect_view()
    };
    let none = move || {
        picking.found().is_empty().then(|| {
            let words = if picking.offers.with(Vec::is_empty) {
                t!(retainers.picker_empty)
            } else {
                t!(retainers.picker_none)
            };
            view! { <p>{words}</p> }
        })
    };
    // A press would take the focus from the field, and the list would close before the click.
    let keep = |event: web_sys::MouseEvent| event.prevent_default();
    view! {
        <div class="picker-list floating" on:mousedown=keep>
            <div role="listbox" id=id aria-label=t!(retainers.title)>{offers}</div>
            {none}
            <div class="picker-footer">{footer.run()}</div>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_must_be_found_in_any_order() {
        let offer = Offer {
            value: "1".into(),
            label: "Big Company · Monthly support".into(),
            detail: "4 h left".into(),
        };
        for typed in ["", "big", "support big", "MONTHLY", "4 h"] {
            assert!(finds(typed, &offer), "{typed}");
        }
        assert!(!finds("big design", &offer));
    }
}
