//! Runs the built command and shows everything that it said.

use std::io::Write as _;
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

/// The command, in a directory of its own and with nothing from this machine's environment.
pub(crate) struct Shell {
    directory: TempDir,
    webhook: Option<String>,
    variables: Vec<(String, String)>,
}

impl Shell {
    pub(crate) fn new() -> Self {
        Self { directory: TempDir::new().unwrap(), webhook: None, variables: Vec::new() }
    }

    /// A shell in which `B24_WEBHOOK` is set.
    pub(crate) fn with_webhook(webhook: &str) -> Self {
        Self { webhook: Some(webhook.to_owned()), ..Self::new() }
    }

    /// Sets an environment variable for what runs from now on.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    /// The directory that is also the home.
    pub(crate) fn home(&self) -> &std::path::Path {
        self.directory.path()
    }

    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.directory.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        }
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_b24delete"));
        command.args(arguments).current_dir(self.directory.path());
        command.env_remove("RUST_LOG").env("NO_COLOR", "1").env("HOME", self.directory.path());
        for name in ["B24_WEBHOOK", "B24_REST", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME"] {
            command.env_remove(name);
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        if let Some(webhook) = &self.webhook {
            command.env("B24_WEBHOOK", webhook);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    pub(crate) fn run_with_stdin(&self, arguments: &[&str], stdin: impl AsRef<[u8]>) -> Output {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().unwrap();
        let mut pipe = child.stdin.take().unwrap();
        pipe.write_all(stdin.as_ref()).unwrap();
        drop(pipe);
        child.wait_with_output().unwrap()
    }

    /// The command line and all that came of it, for a snapshot.
    pub(crate) fn show(&self, arguments: &[&str]) -> String {
        show(arguments, &self.run(arguments))
    }
}

/// A command line and all that came of it, for a snapshot.
pub(crate) fn show(arguments: &[&str], output: &Output) -> String {
    let mut text = format!("$ b24delete {}\n", arguments.join(" "));
    let mut section = |name: &str, bytes: &[u8]| {
        if !bytes.is_empty() {
            text.push_str(&format!("--- {name}\n{}", String::from_utf8_lossy(bytes)));
        }
    };
    section("stdout", &output.stdout);
    section("stderr", &output.stderr);
    text.push_str(&format!("--- exit {}\n\n", code(output)));
    text
}

pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().expect("the command ends by itself")
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Sends the process a signal, as a terminal does with Ctrl-C.
#[cfg(unix)]
pub(crate) fn interrupt(child: &Child) {
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

/// Compares with a committed snapshot, without ports and times.
macro_rules! assert_shown {
    ($name:literal, $text:expr) => {
        insta::with_settings!({
            omit_expression => true,
            prepend_module_to_snapshot => false,
            filters => [
                (r"127\.0\.0\.1:\d+", "[HOST]"),
                (r"in \d+(\.\d+)? m?s\b", "in [TIME]"),
                (r#""seconds":[0-9.]+"#, "\"seconds\":[TIME]"),
                (r#"[^`"\s]*/[.]local/state/b24delete/jobs/\d{8}-\d{6}"#, "[JOBS]/[TIME]"),
                (r"\b[0-9a-f]{64}\b", "[HEAD]"),
                (r"\([0-9a-f]{16}\)", "([NAME])"),
                (r#""name":"[0-9a-f]{16}""#, "\"name\":\"[NAME]\""),
                (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", "[NOW]"),
                (r"(\d{4}-\d\d-\d\d )?\d\d:\d\d UTC", "[NOW]"),
                (r"\d+(\.\d+)? m?s in (\d+) run", "[TIME] in $2 run"),
                (r"\d{4}-\d\d-\d\dT[0-9:.]+Z", "[NOW]"),
                (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+\d\d:\d\d", "[NOW]"),
            ],
        }, { insta::assert_snapshot!($name, $text) });
    };
}
pub(crate) use assert_shown;
