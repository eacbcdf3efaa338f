//! What a number is made of: the rule in words, and parts that add up, each with its lines.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{CycleId, Explanation, ExplanationPart, Pool};

use super::page::{Shown, address};
use super::pools::several;
use super::today;
use crate::format::{Measure, date};
use crate::query::use_query_when;
use crate::ui::{Dialog, Loaded, focus};
use crate::{api, t};

/// A figure that can be taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Figure {
    /// What is left.
    Left,
    /// What was available.
    Available,
    /// What was used.
    Used,
    /// What went beyond.
    Overage,
    /// How far beyond it may go.
    Approved,
    /// What carries over at the end of the cycle.
    Carries,
    /// What lapses then.
    Lapses,
}

impl Figure {
    /// Its name in the API.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Available => "available",
            Self::Used => "used",
            Self::Overage => "overage",
            Self::Approved => "approved",
            Self::Carries => "carries",
            Self::Lapses => "lapses",
        }
    }

    /// Its name for the reader.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Left => t!(retainers.fig_left),
            Self::Available => t!(retainers.fig_available),
            Self::Used => t!(retainers.fig_used),
            Self::Overage => t!(retainers.fig_overage),
            Self::Approved => t!(alerts.approved_beyond),
            Self::Carries => t!(retainers.fig_carries),
            Self::Lapses => t!(retainers.fig_lapses),
        }
    }

    fn rule(self) -> &'static str {
        match self {
            Self::Left => t!(retainers.rule_left),
            Self::Available => t!(retainers.rule_available),
            Self::Used => t!(retainers.rule_used),
            Self::Overage => t!(retainers.rule_overage),
            Self::Approved => t!(alerts.rule_approved),
            Self::Carries => t!(retainers.rule_carries),
            Self::Lapses => t!(retainers.rule_lapses),
        }
    }
}

/// A figure of a pool in a cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Asked {
    figure: Figure,
    value: i64,
    cycle: CycleId,
    pool: Pool,
    as_of: Option<NaiveDate>,
}

/// What is being taken apart, and whether the dialog is open. Copy it into closures.
#[derive(Clone, Copy, Default)]
pub(super) struct Explaining {
    asked: RwSignal<Option<Asked>>,
    open: RwSignal<bool>,
    as_of: Option<NaiveDate>,
}

impl Explaining {
    /// The same for figures that look back to a day.
    pub(super) fn on(self, as_of: Option<NaiveDate>) -> Self {
        Self { as_of, ..self }
    }
}

/// A figure as a button: pressed, it says what it is made of.
#[component]
pub(super) fn FigureButton(
    figure: Figure,
    value: i64,
    cycle: CycleId,
    pool: Pool,
    explaining: Explaining,
    /// The classes of the figure.
    class: &'static str,
) -> impl IntoView {
    let words = Measure::of(&pool).say(value);
    let label = t!(retainers.explain_button, figure = figure.label(), value = words.clone());
    let asked = Asked { figure, value: value.abs(), cycle, pool, as_of: explaining.as_of };
    view! {
        <button
            type="button"
            class=format!("figure num {class}")
            aria-haspopup="dialog"
            aria-label=label
            on:click=move |_| {
                explaining.asked.set(Some(asked.clone()));
                explaining.open.set(true);
            }
        >
            {words}
        </button>
    }
}

/// The dialog with the parts of the figure asked for.
#[component]
pub(super) fn ExplainDialog(shown: Shown) -> impl IntoView {
    let Explaining { asked, open, .. } = shown.explaining;
    let title = Signal::derive(move || {
        asked.with(|asked| match asked {
            Some(Asked { figure, value, pool, .. }) => {
                let value = Measure::of(pool).say(*value);
                t!(retainers.explain_title, figure = figure.label(), value = value)
            }
            None => String::new(),
        })
    });
    view! {
        <Dialog open title>
            <Content shown />
        </Dialog>
    }
}

#[component]
fn Content(shown: Shown) -> impl IntoView {
    let asked = shown.explaining.asked;
    let explained = use_query_when(move || {
        asked.with(|asked| {
            let asked = asked.as_ref()?;
            Some(api::explain(asked.figure.key(), asked.cycle, &asked.pool.key, asked.as_of))
        })
    });
    let rule = move || asked.with(|asked| asked.as_ref().map(|asked| asked.figure.rule()));
    let day = move || asked.with(|asked| asked.as_ref()?.as_of);
    let as_of = move || {
        day().map(|day| {
            let words = t!(retainers.as_of, day = date(day, today()));
            view! { <p class="font-medium">{words}</p> }
        })
    };
    let parts = move || {
        let pool = asked.with(|asked| asked.as_ref().map(|asked| asked.pool.clone()))?;
        explained.with(|explained| {
            explained.map(|explained| {
                view! { <Parts explained=explained.clone() pool=pool.clone() shown /> }
            })
        })
    };
    view! {
        {as_of}
        <p class="mb-3 text-soft">{rule}</p>
        <Loaded of=explained.standing() rows=3>{parts}</Loaded>
    }
}

