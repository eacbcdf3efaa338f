//! The letters of an uplift: what became of each, its PDF, and sending those that are not out.
use std::time::Duration;

use leptos::prelude::*;
use shared::api::{
    AccountId, LetterState, LettersSent, Mail, MailState, UpliftId, UpliftLetter, UpliftLetters,
};

use crate::format::{list, moment};
use crate::query::{self, Query, use_query};
use crate::session::{use_me, use_today};
use crate::ui::{
    Badge, Button, Dialog, Empty, Form, FormActions, FormFaults, Loaded, Panel, Tone, toast,
};
use crate::{api, browser, t};

/// How often it is looked whether a mail that waits has left.
const LOOKS: Duration = Duration::from_secs(15);

/// The panel with a row for each client.
#[component]
pub(super) fn Letters(id: UpliftId, may: bool) -> impl IntoView {
    let letters = use_query(move || api::uplift_letters(id));
    let form = Form::new("letters");
    let open = RwSignal::new(false);
    let waits = move || {
        let known = letters.get_untracked();
        known.is_some_and(|of| {
            let mut mails = of.items.iter().flat_map(|one| &one.mails);
            mails.any(|mail| mail.state == MailState::Queued)
        })
    };
    // It leaves by itself, and nobody here does anything that would tell.
    let looks = move || {
        if waits() {
            query::invalidate(&format!("/uplifts/{id}/letters"));
        }
    };
    if let Ok(looking) = set_interval_with_handle(looks, LOOKS) {
        on_cleanup(move || looking.clear());
    }
    let save = Callback::new(move |(account, name): (AccountId, String)| {
        let path = format!("/uplifts/{id}/letter.pdf?account_id={account}");
        form.run(async move { api::download_bytes(&path).await }, move |file: Vec<u8>| {
            let name = t!(recurring.letter_file, name = name);
            browser::save_bytes(&name, "application/pdf", &file);
        });
    });
    let items = move || letters.with(|of| of.map(|of| of.items.clone()).unwrap_or_default());
    let row = move |one| view! { <Row one of=id may save form /> };
    let rows = move || items().into_iter().map(row).collect_view();
    let some = move || !items().is_empty();
    view! {
        <Panel title=t!(recurring.letters)>
            <Loaded of=letters.standing() rows=2>
                <FormFaults form />
                <Show
                    when=some
                    fallback=|| view! { <Empty title=t!(recurring.letters_none) /> }
                >
                    <ul>{rows}</ul>
                    <Show when=move || may>
                        <div class="panel-body">
                            <Button
                                icon=icondata::LuMail
                                on_press=Callback::new(move |()| open.set(true))
                            >
                                {t!(recurring.letters_send)}
                            </Button>
                        </div>
                    </Show>
                </Show>
            </Loaded>
        </Panel>
        <Dialog open title=t!(recurring.letters_send)>
            <Confirm id letters open />
        </Dialog>
    }
}

/// How many go, and who lacks an address.
#[component]
fn Confirm(id: UpliftId, letters: Query<UpliftLetters>, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("send-letters");
    let Some(of) = letters.get_untracked() else { return ().into_any() };
    let names = |which: fn(&UpliftLetter) -> bool| {
        let those = of.items.iter().filter(|one| which(one));
        those.map(|one| one.account_name.clone()).collect::<Vec<String>>()
    };
    let (go, lack) = (names(UpliftLetter::goes), names(UpliftLetter::lacks_address));
    let some = !go.is_empty() && of.from.is_some();
    let about = match (&of.from, go.len()) {
        (None, _) => t!(errors.mail_off).to_owned(),
        (_, 0) => t!(recurring.letters_out).to_owned(),
        (_, n) => t!(recurring.letters_go, n = n, names = list(&go)),
    };
    let lack = (!lack.is_empty()).then(|| {
        let words = t!(recurring.letters_lack, names = list(&lack));
        view! { <p class="note note-warn">{words}</p> }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        // What broke off has sent some of them.
        let work = async move {
            let sent = api::send_uplift_letters(id).await;
            query::invalidate(&format!("/uplifts/{id}/letters"));
            sent
        };
        form.run(work, move |sent: LettersSent| {
            toast(t!(recurring.letters_soon, n = sent.clients));
            open.try_set(false);
        });
    };
    let close = Callback::new(move |()| open.set(false));
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <p>{about}</p>
            {lack}
            <FormFaults form />
            {if some {
                view! { <FormActions form open verb=t!(recurring.letters_send) /> }.into_any()
            } else {
                view! {
                    <div class="form-actions">
                        <Button on_press=close>{t!(common.close)}</Button>
                    </div>
                }
                    .into_any()
            }}
        </form>
    }
    .into_any()
}

