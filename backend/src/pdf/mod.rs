//! Papers as PDF: a sheet of words and figures is laid out on pages, and the pages are written.
//!
//! The layout is pure and counts in whole thousandths of a point; only `draw` and
//! `attach` know the file format. Source: docs/decisions/0029.
mod attach;
mod draw;
mod layout;
mod sheet;
mod text;

pub use sheet::{Fact, Party, Pay, Picture, Row, Sheet};

use crate::error::{Error, Result};

/// Makes the file of a sheet, with the same invoice as XML in it if there is one (Factur-X): the
/// same bytes for the same of both. Source: docs/decisions/0041.
///
/// # Errors
/// What the file format refuses: ours to mend.
pub fn render(sheet: &Sheet, invoice: Option<&[u8]>) -> Result<Vec<u8>> {
    let file = draw::file(sheet, &layout::pages(sheet), invoice)?;
    match invoice {
        None => Ok(file),
        Some(_) => attach::told(&file)
            .ok_or_else(|| Error::internal("writing a PDF", "its metadata is not as expected")),
    }
}
