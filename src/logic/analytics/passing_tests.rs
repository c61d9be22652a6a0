//! One rule for all views: the same filter shows the same sessions everywhere, each view leaving out what it never counts.

use super::any::{any_archive, any_selection};
use super::choices::choices;
use super::facts::Kind;
use super::passing::{is_elsewhere, passing, whenever};
use super::*;
use crate::logic::coverage::coverage_of;
use crate::logic::filter::{Chosen, Facet, Filter};
use crate::logic::made;
use crate::logic::session_list::{Probes, list};
use crate::logic::sessions::{Order, rows};
use crate::logic::usage::By;
use crate::logic::usage_view::{Counting, usage_of};
use crate::model::EventKind;
use proptest::prelude::*;
use std::sync::Arc;

/// Keys of the sessions that pass and count as such, without those whose other log counts.
fn counted(archive: &Archive, facts: &Facts, passing: &[bool], filter: &Filter) -> Vec<String> {
    let all = archive.sessions().iter().zip(&facts.sessions).zip(passing);
    let is_kind = |kind| match kind {
        Kind::Uncounted => false,
        Kind::Main => true,
        Kind::SubAgent | Kind::Fork => !filter.own_only,
    };
    all.filter(|((_, row), passes)| **passes && is_kind(row.kind) && !is_elsewhere(row, passing))
        .map(|((session, _), _)| session.key.clone())
        .collect()
}

fn check(archive: &Archive, filter: &Filter, zone: &Zone) -> Result<(), TestCaseError> {
    let facts = Facts::of(archive);
    let passed = passing(archive, &facts, filter, zone);
    let count = passed.iter().filter(|passes| **passes).count();
    let rows: Vec<_> = rows(archive).into_iter().map(Arc::new).collect();
    let listed = list(&rows, &|place| passed[place], Order::default(), Probes::Listed, &|_| true);
    prop_assert_eq!(listed.rows.len(), count, "sessions");
    let view = coverage_of(archive, &facts, filter, zone);
    prop_assert_eq!(view.sessions.len() + view.left_out as usize, count, "coverage");

    let selection = Selection { filter: filter.clone(), ..Selection::default() };
    let ask = OverviewAsk {
        selection,
        panels: vec![PanelKind::Sessions, PanelKind::Summary],
        ..OverviewAsk::at(Timestamp::from_ms(0))
    };
    let board = overview(archive, &facts, &ask, zone);
    let shown: Vec<_> = board.sessions.expect("asked for").rows.into_iter().map(|row| row.key).collect();
    prop_assert_eq!(&shown, &counted(archive, &facts, &passed, filter), "overview");

    // Its window goes by the time of use, so it is left out here.
    let anytime = Filter { window: None, ..filter.clone() };
    let passed = whenever(archive, &facts, &anytime, zone);
    let expected = counted(archive, &facts, &passed, &anytime);
    let usage = usage_of(archive, &facts, By::Session, &anytime, Some(Counting::Normalised), zone).ours;
    prop_assert_eq!(usage.totals.all_sessions() as usize, expected.len(), "usage");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn the_same_filter_shows_the_same_sessions_in_every_view(
        archive in any_archive(), selection in any_selection(), hours in -12i32..14,
    ) {
        check(&archive, &selection.filter, &Zone::fixed("x", hours * 3600))?;
    }

    #[test]
    fn a_choice_says_how_many_sessions_pass_by_it(archive in any_archive()) {
        let facts = Facts::of(&archive);
        for facet in Facet::ALL {
            for choice in choices(&archive, &facts, facet) {
                let filter = Filter { chosen: Chosen::only(facet, &[&choice.value]), ..Filter::default() };
                let passing = passing(&archive, &facts, &filter, &Zone::utc());
                let count = passing.iter().filter(|passes| **passes).count();
                prop_assert_eq!(count, choice.sessions as usize, "{} {}", facet.name(), choice.value);
            }
        }
    }
}

#[test]
fn text_is_found_whatever_its_case_and_brings_what_the_session_started() {
    let titled = |id: &str, title: &str| {
        let mut made = made::session(id, &[(Some(1), Some(1))]);
        made.parts[0].title = Some(title.into());
        made
    };
    let mut child = titled("c", "Look around");
    child.parts[0].relation = crate::model::Relation::SubAgent;
    child.parts[0].parent_id = Some("a".into());
    let archive = made::archive([titled("a", "Été À Orléans"), titled("b", "Other"), child]);
    let facts = Facts::of(&archive);
    let found = |text: &str| {
        let filter = Filter { text: text.into(), ..Filter::default() };
        let passing = passing(&archive, &facts, &filter, &Zone::utc());
        passing.iter().filter(|passes| **passes).count()
    };
    assert_eq!(["été", "ORLÉANS", " à or ", "ete", "look"].map(found), [2, 2, 2, 0, 1]);
}

/// A prompt at 23:30 UTC is at half past midnight an hour further east.
#[test]
fn hours_are_those_of_the_zone() {
    let mut made = made::source("a.jsonl");
    made::part(&mut made, "a");
    made::event(&mut made, EventKind::Prompt, Some(1_772_407_800_000));
    let archive = made::archive([made]);
    let facts = Facts::of(&archive);
    let passes = |weekday: u8, hour: u8, east: i32| {
        let filter = Filter { weekday: Some(weekday), hour: Some(hour), ..Filter::default() };
        passing(&archive, &facts, &filter, &Zone::fixed("x", east * 3600)) == [true]
    };
    assert!(passes(6, 23, 0) && !passes(0, 0, 0));
    assert!(passes(0, 0, 1) && !passes(6, 23, 1));
}
