use serde_json::json;

use super::*;

fn decoded(text: &str) -> Value {
    Value::Object(parse_str(text))
}

#[test]
fn brackets_nest_and_append() {
    assert_eq!(decoded("id=1&fields[CONTACT_ID]=1010"), json!({"id": "1", "fields": {"CONTACT_ID": "1010"}}));
    assert_eq!(decoded("ids[]=3&ids[]=4"), json!({"ids": ["3", "4"]}));
    assert_eq!(
        decoded("items[0][CONTACT_ID]=1&items[0][SORT]=10&items[1][CONTACT_ID]=2"),
        json!({"items": [{"CONTACT_ID": "1", "SORT": "10"}, {"CONTACT_ID": "2"}]})
    );
    assert_eq!(decoded("a[5]=x&a[]=y"), json!({"a": {"5": "x", "6": "y"}}));
    assert_eq!(decoded("a[b][][c]=1&a[b][][c]=2"), json!({"a": {"b": [{"c": "1"}, {"c": "2"}]}}));
}

#[test]
fn texts_are_percent_decoded_once() {
    assert_eq!(
        decoded("cmd%5Ba%5D=crm.lead.get%3Fid%3D1+2%2526"),
        json!({"cmd": {"a": "crm.lead.get?id=1 2%26"}})
    );
    assert_eq!(decoded("a=%D0%BB%FF"), json!({"a": "л\u{fffd}"}));
    assert_eq!(decoded("a=%zz&b=100%"), json!({"a": "%zz", "b": "100%"}));
}

#[test]
fn odd_names_follow_php() {
    assert_eq!(decoded(""), json!({}));
    assert_eq!(decoded("&&=1& a.b c=2"), json!({"a_b_c": "2"}));
    assert_eq!(decoded("flag&x="), json!({"flag": "", "x": ""}));
    assert_eq!(decoded("a[b=1"), json!({"a_b": "1"}));
    assert_eq!(decoded("a[b]tail=1"), json!({"a": {"b": "1"}}));
    assert_eq!(decoded("a[b][c=1"), json!({"a": {"b": "1"}}));
    assert_eq!(decoded("a=1&a[b]=2"), json!({"a": {"b": "2"}}));
    assert_eq!(decoded("a[b]=2&a=1"), json!({"a": "1"}));
    assert_eq!(decoded("id=1&id=2"), json!({"id": "2"}));
    assert_eq!(decoded("f[>ID]=5&f[!@STATUS][]=a"), json!({"f": {">ID": "5", "!@STATUS": ["a"]}}));
    assert_eq!(decoded("a[-1]=x&a[01]=y&a[]=z"), json!({"a": {"-1": "x", "01": "y", "0": "z"}}));
}

#[test]
fn too_deep_names_are_ignored() {
    assert_eq!(decoded(&format!("a{}=1&b=2", "[x]".repeat(DEEPEST))), json!({"b": "2"}));
    assert_eq!(decoded(&format!("a{}=1", "[".repeat(100_000))).as_object().unwrap().len(), 1);
}

#[test]
fn the_largest_index_does_not_overflow() {
    assert_eq!(decoded("a[9223372036854775807]=1&a[]=2")["a"].as_object().unwrap().len(), 1);
}

#[test]
fn json_bodies_get_php_shapes() {
    let shaped = |body| Value::Object(from_json(body));
    assert_eq!(shaped(json!({"items": {"0": {"a": 1}, "1": 2}})), json!({"items": [{"a": 1}, 2]}));
    assert_eq!(shaped(json!({"items": {"1": 1, "0": 2}})), json!({"items": {"1": 1, "0": 2}}));
    assert_eq!(shaped(json!({"fields": {}})), json!({"fields": {}}));
    assert_eq!(shaped(json!(["x"])), json!({"0": "x"}));
    assert_eq!(shaped(json!("text")), json!({}));
}

#[test]
fn truth_is_that_of_php() {
    for truthy in [json!(1), json!(true), json!("1"), json!("false"), json!([0]), json!({"a": 0})] {
        assert!(is_truthy(&truthy), "{truthy}");
    }
    for falsy in
        [json!(0), json!(0.0), json!(false), json!(null), json!(""), json!("0"), json!([]), json!({})]
    {
        assert!(!is_truthy(&falsy), "{falsy}");
    }
}
