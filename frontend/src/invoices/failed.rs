//! Mails that were given up: to whom, why, and sending them again.
use leptos::prelude::*;
use shared::api::{Mail, MailState};

use super::words::{may_draft, may_issue};
use crate::format::moment;
use crate::query::{self, use_query};
use crate::session::{use_me, use_today};
use crate::ui::{Button, Form, FormFaults, Loaded, Panel};
use crate::{api, t};

/// The panel; nothing is shown where none failed.
#[component]
pub(super) fn FailedMails() -> impl IntoView {
    let failed = use_query(api::failed_mails);
    let form = Form::new("failed");
    let some = move || failed.with(|failed| failed.is_some_and(|page| !page.items.is_empty()));
    let rows = move || {
        let items = failed.with(|page| page.map(|page| page.items.clone()).unwrap_or_default());
        items.into_iter().map(|mail| view! { <Row mail form /> }).collect_view()
    };
    view! {
        <Show when=move || some() || failed.fault().is_some()>
            <Panel title=t!(invoices.mails_failed)>
                <Loaded of=failed.standing() rows=1>
                    <FormFaults form />
                    <ul class="panel-body flex flex-col gap-2">{rows}</ul>
                </Loaded>
            </Panel>
        </Show>
    }
}

#[component]
fn Row(mail: Mail, form: Form) -> impl IntoView {
    let (me, today, id) = (use_me(), use_today(), mail.id);
    debug_assert_eq!(mail.state, MailState::Failed);
    let at = mail.ended_at.unwrap_or(mail.queued_at);
    let when = move || moment(at, &me.with(|me| me.organisation.timezone.clone()), today.get());
    let again = Callback::new(move |()| {
        form.run(api::send_mail_again(id), |_: Mail| {
            query::invalidate("/mails");
            query::invalidate("/invoice");
            query::invalidate("/uplifts");
            query::invalidate("/messages");
        });
    });
    // A letter about new prices is for who raises prices too, and has no number.
    let reason = if mail.invoice_id.is_some() { may_issue() } else { may_draft() };
    let (href, name) = match (mail.invoice_id, mail.message_id) {
        (Some(id), _) => (format!("/invoices/{id}"), mail.invoice_number.unwrap_or_default()),
        (None, Some(_)) => (format!("/accounts/{}/timeline", mail.account_id), mail.subject),
        (None, None) => ("/reports/uplifts".to_owned(), mail.subject),
    };
    view! {
        <li class="flex justify-between gap-4">
            <span class="min-w-0 break-words">
                <a class="link" href=href>
                    {name}
                </a>
                " " {mail.account_name} " · " {mail.to} " " <span class="text-soft">{when}</span>
                <span class="block text-xs text-muted">{mail.answer}</span>
            </span>
            <Button reason busy=form.busy() on_press=again>
                {t!(invoices.mail_again)}
            </Button>
        </li>
    }
}
