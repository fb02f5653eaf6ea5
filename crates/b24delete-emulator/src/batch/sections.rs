//! The sections of a batch's reply, with the shapes that PHP gives to arrays.

use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::params::is_list;
use crate::reply::{ErrorBody, Time};

/// The `result` of a batch.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Sections {
    pub(crate) result: Section<Value>,
    pub(crate) result_error: Section<ErrorBody>,
    pub(crate) result_total: Section<u64>,
    pub(crate) result_next: Section<u64>,
    pub(crate) result_time: Section<Time>,
}

/// A PHP array by the keys of the commands. Empty it is `[]`, keyed 0, 1, 2… it is a list, else a map.
#[derive(Debug)]
pub(crate) struct Section<T>(Vec<(String, T)>);

impl<T> Default for Section<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Section<T> {
    /// Adds the entry of a command.
    pub(crate) fn push(&mut self, key: String, entry: T) {
        self.0.push((key, entry));
    }

    /// The entry of a command.
    pub(crate) fn get(&self, key: &str) -> Option<&T> {
        self.0.iter().find(|(own, _)| own == key).map(|(_, entry)| entry)
    }

    /// All entries, to be changed.
    pub(crate) fn entries_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.0.iter_mut().map(|(_, entry)| entry)
    }

    /// True when no command failed, or whatever the section tells of.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Serialize> Serialize for Section<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if is_list(self.0.iter().map(|(key, _)| key.as_str())) {
            let mut list = serializer.serialize_seq(Some(self.0.len()))?;
            self.0.iter().try_for_each(|(_, entry)| list.serialize_element(entry))?;
            list.end()
        } else {
            let mut map = serializer.serialize_map(Some(self.0.len()))?;
            self.0.iter().try_for_each(|(key, entry)| map.serialize_entry(key, entry))?;
            map.end()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(keys: &[&str]) -> String {
        let mut section = Section::default();
        keys.iter().for_each(|key| section.push((*key).to_owned(), true));
        serde_json::to_string(&section).unwrap()
    }

    #[test]
    fn shapes_are_those_of_php() {
        assert_eq!(written(&[]), "[]");
        assert_eq!(written(&["0", "1"]), "[true,true]");
        assert_eq!(written(&["0", "2"]), r#"{"0":true,"2":true}"#);
        assert_eq!(written(&["1", "0"]), r#"{"1":true,"0":true}"#);
        assert_eq!(written(&["00"]), r#"{"00":true}"#);
        assert_eq!(written(&["d0", "d1"]), r#"{"d0":true,"d1":true}"#);
    }
}
