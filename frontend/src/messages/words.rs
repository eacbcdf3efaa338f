//! How a message stands and whom it is for or from, in words.
use leptos::prelude::*;
use shared::api::{Message, MessageState};

use crate::{
    t,
    ui::{Badge, Icon, Tone},
};

/// Whom it is for, or who wrote it.
pub(crate) fn who(message: &Message) -> String {
    match message.state {
        // Who is not known says of themselves who they are: the address is told with it.
        MessageState::Received if message.contact_id.is_none() => {
            let name = format!("{} ({})", message.contact_name, message.address);
            t!(messages.from_whom, name = name)
        }
        MessageState::Received => t!(messages.from_whom, name = message.contact_name.as_str()),
        _ => t!(messages.to_whom, name = message.contact_name.as_str()),
    }
}

fn state_words(state: MessageState) -> (&'static str, Tone, Icon) {
    match state {
        MessageState::Draft => (t!(messages.draft), Tone::Plain, icondata::LuFilePen),
        MessageState::Sending => (t!(messages.sending), Tone::Warn, icondata::LuClock),
        MessageState::Sent => (t!(messages.sent), Tone::Ok, icondata::LuCheck),
        MessageState::Failed => (t!(messages.failed), Tone::Bad, icondata::LuCircleAlert),
        MessageState::TakenBack => (t!(messages.taken_back), Tone::Plain, icondata::LuUndo2),
        MessageState::Received => (t!(messages.received), Tone::Plain, icondata::LuMailOpen),
    }
}

/// How it stands: words with an icon.
#[component]
pub(crate) fn StateBadge(state: MessageState) -> impl IntoView {
    let (words, tone, icon) = state_words(state);
    view! { <Badge tone icon>{words}</Badge> }
}
