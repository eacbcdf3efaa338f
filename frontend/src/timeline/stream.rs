//! What happened, grouped by day: people's words in full, what the system did in one muted line.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{
    AccountId, Message, MessageId, MessageState, Page, TimelineEvent, TimelineItem, TimelineKind,
};

use super::words;
use crate::{
    api,
    format::{clock_in_zone, day_in_zone, weekday},
    messages::{self, StateBadge},
    query::{Query, use_query_when},
    session::{use_me, use_today},
    t,
    ui::{Badge, Button, Variant, icon},
};

/// A day with what happened on it, the newest first.
type Day = (NaiveDate, Vec<TimelineItem>);

fn by_day(items: Vec<TimelineItem>, zone: &str) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for item in items {
        let on = day_in_zone(item.happened_at, zone);
        match days.last_mut().filter(|(day, _)| *day == on) {
            Some((_, items)) => items.push(item),
            None => days.push((on, vec![item])),
        }
    }
    days
}

/// What is needed to show messages: the last ones of the account, for whom they are for and how
/// they stand, and what opens an answer, for who may write one.
#[derive(Clone, Copy)]
struct Messages {
    known: Query<Page<Message>>,
    answer: Option<Callback<MessageId>>,
}

impl Messages {
    /// Something of a message that is among the last ones.
    fn of<T>(self, id: MessageId, what: impl FnOnce(&Message) -> T) -> Option<T> {
        self.known.with(|page| page?.items.iter().find(|message| message.id == id).map(what))
    }
}

#[component]
pub(super) fn Stream(
    id: AccountId,
    #[prop(into)] items: Signal<Vec<TimelineItem>>,
    answer: Option<Callback<MessageId>>,
) -> impl IntoView {
    let today = use_today();
    let some = Memo::new(move |_| {
        items.with(|items| items.iter().any(|item| item.kind == TimelineKind::Message))
    });
    let known = use_query_when(move || some.get().then(|| api::messages(id)));
    let messages = Messages { known, answer };
    let zone = use_me().with_untracked(|me| me.organisation.timezone.clone());
    let zone = StoredValue::new(zone);
    let days = move || zone.with_value(|zone| by_day(items.get(), zone));
    let key = |(day, items): &Day| {
        let of = |item: &TimelineItem| (item.id, item.version);
        (*day, items.iter().map(of).collect::<Vec<_>>())
    };
    view! {
        <div class="tl-days">
            <For each=days key=key let((day, items))>
                <section class="tl-day" aria-label=weekday(day, today.get_untracked())>
                    <h3 class="tl-date num">{weekday(day, today.get_untracked())}</h3>
                    <ul class="tl-items">
                        {items
                            .into_iter()
                            .map(|item| {
                                let today = today.get_untracked();
                                view! { <Item item zone today messages /> }
                            })
                            .collect_view()}
                    </ul>
                </section>
            </For>
        </div>
    }
}

#[component]
fn Item(
    item: TimelineItem,
    zone: StoredValue<String>,
    today: NaiveDate,
    messages: Messages,
) -> impl IntoView {
    match item.kind {
        TimelineKind::Note => view! { <Note item zone today /> }.into_any(),
        TimelineKind::Message => view! { <Letter item zone today messages /> }.into_any(),
        _ => view! { <Event item today /> }.into_any(),
    }
}

/// What somebody wrote.
#[component]
fn Note(item: TimelineItem, zone: StoredValue<String>, today: NaiveDate) -> impl IntoView {
    let at = zone.with_value(|zone| clock_in_zone(item.happened_at, zone));
    let who = item.member_name.clone().unwrap_or_default();
    let mut line = vec![who, at];
    line.extend(item.retainer_name.clone());
    line.extend(item.edited.then(|| t!(timeline.edited).to_owned()));
    let text = match item.text.clone() {
        Some(text) => view! { <p class="tl-text">{text}</p> }.into_any(),
        None => view! { <p class="text-muted">{t!(timeline.withdrawn)}</p> }.into_any(),
    };
    view! {
        <li class="tl-note" class:is-internal=item.internal>
            <p class="tl-head">
                <span class="tl-icon">{icon(words::look(&item))}</span>
                <span class="font-medium">{words::line(&item, today)}</span>
                {item.internal.then(|| view! {
                    <Badge icon=icondata::LuLock>{t!(timeline.internal)}</Badge>
                })}
                <span class="text-xs text-muted">{line.join(" · ")}</span>
            </p>
            {text}
        </li>
    }
}

