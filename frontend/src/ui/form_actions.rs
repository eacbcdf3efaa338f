//! The last line of a form in a dialog: Cancel, and the verb that sends.
use leptos::prelude::*;

use super::{
    Form,
    button::{Button, Variant},
};
use crate::t;

/// Cancel closes the dialog; the verb sends the form it stands in.
#[component]
pub fn FormActions(
    /// Which form.
    form: Form,
    /// Whether its dialog is open.
    open: RwSignal<bool>,
    /// The verb.
    #[prop(into)]
    verb: String,
) -> impl IntoView {
    let cancel = Callback::new(move |()| open.set(false));
    view! {
        <div class="form-actions">
            <Button on_press=cancel>{t!(common.cancel)}</Button>
            <Button submit=true variant=Variant::Primary keys="mod enter" busy=form.busy()>
                {verb}
            </Button>
        </div>
    }
}
