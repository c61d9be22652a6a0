//! Of `event`.

use super::event::*;
use super::{EventRows, Span, Timestamp};

#[test]
fn kinds_and_numbers_agree() {
    for (number, kind) in EventKind::ALL.into_iter().enumerate() {
        assert_eq!(kind as usize, number);
        assert_eq!(EventKind::from_number(number as u8), Some(kind));
    }
    assert_eq!(EventKind::from_number(EventKind::ALL.len() as u8), None);
}

#[test]
fn columns_give_back_what_went_in() {
    let mut columns = EventRows::default();
    let bare = Event::new(EventKind::Other, 3, Span { offset: 9, len: 4 }, 7);
    let full = Event { at: Some(Timestamp::from_ms(-5)), duration_ms: Some(0), context: Some(0), ..bare };
    assert_eq!((columns.push(bare), columns.push(full)), (0, 1));
    assert_eq!((columns.get(0), columns.get(1), columns.get(2)), (Some(bare), Some(full), None));
}

#[test]
fn equal_strings_have_one_id() {
    let mut strings = Strings::default();
    let (first, empty, again) = (strings.intern("bash"), strings.intern(""), strings.intern("bash"));
    assert_eq!((first, empty), (again, StrId::NONE));
    assert_eq!((strings.get(first), strings.get(empty)), ("bash", ""));
}
