//! Starts the app in the page.

use frontend::App;
use leptos::prelude::*;

fn main() {
    if let Some(shell) = document().get_element_by_id("shell") {
        shell.remove();
    }
    leptos::mount::mount_to_body(App);
}
