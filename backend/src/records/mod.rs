//! What is kept of a relationship: notes of what was said, and the next steps that follow.
//! Source: requirements S1-1, S1-13, S2-14, S2-15.
mod notes;
mod notes_routes;
mod notes_store;
mod tasks;
mod tasks_routes;
mod tasks_store;

use crate::openapi::Routes;

pub(crate) use notes::{create as create_note, last as last_notes};
pub(crate) use tasks::{
    change as change_task, create as create_task, finish as finish_task, open_of as open_tasks,
};

/// Every route of notes and next steps.
pub fn routes(routes: &mut Routes) {
    routes.configure(notes_routes::routes).configure(tasks_routes::routes);
}
