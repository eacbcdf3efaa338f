//! What is to be made, and what of it is.
use chrono::{DateTime, Utc};
use shared::api::{
    AccountBillingSet, AccountId, BillingSettingsSet, ContactId, NewAccount, NewContact,
    NewRetainer, RenewalRuleSet, RetainerBillingSet, RetainerId,
};
use shared::presets::Preset;

/// What is to be made; nothing where it is there, or not wanted.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    pub(super) account: Option<NewAccount>,
    pub(super) contact: Option<NewContact>,
    /// Who of the client was chosen, where they are there.
    pub(super) person: Option<(ContactId, String)>,
    /// In which language the client is written to, and where invoices go.
    pub(super) letters: Option<AccountBillingSet>,
    /// From whom invoices are.
    pub(super) issuer: Option<BillingSettingsSet>,
    pub(super) retainer: Option<NewRetainer>,
    /// By which it is agreed.
    pub(super) preset: Preset,
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
    /// By which the retainer was agreed, where this page made it.
    pub(super) preset: Option<Preset>,
    /// The retainer keeps no books yet.
    pub(super) setup: bool,
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
        let Some((retainer, _)) = self.retainer.as_ref() else {
            return Some(format!("/start?account={account}"));
        };
        let preset = self.preset.filter(|_| !live).map(|one| format!("&preset={}", one.name()));
        let rest = if live { "&live=1".to_owned() } else { preset.unwrap_or_default() };
        Some(format!("/start?account={account}&retainer={retainer}{rest}"))
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
        made.preset = Some(Preset::Support);
        let href = format!("/start?account={id}&retainer={id}&preset=support");
        assert_eq!(made.href(false), Some(href));
        let href = format!("/start?account={id}&retainer={id}&live=1");
        assert_eq!(made.href(true), Some(href));
    }
}
