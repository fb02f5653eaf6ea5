//! `$result[key][field]`: a command may use what earlier commands of its batch answered.

use serde_json::{Map, Value};

use super::Section;

const MARK: &str = "$result[";

/// Replaces the references in all parameters. One that leads nowhere stays as it was written.
pub(crate) fn resolve(params: &mut Map<String, Value>, results: &Section<Value>) {
    params.values_mut().for_each(|value| resolve_value(value, results));
}

fn resolve_value(value: &mut Value, results: &Section<Value>) {
    match value {
        Value::String(text) => {
            if let Some(resolved) = resolve_text(text, results) {
                *value = resolved;
            }
        }
        Value::Array(list) => list.iter_mut().for_each(|value| resolve_value(value, results)),
        Value::Object(map) => resolve(map, results),
        _ => {}
    }
}

/// What a text with references stands for: a value of any type where the reference is all of it, or else a text.
fn resolve_text(text: &str, results: &Section<Value>) -> Option<Value> {
    let mut resolved = String::new();
    let mut rest = text;
    while let Some((before, reference)) = rest.split_once(MARK) {
        let path_length = path_length(reference);
        let (path, after) = reference.split_at_checked(path_length)?;
        let found = lookup(path, results);
        if before.is_empty() && after.is_empty() && resolved.is_empty() {
            return found.cloned();
        }
        resolved.push_str(before);
        match found.and_then(as_text) {
            Some(found) => resolved.push_str(&found),
            None => resolved.extend([MARK, path]),
        }
        rest = after;
    }
    (rest.len() < text.len()).then(|| Value::String(resolved + rest))
}

/// How much of the text behind the mark belongs to the reference: `key][field]`.
fn path_length(text: &str) -> usize {
    let mut end = 0;
    while let Some(length) = text.get(end..).and_then(|rest| rest.find(']')) {
        end += length + 1;
        match text.get(end..).and_then(|rest| rest.strip_prefix('[')) {
            Some(_) => end += 1,
            None => break,
        }
    }
    end
}

fn lookup<'a>(path: &str, results: &'a Section<Value>) -> Option<&'a Value> {
    let mut steps = path.strip_suffix(']')?.split("][");
    let first = results.get(steps.next()?)?;
    steps.try_fold(first, |value, step| match value {
        Value::Object(map) => map.get(step),
        Value::Array(list) => list.get(step.parse::<usize>().ok()?),
        _ => None,
    })
}

fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(if *flag { "1" } else { "" }.to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn resolved(text: &str) -> Value {
        let mut results = Section::default();
        results.push("lead".to_owned(), json!({"ID": "7", "TAGS": [5, {"x": true}]}));
        results.push("0".to_owned(), json!(42));
        let mut params = Map::new();
        params.insert("p".to_owned(), json!({"q": [text]}));
        resolve(&mut params, &results);
        params["p"]["q"][0].clone()
    }

    #[test]
    fn a_lone_reference_keeps_its_type() {
        assert_eq!(resolved("$result[0]"), json!(42));
        assert_eq!(resolved("$result[lead][TAGS]"), json!([5, {"x": true}]));
        assert_eq!(resolved("$result[lead][TAGS][1][x]"), json!(true));
    }

    #[test]
    fn references_stand_inside_texts() {
        assert_eq!(resolved("a$result[lead][ID]b$result[0]"), json!("a7b42"));
        assert_eq!(resolved("$result[0]$result[0]"), json!("4242"));
    }

    #[test]
    fn dead_references_stay_literal() {
        for text in [
            "$result[none]",
            "$result[lead][NO]",
            "$result[lead",
            "$result[",
            "x$result[none]y",
            "$result[]",
            "plain",
        ] {
            assert_eq!(resolved(text), json!(text));
        }
        assert_eq!(resolved("$result[lead][TAGS]!"), json!("$result[lead][TAGS]!"));
    }
}
