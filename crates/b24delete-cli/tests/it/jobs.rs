//! Jobs on the command line.

use serde_json::Value;

use crate::command::{assert_shown, code, stderr, stdout};
use crate::portal::Portal;

#[test]
fn a_plan_is_made_shown_run_verified_and_forgotten() {
    let portal = Portal::small();
    portal.protect(1, 3);
    let shell = portal.shell();
    let mut text = String::new();
    let lines: [&[&str]; 12] = [
        &["lead", "1-5", "2", "--plan-only", "--job", "cleanup.b24job"],
        &["show", "cleanup.b24job"],
        &["run", "cleanup.b24job"],
        &["run", "cleanup.b24job", "--expect", "6", "--yes"],
        &["run", "cleanup.b24job", "--expect", "5", "--yes"],
        &["show", "cleanup.b24job"],
        &["run", "cleanup.b24job", "--quiet", "--output", "jsonl"],
        &["show", "cleanup.b24job", "--verify"],
        &["show", "cleanup.b24job", "--verify", "--head", "12ab"],
        &["forget", "cleanup.b24job"],
        &["forget", "cleanup.b24job", "--yes"],
        &["show", "cleanup.b24job", "--output", "jsonl"],
    ];
    for arguments in lines {
        text.push_str(&shell.show(arguments));
    }
    assert_shown!("job", text);
    assert_eq!(portal.leads(), [3, 6, 7, 8, 9, 10]);
}

#[test]
fn jobs_of_more_than_one_target_are_kept_in_the_state_directory() {
    let portal = Portal::small();
    let shell = portal.shell();
    let mut text = String::new();
    let lines: [&[&str]; 5] = [
        &["lead", "1", "2", "--yes"],
        &["lead", "3"],
        &["lead", "4", "5", "--yes", "--no-job"],
        &["show"],
        &["show", "--output", "jsonl"],
    ];
    for arguments in lines {
        text.push_str(&shell.show(arguments));
    }
    assert_shown!("kept-jobs", text);
    let directory = shell.home().join(".local/state/b24delete/jobs");
    let jobs = std::fs::read_dir(&directory).unwrap().filter(|entry| {
        entry.as_ref().unwrap().path().extension().is_some_and(|extension| extension == "b24job")
    });
    assert_eq!(jobs.count(), 1);
}

#[test]
fn a_job_file_that_is_of_no_use_is_told() {
    let portal = Portal::small();
    let shell = portal.shell();
    shell.file("text.b24job", "nothing of the kind".repeat(100));
    shell.file("empty.b24job", "");
    let mut text = String::new();
    let lines: [&[&str]; 10] = [
        &["run", "missing.b24job"],
        &["run", "text.b24job", "--yes"],
        &["run", "empty.b24job", "--yes"],
        &["run", "."],
        &["show", "text.b24job"],
        &["show", "missing.b24job", "--verify"],
        &["forget", "missing.b24job", "--yes"],
        &["lead", "1", "2", "--yes", "--job", "text.b24job"],
        &["lead", "1", "2", "--yes", "--job", "text.b24job/new.b24job"],
        &["lead", "1", "2", "--no-job", "--backup"],
    ];
    for arguments in lines {
        text.push_str(&shell.show(arguments));
    }
    assert_shown!("bad-jobs", text);
    assert_eq!(portal.leads().len(), 10);
}

#[test]
fn a_job_of_another_portal_is_not_run() {
    let (here, elsewhere) = (Portal::small(), Portal::small());
    let shell = here.shell();
    assert_eq!(code(&shell.run(&["lead", "1-5", "--plan-only", "--job", "cleanup.b24job"])), 0);
    let path = shell.home().join("cleanup.b24job");
    let output = elsewhere.shell().run(&["run", path.to_str().unwrap(), "--yes"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("was planned for"), "{}", stderr(&output));
    assert_eq!((here.leads().len(), elsewhere.leads().len()), (10, 10));
}

#[test]
fn a_head_that_was_kept_is_found_again() {
    let portal = Portal::small();
    let shell = portal.shell();
    let output = shell.run(&["lead", "1-5", "--yes", "--job", "cleanup.b24job"]);
    let told = stderr(&output);
    let head = told.split("head ").nth(1).unwrap().split_whitespace().next().unwrap();
    let output = shell.run(&["show", "cleanup.b24job", "--verify", "--head", head]);
    assert_eq!(code(&output), 0);
    assert!(stdout(&output).contains("the given head is that of run 1"));
    let other = "0".repeat(64);
    let output = shell.run(&["show", "cleanup.b24job", "--verify", "--head", &other, "--output", "jsonl"]);
    assert_eq!(code(&output), 1);
    let line: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(line["findings"][0], "the given head is not in the record: it was cut or written anew");
}
