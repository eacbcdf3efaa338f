//! What stands on a paper: words and figures as they are read, nothing of how they are set.
use chrono::{DateTime, Utc};
use shared::api::Paper;

/// A paper with a table, such as an invoice or a letter.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// BCP 47.
    pub language: &'static str,
    /// The size of its pages.
    pub paper: Paper,
    /// When it was made; no clock is asked.
    pub made_at: DateTime<Utc>,
    /// What it is and its number: "Invoice INV-2026-0001".
    pub heading: String,
    /// Below that, what it is about, if that is said.
    pub about: String,
    /// That it does not count: "Draft".
    pub mark: Option<String>,
    /// Whose paper it is.
    pub from: Party,
    /// The picture beside its name.
    pub logo: Option<Picture>,
    /// Before the receiver's name: "Billed to".
    pub to_label: String,
    /// Whom it goes to.
    pub to: Party,
    /// Day, number, period.
    pub facts: Vec<Fact>,
    /// Paragraphs before the table.
    pub before: Vec<String>,
    /// The head of the table: what for, then figures.
    pub heads: Vec<String>,
    /// The table.
    pub rows: Vec<Row>,
    /// "Carried forward" at the foot of a page.
    pub carried: String,
    /// "Brought forward" at the head of the next.
    pub brought: String,
    /// Below the table, before the total.
    pub sums: Vec<Fact>,
    /// What it all comes to; then a table that goes on on another page says what it comes to there.
    pub total: Option<Fact>,
    /// Paragraphs after the table.
    pub after: Vec<String>,
    /// What to do about it.
    pub pay: Option<Pay>,
    /// Smaller paragraphs at the end.
    pub notes: Vec<String>,
    /// At the foot of each page.
    pub foot: String,
    /// "Page 1 of 2".
    pub page_of: fn(usize, usize) -> String,
}

/// A picture.
#[derive(Debug, Clone)]
pub struct Picture {
    /// As PNG.
    pub bytes: Vec<u8>,
    /// Pixels from left to right, and from top to bottom.
    pub size: (i64, i64),
}

/// Somebody with an address.
#[derive(Debug, Clone, Default)]
pub struct Party {
    /// The name.
    pub name: String,
    /// The lines below it.
    pub lines: Vec<String>,
}

/// A value with what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// What it comes to.
    pub value: String,
}

impl Fact {
    /// Both.
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self { label: label.into(), value: value.into() }
    }
}

/// How it is paid.
#[derive(Debug, Clone)]
pub struct Pay {
    /// How much by when.
    pub words: String,
    /// Where to.
    pub facts: Vec<Fact>,
}

/// A row of the table.
#[derive(Debug, Clone)]
pub struct Row {
    /// What for.
    pub text: String,
    /// More about that.
    pub detail: Option<String>,
    /// Figures, one for each head after the first.
    pub cells: Vec<String>,
    /// What the rows up to this one come to.
    pub so_far: String,
}
