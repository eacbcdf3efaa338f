//! The two live regions of the shell. Nothing else speaks.
use leptos::prelude::*;

thread_local! {
    static POLITE: ArcRwSignal<String> = ArcRwSignal::new(String::new());
    static ASSERTIVE: ArcRwSignal<String> = ArcRwSignal::new(String::new());
}

/// Says something when the reader pauses: a result, a count, a save.
pub fn announce(words: impl Into<String>) {
    POLITE.with(|region| say(region, words.into()));
}

/// Says something at once: what failed, where a thing moved.
pub fn announce_now(words: impl Into<String>) {
    ASSERTIVE.with(|region| say(region, words.into()));
}

fn say(region: &ArcRwSignal<String>, mut words: String) {
    // The same words twice are only heard twice if the text differs.
    if region.with_untracked(|last| *last == words) {
        words.push('\u{a0}');
    }
    region.set(words);
}

/// Draws the regions; once, in the shell.
#[component]
pub fn LiveRegions() -> impl IntoView {
    let polite = POLITE.with(ArcRwSignal::read_only);
    let assertive = ASSERTIVE.with(ArcRwSignal::read_only);
    view! {
        <div class="sr-only" aria-live="polite">{move || polite.get()}</div>
        <div class="sr-only" aria-live="assertive">{move || assertive.get()}</div>
    }
}