/// How a letter stands.
fn standing(one: &UpliftLetter) -> (Tone, &'static str) {
    match one.state {
        LetterState::Sent => (Tone::Ok, t!(recurring.letter_sent)),
        LetterState::Queued => (Tone::Warn, t!(recurring.letter_queued)),
        LetterState::Failed => (Tone::Bad, t!(recurring.letter_failed)),
        LetterState::Unsent if one.lacks_address() => {
            (Tone::Warn, t!(recurring.letter_unaddressed))
        }
        LetterState::Unsent => (Tone::Plain, t!(recurring.letter_unsent)),
        LetterState::Past => (Tone::Plain, t!(recurring.letter_past)),
    }
}

/// Takes a mail back that waits.
fn undo(of: UpliftId, mail: &Mail, form: Form) -> impl IntoView + use<> {
    let (id, label) = (mail.id, t!(recurring.letter_undo, to = mail.to.clone()));
    let press = Callback::new(move |()| {
        form.run(api::cancel_mail(id), move |_: Mail| {
            query::invalidate(&format!("/uplifts/{of}/letters"));
        });
    });
    view! {
        " "
        <Button small=true label busy=form.busy() on_press=press>
            {t!(common.undo)}
        </Button>
    }
}

/// A client, what became of its letter, and the letter.
#[component]
fn Row(
    one: UpliftLetter,
    of: UpliftId,
    may: bool,
    save: Callback<(AccountId, String)>,
    form: Form,
) -> impl IntoView {
    let (me, today) = (use_me(), use_today().get_untracked());
    let (tone, words) = standing(&one);
    let zone = me.with_untracked(|me| me.organisation.timezone.clone());
    let mail = |mail: &Mail| {
        let when = moment(mail.ended_at.unwrap_or(mail.queued_at), &zone, today);
        let words = match mail.state {
            MailState::Queued => t!(recurring.letter_queued),
            MailState::Sent => t!(recurring.letter_sent),
            MailState::Failed => t!(recurring.letter_failed),
            MailState::Cancelled => t!(recurring.letter_cancelled),
        };
        // What a server said matters where it did not take the mail.
        let why = mail.answer.clone().filter(|_| mail.state != MailState::Sent);
        let undo = (may && mail.state == MailState::Queued).then(|| undo(of, mail, form));
        view! {
            <p class="text-xs text-muted break-words">
                {mail.to.clone()} ": " {words} ", " {when}
                {why.map(|why| view! { <span class="block">{why}</span> })}
                {undo}
            </p>
        }
    };
    let mails = one.mails.iter().map(mail).collect_view();
    // What the client was told and is no longer so.
    let stale: Vec<String> = one
        .told
        .iter()
        .filter(|told| !told.holds)
        .map(|told| told.line.retainer_name.clone())
        .collect();
    let stale = (!stale.is_empty()).then(|| {
        let words = t!(recurring.letter_stale, names = list(&stale));
        view! { <p class="note note-warn">{words}</p> }
    });
    let untold: Vec<_> = one.untold.iter().map(|line| line.retainer_name.clone()).collect();
    let untold = (!untold.is_empty()).then(|| {
        let words = t!(recurring.letter_untold, names = list(&untold));
        view! { <p class="note note-warn">{words}</p> }
    });
    let (account, name) = (one.account_id, one.account_name.clone());
    let label = t!(recurring.letter_of, name = one.account_name.clone());
    let paper = one.is_there().then(|| {
        let press = Callback::new(move |()| save.run((account, name.clone())));
        view! {
            <Button
                small=true
                icon=icondata::LuDownload
                label
                busy=form.busy()
                on_press=press
            >
                {t!(recurring.letter_pdf)}
            </Button>
        }
    });
    view! {
        <li class="flex flex-wrap items-start gap-3 px-4 py-2">
            <div class="min-w-0 flex-1">
                <p class="break-words">
                    <a class="link" href=format!("/accounts/{account}/billing")>
                        {one.account_name}
                    </a>
                    " "
                    <Badge tone>{words}</Badge>
                </p>
                {mails}
                {stale}
                {untold}
            </div>
            {paper}
        </li>
    }
}