/// What was written to the client, or by them.
#[component]
fn Letter(
    item: TimelineItem,
    zone: StoredValue<String>,
    today: NaiveDate,
    messages: Messages,
) -> impl IntoView {
    let id = MessageId::from(item.subject_id);
    let at = zone.with_value(|zone| clock_in_zone(item.happened_at, zone));
    let rest: Vec<String> = [item.member_name.clone(), Some(at), item.retainer_name.clone()]
        .into_iter()
        .flatten()
        .collect();
    let line = move || {
        let person = messages.of(id, messages::who);
        person.iter().chain(&rest).cloned().collect::<Vec<_>>().join(" · ")
    };
    // What went out or came as it should needs no word.
    let state = move || {
        let state = messages.of(id, |message| message.state)?;
        let settled = matches!(state, MessageState::Sent | MessageState::Received);
        (!settled).then(|| view! { <StateBadge state /> })
    };
    let received = item.event == TimelineEvent::MessageReceived;
    let verb = if received { t!(messages.reply) } else { t!(messages.write_again) };
    let subject = item.title.clone().unwrap_or_default();
    let answer = messages.answer.map(|answer| {
        let press = Callback::new(move |()| answer.run(id));
        view! {
            <div>
                <Button
                    small=true
                    variant=Variant::Ghost
                    icon=icondata::LuReply
                    on_press=press
                >
                    {verb}
                    <span class="sr-only">{format!(", {subject}")}</span>
                </Button>
            </div>
        }
    });
    view! {
        <li class="tl-note">
            <p class="tl-head">
                <span class="tl-icon">{icon(words::look(&item))}</span>
                <span class="font-medium">{words::line(&item, today)}</span>
                {state}
                <span class="text-xs text-muted">{line}</span>
            </p>
            <p class="tl-text">{item.text.clone().unwrap_or_default()}</p>
            {answer}
        </li>
    }
}

/// What the system did, in one line, with what people said of it.
#[component]
fn Event(item: TimelineItem, today: NaiveDate) -> impl IntoView {
    let words = words::line(&item, today);
    let line = match words::href(&item) {
        Some(href) => view! { <a class="link" href=href>{words}</a> }.into_any(),
        None => view! { <span>{words}</span> }.into_any(),
    };
    let about = [item.member_name.clone(), item.retainer_name.clone()];
    let about: Vec<String> = about.into_iter().flatten().collect();
    let text = item.text.clone().filter(|text| !text.is_empty());
    view! {
        <li class="tl-event">
            <p class="tl-head">
                <span class="tl-icon">{icon(words::look(&item))}</span>
                {line}
                <span class="text-xs">{about.join(" · ")}</span>
            </p>
            {text.map(|text| view! { <p class="tl-text">{text}</p> })}
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(at: &str) -> TimelineItem {
        let id = "0193a5b0-0000-7000-8000-000000000000";
        let written = serde_json::json!({
            "id": id, "kind": "cycle", "event": "cycle_closed", "happened_at": at,
            "account_id": id, "subject_id": id, "internal": false, "edited": false,
            "withdrawn": false,
        });
        serde_json::from_value(written).expect("an item")
    }

    #[test]
    fn a_day_is_that_of_the_workspace() {
        let items =
            ["2026-11-21T12:00:00Z", "2026-11-21T09:00:00Z", "2026-11-20T09:00:00Z"].map(item);
        let days = by_day(items.into(), "UTC");
        let counted: Vec<_> =
            days.iter().map(|(day, items)| (day.to_string(), items.len())).collect();
        assert_eq!(counted, [("2026-11-21".to_owned(), 2), ("2026-11-20".to_owned(), 1)]);
    }
}
