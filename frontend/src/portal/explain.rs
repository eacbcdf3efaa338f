//! Figures that open into what they are made of: parts that add up, and the rule in words.
use leptos::prelude::*;
use shared::api::{Balance, CycleStatus, Explanation, ExplanationPart, Pool};

use super::api;
use super::parts::Loaded;
use crate::browser::next_id;
use crate::format::Measure;
use crate::query::use_query;
use crate::t;

/// A figure of a balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Figure {
    /// What can still be drawn.
    Left,
    /// What went beyond.
    Overage,
    /// What was used.
    Used,
    /// What the cycle offers.
    Available,
    /// What of it was carried in.
    CarriedIn,
    /// What ends with the cycle.
    Lapses,
    /// What the next cycle starts with.
    Carries,
}

impl Figure {
    /// The figures of a balance that say something, with what they say.
    pub(super) fn of(balance: &Balance) -> Vec<(Self, i64)> {
        let open = balance.status == CycleStatus::Open;
        let first = match balance.overage {
            0 => (Self::Left, balance.left),
            over => (Self::Overage, over),
        };
        let rare = [
            (Self::CarriedIn, balance.opening),
            (Self::Lapses, if open { balance.lapses } else { 0 }),
            (Self::Carries, if open { balance.carries } else { 0 }),
        ];
        let always = [first, (Self::Used, balance.used), (Self::Available, balance.available)];
        always.into_iter().chain(rare.into_iter().filter(|(_, value)| *value != 0)).collect()
    }

    /// Its name in the API. What was carried in is a part of what is available.
    fn key(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Overage => "overage",
            Self::Used => "used",
            Self::Available | Self::CarriedIn => "available",
            Self::Lapses => "lapses",
            Self::Carries => "carries",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Left => t!(portal.fig_left),
            Self::Overage => t!(portal.fig_overage),
            Self::Used => t!(portal.fig_used),
            Self::Available => t!(portal.fig_available),
            Self::CarriedIn => t!(portal.fig_carried_in),
            Self::Lapses => t!(portal.fig_lapses),
            Self::Carries => t!(portal.fig_carries),
        }
    }

    fn rule(self) -> &'static str {
        match self {
            Self::Left => t!(portal.rule_left),
            Self::Overage => t!(portal.rule_overage),
            Self::Used => t!(portal.rule_used),
            Self::Available => t!(portal.rule_available),
            Self::CarriedIn => t!(portal.rule_carried_in),
            Self::Lapses => t!(portal.rule_lapses),
            Self::Carries => t!(portal.rule_carries),
        }
    }
}

/// The figures of a balance as buttons; what the one that is pressed is made of comes below them.
#[component]
pub(super) fn Figures(
    /// Which, with their values.
    figures: Vec<(Figure, i64)>,
    /// Of what.
    balance: Signal<Balance>,
) -> impl IntoView {
    let opened = RwSignal::new(None::<Figure>);
    let id = StoredValue::new(format!("figure-{}", next_id()));
    let measure = balance.with_untracked(|balance| Measure::of(&balance.pool));
    let figure = |(figure, value)| {
        let open = move || opened.get() == Some(figure);
        view! {
            <li>
                <button
                    type="button"
                    class="visit-figure"
                    aria-expanded=move || if open() { "true" } else { "false" }
                    aria-controls=id.get_value()
                    on:click=move |_| opened.update(|opened| {
                        *opened = if *opened == Some(figure) { None } else { Some(figure) };
                    })
                >
                    <span class="visit-figure-label">{figure.label()}</span>
                    <span class="visit-figure-value num">{measure.say(value)}</span>
                </button>
            </li>
        }
    };
    let figures = figures.into_iter().map(figure).collect_view();
    let parts = move || {
        opened.get().map(|figure| {
            view! {
                <div class="visit-taken">
                    <h3>{figure.label()}</h3>
                    <p class="text-soft">{figure.rule()}</p>
                    <Parts figure balance />
                </div>
            }
        })
    };
    view! {
        <ul class="visit-figures">{figures}</ul>
        <div id=id.get_value()>{parts}</div>
    }
}

#[component]
fn Parts(figure: Figure, balance: Signal<Balance>) -> impl IntoView {
    let (cycle, pool) = balance.with_untracked(|one| (one.cycle_id, one.pool.clone()));
    let key = pool.key.clone();
    let explained = use_query(move || api::explain(figure.key(), cycle, &key));
    let pool = StoredValue::new(pool);
    let table = move || {
        let explained = explained.get()?;
        Some(view! { <Table explained pool=pool.get_value() figure /> })
    };
    view! { <Loaded of=explained.standing() rows=3>{table}</Loaded> }
}

