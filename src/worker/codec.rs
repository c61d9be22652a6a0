//! Messages as bytes.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Where encoded bytes go. Written to by calls, since each field of each message would grow a vector of its own otherwise.
#[derive(Default)]
struct Bytes(Vec<u8>);

impl postcard::ser_flavors::Flavor for Bytes {
    type Output = Vec<u8>;

    #[inline(never)]
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    #[inline(never)]
    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<Vec<u8>> {
        Ok(self.0)
    }
}

/// Values without JavaScript handles travel as bytes.
pub fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, String> {
    postcard::serialize_with_flavor(value, Bytes::default()).map_err(|error| error.to_string())
}

/// The inverse of [`encode`].
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    postcard::from_bytes(bytes).map_err(|error| error.to_string())
}
