//! Settings: where answers to mails go, and what mails with invoices say.
use leptos::prelude::*;
use shared::api::{Language, MailSettings, MailSettingsSet, MailWords};

use super::settings_paper::{some, typed};
use super::words::may_issue;
use crate::query::{Query, use_query};
use crate::ui::{
    Button, Conflict, Form, FormFaults, Loaded, Panel, TextArea, TextInput, Variant, toast,
};
use crate::{api, t};

/// Their part of the settings of invoices.
#[component]
pub(super) fn MailPanel() -> impl IntoView {
    let kept = use_query(api::mail_settings);
    view! {
        <Panel title=t!(invoices.mails)>
            <Loaded of=kept.standing() rows=6>
                <Edit kept />
            </Loaded>
        </Panel>
    }
}

/// The words of a language, as they are typed.
#[derive(Clone, Copy)]
struct Draft {
    language: Language,
    subject: RwSignal<String>,
    body: RwSignal<String>,
}

impl Draft {
    fn of(words: &MailWords) -> Self {
        let text = |text: &String| typed(Some(text));
        Self { language: words.language, subject: text(&words.subject), body: text(&words.body) }
    }
    fn said(self) -> MailWords {
        MailWords {
            language: self.language,
            subject: self.subject.with_untracked(|text| text.trim().to_owned()),
            body: self.body.with_untracked(|text| text.trim().to_owned()),
        }
    }
}

/// Where the words of each place are in the body.
const PLACES: [(&str, &str); 2] =
    [("/words/0/subject", "/words/0/body"), ("/words/1/subject", "/words/1/body")];

#[component]
fn Edit(kept: Query<MailSettings>) -> impl IntoView {
    let Some(first) = kept.get_untracked() else { return ().into_any() };
    let form = Form::new("mail");
    let version = StoredValue::new(first.version);
    let reply_to = typed(first.settings.reply_to.as_ref());
    let drafts: Vec<Draft> = first.settings.words.iter().map(Draft::of).collect();
    let drafts = StoredValue::new(drafts);
    let reason = may_issue();
    let send = move || {
        let words = drafts.with_value(|drafts| drafts.iter().map(|draft| draft.said()).collect());
        let body = MailSettingsSet { reply_to: some(reply_to), words };
        let seen = version.get_value();
        let work = async move |body: MailSettingsSet| api::set_mail_settings(seen, &body).await;
        form.send(body, work, move |now: MailSettings| {
            version.try_set_value(now.version);
            kept.set(now);
            toast(t!(common.saved));
        });
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if reason.with_untracked(Option::is_none) {
            send();
        }
    };
    let theirs = Signal::derive(move || {
        let words = kept.get().map(|kept| kept.settings.words).unwrap_or_default();
        words.into_iter().map(|words| (t!(invoices.mail_subject), words.subject)).collect()
    });
    let refresh = Callback::new(move |()| kept.refetch());
    let again = Callback::new(move |()| {
        if let Some(now) = kept.get_untracked() {
            version.set_value(now.version);
        }
        send();
    });
    let from = match first.from {
        Some(from) => t!(invoices.mail_from, from = from),
        None => t!(errors.mail_off).to_owned(),
    };
    let fields = drafts.with_value(|drafts| {
        let each =
            drafts.iter().zip(PLACES).map(|(draft, at)| view! { <Words form draft=*draft at /> });
        each.collect_view()
    });
    view! {
        <form class="form panel-body" novalidate=true on:submit=submit>
            <p class="text-soft">{from}</p>
            <TextInput
                form
                at="/reply_to"
                label=t!(invoices.mail_reply)
                value=reply_to
                optional=true
            />
            {fields}
            <p class="text-soft num">
                "{client} {number} {amount} {due} {retainer} {sender}"
            </p>
            <FormFaults form />
            <Conflict form theirs refresh again />
            <div class="form-actions">
                <Button submit=true variant=Variant::Primary reason busy=form.busy()>
                    {t!(invoices.mail_save)}
                </Button>
            </div>
        </form>
    }
    .into_any()
}

#[component]
fn Words(form: Form, draft: Draft, at: (&'static str, &'static str)) -> impl IntoView {
    let name = match draft.language {
        Language::En => "English",
        Language::De => "Deutsch",
    };
    view! {
        <TextInput
            form
            at=at.0
            label=format!("{} ({name})", t!(invoices.mail_subject))
            value=draft.subject
        />
        <TextArea
            form
            at=at.1
            label=format!("{} ({name})", t!(invoices.mail_body))
            value=draft.body
            rows=5
        />
    }
}
