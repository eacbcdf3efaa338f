//! What has been decided and typed so far, and what the server says it would come to.
use leptos::prelude::*;
use shared::api::{
    CycleClosing, CycleId, CycleStatus, Language, NewClosing, OverageChoice, OverageMode,
    PoolClosing, Retainer,
};

use crate::api;
use crate::query::{Query, Standing, use_query_when};
use crate::ui::Form;

/// A closing in the making. Copy it into closures.
#[derive(Clone, Copy)]
pub(super) struct Draft {
    /// The cycle.
    pub(super) cycle: CycleId,
    /// Its retainer.
    pub(super) retainer: Query<Retainer>,
    /// What the server answered last, for choices that may have changed since.
    pub(super) closing: RwSignal<Option<CycleClosing>>,
    query: Query<CycleClosing>,
    /// How overage is settled, by the keys of pools; by the terms where nothing is chosen.
    pub(super) ways: RwSignal<Vec<(String, OverageMode)>>,
    /// Why.
    pub(super) reason: RwSignal<String>,
    /// 0 is English, 1 German.
    pub(super) language: RwSignal<usize>,
    /// What the client is told.
    pub(super) recap: RwSignal<String>,
    suggested: RwSignal<String>,
    /// One a line.
    pub(super) priorities: RwSignal<String>,
    /// Faults and progress.
    pub(super) form: Form,
}

/// The language at a place of the switch.
fn spoken(place: usize) -> Language {
    if place == 1 { Language::De } else { Language::En }
}

impl Draft {
    /// A closing of a cycle, as the server proposes it.
    pub(super) fn new(retainer: Query<Retainer>, cycle: CycleId) -> Self {
        let german = crate::i18n::tag().starts_with("de");
        let language = RwSignal::new(usize::from(german));
        let ways = RwSignal::new(Vec::new());
        let query = use_query_when(move || {
            Some(ways.with(|ways| api::closing(cycle, spoken(language.get()), ways)))
        });
        let draft = Self {
            cycle,
            retainer,
            closing: RwSignal::new(None),
            query,
            ways,
            reason: RwSignal::default(),
            language,
            recap: RwSignal::default(),
            suggested: RwSignal::default(),
            priorities: RwSignal::default(),
            form: Form::new("close"),
        };
        Effect::new(move |_| {
            if let Some(closing) = query.get() {
                draft.take(closing);
            }
        });
        // Whoever closes sees what has changed meanwhile before they close it.
        Effect::new(move |_| {
            if draft.form.stale() {
                crate::query::invalidate("/cycles");
            }
        });
        draft
    }

    /// Shows an answer. What was typed into the recap stays; an untouched one follows.
    fn take(self, closing: CycleClosing) {
        let untouched = self.recap.get_untracked() == self.suggested.get_untracked();
        self.suggested.set(closing.recap.clone());
        if untouched {
            self.recap.set(closing.recap.clone());
        }
        self.closing.set(Some(closing));
    }

    /// Throws away what was typed into the recap.
    pub(super) fn recap_again(self) {
        self.recap.set(self.suggested.get_untracked());
    }

    /// How the read stands: what was shown stays while a choice is being weighed.
    pub(super) fn standing(self) -> Standing {
        let known = Signal::derive(move || self.closing.with(Option::is_some));
        Standing { known, ..self.query.standing() }
    }

    /// Takes a way to settle the overage of a pool.
    pub(super) fn choose(self, pool: &str, way: OverageMode) {
        self.ways.update(|ways| {
            ways.retain(|(key, _)| key != pool);
            ways.push((pool.to_owned(), way));
            ways.sort_by(|a, b| a.0.cmp(&b.0));
        });
    }

    /// Whether something is given for nothing that the terms would not, and nobody said why.
    pub(super) fn lacks_reason(self) -> bool {
        let given = |closing: &CycleClosing| {
            self.ways.with_untracked(|ways| {
                let absorbed = |key: &str| {
                    ways.iter().any(|(pool, way)| pool == key && *way == OverageMode::Absorb)
                };
                let by_terms = |one: &PoolClosing| {
                    one.choices.first().is_some_and(|way| way.choice == OverageMode::Absorb)
                };
                closing.pools.iter().any(|one| absorbed(&one.pool.key) && !by_terms(one))
            })
        };
        self.reason.with_untracked(|reason| reason.trim().is_empty())
            && self.closing.with_untracked(|closing| closing.as_ref().is_some_and(given))
    }

    /// Whether the calendar was there first: its figures cannot be changed.
    pub(super) fn frozen(self) -> bool {
        let closed = |closing: &CycleClosing| closing.cycle.status == CycleStatus::Closed;
        self.closing.with(|closing| closing.as_ref().is_some_and(closed))
    }

    /// What is sent; nothing is read reactively.
    pub(super) fn body(self) -> NewClosing {
        let reason = self.reason.get_untracked().trim().to_owned();
        let reason = (!reason.is_empty()).then_some(reason);
        let ways = self.ways.get_untracked().into_iter();
        let overage =
            ways.map(|(pool, choice)| OverageChoice { pool, choice, reason: reason.clone() });
        NewClosing {
            overage: overage.collect(),
            recap: Some(self.recap.get_untracked()),
            language: spoken(self.language.get_untracked()),
            priorities: lines(&self.priorities.get_untracked()),
        }
    }

    /// Shows how it was closed.
    pub(super) fn closed(self, closing: CycleClosing) {
        self.take(closing.clone());
        self.query.set(closing);
    }
}

/// What stands on the lines of a text, without the empty ones.
fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn priorities_are_the_lines_that_say_something() {
        assert_eq!(lines(" Launch the shop \n\n  Newsletter\n"), ["Launch the shop", "Newsletter"]);
        assert!(lines(" \n ").is_empty());
    }
}
