//! What was used, by whom and with what success: the reference's table (fizeau.md §7), and ours.

mod by;
mod reference;
mod slice;
mod summarise;
mod summary;

#[cfg(test)]
pub(crate) mod example;
#[cfg(test)]
mod tests;

pub use by::{By, NO_DATE};
pub use reference::{ReferenceReport, ReferenceTotals, reference};
pub(crate) use slice::model_of;
pub(crate) use slice::traced_slices;
pub use slice::{Counted, Look, slices};
pub(crate) use summarise::{IsRow, UsagePortion, portions};
pub use summarise::{UsageInput, UsageReport, summarise};
pub use summary::{CostPerSuccess, CostSum, Ratio, UsageRowSummary};

/// What stands for a name that nobody wrote (fizeau.md §7).
fn or_unknown(name: &str) -> &str {
    if name.is_empty() { "unknown" } else { name }
}
