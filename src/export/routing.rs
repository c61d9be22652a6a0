//! Routing quality as JSON and as CSV.

use super::csv::{Cell, Sheet};
use super::usage_json::RoutingJson;
use crate::logic::routing::{RoutingCell, RoutingQuality};

/// The keys of the reference (fizeau.md §8), indented by two, without a line end.
pub fn json(quality: &RoutingQuality) -> String {
    serde_json::to_string_pretty(&RoutingJson::from(quality)).expect("string keys and plain values only")
}

const CELL_COLUMNS: [&str; 9] = [
    "prompt_feature_bucket",
    "axis",
    "match",
    "count",
    "success_outcomes",
    "stalled_outcomes",
    "failed_outcomes",
    "cancelled_outcomes",
    "unknown_outcomes",
];

/// Two sections: the sums, and the overrides by kind of prompt if there are any.
pub fn csv(quality: &RoutingQuality) -> String {
    let mut sheet = Sheet::default();
    sheet.section("Routing quality", &["metric", "value"]);
    let rate = |rate: f64, of: u32| if of == 0 { Cell::Missing } else { Cell::Number(format!("{rate:.4}")) };
    let RoutingQuality { total_requests, total_overrides, .. } = *quality;
    for (metric, value) in [
        ("total_requests", Cell::Integer(total_requests.into())),
        ("total_overrides", Cell::Integer(total_overrides.into())),
        ("auto_acceptance_rate", rate(quality.auto_acceptance_rate, total_requests)),
        ("override_disagreement_rate", rate(quality.override_disagreement_rate, total_overrides)),
    ] {
        sheet.row(&[Cell::Text(metric), value]);
    }
    if !quality.breakdown.is_empty() {
        sheet.section("Overrides", &CELL_COLUMNS);
        quality.breakdown.iter().for_each(|cell| sheet.row(&cells(cell)));
    }
    sheet.finish()
}

fn cells(cell: &RoutingCell) -> Vec<Cell<'_>> {
    let counts = [cell.count, cell.success, cell.stalled, cell.failed, cell.cancelled, cell.unknown];
    let is_match = if cell.is_match { "true" } else { "false" };
    let mut cells = vec![Cell::Text(&cell.prompt_features), Cell::Text(&cell.axis), Cell::Text(is_match)];
    cells.extend(counts.map(|count| Cell::Integer(count.into())));
    cells
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_of_nothing_are_empty() {
        let text = csv(&RoutingQuality::default());
        assert_eq!(
            text,
            "Routing quality\nmetric,value\ntotal_requests,0\ntotal_overrides,0\nauto_acceptance_rate,\n\
            override_disagreement_rate,\n"
        );
        assert!(!json(&RoutingQuality::default()).contains("override_class_breakdown"), "as the reference");
    }

    #[test]
    fn overrides_are_a_section_of_their_own() {
        let cell = RoutingCell {
            prompt_features: "tokens=tiny,tools=no,reasoning=none".into(),
            axis: "model".into(),
            count: 2,
            success: 1,
            unknown: 1,
            ..RoutingCell::default()
        };
        let quality = RoutingQuality {
            total_requests: 3,
            total_overrides: 2,
            auto_acceptance_rate: 1.0 / 3.0,
            override_disagreement_rate: 1.0,
            breakdown: vec![cell],
        };
        let text = csv(&quality);
        assert!(text.contains("\nauto_acceptance_rate,0.3333\n"), "{text}");
        assert!(text.ends_with("\n\"tokens=tiny,tools=no,reasoning=none\",model,false,2,1,0,0,0,1\n"), "{text}");
    }
}
