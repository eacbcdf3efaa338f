//! The rules of a review: what signals say, what gives reason to look closer, what a diagnosis may
//! name, and when the next review is.
//!
//! Pure, and asked by the server and the browser alike. Source: requirements S0-8 to S0-13, S0-24,
//! S0-27, S0-37, S0-38, S3-14 to S3-25, S3-32, S3-33, S3-36.
pub mod guides;
pub mod kinds;
pub mod load;
pub mod readings;
pub mod signals;
pub mod wording;
