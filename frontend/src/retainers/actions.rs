//! What can be done with a retainer: log time, amend, rename, activate.
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use shared::api::{
    AccountId, Cycle, ErrorCode, PoolTerms, Retainer, RetainerChange, RetainerId, RetainerState,
};

use super::amend::AmendDialog;
use super::changes::moves::open_pause;
use super::changes::{ChangeDialog, Doing};
use super::page::Shown;
use super::{board_href, today};
use crate::keys::{Group, use_action};
use crate::query;
use crate::scope::{GateLine, as_one_fault, scope_href};
use crate::session::{delivers, manages, use_me};
use crate::sessions::calls_href;
use crate::time_entries::open_log_time;
use crate::ui::{
    Button, ButtonLink, Conflict, Dialog, Form, FormActions, FormFaults, Icon, Menu, MenuItem,
    TextInput, Variant, icon, toast,
};
use crate::{api, t, tn};

/// Shows what the server answered, and renews what hangs on it.
pub(super) fn renewed(shown: Shown, retainer: Retainer) {
    shown.retainer.set(retainer);
    for prefix in ["/retainers", "/cycles", "/accounts"] {
        query::invalidate(prefix);
    }
}

/// The buttons of the page.
#[component]
pub(super) fn Actions(shown: Shown) -> impl IntoView {
    let role = use_me().with_untracked(|me| me.role);
    let (amending, renaming) = (RwSignal::new(false), RwSignal::new(false));
    let (doing, changing) = (RwSignal::new(Doing::default()), RwSignal::new(false));
    let begin = Callback::new(move |what: Doing| {
        doing.set(what);
        changing.set(true);
    });
    let log = Callback::new(move |()| {
        open_log_time(shown.retainer.get_untracked().map(|retainer| retainer.id));
    });
    // The newest wins the key: here it knows the retainer.
    use_action(Group::Here, t!(shell.log_time), "l", move || log.run(()));
    let running = move || {
        shown.retainer.with(|retainer| {
            retainer.is_some_and(|retainer| retainer.state != RetainerState::Ended)
        })
    };
    let manage = move || {
        (manages(role) && shown.retainer.known()).then(|| {
            let amend = running().then(|| {
                view! {
                    <Button on_press=Callback::new(move |()| amending.set(true))>
                        {t!(retainers.amend)}
                    </Button>
                }
            });
            view! {
                <Menu label=t!(retainers.more_actions) class="btn btn-icon">
                    <MenuItem icon=icondata::LuPencil on_press=Callback::new(move |()| renaming.set(true))>
                        {t!(retainers.rename)}
                    </MenuItem>
                    {running().then(|| view! { <ChangeItems shown begin /> })}
                </Menu>
                {amend}
            }
        })
    };
    let deliver = move || {
        (delivers(role) && running()).then(|| {
            view! {
                <Button variant=Variant::Primary icon=icondata::LuTimer keys="l" on_press=log>
                    {t!(shell.log_time)}
                </Button>
            }
        })
    };
    // Where things delivered are counted, that is what is recorded day by day.
    let deliveries = move || {
        let counts = shown.retainer.with(|retainer| {
            let pools = &retainer?.terms.terms.pools;
            pools.iter().any(PoolTerms::takes_deliverables).then_some(())
        });
        counts.filter(|()| delivers(role) && running()).map(|()| {
            let press = Callback::new(move |()| begin.run(Doing::Deliver));
            view! {
                <Button icon=icondata::LuPackageCheck on_press=press>{t!(changes.deliver)}</Button>
            }
        })
    };
    let sessions = move || {
        let counts = |retainer: &Retainer| {
            let counts = retainer.terms.terms.pools.iter().any(PoolTerms::takes_sessions);
            counts.then(|| format!("/calendar?retainer={}", retainer.id))
        };
        let href = shown.retainer.with(|retainer| counts(retainer?));
        href.map(|href| view! { <ButtonLink href>{t!(retainers.sessions)}</ButtonLink> })
    };
    // Of one that has ended only where there are rules still.
    let rules = query::use_query_when(move || {
        let id = shown.retainer.with(|retainer| retainer.map(|retainer| retainer.id));
        id.filter(|_| !running()).map(api::call_rules)
    });
    let calls = move || {
        let href = shown.retainer.with(|retainer| Some(calls_href(retainer?.id)));
        let any = move || rules.with(|page| page.is_some_and(|page| !page.items.is_empty()));
        let href = href.filter(|_| running() || any());
        href.map(|href| view! { <ButtonLink href>{t!(calls.title)}</ButtonLink> })
    };
    view! {
        {manage}
        <Ways shown />
        {sessions}
        {calls}
        {deliveries}
        {deliver}
        <RenameDialog shown open=renaming />
        <AmendDialog shown open=amending />
        <ChangeDialog shown doing open=changing />
    }
}

