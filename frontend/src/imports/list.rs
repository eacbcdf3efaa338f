//! The files of time that were imported, and the way to a new one.
use leptos::prelude::*;
use shared::api::{Import, ImportState};

use super::upload::Upload;
use super::words;
use crate::api;
use crate::format::{effort, moment};
use crate::query::use_query;
use crate::retainers::today;
use crate::session::{manages, use_me};
use crate::shell::Area;
use crate::t;
use crate::ui::{Badge, Empty, Loaded, PageHeader, Panel, Tone};

/// `/imports`
#[component]
pub fn ImportsPage() -> impl IntoView {
    let may = use_me().with_untracked(|me| manages(me.role));
    let imports = use_query(api::imports);
    let upload = if may {
        view! { <Upload /> }.into_any()
    } else {
        view! { <p class="note">{t!(imports.role)}</p> }.into_any()
    };
    let rows = move || {
        imports.with(|page| match page.map(|page| &page.items) {
            Some(items) if items.is_empty() => view! {
                <Empty
                    icon=icondata::LuFileUp
                    title=t!(imports.list_empty)
                    about=t!(imports.list_empty_about)
                />
            }
            .into_any(),
            Some(items) => view! { <Table imports=items.clone() /> }.into_any(),
            None => ().into_any(),
        })
    };
    view! {
        <PageHeader title=t!(imports.upload_title) area=Area::Import>""</PageHeader>
        <div class="page">
            {upload}
            <Panel title=t!(imports.list_title)>
                <Loaded of=imports.standing() rows=4>{rows}</Loaded>
            </Panel>
        </div>
    }
}

#[component]
fn Table(imports: Vec<Import>) -> impl IntoView {
    let zone = use_me().with_untracked(|me| me.organisation.timezone.clone());
    let row = |import: Import| {
        let (tone, icon) = match import.state {
            ImportState::Ready => (Tone::Warn, icondata::LuCircleDashed),
            ImportState::Committing => (Tone::Plain, icondata::LuLoader),
            ImportState::Done => (Tone::Ok, icondata::LuCheck),
        };
        let done = (import.state == ImportState::Done).then(|| {
            let minutes = effort(import.outcome.minutes);
            format!("{}, {minutes}", words::rows(import.outcome.new))
        });
        let rows = done.unwrap_or_else(|| words::rows(import.rows));
        view! {
            <tr>
                <th scope="row" class="text-start font-normal">
                    <a class="link break-all" data-row="" href=format!("/imports/{}", import.id)>
                        {import.file_name.clone()}
                    </a>
                </th>
                <td data-label=t!(imports.col_state)>
                    <Badge tone icon=icon>{words::state(import.state)}</Badge>
                </td>
                <td class="max-sm:hidden" data-label=t!(imports.col_tool)>{words::dialect(import.dialect)}</td>
                <td class="max-md:hidden" data-label=t!(imports.col_period)>{words::period(&import, today())}</td>
                <td data-label=t!(imports.col_rows) class="num text-end whitespace-nowrap">{rows}</td>
                <td
                    data-label=t!(imports.col_uploaded)
                    class="num text-end whitespace-nowrap max-lg:hidden"
                >
                    {moment(import.created_at, &zone, today())}
                </td>
            </tr>
        }
    };
    let rows = imports.into_iter().map(row).collect_view();
    view! {
        <div class="table-wrap">
            <table class="table table-cards">
                <thead>
                    <tr>
                        <th scope="col">{t!(imports.col_file)}</th>
                        <th scope="col">{t!(imports.col_state)}</th>
                        <th scope="col" class="max-sm:hidden">{t!(imports.col_tool)}</th>
                        <th scope="col" class="max-md:hidden">{t!(imports.col_period)}</th>
                        <th scope="col" class="text-end">{t!(imports.col_rows)}</th>
                        <th scope="col" class="text-end max-lg:hidden">
                            {t!(imports.col_uploaded)}
                        </th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
