//! The button that reads the next page of a list.
use leptos::prelude::*;
use serde::de::DeserializeOwned;

use super::{FormFaults, button::Button};
use crate::{query::Pages, t};

/// Reads on, while there is more.
#[component]
pub fn LoadMore<T: DeserializeOwned + Clone + Send + Sync + 'static>(
    /// The list.
    pages: Pages<T>,
) -> impl IntoView {
    view! {
        <Show when=move || pages.has_more()>
            <div class="load-more">
                <FormFaults form=pages.more() />
                <Button busy=pages.more().busy() on_press=Callback::new(move |()| pages.load_more())>
                    {t!(common.more)}
                </Button>
            </div>
        </Show>
    }
}
