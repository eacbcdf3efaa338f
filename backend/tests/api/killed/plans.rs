//! What is agreed, what is worked, and what invoices must come of both: figured here anew, by the
//! words of domain 5.3 and not by the program's code.
use std::collections::BTreeMap;

use chrono::{Datelike, Days, Months, NaiveDate};
use serde_json::{Value, json};

/// The first day of all.
pub const START: NaiveDate = NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day");

/// The day of a run: one a week.
pub fn day(run: u32) -> NaiveDate {
    START + Days::new(7 * u64::from(run))
}

/// A retainer.
pub struct Plan {
    name: &'static str,
    /// How many weeks a cycle has; a month if none.
    weeks: Option<u32>,
    timing: &'static str,
    price: i64,
    currency: &'static str,
    taxes: &'static [(&'static str, i64)],
    /// Minutes a cycle.
    allowance: i64,
    /// What an hour beyond them costs.
    rate: i64,
}

pub const PLANS: [Plan; 4] = [
    Plan {
        name: "Monthly ahead",
        weeks: None,
        timing: "advance",
        price: 250_001,
        currency: "USD",
        taxes: &[],
        allowance: 240,
        rate: 9_000,
    },
    Plan {
        name: "Monthly behind",
        weeks: None,
        timing: "arrears",
        price: 33_333,
        currency: "JPY",
        taxes: &[("JCT", 10)],
        allowance: 180,
        rate: 6_000,
    },
    Plan {
        name: "Two weeks behind",
        weeks: Some(2),
        timing: "arrears",
        price: 99_999,
        currency: "EUR",
        taxes: &[("GST", 5), ("PST", 7)],
        allowance: 60,
        rate: 7_500,
    },
    Plan {
        name: "Weekly ahead",
        weeks: Some(1),
        timing: "advance",
        price: 150_000,
        currency: "EUR",
        taxes: &[("VAT", 19)],
        allowance: 120,
        rate: 12_500,
    },
];
/// What some invoices of this one have taken off.
const DISCOUNTED: &str = "Two weeks behind";
const DISCOUNT: i64 = -1_000;

/// Whether an invoice with this name and number gets the discount.
pub fn is_discounted(invoice: &Value) -> bool {
    discounts(invoice["retainer_name"].as_str().unwrap(), invoice["seq"].as_i64().unwrap())
}
fn discounts(name: &str, seq: i64) -> bool {
    name == DISCOUNTED && seq % 4 == 1
}
/// The line that a person adds.
pub fn discount() -> Value {
    json!({ "text": "For years of loyalty", "quantity": 1, "price_minor": DISCOUNT })
}

/// Retainer, cycle, currency, net, tax, total.
pub type Billed = (String, i64, String, i64, i64, i64);
/// Retainer, cycle, kind, the cycle that it is of, quantity, amount.
pub type Line = (String, i64, String, i64, i64, i64);

impl Plan {
    pub fn retainer(&self, account: &Value) -> Value {
        let overage = json!({ "mode": "bill", "rate_minor": self.rate });
        let (amount, currency) = (self.price, self.currency);
        let (unit, count) = self.weeks.map_or(("month", 1), |weeks| ("week", weeks));
        json!({
            "account_id": account, "name": self.name, "starts_on": START, "timezone": "UTC",
            "interval": { "unit": unit, "count": count }, "anchor": { "type": "anniversary" },
            "terms": {
                "price": { "amount_minor": amount, "currency": currency },
                "pools": [{ "unit": "minutes", "allowance": self.allowance, "overage": overage }],
            },
        })
    }
    pub fn billing(&self) -> Value {
        let tax =
            |(code, percent): &(&str, i64)| json!({ "code": code, "percent": percent.to_string() });
        let taxes: Vec<Value> = self.taxes.iter().map(tax).collect();
        json!({ "timing": self.timing, "taxes": taxes })
    }
    /// The number of the cycle that holds a day.
    fn seq_on(&self, day: NaiveDate) -> i64 {
        match self.weeks {
            Some(weeks) => (day - START).num_days() / 7 / i64::from(weeks) + 1,
            None => i64::from(day.year() - START.year()) * 12 + i64::from(day.month()),
        }
    }
    fn first_day(&self, seq: i64) -> NaiveDate {
        let before = u32::try_from(seq - 1).unwrap();
        match self.weeks {
            Some(weeks) => day(before * weeks),
            None => START + Months::new(before),
        }
    }
    fn is_ahead(&self) -> bool {
        self.timing == "advance"
    }
    /// The cycles that were billed by a day: each at its first day, or at the day after its last.
    fn billed(&self, today: NaiveDate) -> impl Iterator<Item = i64> {
        let due = move |seq: &i64| self.first_day(seq + i64::from(!self.is_ahead())) <= today;
        (1..).take_while(due)
    }
    /// Taxes of a line, each rounded to the nearest minor unit. None is half of one here.
    fn tax(&self, amount: i64) -> i64 {
        let one = |percent: i64| {
            let (rest, nearest) = ((amount * percent).rem_euclid(100), amount * percent + 50);
            assert_ne!(rest, 50, "{amount} at {percent} % is a case for the rules' own tests");
            nearest.div_euclid(100)
        };
        self.taxes.iter().map(|(_, percent)| one(*percent)).sum()
    }
}

