//! A map by hash, for all types of keys: the standard one compiles its table anew for each, and here were 38 of them.
//!
//! Entries stand in the order in which they came, so that going through them is the same on every machine. The table of
//! their places knows hashes and numbers only; what is compiled for a type is the comparison of two keys.

use rustc_hash::FxHasher;
use std::borrow::Borrow;
use std::hash::{Hash, Hasher};

/// A map by hash.
#[derive(Debug, Clone)]
pub struct Map<K, V> {
    places: Places,
    entries: Vec<(K, V)>,
}

/// Where the entry of a hash stands.
#[derive(Debug, Clone, Default)]
struct Places {
    /// Numbers of entries, one higher; 0 is free. Their count is a power of two, and a quarter of them at least is free.
    slots: Vec<u32>,
    /// Of each entry.
    hashes: Vec<u32>,
}

impl Places {
    /// The entry of a key with this hash.
    #[inline(never)]
    fn find(&self, hash: u32, is_same: &mut dyn FnMut(usize) -> bool) -> Option<usize> {
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = hash as usize & mask;
        // Without slots there is nothing to get.
        while let Some(&slot) = self.slots.get(at) {
            let entry = slot.checked_sub(1)? as usize;
            if self.hashes.get(entry) == Some(&hash) && is_same(entry) {
                return Some(entry);
            }
            at = (at + 1) & mask;
        }
        None
    }

    /// Makes a place for one entry more.
    #[inline(never)]
    fn add(&mut self, hash: u32) {
        self.hashes.push(hash);
        if self.hashes.len() * 4 > self.slots.len() * 3 {
            self.spread((self.slots.len() * 2).max(8));
        } else {
            self.put(hash, self.hashes.len() as u32);
        }
    }

    fn put(&mut self, hash: u32, number: u32) {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while self.slots[at] != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = number;
    }

    /// Gives all entries their places among so many.
    #[inline(never)]
    fn spread(&mut self, slots: usize) {
        self.slots.clear();
        self.slots.resize(slots, 0);
        for entry in 0..self.hashes.len() {
            self.put(self.hashes[entry], entry as u32 + 1);
        }
    }

    /// Takes the place of an entry away; the last entry moves to it.
    #[inline(never)]
    fn remove(&mut self, entry: usize) {
        self.free(entry);
        let last = self.hashes.len() - 1;
        if last != entry {
            let at = self.slot_of(last);
            self.slots[at] = entry as u32 + 1;
        }
        self.hashes.swap_remove(entry);
    }

    fn slot_of(&self, entry: usize) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = self.hashes[entry] as usize & mask;
        while self.slots[at] != entry as u32 + 1 {
            at = (at + 1) & mask;
        }
        at
    }

    /// Frees the slot of an entry. Those behind it that would not be found past a free one move up.
    fn free(&mut self, entry: usize) {
        let mask = self.slots.len() - 1;
        let mut hole = self.slot_of(entry);
        let mut at = hole;
        loop {
            at = (at + 1) & mask;
            let slot = self.slots[at];
            if slot == 0 {
                break;
            }
            let wanted = self.hashes[slot as usize - 1] as usize & mask;
            if at.wrapping_sub(wanted) & mask >= at.wrapping_sub(hole) & mask {
                self.slots[hole] = slot;
                hole = at;
            }
        }
        self.slots[hole] = 0;
    }
}

fn hash_of(key: &(impl Hash + ?Sized)) -> u32 {
    let mut hasher = FxHasher::default();
    key.hash(&mut hasher);
    hasher.finish() as u32
}

impl<K, V> Default for Map<K, V> {
    fn default() -> Self {
        Self { places: Places::default(), entries: Vec::new() }
    }
}

impl<K, V> Map<K, V> {
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub fn clear(&mut self) {
        *self = Self::default();
    }

    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.entries.iter().map(|(key, _)| key)
    }

    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.entries.iter().map(|(_, value)| value)
    }

    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.entries.iter_mut().map(|(_, value)| value)
    }

    /// Its entries, in the order in which they came.
    pub fn into_entries(self) -> Vec<(K, V)> {
        self.entries
    }
}

impl<K: Hash + Eq, V> Map<K, V> {
    fn find<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<usize>
    where
        K: Borrow<Q>,
    {
        self.find_hashed(hash_of(key), key)
    }

    fn find_hashed<Q: Eq + ?Sized>(&self, hash: u32, key: &Q) -> Option<usize>
    where
        K: Borrow<Q>,
    {
        let entries = &self.entries;
        self.places.find(hash, &mut |entry| entries.get(entry).is_some_and(|(own, _)| own.borrow() == key))
    }

