//! Applications: profiles, login, tokens in their file.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::Duration;

use b24delete_emulator::faults::{Fault, FaultRule, Moment};

use crate::command::{Shell, assert_shown, code, stderr, stdout};
use crate::portal::Portal;

const PROFILES: &str = ".config/b24delete/profiles.toml";
const TOKENS: &str = ".local/state/b24delete/tokens/mine.json";

fn portal() -> Portal {
    Portal::new(|settings| settings.seed.leads = 10)
}

/// A shell with the profile `mine` of the portal's application.
fn shell(portal: &Portal) -> Shell {
    let shell = Shell::new();
    shell.file(PROFILES, portal.profile("mine", ""));
    shell
}

/// Logs in as a user does: opens the page and pastes what the browser shows.
fn log_in(portal: &Portal, shell: &Shell, pasted: impl FnOnce(String) -> String) -> Output {
    let arguments = ["auth", "login", "--profile", "mine", "-vvv"];
    let mut child = shell.command(&arguments).stdin(Stdio::piped()).spawn().unwrap();
    let mut page = String::new();
    let mut told = BufReader::new(child.stdout.take().unwrap());
    told.read_line(&mut page).unwrap();
    let address = pasted(portal.let_in(page.trim()));
    writeln!(child.stdin.take().unwrap(), "{address}").unwrap();
    let mut output = child.wait_with_output().unwrap();
    told.lines().for_each(|line| output.stdout.extend(format!("{}\n", line.unwrap()).bytes()));
    output
}

fn asked(portal: &Portal) -> u64 {
    portal.emulator().statistics().executed.get("oauth.token").copied().unwrap_or_default()
}

#[expect(clippy::disallowed_methods, reason = "the command and the portal keep real time")]
fn wait_until(condition: impl Fn() -> bool) {
    let reached = (0..500).any(|_| {
        std::thread::sleep(Duration::from_millis(20));
        condition()
    });
    assert!(reached, "waited for 10 seconds");
}

fn all_files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { all_files(&path) } else { vec![path] }).collect()
}

#[test]
fn a_login_lasts_and_its_secrets_stay_in_their_file() {
    let portal = portal();
    let shell = shell(&portal);
    let mut code_given = String::new();
    let output = log_in(&portal, &shell, |address| {
        code_given = address.split(['=', '&']).nth(1).unwrap().to_owned();
        address
    });
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert!(stdout(&output).contains("refresh token  there"), "{}", stdout(&output));
    let first = fs::read_to_string(shell.home().join(TOKENS)).unwrap();
    let mut outputs = vec![output];
    outputs.push(shell.run(&["lead", "1", "2", "--yes", "--profile", "mine", "-vvv"]));
    portal.emulator().expire_access_tokens();
    outputs.push(shell.run(&["lead", "3", "--profile", "mine", "-vvv", "--output", "jsonl"]));
    outputs.push(shell.run(&["auth", "status", "--profile", "mine", "-vvv"]));
    outputs.push(shell.run(&["auth", "refresh", "--profile", "mine", "-vvv"]));
    outputs.push(shell.run(&["check", "--profile", "mine", "-vvv"]));
    let last = fs::read_to_string(shell.home().join(TOKENS)).unwrap();
    assert_eq!(portal.leads(), (4..=10).collect::<Vec<_>>());
    assert_eq!(asked(&portal), 3, "the login, an expired token, and the renewal that was asked for");

    let mut secrets = vec![code_given, portal.addresses().client_secret.clone()];
    for text in [&first, &last] {
        let tokens: serde_json::Value = serde_json::from_str(text).unwrap();
        secrets
            .extend(["access_token", "refresh_token"].map(|name| tokens[name].as_str().unwrap().to_owned()));
    }
    assert_ne!(secrets[2], secrets[4]);
    for output in &outputs {
        assert_eq!(code(output), 0, "{}", stderr(output));
        let told = format!("{}{}", stdout(output), stderr(output));
        assert!(secrets.iter().all(|secret| !told.contains(secret)), "{told}");
    }
    for file in all_files(shell.home()) {
        let allowed = file.ends_with(TOKENS) || file.ends_with(PROFILES);
        let bytes = fs::read(&file).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(allowed || secrets.iter().all(|secret| !text.contains(secret)), "{}", file.display());
    }
}

#[test]
fn a_login_takes_the_code_alone_and_refuses_another_logins_address() {
    let portal = portal();
    let shell = shell(&portal);
    let other = log_in(&portal, &shell, |address| address.replace("&state=", "&state=other"));
    assert_eq!(code(&other), 2);
    assert!(stderr(&other).contains("another login"), "{}", stderr(&other));
    let used_up = log_in(&portal, &shell, |_| "never.given".to_owned());
    assert_eq!(code(&used_up), 3);
    assert!(stderr(&used_up).contains("invalid_grant"), "{}", stderr(&used_up));
    let status = shell.run(&["auth", "status", "--profile", "mine"]);
    assert_eq!(code(&status), 3, "{}", stderr(&status));
    let alone = log_in(&portal, &shell, |address| address.split(['=', '&']).nth(1).unwrap().to_owned());
    assert_eq!(code(&alone), 0, "{}", stderr(&alone));
}

