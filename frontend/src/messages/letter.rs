//! What is typed of a message: to whom, what it is about, and the text.
use leptos::prelude::*;
use shared::api::{
    AccountId, Contact, ContactId, FieldError, Message, MessageChange, MessageId, NewMessage,
    NoteMessage, RetainerId, SUBJECT_MAX,
};

use crate::{
    api,
    query::use_query,
    t,
    ui::{Choice, Form, Loaded, Select, TextArea, TextInput, pointer},
};

/// What is typed. Copy it into closures.
#[derive(Clone, Copy, Default)]
pub(crate) struct Letter {
    to: RwSignal<String>,
    subject: RwSignal<String>,
    body: RwSignal<String>,
    /// It answers somebody who is not known: nobody is chosen for whoever writes.
    chosen: bool,
}

/// What a field says, without blanks around it.
fn said(field: RwSignal<String>) -> String {
    field.with_untracked(|text| text.trim().to_owned())
}

/// The subject of an answer, no longer than one may be.
fn answer_to(subject: &str) -> String {
    let subject = subject.trim();
    let begins =
        |mark: &&str| subject.get(..mark.len()).is_some_and(|head| head.eq_ignore_ascii_case(mark));
    let answered = ["re:", "aw:"].iter().any(begins);
    let subject = if answered { subject.to_owned() } else { format!("Re: {subject}") };
    subject.chars().take(SUBJECT_MAX).collect()
}

impl Letter {
    fn new(to: Option<ContactId>, subject: String, body: String) -> Self {
        let to = to.map(|id| id.to_string()).unwrap_or_default();
        let (subject, body) = (RwSignal::new(subject), RwSignal::new(body));
        Self { to: RwSignal::new(to), subject, body, chosen: false }
    }

    /// As it stands in a draft.
    pub(super) fn of(message: &Message) -> Self {
        Self::new(message.contact_id, message.subject.clone(), message.body.clone())
    }

    /// To the person of a message, about the same.
    pub(super) fn answering(message: &Message) -> Self {
        let of = Self::new(message.contact_id, answer_to(&message.subject), String::new());
        Self { chosen: true, ..of }
    }

    /// After it was saved: who was chosen stays for the next one.
    pub(crate) fn clear(self) {
        self.subject.try_set(String::new());
        self.body.try_set(String::new());
    }

    /// The person chosen; without one, all that is missing, by its place in the body.
    fn addressee(self, at: &str) -> Result<ContactId, Vec<FieldError>> {
        said(self.to).parse::<ContactId>().map_err(|_| {
            let missing = |field: &str| FieldError::new(&format!("{at}/{field}"), "required");
            let mut faults = vec![missing("contact_id")];
            faults.extend(said(self.subject).is_empty().then(|| missing("subject")));
            faults.extend(said(self.body).is_empty().then(|| missing("body")));
            faults
        })
    }

    /// As a message that is written with a note.
    ///
    /// # Errors
    /// What is missing, where nobody is chosen.
    pub(crate) fn with_note(self, send: bool) -> Result<NoteMessage, Vec<FieldError>> {
        let contact_id = self.addressee("/message")?;
        Ok(NoteMessage { contact_id, subject: said(self.subject), body: said(self.body), send })
    }

    /// As a message of its own.
    ///
    /// # Errors
    /// What is missing, where nobody is chosen.
    pub(super) fn alone(
        self,
        retainer_id: Option<RetainerId>,
        answers: Option<MessageId>,
        send: bool,
    ) -> Result<NewMessage, Vec<FieldError>> {
        let contact_id = self.addressee("")?;
        let (subject, body) = (said(self.subject), said(self.body));
        Ok(NewMessage { contact_id, retainer_id, answers, subject, body, send })
    }

    /// As a change of a draft.
    ///
    /// # Errors
    /// What is missing, where nobody is chosen.
    pub(super) fn change(self) -> Result<MessageChange, Vec<FieldError>> {
        Ok(MessageChange {
            contact_id: Some(self.addressee("")?),
            subject: Some(said(self.subject)),
            body: Some(said(self.body)),
        })
    }
}

/// Somebody whom a mail reaches.
fn reached(contact: &Contact) -> Option<Choice> {
    let email = contact.email.as_deref()?;
    Some(Choice::new(contact.id.to_string(), format!("{}, {email}", contact.name)))
}

/// To, subject and text; `at` is where they stand in the body.
#[component]
pub(crate) fn LetterFields(
    account: AccountId,
    form: Form,
    at: &'static str,
    letter: Letter,
) -> impl IntoView {
    let contacts = use_query(move || api::contacts(account));
    let people = Memo::new(move |_| {
        contacts.with(|page| {
            let all = page.map(|page| page.items.as_slice()).unwrap_or_default();
            all.iter().filter_map(reached).collect::<Vec<_>>()
        })
    });
    // Where there is one person, nobody has to be chosen.
    Effect::new(move |_| {
        let only = people.with(|people| match people.as_slice() {
            [only] => Some(only.value.clone()),
            _ => None,
        });
        let free = || !letter.chosen && letter.to.with_untracked(String::is_empty);
        if let Some(only) = only.filter(|_| free()) {
            letter.to.set(only);
        }
    });
    let hint = Signal::derive(move || {
        let nobody = contacts.known() && people.with(Vec::is_empty);
        nobody.then(|| t!(messages.no_address).to_owned())
    });
    let place = move |field: &str| pointer(&format!("{at}/{field}"));
    view! {
        <Loaded of=contacts.standing() rows=3>
            <Select
                form
                at=place("contact_id")
                label=t!(messages.to)
                value=letter.to
                choices=people
                hint=hint
            />
            <TextInput
                form
                at=place("subject")
                label=t!(messages.subject)
                value=letter.subject
            />
            <TextArea form at=place("body") label=t!(messages.text) value=letter.body rows=6 />
        </Loaded>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_says_once_that_it_is_one() {
        assert_eq!(answer_to("The plan"), "Re: The plan");
        assert_eq!(answer_to(" RE: The plan"), "RE: The plan");
        assert_eq!(answer_to("AW: Der Plan"), "AW: Der Plan");
        assert_eq!(answer_to("ä"), "Re: ä");
        assert_eq!(answer_to(""), "Re: ");
    }

    #[test]
    fn the_subject_of_an_answer_is_no_longer_than_one_may_be() {
        let answer = answer_to(&"ü".repeat(500));
        assert_eq!(answer.chars().count(), SUBJECT_MAX);
        assert!(answer.starts_with("Re: ü"));
    }
}
