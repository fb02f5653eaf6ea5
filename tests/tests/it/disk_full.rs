//! The real command on a disk that fills up: a small file system of its own, and a limit on the size of files where this
//! user may not mount one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use b24delete::Status;
use b24delete_emulator::{Emulator, Running, Settings};
use b24delete_jobs::{Job, State};
use serde_json::json;
use tempfile::TempDir;

/// A place where little fits.
struct Small {
    place: TempDir,
    is_mounted: bool,
    /// The size of a file, in blocks of 512 bytes, where nothing is mounted.
    blocks: u64,
}

impl Small {
    fn new(kibibytes: u64) -> Self {
        let place = tempfile::tempdir().unwrap();
        let mut small = Self { place, is_mounted: false, blocks: kibibytes };
        small.is_mounted = small.mount(&format!("size={kibibytes}k"));
        println!("a file system of {kibibytes} KiB: {}", small.is_mounted);
        small
    }

    fn mount(&self, options: &str) -> bool {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(self.place.path()).stderr(Stdio::null());
        mount.status().is_ok_and(|status| status.success())
    }

    /// Makes room.
    fn grow(&mut self) {
        self.blocks = u64::MAX;
        assert!(!self.is_mounted || self.mount("remount,size=64m"));
    }

    fn file(&self) -> PathBuf {
        self.place.path().join("cleanup.b24job")
    }

    fn command(&self, portal: &Running, arguments: &[&str]) -> Output {
        let program = Path::new(env!("CARGO_BIN_EXE_kills"));
        let mut command = match self.is_mounted || self.blocks == u64::MAX {
            true => Command::new(program),
            false => {
                let mut shell = Command::new("sh");
                let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$@\"", self.blocks);
                shell.args(["-c", &script, "sh"]).arg(program);
                shell
            }
        };
        let limits = ["--limits", "off", "--operating", "off", "--settle-time", "1"];
        command.arg("b24delete").args(arguments).args(limits).args(["--yes", "--quiet"]);
        command.env("B24_WEBHOOK", &portal.addresses().webhook).stdin(Stdio::null()).output().unwrap()
    }

    fn run(&self, portal: &Running) -> Output {
        let file = self.file();
        let output = ["--output", "jsonl", "--allow-absent"];
        self.command(portal, &[&["run", file.to_str().unwrap()][..], &output].concat())
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        if self.is_mounted {
            let _ = Command::new("umount").arg("-l").arg(self.place.path()).status();
        }
    }
}

async fn portal(leads: u64) -> Running {
    let mut settings = Settings::default();
    settings.seed.leads = leads;
    (settings.limits, settings.operating) = (None, None);
    Emulator::serve(settings).await.unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The error names the file and says what is wrong with it.
fn assert_told(output: &Output, small: &Small) {
    let told = stderr(output);
    let why = if small.is_mounted { "the disk is full" } else { "cannot be" };
    assert!(told.contains("cleanup.b24job`") && told.contains(why), "{told}");
}

/// Each lead was deleted once, and the record says so.
fn assert_complete(portal: &Running, job: &Job, leads: u64) {
    let mut times: BTreeMap<i64, u64> = BTreeMap::new();
    let executions = portal.emulator().executions(0);
    for execution in executions.iter().filter(|execution| execution.method == "crm.lead.delete") {
        *times.entry(execution.lead_id.unwrap()).or_default() += 1;
    }
    assert_eq!((times.len() as u64, times.values().max()), (leads, Some(&1)));
    let outcomes: Vec<_> = job.outcomes().unwrap().map(Result::unwrap).collect();
    assert_eq!(outcomes.len() as u64, leads);
    assert!(outcomes.iter().all(|outcome| outcome.status == Status::Deleted));
    assert_eq!(job.overview().unwrap().state, State::Finished);
    assert!(job.verify(None).unwrap().is_intact());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_disk_that_fills_up_amid_a_run_loses_nothing() {
    const LEADS: u64 = 3_000;
    let portal = portal(LEADS).await;
    let mut small = Small::new(400);
    let (file, range) = (small.file(), format!("1-{LEADS}"));
    let file = file.to_str().unwrap();
    let stopped = small.command(&portal, &["lead", &range, "--job", file, "--output", "jsonl"]);
    assert_eq!(stopped.status.code(), Some(1), "{}", stderr(&stopped));
    assert_told(&stopped, &small);
    let deleted = portal.emulator().executions(0).len();
    assert!(deleted > 0 && (deleted as u64) < LEADS, "{deleted}");
    small.grow();
    let finished = small.run(&portal);
    assert!(finished.status.success(), "{}", stderr(&finished));
    assert_complete(&portal, &Job::open(small.file()).unwrap(), LEADS);
    // Together both processes told each outcome once.
    let told = [stopped.stdout, finished.stdout].concat();
    let outcomes = String::from_utf8(told).unwrap();
    assert_eq!(outcomes.lines().filter(|line| line.contains(r#""type":"outcome""#)).count() as u64, LEADS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_plan_that_does_not_fit_leaves_nothing() {
    let portal = portal(10).await;
    let mut small = Small::new(128);
    let file = small.file();
    let failed = small.command(&portal, &["lead", "1-30000", "--job", file.to_str().unwrap()]);
    assert!(!failed.status.success());
    assert_told(&failed, &small);
    assert_eq!(std::fs::read_dir(small.place.path()).unwrap().count(), 0);
    small.grow();
    let smaller = ["lead", "1-5000", "--plan-only", "--job", file.to_str().unwrap()];
    assert!(small.command(&portal, &smaller).status.success());
    assert_eq!(Job::open(small.file()).unwrap().overview().unwrap().operations, 5_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_has_no_room_for_its_copy_is_not_deleted() {
    const LEADS: u64 = 300;
    let portal = portal(LEADS).await;
    for id in 1..=LEADS {
        // A text that cannot be compressed much.
        let text: String =
            (0..600).map(|place| format!("{:x}", (id * 7919 + place) * 104_729 % 1_000_003)).collect();
        let update = json!({ "id": id, "fields": {"COMMENTS": text} });
        portal.emulator().act("crm.lead.update", update.as_object().unwrap()).unwrap();
    }
    let mut small = Small::new(400);
    let (file, range) = (small.file(), format!("1-{LEADS}"));
    let stopped = small.command(&portal, &["lead", &range, "--backup", "--job", file.to_str().unwrap()]);
    assert_eq!(stopped.status.code(), Some(1), "{}", stderr(&stopped));
    assert_told(&stopped, &small);
    let executions = portal.emulator().executions(0);
    let deleted = executions.iter().filter(|execution| execution.method == "crm.lead.delete").count() as u64;
    let copies = Job::open(small.file()).unwrap().overview().unwrap().backups;
    assert!(deleted <= copies && copies < LEADS, "{deleted} deleted, {copies} copies");
    small.grow();
    let finished = small.run(&portal);
    assert!(finished.status.success(), "{}", stderr(&finished));
    let job = Job::open(small.file()).unwrap();
    assert_eq!(job.overview().unwrap().backups, LEADS);
    assert_complete(&portal, &job, LEADS);
}
