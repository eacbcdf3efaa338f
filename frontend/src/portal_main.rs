//! Starts the client portal in the page.

fn main() {
    frontend::start::ready();
    leptos::mount::mount_to_body(frontend::portal::App);
}
