//! Starts the app in the page.

fn main() {
    frontend::start::ready();
    frontend::watch_unsaved();
    leptos::mount::mount_to_body(frontend::App);
}
