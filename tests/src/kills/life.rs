//! One life of the process: started, killed at an instant of choice, and judged by what it left.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rand::RngExt as _;
use rand::rngs::SmallRng;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::aim::{Instant, LONGEST, Remains, Way, Work};
use super::gate::Gate;
use super::told::{Line, Told};
use crate::faults::Broken;

/// In this time a process that can go on does.
const SOON: Duration = Duration::from_secs(3);

/// So long after an outcome a job writes it even when nothing follows.
const IDLE: f64 = 0.3;

/// A process that waits for the limits sends nothing for longer than this.
const STANDS: f64 = 0.12;

/// How a life ends.
pub(super) enum End {
    /// By itself.
    Ended,
    /// Killed; none where what is left does not prove the instant.
    Killed(Option<Instant>),
}

/// What the client needs: the program, its job and the way to the portal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) program: &'a Path,
    pub(super) job: &'a Path,
    pub(super) webhook: &'a str,
    pub(super) gate: &'a Gate,
    pub(super) work: Work,
}

impl Setting<'_> {
    /// Lets the process live to its end.
    pub(super) fn live(&self, output: &Path) -> Result<(), Broken> {
        self.gate.begin(None, false);
        let (mut child, told) = self.start(output, "off")?;
        child.wait()?;
        told.end();
        Ok(())
    }

    /// Kills the process on its `way`, amid one of its first packs.
    pub(super) fn kill(
        &self,
        output: &Path,
        way: Way,
        random: &mut SmallRng,
        most: u64,
    ) -> Result<End, Broken> {
        let after = random.random_range(0..=most);
        let born = now();
        self.gate.begin(way.hold(after), way == Way::Down);
        let (mut child, told) = self.start(output, &way.limits(after))?;
        let lock = self.meet(&mut child, &told, way)?;
        let passages = self.gate.passages();
        let ended = child.try_wait()?.is_some();
        child.kill()?;
        child.wait()?;
        drop(lock);
        self.gate.release(random.random());
        let told = told.end();
        if ended {
            return Ok(End::Ended);
        }
        let open = self.open_leads(born)?;
        let remains = Remains { work: self.work, passages, told, open, is_down: way == Way::Down };
        Ok(End::Killed(remains.instant()))
    }

    /// Waits until the process is where it is to die, or is gone. What it gives keeps the process there.
    fn meet(&self, child: &mut Child, told: &Told, way: Way) -> Result<Option<Connection>, Broken> {
        match way {
            Way::Down => told.wait(0, SOON, |line| *line == Line::NotAnswered),
            Way::Slow => return self.wait_for_standstill(child, told).map(|()| None),
            Way::Held(..) => self.wait_for_gate(child)?,
            Way::Locked(_) => {
                if !self.wait_for_gate(child)? {
                    return Ok(None);
                }
                // What was answered before is written by then.
                pause(IDLE);
                let lock = lock(self.job)?;
                let from = told.len();
                self.gate.release(true);
                told.wait(from, SOON, |line| {
                    matches!(line, Line::Commit { ended: false, .. } | Line::RestoreCommit { ended: false })
                });
                return Ok(Some(lock));
            }
        };
        Ok(None)
    }

    /// False when the process ends before it sends what is to be held.
    fn wait_for_gate(&self, child: &mut Child) -> Result<bool, Broken> {
        for _ in 0..LONGEST.as_millis() / 50 {
            if self.gate.wait(Duration::from_millis(50)) {
                return Ok(true);
            }
            if child.try_wait()?.is_some() {
                return Ok(false);
            }
        }
        Err("the client does not send what is to be held".into())
    }

    /// Waits until the intent of a request stands in the file, and the limits keep it from being sent.
    fn wait_for_standstill(&self, child: &mut Child, told: &Told) -> Result<(), Broken> {
        let is_intent = |line: &Line| match *line {
            Line::Commit { ended, intended, .. } => ended && intended > 0,
            Line::RestoreCommit { ended } => ended,
            _ => false,
        };
        let mut from = 0;
        for _ in 0..LONGEST.as_millis() / 50 {
            if told.wait(from, Duration::from_millis(50), is_intent) {
                from = told.len();
                let before = self.gate.passages().len();
                pause(STANDS);
                if self.gate.passages().len() == before && told.len() == from {
                    return Ok(());
                }
            }
            if child.try_wait()?.is_some() {
                return Ok(());
            }
        }
        Err("the client never stands still".into())
    }

    /// Starts the process; its outcomes go to `output`.
    fn start(&self, output: &Path, limits: &str) -> Result<(Child, Told), Broken> {
        let mut command = Command::new(self.program);
        command.arg("b24delete");
        match self.work {
            Work::Restore => command.args(["restore", "--yes"]),
            Work::Delete | Work::DeleteWithCopies => command.args(["run", "--yes", "--allow-absent"]),
        };
        let mut child = command
            .arg(self.job)
            .args(["--quiet", "-vv", "--output", "jsonl", "--limits", limits, "--operating", "off"])
            .args(["--settle-time", "1", "--request-timeout", "5"])
            .env("B24_WEBHOOK", self.webhook)
            .stdin(Stdio::null())
            .stdout(File::create(output)?)
            .stderr(Stdio::piped())
            .spawn()?;
        let stderr = child.stderr.take().ok_or("the client has no stderr")?;
        Ok((child, Told::listen(stderr)))
    }

    /// The leads whose intents were written since `born` and that have no outcome.
    fn open_leads(&self, born: u64) -> Result<BTreeSet<u64>, Broken> {
        let connection = Connection::open_with_flags(self.job, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let mut statement = connection.prepare("SELECT operations FROM intents WHERE at >= ?1")?;
        let mut found = BTreeSet::new();
        let mut rows = statement.query([i64::try_from(born)?])?;
        while let Some(row) = rows.next()? {
            let open: Vec<(u64, u32)> = serde_json::from_str(&row.get::<_, String>(0)?)?;
            // The job has the leads 1, 2, 3… in this order.
            found.extend(open.into_iter().map(|(seq, _)| seq + 1));
        }
        Ok(found)
    }
}

/// Keeps everybody else from writing the file. Its end leaves the file as it is.
fn lock(job: &Path) -> Result<Connection, Broken> {
    let connection = Connection::open_with_flags(job, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    connection.busy_timeout(SOON)?;
    connection.execute_batch("BEGIN IMMEDIATE")?;
    Ok(connection)
}

fn now() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "real processes live in real time")]
    let now = SystemTime::now();
    let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Lets real time pass.
fn pause(seconds: f64) {
    #[expect(clippy::disallowed_methods, reason = "real processes live in real time")]
    std::thread::sleep(Duration::from_secs_f64(seconds));
}
