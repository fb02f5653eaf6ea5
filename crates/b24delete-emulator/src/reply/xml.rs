//! The `.xml` form of a reply.

use serde_json::Value;

/// Writes a reply as `<response>`, with the rows of lists as `<item>`.
pub(super) fn write(reply: &Value) -> String {
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    element(&mut xml, "response", reply);
    xml
}

fn element(xml: &mut String, name: &str, value: &Value) {
    // PHP has keys that are no XML names, such as numbers.
    let is_name = name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_')
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.'));
    let name = if is_name { name } else { "item" };
    xml.push_str(&format!("<{name}>"));
    match value {
        Value::Null => {}
        Value::Bool(flag) => xml.push(if *flag { '1' } else { '0' }),
        Value::Number(number) => xml.push_str(&number.to_string()),
        Value::String(text) => escape(xml, text),
        Value::Array(rows) => rows.iter().for_each(|row| element(xml, "item", row)),
        Value::Object(fields) => fields.iter().for_each(|(key, field)| element(xml, key, field)),
    }
    xml.push_str(&format!("</{name}>"));
}

fn escape(xml: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            // XML 1.0 has no way to write these.
            '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' => {}
            _ => xml.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_flags_and_odd_keys_become_elements() {
        let reply = json!({"result": {"a": [1, "<&>"], "0": true, "b": null}, "total": 2});
        let expected = "<response><result><a><item>1</item><item>&lt;&amp;&gt;</item></a><item>1</item><b></b></result>\
                        <total>2</total></response>";
        assert_eq!(write(&reply).lines().nth(1), Some(expected));
    }
}
