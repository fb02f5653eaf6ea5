//! A driver: a small program in one of the languages that carries out one question after the other.

use std::ffi::OsString;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use super::Broken;
use super::message::{Question, Told};
use super::vector::{Store, Vector};

/// Nothing that a vector asks for takes so long.
const LONGEST: Duration = Duration::from_secs(120);

/// A language with a driver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// The core itself.
    Rust,
    /// The pip package.
    Python,
    /// The npm package.
    Node,
    /// The shared library.
    C,
}

impl Language {
    /// True when a value of that JSON type can be given as an id: a compiler refuses the others.
    pub(super) fn expresses(self, id: &Value) -> bool {
        let whole = id.as_i64().is_some();
        match self {
            // Texts are parsed.
            Self::Rust => whole || id.is_string(),
            Self::Python => true,
            // All numbers are floating.
            Self::Node => true,
            Self::C => whole,
        }
    }

    /// True when the vector's store of tokens can be written in it: only Rust can panic.
    pub(super) fn expresses_store(self, vector: &Vector) -> bool {
        let store = vector.client.oauth.as_ref().and_then(|oauth| oauth.store);
        self == Self::Rust || store != Some(Store::Panicking)
    }

    /// True when errors have a class for each family.
    pub(super) fn has_classes(self) -> bool {
        self != Self::C
    }
}

/// How a driver is started.
#[derive(Debug, Clone)]
pub struct Program {
    /// What it is written in.
    pub language: Language,
    /// The program and its arguments.
    pub command: Vec<OsString>,
}

/// A driver at work.
pub(super) struct Driver {
    child: Child,
    questions: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
    /// Everything that it wrote to its stderr.
    seen: Arc<Mutex<String>>,
}

impl Driver {
    /// Starts a driver, and waits until it answers: what it needs to begin is not the time of any vector.
    pub(super) async fn start(program: &Program) -> Result<Self, Broken> {
        let (command, arguments) = program.command.split_first().ok_or("no command for the driver")?;
        let mut child = Command::new(command)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| format!("the driver `{}` does not start: {error}", command.display()))?;
        let questions = child.stdin.take().ok_or("no stdin")?;
        let answers = BufReader::new(child.stdout.take().ok_or("no stdout")?).lines();
        let mut stderr = child.stderr.take().ok_or("no stderr")?;
        let seen = Arc::new(Mutex::new(String::new()));
        let writer = Arc::clone(&seen);
        tokio::spawn(async move {
            let mut buffer = vec![0; 64 << 10];
            while let Ok(length @ 1..) = stderr.read(&mut buffer).await {
                let text = String::from_utf8_lossy(buffer.get(..length).unwrap_or_default()).into_owned();
                writer.lock().unwrap_or_else(PoisonError::into_inner).push_str(&text);
            }
        });
        let mut driver = Self { child, questions, answers, seen };
        let mut nothing = Question::default();
        nothing.push("webhook", "https://portal.example.com/rest/1/code/");
        nothing.push("call", "open");
        match driver.ask(&nothing).await? {
            (Told { opened: true, .. }, _) => Ok(driver),
            (_, lines) => Err(format!("the driver makes no client: {}", lines.join(" ")).into()),
        }
    }

    /// Lets it carry out one question; also gives the lines of the answer as they came.
    pub(super) async fn ask(&mut self, question: &Question) -> Result<(Told, Vec<String>), Broken> {
        self.tell(question).await;
        let lines = tokio::time::timeout(LONGEST, self.answer()).await;
        let lines = lines.map_err(|_| format!("the driver gave no answer within {LONGEST:?}"))??;
        Ok((Told::read(&lines)?, lines))
    }

    /// Has it begin to carry out a question.
    pub(super) async fn tell(&mut self, question: &Question) {
        // A driver that has ended says why when it is listened to.
        let _ = self.questions.write_all(question.text().as_bytes()).await;
    }

    /// Ends it at once, whatever it is at.
    pub(super) async fn kill(mut self) -> Result<(), Broken> {
        Ok(self.child.kill().await?)
    }

    async fn answer(&mut self) -> Result<Vec<String>, Broken> {
        let mut lines = Vec::new();
        loop {
            match self.answers.next_line().await? {
                Some(line) if line.is_empty() => return Ok(lines),
                Some(line) => lines.push(line),
                None => {
                    let status = self.child.wait().await?;
                    return Err(format!("the driver ended with {status}:\n{}", self.seen()).into());
                }
            }
        }
    }

    /// Everything that it wrote to its stderr so far.
    pub(super) fn seen(&self) -> String {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
