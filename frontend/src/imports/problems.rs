//! The rows that cannot be written, each with its reason, and their download.
use leptos::prelude::*;
use shared::api::RowProblem;

use super::editor::Editor;
use super::words;
use crate::format::count;
use crate::ui::{Button, Form, FormFaults, Panel};
use crate::{api, browser, t};

/// Rejected rows; nothing where there are none.
#[component]
pub(super) fn ProblemsPanel(editor: Editor) -> impl IntoView {
    let problems = Memo::new(move |_| {
        editor.import.with(|import| import.map_or_else(Vec::new, |import| import.problems.clone()))
    });
    let outcome = Memo::new(move |_| {
        editor.import.with(|import| import.map(|import| import.outcome).unwrap_or_default())
    });
    let any = move || {
        let outcome = outcome.get();
        outcome.rejected + outcome.skipped > 0
    };
    let cut = move || {
        let shown = problems.with(Vec::len) as i64;
        (outcome.get().rejected > shown).then(|| {
            let words = t!(imports.problems_more, count = count(shown));
            view! { <p class="p-3 text-soft">{words}</p> }
        })
    };
    let key = |problem: &RowProblem| (problem.row, problem.column.clone());
    view! {
        <Show when=any>
            <Panel title=t!(imports.problems_title) aside=move || view! { <Download editor /> }>
                <div class="table-wrap">
                    <table class="table">
                        <thead>
                            <tr>
                                <th scope="col" class="text-end">{t!(imports.problem_row)}</th>
                                <th scope="col">{t!(imports.problem_column)}</th>
                                <th scope="col">{t!(imports.problem_text)}</th>
                                <th scope="col">{t!(imports.problem_reason)}</th>
                            </tr>
                        </thead>
                        <tbody>
                            <For each=move || problems.get() key=key let:problem>
                                <ProblemRow problem />
                            </For>
                        </tbody>
                    </table>
                </div>
                {cut}
            </Panel>
        </Show>
    }
}

#[component]
fn ProblemRow(problem: RowProblem) -> impl IntoView {
    let reason = words::reason(&problem);
    view! {
        <tr>
            <td class="num text-end">{count(problem.row)}</td>
            <td>{problem.column}</td>
            <td class="break-words">{problem.text}</td>
            <td>{reason}</td>
        </tr>
    }
}

#[component]
fn Download(editor: Editor) -> impl IntoView {
    let form = Form::new("rejected");
    let load = Callback::new(move |()| {
        let Some(import) = editor.import.get_untracked() else { return };
        let path = format!("/imports/{}/rejected", import.id);
        let name = format!("rejected-{}", import.file_name);
        form.run(async move { api::download(&path).await }, move |text: String| {
            browser::save_file(&name, "text/csv", &text);
        });
    });
    view! {
        <FormFaults form />
        <Button small=true icon=icondata::LuDownload busy=form.busy() on_press=load>
            {t!(imports.download)}
        </Button>
    }
}
