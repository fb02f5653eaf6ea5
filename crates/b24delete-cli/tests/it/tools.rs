//! `emulator`, `demo` and `completions`.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use serde_json::Value;

use crate::command::{Shell, assert_shown, code, stderr, stdout};

#[test]
fn the_emulator_serves_until_stdin_closes() {
    let shell = Shell::new();
    shell
        .file("faults.json", r#"[{"method": "crm.lead.delete", "nth": 2, "fault": {"kind": "rate_limit"}}]"#);
    let options =
        ["--leads", "20", "--limits", "off", "--cost", "crm.lead.delete=0.01", "--faults", "faults.json"];
    let arguments: Vec<_> = ["emulator"].into_iter().chain(options).collect();
    let mut child = shell.command(&arguments).stdin(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let addresses: Value = serde_json::from_str(&line).unwrap();
    let webhook = addresses["webhook"].as_str().unwrap();
    assert!(addresses["control"].is_string());
    let output = Shell::with_webhook(webhook).run(&["lead", "1-20", "--yes"]);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(stdout(&output).contains("20 of 20 deleted"));
    drop(child.stdin.take());
    assert_eq!(code(&child.wait_with_output().unwrap()), 0);
}

#[test]
fn bad_options_of_the_emulator() {
    let shell = Shell::new();
    shell.file("faults.json", r#"[{"nth": "one"}]"#);
    let lines: [&[&str]; 8] = [
        &["emulator", "--limits", "fast"],
        &["emulator", "--operating", "0/600"],
        &["emulator", "--cost", "crm.lead.delete"],
        &["emulator", "--cut", "0"],
        &["emulator", "--after-cut", "explode"],
        &["emulator", "--profile", "real"],
        &["emulator", "--faults", "missing.json"],
        &["emulator", "--faults", "faults.json"],
    ];
    let mut text = String::new();
    for arguments in lines {
        text.push_str(&shell.show(arguments));
    }
    assert_shown!("bad-emulator-options", text);
}

#[test]
fn the_demo_agrees_with_the_portal() {
    let output = Shell::new().run(&["demo"]);
    let told = stdout(&output);
    assert_eq!(code(&output), 0, "{told}{}", stderr(&output));
    for part in [
        "… waits",
        "operating time limit",
        "nothing ran, sent again",
        "the answer was lost, and the thing is gone (and 7 more)",
        "Access denied",
        "absent",
        "they agree",
    ] {
        assert!(told.contains(part), "{part} is missing:\n{told}");
    }
    assert!(stderr(&output).starts_with("hint: `b24delete check"), "{}", stderr(&output));
}

#[test]
fn completions_know_the_commands() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = Shell::new().run(&["completions", shell]);
        assert_eq!(code(&output), 0);
        assert!(stdout(&output).contains("lead-contact-items"), "{shell}");
    }
}
