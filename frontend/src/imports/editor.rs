//! Changes to an import: shown at once, sent one after the other, taken back if refused.
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{
    ErrorCode, Import, ImportId, ImportOptions, ImportState, ImportTarget, PersonChoice,
    PersonMapping, TargetChoice, TargetMapping,
};

use crate::api;
use crate::i18n::fault_words;
use crate::query::Query;
use crate::t;
use crate::ui::{announce_now, toast};

/// An import being mapped. Copy it into closures.
#[derive(Clone, Copy)]
pub(super) struct Editor {
    /// Which.
    pub(super) id: ImportId,
    /// As the server knows it.
    pub(super) import: Query<Import>,
    /// A change is on its way: the counts are those before it.
    pub(super) busy: RwSignal<bool>,
    /// What was chosen and not sent yet.
    waiting: StoredValue<Option<ImportOptions>>,
    /// Its writing was begun here.
    pub(super) begun: StoredValue<bool>,
    /// Goes up when a change was refused: the fields show the server's values again.
    pub(super) refused: RwSignal<u32>,
}

impl Editor {
    pub(super) fn new(id: ImportId, import: Query<Import>) -> Self {
        Self {
            id,
            import,
            busy: RwSignal::new(false),
            waiting: StoredValue::new(None),
            begun: StoredValue::new(false),
            refused: RwSignal::new(0),
        }
    }

    /// Whether it can still be changed.
    pub(super) fn open(self) -> bool {
        self.import.with(|import| import.is_some_and(|import| import.state == ImportState::Ready))
    }

    /// Sends a client and project somewhere.
    pub(super) fn send_to(self, client: &str, project: &str, goes_to: TargetChoice) {
        let mapping =
            TargetMapping { client: client.to_owned(), project: project.to_owned(), goes_to };
        self.change(|options| {
            options.targets.retain(|one| (one.client != client) || (one.project != project));
            options.targets.push(mapping);
        });
    }

    /// Leaves out everything that has no place yet.
    pub(super) fn skip_undecided(self) {
        let open = |one: &&ImportTarget| one.goes_to == TargetChoice::Undecided;
        let skip = |one: &ImportTarget| TargetMapping {
            client: one.client.clone(),
            project: one.project.clone(),
            goes_to: TargetChoice::Skip,
        };
        let skipped: Vec<TargetMapping> = untrack(|| {
            self.import.with(|import| {
                let targets = import.map_or(&[][..], |import| &import.targets);
                targets.iter().filter(open).map(skip).collect()
            })
        });
        self.change(|options| options.targets.extend(skipped));
    }

    /// Says who a person is.
    pub(super) fn name_person(self, name: &str, email: &str, is: PersonChoice) {
        let mapping = PersonMapping { name: name.to_owned(), email: email.to_owned(), is };
        self.change(|options| {
            options.people.retain(|one| (one.name != name) || (one.email != email));
            options.people.push(mapping);
        });
    }

    /// Changes options; only what is named in them changes.
    pub(super) fn change(self, change: impl FnOnce(&mut ImportOptions)) {
        let Some(import) = self.import.get_untracked() else { return };
        let waiting = self.waiting.try_update_value(Option::take).flatten();
        let mut options = waiting.unwrap_or_else(|| ImportOptions {
            targets: Vec::new(),
            people: Vec::new(),
            rounding: import.options.rounding,
            date_order: Some(import.date_order),
            unbillable_draws: import.options.unbillable_draws,
        });
        change(&mut options);
        self.waiting.set_value(Some(options));
        if !self.busy.get_untracked() {
            self.send();
        }
    }

    fn send(self) {
        let options = self.waiting.try_update_value(Option::take).flatten();
        let (Some(options), Some(import)) = (options, self.import.get_untracked()) else { return };
        self.busy.set(true);
        spawn_local(async move {
            let outcome = self.patch(&options, import.version).await;
            if self.busy.try_set(false).is_some() {
                // The page was left.
                return;
            }
            match outcome {
                Ok(import) => {
                    self.import.set(import);
                    self.send();
                }
                Err(fault) => {
                    self.waiting.set_value(None);
                    self.import.refetch();
                    self.refused.update(|refused| *refused += 1);
                    let words = t!(imports.change_failed, why = fault_words(&fault));
                    announce_now(words.clone());
                    toast(words);
                }
            }
        });
    }

    /// A change made elsewhere is no reason to lose this one: it is tried once more on top.
    async fn patch(self, options: &ImportOptions, version: i64) -> Result<Import, api::Fault> {
        match api::change_import(self.id, version, options).await {
            Err(fault) if fault.is(ErrorCode::Stale) => {
                let now = api::import(self.id).send().await?;
                api::change_import(self.id, now.version, options).await
            }
            outcome => outcome,
        }
    }
}