#[test]
fn processes_that_share_a_login_renew_it_once() {
    let portal = Portal::new(|settings| {
        settings.seed.leads = 10;
        settings.cost = vec!["oauth.token=0.3".parse().unwrap()];
    });
    let shell = shell(&portal);
    assert_eq!(code(&log_in(&portal, &shell, |address| address)), 0);
    portal.emulator().expire_access_tokens();
    let running: Vec<_> = (1..=6)
        .map(|id| shell.command(&["lead", &id.to_string(), "--profile", "mine"]).spawn().unwrap())
        .collect();
    for child in running {
        let output = child.wait_with_output().unwrap();
        assert_eq!(code(&output), 0, "{}", stderr(&output));
    }
    assert_eq!((asked(&portal), portal.leads().len()), (2, 4));
}

#[test]
fn a_renewal_that_is_killed_leaves_a_file_that_can_be_used() {
    let portal = portal();
    let shell = shell(&portal);
    assert_eq!(code(&log_in(&portal, &shell, |address| address)), 0);
    let before = fs::read(shell.home().join(TOKENS)).unwrap();
    portal.emulator().expire_access_tokens();
    // The server renews the tokens and keeps its answer back.
    let silent = Fault::Stall { seconds: None };
    portal.emulator().add_faults(vec![FaultRule {
        moment: Moment::After,
        count: Some(1),
        ..FaultRule::new("oauth.token", silent)
    }]);
    let mut child = shell.command(&["lead", "1", "--profile", "mine"]).spawn().unwrap();
    wait_until(|| asked(&portal) == 2);
    child.kill().unwrap();
    child.wait().unwrap();
    // The lock went with the process, and the file is whole. What the server has used up it refuses in plain words.
    assert_eq!(fs::read(shell.home().join(TOKENS)).unwrap(), before);
    let next = shell.run(&["lead", "1", "--profile", "mine"]);
    assert_eq!(code(&next), 3);
    assert!(stderr(&next).contains("hint: `b24delete auth login`"), "{}", stderr(&next));
    assert_eq!(code(&log_in(&portal, &shell, |address| address)), 0);
    assert_eq!(code(&shell.run(&["lead", "1", "--profile", "mine"])), 0);
}

#[test]
fn the_environment_names_an_application_too() {
    let portal = portal();
    let mut shell = Shell::new();
    let addresses = portal.addresses().clone();
    shell.set("B24_REST", &addresses.oauth_rest);
    shell.set("B24_CLIENT_ID", &addresses.client_id);
    let incomplete = shell.run(&["lead", "1"]);
    assert_eq!(code(&incomplete), 2);
    assert!(stderr(&incomplete).contains("`B24_CLIENT_SECRET` is not"), "{}", stderr(&incomplete));
    shell.set("B24_CLIENT_SECRET", &addresses.client_secret);
    shell.set("B24_OAUTH_TOKEN", &addresses.oauth_token);
    shell.set("B24_REFRESH_TOKEN", &addresses.refresh_token);
    // The variable's token is used up by the first call; the file has what came of it.
    for id in ["1", "2", "3"] {
        let output = shell.run(&["lead", id]);
        assert_eq!(code(&output), 0, "{}", stderr(&output));
    }
    assert_eq!((asked(&portal), portal.leads().len()), (1, 7));
    shell.set("B24_WEBHOOK", portal.webhook());
    assert_eq!(code(&shell.run(&["lead", "4"])), 2);
}

#[test]
fn bad_profiles() {
    let portal = portal();
    let shell = Shell::new();
    let status: &[&str] = &["auth", "status", "--profile", "mine"];
    let mut text = shell.show(status);
    for content in [
        "[other]\nwebhook = \"https://example.bitrix24.com/rest/1/s3cret/\"\n",
        "[mine]\nwebhook = \"https://example.bitrix24.com/rest/1/s3cret/\"\n",
        "[mine]\nrest = \"https://example.bitrix24.com/rest/\"\nclient_id = \"local.1\"\n",
        "[mine]\nclient_secret = s3cret\n",
        "[mine]\nclient_secret = \"s3cret\"\ncolour = \"red\"\n",
        "[mine]\nrest = \"http://example.bitrix24.com/rest/\"\nclient_id = \"x\"\nclient_secret = \"s3cret\"\n",
    ] {
        shell.file(PROFILES, content);
        text.push_str(&shell.show(status));
    }
    shell.file(PROFILES, portal.profile("mine", ""));
    shell.file(TOKENS, "{\"v\":1,\"refresh_token\":\"s3cret");
    text.push_str(&shell.show(status));
    shell.file(PROFILES, portal.profile("mine", "token_file = \"../own.json\""));
    text.push_str(&shell.show(status));
    let text = text.replace(&shell.home().to_string_lossy().into_owned(), "[HOME]");
    assert!(!text.contains("s3cret"), "{text}");
    assert_shown!("bad-profiles", text);
}
