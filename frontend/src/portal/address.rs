//! The addresses of the portal: read from the browser, written into links.
use shared::api::{CycleId, RetainerId};

use crate::api::{Path, unescape};

/// Where the portal lies.
const BASE: &str = "/portal";

/// What is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Address {
    /// The retainer, or the list of several. `email` fills in the form of who is not signed in.
    Home { email: Option<String> },
    /// A link that signs a person in.
    Enter(String),
    /// A link to the balance of one retainer.
    Share(String),
    /// The balance of a retainer.
    Retainer(RetainerId),
    /// The rows behind it: of a pool, in a cycle; the first and the present one if absent.
    Log { retainer: RetainerId, pool: Option<String>, cycle: Option<CycleId> },
    /// What each cycle came to.
    Statements(RetainerId),
    /// What one came to.
    Statement(CycleId),
    /// What is included, and what is not.
    Scope(RetainerId),
    /// What was asked for.
    Requests,
    /// What was decided.
    Decisions,
    /// What was billed.
    Invoices,
    /// Nothing lies there.
    Unknown,
}

impl Address {
    /// Where the portal begins.
    pub(super) const HOME: Self = Self::Home { email: None };

    /// Whether the portal begins there.
    pub(super) fn is_home(&self) -> bool {
        matches!(self, Self::Home { .. })
    }

    /// Whether it tells of one retainer.
    pub(super) fn is_of_retainer(&self) -> bool {
        matches!(
            self,
            Self::Retainer(_)
                | Self::Log { .. }
                | Self::Statements(_)
                | Self::Statement(_)
                | Self::Scope(_)
        )
    }

    /// Of a path with its query string, `?` included.
    pub(super) fn read(path: &str, query: &str) -> Self {
        let Some(rest) = path.strip_prefix(BASE).filter(|rest| in_path(rest)) else {
            return Self::Unknown;
        };
        let parts: Vec<&str> = rest.split('/').filter(|part| !part.is_empty()).collect();
        let found = match parts.as_slice() {
            [] => Some(Self::Home { email: asked(query, "email") }),
            ["enter", token] => Some(Self::Enter((*token).to_owned())),
            ["share", token] => Some(Self::Share((*token).to_owned())),
            ["retainers", id] => id.parse().ok().map(Self::Retainer),
            ["retainers", id, "log"] => id.parse().ok().map(|retainer| Self::Log {
                retainer,
                pool: asked(query, "pool"),
                cycle: asked(query, "cycle").and_then(|cycle| cycle.parse().ok()),
            }),
            ["retainers", id, "statements"] => id.parse().ok().map(Self::Statements),
            ["retainers", id, "scope"] => id.parse().ok().map(Self::Scope),
            ["statements", id] => id.parse().ok().map(Self::Statement),
            ["requests"] => Some(Self::Requests),
            ["decisions"] => Some(Self::Decisions),
            ["invoices"] => Some(Self::Invoices),
            _ => None,
        };
        found.unwrap_or(Self::Unknown)
    }

    /// For a link.
    pub(super) fn href(&self) -> String {
        let path = match self {
            Self::Home { .. } | Self::Unknown => BASE.to_owned(),
            Self::Enter(token) => format!("{BASE}/enter/{token}"),
            Self::Share(token) => format!("{BASE}/share/{token}"),
            Self::Retainer(id) => format!("{BASE}/retainers/{id}"),
            Self::Log { retainer, .. } => format!("{BASE}/retainers/{retainer}/log"),
            Self::Statements(id) => format!("{BASE}/retainers/{id}/statements"),
            Self::Statement(id) => format!("{BASE}/statements/{id}"),
            Self::Scope(id) => format!("{BASE}/retainers/{id}/scope"),
            Self::Requests => format!("{BASE}/requests"),
            Self::Decisions => format!("{BASE}/decisions"),
            Self::Invoices => format!("{BASE}/invoices"),
        };
        match self {
            Self::Home { email } => Path::new(path).with("email", email.as_deref()).done(),
            Self::Log { pool, cycle, .. } => {
                Path::new(path).with("pool", pool.as_deref()).with("cycle", *cycle).done()
            }
            _ => path,
        }
    }
}

/// "/portal" and what lies under it, but not "/portals".
fn in_path(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with('/')
}

/// What a query string says of a name, if it says anything.
fn asked(query: &str, name: &str) -> Option<String> {
    let pairs = query.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
    let mut values = pairs.filter(|(key, _)| *key == name).map(|(_, value)| unescape(value));
    values.next().filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0193a5b0-0000-7000-8000-000000000001";

    fn each() -> Vec<Address> {
        let retainer: RetainerId = ID.parse().expect("an id");
        let cycle: CycleId = ID.parse().expect("an id");
        let (pool, email) = (Some("hours & more".to_owned()), Some("mia+x@big.example".to_owned()));
        vec![
            Address::HOME,
            Address::Home { email },
            Address::Enter("t0k3n".into()),
            Address::Share("t0k3n".into()),
            Address::Retainer(retainer),
            Address::Log { retainer, pool: None, cycle: None },
            Address::Log { retainer, pool, cycle: Some(cycle) },
            Address::Statements(retainer),
            Address::Statement(cycle),
            Address::Scope(retainer),
            Address::Requests,
            Address::Decisions,
            Address::Invoices,
        ]
    }

    #[test]
    fn a_link_leads_where_it_says() {
        for address in each() {
            let href = address.href();
            let (path, query) = href.split_once('?').unwrap_or((&href, ""));
            assert_eq!(Address::read(path, &format!("?{query}")), address, "{href}");
        }
    }

    #[test]
    fn a_slash_at_the_end_changes_nothing() {
        assert_eq!(Address::read("/portal/", ""), Address::HOME);
        assert_eq!(Address::read("/portal/requests/", ""), Address::Requests);
    }

    #[test]
    fn an_address_that_is_none_is_unknown() {
        let odd = ["/", "/portals", "/portal/x", "/portal/retainers/7", "/portal/enter"];
        for path in odd {
            assert_eq!(Address::read(path, ""), Address::Unknown, "{path}");
        }
    }

    #[test]
    fn a_cycle_that_is_none_is_the_present_one() {
        let path = format!("/portal/retainers/{ID}/log");
        let read = Address::read(&path, "?cycle=seven&pool=");
        assert!(matches!(read, Address::Log { pool: None, cycle: None, .. }));
    }
}
