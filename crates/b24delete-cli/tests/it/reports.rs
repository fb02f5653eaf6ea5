//! Reports and restores on the command line.

use serde_json::{Value, json};

use crate::command::{Shell, assert_shown, code, stderr, stdout};
use crate::portal::Portal;

/// A job on a portal whose titles and texts mean harm.
fn job(portal: &Portal) -> Shell {
    for (id, title) in [
        (1, "</script><script>alert(1)</script>"),
        (2, "=HYPERLINK(\"http://evil.example/\")"),
        (3, "\u{1b}[2J\u{202e}evil"),
        (4, "$result[d0] {{ 7*7 }}"),
    ] {
        portal.act("crm.lead.update", json!({"id": id, "fields": {"TITLE": title}}));
    }
    portal.protect(1, 3);
    let shell = portal.shell();
    shell.run(&["lead", "1-5", "99", "--job", "cleanup.b24job", "--backup", "--plan-only"]);
    shell.run(&["run", "cleanup.b24job", "--yes"]);
    shell
}

#[test]
fn a_job_is_reported_in_every_form() {
    let portal = Portal::small();
    let shell = job(&portal);
    let mut text = String::new();
    let lines: [&[&str]; 5] = [
        &["report", "cleanup.b24job"],
        &["report", "cleanup.b24job", "--output", "csv"],
        &["report", "cleanup.b24job", "--output", "jsonl"],
        &["report", "cleanup.b24job", "--html", "report.html"],
        &["report", "cleanup.b24job", "--html", "report.html", "--output", "text", "--quiet"],
    ];
    for arguments in lines {
        text.push_str(&shell.show(arguments));
    }
    assert_shown!("report", text);
    let page = std::fs::read_to_string(shell.home().join("report.html")).unwrap();
    assert!(page.starts_with("<!doctype html>") && page.contains("Deletion report"));
    assert_eq!(page.matches("<script").count(), 1);
    assert!(!page.contains('\u{202e}') && !page.contains('\u{1b}'));
    assert!(!page.contains("s3cretwebhookcode"));
}

#[test]
fn a_page_replaces_only_pages() {
    let portal = Portal::small();
    let shell = job(&portal);
    shell.file("notes.txt", "mine");
    let mut text = String::new();
    let lines: [&[&str]; 4] = [
        &["report", "missing.b24job"],
        &["report", "cleanup.b24job", "--html", "cleanup.b24job"],
        &["report", "cleanup.b24job", "--html", "notes.txt"],
        &["report", "cleanup.b24job", "--html", "nowhere/report.html"],
    ];
    for arguments in lines {
        text.push_str(&shell.show(arguments));
    }
    assert_shown!("report-refused", text);
    assert_eq!(std::fs::read_to_string(shell.home().join("notes.txt")).unwrap(), "mine");
    assert_eq!(code(&shell.run(&["show", "cleanup.b24job", "--verify"])), 0);
}

#[test]
fn a_planned_job_has_a_report_too() {
    let portal = Portal::small();
    let shell = portal.shell();
    shell.run(&["lead", "1-5", "--plan-only", "--job", "cleanup.b24job"]);
    let output = shell.run(&["report", "cleanup.b24job"]);
    assert!(stdout(&output).starts_with("Planned, not yet run: 5 operations\n"), "{}", stdout(&output));
    let output = shell.run(&["report", "cleanup.b24job", "--output", "csv"]);
    assert_eq!(stdout(&output).lines().filter(|line| line.contains(",open,")).count(), 5);
}

#[test]
fn a_job_is_restored() {
    let portal = Portal::small();
    let shell = job(&portal);
    let before = portal.leads();
    let mut text = String::new();
    let lines: [&[&str]; 7] = [
        &["restore", "cleanup.b24job", "--dry-run"],
        &["restore", "cleanup.b24job"],
        &["restore", "cleanup.b24job", "--yes"],
        &["restore", "cleanup.b24job", "--yes", "--output", "jsonl"],
        &["restore", "cleanup.b24job", "--yes"],
        &["forget", "cleanup.b24job", "--yes"],
        &["restore", "cleanup.b24job", "--yes"],
    ];
    for arguments in lines {
        text.push_str(&shell.show(arguments));
    }
    assert_shown!("restore", text);
    assert_eq!(portal.leads().len(), before.len() + 4);
    let title = |id: i64| portal.act("crm.lead.get", json!({ "id": id }))["TITLE"].clone();
    assert_eq!(title(14), Value::from("Umbrella: request no. 5"));
}

#[test]
fn a_job_without_copies_cannot_restore_records() {
    let portal = Portal::small();
    let shell = portal.shell();
    shell.run(&["lead", "1-2", "--job", "cleanup.b24job", "--yes"]);
    shell.run(&["lead-contact-items", "5-6", "--job", "links.b24job", "--yes", "--backup"]);
    let mut text = String::new();
    let lines: [&[&str]; 2] =
        [&["restore", "cleanup.b24job", "--yes"], &["restore", "links.b24job", "--yes"]];
    for arguments in lines {
        text.push_str(&shell.show(arguments));
    }
    assert_shown!("restore-without-copies", text);
}

#[test]
fn a_job_is_not_restored_on_another_portal() {
    let (here, elsewhere) = (Portal::small(), Portal::small());
    let shell = job(&here);
    let path = shell.home().join("cleanup.b24job");
    let output = elsewhere.shell().run(&["restore", path.to_str().unwrap(), "--yes"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("was planned for"), "{}", stderr(&output));
    assert_eq!(elsewhere.leads().len(), 10);
}
