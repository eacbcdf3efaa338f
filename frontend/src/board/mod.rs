//! The scope board: work by column and priority, moved by pointer, touch or keyboard, seen live by
//! everybody who looks at it; and the card beside it.
mod adding;
mod card;
mod drag;
mod flow_forms;
mod forms;
mod grid;
mod history;
mod inputs_form;
mod keyboard;
pub mod layout;
mod live;
mod meter_bar;
pub mod model;
#[cfg(test)]
mod model_tests;
mod moving;
mod page;
mod pane;
mod pane_parts;
mod pools;
mod seats_form;
mod settings;
mod state;
mod step_forms;
mod traits;
mod words;

pub use forms::CardForms;
pub use page::BoardPage;
pub(crate) use traits::{TraitFields, Traits};
pub(crate) use words::{
    column as column_words, level as level_words, reason as level_reason_words,
};
