//! Fields that most people leave as they are: folded away, with what stands in them.
use leptos::{html, prelude::*};

use crate::ui::Form;

/// A fold of a form. It opens by itself when a field in it is at fault.
#[component]
pub fn More(
    /// The form its fields belong to.
    form: Form,
    /// What it holds.
    #[prop(into)]
    title: String,
    /// What stands in its fields now, in a few words.
    #[prop(into)]
    words: Signal<String>,
    /// The JSON pointers of its fields.
    fields: Vec<&'static str>,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Details>::new();
    Effect::new(move |_| {
        let faulty = fields.iter().any(|at| form.fault(at).is_some());
        if let Some(details) = node.get().filter(|_| faulty) {
            details.set_open(true);
        }
    });
    view! {
        <details node_ref=node class="form-more">
            <summary>
                <span class="font-medium">{title}</span>
                <span class="text-muted">{move || words.get()}</span>
            </summary>
            <div class="form-part">{children()}</div>
        </details>
    }
}
