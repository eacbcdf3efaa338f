//! The routes of messages to clients and from them.
use shared::api::*;

use super::routes::{read, write};
use super::{Fault, Fetch, act as act_on, decode, delete, http, patch, post};

read! {
    /// Messages to an account and from it, the newest first.
    fn messages(account: AccountId) -> Page<Message> =
        format!("/messages?account_id={account}&limit=30");
    /// Those to an account that are being written.
    fn message_drafts(account: AccountId) -> Page<Message> =
        format!("/messages?account_id={account}&state=draft&limit=50");
    /// One message.
    fn message(id: MessageId) -> Message = format!("/messages/{id}");
}

write! {
    /// Writes a message: kept as a draft, or sent at once.
    fn write_message(body: &NewMessage) -> Message = post("/messages", body).await;
    /// Changes a draft.
    fn change_message(id: MessageId, version: i64, body: &MessageChange) -> Message =
        patch(&format!("/messages/{id}"), version, body).await;
    /// Throws a draft away.
    fn remove_message(id: MessageId, version: i64) -> () =
        delete(&format!("/messages/{id}"), version).await.map(drop);
    /// Sends a message that was read at this version.
    fn send_message(id: MessageId, version: i64) -> Message = {
        let path = format!("/messages/{id}/send");
        decode(&http::send("POST", &path, None, Some(version)).await?)
    };
    /// Takes a message back that still waits for the mail server.
    fn take_back_message(id: MessageId) -> Message =
        act_on(&format!("/messages/{id}/take-back")).await;
}
