//! How close rows stand.
use leptos::prelude::*;

use crate::browser;

/// How close rows stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Density {
    /// Rows of 40 px.
    Normal,
    /// Rows of 32 px.
    Compact,
}

impl Density {
    /// Every choice.
    pub const ALL: [Density; 2] = [Density::Normal, Density::Compact];
}

thread_local! {
    static DENSITY: ArcRwSignal<Density> = ArcRwSignal::new(
        match browser::stored("density").as_deref() {
            Some("compact") => Density::Compact,
            _ => Density::Normal,
        },
    );
}

/// The choice in force.
pub fn density() -> Density {
    DENSITY.with(Clone::clone).get()
}

/// Changes it, now and for later visits.
pub fn set_density(density: Density) {
    browser::store("density", (density == Density::Compact).then_some("compact"));
    DENSITY.with(Clone::clone).set(density);
    show();
}

/// Tells the stylesheet. Called once at the start.
pub(crate) fn show() {
    let Some(root) = document().document_element() else { return };
    let _ = match DENSITY.with(Clone::clone).get_untracked() {
        Density::Compact => root.set_attribute("data-density", "compact"),
        Density::Normal => root.remove_attribute("data-density"),
    };
}
