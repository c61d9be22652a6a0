use super::store::Store;
pub fn wire(_store: Store) {}
pub fn open_links(_store: Store, _urls: Vec<String>) {}
