//! The webhook's code is never shown.

use b24delete_emulator::faults::{Fault, FaultRule};

use crate::command::{show, stderr};
use crate::portal::Portal;

#[test]
fn no_output_holds_the_secret() {
    let portal = Portal::small();
    // A portal may repeat the URL in its texts.
    let description = format!("Not allowed: {}", portal.webhook());
    let fault = Fault::Error { status: 400, code: "ODD".to_owned(), description };
    let repeats = FaultRule { count: Some(1), ..FaultRule::new("crm.lead.delete", fault) };
    portal.emulator().add_faults(vec![
        repeats,
        FaultRule { nth: Some(2), ..FaultRule::new("batch", Fault::RateLimit {}) },
        FaultRule { nth: Some(4), ..FaultRule::new("batch", Fault::Html { status: 502 }) },
    ]);
    let shell = portal.shell();
    shell.file("hook.txt", portal.webhook());
    let lines: [&[&str]; 7] = [
        &["check", "-vvv"],
        &["lead", "1-9", "99", "--yes", "-vvv", "--settle-time", "1"],
        &["lead", "1", "--settle-time", "1", "-vvv", "--output", "jsonl"],
        &["lead", "--filter", "STATUS_ID=NEW", "--dry-run", "-vvv"],
        &["contact", "1", "-vvv", "--webhook-file", "hook.txt"],
        &["lead", portal.webhook()],
        &["lead", "1", "--webhook", portal.webhook(), "--webhook-file", portal.webhook()],
    ];
    for arguments in lines {
        let output = shell.run(arguments);
        let shown = show(&[], &output);
        assert!(!shown.contains("s3cretwebhookcode"), "{shown}");
    }
    let log = stderr(&shell.run(&["lead", "10", "-vvv"]));
    assert!(log.contains("sending"), "-vvv shows what is sent: {log}");
}
