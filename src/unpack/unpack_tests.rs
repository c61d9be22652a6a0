use super::*;
use proptest::prelude::*;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use std::io::Write;

/// What comes of these chunks.
fn unpack<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> (Vec<u8>, Option<UnpackError>) {
    let (mut unpacker, mut plain) = (Unpacker::default(), Vec::new());
    let mut out = |bytes: &[u8]| {
        assert!(!bytes.is_empty(), "nothing is no news");
        plain.extend_from_slice(bytes);
        ControlFlow::Continue(())
    };
    let fed = chunks.into_iter().try_for_each(|chunk| unpacker.push(chunk, &mut out).map(drop));
    let error = fed.and_then(|()| unpacker.finish(&mut out)).err();
    (plain, error)
}

fn whole(packed: &[u8]) -> (Vec<u8>, Option<UnpackError>) {
    unpack([packed])
}

fn zstd(plain: &[u8]) -> Vec<u8> {
    compress_to_vec(plain, CompressionLevel::Fastest)
}

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(plain).expect("a vector takes all");
    encoder.finish().expect("a vector takes all")
}

/// Lines, each different; the same as `seq 1 COUNT | sed 's/$/ {"type":"line"}/'`.
fn numbers(count: u32) -> Vec<u8> {
    (1..=count).flat_map(|number| format!("{number} {{\"type\":\"line\"}}\n").into_bytes()).collect()
}

/// 4.5 MB by the common tool, from a pipe, with a checksum: `seq 1 200000 | sed 's/$/ {"type":"line"}/' | zstd -1`.
const BY_ZSTD: &[u8] = include_bytes!("../../tests/packed/numbers.zst");

#[test]
fn the_first_bytes_say_what_it_is_packed_in() {
    let cases: [(&[u8], Option<Packing>); 7] = [
        (&[0x28, 0xB5, 0x2F, 0xFD, 4], Some(Packing::Zstd)),
        (&[0x5A, 0x2A, 0x4D, 0x18], Some(Packing::Zstd)),
        (&[0x1F, 0x8B, 8], Some(Packing::Gzip)),
        (&[0x1F, 0x8B, 7, 0], None),
        (&[0x28, 0xB5, 0x2F], None),
        (b"{\"a\"", None),
        (b"", None),
    ];
    for (head, packing) in cases {
        assert_eq!(Packing::of(head), packing, "{head:?}");
    }
}

#[test]
fn a_plain_name_is_that_without_the_packing() {
    let cases = [("a.jsonl.zst", Some("a.jsonl")), ("x/b.json.GZ", Some("x/b.json")), ("a.jsonl", None), ("gz", None)];
    for (path, plain) in cases {
        assert_eq!(plain_name(path), plain);
    }
}

#[test]
fn what_is_not_packed_passes() {
    for plain in [&b""[..], b"{", b"{}\n", b"\x28\xB5\x2F", b"long enough"] {
        assert_eq!(whole(plain), (plain.to_vec(), None));
        assert_eq!(unpack(plain.chunks(1)), (plain.to_vec(), None));
    }
}

#[test]
fn a_file_of_the_common_tool_is_unpacked_whatever_its_chunks() {
    let plain = numbers(200_000);
    for size in [1, 3, 1000, BY_ZSTD.len()] {
        let (unpacked, error) = unpack(BY_ZSTD.chunks(size));
        assert_eq!((unpacked == plain, error), (true, None), "chunks of {size}");
    }
}

#[test]
fn several_frames_and_members_are_one_source() {
    let (one, two) = (numbers(3000), numbers(10));
    let both = [&one[..], &two].concat();
    let skippable = [&[0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0][..], b"any", &[0x5F, 0x2A, 0x4D, 0x18, 0, 0, 0, 0]].concat();
    let frames = [&skippable[..], &zstd(&one), &skippable, &zstd(b""), &zstd(&two)].concat();
    let members = [gzip(&one), gzip(b""), gzip(&two)].concat();
    for packed in [frames, members] {
        assert_eq!(whole(&packed), (both.clone(), None));
        assert_eq!(unpack(packed.chunks(7)), (both.clone(), None));
    }
}

#[test]
fn a_cut_source_keeps_what_is_there_and_says_where_it_stops() {
    let plain = numbers(200_000);
    for (what, packed) in [("zstd", BY_ZSTD.to_vec()), ("zstd", zstd(&plain)), ("gzip", gzip(&plain))] {
        let cut = &packed[..packed.len() * 3 / 4];
        let (kept, error) = whole(cut);
        assert_eq!(error, Some(UnpackError::CutOff { what, at: cut.len() as u64 }));
        assert!(plain.starts_with(&kept), "{what}: only what was there");
        // All of the last block but one, however much the decoder would like to hold back.
        assert!(kept.len() + (512 << 10) > plain.len() / 2, "{what}: {} of {}", kept.len(), plain.len());
        assert_eq!(unpack(cut.chunks(1000)), (kept, error));
    }
}

