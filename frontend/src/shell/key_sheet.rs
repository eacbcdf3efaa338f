//! Every key that works here, by group.
use leptos::prelude::*;

use crate::{
    browser,
    keys::{self, Group},
    t,
    ui::Dialog,
};

/// The caps of keys, for the eye: the tooltip says them too.
#[component]
pub fn KeyCaps(
    /// Such as `g t` or `mod k`.
    keys: &'static str,
) -> impl IntoView {
    let caps = keys::caps(keys, browser::is_mac()).join(" ");
    (!caps.is_empty()).then(|| view! { <kbd class="caps" aria-hidden="true">{caps}</kbd> })
}

#[component]
pub(super) fn KeySheet(open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Dialog open title=t!(shell.key_sheet) wide=true>
            <Sheet />
        </Dialog>
    }
}

#[component]
fn Sheet() -> impl IntoView {
    let actions = keys::actions();
    let of = |group: Group| {
        let rows = actions.iter().filter(|action| action.group == group && !action.keys.is_empty());
        rows.map(|action| (action.title.clone(), action.keys)).collect::<Vec<_>>()
    };
    let fixed = |rows: &[(&str, &'static str)]| {
        rows.iter().map(|(title, keys)| ((*title).to_owned(), *keys)).collect::<Vec<_>>()
    };
    let lists = fixed(&[
        (t!(shell.key_next), "j"),
        (t!(shell.key_previous), "k"),
        (t!(shell.key_open), "enter"),
        (t!(shell.key_filter), "/"),
    ]);
    let mut here = of(Group::Here);
    here.extend(keys::digits());
    let mut everywhere = of(Group::Everywhere);
    everywhere.extend(fixed(&[
        (t!(shell.key_save), "mod enter"),
        (t!(shell.key_undo), "mod z"),
        (t!(shell.key_close), "esc"),
    ]));
    view! {
        <Show when=|| !keys::single_keys()>
            <p class="note">{t!(shell.key_sheet_off)}</p>
        </Show>
        <div class="key-groups">
            {group(t!(shell.group_here), here)}
            {group(t!(shell.group_go), of(Group::Go))}
            {group(t!(shell.group_lists), lists)}
            {group(t!(shell.group_everywhere), everywhere)}
        </div>
    }
}

fn group(title: &'static str, rows: Vec<(String, &'static str)>) -> Option<impl IntoView> {
    let row = |(title, keys): (String, &'static str)| {
        let spoken = keys::caps(keys, browser::is_mac()).join(" ");
        view! {
            <div class="key-row">
                <dt>{title}</dt>
                <dd>
                    <KeyCaps keys />
                    <span class="sr-only">{spoken}</span>
                </dd>
            </div>
        }
    };
    (!rows.is_empty()).then(|| {
        view! {
            <section>
                <h3>{title}</h3>
                <dl>{rows.into_iter().map(row).collect_view()}</dl>
            </section>
        }
    })
}
