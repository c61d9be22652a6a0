//! How values travel between page and worker: as bytes that describe nothing. Both ends are of one build.
//!
//! serde's visitors cost the page 70 KB of code. Here a field is one call on either side; reading never fails on the
//! way, and the whole is thrown away at the end when anything was wrong.

use std::sync::Arc;
pub use wire_derive::Wire;

/// Something that travels. To be derived; fields follow each other in their order.
pub trait Wire: Sized {
    fn put(&self, to: &mut Writer);

    fn take(from: &mut Reader<'_>) -> Self;

    /// As many values as there are, without their number.
    fn put_all(items: &[Self], to: &mut Writer) {
        for item in items {
            item.put(to);
        }
    }

    /// The inverse of [`Wire::put_all`].
    fn take_all(count: usize, from: &mut Reader<'_>) -> Vec<Self> {
        (0..count).map(|_| Self::take(from)).collect()
    }
}

/// A value as bytes.
pub fn to_wire(value: &impl Wire) -> Vec<u8> {
    let mut writer = Writer::default();
    value.put(&mut writer);
    writer.bytes
}

/// The inverse of [`to_wire`]; `None` if these are no such bytes.
pub fn from_wire<T: Wire>(bytes: &[u8]) -> Option<T> {
    let mut reader = Reader { bytes, has_failed: false };
    let value = T::take(&mut reader);
    (!reader.has_failed && reader.bytes.is_empty()).then_some(value)
}

/// How many items a value has that begins with a list.
pub fn count_in(bytes: &[u8]) -> usize {
    Reader { bytes, has_failed: false }.count()
}

/// Where values are written to. Its methods are calls: each field of each message would hold a copy of them otherwise.
#[derive(Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    #[inline(never)]
    pub fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    /// Seven bits a byte, the lowest first; the last byte is the one below 128.
    #[inline(never)]
    pub fn number(&mut self, mut number: u64) {
        while number > 0x7f {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    /// As [`Writer::number`]; small ones in either direction are short.
    #[inline(never)]
    pub fn signed(&mut self, number: i64) {
        self.number((number << 1 ^ number >> 63) as u64);
    }

    #[inline(never)]
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes(text.as_bytes());
    }
}

/// What values are read from. After the end there are zeros, and a note that something was missing.
#[derive(Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    has_failed: bool,
}

impl Reader<'_> {
    #[inline(never)]
    pub fn byte(&mut self) -> u8 {
        match self.bytes.split_first() {
            Some((first, rest)) => {
                self.bytes = rest;
                *first
            }
            None => {
                self.has_failed = true;
                0
            }
        }
    }

    /// The number of one of so many variants.
    #[inline(never)]
    pub fn variant(&mut self, count: u8) -> u8 {
        let number = self.byte();
        if number < count {
            return number;
        }
        self.has_failed = true;
        0
    }

    #[inline(never)]
    pub fn number(&mut self) -> u64 {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = self.byte();
            number |= u64::from(byte & 0x7f) << (shift & 63);
            shift += 7;
            if byte < 0x80 {
                return number;
            }
        }
    }

    #[inline(never)]
    pub fn signed(&mut self) -> i64 {
        let number = self.number();
        (number >> 1) as i64 ^ -((number & 1) as i64)
    }

    /// How many values follow: at most as many as there are bytes left, so that damage asks for no memory.
    #[inline(never)]
    pub fn count(&mut self) -> usize {
        let count = self.number();
        if count <= self.bytes.len() as u64 {
            return count as usize;
        }
        self.has_failed = true;
        0
    }

    #[inline(never)]
    pub fn bytes(&mut self, count: usize) -> Vec<u8> {
        match self.bytes.split_at_checked(count) {
            Some((taken, rest)) => {
                self.bytes = rest;
                taken.to_vec()
            }
            None => {
                self.has_failed = true;
                Vec::new()
            }
        }
    }

    #[inline(never)]
    fn text(&mut self) -> String {
        let count = self.count();
        String::from_utf8(self.bytes(count)).unwrap_or_else(|_| {
            self.has_failed = true;
            String::new()
        })
    }
}

impl Wire for u8 {
    fn put(&self, to: &mut Writer) {
        to.byte(*self);
    }

    fn take(from: &mut Reader<'_>) -> Self {
        from.byte()
    }

    fn put_all(items: &[Self], to: &mut Writer) {
        to.bytes(items);
    }

    fn take_all(count: usize, from: &mut Reader<'_>) -> Vec<Self> {
        from.bytes(count)
    }
}

impl Wire for bool {
    fn put(&self, to: &mut Writer) {
        to.byte(u8::from(*self));
    }

    fn take(from: &mut Reader<'_>) -> Self {
        from.variant(2) == 1
    }
}

/// Numbers that travel as the widest of their kind.
macro_rules! numbers {
    ($($kind:ty, $wide:ty, $way:ident;)*) => {$(
        impl Wire for $kind {
            fn put(&self, to: &mut Writer) {
                to.$way(*self as $wide);
            }

            fn take(from: &mut Reader<'_>) -> Self {
                from.$way() as $kind
            }
        }
    )*};
}

