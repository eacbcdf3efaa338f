//! Time: logging it from anywhere, the week it belongs to, changing and taking it back.
mod dialog;
mod effect;
mod entry_row;
mod fields;
mod log_form;
mod page;
mod pending;
mod pool;
pub mod preview;
mod week;
mod week_panel;

pub(crate) use dialog::LogTime;
pub use dialog::{LogTimeDialog, open_log_time, open_log_time_on};
pub use page::TimePage;

/// Reads again what recorded time changes.
fn renew() {
    for prefix in ["/time-entries", "/retainers", "/cycles", "/explain", "/accounts", "/alerts"] {
        crate::query::invalidate(prefix);
    }
}