#[test]
fn damage_stops_where_it_is() {
    let plain = numbers(200_000);
    let mut packed = zstd(&plain);
    let middle = packed.len() / 2;
    packed[middle..middle + 2000].fill(0xFF);
    let (kept, error) = whole(&packed);
    let Some(UnpackError::Damaged { what: "zstd", at }) = error else { panic!("{error:?}") };
    assert!(at as usize <= middle && at as usize + (128 << 10) > middle, "{at} is not the block of {middle}");
    assert!(kept.len() > plain.len() / 4 && plain.starts_with(&kept[..plain.len() / 4]));
    assert_eq!(unpack(packed.chunks(999)).1, error);

    // Bits of gzip can go wrong without notice before its checksum.
    let mut packed = gzip(&plain);
    let middle = packed.len() / 2;
    packed[middle..middle + 2000].fill(0xFF);
    let (kept, error) = whole(&packed);
    assert!(error.is_some() && kept.len() > plain.len() / 4 && plain.starts_with(&kept[..plain.len() / 4]));
    let member = gzip(&plain);
    let (kept, error) = whole(&[&member[..], b"and what is none"].concat());
    let Some(UnpackError::Damaged { what: "gzip", at }) = error else { panic!("{error:?}") };
    assert!(at as usize <= member.len() && at as usize + (8 << 10) > member.len() && kept == plain);

    let (kept, error) = whole(&[&zstd(b"{}\n")[..], b"and more"].concat());
    assert_eq!(
        (&kept[..], error.map(|error| error.to_string()).as_deref()),
        (&b"{}\n"[..], Some("damaged zstd data at byte 12; what stands before is read"))
    );
}

#[test]
fn a_wrong_checksum_is_told_and_everything_is_kept() {
    let plain = numbers(200_000);
    let damaged = |packed: &[u8], from_end: usize| {
        let mut packed = packed.to_vec();
        let at = packed.len() - from_end;
        packed[at] ^= 1;
        packed
    };
    let more = zstd(b"and more");
    let frames = [damaged(BY_ZSTD, 4), more].concat();
    let wrong = UnpackError::WrongChecksum { what: "zstd", at: BY_ZSTD.len() as u64 };
    let all = [&plain[..], b"and more"].concat();
    for size in [1, 999, frames.len()] {
        assert_eq!(unpack(frames.chunks(size)), (all.clone(), Some(wrong)), "chunks of {size}");
    }
    let one = gzip(&plain);
    // The checksum, and the length after it.
    for from_end in [8, 1] {
        let members = [damaged(&one, from_end), gzip(b"and more")].concat();
        let wrong = UnpackError::WrongChecksum { what: "gzip", at: one.len() as u64 };
        assert_eq!(unpack(members.chunks(1000)), (all.clone(), Some(wrong)));
    }
    // What ends the reading is told first.
    let cut = [damaged(&one, 8), gzip(b"x")[..9].to_vec()].concat();
    assert_eq!(whole(&cut), (plain, Some(UnpackError::CutOff { what: "gzip", at: cut.len() as u64 })));
}

/// RFC 1952 §2.3: a header may tell a name, a comment, more fields and a checksum of itself.
#[test]
fn members_with_all_that_a_header_may_hold() {
    let plain = numbers(100);
    let bare = gzip(&plain);
    let mut header = bare[..10].to_vec();
    header[3] = 0x1F;
    let name = [b'a'; 140_000];
    for (name, least, is_sound) in [(&b"rotated.log"[..], 1, true), (&name[..100_000], 999, true), (&name, 999, false)]
    {
        let member = [&header, &[3, 0][..], b"any", name, b"\0no comment\0", &[7, 7], &bare[10..]].concat();
        // Zeros fill up what stands on tapes and in archives.
        let members = [&member[..], &[0; 700], &member, &[0; 9]].concat();
        for size in [least, 5000, members.len()] {
            let expected = if is_sound { [&plain[..], &plain].concat() } else { Vec::new() };
            let (unpacked, error) = unpack(members.chunks(size));
            assert_eq!((unpacked, error.is_none()), (expected, is_sound), "chunks of {size}");
        }
    }
    let mut later = bare;
    later[3] = 0x20;
    assert_eq!(whole(&later), (Vec::new(), Some(UnpackError::Damaged { what: "gzip", at: 0 })));
}

