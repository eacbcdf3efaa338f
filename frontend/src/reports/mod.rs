//! Reports: what clients bring and what they cost, and what their terms bring a month.
mod chart;
mod cohorts;
mod forecast;
mod margin_chart;
mod months;
mod nav;
mod page;
mod recurring;
mod recurring_chart;
mod recurring_tables;
mod renewals;
mod rows;
mod spend;
mod uplift_letters;
mod uplift_tables;
mod uplifts;
mod words;

pub use page::MarginPage;
pub use recurring::RecurringPage;
pub use renewals::RenewalReportPage;
pub use uplifts::UpliftsPage;
pub(crate) use words::fell;
