//! Mails that the server sends: their words, and what became of each.
use chrono::{DateTime, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;
use crate::rules::mail;

/// The most addresses of an account that invoices go to.
pub const ADDRESSES_MAX: usize = 5;

names! {
    /// What became of a mail.
    MailState {
        /// It waits to be sent, or to be tried again.
        Queued "queued",
        /// The server took it.
        Sent "sent",
        /// The server refused it for good, nobody took it in time, or it came back.
        Failed "failed",
        /// It was taken back before it was sent.
        Cancelled "cancelled",
    }
}

/// The words of a mail in one language. `{client}`, `{number}`, `{amount}`, `{due}`, `{retainer}`
/// and `{sender}` stand for what they name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct MailWords {
    /// Of which language.
    #[garde(skip)]
    pub language: Language,
    /// The subject.
    #[garde(length(chars, max = 150), custom(line), custom(known))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 150, example = "Invoice {number}")
    )]
    pub subject: String,
    /// The text.
    #[garde(length(chars, max = NOTE_MAX), custom(check::name), custom(known))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 2000, example = "Please find {number} attached.")
    )]
    pub body: String,
}

pub(super) fn line(text: &str, _: &()) -> garde::Result {
    if text.chars().any(char::is_control) {
        return Err(garde::Error::new("control_characters"));
    }
    check::name(text, &())
}

fn known(text: &str, _: &()) -> garde::Result {
    match mail::unknown(text, mail::OF_INVOICE) {
        None => Ok(()),
        Some(_) => Err(garde::Error::new("placeholder_unknown")),
    }
}

impl MailWords {
    /// What a mail with an invoice says where the organisation has no words of its own.
    #[must_use]
    pub fn usual(language: Language) -> Self {
        let (subject, body) = match language {
            Language::En => (
                "Invoice {number} from {sender}",
                "Dear {client},\n\nplease find invoice {number} for {retainer} attached. It comes \
                 to {amount} and is due on {due}.\n\nKind regards\n{sender}",
            ),
            Language::De => (
                "Rechnung {number} von {sender}",
                "Guten Tag,\n\nanbei erhalten Sie die Rechnung {number} für {retainer} über \
                 {amount}. Sie ist am {due} fällig.\n\nMit freundlichen Grüßen\n{sender}",
            ),
        };
        Self { language, subject: subject.into(), body: body.into() }
    }
}

/// How the organisation writes mails.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct MailSettingsSet {
    /// Where answers go; to the address of the server if left out.
    #[garde(length(max = 254), custom(check::email_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(format = "email", max_length = 254, example = "billing@fieldwork.example")
    )]
    pub reply_to: Option<String>,
    /// The words of mails with invoices; the usual ones in a language that is left out.
    #[garde(length(max = 2), dive)]
    #[cfg_attr(feature = "openapi", schema(max_items = 2))]
    pub words: Vec<MailWords>,
}

/// How the organisation writes mails, and the version of that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MailSettings {
    /// What holds, with the words of every language.
    pub settings: MailSettingsSet,
    /// The address that mails are sent from; none, and nothing is sent: the operator has set up no
    /// mail server.
    pub from: Option<String>,
    /// Goes up with each change; send it back in `If-Match`. 0 before the first.
    pub version: i64,
}

/// A mail, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mail {
    /// Its id; also in its Message-ID.
    pub id: MailId,
    /// The invoice that is attached; none to a letter about new prices, or a message.
    pub invoice_id: Option<InvoiceId>,
    /// Its number.
    pub invoice_number: Option<String>,
    /// The uplift whose letter is attached; none to an invoice.
    pub uplift_id: Option<UpliftId>,
    /// The message that it is.
    pub message_id: Option<MessageId>,
    /// The account it is for.
    pub account_id: AccountId,
    /// Its name.
    pub account_name: String,
    /// The step it reminds of; none if it is not a reminder.
    pub reminder: Option<String>,
    /// To whom.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// What became of it.
    pub state: MailState,
    /// How often it was tried.
    pub attempts: i64,
    /// What the mail server said last, or why there was no answer.
    pub answer: Option<String>,
    /// When it was asked for.
    pub queued_at: DateTime<Utc>,
    /// When it is tried next; none once it is over.
    pub next_at: Option<DateTime<Utc>>,
    /// When it was sent, given up or taken back.
    pub ended_at: Option<DateTime<Utc>>,
    /// When it is known to have come back: a mail server had taken it, and could not deliver it.
    pub returned_at: Option<DateTime<Utc>>,
}

/// What a report says of a mail of ours that came back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReturnedMail {
    /// The mail.
    pub mail_id: MailId,
    /// The account it was for.
    pub account_id: AccountId,
    /// The message that it was; none of an invoice, or a letter about new prices.
    pub message_id: Option<MessageId>,
    /// To whom it was.
    pub to: String,
    /// How it stands now: one that is only late is still sent.
    pub state: MailState,
    /// Why, in the words of the mail server.
    pub answer: Option<String>,
}

/// The mails with an invoice, and whether another can be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvoiceMails {
    /// The newest first; at most a hundred.
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub items: Vec<Mail>,
    /// Where its account wants invoices.
    #[cfg_attr(feature = "openapi", schema(max_items = 5))]
    pub to: Vec<String>,
    /// The address they are sent from; none if there is no mail server.
    pub from: Option<String>,
}

checked! {
    MailSettingsSet, |new, faults| {
        for (place, words) in new.words.iter().enumerate() {
            if new.words[..place].iter().any(|other| other.language == words.language) {
                faults.push(FieldError::new(&format!("/words/{place}/language"), "exists"));
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_words_name_only_what_there_is() {
        let words = [Language::En, Language::De].map(MailWords::usual).to_vec();
        assert_eq!(MailSettingsSet { reply_to: None, words }.check(), Ok(()));
    }
}
