//! The files of an account: brought, looked at, saved, deleted.
use leptos::{prelude::*, task::spawn_local};
use shared::api::{AccountFile, AccountId, Page};

use super::preview::PreviewDialog;
use super::upload::Upload;
use super::words;
use crate::{
    api, browser,
    format::moment,
    i18n::fault_words,
    query::Query,
    session::{manages, use_me, use_today},
    t,
    ui::{
        Badge, Button, Dialog, Empty, Form, FormFaults, Loaded, More, Panel, ReadOn, Variant, icon,
        toast,
    },
};

/// The list, and above it the place where files are brought.
#[component]
pub(super) fn FilesPanel(id: AccountId, files: Query<Page<AccountFile>>) -> impl IntoView {
    let may = use_me().with_untracked(|me| words::keeps(me.role));
    let path = Memo::new(move |_| Some(api::account_files(id).path().to_owned()));
    let more = More::of(path, files);
    let rows = Memo::new(move |_| {
        let first = files.with(|page| page.map(|page| page.items.clone()));
        let mut rows = first.unwrap_or_default();
        rows.extend(more.rows());
        rows
    });
    let shown = RwSignal::new(None::<AccountFile>);
    let asked = RwSignal::new(None::<AccountFile>);
    view! {
        {may.then(|| view! { <Upload id /> })}
        <Panel title=t!(files.title)>
            <Loaded of=files.standing() rows=4>
                <Show
                    when=move || rows.with(|rows| !rows.is_empty())
                    fallback=|| view! {
                        <Empty
                            icon=icondata::LuPaperclip
                            title=t!(files.empty)
                            about=t!(files.empty_about)
                        />
                    }
                >
                    <ul class="panel-rows">
                        <For
                            each=move || rows.get()
                            key=|file: &AccountFile| (file.id, file.version, file.is_agreement)
                            let:file
                        >
                            <Row file shown asked />
                        </For>
                    </ul>
                    <ReadOn on=more.on />
                </Show>
            </Loaded>
        </Panel>
        <PreviewDialog shown />
        <DeleteDialog id asked />
    }
}

#[component]
fn Row(
    file: AccountFile,
    shown: RwSignal<Option<AccountFile>>,
    asked: RwSignal<Option<AccountFile>>,
) -> impl IntoView {
    let me = use_me();
    let form = Form::new("file-row");
    let (zone, own, manages) = me.with_untracked(|me| {
        let own = words::keeps(me.role) && me.member_id == file.added_by;
        (me.organisation.timezone.clone(), own, manages(me.role))
    });
    let when = moment(file.added_at, &zone, use_today().get_untracked());
    let about: Vec<String> = [Some(words::size(file.size)), Some(file.added_by_name.clone())]
        .into_iter()
        .chain([Some(when), file.retainer_name.clone()])
        .flatten()
        .collect();
    let (id, name, kind) = (file.id, file.name.clone(), file.kind);
    let kept = StoredValue::new(file.clone());
    let of = move || {
        let name = kept.with_value(|file| format!(", {}", file.name));
        view! { <span class="sr-only">{name}</span> }
    };
    let look = Callback::new(move |()| shown.set(Some(kept.get_value())));
    let delete = Callback::new(move |()| asked.set(Some(kept.get_value())));
    let save = Callback::new(move |()| {
        let name = kept.with_value(|file| file.name.clone());
        let work = async move { api::download_bytes(&api::file_content(id)).await };
        form.run(work, move |bytes: Vec<u8>| browser::save_bytes(&name, kind.media(), &bytes));
    });
    let shows = kind.is_picture() || kind.is_text();
    let deletes = (own || manages) && !file.is_agreement;
    view! {
        <li class="tl-row">
            <p class="tl-head">
                <span class="tl-icon">{icon(words::look(kind))}</span>
                <span class="font-medium">{name}</span>
                {file.is_agreement.then(|| view! {
                    <Badge icon=icondata::LuFilePen>{t!(files.agreement)}</Badge>
                })}
            </p>
            <p class="text-xs text-muted num">{about.join(" · ")}</p>
            {file.note.clone().map(|note| view! { <p class="tl-text">{note}</p> })}
            <FormFaults form />
            <div class="tl-acts">
                {deletes.then(|| view! {
                    <Button small=true variant=Variant::Ghost on_press=delete>
                        {t!(common.delete)}
                        {of()}
                    </Button>
                })}
                {shows.then(|| view! {
                    <Button small=true variant=Variant::Ghost icon=icondata::LuEye on_press=look>
                        {t!(files.show)}
                        {of()}
                    </Button>
                })}
                <Button small=true icon=icondata::LuDownload busy=form.busy() on_press=save>
                    {t!(files.save)}
                    {of()}
                </Button>
            </div>
        </li>
    }
}

/// Asks before a file goes: it cannot be brought back.
#[component]
fn DeleteDialog(id: AccountId, asked: RwSignal<Option<AccountFile>>) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if asked.with(Option::is_some) {
            open.set(true);
        }
    });
    Effect::new(move |_| {
        if !open.get() {
            asked.set(None);
        }
    });
    let busy = RwSignal::new(false);
    let name = move || asked.with(|file| file.as_ref().map(|file| file.name.clone()));
    let about = move || name().map(|name| t!(files.delete_about, name = name));
    let cancel = Callback::new(move |()| open.set(false));
    let delete = Callback::new(move |()| {
        let Some(file) = asked.get_untracked() else { return };
        busy.set(true);
        spawn_local(async move {
            let outcome = api::remove_file(file.id, file.version).await;
            busy.try_set(false);
            open.try_set(false);
            match outcome {
                Ok(()) => toast(t!(files.deleted, name = file.name)),
                Err(fault) => toast(fault_words(&fault)),
            }
            words::changed(id);
        });
    });
    view! {
        <Dialog open title=t!(files.delete_title)>
            <div class="form">
                <p class="break-words">{about}</p>
                <div class="form-actions">
                    <Button on_press=cancel>{t!(common.cancel)}</Button>
                    <Button variant=Variant::Danger busy on_press=delete>
                        {t!(files.delete)}
                    </Button>
                </div>
            </div>
        </Dialog>
    }
}
