//! Which accounts a view of the list shows.
use shared::api::{Account, AccountKind, HealthBand, HealthState, MeterState, RetainerState};

use crate::{api::Path, t};

/// A view of the list; each has an address.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum View {
    #[default]
    All,
    Clients,
    Partners,
    AtRisk,
    Over,
    UnderUsed,
    Archived,
}

impl View {
    pub(super) const ALL: [View; 7] = [
        View::All,
        View::Clients,
        View::Partners,
        View::AtRisk,
        View::Over,
        View::UnderUsed,
        View::Archived,
    ];

    /// Its word in the address; none for the first.
    pub(super) fn word(self) -> Option<&'static str> {
        match self {
            View::All => None,
            View::Clients => Some("clients"),
            View::Partners => Some("partners"),
            View::AtRisk => Some("at-risk"),
            View::Over => Some("over"),
            View::UnderUsed => Some("under-used"),
            View::Archived => Some("archived"),
        }
    }

    pub(super) fn named(word: Option<&str>) -> Self {
        View::ALL.into_iter().find(|view| view.word() == word).unwrap_or_default()
    }

    pub(super) fn label(self) -> &'static str {
        match self {
            View::All => t!(common.all),
            View::Clients => t!(accounts.clients),
            View::Partners => t!(accounts.partners),
            View::AtRisk => t!(health.at_risk),
            View::Over => t!(accounts.over),
            View::UnderUsed => t!(accounts.under_used),
            View::Archived => t!(accounts.archived),
        }
    }

    /// Its address, with what is filtered.
    pub(super) fn href(self, filter: &str) -> String {
        Path::new("/accounts").with("view", self.word()).with("q", Some(filter)).done()
    }

    /// Whether it shows an account; archived ones are read apart.
    pub(super) fn holds(self, account: &Account) -> bool {
        match self {
            View::All => !account.archived,
            View::Clients => !account.archived && account.kind == AccountKind::Client,
            View::Partners => !account.archived && account.kind == AccountKind::Partner,
            View::AtRisk => !account.archived && at_risk(account),
            View::Over => any(account, &[MeterState::Over, MeterState::WillGoOver]),
            View::UnderUsed => {
                any(account, &[MeterState::UnderUsed])
                    || !account.archived && stands(account, HealthState::UnderUsed)
            }
            View::Archived => account.archived,
        }
    }
}

/// Whether it owes, or its score is low, whatever else speaks for it.
fn at_risk(account: &Account) -> bool {
    let low = account.health.is_some_and(|health| health.band == Some(HealthBand::AtRisk));
    low || stands(account, HealthState::Late)
}

fn stands(account: &Account, state: HealthState) -> bool {
    account.health.is_some_and(|health| health.state == Some(state))
}

fn any(account: &Account, states: &[MeterState]) -> bool {
    let mut live = account.retainers.iter().filter(|r| r.state != RetainerState::Ended);
    !account.archived
        && live.any(|r| r.balances.iter().any(|balance| states.contains(&balance.state)))
}

/// Whether a typed filter finds an account: by its name, its owner or a retainer.
pub(super) fn found(account: &Account, filter: &str) -> bool {
    let filter = filter.trim().to_lowercase();
    let names = std::iter::once(account.name.as_str())
        .chain(account.owner_name.as_deref())
        .chain(account.retainers.iter().map(|retainer| retainer.name.as_str()));
    filter.is_empty() || names.into_iter().any(|name| name.to_lowercase().contains(&filter))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        meter::sample::balance,
        today::sample::{account, retainer},
    };

    #[test]
    fn an_address_names_a_view_and_back() {
        for view in View::ALL {
            assert_eq!(View::named(view.word()), view);
        }
        assert_eq!(View::named(Some("nonsense")), View::All);
        assert_eq!(View::Over.href("R&D"), "/accounts?view=over&q=R%26D");
        assert_eq!(View::All.href(""), "/accounts");
    }

    #[test]
    fn a_view_holds_what_it_says() {
        let over = account("Halden", vec![retainer(Some(balance(600, 700)))]);
        let calm = account("Quill", vec![retainer(Some(balance(600, 300)))]);
        assert!(View::Over.holds(&over) && !View::Over.holds(&calm));
        assert!(View::All.holds(&calm) && !View::Archived.holds(&calm));
        let gone = Account { archived: true, ..over };
        assert!(View::Archived.holds(&gone) && !View::Over.holds(&gone));
    }

    #[test]
    fn a_filter_finds_by_account_and_by_retainer() {
        let halden = account("Halden Legal", vec![retainer(None)]);
        assert!(found(&halden, " hald") && found(&halden, "SUPPORT") && !found(&halden, "quill"));
    }
}
