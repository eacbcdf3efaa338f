//! Bounds of every string and number.