#[test]
fn bombs_are_stopped() {
    // Blocks of one byte each, which stands for 128 KiB.
    let header = ((128_u32 << 10) << 3 | 0b010).to_le_bytes();
    let blocks = [header[0], header[1], header[2], b' '].repeat(1000);
    let bomb = [&[0x28, 0xB5, 0x2F, 0xFD, 0, 0x58][..], &blocks].concat();
    let (kept, error) = whole(&bomb);
    assert_eq!(error, Some(UnpackError::TooDense));
    assert!(kept.len() as u64 <= FREE + RATIO * bomb.len() as u64, "{}", kept.len());
    let bomb = gzip(&vec![b' '; 100 << 20]);
    let (kept, error) = whole(&bomb);
    assert_eq!(error, Some(UnpackError::TooDense));
    assert!(kept.len() as u64 <= FREE + RATIO * bomb.len() as u64, "{}", kept.len());
}

#[test]
fn the_meter_knows_both_limits() {
    let mut meter = Meter::default();
    assert_eq!(meter.take(0, 64 << 20), Ok(()));
    assert_eq!(meter.take(1, 200), Ok(()));
    assert_eq!(meter.take(1, 1), Err(UnpackError::TooDense));
    let mut meter = Meter::default();
    let taken: Vec<_> = (0..5).map(|_| meter.take(u64::MAX, 1 << 30)).collect();
    assert_eq!(taken, [Ok(()), Ok(()), Ok(()), Ok(()), Err(UnpackError::TooLarge)]);
}

#[test]
fn what_cannot_be_unpacked_says_why() {
    let frame = |rest: &[u8]| [&[0x28, 0xB5, 0x2F, 0xFD][..], rest].concat();
    // Window descriptors: 128 MiB is the most, and 3.75 TB could be said.
    assert_eq!(whole(&frame(&[0, 0x88, 1, 0, 0])), (Vec::new(), None));
    for too_wide in [&[0, 0x89, 1, 0, 0][..], &[0, 0xFF, 1, 0, 0], &[0xE0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0]] {
        assert_eq!(whole(&frame(too_wide)).1, Some(UnpackError::TooWide));
    }
    assert_eq!(whole(&frame(&[1, 0x40, 7, 1, 0, 0])).1, Some(UnpackError::NeedsDictionary));
}

#[test]
fn nothing_comes_after_no_more_is_wanted() {
    let plain = numbers(200_000);
    for packed in [plain.clone(), zstd(&plain), gzip(&plain)] {
        let (mut unpacker, mut calls) = (Unpacker::default(), 0);
        let mut out = |_: &[u8]| {
            calls += 1;
            ControlFlow::Break(())
        };
        assert_eq!(unpacker.push(&packed, &mut out), Ok(ControlFlow::Break(())));
        assert_eq!(calls, 1);
    }
}

proptest! {
    #[test]
    fn any_chunking_gives_the_same(
        lines in 0_u32..9000,
        noise in proptest::collection::vec(any::<u8>(), 0..3000),
        cuts in proptest::collection::vec(1usize..5000, 1..20),
        cut_off in 0usize..3000,
        is_zstd: bool,
    ) {
        let plain = [numbers(lines), noise].concat();
        let mut packed = if is_zstd { zstd(&plain) } else { gzip(&plain) };
        prop_assert_eq!(whole(&packed), (plain.clone(), None));
        packed.truncate(packed.len() - cut_off.min(packed.len()));
        let mut rest = &packed[..];
        let mut chunks = Vec::new();
        for cut in cuts.iter().cycle() {
            if rest.is_empty() { break; }
            let (chunk, left) = rest.split_at((*cut).min(rest.len()));
            chunks.push(chunk);
            rest = left;
        }
        let (kept, error) = whole(&packed);
        prop_assert!(plain.starts_with(&kept) || packed.len() < MAGIC);
        prop_assert_eq!(unpack(chunks), (kept, error));
    }

    #[test]
    fn damage_never_panics(
        at in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..8),
        kind in 0..3,
    ) {
        let by_zstd = include_bytes!("../../tests/packed/codex-tools.jsonl.zst");
        let mut packed = match kind {
            0 => zstd(&numbers(300)),
            1 => by_zstd.to_vec(),
            _ => [gzip(&numbers(300)), gzip(&numbers(3))].concat(),
        };
        for (index, byte) in at {
            let place = index.index(packed.len());
            packed[place] = byte;
        }
        prop_assert_eq!(unpack(packed.chunks(50)), whole(&packed));
    }
}