numbers! {
    u16, u64, number;
    u32, u64, number;
    u64, u64, number;
    usize, u64, number;
    i8, i64, signed;
    i16, i64, signed;
    i32, i64, signed;
    i64, i64, signed;
}

impl Wire for f64 {
    fn put(&self, to: &mut Writer) {
        to.bytes(&self.to_le_bytes());
    }

    fn take(from: &mut Reader<'_>) -> Self {
        from.bytes(8).try_into().map_or(0.0, f64::from_le_bytes)
    }
}

impl Wire for String {
    fn put(&self, to: &mut Writer) {
        to.text(self);
    }

    fn take(from: &mut Reader<'_>) -> Self {
        from.text()
    }
}

impl Wire for Arc<str> {
    fn put(&self, to: &mut Writer) {
        to.text(self);
    }

    fn take(from: &mut Reader<'_>) -> Self {
        from.text().into()
    }
}

impl<T: Wire> Wire for Box<T> {
    fn put(&self, to: &mut Writer) {
        T::put(self, to);
    }

    fn take(from: &mut Reader<'_>) -> Self {
        Self::new(T::take(from))
    }
}

impl<T: Wire> Wire for Option<T> {
    fn put(&self, to: &mut Writer) {
        match self {
            None => to.byte(0),
            Some(value) => {
                to.byte(1);
                value.put(to);
            }
        }
    }

    fn take(from: &mut Reader<'_>) -> Self {
        (from.variant(2) == 1).then(|| T::take(from))
    }
}

impl<T: Wire> Wire for Vec<T> {
    #[inline(never)]
    fn put(&self, to: &mut Writer) {
        to.number(self.len() as u64);
        T::put_all(self, to);
    }

    #[inline(never)]
    fn take(from: &mut Reader<'_>) -> Self {
        let count = from.count();
        T::take_all(count, from)
    }
}

impl<T: Wire, const N: usize> Wire for [T; N] {
    fn put(&self, to: &mut Writer) {
        T::put_all(self, to);
    }

    fn take(from: &mut Reader<'_>) -> Self {
        std::array::from_fn(|_| T::take(from))
    }
}

/// Values of several types, one after the other.
macro_rules! tuples {
    ($(($($kind:ident $place:tt),*);)*) => {$(
        impl<$($kind: Wire),*> Wire for ($($kind,)*) {
            fn put(&self, to: &mut Writer) {
                $(self.$place.put(to);)*
            }

            fn take(from: &mut Reader<'_>) -> Self {
                ($($kind::take(from),)*)
            }
        }
    )*};
}

tuples! {
    (A 0, B 1);
    (A 0, B 1, C 2);
    (A 0, B 1, C 2, D 3);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Debug, Clone, PartialEq, Wire)]
    enum Shape {
        None,
        Pair(u16, String),
        Named { sizes: Vec<f64>, deep: Option<Box<Shape>> },
    }

    #[derive(Debug, Clone, PartialEq, Default, Wire)]
    struct Holder<T> {
        kept: T,
        #[wire(skip)]
        left_behind: u32,
        numbers: [u32; 3],
        bytes: Vec<u8>,
    }

    fn check<T: Wire + PartialEq + std::fmt::Debug>(value: T) {
        let bytes = to_wire(&value);
        assert_eq!(from_wire(&bytes), Some(value));
        for end in 0..bytes.len() {
            assert_eq!(from_wire::<T>(&bytes[..end]), None, "{end} of {} bytes are a value", bytes.len());
        }
    }

    #[test]
    fn values_come_back() {
        check(vec![Shape::None, Shape::Pair(u16::MAX, "é".into())]);
        let deep = Some(Box::new(Shape::Pair(0, String::new())));
        check(Shape::Named { sizes: vec![0.5, -0.0, f64::INFINITY], deep });
        check(Holder { kept: (true, Some(-1i64)), left_behind: 0, numbers: [0, 127, u32::MAX], bytes: vec![0, 255] });
        check((u64::MAX, i64::MIN, i64::MAX, usize::MAX));
    }

    #[test]
    fn what_is_skipped_arrives_as_its_default() {
        let holder = Holder { kept: 1u8, left_behind: 7, ..Holder::default() };
        assert_eq!(from_wire(&to_wire(&holder)), Some(Holder { left_behind: 0, ..holder }));
    }

    #[test]
    fn what_is_too_long_is_no_value() {
        assert_eq!(from_wire::<u8>(&[1, 2]), None);
    }

    proptest! {
        #[test]
        fn damage_is_no_value_and_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let _value: Option<Vec<Shape>> = from_wire(&bytes);
            let _value: Option<Holder<String>> = from_wire(&bytes);
        }

        #[test]
        fn numbers_come_back(number in any::<u64>(), signed in any::<i64>()) {
            prop_assert_eq!(from_wire(&to_wire(&(number, signed))), Some((number, signed)));
        }
    }
}
