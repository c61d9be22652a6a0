//! (placeholder: prints nothing yet)
use crate::model::{Cut, ReplayEvent};
pub fn replay(_line: &[u8], _rules: Cut) -> Vec<ReplayEvent> {
    Vec::new()
}
