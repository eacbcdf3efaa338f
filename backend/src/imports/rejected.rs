//! The download of the rows that were not written, with the reason for each.
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Bytes, Data};
use futures_util::stream;

use super::fate::Plan;
use super::pass::Reading;
use super::rows::{self, Of, Refused};
use super::{reasons, staged};
use crate::auth::Scope;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::http::{attachment, record};

/// Rows that are read at once.
const ROWS_AT_ONCE: i64 = 200;

/// Which rows to send, of what file.
pub struct Download {
    pub db: Data<Db>,
    pub scope: Scope,
    pub of: Of,
    pub reading: Reading,
    /// What would become of rows that wait; none if their reasons are kept.
    pub plan: Option<Plan>,
}

impl Download {
    /// Sends the rows as they are read, so that any number takes little memory.
    pub fn answer(self, file_name: &str) -> HttpResponse {
        let mut head = "\u{feff}".to_owned();
        let titles = ["Line", "Code", "Reason"].into_iter().map(str::to_owned);
        let titles: Vec<String> = titles.chain(self.reading.header.iter().cloned()).collect();
        record(&mut head, &titles, self.reading.separator);
        let pages = stream::try_unfold((self, 0, head), |(download, after, text)| async move {
            download.page(after, text).await
        });
        HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, "text/csv; charset=utf-8"))
            .insert_header((header::CONTENT_DISPOSITION, disposition(file_name)))
            .streaming(pages)
    }

    /// What follows a line; nothing after the last. Never an empty text, which would end the answer.
    async fn page(
        self,
        mut after: i64,
        mut text: String,
    ) -> Result<Option<(Bytes, (Self, i64, String))>> {
        while text.is_empty() || after == 0 {
            if after == i64::MAX {
                return Ok(None);
            }
            let found;
            (found, after) = self.rows(after).await?;
            for row in &found {
                let mut cells = vec![row.row_no.to_string(), row.code.clone()];
                cells.push(reasons::words(&row.code).to_owned());
                cells.extend(fields(row, self.reading.separator));
                record(&mut text, &cells, self.reading.separator);
            }
        }
        Ok(Some((Bytes::from(text), (self, after, String::new()))))
    }

    /// Rows after a line that are not written, and the last line that was looked at.
    async fn rows(&self, after: i64) -> Result<(Vec<Refused>, i64)> {
        let (scope, of) = (self.scope, self.of);
        let next = |length: usize, last: Option<i64>| {
            last.filter(|_| i64::try_from(length) == Ok(ROWS_AT_ONCE)).unwrap_or(i64::MAX)
        };
        let Some(plan) = &self.plan else {
            let kept = async |tx: &mut Tx| rows::refused(tx, scope, of, after, ROWS_AT_ONCE).await;
            let found = self.db.read(kept).await?;
            let next = next(found.len(), found.last().map(|row| row.row_no));
            return Ok((found, next));
        };
        let staged = async |tx: &mut Tx| staged::raw(tx, scope, of, after, ROWS_AT_ONCE).await;
        let rows = self.db.read(staged).await?;
        let next = next(rows.len(), rows.last().map(|row| row.staged.row_no));
        let refused = rows.into_iter().filter_map(|row| {
            let fate = plan.fate(&row.staged);
            (!fate.writes()).then(|| Refused::new(row.staged, &fate, row.raw))
        });
        Ok((refused.collect(), next))
    }
}

/// The fields of a row as the file has them.
fn fields(row: &Refused, separator: u8) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(row.raw.as_bytes());
    let mut fields = csv::StringRecord::new();
    match reader.read_record(&mut fields) {
        Ok(true) => fields.iter().map(str::to_owned).collect(),
        _ => vec![row.raw.clone()],
    }
}

/// `attachment` with the file's own name.
fn disposition(file_name: &str) -> String {
    let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
    attachment(&format!("{stem} not imported.csv"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_download_has_the_files_name() {
        let want = "attachment; filename=\"B_ro \\_ not imported.csv\"";
        assert!(disposition("Büro \"/.csv").starts_with(&want.replace("\\_", "__")));
        assert!(disposition("Büro.csv").ends_with("UTF-8''B%C3%BCro%20not%20imported.csv"));
    }
}
