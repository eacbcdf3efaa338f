//! Terms that can be played: a year under the rules being typed, for a client who uses little, as
//! much as was agreed, or more. The ledger's own rules are asked; nothing is calculated twice.
mod block;
mod chart;
mod geometry;
mod model;
mod picture;
mod suggested;
mod table;
mod view;
mod words;

pub use model::{Playable, PlayablePool};
pub use suggested::PlaySuggested;
pub(crate) use suggested::{Suggested, SuggestedYear};
pub use view::{Play, PlayPanel};
