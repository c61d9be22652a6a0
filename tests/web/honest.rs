//! Numbers, and what they say when there are none.

use super::{find, show, text, title};
use sessionscope::archive::{CostTally, Totals};
use sessionscope::model::{Money, Reported, Status, Tally};
use sessionscope::ui::shared::{at_least, cost, el, icon, not_recorded, status_sign, svg, tally, token_pair};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Element;

#[wasm_bindgen_test]
fn what_is_not_recorded_is_a_dash_that_says_why() {
    let (node, _owner) = show(|| not_recorded("the log holds no cost"));
    assert_eq!(text(&node), "—not recorded");
    assert_eq!(title(&node), "the log holds no cost");
    assert_eq!(find(&node, "[aria-hidden=true]").text_content().as_deref(), Some("—"));
    assert_eq!(find(&node, ".sr").text_content().as_deref(), Some("not recorded"));
}

#[wasm_bindgen_test]
fn a_lower_bound_is_read_out_as_one() {
    let (node, _owner) = show(|| at_least("12k", "recorded by 1 of 2 sessions"));
    assert_eq!(text(&node), "at least 12k");
    assert!(node.class_list().contains("at-least"));
    assert_eq!(title(&node), "recorded by 1 of 2 sessions");
}

#[wasm_bindgen_test]
fn a_tally_says_what_it_knows() {
    let shown = |sum, reported, eligible, partial| {
        let (node, _owner) = show(|| tally(&Tally { sum, reported, eligible, partial }, "session"));
        (text(&node), title(&node))
    };
    assert_eq!(shown(0, 0, 3, 0), ("—not recorded".into(), "recorded by none of 3 sessions".into()));
    assert_eq!(shown(0, 1, 1, 0), ("0".into(), "0".into()));
    assert_eq!(shown(1234, 2, 2, 0), ("1.2k".into(), "1234".into()));
    assert_eq!(shown(1234, 1, 2, 0), ("at least 1.2k".into(), "1234, recorded by 1 of 2 sessions".into()));
    let partial = "7, recorded by 1 of 1 session; 1 known to be too small";
    assert_eq!(shown(7, 1, 1, 1), ("at least 7".into(), partial.into()));
}

#[wasm_bindgen_test]
fn a_cost_is_exact_a_lower_bound_or_missing() {
    let shown = |usd: &str, reported, eligible| {
        let known = Money::parse(usd).expect("an amount");
        let (node, _owner) = show(|| cost(&CostTally { known, reported, eligible, ..CostTally::default() }));
        (text(&node), title(&node))
    };
    assert_eq!(shown("2.207", 3, 3), ("$2.21".into(), "recorded in the log".into()));
    assert_eq!(shown("0", 1, 1), ("$0.00".into(), "recorded in the log".into()));
    assert_eq!(shown("2.207", 1, 3), ("at least $2.20".into(), "known for 1 of 3 model calls".into()));
    assert_eq!(
        shown("0", 0, 3),
        ("—not recorded".into(), "the log holds no cost, and no price is known for what it records".into())
    );
}

#[wasm_bindgen_test]
fn a_pair_of_tokens_tells_each_half_or_that_there_is_none() {
    let shown = |context, output| {
        let totals = Totals { peak_context: context, output, ..Totals::default() };
        let (node, _owner) = show(|| token_pair(&totals));
        text(&node)
    };
    let none = Tally { eligible: 1, ..Tally::default() };
    let some = Tally { sum: 250, reported: 1, eligible: 1, partial: 0 };
    assert_eq!(shown(Reported::new(17_500), some), "17.5k / 250");
    assert_eq!(shown(Reported::NOT_RECORDED, some), "—not recorded / 250");
    assert_eq!(shown(Reported::new(900), none), "900 / —not recorded");
    assert_eq!(shown(Reported::NOT_RECORDED, none), "no token data");
}

#[wasm_bindgen_test]
fn icons_are_svg_all_the_way_down() {
    let (node, _owner) = show(|| el("p").child(icon("open")).child(status_sign(Status::Failed)).child(svg("rect")));
    let drawn = node.query_selector_all("svg, svg *, rect").expect("the selector is ours");
    assert_eq!(drawn.length(), 5);
    for index in 0..drawn.length() {
        let element: Element = drawn.get(index).expect("it was counted").unchecked_into();
        assert_eq!(element.namespace_uri().as_deref(), Some("http://www.w3.org/2000/svg"));
    }
    assert_eq!(find(&node, "use").get_attribute("href").as_deref(), Some("#i-open"));
    // Not by colour alone.
    assert_eq!(find(&node, ".status-sign").get_attribute("title").as_deref(), Some("failed"));
    assert_eq!(text(&find(&node, ".status-sign .sr")), "failed");
}
