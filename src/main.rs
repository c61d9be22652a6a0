//! Mounts the page on wasm32, runs the command natively.

#[cfg(all(target_arch = "wasm32", feature = "worker"))]
fn main() {}

#[cfg(all(target_arch = "wasm32", not(feature = "worker")))]
fn main() {
    sessionscope::ui::mount();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::process::ExitCode {
    sessionscope::cli::run()
}