#[component]
fn Parts(explained: Explanation, pool: Pool, shown: Shown) -> impl IntoView {
    let (measure, open) = (Measure::of(&pool), shown.explaining.open);
    if explained.parts.is_empty() {
        return view! { <p>{t!(retainers.explain_empty)}</p> }.into_any();
    }
    let row = |part: ExplanationPart| {
        let label = part_words(&explained.figure, &part);
        let lines = part_rows(&part);
        let key = pool.key.clone();
        let link = move || {
            let lines = lines.as_deref()?;
            let seq = shown.cycle().map(|cycle| cycle.seq);
            let several = several(shown);
            shown.retainer.with(|retainer| {
                let pool = several.then_some(key.as_str());
                Some(format!("{}#ledger", address(retainer?, seq, pool, Some(lines))))
            })
        };
        let named = label.clone();
        let content = move || match link() {
            Some(href) => view! {
                <a
                    class="link"
                    href=href
                    title=t!(retainers.explain_rows, label = named.clone())
                    on:click=move |_| {
                        open.set(false);
                        // After the dialog has given the focus back.
                        request_animation_frame(|| focus("ledger"));
                    }
                >
                    {named.clone()}
                </a>
            }
            .into_any(),
            None => named.clone().into_any(),
        };
        view! {
            <tr>
                <th scope="row" class="text-start font-normal">{content}</th>
                <td class="num text-end">{measure.signed(part.value)}</td>
            </tr>
        }
    };
    let total = measure.say(explained.value);
    let rows = explained.parts.into_iter().map(row).collect_view();
    view! {
        <table class="table">
            <tbody>{rows}</tbody>
            <tfoot>
                <tr>
                    <th scope="row" class="text-start">{t!(retainers.explain_sum)}</th>
                    <td class="num text-end font-semibold">{total}</td>
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
        ("carried_in", _) => t!(retainers.part_carried_in),
        ("granted", _) => t!(retainers.part_granted),
        ("repaid", _) => t!(retainers.part_repaid),
        ("topped_up", _) => t!(retainers.part_topped_up),
        ("adjusted", _) => t!(retainers.part_adjusted),
        ("ended", _) => t!(retainers.part_ended),
        ("coming", _) => t!(retainers.part_coming),
        ("set_aside", _) => t!(retainers.part_set_aside),
        ("drawn", "overage") => t!(retainers.part_covered),
        ("drawn", _) => t!(retainers.part_drawn),
        ("used", _) => t!(retainers.part_used),
        ("lapse_unused", _) => t!(retainers.part_lapse_unused),
        ("lapse_share", _) => t!(retainers.part_lapse_share),
        ("lapse_expired", _) => t!(retainers.part_lapse_expired),
        ("lapse_cap", _) => t!(retainers.part_lapse_cap),
        ("lapse_ended", _) => t!(retainers.part_lapse_ended),
        ("lot_makeup", _) => t!(retainers.part_lot_makeup),
        ("lot_goodwill", _) => t!(retainers.part_lot_goodwill),
        ("lot_rollover", _) => t!(retainers.part_lot_rollover),
        ("lot_included", _) => t!(retainers.part_granted),
        ("lot_purchased", _) => t!(retainers.part_lot_purchased),
        _ => part.label.as_str(),
    };
    match part.origin_seq {
        Some(seq) => t!(retainers.part_of_cycle, part = words, seq = seq),
        None => words.to_owned(),
    }
}

/// The lines of the ledger that a part is made of, as the address names them.
fn part_rows(part: &ExplanationPart) -> Option<String> {
    let rows = match part.key.as_str() {
        "carried_in" => "carry_in",
        "granted" => "grant",
        "repaid" => "repay",
        "topped_up" => "topup",
        "adjusted" => "adjust",
        "set_aside" => "set_aside",
        "drawn" | "used" => "work",
        "person" => return Some(format!("by:{}", part.label)),
        _ => return None,
    };
    Some(rows.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(key: &str, origin_seq: Option<i64>) -> ExplanationPart {
        let source = String::new();
        ExplanationPart { key: key.into(), label: "Ana Ruiz".into(), value: 1, origin_seq, source }
    }

    #[test]
    fn a_lot_is_told_with_the_cycle_it_comes_from() {
        let words = |figure, key, seq| part_words(figure, &part(key, seq));
        assert_eq!(words("carries", "lot_rollover", Some(2)), "Carried over, from cycle 2");
        assert_eq!(words("lapses", "lapse_cap", Some(3)), "More than the cap holds, from cycle 3");
        assert_eq!(words("used", "person", None), "Ana Ruiz");
        assert_eq!(words("overage", "drawn", None), "Covered by what was available");
    }

    #[test]
    fn a_part_leads_to_its_lines() {
        assert_eq!(part_rows(&part("person", None)).as_deref(), Some("by:Ana Ruiz"));
        assert_eq!(part_rows(&part("topped_up", None)).as_deref(), Some("topup"));
        assert_eq!(part_rows(&part("lot_rollover", Some(2))), None);
    }
}