    pub fn get<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.find(key).map(|entry| &self.entries[entry].1)
    }

    pub fn get_mut<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.find(key).map(|entry| &mut self.entries[entry].1)
    }

    pub fn contains_key<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.find(key).is_some()
    }

    /// The place of a key, for a value to be made there.
    pub fn entry(&mut self, key: K) -> Entry<'_, K, V> {
        Entry { map: self, key }
    }

    /// Keeps the entries that pass.
    pub fn retain(&mut self, mut passes: impl FnMut(&K, &mut V) -> bool) {
        for (key, mut value) in std::mem::take(self) {
            if passes(&key, &mut value) {
                self.insert(key, value);
            }
        }
    }

    fn add(&mut self, hash: u32, key: K, value: V) -> usize {
        self.places.add(hash);
        self.entries.push((key, value));
        self.entries.len() - 1
    }

    /// Answers the value that the key had.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let hash = hash_of(&key);
        match self.find_hashed(hash, &key) {
            Some(entry) => Some(std::mem::replace(&mut self.entries[entry].1, value)),
            None => {
                self.add(hash, key, value);
                None
            }
        }
    }

    /// Answers the value that the key had. The last entry takes its place in the order.
    pub fn remove<Q: Hash + Eq + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let entry = self.find(key)?;
        self.places.remove(entry);
        Some(self.entries.swap_remove(entry).1)
    }
}

/// The place of a key, taken or not.
pub struct Entry<'a, K, V> {
    map: &'a mut Map<K, V>,
    key: K,
}

impl<'a, K: Hash + Eq, V> Entry<'a, K, V> {
    pub fn or_insert_with(self, make: impl FnOnce() -> V) -> &'a mut V {
        let hash = hash_of(&self.key);
        let known = self.map.find_hashed(hash, &self.key);
        let entry = known.unwrap_or_else(|| self.map.add(hash, self.key, make()));
        &mut self.map.entries[entry].1
    }

    pub fn or_insert(self, value: V) -> &'a mut V {
        self.or_insert_with(|| value)
    }

    pub fn or_default(self) -> &'a mut V
    where
        V: Default,
    {
        self.or_insert_with(V::default)
    }
}

impl<K, V> IntoIterator for Map<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.entries.into_iter()
    }
}

impl<K: Hash + Eq, V> Extend<(K, V)> for Map<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl<K: Hash + Eq, V> FromIterator<(K, V)> for Map<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::default();
        map.extend(entries);
        map
    }
}

impl<K: Hash + Eq, V: PartialEq> PartialEq for Map<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().all(|(key, value)| other.get(key) == Some(value))
    }
}

/// A set by hash.
#[derive(Debug, Clone)]
pub struct Set<K>(Map<K, ()>);

impl<K> Default for Set<K> {
    fn default() -> Self {
        Self(Map::default())
    }
}

impl<K: Hash + Eq> Set<K> {
    /// Whether it was not there yet.
    pub fn insert(&mut self, key: K) -> bool {
        self.0.insert(key, ()).is_none()
    }

    pub fn contains<Q: Hash + Eq + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.0.contains_key(key)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &K> {
        self.0.keys()
    }
}

impl<K: Hash + Eq> Extend<K> for Set<K> {
    fn extend<I: IntoIterator<Item = K>>(&mut self, keys: I) {
        for key in keys {
            self.insert(key);
        }
    }
}

impl<K: Hash + Eq> FromIterator<K> for Set<K> {
    fn from_iter<I: IntoIterator<Item = K>>(keys: I) -> Self {
        let mut set = Self::default();
        set.extend(keys);
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_map_is_as_the_standard_one(steps in prop::collection::vec((0u8..3, 0u16..60, 0u32..9), 0..400)) {
            let mut map = Map::default();
            let mut standard = std::collections::HashMap::new();
            for (step, key, value) in steps {
                // Multiples of a power of two, so that many hashes want the same slot.
                let key = u64::from(key) << 40;
                match step {
                    0 => prop_assert_eq!(map.insert(key, value), standard.insert(key, value)),
                    1 => prop_assert_eq!(map.remove(&key), standard.remove(&key)),
                    _ => prop_assert_eq!(*map.entry(key).or_insert(value), *standard.entry(key).or_insert(value)),
                }
                prop_assert_eq!(map.len(), standard.len());
                prop_assert!(standard.iter().all(|(key, value)| map.get(key) == Some(value)));
            }
            map.retain(|_, value| *value > 4);
            standard.retain(|_, value| *value > 4);
            prop_assert_eq!(map.len(), standard.len());
            prop_assert!(map.iter().all(|(key, value)| standard.get(key) == Some(value)));
        }
    }

    #[test]
    fn entries_stand_as_they_came() {
        let map: Map<&str, u8> = [("b", 1), ("a", 2), ("b", 3)].into_iter().collect();
        assert_eq!(map.into_entries(), [("b", 3), ("a", 2)]);
    }

    #[test]
    fn a_set_knows_what_is_new() {
        let mut set: Set<Box<str>> = ["x".into()].into_iter().collect();
        assert_eq!(
            (set.insert("x".into()), set.insert("y".into()), set.contains("y"), set.len()),
            (false, true, true, 2)
        );
    }
}
