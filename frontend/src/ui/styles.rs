//! Style sheets that only some screens need: given to the page when such a screen is shown.
use std::{cell::RefCell, collections::HashSet};

use crate::browser;

/// Adds a style sheet to the page, once. A constructed sheet is what the content policy allows.
pub fn adopt(text: &'static str) {
    thread_local! {
        static KNOWN: RefCell<HashSet<&'static str>> = RefCell::default();
    }
    if KNOWN.with_borrow_mut(|known| known.insert(text)) {
        browser::adopt_styles(text);
    }
}
