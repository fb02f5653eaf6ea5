//! `cargo xtask fuzz`: runs every fuzz target for a while. What it finds is in `fuzz/artifacts/`; a minimised copy of it
//! belongs into the corpus, which `cargo xtask test` replays.

use std::path::Path;

use xshell::{Shell, cmd};

use crate::steps::{self, Outcome, Step};
use crate::tools;

/// How long each target runs unless asked otherwise.
pub(crate) const SECONDS: u32 = 60;

/// The targets, each with a corpus of the same name below `fuzz/corpus/`.
const TARGETS: [&str; 5] = ["call_reply", "batch_reply", "webhook", "targets", "filter"];

/// A longer input, a run that takes longer or more memory than this is a finding.
const MOST_BYTES: usize = 4096;
const MOST_SECONDS: u32 = 10;
const MOST_MEBIBYTES: u32 = 512;

/// Runs each target for so many seconds.
///
/// # Errors
///
/// When cargo-fuzz cannot be installed, or a target shows that something does not hold.
pub(crate) fn run(root: &Path, seconds: u32) -> Outcome {
    let shell = Shell::new()?;
    shell.change_dir(root);
    let program = &tools::FUZZ.installed(&shell)?;
    // The targets need the compiler's options for coverage, which a stable one keeps behind this.
    let _unstable = shell.push_env("RUSTC_BOOTSTRAP", "1");
    let shell = &shell;
    steps::run(TARGETS.map(|target| Step::new(target, move || fuzz(shell, program, target, seconds))).into())
}

fn fuzz(shell: &Shell, program: &Path, target: &str, seconds: u32) -> Outcome {
    // New inputs go where git does not see them; the committed ones are only read.
    let (found, corpus) = (format!("fuzz/found/{target}"), format!("fuzz/corpus/{target}"));
    shell.create_dir(&found)?;
    let limits = [
        format!("-max_total_time={seconds}"),
        format!("-max_len={MOST_BYTES}"),
        format!("-timeout={MOST_SECONDS}"),
        format!("-rss_limit_mb={MOST_MEBIBYTES}"),
        "-print_final_stats=1".to_owned(),
    ];
    // Nothing here is unsafe: a sanitizer of memory would only slow it down.
    let run = cmd!(shell, "{program} run --fuzz-dir fuzz --sanitizer none {target} {found} {corpus}");
    Ok(run.arg("--").args(limits).run()?)
}
