//! Messages to clients and from them: what is written, what is on its way, and what came.
mod acts;
mod dialog;
mod letter;
mod panel;
mod words;

pub(crate) use acts::followed;
pub(crate) use dialog::{Desk, MessageDialog, Writing};
pub(crate) use letter::{Letter, LetterFields};
pub(crate) use panel::MessagesPanel;
pub(crate) use words::{StateBadge, who};
