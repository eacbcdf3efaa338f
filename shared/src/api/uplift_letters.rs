//! The letters to clients whose prices rise, and what became of each.
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::*;

names! {
    /// How the letter to a client stands.
    LetterState {
        /// No mail of it left or is about to.
        Unsent "unsent",
        /// A mail of it waits, and none was sent yet.
        Queued "queued",
        /// The mail server took it, for one of the client's addresses at least.
        Sent "sent",
        /// No address took it.
        Failed "failed",
        /// Nobody got it, and nothing is left to say: the prices have risen, or no longer do.
        Past "past",
    }
}

impl LetterState {
    /// How a letter stands by its mails: what one address took is sent, what was taken back is not.
    #[must_use]
    pub fn of(mails: &[MailState]) -> Self {
        let is = |state| mails.contains(&state);
        match () {
            () if is(MailState::Sent) => Self::Sent,
            () if is(MailState::Queued) => Self::Queued,
            () if is(MailState::Failed) => Self::Failed,
            () => Self::Unsent,
        }
    }
    /// Whether the client got it, or is about to: then it does not go a second time.
    #[must_use]
    pub fn is_out(self) -> bool {
        matches!(self, Self::Queued | Self::Sent)
    }
}

/// What a letter says of a retainer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LetterLine {
    /// Which retainer.
    pub retainer_id: RetainerId,
    /// Its name.
    pub retainer_name: String,
    /// ISO 4217.
    pub currency: String,
    /// The price of a cycle before, in minor units.
    pub old_minor: i64,
    /// And after.
    pub new_minor: i64,
    /// The first day at the new price.
    pub from: NaiveDate,
}

/// A line of a letter that went out, and whether it is still so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ToldLine {
    /// What the letter says.
    pub line: LetterLine,
    /// False if by what is agreed now the price does not rise, or from another day, or did not: the
    /// client was told otherwise.
    pub holds: bool,
}

/// The letter to a client of an uplift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpliftLetter {
    /// To which client.
    pub account_id: AccountId,
    /// Its name.
    pub account_name: String,
    /// Of how many of its retainers a letter of today tells: of those whose new price is to come.
    pub retainers: u64,
    /// How it stands.
    pub state: LetterState,
    /// Where the client wants its mail: it goes there if it is sent.
    #[cfg_attr(feature = "openapi", schema(max_items = 5))]
    pub to: Vec<String>,
    /// When it was last asked for; none if it never was.
    pub asked_at: Option<DateTime<Utc>>,
    /// What the client was told, if it was sent; by retainer.
    #[cfg_attr(feature = "openapi", schema(max_items = 500))]
    pub told: Vec<ToldLine>,
    /// What the letter that went out, or is about to, says nothing of and is to come: it was in a
    /// pause without an end then. The client is to be told otherwise.
    #[cfg_attr(feature = "openapi", schema(max_items = 500))]
    pub untold: Vec<LetterLine>,
    /// Its mails, the newest first: one an address.
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub mails: Vec<Mail>,
}

impl UpliftLetter {
    /// Whether it goes out when the letters are sent.
    #[must_use]
    pub fn goes(&self) -> bool {
        self.retainers > 0 && !self.state.is_out() && !self.to.is_empty()
    }
    /// Whether there is a letter to read: that which is out, or what would go.
    #[must_use]
    pub fn is_there(&self) -> bool {
        self.retainers > 0 || self.state.is_out()
    }
    /// Whether it would, if there was an address.
    #[must_use]
    pub fn lacks_address(&self) -> bool {
        self.retainers > 0 && !self.state.is_out() && self.to.is_empty()
    }
}

/// The letters of an uplift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpliftLetters {
    /// One for each client, by name: whose prices rise, and who got a letter.
    #[cfg_attr(feature = "openapi", schema(max_items = 500))]
    pub items: Vec<UpliftLetter>,
    /// The address they are sent from; none if there is no mail server.
    pub from: Option<String>,
}

/// A client that gets no letter by mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Unaddressed {
    /// Which.
    pub account_id: AccountId,
    /// Its name.
    pub account_name: String,
}

/// What sending the letters of an uplift did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LettersSent {
    /// To how many clients a letter goes by this.
    pub clients: u64,
    /// To whom none could go, for want of an address: say one, and send again.
    #[cfg_attr(feature = "openapi", schema(max_items = 500))]
    pub unaddressed: Vec<Unaddressed>,
    /// How all of them stand now.
    pub letters: UpliftLetters,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_letter_stands_as_the_best_of_its_mails() {
        use MailState as M;
        let of = |mails: &[M]| LetterState::of(mails);
        assert_eq!(of(&[]), LetterState::Unsent);
        assert_eq!(of(&[M::Cancelled]), LetterState::Unsent);
        assert_eq!(of(&[M::Cancelled, M::Failed]), LetterState::Failed);
        assert_eq!(of(&[M::Failed, M::Queued]), LetterState::Queued);
        assert_eq!(of(&[M::Queued, M::Sent, M::Failed]), LetterState::Sent);
    }

    proptest! {
        #[test]
        fn what_is_out_is_what_has_a_mail_on_its_way_or_there(places in prop::collection::vec(
            0..MailState::ALL.len(), 0..6))
        {
            let mails: Vec<_> = places.into_iter().map(|place| MailState::ALL[place]).collect();
            let out = mails.iter().any(|m| matches!(m, MailState::Queued | MailState::Sent));
            prop_assert_eq!(LetterState::of(&mails).is_out(), out);
        }
    }
}
