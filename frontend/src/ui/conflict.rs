//! Someone else saved first: their values beside the form, and the choice.
use leptos::prelude::*;

use super::{Form, button::Button};
use crate::t;

/// Shown by itself when the form's last try met a newer version.
#[component]
pub fn Conflict(
    /// Which form.
    form: Form,
    /// Label and value of what they saved.
    #[prop(into)]
    theirs: Signal<Vec<(&'static str, String)>>,
    /// Reads their values.
    refresh: Callback<()>,
    /// Saves ours over theirs, which the reader has now seen.
    again: Callback<()>,
) -> impl IntoView {
    let stale = Memo::new(move |_| form.stale());
    Effect::new(move |_| {
        if stale.get() {
            refresh.run(());
        }
    });
    let rows = move || {
        let filled = theirs.get().into_iter().filter(|(_, value)| !value.is_empty());
        let row = |(label, value)| {
            view! {
                <dt>{label}</dt>
                <dd>{value}</dd>
            }
        };
        filled.map(row).collect_view()
    };
    view! {
        <Show when=move || stale.get()>
            <section class="note conflict" aria-label=t!(common.theirs)>
                <p class="font-medium">{t!(common.theirs)}</p>
                <dl class="facts">{rows}</dl>
                <Button small=true on_press=again>{t!(common.save_mine)}</Button>
            </section>
        </Show>
    }
}
