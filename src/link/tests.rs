use super::*;
use crate::logic::analytics::comparison::{Pair, PairBy};
use crate::logic::analytics::day::{Day, Granularity};
use crate::logic::analytics::usage::UsageBy;
use crate::logic::analytics::wish::Measure;
use crate::model::Timestamp;
use proptest::prelude::*;

#[test]
fn unknown_parts_are_dropped() {
    assert_eq!(
        ViewState::parse(
            "v=1&tab=gone&x=1&sort=colour&by=&counting=maybe&prices=mine&cell=luck:&sums=all&zoom=5,5&range=1&focus=all&play=yes&hour=7,0&heatmap=luck"
        ),
        ViewState::default()
    );
    assert_eq!(ViewState::parse(""), ViewState::default());
    assert_eq!(ViewState::parse("#v=1&q=a%20b%ff").text, "a b\u{FFFD}");
}

fn chosen(values: &[(usize, String)]) -> Chosen {
    values.iter().fold(Chosen::default(), |chosen, (facet, value)| chosen.with(Facet::ALL[*facet], &[value]))
}

#[test]
fn several_values_of_a_filter_stand_one_by_one() {
    let state = ViewState::parse("v=1&agent=claude&agent=codex&project=a%26b&agent=claude&model=&zone=Asia/Tokyo");
    assert_eq!(state.chosen.of(Facet::Agent), ["claude", "codex"]);
    assert_eq!(state.chosen.of(Facet::Project), ["a&b"]);
    assert!(state.chosen.of(Facet::Model).is_empty() && state.has_filters());
    assert_eq!(state.to_string(), "v=1&zone=Asia/Tokyo&agent=claude&agent=codex&project=a%26b");
}

/// A link of the first version, with all that it could hold.
#[test]
fn links_of_before_still_open() {
    let state = ViewState::parse("v=1&tab=overview&window=7d&q=csv&sort=-cost&by=day&sums=own&hour=1,10&top=messages");
    assert_eq!((state.tab, &*state.window, &*state.text), (Tab::Overview, "7d", "csv"));
    assert_eq!((state.sort, state.hour, state.top), (SortBy::Cost, Some((1, 10)), Some(ChartMetric::Messages)));
    assert_eq!((state.zone.as_str(), state.chosen.is_empty()), ("", true));
}

#[test]
fn clearing_the_filters_leaves_the_rest() {
    let mut state = ViewState::parse("v=1&tab=usage&session=s&window=7d&q=x&status=failed&hour=0,1&zone=UTC&by=day");
    state.clear_filters();
    assert_eq!(state.to_string(), "v=1&tab=usage&session=s&zone=UTC&by=day");
    assert!(!state.has_filters() && !ViewState::parse("window=all").has_filters());
}

#[test]
fn a_number_leads_to_what_it_stands_for_and_back() {
    let check = |part: &Part, link: &str| {
        let mut view = ViewState::default();
        view.only(part);
        assert_eq!(view.to_string(), link);
        view.only(part);
        assert!(view == ViewState::default() || view.session.is_some());
    };
    let monday = Day(20_514);
    check(&Part::Period(monday, Granularity::Week), "v=1&window=2026-03-02..2026-03-08");
    check(&Part::Period(monday, Granularity::Day), "v=1&window=2026-03-02..2026-03-02");
    let at = |ms| Timestamp::from_ms(ms);
    let block = Part::Between(at(0), at(18_000_000));
    check(&block, "v=1&window=1970-01-01T00:00:00.000Z..1970-01-01T05:00:00.000Z");
    check(&Part::Named(Split::Model, "gpt-5".into()), "v=1&model=gpt-5");
    check(&Part::Named(Split::Session, "s".into()), "v=1&tab=session&session=s");
}