/// The ways to the scope and the board, also from the palette.
#[component]
fn Ways(shown: Shown) -> impl IntoView {
    let way = move |to: fn(AccountId, RetainerId) -> String, words: &'static str| {
        let navigate = use_navigate();
        use_action(Group::Here, words.to_owned(), "", move || {
            if let Some(one) = shown.retainer.get_untracked() {
                navigate(&to(one.account_id, one.id), Default::default());
            }
        });
        move |label: &'static str| {
            let href = shown.retainer.with(|one| Some(to(one?.account_id, one?.id)));
            href.map(|href| view! { <ButtonLink href>{label}</ButtonLink> })
        }
    };
    let (scope, board) = (way(scope_href, t!(scope.open)), way(board_href, t!(board.open)));
    view! {
        {move || scope(t!(scope.title))}
        {move || board(t!(board.title))}
    }
}

/// What can be done with one that runs, beside its terms.
#[component]
fn ChangeItems(shown: Shown, begin: Callback<Doing>) -> impl IntoView {
    let item = move |doing: Doing, icon: Icon, words: &'static str| {
        let press = Callback::new(move |()| begin.run(doing));
        view! { <MenuItem icon on_press=press>{words}</MenuItem> }
    };
    // One pause at a time: the one that runs, or is to come, is ended before another begins.
    let pauses = move || {
        shown.retainer.with(|one| one.is_some_and(|one| open_pause(one, today()).is_some()))
    };
    let has_pools = move || shown.pools.with(|pools| !pools.is_empty());
    view! {
        {move || {
            has_pools().then(|| item(Doing::Adjust, icondata::LuScale, t!(changes.adjust)))
        }}
        {move || match pauses() {
            true => item(Doing::Resume, icondata::LuPlay, t!(changes.resume)),
            false => item(Doing::Pause, icondata::LuPause, t!(changes.pause)),
        }}
        {item(Doing::End, icondata::LuFlag, t!(changes.end))}
    }
}

#[component]
fn RenameDialog(shown: Shown, open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Dialog open title=t!(retainers.rename_title)>
            <RenameForm shown open />
        </Dialog>
    }
}

#[component]
fn RenameForm(shown: Shown, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("rename");
    let Some(first) = shown.retainer.get_untracked() else { return ().into_any() };
    let name = RwSignal::new(first.name);
    // The version that was read when the form opened, or that the reader has seen since.
    let (id, version) = (first.id, RwSignal::new(first.version));
    let send = move || {
        let body = RetainerChange { name: Some(name.get_untracked().trim().to_owned()) };
        let seen = version.get_untracked();
        let work = async move |body: RetainerChange| api::change_retainer(id, seen, &body).await;
        form.send(body, work, move |retainer: Retainer| {
            renewed(shown, retainer);
            open.set(false);
            toast(t!(retainers.renamed));
        });
    };
    let theirs = Signal::derive(move || {
        let name = |retainer: &Retainer| (t!(retainers.name), retainer.name.clone());
        shown.retainer.with(|retainer| retainer.map(name).into_iter().collect())
    });
    let again = Callback::new(move |()| {
        let now = shown.retainer.get_untracked().map(|retainer| retainer.version);
        now.iter().for_each(|now| version.set(*now));
        send();
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send();
    };
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <TextInput form at="/name" label=t!(retainers.name) value=name autofocus=true />
            <FormFaults form />
            <Conflict
                form
                theirs
                refresh=Callback::new(move |()| shown.retainer.refetch())
                again
            />
            <FormActions form open verb=t!(common.save) />
        </form>
    }
    .into_any()
}

