//! The messages of an account: drafts first, then what is on its way or was refused, then what
//! went out and came last.
use std::time::Duration;

use leptos::prelude::*;
use shared::api::{AccountId, Message, MessageState, Page};

use super::acts::{changed, remove, told};
use super::dialog::{Desk, Writing};
use super::words::{StateBadge, who};
use crate::{
    api,
    format::moment,
    query::{Query, Standing, use_query},
    session::{use_me, use_today},
    t,
    ui::{Button, Empty, Form, FormFaults, Loaded, More, Panel, ReadOn, Variant, toast},
};

/// How often it is looked whether a message that waits has left.
const LOOKS: Duration = Duration::from_secs(15);

/// Drafts, then the others: what needs a look before what went well.
fn in_order(mut drafts: Vec<Message>, mut others: Vec<Message>) -> Vec<Message> {
    others.retain(|message| message.state != MessageState::Draft);
    // The two were not read at the same moment.
    drafts.retain(|draft| others.iter().all(|message| message.id != draft.id));
    others.sort_by_key(|message| match message.state {
        MessageState::Sending => 0,
        MessageState::Failed => 1,
        _ => 2,
    });
    drafts.extend(others);
    drafts
}

fn items(page: Query<Page<Message>>) -> Vec<Message> {
    page.with(|page| page.map(|page| page.items.clone())).unwrap_or_default()
}

/// What is written to people at an account and what came from them; `may` says whether the reader
/// writes, too.
#[component]
pub(crate) fn MessagesPanel(account: AccountId, desk: Desk, may: bool) -> impl IntoView {
    let drafts = use_query(move || api::message_drafts(account));
    let last = use_query(move || api::messages(account));
    let path = Memo::new(move |_| Some(api::messages(account).path().to_owned()));
    let more = More::of(path, last);
    let rows = Memo::new(move |_| {
        let mut others = items(last);
        others.extend(more.rows());
        in_order(items(drafts), others)
    });
    let standing = Standing {
        known: Signal::derive(move || drafts.known() && last.known()),
        fault: Signal::derive(move || last.fault().or_else(|| drafts.fault())),
        retry: Callback::new(move |()| {
            drafts.refetch();
            last.refetch();
        }),
    };
    // It leaves by itself, and nobody here does anything that would tell.
    let looks = move || {
        let sending = |message: &Message| message.state == MessageState::Sending;
        if last.get_untracked().is_some_and(|page| page.items.iter().any(sending)) {
            changed(account);
        }
    };
    if let Ok(looking) = set_interval_with_handle(looks, LOOKS) {
        on_cleanup(move || looking.clear());
    }
    let aside = move || {
        let write = Callback::new(move |()| desk.begin(Writing::New));
        may.then(|| {
            view! {
                <Button small=true icon=icondata::LuMail keys="m" on_press=write>
                    {t!(messages.write)}
                </Button>
            }
        })
    };
    view! {
        <Panel title=t!(messages.title) aside=aside>
            <Loaded of=standing rows=3>
                <Show
                    when=move || rows.with(|rows| !rows.is_empty())
                    fallback=|| view! {
                        <Empty
                            icon=icondata::LuMail
                            title=t!(messages.empty)
                            about=t!(messages.empty_about)
                        />
                    }
                >
                    <ul class="panel-rows">
                        <For
                            each=move || rows.get()
                            key=|one: &Message| (one.id, one.version, one.state, one.answer.clone())
                            let:message
                        >
                            <Row message drafts desk may />
                        </For>
                    </ul>
                    <ReadOn on=more.on />
                </Show>
            </Loaded>
        </Panel>
    }
}

