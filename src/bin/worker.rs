//! The worker's entry: registers the engine, nothing else.

fn main() {
    sessionscope::worker::run();
}
