//! The page's entry point.

fn main() {
    playground::browser::report_panics();
    playground::browser::remove_first_paint();
    leptos::mount::mount_to_body(playground::shell::Shell);
}