#[component]
fn Row(message: Message, drafts: Query<Page<Message>>, desk: Desk, may: bool) -> impl IntoView {
    let (me, today) = (use_me(), use_today());
    let form = Form::new("message-row");
    form.register("/contact_id", t!(messages.to).to_owned());
    let (at, state) = (message.at, message.state);
    let when = move || moment(at, &me.with(|me| me.organisation.timezone.clone()), today.get());
    // What a server said matters where it did not take the mail.
    let open = matches!(state, MessageState::Failed | MessageState::Sending);
    let why = message.answer.clone().filter(|_| open);
    let why = why.map(|words| {
        view! { <p class="text-xs text-muted">{t!(messages.server_said, words = words)}</p> }
    });
    let person = who(&message);
    let subject = message.subject.clone();
    let acts = may.then(|| view! { <Acts message form drafts desk /> });
    view! {
        <li class="tl-row">
            <p class="font-medium">{subject}</p>
            <p class="tl-head text-muted">
                <span>{person}</span>
                <StateBadge state />
                <span class="text-xs num">{when}</span>
            </p>
            {why}
            <FormFaults form />
            {acts}
        </li>
    }
}

/// What can be done with one, as it stands.
#[component]
fn Acts(message: Message, form: Form, drafts: Query<Page<Message>>, desk: Desk) -> impl IntoView {
    let (id, version, account) = (message.id, message.version, message.account_id);
    let state = message.state;
    let subject = StoredValue::new(message.subject.clone());
    let kept = StoredValue::new(message);
    let send = Callback::new(move |()| {
        form.run(api::send_message(id, version), move |sent: Message| {
            changed(account);
            told(&sent);
        });
    });
    let take_back = Callback::new(move |()| {
        form.run(api::take_back_message(id), move |_: Message| {
            changed(account);
            toast(t!(messages.taken_back_now));
        });
    });
    let answer = Callback::new(move |()| desk.begin(Writing::Answer(id)));
    let edit = Callback::new(move |()| desk.begin(Writing::Draft(Box::new(kept.get_value()))));
    let delete = Callback::new(move |()| remove(kept.get_value(), drafts));
    let of = move || view! { <span class="sr-only">{format!(", {}", subject.get_value())}</span> };
    let (verb, press) = match state {
        MessageState::Draft => (t!(messages.send), send),
        MessageState::Sending => (t!(messages.take_back), take_back),
        MessageState::Failed | MessageState::TakenBack => (t!(messages.send_again), send),
        MessageState::Sent => (t!(messages.write_again), answer),
        MessageState::Received => (t!(messages.reply), answer),
    };
    // What nobody got is mended before it goes again.
    let open =
        matches!(state, MessageState::Draft | MessageState::Failed | MessageState::TakenBack);
    let draft = open.then(|| {
        view! {
            <Button small=true variant=Variant::Ghost on_press=delete>
                {t!(common.delete)}
                {of()}
            </Button>
            <Button small=true variant=Variant::Ghost on_press=edit>
                {t!(common.edit)}
                {of()}
            </Button>
        }
    });
    view! {
        <div class="tl-acts">
            {draft}
            <Button small=true busy=form.busy() on_press=press>
                {verb}
                {of()}
            </Button>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(id: u8, state: &str) -> Message {
        let id = format!("0193a5b0-0000-7000-8000-0000000000{id:02}");
        let written = serde_json::json!({
            "id": id, "thread_id": id, "account_id": id, "account_name": "",
            "contact_name": "Mia Berg", "address": "mia@client.example", "subject": "The plan",
            "body": "Here it is.", "state": state, "at": "2026-11-21T12:00:00Z", "version": 1,
        });
        serde_json::from_value(written).expect("a message")
    }

    #[test]
    fn what_needs_a_look_stands_first() {
        let drafts = vec![message(1, "draft"), message(5, "draft")];
        let others = [(2, "sent"), (3, "failed"), (1, "draft"), (4, "received"), (5, "sending")];
        let others = others.map(|(id, state)| message(id, state)).to_vec();
        let rows = in_order(drafts, others);
        let states: Vec<_> = rows.iter().map(|row| row.state.name()).collect();
        assert_eq!(states, ["draft", "sending", "failed", "sent", "received"]);
    }
}
