//! An invoice by mail: sending it, and what became of each mail.
use std::time::Duration;

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use shared::api::{Invoice, InvoiceId, InvoiceMails, Mail, MailState};

use super::words::{self, may_issue};
use crate::format::{list, moment};
use crate::keys::{Group, use_action};
use crate::query::{self, Query, use_query};
use crate::session::{use_me, use_today};
use crate::ui::{
    Badge, Button, Dialog, Form, FormActions, FormFaults, Loaded, Panel, Tone, Variant, toast,
};
use crate::{api, t};

/// How often it is looked whether a mail that waits has left.
const LOOKS: Duration = Duration::from_secs(15);

/// Sends an issued invoice, again if it was sent before.
#[component]
pub(super) fn Send(invoice: Query<Invoice>) -> impl IntoView {
    let open = RwSignal::new(false);
    let reason = may_issue();
    let press = move || {
        if reason.with_untracked(Option::is_none) {
            open.set(true);
        }
    };
    use_action(Group::Here, t!(invoices.send), "s", press);
    view! {
        <Button
            variant=Variant::Primary
            keys="s"
            reason
            on_press=Callback::new(move |()| open.set(true))
        >
            {t!(invoices.send)}
        </Button>
        <Dialog open title=t!(invoices.send)>
            <SendForm invoice open />
        </Dialog>
    }
}

/// Asks once more, with the recipients, and tells when and to whom it went last; why it cannot be
/// sent, if so.
#[component]
fn SendForm(invoice: Query<Invoice>, open: RwSignal<bool>) -> impl IntoView {
    let Some(made) = invoice.get_untracked() else { return ().into_any() };
    let (id, version, number) = (made.id, made.version, words::name(&made.summary));
    let form = Form::new("send");
    let mails = use_query(move || api::invoice_mails(id));
    let about = move || {
        mails.with(|mails| {
            let mails = mails?;
            Some(match (&mails.from, mails.to.is_empty()) {
                (None, _) => t!(errors.mail_off).to_owned(),
                (_, true) => t!(errors.mail_unaddressed).to_owned(),
                _ => t!(invoices.send_about, number = number, to = list(&mails.to)),
            })
        })
    };
    let (me, today) = (use_me(), use_today());
    let before = move || {
        let (at, to) = mails.with(|mails| last_sent(&mails?.items))?;
        let when = moment(at, &me.with(|me| me.organisation.timezone.clone()), today.get());
        let words = t!(invoices.sent_before, when = when, to = list(&to));
        Some(view! { <p class="note note-warn">{words}</p> })
    };
    // What is sent again is sent knowingly: the verb waits until it is known.
    let actions = move || {
        let sent = mails.with(|mails| mails.is_some_and(|mails| last_sent(&mails.items).is_some()));
        let verb = if sent { t!(invoices.send_again) } else { t!(invoices.send) };
        view! { <FormActions form open verb /> }
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        form.run(api::send_invoice(id, version), move |_: InvoiceMails| {
            query::invalidate("/invoice");
            toast(t!(invoices.mail_soon));
            open.try_set(false);
        });
    };
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <Loaded of=mails.standing() rows=1>
                <p>{about.clone()}</p>
                {before}
                <FormFaults form />
                {actions}
            </Loaded>
        </form>
    }
    .into_any()
}

/// When an invoice went out last, and to whom it went then.
fn last_sent(mails: &[Mail]) -> Option<(DateTime<Utc>, Vec<String>)> {
    let sent = |mail: &&Mail| mail.state == MailState::Sent;
    let last = mails.iter().find(sent)?;
    let mut reached: Vec<String> = Vec::new();
    for mail in mails.iter().filter(sent) {
        if !reached.contains(&mail.to) {
            reached.push(mail.to.clone());
        }
    }
    Some((last.ended_at.unwrap_or(last.queued_at), reached))
}

