//! The reply to `batch`: sections that attach to commands by the keys that we sent, and by nothing else.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::error::{Error, Result};
use crate::portal_time::PortalTime;
use crate::secret::Redactor;
use crate::wire::envelope::{Words, number};
use crate::wire::object::Object;

/// What a batch reply says about one command.
#[derive(Debug)]
pub(crate) enum Entry<'a> {
    /// It stands in `result`.
    Result(&'a RawValue),
    /// It stands in `result_error`; the error has the portal's words.
    Refused(Error),
    /// It stands in neither or in both, or its section is of another shape: nothing is known.
    Unclear(&'static str),
}

/// The `result` of a batch reply, its sections unread.
pub(crate) type Sections<'a> = Object<Fields<'a>>;

/// The sections.
#[derive(Debug, Deserialize)]
pub(crate) struct Fields<'a> {
    #[serde(borrow)]
    result: Option<&'a RawValue>,
    #[serde(borrow)]
    result_error: Option<&'a RawValue>,
    #[serde(borrow)]
    result_time: Option<&'a RawValue>,
    #[serde(borrow)]
    result_total: Option<&'a RawValue>,
    #[serde(borrow)]
    result_next: Option<&'a RawValue>,
}

/// A command of a batch request: its key in `cmd` and its REST method.
pub(crate) trait Command {
    /// The key, unique within the request and not a number.
    fn key(&self) -> &str;
    /// The REST method.
    fn method(&self) -> &'static str;
    /// What the time of the command is a measure of: one REST method may do work of different lengths.
    fn measure(&self) -> &'static str {
        self.method()
    }
}

/// The reply to a batch, command by command in the order that was sent.
#[derive(Debug)]
pub(crate) struct BatchReply<'a> {
    /// What is said about each command.
    pub(crate) entries: Vec<Entry<'a>>,
    times: Option<&'a RawValue>,
    totals: Option<&'a RawValue>,
    nexts: Option<&'a RawValue>,
}

#[derive(Clone, Copy, Default)]
struct Slot<'a> {
    result: Option<&'a RawValue>,
    error: Option<&'a RawValue>,
    repeated: bool,
}

impl<'a> BatchReply<'a> {
    /// Reads the sections of a batch reply.
    pub(crate) fn read<C: Command>(sections: Sections<'a>, commands: &[C], redactor: &Redactor) -> Self {
        let Object(sections) = sections;
        let mut slots = vec![Slot::default(); commands.len()];
        let results = attach(sections.result, commands, &mut slots, |slot| &mut slot.result);
        let errors = attach(sections.result_error, commands, &mut slots, |slot| &mut slot.error);
        let shaped = results && errors;
        let entry = |(slot, command): (&Slot<'a>, &C)| match (slot.result, slot.error) {
            _ if !shaped => Entry::Unclear("a section of the batch reply has another shape"),
            _ if slot.repeated => Entry::Unclear("the batch reply has the command twice"),
            (Some(result), None) => Entry::Result(result),
            (None, Some(error)) => refusal(error, command.method(), redactor),
            (Some(_), Some(_)) => {
                Entry::Unclear("the batch reply has the command in `result` and in `result_error`")
            }
            (None, None) => Entry::Unclear("the batch reply does not mention the command"),
        };
        let entries = slots.iter().zip(commands).map(entry).collect();
        let Fields { result_time: times, result_total: totals, result_next: nexts, .. } = sections;
        Self { entries, times, totals, nexts }
    }

    /// The portal's account of the time of each command, where it gives one.
    pub(crate) fn times<C: Command>(&self, commands: &[C]) -> Vec<Option<PortalTime>> {
        let time = |raw: &RawValue| serde_json::from_str(raw.get()).ok().map(|Object(time)| time);
        side(self.times, commands).into_iter().map(|raw| raw.and_then(time)).collect()
    }

    /// How many rows there are in all for each list command, and the offset of its next page.
    pub(crate) fn pages<C: Command>(&self, commands: &[C]) -> Vec<(Option<u64>, Option<u64>)> {
        let numbers = |section| side(section, commands).into_iter().map(|raw| raw.and_then(number));
        numbers(self.totals).zip(numbers(self.nexts)).collect()
    }
}

/// The values of a section that is only told beside the results, by command.
fn side<'a, C: Command>(section: Option<&'a RawValue>, commands: &[C]) -> Vec<Option<&'a RawValue>> {
    let mut slots = vec![Slot::default(); commands.len()];
    attach(section, commands, &mut slots, |slot| &mut slot.result);
    slots.into_iter().map(|slot| slot.result).collect()
}

fn refusal<'a>(raw: &'a RawValue, method: &'static str, redactor: &Redactor) -> Entry<'a> {
    #[derive(Deserialize)]
    struct Fields<'a> {
        #[serde(borrow)]
        error: Option<&'a RawValue>,
        #[serde(borrow)]
        error_description: Option<&'a RawValue>,
    }
    let fields = serde_json::from_str::<Object<Fields<'a>>>(raw.get()).ok();
    match fields.and_then(|Object(fields)| Some((fields.error?, fields.error_description))) {
        Some((code, description)) => {
            Entry::Refused(Words::of(code, description, redactor).into_error(method, 200))
        }
        None => Entry::Unclear("an entry of `result_error` has another shape"),
    }
}

