//! Who may own a decision: the side whose business it is, unless it delegated.
//!
//! Pure: who is asked about and what was delegated is given. Source: requirements S0-18, S0-22.
use chrono::NaiveDate;

/// On which side of a retainer somebody stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The company whose business it is: it buys the retainer.
    Business,
    /// The agency or partner that serves it.
    Provider,
}

/// On which side somebody stands. Of a client's retainer its people are the business, and everybody
/// of ours its provider; of a partner's retainer, one that serves us, we are the business, and the
/// partner's people and those it sent the provider. Source: requirement S0-22.
#[must_use]
pub fn side_of(partner_account: bool, who: Standing) -> Side {
    match (partner_account, who) {
        (false, Standing::Contact) | (true, Standing::Member) => Side::Business,
        _ => Side::Provider,
    }
}

/// What somebody is to the organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// A colleague.
    Member,
    /// A member whom an outside partner sent.
    Partner,
    /// A person at the account.
    Contact,
}

/// A right to decide that the business gave, from its first day to the day before its last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delegation {
    /// The first day on which it holds.
    pub starts_on: NaiveDate,
    /// The first day on which it no longer holds; open-ended without one.
    pub ends_on: Option<NaiveDate>,
    /// Taken back, whatever its days say.
    pub revoked: bool,
}

impl Delegation {
    /// Whether it holds on a day.
    #[must_use]
    pub fn holds(self, day: NaiveDate) -> bool {
        !self.revoked && self.starts_on <= day && self.ends_on.is_none_or(|end| day < end)
    }
}

/// Whether somebody may be decision owner on a day: of the business whoever is not known to leave
/// that to others there, anybody else only by a delegation that holds.
#[must_use]
pub fn may_decide(
    (side, left_to_others): (Side, bool),
    delegations: &[Delegation],
    day: NaiveDate,
) -> bool {
    let own = side == Side::Business && !left_to_others;
    own || delegations.iter().any(|given| given.holds(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(of: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, of).expect("a day of November")
    }

    #[test]
    fn s0_22_who_is_the_business_depends_on_who_serves_whom() {
        let all = [Standing::Member, Standing::Partner, Standing::Contact];
        let of = |partner| all.map(|who| side_of(partner, who));
        assert_eq!(of(false), [Side::Provider, Side::Provider, Side::Business]);
        assert_eq!(of(true), [Side::Business, Side::Provider, Side::Provider]);
    }

    #[test]
    fn s0_22_the_business_decides_and_its_provider_only_by_delegation() {
        let given = Delegation { starts_on: day(5), ends_on: Some(day(10)), revoked: false };
        let (business, provider) = ((Side::Business, false), (Side::Provider, false));
        assert!(may_decide(business, &[], day(1)));
        assert!(!may_decide(provider, &[], day(5)));
        let holds = |on| may_decide(provider, &[given], day(on));
        assert_eq!([4, 5, 9, 10].map(holds), [false, true, true, false]);
        let revoked = Delegation { revoked: true, ..given };
        assert!(!may_decide(provider, &[revoked], day(5)));
        let open = Delegation { ends_on: None, ..given };
        assert!(may_decide(provider, &[revoked, open], day(30)));
    }

    #[test]
    fn s0_22_of_the_business_those_decide_who_are_known_to() {
        let given = Delegation { starts_on: day(5), ends_on: None, revoked: false };
        let other = (Side::Business, true);
        assert!(!may_decide(other, &[], day(5)));
        assert!(may_decide(other, &[given], day(5)), "what others decide they may give away");
    }
}
