//! Status: an icon and words, a colour only beside them.
use leptos::prelude::*;

use super::icon::{Icon, icon};

/// What a status means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Tone {
    /// No judgement.
    #[default]
    Plain,
    /// As it should be.
    Ok,
    /// Worth a look.
    Warn,
    /// Needs a decision.
    Bad,
    /// About carried time.
    Rollover,
}

impl Tone {
    /// The class of a badge in this tone.
    pub fn class(self) -> &'static str {
        match self {
            Tone::Plain => "tag",
            Tone::Ok => "tag tag-ok",
            Tone::Warn => "tag tag-warn",
            Tone::Bad => "tag tag-bad",
            Tone::Rollover => "tag tag-rollover",
        }
    }
}

/// A short status.
#[component]
pub fn Badge(
    /// What it means.
    #[prop(optional)]
    tone: Tone,
    /// Stands before the words; colour never stands alone.
    #[prop(optional_no_strip, into)]
    icon: Option<Icon>,
    /// Its words.
    children: Children,
) -> impl IntoView {
    view! { <span class=tone.class()>{icon.map(self::icon)} {children()}</span> }
}