#[component]
fn Table(explained: Explanation, pool: Pool, figure: Figure) -> impl IntoView {
    if explained.parts.is_empty() {
        return view! { <p>{t!(portal.explain_empty)}</p> }.into_any();
    }
    let measure = Measure::of(&pool);
    let row = |part: ExplanationPart| {
        let told = figure == Figure::CarriedIn && part.key == "carried_in";
        view! {
            <tr class:font-semibold=told>
                <th scope="row" class="text-start">{part_words(&explained.figure, &part)}</th>
                <td class="num text-end whitespace-nowrap">{measure.signed(part.value)}</td>
            </tr>
        }
    };
    let rows = explained.parts.iter().cloned().map(row).collect_view();
    view! {
        <table class="table">
            <caption class="sr-only">{figure.label()}</caption>
            <tbody>{rows}</tbody>
            <tfoot>
                <tr>
                    <th scope="row" class="text-start">{t!(portal.explain_sum)}</th>
                    <td class="num text-end whitespace-nowrap">{measure.say(explained.value)}</td>
                </tr>
            </tfoot>
        </table>
    }
    .into_any()
}

/// A part in the reader's language; one that is not known yet keeps the server's English, and a
/// person keeps their name.
fn part_words(figure: &str, part: &ExplanationPart) -> String {
    let words = match (part.key.as_str(), figure) {
        ("carried_in", _) => t!(portal.part_carried_in),
        ("granted" | "lot_included", _) => t!(portal.part_granted),
        ("repaid", _) => t!(portal.part_repaid),
        ("topped_up", _) => t!(portal.part_topped_up),
        ("adjusted", _) => t!(portal.part_adjusted),
        ("ended", _) => t!(portal.part_ended),
        ("coming", _) => t!(portal.part_coming),
        ("set_aside", _) => t!(portal.part_set_aside),
        ("drawn", "overage") => t!(portal.part_covered),
        ("drawn", _) => t!(portal.part_drawn),
        ("used", _) => t!(portal.part_used),
        ("lapse_unused", _) => t!(portal.part_lapse_unused),
        ("lapse_share", _) => t!(portal.part_lapse_share),
        ("lapse_expired", _) => t!(portal.part_lapse_expired),
        ("lapse_carried_once", _) => t!(portal.part_lapse_carried_once),
        ("lapse_not_renewed", _) => t!(portal.part_lapse_not_renewed),
        ("lapse_cap", _) => t!(portal.part_lapse_cap),
        ("lapse_ended", _) => t!(portal.part_lapse_ended),
        ("lot_makeup", _) => t!(portal.part_lot_makeup),
        ("lot_goodwill", _) => t!(portal.part_lot_goodwill),
        ("lot_rollover", _) => t!(portal.part_lot_rollover),
        ("lot_purchased", _) => t!(portal.part_lot_purchased),
        _ => part.label.as_str(),
    };
    match part.origin_seq {
        Some(seq) => t!(portal.part_of_cycle, part = words, seq = seq),
        None => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meter::sample::balance;

    #[test]
    fn a_balance_shows_the_figures_that_say_something() {
        let figures = |balance: &Balance| -> Vec<Figure> {
            Figure::of(balance).into_iter().map(|(figure, _)| figure).collect()
        };
        use Figure::{Available, CarriedIn, Lapses, Left, Overage, Used};
        let mut quiet = balance(600, 150);
        assert_eq!(figures(&quiet), [Left, Used, Available, Lapses]);
        quiet.opening = 60;
        quiet.status = CycleStatus::Closed;
        assert_eq!(figures(&quiet), [Left, Used, Available, CarriedIn]);
        assert_eq!(figures(&balance(600, 700)), [Overage, Used, Available]);
    }

    #[test]
    fn parts_are_told_in_words_and_people_by_their_names() {
        let part = |key: &str, origin_seq| {
            let (key, label) = (key.to_owned(), "Ana Ruiz".to_owned());
            ExplanationPart { key, label, value: 1, origin_seq, source: String::new() }
        };
        assert_eq!(part_words("used", &part("person", None)), "Ana Ruiz");
        assert_eq!(part_words("overage", &part("drawn", None)), "Covered by what was available");
        let carried = part_words("carries", &part("lot_rollover", Some(2)));
        assert_eq!(carried, "Carried over, from cycle 2");
    }
}
