//! The picture on papers: which one, how it looks, another.
use leptos::{html, prelude::*, task::spawn_local};
use shared::api::{LOGO_BYTES_MAX, Logo, LogoId};
use web_sys::File;

use crate::api::{self, Fault};
use crate::ui::{Button, FaultNote, Form, FormFaults, icon};
use crate::{browser, t};

/// As on a paper: white in every theme.
const FRAME: &str = "max-h-12 max-w-40 self-start rounded-md border border-line bg-white p-1";

/// A picture that is brought as soon as it is chosen; papers show it once the form is saved.
#[component]
pub(super) fn LogoField(form: Form, chosen: RwSignal<Option<LogoId>>) -> impl IntoView {
    let bringing = Form::new("logo");
    let shown = RwSignal::new(None::<Result<String, Fault>>);
    Effect::new(move |_| {
        shown.set(None);
        let Some(id) = chosen.get() else { return };
        spawn_local(async move {
            let read = api::download_bytes(&format!("/logos/{id}")).await;
            if chosen.try_get_untracked().flatten() == Some(id) {
                shown.try_set(match read {
                    Ok(bytes) => browser::data_url("image/png", &bytes).map(Ok),
                    Err(fault) => Some(Err(fault)),
                });
            }
        });
    });
    form.register("/logo_id", t!(invoices.logo).to_owned());
    let id = form.id("/logo_id");
    let (label, about) = (format!("{id}-label"), format!("{id}-about"));
    let (by, told) = (label.clone(), about.clone());
    let input = NodeRef::<html::Input>::new();
    let choose = Callback::new(move |()| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    });
    let bring = move |file: File| {
        let work = async move { api::upload_logo(&file).await };
        bringing.run(work, move |logo: Logo| {
            form.touched("/logo_id");
            chosen.set(Some(logo.id));
        });
    };
    let remove = Callback::new(move |()| {
        form.touched("/logo_id");
        chosen.set(None);
    });
    let picture = move || {
        shown.get().map(|shown| match shown {
            Ok(address) => {
                view! { <img class=FRAME src=address alt=t!(invoices.logo) /> }.into_any()
            }
            Err(fault) => view! { <FaultNote fault /> }.into_any(),
        })
    };
    let fault = move || form.fault("/logo_id");
    view! {
        <div class="field" role="group" aria-labelledby=by aria-describedby=told>
            <span class="field-label" id=label>
                {t!(invoices.logo)}
                <span class="field-optional">{t!(common.optional)}</span>
            </span>
            <input
                node_ref=input
                type="file"
                accept="image/png,image/jpeg"
                hidden=true
                on:change=move |_| {
                    let Some(input) = input.get_untracked() else { return };
                    let file = input.files().and_then(|files| files.get(0));
                    // The same file chosen again is a new choice.
                    input.set_value("");
                    if let Some(file) = file {
                        bring(file);
                    }
                }
            />
            {picture}
            <div class="flex flex-wrap gap-2">
                <Button
                    id=id
                    small=true
                    icon=icondata::LuImage
                    busy=bringing.busy()
                    on_press=choose
                >
                    {t!(invoices.logo_choose)}
                </Button>
                <Show when=move || chosen.with(Option::is_some)>
                    <Button small=true icon=icondata::LuTrash2 on_press=remove>
                        {t!(invoices.logo_remove)}
                    </Button>
                </Show>
            </div>
            <p class="field-about" id=about>
                {move || fault().map(|words| view! {
                    <span class="field-fault">{icon(icondata::LuCircleAlert)} {words}</span>
                    " "
                })}
                <span class="field-hint">
                    {t!(invoices.logo_hint, most = LOGO_BYTES_MAX / 1_000_000)}
                </span>
            </p>
            <FormFaults form=bringing />
        </div>
    }
}
