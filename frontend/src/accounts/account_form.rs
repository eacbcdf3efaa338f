//! Adding and changing an account.
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use shared::api::{Account, AccountChange, AccountKind, MemberId, NewAccount};

use crate::{
    api,
    query::{self, Query, use_query},
    session::use_me,
    t,
    ui::{
        Choice, Conflict, Dialog, Form, FormActions, FormFaults, Select, TextArea, TextInput, toast,
    },
};

/// The fields of both forms.
#[derive(Clone, Copy)]
struct Draft {
    name: RwSignal<String>,
    kind: RwSignal<String>,
    owner: RwSignal<String>,
    note: RwSignal<String>,
}

const PARTNER: &str = "partner";

impl Draft {
    fn kind(self) -> AccountKind {
        match self.kind.get_untracked().as_str() {
            PARTNER => AccountKind::Partner,
            _ => AccountKind::Client,
        }
    }

    fn owner(self) -> Option<MemberId> {
        self.owner.get_untracked().parse().ok()
    }

    fn name(self) -> String {
        self.name.get_untracked().trim().to_owned()
    }

    fn note(self) -> String {
        self.note.get_untracked().trim().to_owned()
    }
}

fn kind_word(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Client => "client",
        AccountKind::Partner => PARTNER,
    }
}

fn kind_label(kind: AccountKind) -> &'static str {
    match kind {
        AccountKind::Client => t!(accounts.kind_client),
        AccountKind::Partner => t!(accounts.kind_partner),
    }
}

#[component]
fn Fields(
    form: Form,
    draft: Draft,
    /// An owner can be replaced, but the API cannot take one away.
    owned: bool,
) -> impl IntoView {
    let members = use_query(api::active_members);
    let people = Signal::derive(move || {
        let choice = |m: &shared::api::Member| Choice::new(m.id.to_string(), m.name.clone());
        members
            .with(|page| page.map(|page| page.items.iter().map(choice).collect::<Vec<_>>()))
            .unwrap_or_default()
    });
    let kinds = [AccountKind::Client, AccountKind::Partner]
        .map(|kind| Choice::new(kind_word(kind), kind_label(kind)))
        .to_vec();
    view! {
        <TextInput
            form
            at="/name"
            label=t!(accounts.name)
            value=draft.name
            autocomplete="organization"
            autofocus=true
        />
        <div class="form-pair">
            <Select form at="/kind" label=t!(accounts.kind) value=draft.kind choices=kinds />
            <Select
                form
                at="/owner_id"
                label=t!(accounts.owner)
                hint=t!(accounts.owner_hint)
                value=draft.owner
                choices=people
                nothing=(!owned).then(|| t!(accounts.no_owner).to_owned())
            />
        </div>
        <TextArea
            form
            at="/note"
            label=t!(accounts.note)
            hint=t!(accounts.note_hint)
            value=draft.note
            optional=true
        />
        <FormFaults form />
    }
}

#[component]
pub(super) fn NewAccountDialog(open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Dialog open title=t!(accounts.new)>
            <NewAccountForm open />
        </Dialog>
    }
}

#[component]
fn NewAccountForm(open: RwSignal<bool>) -> impl IntoView {
    let me = use_me();
    let navigate = use_navigate();
    let form = Form::new("account");
    let draft = Draft {
        name: RwSignal::default(),
        kind: RwSignal::new(kind_word(AccountKind::Client).to_owned()),
        owner: RwSignal::new(me.with_untracked(|me| me.member_id.to_string())),
        note: RwSignal::default(),
    };
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let note = draft.note();
        let body = NewAccount {
            name: draft.name(),
            kind: draft.kind(),
            owner_id: draft.owner(),
            note: (!note.is_empty()).then_some(note),
        };
        let navigate = navigate.clone();
        let work = async |body: NewAccount| api::add_account(&body).await;
        form.send(body, work, move |account| {
            query::invalidate("/accounts");
            query::put(&api::account(account.id), account.clone());
            open.try_set(false);
            toast(t!(accounts.added, name = account.name));
            navigate(&format!("/accounts/{}", account.id), Default::default());
        });
    };
    view! {
        <form class="form" novalidate=true on:submit=send>
            <Fields form draft owned=false />
            <FormActions form open verb=t!(accounts.add) />
        </form>
    }
}

#[component]
pub(super) fn EditAccountDialog(open: RwSignal<bool>, account: Query<Account>) -> impl IntoView {
    view! {
        <Dialog open title=t!(accounts.edit)>
            <EditAccountForm open account />
        </Dialog>
    }
}

#[component]
fn EditAccountForm(open: RwSignal<bool>, account: Query<Account>) -> impl IntoView {
    let form = Form::new("account");
    let Some(first) = account.get_untracked() else { return ().into_any() };
    let draft = Draft {
        name: RwSignal::new(first.name.clone()),
        kind: RwSignal::new(kind_word(first.kind).to_owned()),
        owner: RwSignal::new(first.owner_id.map(|id| id.to_string()).unwrap_or_default()),
        note: RwSignal::new(first.note.clone().unwrap_or_default()),
    };
    // The version that was read when the form opened, or that the reader has seen since.
    let version = RwSignal::new(first.version);
    let (id, owned) = (first.id, first.owner_id.is_some());
    let send = move || {
        let body = AccountChange {
            name: Some(draft.name()),
            kind: Some(draft.kind()),
            owner_id: draft.owner(),
            note: Some(draft.note()),
            archived: None,
        };
        let seen = version.get_untracked();
        let work = async move |body: AccountChange| api::change_account(id, seen, &body).await;
        form.send(body, work, move |changed| {
            account.set(changed);
            query::invalidate("/accounts");
            open.try_set(false);
            toast(t!(common.saved));
        });
    };
    let theirs = Signal::derive(move || {
        account.with(|account| {
            let Some(account) = account else { return Vec::new() };
            let owner = account.owner_name.clone().unwrap_or_else(|| t!(accounts.no_owner).into());
            vec![
                (t!(accounts.name), account.name.clone()),
                (t!(accounts.kind), kind_label(account.kind).to_owned()),
                (t!(accounts.owner), owner),
                (t!(accounts.note), account.note.clone().unwrap_or_default()),
            ]
        })
    });
    let again = move || {
        version.set(account.get_untracked().map_or(version.get_untracked(), |a| a.version));
        send();
    };
    view! {
        <form
            class="form"
            novalidate=true
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <Fields form draft owned=owned />
            <Conflict
                form
                theirs
                refresh=Callback::new(move |()| account.refetch())
                again=Callback::new(move |()| again())
            />
            <FormActions form open verb=t!(common.save) />
        </form>
    }
    .into_any()
}
