//! Of `wire`.

use super::wire::*;
use crate::model::Timestamp;
use proptest::prelude::*;

fn both(wire: &mut Wire, n: &mut Vec<u64>, s: &mut i64, t: &mut String, at: &mut Option<Timestamp>, r: &mut Vec<u64>) {
    wire.list(n, || 0, &mut |wire, number| wire.hash(number));
    wire.signed(s);
    wire.text(t);
    wire.time(at);
    let rows = wire.rows(3, r.len());
    r.resize(rows, 0);
    r.iter_mut().for_each(|cell| wire.cell(3, cell));
}

proptest! {
    #[test]
    fn what_was_written_is_read(
        numbers: Vec<u64>, signed: i64, text: String, time: Option<i64>, mut rows: Vec<u64>, like: bool
    ) {
        if like {
            rows.fill(7);
        }
        let mut wire = Wire::writing();
        let at = time.map(Timestamp::from_nanos);
        both(&mut wire, &mut numbers.clone(), &mut signed.clone(), &mut text.clone(), &mut at.clone(), &mut rows.clone());
        let mut wire = Wire::reading(wire.into_bytes());
        let (mut n, mut s, mut t, mut read_at, mut r) = (Vec::new(), 0, String::new(), None, Vec::new());
        both(&mut wire, &mut n, &mut s, &mut t, &mut read_at, &mut r);
        prop_assert!(!wire.is_broken() && wire.is_at_end());
        prop_assert_eq!((n, s, t, read_at, r), (numbers, signed, text, at, rows));
    }

    #[test]
    fn any_bytes_end(bytes: Vec<u8>) {
        let mut wire = Wire::reading(bytes);
        wire.texts(&mut Vec::new());
        for _ in 0..wire.rows(1, 0) {
            wire.cell(1, &mut 0);
        }
        wire.maybe_text(&mut None);
    }
}

#[test]
fn signed_numbers_fold() {
    assert_eq!([0, -1, 1, i64::MIN, i64::MAX].map(folded), [0, 1, 2, u64::MAX, u64::MAX - 1]);
    assert_eq!([0, 1, 2, u64::MAX, u64::MAX - 1].map(unfolded), [0, -1, 1, i64::MIN, i64::MAX]);
}
