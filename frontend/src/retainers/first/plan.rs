//! What is to be made, and what of it is.
use chrono::{DateTime, Utc};
use shared::api::{
    AccountBillingSet, AccountId, BillingSettingsSet, ContactId, NewAccount, NewContact,
    NewRetainer, RenewalRuleSet, RetainerBillingSet, RetainerId,
};

/// What is to be made; nothing where it is there, or not wanted.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    pub(super) account: Option<NewAccount>,
    pub(super) contact: Option<NewContact>,
    /// In which language the client is written to, and where invoices go.
    pub(super) letters: Option<AccountBillingSet>,
    /// From whom invoices are.
    pub(super) issuer: Option<BillingSettingsSet>,
    pub(super) retainer: Option<NewRetainer>,
    /// When the end of a term is reminded of.
    pub(super) rule: Option<RenewalRuleSet>,
    pub(super) billing: Option<RetainerBillingSet>,
    /// The person is invited to the portal.
    pub(super) invites: bool,
}

/// What is made.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Made {
    pub(super) account: Option<(AccountId, String)>,
    pub(super) contact: Option<(ContactId, String)>,
    pub(super) letters: bool,
    pub(super) issuer: bool,
    pub(super) retainer: Option<(RetainerId, String)>,
    pub(super) rule: bool,
    pub(super) billing: bool,
    pub(super) invited: Option<Invited>,
}

/// How somebody was invited to the portal.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Invited {
    pub(super) name: String,
    /// The last part of the link, where no mail brings it.
    pub(super) token: Option<String>,
    pub(super) by_mail: bool,
    pub(super) until: DateTime<Utc>,
}

impl Made {
    /// Where the page goes on with what is made; nothing before anything is.
    pub(super) fn href(&self, live: bool) -> Option<String> {
        let (account, _) = self.account.as_ref()?;
        let retainer = self.retainer.as_ref().map(|(id, _)| format!("&retainer={id}"));
        let live = if live { "&live=1" } else { "" };
        Some(format!("/start?account={account}{}{live}", retainer.unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_goes_on_with_what_is_made() {
        let id = "0193a5b0-0000-7000-8000-000000000001";
        let mut made = Made::default();
        assert_eq!(made.href(false), None);
        made.account = Some((id.parse().expect("an id"), "Big Company".into()));
        assert_eq!(made.href(false), Some(format!("/start?account={id}")));
        made.retainer = Some((id.parse().expect("an id"), "Care".into()));
        let href = format!("/start?account={id}&retainer={id}&live=1");
        assert_eq!(made.href(true), Some(href));
    }
}
