//! Four figures. While they are read each keeps its frame and shows a dash.
use leptos::prelude::*;
use shared::api::{Account, Money, Page};

use super::figures::{ENDING_DAYS, Figures};
use crate::{
    format::{effort, list, money_short, percent},
    query::Query,
    session::use_today,
    t, tn,
    ui::FaultNote,
};

#[component]
pub(super) fn FiguresView(accounts: Query<Page<Account>>) -> impl IntoView {
    let today = use_today();
    let figures = Memo::new(move |_| {
        accounts.with(|page| page.map(|page| Figures::of(&page.items, today.get())))
    });
    let show = move |value: fn(&Figures) -> String| {
        Signal::derive(move || figures.with(|f| f.as_ref().map_or_else(|| "–".to_owned(), value)))
    };
    let about = move |words: fn(&Figures) -> String| {
        Signal::derive(move || figures.with(|f| f.as_ref().map(words).unwrap_or_default()))
    };
    let fault = move || {
        accounts.fault().map(|fault| {
            let retry = Callback::new(move |()| accounts.refetch());
            view! { <FaultNote fault stale=accounts.known() retry /> }
        })
    };
    view! {
        {fault}
        <dl class="stats" aria-label=t!(today.figures)>
            <Figure
                label=t!(today.mrr)
                value=show(|f| f.mrr.first().map_or_else(|| "–".to_owned(), money_short))
                about=about(mrr_about)
            />
            <Figure label=t!(today.left) value=show(|f| effort(f.left)) about=about(left_about) />
            <Figure label=t!(today.over) value=show(over) about=about(over_about) />
            <Figure
                label=t!(today.ending, days = ENDING_DAYS)
                value=show(|f| f.ending.to_string())
                about=about(ending_about)
            />
        </dl>
    }
}

#[component]
fn Figure(
    #[prop(into)] label: String,
    value: Signal<String>,
    about: Signal<String>,
) -> impl IntoView {
    view! {
        <div class="stat panel">
            <dt>{label}</dt>
            <dd class="stat-value num">{move || value.get()}</dd>
            <dd class="stat-about">{move || about.get()}</dd>
        </div>
    }
}

/// The other currencies: they are listed, never added.
fn mrr_about(figures: &Figures) -> String {
    match figures.mrr.get(1..) {
        Some([]) | None => t!(today.mrr_about).to_owned(),
        Some(others) => t!(today.mrr_others, others = amounts(others)),
    }
}

fn left_about(figures: &Figures) -> String {
    match percent(figures.available - figures.left, figures.available) {
        Some(used) => t!(today.left_about, sold = effort(figures.available), used = used),
        None => t!(today.left_none).to_owned(),
    }
}

/// Hours, or the first unit that something was delivered beyond.
fn over(figures: &Figures) -> String {
    figures.over.first().map_or_else(|| effort(0), |(measure, n)| measure.say(*n))
}

fn over_about(figures: &Figures) -> String {
    let about = match figures.accounts_over as i64 {
        0 => return t!(today.over_none).to_owned(),
        n => tn!(n, today.over_one, today.over_other),
    };
    match figures.over.get(1..) {
        Some([]) | None => about,
        Some(others) => {
            let others: Vec<String> = others.iter().map(|(measure, n)| measure.say(*n)).collect();
            t!(today.over_others, others = list(&others), about = about)
        }
    }
}

fn ending_about(figures: &Figures) -> String {
    if figures.at_stake.is_empty() {
        t!(today.ending_none).to_owned()
    } else {
        t!(today.ending_about, mrr = amounts(&figures.at_stake))
    }
}

/// Each currency for itself.
pub(crate) fn amounts(sums: &[Money]) -> String {
    if sums.is_empty() {
        "–".to_owned()
    } else {
        list(&sums.iter().map(money_short).collect::<Vec<_>>())
    }
}
