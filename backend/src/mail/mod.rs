//! Mails: an outbox in the database, and the server that takes them.
//!
//! A mail is written in the transaction of what causes it, and sent afterwards. Who sends it holds
//! a lease; a server that dies between the answer of the mail server and writing it down has it
//! sent again, under the same Message-ID. Source: domain 8.6; docs/decisions/0036.
mod deliver;
mod post;
mod routes;
mod server;
mod settings;
mod store;

pub(crate) use deliver::{Attached, deliver};
pub(crate) use post::{Enclosure, HANDING_OVER, Letter, Outcome};
pub use post::{Mailer, is_address};
pub use routes::routes;
pub(crate) use settings::kept as settings;
pub(crate) use store::{
    About, MAILS_MAX, MailRow, NewMail, anew, cancel, find, give_way, of_invoice, of_letter,
    of_uplift, queue, queue_again, returned, reword, waits,
};