/// Puts the values of a section into the slots of their commands; foreign keys are passed over. An empty section may
/// be missing, `null`, `[]` or `{}`; false when it has another shape.
fn attach<'a, C: Command>(
    section: Option<&'a RawValue>,
    commands: &[C],
    slots: &mut [Slot<'a>],
    field: for<'s> fn(&'s mut Slot<'a>) -> &'s mut Option<&'a RawValue>,
) -> bool {
    let Some(section) = section else { return true };
    if !section.get().starts_with('{') {
        return section.get().strip_prefix('[').is_some_and(|rest| rest.trim() == "]");
    }
    let mut expected = 0;
    let visitor = Entries(|key: &str, value: &'a RawValue| {
        // Replies keep the order of the request, so the next command is nearly always the one.
        let is_key = |index: &usize| commands.get(*index).is_some_and(|command| command.key() == key);
        let Some(index) = Some(expected).filter(is_key).or_else(|| (0..commands.len()).find(is_key)) else {
            return;
        };
        expected = index + 1;
        if let Some(slot) = slots.get_mut(index) {
            slot.repeated |= field(slot).replace(value).is_some();
        }
    });
    serde_json::Deserializer::from_str(section.get()).deserialize_map(visitor).is_ok()
}

/// Hands every entry of a JSON object to a function, without building a map.
struct Entries<F>(F);

impl<'de, F: FnMut(&str, &'de RawValue)> Visitor<'de> for Entries<F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        #[derive(Deserialize)]
        struct Key<'a>(#[serde(borrow)] Cow<'a, str>);
        while let Some((Key(key), value)) = map.next_entry::<Key<'de>, &'de RawValue>()? {
            (self.0)(&key, value);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Named(&'static str);

    impl Command for Named {
        fn key(&self) -> &str {
            self.0
        }

        fn method(&self) -> &'static str {
            "crm.lead.delete"
        }
    }

    /// One word per command: its result, `!` with the kind of its refusal, or `?`.
    fn read(reply: &str, keys: &[&'static str]) -> Vec<String> {
        let commands: Vec<_> = keys.iter().map(|key| Named(key)).collect();
        let sections = serde_json::from_str(reply).unwrap();
        let batch = BatchReply::read(sections, &commands, &Redactor::default());
        let word = |entry: &Entry<'_>| match entry {
            Entry::Result(result) => result.get().to_owned(),
            Entry::Refused(error) => format!("!{}", error.kind()),
            Entry::Unclear(_) => "?".to_owned(),
        };
        batch.entries.iter().map(word).collect()
    }

    #[test]
    fn entries_attach_by_key_in_any_order() {
        let reply = r#"{"result":{"l2":true,"l1":true,"l9":true},
            "result_error":{"l3":{"error":"","error_description":"Not found"}}}"#;
        assert_eq!(read(reply, &["l1", "l2", "l3", "l4"]), ["true", "true", "!not_found", "?"]);
    }

    #[test]
    fn an_empty_section_has_many_shapes() {
        for empty in ["[]", "{}", "null", "[ ]"] {
            assert_eq!(
                read(&format!(r#"{{"result":{{"l1":true}},"result_error":{empty}}}"#), &["l1"]),
                ["true"]
            );
        }
        assert_eq!(read(r#"{"result":{"l1":null}}"#, &["l1"]), ["null"]);
    }

    #[test]
    fn nothing_is_inferred_from_order() {
        assert_eq!(read(r#"{"result":[true,true],"result_error":[]}"#, &["l1", "l2"]), ["?", "?"]);
        assert_eq!(read(r#"{"result":{"0":true,"1":true}}"#, &["l1", "l2"]), ["?", "?"]);
        assert_eq!(read(r#"{"result":true}"#, &["l1"]), ["?"]);
    }

    #[test]
    fn sections_stand_in_an_object() {
        for odd in
            [r#"[{"l1":true},{}]"#, "[]", "true", "null", r#""result""#, r#"{"result":{},"result":{}}"#]
        {
            assert!(serde_json::from_str::<Sections<'_>>(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn contradictions_prove_nothing() {
        let both =
            r#"{"result":{"l1":true},"result_error":{"l1":{"error":"","error_description":"Not found"}}}"#;
        assert_eq!(read(both, &["l1"]), ["?"]);
        assert_eq!(read(r#"{"result":{"l1":true,"l1":false,"l2":true}}"#, &["l1", "l2"]), ["?", "true"]);
    }

    #[test]
    fn a_refusal_is_read_in_every_shape_of_php() {
        let refused = |entry: &str| {
            read(&format!(r#"{{"result":[],"result_error":{{"l1":{entry}}}}}"#), &["l1"]).remove(0)
        };
        assert_eq!(refused(r#"{"error":"","error_description":"Access denied"}"#), "!access_denied");
        assert_eq!(
            refused(r#"{"error":"insufficient_scope","error_description":""}"#),
            "!insufficient_scope"
        );
        assert_eq!(refused(r#"{"error":0,"error_description":"x"}"#), "!portal_error");
        assert_eq!(refused(r#"{"error":null,"error_description":"Not found"}"#), "?");
        assert_eq!(refused(r#"{"error":"OPERATION_TIME_LIMIT"}"#), "!operation_time_limit");
        assert_eq!(refused("[]"), "?");
        assert_eq!(refused(r#""Not found""#), "?");
    }

    #[test]
    fn escaped_keys_are_the_same_keys() {
        assert_eq!(read(r#"{"result":{"\u006c1":true}}"#, &["l1"]), ["true"]);
    }
}
