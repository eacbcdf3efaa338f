//! Whole units with a name: what a number counts is part of its type.
use serde::{Deserialize, Serialize};

macro_rules! units {
    ($($(#[$meta:meta])* $name:ident),* $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(Serialize, Deserialize)]
        #[serde(transparent)]
        #[cfg_attr(feature = "sqlx", derive(sqlx::Type), sqlx(transparent))]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub struct $name(pub i64);
    )*};
}
units! {
    /// Whole minutes of effort.
    Minutes,
    /// Whole units of a pool: minutes, sessions, deliverables, credits or minor units of money.
    Quantity,
    /// Minor units of a currency (cents, yen, fils).
    Minor,
}
