//! Sending a proposal by mail, or reminding of it.
use leptos::prelude::*;
use shared::api::{
    AccountId, Contact, ContactId, NewProposalMail, Proposal, ProposalId, ProposalMail,
    ProposalMailDraft, ProposalMailState,
};

use super::proposals::PROPOSE;
use super::words;
use crate::format::moment;
use crate::query::use_query;
use crate::session::{use_me, use_today};
use crate::ui::{
    Badge, ButtonLink, Choice, Empty, Form, FormActions, FormFaults, Loaded, Several, TextArea,
    TextInput, Tone, Variant, keep_on, toast,
};
use crate::{api, t};

/// Where proposals are sent from. Copy it into closures.
#[derive(Clone, Copy, Default)]
pub(super) struct Mailing {
    /// Whether its dialog is open.
    pub(super) open: RwSignal<bool>,
    which: RwSignal<Option<(ProposalId, bool)>>,
}

impl Mailing {
    /// Opens the dialog for a proposal, which reminds of it or not.
    pub(super) fn begin(self, id: ProposalId, reminds: bool) {
        self.which.set(Some((id, reminds)));
        self.open.set(true);
    }

    /// What the dialog is called.
    pub(super) fn title(self) -> String {
        let reminds = self.which.with(|which| which.is_some_and(|(_, reminds)| reminds));
        let words = if reminds { t!(proposals.remind) } else { t!(proposals.send) };
        words.to_owned()
    }
}

#[component]
pub(super) fn MailForm(account: AccountId, mailing: Mailing) -> impl IntoView {
    let Some((id, reminds)) = mailing.which.get_untracked() else { return ().into_any() };
    let draft = use_query(move || api::proposal_mail_draft(id, reminds));
    let shown = move || {
        let draft = draft.get_untracked()?;
        Some(match (draft.sends_mail, draft.address.clone()) {
            (false, _) => {
                let (title, about) = (t!(errors.mail_off), t!(proposals.by_hand));
                view! { <Empty title about /> }.into_any()
            }
            (true, None) => view! { <Unaddressed account name=draft.contact_name /> }.into_any(),
            (true, Some(address)) => {
                let (of, open) = ((account, id, reminds), mailing.open);
                view! { <Fields of draft address open /> }.into_any()
            }
        })
    };
    view! { <Loaded of=draft.standing() rows=6>{shown}</Loaded> }.into_any()
}

/// Who answers it has no mail address.
#[component]
fn Unaddressed(account: AccountId, name: String) -> impl IntoView {
    let href = Signal::stored(format!("/accounts/{account}"));
    view! {
        <Empty title=t!(proposals.no_address, name = name) about=t!(proposals.no_address_about)>
            <ButtonLink href variant=Variant::Primary>{t!(proposals.to_account)}</ButtonLink>
        </Empty>
    }
}

#[component]
fn Fields(
    of: (AccountId, ProposalId, bool),
    draft: ProposalMailDraft,
    address: String,
    open: RwSignal<bool>,
) -> impl IntoView {
    let (account, id, reminds) = of;
    let form = Form::new("send-proposal");
    let subject = RwSignal::new(draft.subject);
    let body = RwSignal::new(draft.body);
    let copies = RwSignal::new(Vec::<ContactId>::new());
    let answers = draft.contact_id;
    let contacts = use_query(move || api::contacts(account));
    let others = Signal::derive(move || {
        let reached = |one: &&Contact| one.id != answers && one.email.is_some();
        contacts.with(|page| {
            let all = page.map(|page| page.items.as_slice()).unwrap_or_default();
            let choice = |one: &Contact| Choice::new(one.id.to_string(), one.name.clone());
            all.iter().filter(reached).map(choice).collect::<Vec<_>>()
        })
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let new = NewProposalMail {
            copies: copies.get_untracked(),
            reminds,
            subject: subject.get_untracked(),
            body: body.get_untracked(),
        };
        let work = async move |new: NewProposalMail| api::send_proposal(id, &new).await;
        form.send(new, work, move |_: Proposal| {
            words::renewed();
            open.try_set(false);
            toast(t!(proposals.sending));
            // The panel behind is drawn anew.
            keep_on(PROPOSE.to_owned());
        });
    };
    let paper = if draft.paper { t!(proposals.with_paper) } else { t!(proposals.without_paper) };
    let verb = if reminds { t!(proposals.remind) } else { t!(proposals.send) };
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <p>{t!(proposals.mail_to, name = draft.contact_name, address = address)}</p>
            <Show when=move || others.with(|others| !others.is_empty())>
                <Several legend=t!(proposals.copies) people=others chosen=copies />
            </Show>
            <TextInput form at="/subject" label=t!(messages.subject) value=subject />
            <TextArea
                form
                at="/body"
                label=t!(messages.text)
                hint=t!(proposals.link_place, place = shared::api::LINK_PLACE)
                value=body
                rows=12
            />
            <p class="text-muted">{paper}</p>
            <FormFaults form />
            <FormActions form open verb />
        </form>
    }
}

/// Whether the mails of a proposal tell that it is on its way.
pub(super) fn on_its_way(of: &Proposal) -> bool {
    of.mails.iter().any(|mail| mail.state == ProposalMailState::Sending)
}

/// Whether whoever answers it has got it by mail.
pub(super) fn arrived(of: &Proposal) -> bool {
    of.mails.iter().any(|mail| mail.with_link && mail.state == ProposalMailState::Sent)
}

/// To whom a proposal went, by whom and when, and how far each mail came.
#[component]
pub(super) fn Mails(mails: Vec<ProposalMail>) -> impl IntoView {
    let today = use_today().get_untracked();
    let zone = use_me().with_untracked(|me| me.organisation.timezone.clone());
    let row = |mail: ProposalMail| {
        let (words, tone, icon) = match mail.state {
            ProposalMailState::Sending => {
                (t!(proposals.mail_sending), Tone::Plain, icondata::LuHourglass)
            }
            ProposalMailState::Sent => (t!(proposals.mail_sent), Tone::Ok, icondata::LuCheck),
            ProposalMailState::Failed => (t!(proposals.mail_failed), Tone::Bad, icondata::LuX),
        };
        let (name, by) = (mail.contact_name, mail.sent_by_name);
        let at = moment(mail.created_at, &zone, today);
        let about = match (mail.with_link, mail.reminds) {
            (false, _) => t!(proposals.mail_copy, name = name, by = by, at = at),
            (true, true) => t!(proposals.mail_reminder, name = name, by = by, at = at),
            (true, false) => t!(proposals.mail_of, name = name, by = by, at = at),
        };
        let answer = mail.answer.filter(|_| mail.state == ProposalMailState::Failed);
        view! {
            <li>
                <Badge tone icon=icon>{words}</Badge>
                " "
                {about}
                {answer.map(|answer| view! { <p class="text-muted break-words">{answer}</p> })}
            </li>
        }
    };
    let rows = mails.into_iter().map(row).collect_view();
    view! { <ul class="know-list" aria-label=t!(proposals.mails)>{rows}</ul> }
}
