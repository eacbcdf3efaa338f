//! The routes of files and signed agreements.
use shared::api::*;

use super::routes::{read, write};
use super::{Fault, Fetch, delete, post};

read! {
    /// The files of an account, the newest first.
    fn account_files(id: AccountId) -> Page<AccountFile> =
        format!("/accounts/{id}/files?limit=200");
    /// What was signed of a retainer.
    fn agreements(id: RetainerId) -> Agreements = format!("/retainers/{id}/agreements");
}

/// The address of the bytes of a file.
pub fn file_content(id: FileId) -> String {
    format!("/files/{id}/content")
}

write! {
    /// Deletes a file that was read at this version.
    fn remove_file(id: FileId, version: i64) -> () =
        delete(&format!("/files/{id}"), version).await.map(drop);
    /// Writes down what was signed.
    fn add_agreement(id: RetainerId, body: &NewAgreement) -> Agreement =
        post(&format!("/retainers/{id}/agreements"), body).await;
}
