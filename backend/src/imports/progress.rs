//! How far the imports are that this process writes: told while their transaction is not yet done.
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use shared::api::ImportId;

static WRITTEN: LazyLock<Mutex<HashMap<ImportId, i64>>> = LazyLock::new(Mutex::default);

fn table() -> MutexGuard<'static, HashMap<ImportId, i64>> {
    WRITTEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Rows written so far, if this process writes the import.
pub fn of(id: ImportId) -> Option<i64> {
    table().get(&id).copied()
}

/// Tells how far an import is, as long as it lives.
pub struct Progress(ImportId);

impl Progress {
    /// Begins at nothing.
    pub fn begin(id: ImportId) -> Self {
        table().insert(id, 0);
        Self(id)
    }
    /// So many rows are written.
    pub fn set(&self, rows: i64) {
        table().insert(self.0, rows);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        table().remove(&self.0);
    }
}
