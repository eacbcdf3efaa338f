//! Work on a board: items with their seats and gates, what is said, checked and decided of them,
//! and the board itself, which tells each change to whoever watches.

mod blockers;
mod board;
mod board_routes;
mod events;
mod fields;
mod handoffs;
mod live;
mod moves;
mod people;
mod planned;
mod routes;
mod save;
mod seats;
mod service;
mod spent;
mod steps;
mod steps_routes;
mod store;
mod view;

pub use blockers::{block, wait};
pub use live::Watched;
pub(crate) use moves::place;
pub(crate) use planned::{PlannedRow, Stood, planned, postpone, take_off, take_up};
pub use service::create;
pub(crate) use service::{change, set_level};
pub(crate) use spent::{drawn_changed, spend};
pub use steps::{decide, judge, review, revise};
pub(crate) use view::item;

use crate::openapi::Routes;

/// Every route of work.
pub fn routes(routes: &mut Routes) {
    routes
        .configure(routes::routes)
        .configure(steps_routes::routes)
        .configure(board_routes::routes);
}
