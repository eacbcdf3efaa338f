//! Recurring revenue: what the terms of clients bring a month, and how that moved.
mod page;
mod tables;

pub use page::RecurringPage;
