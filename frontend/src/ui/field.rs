//! A labelled field with its hint and its fault, and the summary that links to faults.
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::{Form, icon::icon, loaded::FaultNote};
use crate::{t, tn};

/// Label, hint and fault around a control. The control takes `id=form.id(at)`,
/// `aria-invalid` and `aria-describedby={id}-about` itself; `TextInput` and friends do.
#[component]
pub fn Field(
    /// Where it belongs.
    form: Form,
    /// The JSON pointer of its value in the body.
    at: &'static str,
    /// Its label.
    #[prop(into)]
    label: String,
    /// What helps to fill it in.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// May stay empty.
    #[prop(optional)]
    optional: bool,
    /// What it takes, said with a fault where no hint says it.
    #[prop(optional_no_strip)]
    expects: Option<&'static str>,
    /// The control.
    children: Children,
) -> impl IntoView {
    form.register(at, label.clone());
    let id = form.id(at);
    let about = format!("{id}-about");
    view! {
        <div class="field">
            <label class="field-label" for=id>
                {label}
                {optional.then(|| view! {
                    <span class="field-optional">{t!(common.optional)}</span>
                })}
            </label>
            {children()}
            <p class="field-about" id=about>
                {move || match form.fault(at) {
                    // The hint says which form or range is wanted: it stays.
                    Some(words) => view! {
                        <span class="field-fault">{icon(icondata::LuCircleAlert)} {words}</span>
                        " "
                        <span class="field-hint">{expected(expects, hint.get())}</span>
                    }.into_any(),
                    None => view! { <span class="field-hint">{hint.get()}</span> }.into_any(),
                }}
            </p>
        </div>
    }
}

/// What a field takes: its hint, or what holds for each of its kind.
fn expected(expects: Option<&'static str>, hint: Option<String>) -> String {
    let hint = hint.filter(|hint| !hint.is_empty());
    hint.or(expects.map(str::to_owned)).unwrap_or_default()
}

/// Above the buttons of a form: why it was not saved, or links to each field at fault. A single
/// one is told at its field alone, unless the form has no such field.
#[component]
pub fn FormFaults(
    /// Which form.
    form: Form,
) -> impl IntoView {
    let go = |id: String| {
        move |event: leptos::ev::MouseEvent| {
            event.prevent_default();
            let field = document().get_element_by_id(&id);
            if let Some(field) =
                field.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok())
            {
                let _ = field.focus();
            }
        }
    };
    let list = move || {
        let faults = form.list();
        let count = faults.len() as i64;
        let here = |id: &str| document().get_element_by_id(id).is_some();
        (count > 1 || faults.iter().any(|(id, ..)| !here(id))).then(|| {
            let rows = faults.into_iter().map(|(id, label, words)| {
                let field = if here(&id) {
                    view! { <a class="link" href=format!("#{id}") on:click=go(id.clone())>{label}</a> }
                        .into_any()
                } else {
                    label.into_any()
                };
                view! {
                    <li>
                        {field} ": "
                        {words}
                    </li>
                }
            });
            view! {
                <div class="note note-bad">
                    <p class="font-medium">{tn!(count, common.check_one, common.check_other)}</p>
                    <ul>{rows.collect_view()}</ul>
                </div>
            }
        })
    };
    view! {
        {move || form.failure().map(|fault| view! { <FaultNote fault /> })}
        {list}
    }
}