/// Minutes worked, by plan and cycle.
#[derive(Default)]
pub struct Worked(BTreeMap<(usize, i64), i64>);

impl Worked {
    /// What is worked before a run: of one plan after the other, and more or less than allowed.
    pub fn next(&mut self, run: u32, today: NaiveDate) -> (usize, i64) {
        let plan = run as usize % PLANS.len();
        let allowance = PLANS[plan].allowance;
        let minutes = match run / 4 % 3 {
            0 => 30,
            _ => allowance + 12 * i64::from(1 + run % 5),
        };
        *self.0.entry((plan, PLANS[plan].seq_on(today))).or_default() += minutes;
        (plan, minutes)
    }
    fn beyond(&self, place: usize, seq: i64) -> i64 {
        let minutes = self.0.get(&(place, seq)).copied().unwrap_or(0);
        (minutes - PLANS[place].allowance).max(0)
    }
    /// What each cycle that was over by a day went beyond its allowance, where it did.
    pub fn overage(&self, today: NaiveDate) -> Vec<(String, i64, i64)> {
        let mut all = Vec::new();
        for (place, plan) in PLANS.iter().enumerate() {
            let over = (1..).take_while(|seq| plan.first_day(seq + 1) <= today);
            let beyond = over.map(|seq| (plan.name.to_owned(), seq, self.beyond(place, seq)));
            all.extend(beyond.filter(|(_, _, minutes)| *minutes > 0));
        }
        all
    }
}

/// What must have been billed by a day, by retainer and cycle, and the lines of that.
pub fn expected(worked: &Worked, today: NaiveDate) -> (Vec<Billed>, Vec<Line>) {
    let (mut invoices, mut lines) = (Vec::new(), Vec::new());
    for (place, plan) in PLANS.iter().enumerate() {
        for seq in plan.billed(today) {
            let mut own = vec![("fee", seq, 1, plan.price)];
            // What a cycle went beyond is known when it is over.
            let of = if plan.is_ahead() { seq - 1 } else { seq };
            let beyond = worked.beyond(place, of);
            if beyond > 0 {
                let amount = beyond * plan.rate;
                assert_eq!(amount % 60, 0);
                own.push(("overage", of, beyond, amount / 60));
            }
            if discounts(plan.name, seq) {
                own.push(("manual", 0, 1, DISCOUNT));
            }
            let net: i64 = own.iter().map(|(_, _, _, amount)| amount).sum();
            let tax: i64 = own.iter().map(|(_, _, _, amount)| plan.tax(*amount)).sum();
            let (name, currency) = (plan.name.to_owned(), plan.currency.to_owned());
            invoices.push((name, seq, currency, net, tax, net + tax));
            let line = |(kind, of, quantity, amount): (&str, i64, i64, i64)| {
                (plan.name.to_owned(), seq, kind.to_owned(), of, quantity, amount)
            };
            lines.extend(own.into_iter().map(line));
        }
    }
    (invoices, lines)
}
