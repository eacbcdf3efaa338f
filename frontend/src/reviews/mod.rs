//! Reviews: the list of what is due, the review room, signals, leads, partners compared.
mod choices;
mod compare;
mod diagnose;
mod end;
mod figures;
mod follow;
mod guides;
mod leads;
mod leads_forms;
mod list;
mod nav;
mod outcome;
mod rate;
mod room;
mod settings;
mod side;
mod signal;
mod system;
mod trend;
mod words;

pub use compare::ComparePage;
pub use leads::LeadsPage;
pub use list::ReviewsPage;
pub use room::RoomPage;
pub use settings::SignalsPage;

/// The name of a signal.
pub(crate) fn signal_name(kind: shared::api::SignalKind) -> &'static str {
    words::signal(kind)
}

/// The name of a signal and its figure, for screens that show it beside other things.
pub(crate) fn signal_words(signal: &shared::api::SignalReading) -> (&'static str, String) {
    (words::signal(signal.kind), words::percent(signal.percent))
}
