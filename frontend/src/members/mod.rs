//! The people of the organisation: who may do what, and who can sign in.
mod dialogs;
mod list;
mod role;

pub use list::MembersPage;
pub(crate) use list::may_administer;
pub use role::role_words;
pub(crate) use role::{role_named, roles_below};
