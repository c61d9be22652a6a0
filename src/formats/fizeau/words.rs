//! The log's own words in ours.

use crate::model::{Outcome, Status};

/// The mapping of status words (DESIGN §2).
pub fn status_of(word: &str) -> Status {
    match word {
        "success" => Status::Success,
        "iteration_limit" | "budget_halted" => Status::Limit,
        "cancelled" => Status::Cancelled,
        "error" | "failed" | "stalled" | "timed_out" => Status::Failed,
        _ => Status::Unknown,
    }
}

/// The outcome word of an override (fizeau.md §8).
pub fn outcome_of(word: &str) -> Outcome {
    match word {
        "success" => Outcome::Success,
        "stalled" => Outcome::Stalled,
        "failed" => Outcome::Failed,
        "cancelled" => Outcome::Cancelled,
        _ => Outcome::Unknown,
    }
}
