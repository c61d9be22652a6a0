//! Numbers and texts as bytes, in one description for both directions: what writes a thing is what reads it, so they
//! cannot drift apart. Numbers take seven bits a byte, the lowest first (LEB128).
//!
//! What is alike packs well together, so each column of a table goes into streams of its own, over all sources: the first
//! bytes of its numbers into one, all further bytes into another. A stream of one byte again and again is that byte.

use crate::model::{Reported, Timestamp};

/// Columns of all tables of a file.
pub const COLUMNS: usize = 116;
/// Streams that a file has: the first for all that is no table.
const STREAMS: usize = 1 + 2 * COLUMNS;
/// Longer streams are written out, whatever they hold: what claims to be longer is damaged.
const LONGEST_RUN: u64 = 1 << 24;

/// Bytes of one stream: those that were written, or those of the file that are still to be read.
#[derive(Debug, Default)]
struct Stream {
    written: Vec<u8>,
    at: usize,
    end: usize,
    /// All its bytes.
    run: Option<u8>,
}

impl Stream {
    /// The byte that it consists of, if it is one.
    fn as_run(&self) -> Option<u8> {
        let (first, rest) = self.written.split_first()?;
        ((rest.len() as u64) < LONGEST_RUN && rest.iter().all(|byte| byte == first)).then_some(*first)
    }
}

/// Streams that are being written, or read. Reading past an end gives zeros and [`Wire::is_broken`].
#[derive(Debug)]
pub struct Wire {
    /// What is read.
    bytes: Vec<u8>,
    streams: Vec<Stream>,
    is_reading: bool,
    is_broken: bool,
}

