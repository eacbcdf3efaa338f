//! Files: their bytes are there, and are those that came.
use crate::db::Db;
use crate::error::Result;
use crate::files::{self, Files};

/// Every file whose bytes are missing or others, in words. Reads only.
///
/// # Errors
/// A database or a store that cannot be read.
pub async fn files(db: &Db, kept: &Files) -> Result<Vec<String>> {
    let (mut breaches, mut after) = (Vec::new(), None);
    loop {
        let page = db.read(async |tx| files::all(tx, after).await).await?;
        let Some(last) = page.last() else { return Ok(breaches) };
        after = Some(last.id);
        for file in page {
            match kept.get(&files::key(file.organisation_id, file.id)).await? {
                None => breaches.push(format!("file {}: its bytes are missing", file.id)),
                Some(bytes) if files::hash(&bytes) != file.sha_256 => {
                    breaches.push(format!("file {}: its bytes are not those that came", file.id));
                }
                Some(_) => {}
            }
        }
    }
}
