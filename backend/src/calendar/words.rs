//! What events of a feed are called.
use shared::api::Language;

use super::store::{DayRow, SessionRow};
use crate::closings::Words;

/// The language in which a feed is written.
#[derive(Debug, Clone, Copy)]
pub struct Told(pub Language);

impl Told {
    fn pick(self, english: &str, german: &str) -> String {
        Words(self.0).pick(english, german).to_owned()
    }

    /// `Big Company: Quarter plan`, with whose it is in the feed of everybody.
    pub fn session(self, row: &SessionRow, everyone: bool) -> String {
        let title = row.title.clone().unwrap_or_else(|| self.pick("Session", "Termin"));
        let whose = if everyone { format!(" ({})", row.member_name) } else { String::new() };
        format!("{}: {title}{whose}", row.account_name)
    }

    fn about(self, english: &str, german: &str, row: &DayRow) -> String {
        let what = self.pick(english, german);
        format!("{what}: {} · {}", row.account_name, row.retainer_name)
    }

    pub fn cycle_ends(self, row: &DayRow) -> String {
        self.about("Cycle ends", "Zyklus endet", row)
    }

    pub fn term_ends(self, row: &DayRow) -> String {
        self.about("Term ends", "Laufzeit endet", row)
    }

    pub fn decide(self, row: &DayRow) -> String {
        self.about(
            "Last day to decide on the renewal",
            "Letzter Tag, über die Verlängerung zu entscheiden",
            row,
        )
    }

    pub fn review(self, row: &DayRow) -> String {
        self.about("Review is due", "Review steht an", row)
    }
}