/// A signed number as one that is small where it is near zero.
pub const fn folded(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// The inverse of [`folded`].
pub const fn unfolded(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

const NANOS_A_MS: i64 = 1_000_000;

/// A time as unit and difference: 0 is no time, 1 counts milliseconds, 2 nanoseconds.
pub fn since(at: Option<Timestamp>, last: &mut i64) -> [u64; 2] {
    let Some(at) = at.map(Timestamp::nanos) else { return [0, 0] };
    let difference = at.wrapping_sub(std::mem::replace(last, at));
    match difference % NANOS_A_MS {
        0 => [1, folded(difference / NANOS_A_MS)],
        _ => [2, folded(difference)],
    }
}

/// The inverse of [`since`].
pub fn after([unit, difference]: [u64; 2], last: &mut i64) -> Option<Timestamp> {
    let difference = match unit {
        0 => return None,
        1 => unfolded(difference).wrapping_mul(NANOS_A_MS),
        _ => unfolded(difference),
    };
    *last = last.wrapping_add(difference);
    Some(Timestamp::from_nanos(*last))
}

impl Wire {
    pub fn writing() -> Self {
        Self {
            bytes: Vec::new(),
            streams: (0..STREAMS).map(|_| Stream::default()).collect(),
            is_reading: false,
            is_broken: false,
        }
    }

    /// Reads what [`Wire::into_bytes`] gave: the lengths of all streams, then the streams.
    pub fn reading(bytes: Vec<u8>) -> Self {
        let mut wire = Self { bytes, is_reading: true, ..Self::writing() };
        wire.streams[0].end = wire.bytes.len();
        let mut lens = [(0u64, 0u64); STREAMS];
        for (len, run) in &mut lens {
            wire.number(len);
            if *len & 1 != 0 {
                wire.number(run);
            }
        }
        let mut at = wire.streams[0].at;
        for (stream, (len, run)) in wire.streams.iter_mut().zip(lens) {
            let is_run = len & 1 != 0;
            let len = len >> 1;
            if is_run {
                wire.is_broken |= len > LONGEST_RUN;
                (stream.at, stream.end, stream.run) = (0, len.min(LONGEST_RUN) as usize, Some(run as u8));
                continue;
            }
            let end = at.saturating_add(len as usize);
            wire.is_broken |= end > wire.bytes.len();
            (stream.at, stream.end) = (at, end.min(wire.bytes.len()));
            at = stream.end;
        }
        wire.is_broken |= at != wire.bytes.len();
        wire
    }

    /// The page never writes: what does is left out of it.
    pub const fn is_reading(&self) -> bool {
        cfg!(target_arch = "wasm32") || self.is_reading
    }

    /// They ended too early, or something in them cannot be.
    pub const fn is_broken(&self) -> bool {
        self.is_broken
    }

    /// Whether all of them were read.
    pub fn is_at_end(&self) -> bool {
        self.streams.iter().all(|stream| stream.at == stream.end)
    }

    /// What is read cannot be.
    pub fn break_off(&mut self) {
        self.is_broken = true;
    }

    pub fn into_bytes(self) -> Vec<u8> {
        let mut whole = Self::writing();
        let runs: Vec<Option<u8>> = self.streams.iter().map(Stream::as_run).collect();
        for (number, (stream, run)) in self.streams.iter().zip(&runs).enumerate() {
            let run = run.filter(|_| number > 0);
            whole.number(&mut ((stream.written.len() as u64) << 1 | u64::from(run.is_some())));
            run.into_iter().for_each(|byte| whole.number(&mut byte.into()));
        }
        let mut bytes = std::mem::take(&mut whole.streams[0].written);
        for (number, (stream, run)) in self.streams.into_iter().zip(runs).enumerate() {
            if number == 0 || run.is_none() {
                bytes.extend_from_slice(&stream.written);
            }
        }
        bytes
    }

    fn next(&mut self, stream: usize) -> u8 {
        let Stream { at, end, run, .. } = &mut self.streams[stream];
        if *at < *end
            && let Some(byte) = run.or_else(|| self.bytes.get(*at).copied())
        {
            *at += 1;
            return byte;
        }
        self.is_broken = true;
        0
    }

    pub fn number(&mut self, value: &mut u64) {
        self.number_in(0, 0, value);
    }

    /// A number of a column.
    pub fn cell(&mut self, column: usize, value: &mut u64) {
        self.number_in(1 + 2 * column, 2 + 2 * column, value);
    }

    fn number_in(&mut self, first: usize, further: usize, value: &mut u64) {
        match self.is_reading() {
            true => *value = self.read(first, further),
            false => self.write(first, further, *value),
        }
    }

    #[inline(never)]
    fn read(&mut self, first: usize, further: usize) -> u64 {
        let byte = self.next(first);
        // Nearly all numbers end here.
        if byte < 0x80 { byte.into() } else { self.read_on(byte, further) }
    }

    /// A number of several bytes, after its first one.
    fn read_on(&mut self, first: u8, further: usize) -> u64 {
        let mut value = u64::from(first & 0x7F);
        for shift in (7..64).step_by(7) {
            let byte = self.next(further);
            value |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return value;
            }
        }
        self.break_off();
        value
    }

    #[inline(never)]
    fn write(&mut self, first: usize, further: usize, mut rest: u64) {
        let mut stream = first;
        while rest >= 0x80 {
            self.streams[stream].written.push(rest as u8 | 0x80);
            rest >>= 7;
            stream = further;
        }
        self.streams[stream].written.push(rest as u8);
    }

    /// How many rows a table has that begins with this column.
    pub fn rows(&mut self, column: usize, count: usize) -> usize {
        let mut rows = count as u64;
        self.number(&mut rows);
        let Stream { at, end, .. } = &self.streams[1 + 2 * column];
        // Each cell takes a byte at least: a table that claims more cannot be.
        if self.is_reading() && rows > (end - at) as u64 {
            self.break_off();
            rows = 0;
        }
        rows as usize
    }

    /// Eight bytes: a hash, which no shorter form suits.
    pub fn hash(&mut self, value: &mut u64) {
        if self.is_reading() {
            *value = (0..8).fold(0, |sum, place| sum | u64::from(self.next(0)) << (8 * place));
        } else {
            self.streams[0].written.extend_from_slice(&value.to_le_bytes());
        }
    }

    /// Any number that fits its type; one that does not is no number of ours.
    pub fn small<T: Copy + Into<u64> + TryFrom<u64>>(&mut self, value: &mut T) {
        let mut wide = (*value).into();
        self.number(&mut wide);
        match T::try_from(wide) {
            Ok(read) => *value = read,
            Err(_) => self.break_off(),
        }
    }

    pub fn flag(&mut self, value: &mut bool) {
        let mut number = u64::from(*value);
        self.number(&mut number);
        *value = number != 0;
    }

    pub fn signed(&mut self, value: &mut i64) {
        let mut number = folded(*value);
        self.number(&mut number);
        *value = unfolded(number);
    }

    /// Whether something is there; what is then follows.
    fn is_there(&mut self, is_there: bool) -> bool {
        let mut flag = is_there;
        self.flag(&mut flag);
        flag
    }

    /// Something, or nothing.
    pub fn maybe<T: Default>(&mut self, value: &mut Option<T>, some: &mut dyn FnMut(&mut Self, &mut T)) {
        if !self.is_there(value.is_some()) {
            *value = None;
        } else if !self.is_broken {
            some(self, value.get_or_insert_default());
        }
    }

    /// A number that nobody may have written down.
    pub fn reported(&mut self, value: &mut Reported<u64>) {
        let mut number = value.get();
        self.maybe(&mut number, &mut |wire, number| wire.number(number));
        *value = number.into();
    }

    /// A time near `last`, which then is that time.
    pub fn moment(&mut self, value: &mut Option<Timestamp>, last: &mut i64) {
        let [mut unit, mut difference] = since(*value, &mut last.clone());
        self.number(&mut unit);
        self.number(&mut difference);
        *value = after([unit, difference], last);
    }

    pub fn time(&mut self, value: &mut Option<Timestamp>) {
        let mut nanos = value.map(Timestamp::nanos);
        self.maybe(&mut nanos, &mut |wire, nanos| wire.signed(nanos));
        *value = nanos.map(Timestamp::from_nanos);
    }

    /// Bytes that stand as they are, after how many they are.
    pub fn bytes(&mut self, value: &mut Vec<u8>) {
        let mut len = value.len() as u64;
        self.number(&mut len);
        if !self.is_reading() {
            return self.streams[0].written.extend_from_slice(value);
        }
        let Stream { at, end: last, .. } = &mut self.streams[0];
        let end = at.saturating_add(len as usize);
        match self.bytes.get(*at..end).filter(|_| end <= *last) {
            Some(bytes) => {
                *value = bytes.to_vec();
                *at = end;
            }
            None => self.break_off(),
        }
    }

    pub fn text(&mut self, value: &mut String) {
        let mut bytes = std::mem::take(value).into_bytes();
        self.bytes(&mut bytes);
        *value = String::from_utf8(bytes).unwrap_or_default();
    }

    pub fn maybe_text(&mut self, value: &mut Option<String>) {
        self.maybe(value, &mut |wire, text| wire.text(text));
    }

    /// One of a list that both ends know, by its place.
    pub fn one_of<T: Copy + PartialEq>(&mut self, value: &mut T, all: &[T]) {
        let mut place = all.iter().position(|known| known == value).unwrap_or(0) as u64;
        self.number(&mut place);
        match all.get(place as usize) {
            Some(known) => *value = *known,
            None => self.break_off(),
        }
    }

    /// How many there are, then each. `new` makes what is then read into.
    pub fn list<T>(&mut self, list: &mut Vec<T>, new: fn() -> T, item: &mut dyn FnMut(&mut Self, &mut T)) {
        let mut len = list.len() as u64;
        self.number(&mut len);
        for index in 0..len as usize {
            if self.is_broken {
                return;
            }
            if self.is_reading() {
                list.push(new());
            }
            if let Some(value) = list.get_mut(index) {
                item(self, value);
            }
        }
    }

    pub fn texts(&mut self, list: &mut Vec<String>) {
        self.list(list, String::new, &mut |wire, text| wire.text(text));
    }
}
