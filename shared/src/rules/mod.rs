//! The rules of retainers: pure functions on whole units, without clock, input, output or float.
pub mod units;
