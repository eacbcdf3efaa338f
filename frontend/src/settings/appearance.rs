//! How this browser shows things, and whether single keys do anything.
use leptos::prelude::*;

use crate::{
    i18n, keys,
    shell::{Density, Theme, density, set_density, set_theme, theme},
    t,
    ui::Panel,
};

#[component]
pub(super) fn Appearance() -> impl IntoView {
    let themes = Theme::ALL.map(|choice| {
        let words = match choice {
            Theme::System => t!(shell.theme_system),
            Theme::Light => t!(shell.theme_light),
            Theme::Dark => t!(shell.theme_dark),
        };
        let chosen = Signal::derive(move || theme() == choice);
        let choose = Callback::new(move |()| set_theme(choice));
        view! { <Radio group="theme" words chosen choose /> }
    });
    let densities = Density::ALL.map(|choice| {
        let words = match choice {
            Density::Normal => t!(settings.normal),
            Density::Compact => t!(settings.compact),
        };
        let chosen = Signal::derive(move || density() == choice);
        let choose = Callback::new(move |()| set_density(choice));
        view! { <Radio group="density" words chosen choose /> }
    });
    let fixed = StoredValue::new(i18n::fixed());
    let language = move |tag: Option<&'static str>, words: &'static str| {
        let chosen = Signal::derive(move || fixed.with_value(|fixed| fixed.as_deref() == tag));
        let choose = Callback::new(move |()| i18n::fix(tag));
        view! { <Radio group="language" words chosen choose /> }
    };
    let languages = i18n::languages().map(move |(tag, name)| language(Some(tag), name));
    let set_keys =
        move |event: leptos::ev::Event| keys::set_single_keys(event_target_checked(&event));
    view! {
        <Panel title=t!(settings.appearance)>
            <div class="panel-body form">
                <p class="text-muted">{t!(settings.appearance_about)}</p>
                <fieldset class="choices">
                    <legend class="field-label">{t!(shell.theme)}</legend>
                    {themes.collect_view()}
                </fieldset>
                <fieldset class="choices">
                    <legend class="field-label">{t!(settings.density)}</legend>
                    {densities.collect_view()}
                </fieldset>
                <fieldset class="choices">
                    <legend class="field-label">{t!(settings.language)}</legend>
                    {language(None, t!(settings.language_system))}
                    {languages.collect_view()}
                </fieldset>
                <div class="field-tick">
                    <input
                        type="checkbox"
                        class="checkbox"
                        id="single-keys"
                        aria-describedby="single-keys-about"
                        prop:checked=keys::single_keys
                        on:change=set_keys
                    />
                    <div>
                        <label for="single-keys">{t!(settings.single_keys)}</label>
                        <p class="field-hint" id="single-keys-about">
                            {t!(settings.single_keys_about)}
                        </p>
                    </div>
                </div>
            </div>
        </Panel>
    }
}

#[component]
fn Radio(
    group: &'static str,
    words: &'static str,
    chosen: Signal<bool>,
    choose: Callback<()>,
) -> impl IntoView {
    view! {
        <label class="choice">
            <input
                type="radio"
                class="radio"
                name=group
                prop:checked=move || chosen.get()
                on:change=move |_| choose.run(())
            />
            {words}
        </label>
    }
}
