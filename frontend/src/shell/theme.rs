//! Light, dark, or as the system is. boot.js sets it before the first paint.
use leptos::prelude::*;

use crate::browser;

/// Which colours are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// As the system is.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Every choice.
    pub const ALL: [Theme; 3] = [Theme::System, Theme::Light, Theme::Dark];

    fn stored(self) -> Option<&'static str> {
        match self {
            Theme::System => None,
            Theme::Light => Some("light"),
            Theme::Dark => Some("dark"),
        }
    }
}

thread_local! {
    static THEME: ArcRwSignal<Theme> = ArcRwSignal::new(match browser::stored("theme").as_deref() {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::System,
    });
}

/// The choice in force.
pub fn theme() -> Theme {
    THEME.with(Clone::clone).get()
}

/// Changes it, now and for later visits.
pub fn set_theme(theme: Theme) {
    browser::store("theme", theme.stored());
    if let Some(root) = document().document_element() {
        let _ = match theme.stored() {
            Some(name) => root.set_attribute("data-theme", name),
            None => root.remove_attribute("data-theme"),
        };
    }
    THEME.with(Clone::clone).set(theme);
}
