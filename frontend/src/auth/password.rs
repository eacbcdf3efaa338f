//! A password that can be looked at while it is typed.
use leptos::prelude::*;

use crate::{
    t,
    ui::{Button, Field, Form, Variant},
};

#[component]
pub(super) fn Password(
    form: Form,
    at: &'static str,
    value: RwSignal<String>,
    /// `new-password` or `current-password`.
    autocomplete: &'static str,
    #[prop(optional, into)] hint: MaybeProp<String>,
) -> impl IntoView {
    let shown = RwSignal::new(false);
    let id = form.id(at);
    let about = format!("{id}-about");
    let label = Signal::derive(move || {
        Some(if shown.get() { t!(auth.hide_password) } else { t!(auth.show_password) }.to_owned())
    });
    view! {
        <Field form at label=t!(auth.password) hint>
            <div class="password">
                <input
                    class="input"
                    id=id
                    type=move || if shown.get() { "text" } else { "password" }
                    name="password"
                    autocomplete=autocomplete
                    required=true
                    aria-describedby=about
                    aria-invalid=move || form.fault(at).map(|_| "true")
                    prop:value=move || value.get()
                    on:input=move |event| {
                        value.set(event_target_value(&event));
                        form.touched(at);
                    }
                />
                <Button
                    variant=Variant::Ghost
                    small=true
                    icon=icondata::LuEye
                    label
                    on_press=Callback::new(move |()| shown.update(|shown| *shown = !*shown))
                />
            </div>
        </Field>
    }
}
