//! The parts of what to know before a session: a row for each thing, with the way to it.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{
    AccountHealth, Contact, Decision, Message, MessageState, Note, Renewal, Request, Task,
};

use crate::accounts::{HealthBadge, health_reason};
use crate::format::{date, moment, relative};
use crate::t;
use crate::timeline::note_kind;
use crate::ui::{Badge, Panel, Tone};

/// A part with its rows, or a line that says that there are none.
#[component]
pub(super) fn Part(
    title: &'static str,
    /// Where all of it is.
    href: String,
    /// The words of that link.
    more: &'static str,
    rows: Vec<AnyView>,
    none: &'static str,
) -> impl IntoView {
    let aside = move || view! { <a class="link no-print" href=href.clone()>{more}</a> };
    let body = if rows.is_empty() {
        view! { <p class="panel-body text-soft">{none}</p> }.into_any()
    } else {
        view! { <ul class="panel-rows">{rows}</ul> }.into_any()
    };
    view! { <Panel title aside=aside>{body}</Panel> }
}

/// A row: what it is, and muted below it what belongs to it.
fn row(head: impl IntoView + 'static, below: String) -> AnyView {
    view! {
        <li class="prepare-row">
            <p class="break-words">{head}</p>
            {(!below.is_empty()).then(|| view! { <p class="text-soft break-words">{below}</p> })}
        </li>
    }
    .into_any()
}

fn link(href: String, words: String) -> impl IntoView {
    view! { <a class="link" href=href>{words}</a> }
}

/// A next step: until when, and whose.
pub(super) fn task(of: &Task, today: NaiveDate) -> AnyView {
    let (tone, day) = match of.due_on {
        None => (Tone::Warn, t!(timeline.no_day).to_owned()),
        Some(day) if day < today => (Tone::Bad, t!(timeline.overdue, day = relative(day, today))),
        Some(day) => (Tone::Plain, relative(day, today)),
    };
    let title = of.title.clone();
    let head = view! { {title} " " <Badge tone>{day}</Badge> };
    row(head, of.owner_name.clone())
}

/// A note: what was said, by whom and when.
pub(super) fn note(of: &Note, zone: &str, today: NaiveDate) -> AnyView {
    let text = of.text.clone();
    let head = view! { <span class="whitespace-pre-line">{text}</span> };
    let when = moment(of.happened_at, zone, today);
    row(head, format!("{}, {}, {when}", note_kind(of.kind), of.author_name))
}

/// A message: what it is about, to or from whom.
pub(super) fn message(of: &Message, zone: &str, today: NaiveDate) -> AnyView {
    let name = of.contact_name.as_str();
    let whom = match of.state {
        MessageState::Received => t!(prepare.from, name = name),
        MessageState::Draft => t!(prepare.draft_to, name = name),
        _ => t!(prepare.to, name = name),
    };
    let href = format!("/accounts/{}/timeline?kind=message", of.account_id);
    row(link(href, of.subject.clone()), format!("{whom}, {}", moment(of.at, zone, today)))
}

/// A decision: what was chosen, and when.
pub(super) fn decision(of: &Decision, today: NaiveDate) -> AnyView {
    let href = format!("/decisions?decision={}", of.id);
    let chosen = of
        .choices
        .first()
        .map(|choice| format!("{} ({})", choice.choice, date(choice.decided_on, today)));
    row(link(href, of.question.clone()), chosen.unwrap_or_default())
}

/// A request without a verdict.
pub(super) fn request(of: &Request, zone: &str, today: NaiveDate) -> AnyView {
    let words = format!("#{} {}", of.number, of.title);
    row(link(format!("/requests/{}", of.id), words), moment(of.created_at, zone, today))
}

/// A person of the account, and whether they decide.
pub(super) fn person(of: &Contact) -> AnyView {
    let name = of.name.clone();
    let decides =
        of.decides.then(|| view! { " " <Badge tone=Tone::Ok>{t!(prepare.decides)}</Badge> });
    let below = [&of.position, &of.email, &of.phone];
    let below: Vec<&str> = below.into_iter().filter_map(|text| text.as_deref()).collect();
    row(view! { {name} {decides} }, below.join(", "))
}

/// How the account stands, and why; nothing where nothing is known.
pub(super) fn health(of: &AccountHealth, account: &str) -> Option<AnyView> {
    let state = of.state?;
    let reasons = of.signs.iter().map(|sign| row(health_reason(sign), String::new()));
    let badge = row(view! { <HealthBadge state /> }, String::new());
    let rows = std::iter::once(badge).chain(reasons).collect::<Vec<_>>();
    let (href, more) = (account.to_owned(), t!(prepare.account));
    Some(view! { <Part title=t!(health.title) href more rows none="" /> }.into_any())
}

/// The renewal that is talked about: until when somebody decides.
pub(super) fn renewal(of: &Renewal, today: NaiveDate) -> AnyView {
    let href = format!("/renewals?renewal={}", of.id);
    let due = t!(prepare.term_ends, day = date(of.due_on, today));
    let below = of.notice_on.map(|day| t!(prepare.notice, day = date(day, today)));
    let rows = vec![row(link(href.clone(), due), below.unwrap_or_default())];
    let more = t!(prepare.all);
    view! { <Part title=t!(prepare.renewal) href more rows none="" /> }.into_any()
}