/// While history may still be imported: what that means, and the way to lock it.
#[component]
pub(super) fn SetupBanner(shown: Shown) -> impl IntoView {
    let may = use_me().with_untracked(|me| manages(me.role));
    let open = RwSignal::new(false);
    let past = Memo::new(move |_| {
        let today = today();
        let before = |all: &Vec<Cycle>| all.iter().filter(|cycle| cycle.ends_on <= today).count();
        shown.cycles.with(|all| all.as_ref().map_or(0, before)) as i64
    });
    let setup = move || {
        shown.retainer.with(|retainer| {
            retainer.is_some_and(|retainer| retainer.state == RetainerState::Setup)
        })
    };
    let words = move || match past.get() {
        0 => t!(retainers.setup_first).to_owned(),
        count => tn!(count, retainers.setup_1, retainers.setup_n),
    };
    view! {
        <Show when=setup>
            <div class="note">
                {icon(icondata::LuHistory)}
                <div class="note-words">
                    <p class="font-medium">{t!(retainers.setup_title)}</p>
                    <p>{words}</p>
                </div>
                {may.then(|| view! {
                    <div class="flex flex-wrap gap-2">
                        <ButtonLink href="/imports">{t!(retainers.import_history)}</ButtonLink>
                        <Button on_press=Callback::new(move |()| open.set(true))>
                            {t!(retainers.activate)}
                        </Button>
                    </div>
                })}
            </div>
        </Show>
        <ActivateDialog shown open past />
    }
}

#[component]
fn ActivateDialog(shown: Shown, open: RwSignal<bool>, past: Memo<i64>) -> impl IntoView {
    let title = Signal::derive(move || {
        let name = shown.retainer.with(|retainer| retainer.map(|retainer| retainer.name.clone()));
        t!(retainers.activate_title, name = name.unwrap_or_default())
    });
    view! {
        <Dialog open title>
            <ActivateForm shown open past />
        </Dialog>
    }
}

#[component]
fn ActivateForm(shown: Shown, open: RwSignal<bool>, past: Memo<i64>) -> impl IntoView {
    let form = Form::new("activate");
    let words = move || match past.get() {
        0 => t!(retainers.activate_first).to_owned(),
        count => tn!(count, retainers.activate_1, retainers.activate_n),
    };
    // What the gate wants is told with the way to it; no field of this form could fill it.
    let lacks = move || {
        form.failure().filter(|fault| fault.is(ErrorCode::ScopeIncomplete))?;
        let retainer = shown.retainer.get_untracked()?;
        Some(view! { <GateLine account=retainer.account_id retainer=retainer.id /> })
    };
    let send = Callback::new(move |()| {
        let Some(retainer) = shown.retainer.get_untracked() else { return };
        let work = async move { api::activate_retainer(retainer.id).await.map_err(as_one_fault) };
        form.run(work, move |retainer: Retainer| {
            let name = retainer.name.clone();
            renewed(shown, retainer);
            open.set(false);
            toast(t!(retainers.activated, name = name));
        });
    });
    view! {
        <div class="form">
            <p>{words}</p>
            <FormFaults form />
            {lacks}
            <div class="form-actions">
                <Button on_press=Callback::new(move |()| open.set(false))>{t!(common.cancel)}</Button>
                <Button variant=Variant::Primary busy=form.busy() on_press=send>
                    {t!(retainers.activate_now)}
                </Button>
            </div>
        </div>
    }
}
