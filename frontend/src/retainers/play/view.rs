//! The panel beside the form: which client, the bars, what they come to, the table.
use leptos::prelude::*;
use shared::rules::simulate::Profile;

use super::block::BlockSliders;
use super::chart::{PlayChart, class, fill};
use super::model::{Block, Part, Playable, SERIES, Year};
use super::picture::picture;
use super::table::PlayTable;
use super::words;
use crate::browser::save_file;
use crate::ui::{Button, Lazy, Panel, Place, Segments};
use crate::{screens, t};

/// A year under the terms being typed; quiet until they can be read.
#[component]
pub fn PlayPanel(
    /// The terms, once there are cycles to play them in.
    playable: Memo<Option<Playable>>,
) -> impl IntoView {
    provide_context(Playing(playable));
    view! { <Lazy load=screens::play place=Place::Part /> }
}

/// What is played, for the panel, which is loaded later.
#[derive(Clone, Copy)]
pub(super) struct Playing(pub(super) Memo<Option<Playable>>);

/// The panel itself.
#[component]
pub fn Play() -> impl IntoView {
    let Playing(playable) = expect_context();
    let (client, place) = (RwSignal::new(2_usize), RwSignal::new(0_usize));
    let block = RwSignal::new(Block::default());
    let profile =
        Signal::derive(move || Profile::ALL.get(client.get()).copied().unwrap_or(Profile::Heavy));
    let pools = Memo::new(move |_| {
        playable.with(|playable| {
            let pools = playable.iter().flat_map(|playable| &playable.pools);
            pools.map(|pool| pool.name.clone()).collect::<Vec<_>>()
        })
    });
    // A pool that was taken away leaves the first to be shown.
    let shown = Memo::new(move |_| place.get().min(pools.with(Vec::len).saturating_sub(1)));
    let year = Memo::new(move |_| {
        playable.with(|playable| playable.as_ref()?.year(shown.get(), profile.get(), block.get()))
    });
    let clients = Signal::stored(Profile::ALL.map(|who| words::profile(who).to_owned()).to_vec());
    let several = Memo::new(move |_| pools.with(|pools| pools.len() > 1));
    // The bars stay while figures change: only their coming and going draws the body anew.
    let there = Memo::new(move |_| year.with(Option::is_some));
    let bought = Memo::new(move |_| {
        playable.with(|playable| playable.as_ref().is_some_and(|one| one.only_bought(shown.get())))
    });
    let terms = Signal::derive(move || {
        playable.with(|playable| playable.as_ref().map(|it| it.told(shown.get(), block.get())))
    });
    let body = move || {
        if there.get() {
            view! { <Played year profile terms /> }.into_any()
        } else {
            view! { <p class="text-soft">{t!(play.wait)}</p> }.into_any()
        }
    };
    view! {
        <Panel title=t!(play.title)>
            <div class="play">
                <Segments legend=t!(play.client) labels=clients chosen=client />
                <Show when=move || several.get()>
                    <Segments legend=t!(play.pool) labels=pools chosen=place />
                </Show>
                <Show when=move || bought.get()>
                    <BlockSliders playable shown block />
                </Show>
                {body}
            </div>
        </Panel>
    }
}

#[component]
fn Played(
    year: Memo<Option<Year>>,
    profile: Signal<Profile>,
    terms: Signal<Option<Vec<String>>>,
) -> impl IntoView {
    let finding = Signal::derive(move || {
        year.with(|year| year.as_ref().map(|year| words::finding(year, profile.get())))
            .unwrap_or_default()
    });
    let price = move || year.with(|year| year.as_ref().map(words::price));
    let sessions = move || year.with(|year| year.as_ref().and_then(words::sessions));
    let save = Callback::new(move |()| {
        let Some(year) = year.get_untracked() else { return };
        let mut told = vec![finding.get_untracked(), words::price(&year)];
        told.extend(words::sessions(&year));
        let terms = terms.get_untracked().unwrap_or_default();
        let name = format!("{}.svg", t!(play.title));
        save_file(&name, "image/svg+xml", &picture(&year, &told, &terms));
    });
    view! {
        <figure class="play-figure">
            <figcaption>
                <p class="font-medium">{move || finding.get()}</p>
                <p class="text-soft">{price}</p>
                <p class="text-soft">{sessions}</p>
            </figcaption>
            <PlayChart year finding />
            <Legend year />
        </figure>
        <div class="no-print">
            <Button small=true icon=icondata::LuDownload on_press=save>{t!(play.save)}</Button>
        </div>
        <PlayTable year />
    }
}

/// What the parts of the bars mean, as far as they are there.
#[component]
fn Legend(year: Memo<Option<Year>>) -> impl IntoView {
    let there = Memo::new(move |_| {
        year.with(|year| {
            let cycles = year.as_ref().map_or(&[][..], |year| &year.play.cycles);
            let some = |part: &Part| cycles.iter().any(|cycle| part.of(cycle) > 0);
            SERIES.into_iter().filter(some).collect::<Vec<_>>()
        })
    });
    let row = |part: Part| {
        let (class, fill) = (class(part), fill(part));
        view! {
            <li>
                <svg width="12" height="12" aria-hidden="true">
                    <rect class=class fill=fill x="1" y="1" width="10" height="10"></rect>
                </svg>
                {words::part(part)}
            </li>
        }
    };
    view! {
        <ul class="play-legend">{move || there.get().into_iter().map(row).collect_view()}</ul>
    }
}
