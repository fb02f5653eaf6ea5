use super::*;

fn rules(text: &str) -> Faults {
    Faults::new(serde_json::from_str(text).unwrap(), 7)
}

/// The numbers of the requests, from 1, that are struck.
fn struck(faults: &mut Faults, method: &str, requests: u64) -> Vec<u64> {
    (1..=requests).filter(|_| faults.strike_request(method, &[]).is_some()).collect()
}

#[test]
fn nth_every_and_count_choose_matches() {
    let mut faults = rules(r#"[{"method":"CRM.*.delete","nth":3,"fault":{"kind":"reset"}}]"#);
    assert_eq!(struck(&mut faults, "crm.lead.get", 5), [] as [u64; 0]);
    assert_eq!(struck(&mut faults, "crm.lead.delete", 5), [3]);
    let mut faults = rules(r#"[{"every":2,"count":2,"fault":{"kind":"html","status":504}}]"#);
    assert_eq!(struck(&mut faults, "batch", 9), [2, 4]);
    assert_eq!(struck(&mut rules(r#"[{"every":0,"fault":{"kind":"reset"}}]"#), "batch", 3), [] as [u64; 0]);
}

#[test]
fn probability_repeats_with_the_seed() {
    let rule = r#"[{"probability":0.25,"fault":{"kind":"truncated"}}]"#;
    let first = struck(&mut rules(rule), "batch", 1_000);
    assert_eq!(first, struck(&mut rules(rule), "batch", 1_000));
    assert!((200..300).contains(&first.len()), "{}", first.len());
}

#[test]
fn a_batch_is_struck_through_its_commands() {
    let mut faults = rules(r#"[{"method":"crm.lead.delete","where":"after","fault":{"kind":"reset"}}]"#);
    assert_eq!(faults.strike_request("batch", &["crm.lead.get"]), None);
    let strike = faults.strike_request("batch", &["crm.lead.get", "crm.lead.delete"]).unwrap();
    assert_eq!(strike, Strike { fault: Fault::Reset {}, moment: Moment::After });
    assert_eq!(faults.strike_command("crm.lead.delete"), None);
}

#[test]
fn refusals_strike_calls_and_commands() {
    let mut faults = rules(r#"[{"method":"crm.lead.delete","fault":{"kind":"operating_limit"}}]"#);
    assert!(faults.strike_request("crm.lead.delete", &[]).is_some());
    assert_eq!(faults.strike_request("batch", &["crm.lead.delete"]), None);
    assert!(faults.strike_command("crm.lead.delete").is_some());
    let mut faults = rules(r#"[{"fault":{"kind":"drop"}}]"#);
    assert_eq!(faults.strike_request("crm.lead.delete", &[]), None);
    assert!(faults.strike_command("crm.lead.delete").is_some());
}

#[test]
fn rules_read_back_as_they_were_written() {
    let text = r#"[{"method":"batch","nth":1,"where":{"after_commands":3},"fault":{"kind":"stall","seconds":2.5}},
        {"method":"*","where":{"later":30.0},"fault":{"kind":"error","status":500,"code":"X","description":"y"}}]"#;
    let written: serde_json::Value = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_value(rules(text).rules()).unwrap(), written);
}

#[test]
fn misspelt_rules_are_refused() {
    let message = parse_fault_rules("[{\"fault\":\n{\"kind\":\"flood\"}}]").unwrap_err().to_string();
    assert!(message.starts_with("these are not fault rules: unknown variant `flood`"), "{message}");
    assert!(message.contains("line 2"), "{message}");
    for wrong in [
        r#"{"fault":{"kind":"resett"}}"#,
        r#"{"fault":{"kind":"reset","status":1}}"#,
        r#"{"nht":1,"fault":{"kind":"reset"}}"#,
        r#"{"method":"batch"}"#,
        r#"{"where":"middle","fault":{"kind":"reset"}}"#,
    ] {
        assert!(serde_json::from_str::<FaultRule>(wrong).is_err(), "{wrong}");
    }
}
