//! Deletions on a portal.

use b24delete_emulator::faults::{Fault, FaultRule};
use serde_json::{Value, json};

use crate::command::{Shell, assert_shown, code, show, stderr, stdout};
use crate::portal::Portal;

const LEAD: i64 = 1;
const CONTACT: i64 = 3;

#[test]
fn outcomes_are_told_apart() {
    let portal = Portal::small();
    portal.protect(LEAD, 3);
    portal.protect(CONTACT, 2);
    let shell = portal.shell();
    let mut text = String::new();
    let lines: [&[&str]; 6] = [
        &["lead", "1-4", "99", "2", "--yes"],
        &["lead", "5", "6", "99", "--yes", "--output", "jsonl", "--quiet"],
        &["lead-contact", "7:3", "7:5", "98:1", "--yes"],
        &["lead-contact-items", "8"],
        &["contact", "1", "2", "99", "--yes", "--api", "item"],
        &["contact", "99"],
    ];
    for arguments in lines {
        text.push_str(&shell.show(arguments));
    }
    assert_shown!("outcomes", text);
    assert_eq!(portal.leads(), [3, 7, 8, 9, 10]);
}

#[test]
fn a_dry_run_deletes_nothing() {
    let portal = Portal::small();
    portal.hide(LEAD, 2);
    portal.act("crm.lead.update", json!({"id": 3, "fields": {"TITLE": "\u{1b}[2J\u{202e}evil"}}));
    let shell = portal.shell();
    let mut text = String::new();
    let lines: [&[&str]; 6] = [
        &["lead", "1-3", "--dry-run"],
        &["lead", "1-3", "--dry-run", "--output", "jsonl"],
        &["contact", "1", "99", "--dry-run"],
        &["lead-contact", "1:1", "1:5", "2:1", "--dry-run"],
        &["lead-contact-items", "1", "--dry-run", "--quiet"],
        &["lead", "--filter", "STATUS_ID=IN_PROCESS", "--dry-run"],
    ];
    for arguments in lines {
        text.push_str(&shell.show(arguments));
    }
    assert_shown!("dry-run", text);
    assert!(portal.emulator().executions(0).iter().all(|execution| !execution.method.ends_with("delete")));
}

#[test]
fn counts_above_a_page_are_exact() {
    let portal = Portal::new(|settings| {
        settings.seed.leads = 60;
        settings.seed.contacts = 1;
        settings.seed.links_per_lead = 1;
    });
    let output = portal.shell().run(&["contact", "1", "--dry-run", "--output", "jsonl"]);
    let line: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(line["bindings"], 60);
}

#[test]
fn filters_delete_what_they_match() {
    let portal = Portal::new(|settings| {
        settings.seed.leads = 130;
        settings.seed.contacts = 3;
    });
    let shell = portal.shell();
    let text = shell.show(&["lead", "--filter", "STATUS_ID=IN_PROCESS", "--filter", "<=ID=20", "--yes"]);
    assert_shown!("filter", text);
    assert_eq!(code(&shell.run(&["lead", "--filter", "%TITLE=northwind", "--yes", "--quiet"])), 0);
    assert!(portal.leads().iter().all(|id| id % 5 != 1), "{:?}", portal.leads());
    let none = shell.show(&["lead", "--filter", "TITLE=nobody", "--yes"]);
    let all = shell.show(&["contact", "--filter", ">ID=0", "--yes"]);
    let expected = shell.show(&["contact", "--filter", ">ID=0", "--yes", "--expect", "3"]);
    assert_shown!("filter-none-and-all", format!("{none}{all}{expected}"));
}

#[test]
fn runs_stop_early() {
    let portal = Portal::small();
    for id in 1..=10 {
        portal.protect(LEAD, id);
    }
    let shell = portal.shell();
    let output = shell.run(&["lead", "1-10", "--yes", "--max-failures", "1", "--output", "jsonl"]);
    assert_eq!(code(&output), 1);
    assert!(stderr(&output).contains("error: stopped: more operations failed"), "{}", stderr(&output));
    assert_eq!(portal.leads().len(), 10);

    let output = shell.run(&["lead", "1001-1200", "--yes", "--output", "jsonl"]);
    assert_eq!(code(&output), 1);
    assert!(stderr(&output).contains("hint: is this the right portal?"), "{}", stderr(&output));
    assert!(stdout(&output).ends_with("\"stopped_by\":\"all_absent\"}\n"));
    let output = shell.run(&["lead", "1001-1200", "--yes", "--allow-absent", "--output", "jsonl"]);
    assert_eq!(code(&output), 0);
    assert!(stdout(&output).contains("\"total\":200,\"deleted\":0,\"deleted_by_lookup\":0,\"absent\":200"));
}

#[test]
fn a_portal_that_refuses_everything_is_exit_3() {
    let portal = Portal::small();
    let wrong = portal.webhook().replace("s3cretwebhookcode", "anothercode");
    let shell = Shell::with_webhook(&wrong);
    let mut text = shell.show(&["lead", "1"]);
    text.push_str(&shell.show(&["check"]));
    let scopeless = Portal::new(|settings| settings.scopes = vec!["user".to_owned()]);
    let shell = scopeless.shell();
    text.push_str(&shell.show(&["lead", "1", "2", "--yes"]));
    text.push_str(&shell.show(&["check"]));
    assert_shown!("refused", text);
}

#[test]
fn a_portal_that_does_not_answer_is_exit_1() {
    let output = Shell::with_webhook("http://127.0.0.1:9/rest/1/s3cretcode/").run(&["check"]);
    assert_eq!(code(&output), 1);
    let told = stderr(&output);
    assert!(told.starts_with("error: profile: `127.0.0.1:9` cannot be reached: "), "{told}");
    assert!(told.contains("hint: is the host in the webhook's URL right"), "{told}");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_fault() {
    let portal = Portal::new(|settings| settings.seed.leads = 500);
    let shell = portal.shell();
    shell.run(&["lead", "1-500", "--plan-only", "--job", "plan.b24job"]);
    for arguments in [
        &["report", "plan.b24job", "--output", "csv"][..],
        &["report", "plan.b24job"],
        &["show", "plan.b24job"],
        &["lead", "1-500", "--dry-run", "--quiet"],
    ] {
        let mut child = shell.command(arguments).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((code(&output), stderr(&output).as_str()), (0, ""), "{arguments:?}");
    }
}

#[test]
fn a_limit_that_others_used_up_is_waited_out() {
    let portal = Portal::small();
    portal
        .emulator()
        .add_faults(vec![FaultRule { nth: Some(1), ..FaultRule::new("batch", Fault::RateLimit {}) }]);
    let arguments = ["lead", "1", "2", "--yes"];
    let output = portal.shell().run(&arguments);
    assert_shown!("limit", show(&arguments, &output));
}

#[test]
fn check_shows_what_the_webhook_may_do() {
    let portal = Portal::small();
    let shell = portal.shell();
    let text = shell.show(&["check"]);
    let item =
        shell.show(&["check", "--api", "item", "--limits", "off", "--operating", "off", "--output", "jsonl"]);
    assert_shown!("check", format!("{text}{item}"));
}

#[test]
fn stdout_may_close_at_any_time() {
    let portal = Portal::new(|settings| settings.seed.leads = 3000);
    let shell = portal.shell();
    let mut child = shell.command(&["lead", "1-3000", "--yes"]).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(code(&output), 1);
    let told = stderr(&output);
    assert!(told.contains("error: stdout could not be written") && !told.contains("panicked"), "{told}");
    assert!(portal.leads().len() > 1000, "the run stopped: {} leads are left", portal.leads().len());
}
