//! Ctrl-C.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Read as _};
use std::time::Duration;

use serde_json::Value;

use crate::command::{Shell, code, interrupt};
use crate::portal::Portal;

fn slow() -> Portal {
    Portal::new(|settings| {
        settings.seed.leads = 500;
        settings.cost = vec!["crm.lead.delete=0.1".parse().unwrap()];
    })
}

#[test]
fn the_first_ctrl_c_sees_the_request_through() {
    let portal = slow();
    let shell = portal.shell();
    let mut child = shell.command(&["lead", "1-500", "--yes", "--output", "jsonl"]).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut text = String::new();
    stdout.read_line(&mut text).unwrap();
    interrupt(&child);
    stdout.read_to_string(&mut text).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(code(&output), 130);
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let deleted = lines.iter().filter(|line| line["status"] == "deleted").count();
    assert_eq!(portal.emulator().executions(0).len(), deleted, "everything that ran is told");
    let summary = lines.last().unwrap();
    assert_eq!(summary["type"], "summary");
    assert_eq!(summary["stopped_by"], "cancelled");
    assert!((1..500).contains(&deleted), "{summary}");
}

#[test]
fn the_second_ctrl_c_leaves_at_once() {
    let portal = Portal::new(|settings| {
        settings.seed.leads = 10;
        settings.cost = vec!["crm.lead.delete=60".parse().unwrap()];
    });
    let shell = portal.shell();
    let mut child = shell.command(&["lead", "1-10", "--yes"]).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    stderr.read_line(&mut line).unwrap();
    assert!(line.starts_with("deletes 10 leads"), "{line}");
    line.clear();
    stderr.read_line(&mut line).unwrap();
    assert!(line.starts_with("the job is kept in"), "{line}");
    while portal.requests() == 0 {
        std::thread::park_timeout(Duration::from_millis(10));
    }
    interrupt(&child);
    line.clear();
    stderr.read_line(&mut line).unwrap();
    assert!(line.contains("Ctrl-C again leaves at once"), "{line}");
    interrupt(&child);
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    assert_eq!(code(&child.wait_with_output().unwrap()), 130);
    assert!(rest.contains("may have been deleted"), "{rest}");
    assert!(rest.contains("hint: `b24delete run /"), "{rest}");
}

#[test]
fn a_run_without_a_portal_says_what_it_waits_for() {
    let shell = Shell::new();
    shell.file("hook.txt", "http://127.0.0.1:9/rest/1/s3cretcode/");
    let mut child = shell.command(&["lead", "1-3", "--yes", "--webhook-file", "hook.txt"]).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut told = String::new();
    while !told.contains("warning: waits for the portal") {
        assert_ne!(stderr.read_line(&mut told).unwrap(), 0, "{told}");
    }
    assert!(told.contains("`127.0.0.1:9` cannot be reached"), "{told}");
    interrupt(&child);
    stderr.read_to_string(&mut told).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(code(&output), 130);
    assert!(told.contains(" --webhook-file hook.txt` goes on"), "{told}");
    assert!(String::from_utf8(output.stdout).unwrap().contains("\n0 of 3 deleted, 3 not run; "));
}
