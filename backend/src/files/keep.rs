//! Where the bytes of files are: in a folder or a bucket, each under the ids of its organisation and
//! its own. No name that a person gave is part of a path.
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use actix_web::web::Bytes;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Key;
use object_store::{Error as StoreError, ObjectStore, ObjectStoreExt};
use shared::api::{FileId, OrganisationId};

use super::bucket;
use crate::error::{Error, Result};

/// Where files are kept.
#[derive(Debug, Clone)]
pub struct Files {
    store: Arc<dyn ObjectStore>,
    /// The folder, where it is one.
    folder: Option<PathBuf>,
}

impl Files {
    /// In the place that settings name: `s3://BUCKET/PREFIX`, else a folder.
    ///
    /// # Errors
    /// A place that cannot be used, in words.
    pub fn of(place: &str) -> Result<Self, String> {
        match place.strip_prefix("s3://") {
            Some(bucket) => bucket::of(bucket).map(Self::over),
            None => Self::on_disk(Path::new(place)),
        }
    }

    /// In a folder, which is made if it is not there: only its owner reads it.
    ///
    /// # Errors
    /// A folder that cannot be made or used, in words.
    pub fn on_disk(folder: &Path) -> Result<Self, String> {
        let cannot = |error: &dyn std::fmt::Display| {
            format!("cannot keep files in {}: {error}", folder.display())
        };
        make(folder).map_err(|error| cannot(&error))?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(|error| cannot(&error))?;
        let store = Arc::new(store.with_fsync(true));
        Ok(Self { store, folder: Some(folder.to_owned()) })
    }

    /// In a bucket that is described, under a prefix.
    ///
    /// # Errors
    /// A bucket that cannot be used, in words.
    pub fn in_bucket(bucket: AmazonS3Builder, prefix: &str) -> Result<Self, String> {
        bucket::within(bucket, prefix).map(Self::over)
    }

    /// In any store of objects.
    pub fn over(store: Arc<dyn ObjectStore>) -> Self {
        Self { store, folder: None }
    }

    /// Keeps the bytes of a file; on disk when this is done.
    pub(super) async fn put(&self, key: &Key, bytes: Bytes) -> Result<()> {
        let put = self.store.put(key, bytes.into()).await;
        put.map(drop).map_err(|error| Error::internal("keeping a file", error))
    }

    /// The bytes of a file; none if they are not there.
    ///
    /// # Errors
    /// A store that fails.
    pub(crate) async fn get(&self, key: &Key) -> Result<Option<Bytes>> {
        let read = async { self.store.get(key).await?.bytes().await };
        match read.await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(error) => Err(Error::internal("reading a file", error)),
        }
    }

    /// Removes the bytes of a file, if they are there.
    pub(super) async fn remove(&self, key: &Key) -> Result<()> {
        match self.store.delete(key).await {
            Ok(()) | Err(StoreError::NotFound { .. }) => Ok(()),
            Err(error) => Err(Error::internal("removing a file", error)),
        }
    }

    /// Removes what a crash left half written in the folders of organisations. What cannot be
    /// removed is logged.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub(super) fn clear_half_written(&self, older_than: Duration) -> std::io::Result<()> {
        let Some(folder) = &self.folder else { return Ok(()) };
        for organisation in std::fs::read_dir(folder)? {
            let organisation = organisation?;
            let name = organisation.file_name();
            if name.to_string_lossy().parse::<OrganisationId>().is_err() {
                continue;
            }
            let path = organisation.path();
            if let Err(error) = clear_within(&path, older_than) {
                tracing::warn!(%error, "a folder of files was not cleared: {}", path.display());
            }
        }
        Ok(())
    }
}

fn clear_within(folder: &Path, older_than: Duration) -> std::io::Result<()> {
    for file in std::fs::read_dir(folder)? {
        let file = file?;
        if !is_half_written(&file.file_name().to_string_lossy()) {
            continue;
        }
        // It may be finished by now, and bear its name.
        if let Err(error) = clear_old(&file, older_than)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            let path = file.path();
            tracing::warn!(%error, "half a file was not removed: {}", path.display());
        }
    }
    Ok(())
}

fn clear_old(file: &std::fs::DirEntry, older_than: Duration) -> std::io::Result<()> {
    let written = file.metadata()?.modified()?;
    let age = SystemTime::now().duration_since(written).unwrap_or_default();
    if age > older_than { std::fs::remove_file(file.path()) } else { Ok(()) }
}

/// As the store calls a file while it is written: its id, `#` and a number.
fn is_half_written(name: &str) -> bool {
    let Some((file, number)) = name.split_once('#') else { return false };
    file.parse::<FileId>().is_ok() && number.parse::<u64>().is_ok()
}

fn make(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Where the bytes of a file are.
pub(crate) fn key(organisation: OrganisationId, file: FileId) -> Key {
    Key::from_iter([organisation.to_string(), file.to_string()])
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_place_is_made_of_ids_alone() {
        let (organisation, file) = (OrganisationId(Uuid::now_v7()), FileId(Uuid::now_v7()));
        assert_eq!(key(organisation, file).as_ref(), format!("{organisation}/{file}"));
        assert!(is_half_written(&format!("{file}#1")));
        for name in [file.to_string(), format!("{file}#"), format!("{file}#x"), "notes#1".into()] {
            assert!(!is_half_written(&name), "{name}");
        }
    }
}
