//! Getting in: setting up, signing in, taking an invitation.
mod ended;
mod invite;
mod password;
mod plain;
mod setup;
mod sign_in;

pub use ended::EndedDialog;
pub use invite::InvitePage;
pub(crate) use plain::Plain;
pub use setup::SetupPage;
pub use sign_in::{SignInPage, SignInRoute};
