//! What a number is made of: the rule in words, and parts that add up, each with its lines.
use leptos::prelude::*;
use shared::api::{CycleId, Explanation, ExplanationPart};

use super::page::{Shown, address};
use crate::format::{effort, signed_effort};
use crate::query::use_query_when;
use crate::ui::{Dialog, Loaded};
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
}

impl Figure {
    /// Its name in the API.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Available => "available",
            Self::Used => "used",
            Self::Overage => "overage",
        }
    }

    /// Its name for the reader.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Left => t!(retainers.fig_left),
            Self::Available => t!(retainers.fig_available),
            Self::Used => t!(retainers.fig_used),
            Self::Overage => t!(retainers.fig_overage),
        }
    }

    fn rule(self) -> &'static str {
        match self {
            Self::Left => t!(retainers.rule_left),
            Self::Available => t!(retainers.rule_available),
            Self::Used => t!(retainers.rule_used),
            Self::Overage => t!(retainers.rule_overage),
        }
    }
}

/// What is being taken apart: the figure, its minutes, its cycle.
pub(super) type Asked = Option<(Figure, i64, CycleId)>;

/// A figure as a button: pressed, it says what it is made of.
#[component]
pub(super) fn FigureButton(
    figure: Figure,
    minutes: i64,
    cycle: CycleId,
    asked: RwSignal<Asked>,
    open: RwSignal<bool>,
    /// The classes of the figure.
    class: &'static str,
) -> impl IntoView {
    let value = effort(minutes);
    let label = t!(retainers.explain_button, figure = figure.label(), value = value.clone());
    view! {
        <button
            type="button"
            class=format!("figure num {class}")
            aria-haspopup="dialog"
            aria-label=label
            on:click=move |_| {
                asked.set(Some((figure, minutes, cycle)));
                open.set(true);
            }
        >
            {value}
        </button>
    }
}

/// The dialog with the parts of the figure asked for.
#[component]
pub(super) fn ExplainDialog(
    shown: Shown,
    asked: RwSignal<Asked>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let title = Signal::derive(move || {
        asked.with(|asked| match asked {
            Some((figure, minutes, _)) => {
                t!(retainers.explain_title, figure = figure.label(), value = effort(*minutes))
            }
            None => String::new(),
        })
    });
    view! {
        <Dialog open title>
            <Content shown asked open />
        </Dialog>
    }
}

#[component]
fn Content(shown: Shown, asked: RwSignal<Asked>, open: RwSignal<bool>) -> impl IntoView {
    let explained = use_query_when(move || {
        asked.with(|asked| asked.as_ref().map(|(figure, _, id)| api::explain(figure.key(), *id)))
    });
    let rule = move || asked.with(|asked| asked.map(|(figure, ..)| figure.rule()));
    let parts = move || {
        explained.with(|explained| {
            explained.map(|explained| view! { <Parts explained=explained.clone() shown open /> })
        })
    };
    view! {
        <p class="mb-3 text-soft">{rule}</p>
        <Loaded of=explained.standing() rows=3>{parts}</Loaded>
    }
}

#[component]
fn Parts(explained: Explanation, shown: Shown, open: RwSignal<bool>) -> impl IntoView {
    if explained.parts.is_empty() {
        return view! { <p>{t!(retainers.explain_empty)}</p> }.into_any();
    }
    let row = |part: ExplanationPart| {
        let label = part_words(&explained.figure, &part);
        let lines = part_rows(&part);
        let link = move || {
            let lines = lines.as_deref()?;
            let seq = shown.balance.with(|balance| balance.as_ref().map(|balance| balance.seq));
            shown.retainer.with(|retainer| {
                retainer.map(|retainer| format!("{}#ledger", address(retainer, seq, Some(lines))))
            })
        };
        let named = label.clone();
        let content = move || match link() {
            Some(href) => view! {
                <a
                    class="link"
                    href=href
                    title=t!(retainers.explain_rows, label = named.clone())
                    on:click=move |_| open.set(false)
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
                <td class="num text-end">{signed_effort(part.value)}</td>
            </tr>
        }
    };
    let total = effort(explained.value);
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
        ("adjusted", _) => t!(retainers.part_adjusted),
        ("drawn", "overage") => t!(retainers.part_covered),
        ("drawn", _) => t!(retainers.part_drawn),
        ("used", _) => t!(retainers.part_used),
        _ => return part.label.clone(),
    };
    words.to_owned()
}

/// The lines of the ledger that a part is made of, as the address names them.
fn part_rows(part: &ExplanationPart) -> Option<String> {
    let rows = match part.key.as_str() {
        "carried_in" => "carry_in",
        "granted" => "grant",
        "adjusted" => "adjust",
        "drawn" | "used" => "work",
        "person" => return Some(format!("by:{}", part.label)),
        _ => return None,
    };
    Some(rows.to_owned())
}
