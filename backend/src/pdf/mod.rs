//! Papers as PDF: a sheet of words and figures is laid out on pages, and the pages are written.
//!
//! The layout is pure and counts in whole thousandths of a point; only `draw` knows the file
//! format. Source: docs/decisions/0029.
mod draw;
mod layout;
mod sheet;
mod text;

pub use sheet::{Fact, Party, Pay, Row, Sheet};

use crate::error::Result;

/// Makes the file of a sheet: the same bytes for the same sheet.
///
/// # Errors
/// What the file format refuses: ours to mend.
pub fn render(sheet: &Sheet) -> Result<Vec<u8>> {
    draw::file(sheet, &layout::pages(sheet))
}
