use super::*;

#[test]
fn limits_are_pairs_or_off() {
    assert_eq!(parse_rate_limit("250/5"), Ok(Some(RateLimit { capacity: 250.0, per_second: 5.0 })));
    assert_eq!(parse_rate_limit("off"), Ok(None));
    assert_eq!(parse_operating("420/600"), Ok(Some(OperatingLimit { seconds: 420.0, window: 600.0 })));
    assert_eq!(parse_operating("off"), Ok(None));
}

#[test]
fn a_wrong_limit_names_the_value_and_what_is_allowed() {
    for wrong in ["", "50", "50/", "/2", "0.5/2", "50/0", "50/-1", "50/inf", "NaN/2", "50/2/1", "OFF"] {
        let message = parse_rate_limit(wrong).unwrap_err().to_string();
        assert!(message.starts_with(&format!("`{wrong}` is not a rate limit: `X/Y`")), "{message}");
        assert!(message.ends_with("or `off`"), "{message}");
    }
    for wrong in ["480", "0/600", "480/x"] {
        assert!(parse_operating(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn costs_name_a_method_and_seconds() {
    let cost: MethodCost = "CRM.Lead.Delete=4.18".parse().unwrap();
    assert!(cost.method.matches("crm.lead.delete"));
    assert_eq!(cost.seconds, 4.18);
    for wrong in ["crm.lead.delete", "=1", "crm.lead.delete=", "a=-1", "a=inf", "a=NaN", "a=1s", "a=86401"] {
        assert!(wrong.parse::<MethodCost>().is_err(), "{wrong}");
    }
}

#[test]
fn words_are_checked() {
    assert_eq!("batch".parse(), Ok(Charge::Batch));
    assert_eq!("run-on".parse(), Ok(AfterCut::RunOn));
    assert_eq!(
        "later".parse::<AfterCut>().unwrap_err().to_string(),
        "`later` is not one of `stop`, `finish-command`, `run-on`"
    );
    assert_eq!("observed".parse(), Ok(Answers::Observed));
    assert_eq!("not_found".parse(), Ok(Unlinked::NotFound));
    assert!("guessed".parse::<Answers>().is_err());
    assert!("no".parse::<Unlinked>().is_err());
    assert!("Nested".parse::<Charge>().is_err());
}

#[test]
fn patterns_match_whole_names() {
    let matches = |pattern: &str, method: &str| MethodPattern::from(pattern).matches(method);
    assert!(matches("*", "batch"));
    assert!(matches("crm.*.delete", "crm.lead.contact.delete"));
    assert!(matches("*.get", "crm.lead.get"));
    assert!(matches("*lead*delete*", "crm.lead.contact.items.delete"));
    assert!(!matches("crm.lead", "crm.lead.delete"));
    assert!(!matches("crm.*.delete", "crm.lead.deleted"));
    assert!(!matches("crm.lead.*.lead", "crm.lead"));
    assert!(!matches("ab*ba", "aba"));
}
