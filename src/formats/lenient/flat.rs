//! The macro that declares flat structs.

/// Declares a flat struct that reads a JSON object leniently: `key => field: type`. Unknown keys are skipped, repeated
/// ones are first-wins, and a value that is no object leaves the struct empty (`presence` tells).
macro_rules! flat {
    ($(#[$meta:meta])* $vis:vis struct $name:ident<$life:lifetime> { $($key:literal => $field:ident: $type:ty,)* }) => {
        $(#[$meta])*
        #[derive(Debug, Default)]
        $vis struct $name<$life> {
            $(pub $field: $type,)*
            pub presence: $crate::formats::lenient::Presence,
            life: std::marker::PhantomData<&$life ()>,
        }

        impl<$life> $crate::formats::lenient::Fields<$life> for $name<$life> {
            fn field(&mut self, key: &[u8]) -> Option<&mut dyn $crate::formats::lenient::Field<$life>> {
                Some(match key {
                    $(key if key == $key.as_bytes() => &mut self.$field,)*
                    _ => return None,
                })
            }
            fn presence_mut(&mut self) -> &mut $crate::formats::lenient::Presence {
                &mut self.presence
            }
        }

        impl<$life> $crate::formats::lenient::Field<$life> for $name<$life> {
            fn slot(&mut self) -> $crate::formats::lenient::Slot<'_, $life> {
                $crate::formats::lenient::Slot::Object(self)
            }
            fn presence(&self) -> $crate::formats::lenient::Presence {
                self.presence
            }
        }
    };
}
pub(crate) use flat;
