//! The app of the people who run retainers.
