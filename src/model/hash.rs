//! Hashes of ids and short contents, kept in memory, and in bundles. After wyhash: products of 64 bits, folded. XXH3 has code of its
//! own for each length, 8 KB of it; it stays for whole sources, whose hashes are printed.

/// Sixteen bytes at a time are mixed with these. Odd, and with half of their bits set.
const KEYS: [u64; 3] = [0xa076_1d64_78bd_642f, 0xe703_7ed1_a0b4_28db, 0x8ebc_6af0_9c88_c6e3];

/// Names bytes by a number. Other seeds give other numbers.
pub fn hash_bytes(bytes: &[u8], seed: u64) -> u64 {
    let [first, second, last] = KEYS;
    // Both halves hold the state, so that no content of one of them wipes out the other.
    let mix = |state: u64, low: u64, high: u64| fold(low ^ second ^ state, high ^ first ^ state.rotate_left(32));
    let mut state = fold(seed ^ first, second);
    let (chunks, rest) = bytes.as_chunks::<16>();
    for chunk in chunks {
        let both = u128::from_le_bytes(*chunk);
        state = mix(state, both as u64, (both >> 64) as u64);
    }
    if !rest.is_empty() {
        let (low, high) = rest.split_at(rest.len().min(8));
        state = mix(state, word(low), word(high));
    }
    fold(state ^ bytes.len() as u64, last)
}

/// As [`hash_bytes`] for texts that are long and of which only being equal matters: eight bytes at a time, four times as
/// fast where 128 bits are no machine word. Never 0.
pub fn quick_hash(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let step = |state: u64, word: u64| (state.rotate_left(23) ^ word).wrapping_mul(KEYS[0] | 1);
    let state = words.iter().fold(bytes.len() as u64, |state, word| step(state, u64::from_le_bytes(*word)));
    let state = step(state, word(rest));
    (state ^ state >> 32).wrapping_mul(KEYS[1] | 1).max(1)
}

/// Up to eight bytes as a number; missing ones are zeros, which the length tells apart.
fn word(bytes: &[u8]) -> u64 {
    match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        // They overlap where there are less than eight.
        (Some(low), Some(high)) => {
            let place = 8 * (bytes.len() as u32 - 4);
            u64::from(u32::from_le_bytes(*low)) | u64::from(u32::from_le_bytes(*high)) << place
        }
        _ => bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    }
}

#[inline(always)]
fn fold(one: u64, other: u64) -> u64 {
    let product = u128::from(one) * u128::from(other);
    product as u64 ^ (product >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hashes of texts that differ little must differ, in their high bits and in their low ones.
    #[test]
    fn what_is_alike_is_told_apart() {
        let mut texts: Vec<Vec<u8>> = (0..60_000u32).map(|number| format!("msg_{number:08}").into_bytes()).collect();
        texts.extend((0..600).map(|length| vec![0; length]));
        texts.extend((0..600).map(|length| vec![b'a'; length + 1]));
        texts.extend((0..40_000u32).map(|number| [&[7; 60][..], &number.to_be_bytes()[..]].concat()));
        let all: Vec<u64> = texts.iter().map(|text| hash_bytes(text, 0)).collect();
        let different = |of: &dyn Fn(u64) -> u64| {
            let mut found: Vec<u64> = all.iter().map(|hash| of(*hash)).collect();
            found.sort_unstable();
            found.dedup();
            found.len()
        };
        assert_eq!(different(&|hash| hash), texts.len());
        // By chance 1.2 of 32 bits meet among so many.
        assert!(different(&|hash| hash >> 32) + 8 > texts.len());
        assert!(different(&|hash| hash & 0xffff_ffff) + 8 > texts.len());
    }

    /// Bundles hold them.
    #[test]
    fn hashes_stay_what_they_are() {
        for (text, hash) in [
            ("", 0xa550_6ff5_2926_ac13),
            ("abc", 0xb646_c422_5b1f_366e),
            ("abcdefg", 0x02a2_9528_6374_42bb),
            ("0f7c7bd4-6a54-4ef1-9dd5-1f9b4f0a1c2d", 0x9445_9340_8c68_832e),
            ("msg_01AbCdEfGhIjKlMnOpQrStUv", 0x3426_f095_48ff_845a),
        ] {
            assert_eq!(hash_bytes(text.as_bytes(), 0), hash, "{text}");
        }
    }

    #[test]
    fn seeds_and_halves_count() {
        assert_ne!(hash_bytes(b"x", 0), hash_bytes(b"x", 1));
        assert_ne!(hash_bytes(b"", 0), hash_bytes(b"\0", 0));
        assert_ne!(hash_bytes(b"abcdefgh12345678", 0), hash_bytes(b"12345678abcdefgh", 0));
    }
}
