//! Figures as people read and type them. What a number means is decided elsewhere.
//!
//! The pure parts are tested natively; what needs a language goes through the browser's Intl.
mod dates;
mod effort;
mod intl;
mod money;
mod numbers;
mod parse;
mod quantity;
mod zones;

pub use dates::{
    Week, cycle_range, date, date_range, day_in_zone, moment, month_name, month_year, relative,
    weekday, weekday_name, weekday_whole,
};
pub use effort::{MINUS, NBSP, effort, effort_or_nothing, signed_effort};
pub use money::{
    amount_of, decimal, fraction_digits, money, money_exact, money_short, typed_amount,
};
pub use numbers::{Plural, count, list, percent, percent_hundredths, percent_tenths, plural};
pub use parse::{BareNumber, parse_effort, typed_effort};
pub use quantity::{Measure, pool_name, quantity, read_quantity, typed_quantity, unit_name};
pub use zones::{clock_in_zone, instant_in_zone, wall_in_zone};
