//! Every bad argument: a message that names it, exit code 2, and nothing is sent.

use crate::command::{Shell, assert_shown, code};
use crate::portal::Portal;

/// Runs each line and checks that it ended with 2 and that the portal heard nothing.
fn refused(lines: &[&[&str]]) -> String {
    let portal = Portal::small();
    let shell = portal.shell();
    let mut text = String::new();
    for arguments in lines {
        let output = shell.run(arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
        text.push_str(&crate::command::show(arguments, &output));
    }
    assert_eq!(portal.requests(), 0, "nothing was sent");
    text
}

#[test]
fn bad_targets() {
    let lines: &[&[&str]] = &[
        &["lead"],
        &["lead-contact"],
        &["lead", "0"],
        &["lead", "--", "-5"],
        &["contact", "-5"],
        &["lead", "1.5"],
        &["lead", ""],
        &["lead", "9007199254740992"],
        &["lead", "1", "two", "3"],
        &["lead", "1,2"],
        &["contact", "200-100"],
        &["contact", "1-"],
        &["contact", "1-9000000000"],
        &["lead-contact", "1:"],
        &["lead-contact", ":2"],
        &["lead-contact", "1:0"],
        &["lead-contact", "12"],
        &["lead-contact-items", "1:2"],
        &["lead", "https://example.bitrix24.com/rest/1/s3cretcode/"],
    ];
    assert_shown!("bad-targets", refused(lines));
}

#[test]
fn bad_options() {
    let lines: &[&[&str]] = &[
        &["lead", "1", "--limits", "fast"],
        &["lead", "1", "--limits", "0/2"],
        &["lead", "1", "--operating", "480"],
        &["lead", "1", "--request-timeout", "soon"],
        &["lead", "1", "--request-timeout", "0"],
        &["lead", "1", "--concurrency", "65"],
        &["lead", "1", "--max-failures", "120%"],
        &["lead", "1", "--expect", "-1"],
        &["lead", "1", "--api", "new"],
        &["lead", "1", "--output", "xml"],
        &["lead", "1", "--filter", "STATUS_ID=NEW"],
        &["lead", "1", "2", "--expect", "3", "--yes"],
        &["lead", "1", "2"],
        &["leads", "1"],
        &["undo", "cleanup.b24job"],
        &["status"],
        &["https://example.bitrix24.com/rest/1/s3cretcode/", "lead", "1"],
    ];
    assert_shown!("bad-options", refused(lines));
}

#[test]
fn bad_filters_that_need_no_portal() {
    let lines: &[&[&str]] = &[
        &["lead", "--filter", "STATUS_ID"],
        &["lead", "--filter", "STATUS_ID="],
        &["lead", "--filter", "@STATUS_ID=A,,B"],
        &["lead", "--filter", "DATE_CREATE>=2024-01-01"],
        &["lead", "--filter", "STATUS_ID=A", "--filter", "STATUS_ID=B"],
        &["lead", "--filter", ">ID=x"],
        &["lead-contact", "--filter", "STATUS_ID=NEW"],
    ];
    assert_shown!("bad-filters", refused(lines));
}

#[test]
fn bad_filters_that_the_portal_would_pass_over() {
    let portal = Portal::small();
    let shell = portal.shell();
    let mut text = String::new();
    let lines: [&[&str]; 4] = [
        &["lead", "--filter", "STAGE=NEW", "--yes"],
        &["lead", "--filter", "status_id=NEW", "--yes"],
        &["contact", "--filter", "TITLE=NEW", "--yes"],
        &["lead", "--filter", ">ID=0", "--yes"],
    ];
    for arguments in lines {
        text.push_str(&shell.show(arguments));
    }
    assert_shown!("bad-filter-keys", text);
    assert_eq!(portal.leads().len(), 10);
}

#[test]
fn bad_webhooks() {
    let shell = Shell::new();
    shell.file("empty.txt", "\n\n");
    shell.file("hook.txt", "\u{feff}\r\nhttps://example.bitrix24.com/rest/1/\r\n");
    let lines: [&[&str]; 12] = [
        &["lead", "1"],
        &["check"],
        &["lead", "1", "--webhook-file", "missing.txt"],
        &["lead", "1", "--webhook-file", "empty.txt"],
        &["lead", "1", "--webhook-file", "hook.txt"],
        &[
            "lead",
            "1",
            "--webhook-file",
            "hook.txt",
            "--webhook",
            "https://example.bitrix24.com/rest/1/s3cret/",
        ],
        &["lead", "1", "--webhook", "https://example.bitrix24.com/rest/1/"],
        &["lead", "1", "--webhook", "http://example.bitrix24.com/rest/1/s3cretcode/"],
        &["lead", "1", "--webhook", "https://example.bitrix24.com/s3cretcode/"],
        &["lead", "1", "--webhook", "example.bitrix24.com/rest/1/s3cretcode/"],
        &["lead", "1", "--webhook", "https://example.bitrix24.com/rest/1/s3cretcode/a/b"],
        &["lead", "--from", "-", "--webhook-file", "-"],
    ];
    let mut text = String::new();
    for arguments in lines {
        let output = shell.run(arguments);
        assert_eq!(code(&output), 2, "{arguments:?}");
        let shown = crate::command::show(arguments, &output);
        let (_, said) = shown.split_once('\n').unwrap();
        assert!(!said.contains("s3cret"), "{said}");
        text.push_str(&shown);
    }
    assert_shown!("bad-webhooks", text);
}

#[test]
fn a_method_name_after_the_webhook_is_trimmed() {
    let portal = Portal::small();
    for end in ["", "crm.lead.delete", "crm.lead.delete.json", "profile/"] {
        let webhook = format!("{}{end}", portal.webhook());
        let output = Shell::with_webhook(&webhook).run(&["check"]);
        assert_eq!(code(&output), 0, "{end}");
    }
    let output = Shell::with_webhook(portal.webhook().trim_end_matches('/')).run(&["check"]);
    assert_eq!(code(&output), 0);
}
