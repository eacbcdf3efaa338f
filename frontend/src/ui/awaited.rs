//! What a read has brought, whoever reads and whatever a failure is told with.
use leptos::prelude::*;

use super::panel::Skeleton;
use crate::{api::Fault, query::Standing};

/// Tells of a failure: what failed, whether the last good answer is still shown, and what tries
/// again.
pub type Note = fn(Fault, bool, Callback<()>) -> AnyView;

/// What a read has brought: a skeleton of true size before, the content after; a failure in
/// words with Retry, over the last good content if there is any.
#[component]
pub fn Awaited(
    /// How the read stands.
    of: Standing,
    /// Rows of the skeleton.
    rows: usize,
    /// Tells of a failure.
    note: Note,
    /// Shown once there is an answer. Read the query inside.
    children: ChildrenFn,
) -> impl IntoView {
    let fault = move || of.fault.get().map(|fault| note(fault, of.known.get(), of.retry));
    let children = StoredValue::new(children);
    // What is shown stays as it is, with all that was typed, when a later read fails.
    let stage = Memo::new(move |_| match (of.known.get(), of.fault.with(Option::is_some)) {
        (true, _) => Stage::Content,
        (false, true) => Stage::Fault,
        (false, false) => Stage::Waiting,
    });
    view! {
        {fault}
        {move || match stage.get() {
            Stage::Content => children.with_value(|children| children()).into_any(),
            Stage::Fault => ().into_any(),
            Stage::Waiting => view! { <Skeleton rows /> }.into_any(),
        }}
    }
}

/// What takes the place of the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Waiting,
    Fault,
    Content,
}
