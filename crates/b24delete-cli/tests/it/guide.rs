//! The guide and the first page keep their word: every `console` block in them runs, and shows what it says it shows.
//! A `toml` block is the file of profiles.

use std::fs;
use std::fs::File;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use crate::command::Shell;
use crate::portal::Portal;

/// Stands before the output of each block.
const MARK: &str = "@@@ block";

/// A block of commands with the lines that they are said to print.
#[derive(Debug, Default)]
struct Block {
    commands: Vec<String>,
    shown: Vec<String>,
}

/// Leads that a filter of the pages finds.
const JUNK: std::ops::RangeInclusive<u64> = 11..=15;

#[test]
fn every_console_block_of_the_pages_runs_and_shows_what_it_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let guide = fs::read_dir(root.join("docs/guide")).unwrap().map(|entry| entry.unwrap().path());
    let mut pages: Vec<PathBuf> = guide.chain([root.join("README.md")]).collect();
    pages.sort();
    let blocks: usize = pages.iter().map(|page| run_page(page)).sum();
    assert!(blocks >= 15, "the pages have blocks to run: {blocks}");
}

/// Runs the blocks of one page in one shell, beside a portal of its own; returns how many there are.
fn run_page(page: &Path) -> usize {
    let text = fs::read_to_string(page).unwrap();
    let blocks = blocks(&text);
    if blocks.is_empty() {
        return 0;
    }
    let portal = Portal::new(|settings| {
        (settings.seed.leads, settings.seed.contacts, settings.seed.links_per_lead) = (60, 10, 2);
    });
    for id in JUNK {
        portal.act("crm.lead.update", json!({"id": id, "fields": {"STATUS_ID": "JUNK"}}));
    }
    let mut shell = Shell::new();
    shell.file("webhook.txt", portal.webhook());
    // Whoever edits a file puts the webhook into it.
    shell.file("portal.txt", portal.webhook());
    shell.set("EDITOR", "cp portal.txt");
    if let Some(profiles) = text.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()) {
        shell.file(".config/b24delete/profiles.toml", profiles);
    }
    let mut script = "set -e -o pipefail\n".to_owned();
    for block in &blocks {
        script.push_str(&format!("echo '{MARK}'\n{}\n", block.commands.join("\n")));
    }
    let output = run_script(&shell, &script);
    let outputs: Vec<_> = output.split(MARK).skip(1).collect();
    let name = page.file_name().unwrap().to_string_lossy();
    for (block, output) in blocks.iter().zip(&outputs) {
        for line in &block.shown {
            assert!(
                output.lines().any(|printed| fits(printed, line)),
                "{name}: `{line}` is not in\n{output}"
            );
        }
    }
    blocks.len()
}

/// Runs a script with the command in its path; what it leaves behind in the background ends with it.
fn run_script(shell: &Shell, script: &str) -> String {
    let template = shell.command(&[]);
    let command = Path::new(template.get_program()).parent().unwrap();
    let path = format!("{}:{}", command.display(), std::env::var("PATH").unwrap());
    let output = shell.home().join("output.txt");
    let file = File::create(&output).unwrap();
    let mut bash = Command::new("timeout");
    bash.args(["60", "bash", "-c", script]).current_dir(shell.home()).process_group(0);
    bash.stdout(file.try_clone().unwrap()).stderr(file);
    for (name, value) in template.get_envs() {
        match value {
            Some(value) => bash.env(name, value),
            None => bash.env_remove(name),
        };
    }
    let mut child = bash.env("PATH", path).spawn().unwrap();
    let status = child.wait().unwrap();
    let _ = Command::new("kill").args(["-TERM", "--", &format!("-{}", child.id())]).output();
    let output = fs::read_to_string(output).unwrap();
    assert!(status.success(), "{status}: {output}");
    output
}

fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut current: Option<Block> = None;
    for line in page.lines() {
        match (line, &mut current) {
            ("```console", None) => current = Some(Block::default()),
            ("```", Some(_)) => blocks.extend(current.take()),
            (line, Some(block)) => match line.strip_prefix("$ ") {
                Some(command) => block.commands.push(command.to_owned()),
                None if line == "…" => {}
                None => block.shown.push(line.to_owned()),
            },
            _ => {}
        }
    }
    blocks
}

/// True when `pattern`, in which `…` stands for anything, describes the line.
fn fits(line: &str, pattern: &str) -> bool {
    let mut rest = line.trim_end();
    let mut parts = pattern.trim_end().split('…');
    let Some(after_first) = parts.next().and_then(|first| rest.strip_prefix(first)) else { return false };
    rest = after_first;
    let mut open = false;
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
        open = part.is_empty();
    }
    open || rest.is_empty()
}

#[test]
fn three_dots_stand_for_anything() {
    assert!(fits("deleted  lead 1", "deleted  lead 1"));
    assert!(fits("20 of 20 deleted; 2 requests in 9 ms", "20 of 20 deleted; …"));
    assert!(fits("a b c", "a…c"));
    assert!(!fits("19 of 20 deleted", "20 of 20 …"));
    assert!(!fits("deleted  lead 12", "deleted  lead 1"));
}
