//! Quantities of every unit a pool counts in: "6 h 30", "3 sessions", "€1,250.00".
use shared::api::{Money, Pool, Unit};

use super::{
    BareNumber, amount_of, count, effort, money, money_short, parse_effort, plural, typed_amount,
    typed_effort,
};
use crate::format::Plural;
use crate::t;

/// What numbers count: a unit, and the currency where that is money.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Measure {
    /// What is counted.
    pub unit: Unit,
    /// ISO 4217.
    pub currency: String,
}

impl Measure {
    /// That of a pool.
    pub fn of(pool: &Pool) -> Self {
        Self { unit: pool.unit, currency: pool.currency.clone() }
    }

    /// Without the currency where it says nothing: sessions are sessions in any currency.
    pub fn plain(self) -> Self {
        let currency = if self.unit == Unit::Money { self.currency } else { String::new() };
        Self { currency, ..self }
    }

    /// A quantity in words.
    pub fn say(&self, n: i64) -> String {
        quantity(self.unit, &self.currency, n)
    }

    /// With a plus sign before what is added: the quantity column of a ledger.
    pub fn signed(&self, n: i64) -> String {
        if n > 0 { format!("+{}", self.say(n)) } else { self.say(n) }
    }

    /// As it stands at an axis: the bare number, hours and money in whole units.
    pub fn axis(&self, n: i64) -> String {
        match self.unit {
            Unit::Minutes => effort(n),
            Unit::Money => money_short(&Money { amount_minor: n, currency: self.currency.clone() }),
            Unit::Sessions | Unit::Deliverables | Unit::Credits => count(n),
        }
    }

    /// None for zero, so that a caller says "nothing left" and never "0 h left".
    pub fn or_nothing(&self, n: i64) -> Option<String> {
        (n != 0).then(|| self.say(n))
    }
}

/// "6 h 30", "1 session", "2 deliverables", "12 credits", "€1,250.00".
pub fn quantity(unit: Unit, currency: &str, n: i64) -> String {
    let one = matches!(plural(n), Plural::One);
    match (unit, one) {
        (Unit::Minutes, _) => effort(n),
        (Unit::Money, _) => money(&Money { amount_minor: n, currency: currency.to_owned() }),
        (Unit::Sessions, true) => t!(units.session, count = count(n)),
        (Unit::Sessions, false) => t!(units.sessions, count = count(n)),
        (Unit::Deliverables, true) => t!(units.deliverable, count = count(n)),
        (Unit::Deliverables, false) => t!(units.deliverables, count = count(n)),
        (Unit::Credits, true) => t!(units.credit, count = count(n)),
        (Unit::Credits, false) => t!(units.credits, count = count(n)),
    }
}

/// What a pool of the unit is called where nobody named it.
pub fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Minutes => t!(units.name_hours),
        Unit::Sessions => t!(units.name_sessions),
        Unit::Deliverables => t!(units.name_deliverables),
        Unit::Credits => t!(units.name_credits),
        Unit::Money => t!(units.name_money),
    }
}

/// The name of a pool for people.
pub fn pool_name(pool: &Pool) -> String {
    pool.name.clone().unwrap_or_else(|| unit_name(pool.unit).to_owned())
}

/// A quantity as people type it, none if it cannot be read. `digits` are the decimals of the
/// currency; hours may be written as 7:30 or 7.5, what is counted is a whole number.
pub fn read_quantity(unit: Unit, text: &str, digits: u32) -> Option<i64> {
    match unit {
        Unit::Minutes => parse_effort(text, BareNumber::Hours),
        Unit::Money => amount_of(text, digits),
        Unit::Sessions | Unit::Deliverables | Unit::Credits => amount_of(text, 0),
    }
}

/// A quantity as it stands in a field; [`read_quantity`] reads it back the same.
pub fn typed_quantity(unit: Unit, n: i64, digits: u32) -> String {
    match unit {
        // A bare number is hours here, so whole hours need no minutes.
        Unit::Minutes if n % 60 == 0 => (n / 60).to_string(),
        Unit::Minutes => typed_effort(n),
        Unit::Money => typed_amount(n, digits),
        Unit::Sessions | Unit::Deliverables | Unit::Credits => n.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::NBSP;

    #[test]
    fn every_unit_has_its_words() {
        let said = |unit, n| quantity(unit, "EUR", n).replace(NBSP, " ");
        assert_eq!(said(Unit::Minutes, 390), "6 h 30");
        assert_eq!(said(Unit::Sessions, 1), "1 session");
        assert_eq!(said(Unit::Sessions, 3), "3 sessions");
        assert_eq!(said(Unit::Deliverables, -2), "−2 deliverables");
        assert_eq!(said(Unit::Credits, 1_200), "1,200 credits");
        assert_eq!(said(Unit::Money, 125_050), "EUR 1250.50");
    }

    #[test]
    fn what_a_field_shows_is_read_back_the_same() {
        let units = [Unit::Minutes, Unit::Sessions, Unit::Deliverables, Unit::Credits, Unit::Money];
        for unit in units {
            for n in [0, 1, 12, 90, 1_250, 600_000] {
                let text = typed_quantity(unit, n, 2);
                assert_eq!(read_quantity(unit, &text, 2), Some(n), "{unit:?} {text}");
            }
        }
        assert_eq!(read_quantity(Unit::Sessions, "2.5", 2), None);
        assert_eq!(read_quantity(Unit::Credits, "1,200", 2), Some(1_200));
    }

    #[test]
    fn what_is_added_has_a_plus_and_nothing_is_not_told() {
        let sessions = Measure { unit: Unit::Sessions, currency: String::new() };
        assert_eq!(sessions.signed(2).replace(NBSP, " "), "+2 sessions");
        assert_eq!(sessions.signed(-1).replace(NBSP, " "), "−1 session");
        assert_eq!(sessions.or_nothing(0), None);
    }
}