#[test]
fn newer_and_cut_links_are_told() {
    let is_newer = |link: &str| trouble(link).is_some_and(|text| text.contains("newer version"));
    let is_cut = |link: &str| trouble(link).is_some_and(|text| text.contains("is missing"));
    assert!(is_newer("#v=2&tab=usage") && is_newer("v=10"));
    for cut in ["#v=1&tab=session&sess", "#v=1&q=a%2", "#v=1&q=a%", "#v=1&"] {
        assert!(is_cut(cut), "{cut}");
    }
    for fine in ["", "#", "#v=1", "#v=1&q=", "#v=1&q=100%25", "#somewhere", "#v=1&q=a&log=9.abc"] {
        assert_eq!(trouble(fine), None, "{fine}");
    }
    assert_eq!(split_log("v=1&log=4.abcd"), ("v=1", Some("4.abcd")));
    assert_eq!(split_log("v=1&q=log"), ("v=1&q=log", None));
}

#[test]
fn sessions_are_marked_once_and_not_too_many() {
    let mut state = ViewState::parse("tab=compare&with=a&with=b&with=a&with=");
    assert_eq!((state.tab, state.compare.join(" ")), (Tab::Compare, "b a".to_owned()));
    state.mark("b".into(), false);
    (0..20).for_each(|number| state.mark(number.to_string(), true));
    assert_eq!((state.compare.len(), state.compare[0].as_str()), (MOST_COMPARED, "a"));
}

#[test]
fn the_default_is_short() {
    assert_eq!(ViewState::default().to_string(), "v=1");
}

proptest! {
    #[test]
    fn links_round_trip(
        values in proptest::collection::vec((0usize..Facet::ALL.len(), ".{0,12}"), 0..6), zone in ".{0,20}",
        sources in proptest::collection::vec(".{1,30}", 0..3),
        marked in proptest::collection::hash_set(".{1,9}", 0..MOST_COMPARED),
        tab in 0usize..Tab::ALL.len(), session in proptest::option::of(".{1,20}"), step in proptest::option::of(".{1,20}"),
        play in proptest::option::of(any::<bool>()),
        window in ".{0,20}", text in ".{0,20}", sort in 0usize..10, is_descending: bool,
        by in 0usize..By::ALL.len(), counting in proptest::option::of(0usize..2), is_own: bool,
        zoom in proptest::option::of((any::<i64>(), any::<i64>())), prices in 0usize..3, cell in proptest::option::of((".{0,10}", 0usize..Metric::ALL.len())),
        charts in proptest::option::of(0usize..ChartMetric::ALL.len()), hour in proptest::option::of((0u8..7, 0u8..24)),
        focus in 0usize..4, wish in (0usize..5, 0usize..4, 0usize..6, 0usize..8, ".{0,9}", ".{0,9}"),
    ) {
        let (per, split, measure, compare, left, right) = wish;
        let usage = UsageWish {
            by: [None, Some(UsageBy::Session), Some(UsageBy::Time(Granularity::Day)), Some(UsageBy::Time(Granularity::Week)), Some(UsageBy::Time(Granularity::Month))][per],
            split: Split::ALL[split],
            measure: Measure::ALL[measure],
            pair: Pair { by: PairBy::ALL[compare], left, right },
        };
        let period = zoom.and_then(|(from, to)| Period::new(from, to));
        let state = ViewState {
            sources, tab: Tab::ALL[tab], session, step, compare: marked.into_iter().collect(), play, zoom: period, range: period, window, text, sort: SortBy::ALL[sort], is_descending,
            by: By::ALL[by], counting: counting.map(|index| Counting::ALL[index]), sums: if is_own { Sums::Own } else { Sums::Tree },
            chosen: chosen(&values), zone, prices: PriceMode::ALL[prices], cell: cell.map(|(agent, metric)| (agent, Metric::ALL[metric])),
            heatmap: charts.map(|chart| ChartMetric::ALL[chart]), top: charts.map(|chart| ChartMetric::ALL[chart]), activity: charts.map(|chart| ChartMetric::ALL[chart]), hour, usage, focus: Focus::ALL[focus],
        };
        prop_assert_eq!(ViewState::parse(&state.to_string()), state);
    }

    #[test]
    fn any_fragment_is_readable(fragment in ".{0,80}") {
        let state = ViewState::parse(&fragment);
        prop_assert_eq!(ViewState::parse(&state.to_string()), state);
    }
}
