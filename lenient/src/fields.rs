//! The macro that declares flat structs, and how they tell keys apart.

/// A number that tells the keys of a struct apart, so that a key is compared with one of them and not with all: its
/// length and three of its letters.
#[inline(always)]
pub const fn tag(key: &[u8]) -> u32 {
    let len = key.len();
    match key {
        [first, .., last] => u32::from_le_bytes([*first, key[len / 16 * 7 + len % 16 * 7 / 16], *last, len as u8]),
        [only] => *only as u32,
        [] => 0,
    }
}

/// Whether a key is this one. Of equal tags; eight bytes at a time.
#[inline(never)]
pub fn is_key(key: &[u8], known: &[u8]) -> bool {
    if key.len() != known.len() {
        return false;
    }
    match (key.last_chunk::<8>(), known.last_chunk::<8>()) {
        (Some(end), Some(known_end)) => end == known_end && key.as_chunks::<8>().0 == known.as_chunks::<8>().0,
        _ => key.iter().zip(known).all(|(byte, known)| byte == known),
    }
}

/// Declares a flat struct that reads a JSON object leniently: `key => field: type`. Unknown keys are skipped, repeated
/// ones are first-wins, and a value that is no object leaves the struct empty (`presence` tells).
#[macro_export]
macro_rules! flat {
    ($(#[$meta:meta])* $vis:vis struct $name:ident<$life:lifetime> { $($key:literal => $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Default)]
        $vis struct $name<$life> {
            $(pub $field: $type,)*
            pub presence: $crate::Presence,
            life: std::marker::PhantomData<&$life ()>,
        }

        impl<$life> $crate::Fields<$life> for $name<$life> {
            fn field(&mut self, key: &[u8]) -> Option<&mut dyn $crate::Field<$life>> {
                struct Tag;
                // Two keys with one tag would be an unreachable pattern, of which the compiler warns.
                #[allow(non_upper_case_globals)]
                impl Tag {
                    $(const $field: u32 = $crate::tag($key.as_bytes());)*
                }
                let (known, field): (&str, &mut dyn $crate::Field<$life>) =
                    match $crate::tag(key) {
                        $(Tag::$field => ($key, &mut self.$field),)*
                        _ => return None,
                    };
                $crate::is_key(key, known.as_bytes()).then_some(field)
            }
            fn presence_mut(&mut self) -> &mut $crate::Presence {
                &mut self.presence
            }
        }

        impl<$life> $crate::Field<$life> for $name<$life> {
            fn slot(&mut self) -> $crate::Slot<'_, $life> {
                $crate::Slot::Object(self)
            }
            fn presence(&self) -> $crate::Presence {
                self.presence
            }
        }
    };
}
