use super::store::Store;
pub fn wire(_store: Store) {}
