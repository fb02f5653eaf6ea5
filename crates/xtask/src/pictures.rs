//! `cargo xtask pictures`: the pictures of the first page, from a real run and a real report.

mod terminal;

use std::path::Path;

use xshell::{Shell, cmd};

use crate::emulator::Emulator;
use crate::steps::Outcome;
use crate::workspace;

/// Below the repository's root.
const PICTURES: &str = "docs/pictures";

/// What happens to the run whose report is shown: two refusals, and an answer that is lost.
const FAULTS: &str = r#"[
  {"method": "crm.lead.delete", "every": 250, "where": "before", "fault": {"kind": "error", "description": "Access denied"}},
  {"method": "crm.lead.delete", "nth": 300, "where": "after", "fault": {"kind": "reset"}}
]"#;

/// A portal that makes the run wait, in seconds and not in minutes.
const PORTAL: [&str; 12] = [
    "--leads",
    "600",
    "--contacts",
    "40",
    "--links-per-lead",
    "2",
    "--limits",
    "50/10",
    "--operating",
    "3/10",
    "--cost",
    "crm.lead.delete=0.015",
];

/// The part of the report that is shown, in pixels.
const WINDOW: &str = "--window-size=1000,900";

/// Runs the demo and a job, and writes what they look like.
///
/// # Errors
///
/// When a command fails, or Chromium is not there.
pub(crate) fn run(root: &Path) -> Outcome {
    let shell = Shell::new()?;
    shell.change_dir(root);
    cmd!(shell, "cargo build --workspace --all-targets --quiet").run()?;
    let program = workspace::program(&workspace::target_directory(&shell)?, "debug", "b24delete")?;
    let pictures = shell.create_dir(root.join(PICTURES))?;
    let told = cmd!(shell, "{program} demo").env("CLICOLOR_FORCE", "1").read()?;
    shell.write_file(pictures.join("run.svg"), terminal::picture("b24delete demo", &told))?;
    report(&shell, &program, &pictures.join("report.png"))
}

/// A picture of the report of a job.
fn report(shell: &Shell, program: &Path, picture: &Path) -> Outcome {
    let directory = shell.create_temp_dir()?;
    let _directory = shell.push_dir(directory.path());
    shell.write_file("faults.json", FAULTS)?;
    let faults = shell.current_dir().join("faults.json");
    let faults = ["--faults", faults.to_str().ok_or("the temporary directory is not UTF-8")?];
    let portal = Emulator::start(program, PORTAL.into_iter().chain(faults))?;
    let operating = ["--limits", "50/10", "--operating", "3/10"];
    // It ends with 1, because two leads are protected.
    cmd!(shell, "{program} lead 1-600 9001 9002 --backup --job junk.b24job --yes --quiet {operating...}")
        .env("B24_WEBHOOK", &portal.addresses.webhook)
        .ignore_status()
        .ignore_stdout()
        .run()?;
    cmd!(shell, "{program} report junk.b24job --html junk.html").run()?;
    let (page, screenshot) =
        (shell.current_dir().join("junk.html"), format!("--screenshot={}", picture.display()));
    let quiet = ["--headless", "--no-sandbox", "--hide-scrollbars", "--force-device-scale-factor=1"];
    cmd!(shell, "chromium {quiet...} {WINDOW} {screenshot} file://{page}")
        .ignore_stderr()
        .run()
        .map_err(|error| format!("{error}\nhint: on Debian, `apt-get install chromium`"))?;
    Ok(())
}
