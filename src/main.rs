//! Mounts the page on wasm32, runs the command natively.

#[cfg(target_arch = "wasm32")]
fn main() {
    sessionscope::ui::mount();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    sessionscope::cli::run()
}
