//! The storage of the test servers: bytes under names, with a new version for each put.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

/// One version of an object.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    pub(crate) bytes: Vec<u8>,
    pub(crate) version: u64,
    pub(crate) modified: DateTime<Utc>,
}

/// Objects by name.
#[derive(Debug, Default)]
pub(crate) struct Shelf(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    objects: BTreeMap<String, Object>,
    version: u64,
    /// What becomes of objects as soon as some of them has been handed out.
    changes: BTreeMap<String, Vec<u8>>,
}

impl Object {
    /// Quoted, as in headers.
    pub(crate) fn tag(&self) -> String {
        format!("\"{:x}-{}\"", self.version, self.bytes.len())
    }

    /// As in the header `Last-Modified`.
    pub(crate) fn http_date(&self) -> String {
        self.modified.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }
}

impl Shelf {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts an object, if the existing one has the version `only_over` (0 is none).
    pub(crate) fn put(&self, name: &str, bytes: Vec<u8>, only_over: Option<u64>) -> Option<Object> {
        let mut state = self.state();
        let there = state.objects.get(name).map_or(0, |object| object.version);
        if only_over.is_some_and(|version| version != there) {
            return None;
        }
        state.version += 1;
        let object = Object { bytes, version: state.version, modified: Utc::now() };
        state.objects.insert(name.to_owned(), object.clone());
        Some(object)
    }

    /// What is there under a name.
    pub(crate) fn get(&self, name: &str) -> Option<Object> {
        self.state().objects.get(name).cloned()
    }

    /// Hands out an object, which is another one the next time if a change is waiting.
    pub(crate) fn hand_out(&self, name: &str) -> Option<Object> {
        let (found, change) = {
            let mut state = self.state();
            (state.objects.get(name).cloned(), state.changes.remove(name))
        };
        if let Some(bytes) = change {
            self.put(name, bytes, None);
        }
        found
    }

    /// Replaces an object after it, or a part of it, has been handed out for the next time.
    pub(crate) fn change_while_read(&self, name: &str, bytes: Vec<u8>) {
        self.state().changes.insert(name.to_owned(), bytes);
    }

    /// Whether there was one to remove.
    pub(crate) fn remove(&self, name: &str) -> bool {
        self.state().objects.remove(name).is_some()
    }

    /// All objects whose names start so, sorted.
    pub(crate) fn below(&self, prefix: &str) -> Vec<(String, Object)> {
        let state = self.state();
        let found = state.objects.range(prefix.to_owned()..);
        found
            .take_while(|(name, _)| name.starts_with(prefix))
            .map(|(name, object)| (name.clone(), object.clone()))
            .collect()
    }
}
