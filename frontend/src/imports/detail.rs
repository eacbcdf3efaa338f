//! One file of time: what was read, where it goes, what the import does, or did.
use std::time::Duration;

use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map};
use shared::api::{ImportId, ImportState};

use super::editor::Editor;
use super::mapping::{PeoplePanel, TargetsPanel};
use super::options::{FilePanel, OptionsPanel};
use super::outcome::OutcomePanel;
use super::problems::ProblemsPanel;
use super::words;
use crate::query::{self, use_query_when};
use crate::session::{manages, use_me};
use crate::shell::Area;
use crate::ui::{
    Badge, Button, Dialog, Empty, Form, FormFaults, Loaded, PageHeader, Tone, Variant, toast,
};
use crate::{api, t};

/// How often an import is asked for while it is being written.
const POLL: Duration = Duration::from_millis(700);

/// `/imports/:import`
#[component]
pub fn ImportPage() -> impl IntoView {
    let params = use_params_map();
    let id =
        Memo::new(move |_| params.with(|params| params.get("import")?.parse::<ImportId>().ok()));
    move || match id.get() {
        Some(id) => view! { <Page id /> }.into_any(),
        None => view! {
            <PageHeader title=t!(common.not_found_title) area=Area::Import />
            <div class="page">
                <Empty title=t!(imports.not_found) />
            </div>
        }
        .into_any(),
    }
}

#[component]
fn Page(id: ImportId) -> impl IntoView {
    let import = use_query_when(move || Some(api::import(id)));
    let editor = Editor::new(id, import);
    let may = use_me().with_untracked(|me| manages(me.role));
    let title = Signal::derive(move || {
        import
            .with(|import| import.map(|import| import.file_name.clone()))
            .unwrap_or_else(|| t!(imports.title).to_owned())
    });
    let state = Memo::new(move |_| import.with(|import| import.map(|import| import.state)));
    poll(editor, state);
    let status = move || {
        state.get().map(|state| {
            let (tone, icon) = match state {
                ImportState::Ready => (Tone::Warn, icondata::LuCircleDashed),
                ImportState::Committing => (Tone::Plain, icondata::LuLoader),
                ImportState::Done => (Tone::Ok, icondata::LuCheck),
            };
            view! { <Badge tone icon=icon>{words::state(state)}</Badge> }
        })
    };
    let discarding = RwSignal::new(false);
    let discard = move || {
        (may && editor.open()).then(|| {
            view! {
                <Button variant=Variant::Danger on_press=Callback::new(move |()| discarding.set(true))>
                    {t!(imports.discard)}
                </Button>
            }
        })
    };
    view! {
        <PageHeader title area=Area::Import status=move || view! { {status} }>
            {discard}
        </PageHeader>
        <div class="page">
            <p>
                <a class="link" href="/imports">{t!(imports.all_imports)}</a>
            </p>
            <Loaded of=import.standing() rows=8>
                <Body editor may />
            </Loaded>
        </div>
        <DiscardDialog editor open=discarding />
    }
}

#[component]
fn Body(editor: Editor, may: bool) -> impl IntoView {
    let open = Memo::new(move |_| editor.open());
    view! {
        <div class="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
            <div class="stack">
                <FilePanel editor />
                <Show when=move || open.get() && may>
                    <OptionsPanel editor />
                </Show>
                <TargetsPanel editor may />
                <PeoplePanel editor may />
                <ProblemsPanel editor />
            </div>
            <div class="lg:sticky lg:top-4">
                <OutcomePanel editor may />
            </div>
        </div>
    }
}

/// Asks again while the server writes and when the window is looked at again, renews the rest of the
/// app when it is done, and tells what was begun elsewhere.
fn poll(editor: Editor, state: Memo<Option<ImportState>>) {
    let looked = window_event_listener(leptos::ev::focus, move |_| {
        if !editor.busy.get_untracked() {
            editor.import.refetch();
        }
    });
    on_cleanup(move || looked.remove());
    Effect::new(move |before: Option<Option<ImportState>>| {
        let now = state.get();
        if now == Some(ImportState::Committing) {
            let timer = set_interval_with_handle(move || editor.import.refetch(), POLL);
            on_cleanup(move || timer.into_iter().for_each(|timer| timer.clear()));
        }
        if before.flatten() == Some(ImportState::Committing) && now == Some(ImportState::Done) {
            renew();
        }
        let was_open = before.flatten() == Some(ImportState::Ready);
        let is_open = now.is_none_or(|now| now == ImportState::Ready);
        if was_open && !is_open && !editor.begun.get_value() {
            toast(t!(imports.begun_elsewhere));
            renew();
        }
        now
    });
}

/// Reads again what imported time changes.
pub(super) fn renew() {
    let changed = [
        "/imports?",
        "/time-entries",
        "/retainers",
        "/cycles",
        "/explain",
        "/accounts",
        "/members",
    ];
    changed.into_iter().for_each(query::invalidate);
}

#[component]
fn DiscardDialog(editor: Editor, open: RwSignal<bool>) -> impl IntoView {
    let title = Signal::derive(move || {
        let file = editor.import.with(|import| import.map(|import| import.file_name.clone()));
        t!(imports.discard_title, file = file.unwrap_or_default())
    });
    view! {
        <Dialog open title>
            <DiscardForm editor open />
        </Dialog>
    }
}

#[component]
fn DiscardForm(editor: Editor, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("discard");
    let navigate = use_navigate();
    let send = Callback::new(move |()| {
        let Some(import) = editor.import.get_untracked() else { return };
        let navigate = navigate.clone();
        form.run(api::remove_import(import.id, import.version), move |()| {
            // Only the list: the import itself is gone.
            query::invalidate("/imports?");
            toast(t!(imports.discarded, file = import.file_name));
            navigate("/imports", Default::default());
        });
    });
    view! {
        <div class="form">
            <p>{t!(imports.discard_about)}</p>
            <FormFaults form />
            <div class="form-actions">
                <Button on_press=Callback::new(move |()| open.set(false))>{t!(common.cancel)}</Button>
                <Button variant=Variant::Danger busy=form.busy() on_press=send>
                    {t!(imports.discard)}
                </Button>
            </div>
        </div>
    }
}
