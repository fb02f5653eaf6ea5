//! Parameters as PHP sees them: query strings and forms in bracket notation, and JSON bodies.

use indexmap::IndexMap;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

#[cfg(test)]
mod tests;

/// PHP ignores a variable that nests deeper than this (`max_input_nesting_level`).
const DEEPEST: usize = 64;

/// A variable under construction: a text, until a name with brackets makes it an array.
#[derive(Debug, Default)]
struct Node {
    text: String,
    array: Option<Array>,
}

/// A PHP array: ordered, with the integer key that the next `[]` gets.
#[derive(Debug, Default)]
struct Array {
    entries: IndexMap<String, Node>,
    next: i64,
}

/// One pair of brackets after a variable's name.
#[derive(Debug, PartialEq)]
enum Step {
    /// `[]`
    Append,
    /// `[key]`
    Key(String),
}

/// Decodes a query string or a form body as PHP's `parse_str` does.
pub(crate) fn parse_str(text: &str) -> Map<String, Value> {
    let mut variables = Array::default();
    for pair in text.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        variables.set(&url_decode(name), url_decode(value));
    }
    variables.into_map()
}

/// Collects named fields, such as the parts of a multipart body, as PHP does.
pub(crate) fn from_fields(fields: Vec<(String, String)>) -> Map<String, Value> {
    let mut variables = Array::default();
    for (name, value) in fields {
        variables.set(&name, value);
    }
    variables.into_map()
}

/// Gives a decoded JSON body the shape that PHP would see: maps keyed 0, 1, 2… are lists, and anything but a map or a
/// list has no parameters at all.
pub(crate) fn from_json(body: Value) -> Map<String, Value> {
    match body {
        Value::Object(map) => map.into_iter().map(|(key, value)| (key, normalised(value))).collect(),
        Value::Array(list) => list
            .into_iter()
            .enumerate()
            .map(|(index, value)| (index.to_string(), normalised(value)))
            .collect(),
        _ => Map::new(),
    }
}

/// Reads a value as PHP's `(bool)` cast does.
pub(crate) fn is_truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !matches!(text.as_str(), "" | "0"),
        Value::Array(list) => !list.is_empty(),
        Value::Object(map) => !map.is_empty(),
    }
}

/// True for a text that PHP turns into an integer when it is used as an array key.
pub(crate) fn is_integer_key(key: &str) -> bool {
    key.parse::<i64>().is_ok_and(|number| number.to_string() == key)
}

/// True when the keys are 0, 1, 2… in this order: PHP writes such an array as a JSON list.
pub(crate) fn is_list<'a>(mut keys: impl Iterator<Item = &'a str>) -> bool {
    let mut expected = 0_usize;
    keys.all(|key| {
        let matches = is_integer_key(key) && key.parse() == Ok(expected);
        expected += 1;
        matches
    })
}

fn normalised(value: Value) -> Value {
    match value {
        Value::Array(list) => Value::Array(list.into_iter().map(normalised).collect()),
        Value::Object(map) => {
            let map: Map<String, Value> =
                map.into_iter().map(|(key, value)| (key, normalised(value))).collect();
            if map.is_empty() { Value::Object(map) } else { map_or_list(map) }
        }
        scalar => scalar,
    }
}

fn map_or_list(map: Map<String, Value>) -> Value {
    if is_list(map.keys().map(String::as_str)) {
        Value::Array(map.into_iter().map(|(_, value)| value).collect())
    } else {
        Value::Object(map)
    }
}

/// Percent-decodes one part of a form, where `+` stands for a space. Bytes that are not UTF-8 are replaced.
fn url_decode(text: &str) -> String {
    if !text.contains(['%', '+']) {
        return text.to_owned();
    }
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// Splits `fields[A][]` into `fields` and its steps, by PHP's rules for odd names.
fn split_name(name: &str) -> Option<(String, Vec<Step>)> {
    let name = name.trim_start_matches(' ');
    let name = name.split('\0').next().unwrap_or(name);
    let opening =
        name.find('[').filter(|&at| at > 0 && name.get(at..).is_some_and(|rest| rest.contains(']')));
    let (base, brackets) = match opening {
        Some(at) => name.split_at_checked(at)?,
        None => (name, ""),
    };
    let base: String =
        base.chars().map(|letter| if matches!(letter, ' ' | '.' | '[') { '_' } else { letter }).collect();
    (!base.is_empty()).then(|| (base, steps(brackets)))
}

fn steps(mut brackets: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    // Text after a closing bracket that opens no other one ends the name, as in PHP.
    while let Some((key, rest)) = brackets.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        let key = key.trim_start();
        steps.push(if key.is_empty() { Step::Append } else { Step::Key(key.to_owned()) });
        brackets = rest;
    }
    steps
}

impl Array {
    fn set(&mut self, name: &str, value: String) {
        let Some((base, steps)) = split_name(name) else { return };
        if steps.len() >= DEEPEST {
            return;
        }
        let mut array = self;
        let mut key = base;
        for step in steps {
            array = array.child(key);
            key = match step {
                Step::Append => array.next.to_string(),
                Step::Key(key) => key,
            };
        }
        array.count(&key);
        array.entries.insert(key, Node { text: value, array: None });
    }

    /// The array stored under `key`; a text that stood there is replaced.
    fn child(&mut self, key: String) -> &mut Self {
        self.count(&key);
        self.entries.entry(key).or_default().array.get_or_insert_default()
    }

    fn count(&mut self, key: &str) {
        if let Some(number) = key.parse::<i64>().ok().filter(|_| is_integer_key(key)) {
            self.next = self.next.max(number.saturating_add(1));
        }
    }

    fn into_map(self) -> Map<String, Value> {
        self.entries.into_iter().map(|(key, node)| (key, node.into_value())).collect()
    }
}

impl Node {
    fn into_value(self) -> Value {
        match self.array {
            Some(array) => map_or_list(array.into_map()),
            None => Value::String(self.text),
        }
    }
}
