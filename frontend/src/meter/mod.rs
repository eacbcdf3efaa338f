//! The usage meter: what is used, carried, committed and over, against the limit and the pace.
//!
//! It knows no request and no rule: a balance comes in, marks and words come out.
mod geometry;
mod view;
mod words;

#[cfg(test)]
pub(crate) mod sample;

pub use geometry::{FULL, Mark, Span, blocks, css, spans};
pub use view::{Meter, MeterLegend, MeterSize, StateBadge};
pub use words::{left_words, name, sentence, severity, state_words, worst};
