//! Parameters in PHP's bracket notation, as commands inside `batch` need them.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

/// Encodes a JSON object as a query: `{"filter": {">ID": 5}}` becomes `filter%5B%3EID%5D=5`.
pub(crate) fn encode(parameters: &Value) -> String {
    let mut pairs = Vec::new();
    if let Value::Object(fields) = parameters {
        for (name, value) in fields {
            flatten(name.clone(), value, &mut pairs);
        }
    }
    let escape = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs: Vec<_> =
        pairs.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect();
    pairs.join("&")
}

fn flatten(name: String, value: &Value, pairs: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(key, value)| flatten(format!("{name}[{key}]"), value, pairs));
        }
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, value)| flatten(format!("{name}[{index}]"), value, pairs));
        }
        Value::String(text) => pairs.push((name, text.clone())),
        Value::Bool(flag) => pairs.push((name, u8::from(*flag).to_string())),
        Value::Null => pairs.push((name, String::new())),
        Value::Number(number) => pairs.push((name, number.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_parameters_become_brackets() {
        let parameters =
            serde_json::json!({ "select": ["ID", "TITLE"], "filter": { ">ID": 5, "TITLE": "a&b" } });
        let expected = "filter%5B%3EID%5D=5&filter%5BTITLE%5D=a%26b&select%5B0%5D=ID&select%5B1%5D=TITLE";
        let mut pairs: Vec<_> = encode(&parameters).split('&').map(str::to_owned).collect();
        pairs.sort_unstable();
        assert_eq!(pairs.join("&"), expected);
    }
}
