use super::*;
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
fn the_default_is_short() {
    assert_eq!(ViewState::default().to_string(), "v=1");
}

proptest! {
    #[test]
    fn links_round_trip(
        values in proptest::collection::vec((0usize..Facet::ALL.len(), ".{0,12}"), 0..6), zone in ".{0,20}",
        sources in proptest::collection::vec(".{1,30}", 0..3),
        tab in 0usize..6, session in proptest::option::of(".{1,20}"), step in proptest::option::of(".{1,20}"),
        play in proptest::option::of(any::<bool>()),
        window in ".{0,20}", text in ".{0,20}", sort in 0usize..10, is_descending: bool,
        by in 0usize..By::ALL.len(), counting in proptest::option::of(0usize..2), is_own: bool,
        zoom in proptest::option::of((any::<i64>(), any::<i64>())), prices in 0usize..3, cell in proptest::option::of((".{0,10}", 0usize..Metric::ALL.len())),
        charts in proptest::option::of(0usize..ChartMetric::ALL.len()), hour in proptest::option::of((0u8..7, 0u8..24)),
        focus in 0usize..4,
    ) {
        let period = zoom.and_then(|(from, to)| Period::new(from, to));
        let state = ViewState {
            sources, tab: Tab::ALL[tab], session, step, play, zoom: period, range: period, window, text, sort: SortBy::ALL[sort], is_descending,
            by: By::ALL[by], counting: counting.map(|index| Counting::ALL[index]), sums: if is_own { Sums::Own } else { Sums::Tree },
            chosen: chosen(&values), zone, prices: PriceMode::ALL[prices], cell: cell.map(|(agent, metric)| (agent, Metric::ALL[metric])),
            heatmap: charts.map(|chart| ChartMetric::ALL[chart]), top: charts.map(|chart| ChartMetric::ALL[chart]), activity: charts.map(|chart| ChartMetric::ALL[chart]), hour, focus: Focus::ALL[focus],
        };
        prop_assert_eq!(ViewState::parse(&state.to_string()), state);
    }

    #[test]
    fn any_fragment_is_readable(fragment in ".{0,80}") {
        let state = ViewState::parse(&fragment);
        prop_assert_eq!(ViewState::parse(&state.to_string()), state);
    }
}