/// What was sent when to whom. Nothing is shown of an invoice that was not sent.
#[component]
pub(super) fn Mails(id: InvoiceId) -> impl IntoView {
    let mails = use_query(move || api::invoice_mails(id));
    let form = Form::new("mails");
    let waits = move || {
        let known = mails.get_untracked();
        known.is_some_and(|mails| mails.items.iter().any(|mail| mail.state == MailState::Queued))
    };
    // It leaves by itself, and nobody here does anything that would tell.
    let looks = move || {
        if waits() {
            query::invalidate(&format!("/invoices/{id}/mails"));
        }
    };
    if let Ok(looking) = set_interval_with_handle(looks, LOOKS) {
        on_cleanup(move || looking.clear());
    }
    let some = move || mails.with(|mails| mails.is_some_and(|mails| !mails.items.is_empty()));
    let rows = move || {
        let items = mails.with(|mails| mails.map(|mails| mails.items.clone()).unwrap_or_default());
        items.into_iter().map(|mail| view! { <Row mail form /> }).collect_view()
    };
    view! {
        <Show when=move || some() || mails.fault().is_some()>
            <div class="no-print">
                <Panel title=t!(invoices.mails)>
                    <Loaded of=mails.standing() rows=1>
                        <FormFaults form />
                        <ul class="panel-body flex flex-col gap-2">{rows}</ul>
                    </Loaded>
                </Panel>
            </div>
        </Show>
    }
}

#[component]
fn Row(mail: Mail, form: Form) -> impl IntoView {
    let (me, today) = (use_me(), use_today());
    let (tone, icon, words) = match mail.state {
        MailState::Queued => (Tone::Warn, icondata::LuClock, t!(invoices.mail_queued)),
        MailState::Sent => (Tone::Ok, icondata::LuCheck, t!(invoices.mail_sent)),
        MailState::Failed if mail.returned_at.is_some() => {
            (Tone::Bad, icondata::LuCircleAlert, t!(invoices.mail_returned))
        }
        MailState::Failed => (Tone::Bad, icondata::LuCircleAlert, t!(invoices.mail_failed)),
        MailState::Cancelled => (Tone::Plain, icondata::LuBan, t!(invoices.mail_cancelled)),
    };
    let at = mail.ended_at.unwrap_or(mail.queued_at);
    let when = move || moment(at, &me.with(|me| me.organisation.timezone.clone()), today.get());
    // What a server said matters where it did not take the mail.
    let why = mail.answer.clone().filter(|_| mail.state != MailState::Sent);
    let waits = mail.state == MailState::Queued;
    let id = mail.id;
    let undo = Callback::new(move |()| {
        form.run(api::cancel_mail(id), |_: Mail| query::invalidate("/invoice"));
    });
    view! {
        <li class="flex justify-between gap-4">
            <span class="min-w-0 break-words">
                {mail.to.clone()} " " <span class="text-soft">{when}</span>
                {why.map(|why| view! { <span class="block text-xs text-muted">{why}</span> })}
            </span>
            <span class="flex items-center gap-2">
                <Badge tone icon>{words}</Badge>
                <Show when=move || waits>
                    <Button reason=may_issue() busy=form.busy() on_press=undo>
                        {t!(common.undo)}
                    </Button>
                </Show>
            </span>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_out_last_is_told_with_all_who_got_it() {
        let mail = |to: &str, state: &str, hour: u32| {
            let at = format!("2026-11-27T{hour:02}:00:00Z");
            let id = "0193a5b0-0000-7000-8000-000000000000";
            let mail = serde_json::json!({ "id": id, "invoice_id": id, "account_id": id, "account_name": "", "to": to, "subject": "",
                "state": state, "attempts": 1, "queued_at": at, "ended_at": at });
            serde_json::from_value::<Mail>(mail).expect("a mail")
        };
        let all = [
            mail("c@client.example", "failed", 12),
            mail("a@client.example", "sent", 11),
            mail("b@client.example", "sent", 11),
            mail("a@client.example", "sent", 10),
        ];
        let (at, to) = last_sent(&all).expect("it went out");
        assert_eq!(
            (at, to.join(" ")),
            (all[1].queued_at, "a@client.example b@client.example".into())
        );
        assert_eq!(last_sent(&all[..1]), None, "what was not delivered was not sent");
    }
}
