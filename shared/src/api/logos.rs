//! Pictures that papers show beside the name of who sends them.
use serde::{Deserialize, Serialize};

use super::*;

/// The most bytes of a picture that is brought.
pub const LOGO_BYTES_MAX: usize = 2_000_000;
/// The most pixels of one of its sides.
pub const LOGO_SIDE_MAX: u32 = 4_000;
/// The pixels that are kept of it at most: what its room on a paper holds at 600 dots an inch.
pub const LOGO_ROOM: (u32, u32) = (1_250, 400);

/// A picture that papers can show. It never changes: another is another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Logo {
    /// What `logo_id` of how the organisation bills names it by.
    pub id: LogoId,
    /// Its pixels from left to right, as it is kept.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1250))]
    pub width: i64,
    /// Its pixels from top to bottom.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 400))]
    pub height: i64,
}
