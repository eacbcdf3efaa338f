//! How far an organisation has come that begins.
use serde::{Deserialize, Serialize};

/// The first steps of an organisation, each with whether it was taken. Source: the brief of Today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "sqlx", derive(sqlx::FromRow))]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FirstSteps {
    /// There is a client.
    pub client: bool,
    /// A retainer says what it holds or leaves out.
    pub scope: bool,
    /// A retainer has its capacity.
    pub capacity: bool,
    /// Somebody else is of the organisation.
    pub team: bool,
    /// A client reads the portal.
    pub portal: bool,
    /// A cycle is closed: the organisation does not begin any more.
    pub running: bool,
}

impl FirstSteps {
    /// Whether they are still to be shown. Who works alone has no team to invite.
    #[must_use]
    pub fn wait(&self) -> bool {
        let taken = self.client && self.scope && self.capacity && self.portal;
        !(self.running || taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_works_alone_is_done_without_a_team() {
        let done = FirstSteps {
            client: true,
            scope: true,
            capacity: true,
            team: false,
            portal: true,
            running: false,
        };
        assert!(!done.wait());
        let scopeless = FirstSteps { scope: false, ..done };
        assert!(scopeless.wait() && !FirstSteps { running: true, ..scopeless }.wait());
    }
}
