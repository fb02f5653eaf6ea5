//! One life of the process: started, killed at an instant of choice, and judged by what it left.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rand::RngExt as _;
use rand::rngs::SmallRng;
use rusqlite::{Connection, OpenFlags};

use super::proxy::Proxy;
use crate::faults::Broken;

/// The instants at which a process is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Instant {
    /// Before the intent of its next pack is in the file.
    BeforeIntent,
    /// The intent is in the file, the request has not left.
    BeforeSend,
    /// The portal works on the request.
    OnTheWire,
    /// The reply has come, its outcomes are not in the file.
    BeforeCommit,
    /// Nothing answers.
    PortalDown,
    /// A lost answer settles, or anything else.
    Elsewhere,
}

impl Instant {
    /// Those that are aimed at.
    pub const AIMS: [Self; 5] =
        [Self::BeforeIntent, Self::BeforeSend, Self::OnTheWire, Self::BeforeCommit, Self::PortalDown];
}

/// A process that ended by itself within this time was not hit.
const LONGEST: Duration = Duration::from_secs(120);

/// What the client needs: the program, its job and the way to the portal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Setting<'a> {
    pub(super) program: &'a Path,
    pub(super) job: &'a Path,
    pub(super) webhook: &'a str,
    pub(super) proxy: &'a Proxy,
}

impl Setting<'_> {
    /// Starts the process; its outcomes go to `told`.
    pub(super) fn start(&self, told: &Path) -> Result<Child, Broken> {
        let options =
            ["--limits", "1/20", "--operating", "off", "--settle-time", "1", "--request-timeout", "5"];
        let child = Command::new(self.program)
            .args(["b24delete", "run"])
            .arg(self.job)
            .args(["--yes", "--quiet", "--output", "jsonl", "--allow-absent"])
            .args(options)
            .env("B24_WEBHOOK", self.webhook)
            .stdin(Stdio::null())
            .stdout(File::create(told)?)
            .stderr(Stdio::null())
            .spawn()?;
        Ok(child)
    }

    /// Kills the process near `aim`; none when it came to its end before that.
    pub(super) fn kill(
        &self,
        child: &mut Child,
        aim: Instant,
        random: &mut SmallRng,
    ) -> Result<Option<Instant>, Broken> {
        let before = self.proxy.traffic();
        let born = now();
        let skipped = random.random_range(1..6);
        let replies = before.replies + skipped;
        match aim {
            Instant::BeforeIntent => pause(random.random_range(0.0..0.03)),
            Instant::PortalDown => pause(1.5),
            Instant::OnTheWire => {
                let requests = before.requests + skipped;
                self.wait(child, |traffic| traffic.requests > requests && traffic.in_flight)?;
                pause(random.random_range(0.0..0.04));
            }
            Instant::BeforeSend => {
                self.wait(child, |traffic| traffic.replies > replies)?;
                pause(random.random_range(0.012..0.045));
            }
            Instant::BeforeCommit | Instant::Elsewhere => {
                self.wait(child, |traffic| traffic.replies > replies)?;
                pause(random.random_range(0.0..0.003));
            }
        }
        let traffic = self.proxy.traffic();
        if child.try_wait()?.is_some() {
            return Ok(None);
        }
        child.kill()?;
        child.wait()?;
        if aim == Instant::PortalDown {
            return Ok(Some(Instant::PortalDown));
        }
        let doubts = doubts(self.job, born)?;
        Ok(Some(match (traffic.in_flight, doubts.is_empty()) {
            (true, false) => Instant::OnTheWire,
            (_, true) => Instant::BeforeIntent,
            (false, false) if traffic.replies == before.replies => Instant::BeforeSend,
            (false, false) if aim == Instant::BeforeSend => Instant::BeforeSend,
            (false, false) if aim == Instant::BeforeCommit => Instant::BeforeCommit,
            (false, false) => Instant::Elsewhere,
        }))
    }

    fn wait(
        &self,
        child: &mut Child,
        mut enough: impl FnMut(&super::proxy::Traffic) -> bool,
    ) -> Result<(), Broken> {
        let turns = LONGEST.as_millis() / 50;
        for _ in 0..turns {
            if self.proxy.wait(Duration::from_millis(50), &mut enough) || child.try_wait()?.is_some() {
                return Ok(());
            }
        }
        Err("the client does nothing".into())
    }
}

/// The operations whose intents were written since `born` and that have no outcome.
pub(super) fn doubts(job: &Path, born: u64) -> Result<BTreeSet<u64>, Broken> {
    let connection = Connection::open_with_flags(job, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let mut statement = connection.prepare("SELECT operations FROM intents WHERE at >= ?1")?;
    let mut found = BTreeSet::new();
    let mut rows = statement.query([i64::try_from(born)?])?;
    while let Some(row) = rows.next()? {
        let open: Vec<(u64, u32)> = serde_json::from_str(&row.get::<_, String>(0)?)?;
        found.extend(open.into_iter().map(|(seq, _)| seq));
    }
    Ok(found)
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
