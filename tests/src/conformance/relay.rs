//! Jobs that go from language to language: begun by one, killed amid its work, and resumed by another, each by each.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use b24delete_emulator::Emulator;
use b24delete_emulator::store::ExecutionResult;
use b24delete_jobs::{Job, State};
use futures_util::{StreamExt as _, stream};
use serde_json::Value;
use tokio::process::Command;

use super::Broken;
use super::driver::{Driver, Program};
use super::message::{Question, Told};
use super::scene::{Scene, plan_job, run_job};
use super::vector::{Call, ClientSetup, JobSetup, PortalSetup};

/// Leads of one job, and how many of them are gone when its process is killed.
const LEADS: u64 = 120;
const GONE: usize = 25;

/// A lead takes the portal so long: time enough to kill a process amid its work.
const COST: &str = "crm.lead.delete=0.01";

/// Jobs at a time.
const AT_ONCE: usize = 6;

/// Nothing takes so long.
const LONGEST: Duration = Duration::from_secs(120);

/// What came of all jobs.
#[derive(Debug, Default)]
pub struct Relay {
    /// How many there were.
    pub jobs: usize,
    /// Where the file, the portal and what was told disagree.
    pub failures: Vec<String>,
}

/// Who can begin and resume a job.
#[derive(Debug, Clone)]
enum Runner {
    Driver(Program),
    Command(PathBuf),
}

/// One job, with the leads that are its own.
struct Baton<'a> {
    scene: &'a Scene,
    file: PathBuf,
    leads: RangeInclusive<u64>,
}

/// Lets every language begin a job and every other resume it, all on one portal. The command, at `command`, is one of them.
///
/// # Errors
/// When the portal or a process cannot be started.
pub async fn relay(programs: Vec<Program>, command: PathBuf) -> Result<Relay, Broken> {
    let drivers = programs.into_iter().map(Runner::Driver);
    let runners: Vec<_> = drivers.chain([Runner::Command(command)]).collect();
    let pairs: Vec<_> = (0..runners.len())
        .flat_map(|first| (0..runners.len()).map(move |second| (first, second)))
        .filter(|(first, second)| first != second)
        .collect();
    let setup = PortalSetup {
        leads: LEADS * pairs.len() as u64,
        cost: vec![COST.to_owned()],
        ..PortalSetup::default()
    };
    let scene = Scene::open(&setup).await?;
    let directory = tempfile::tempdir()?;
    let batons = (0..).zip(&pairs).map(|(index, &(first, second))| {
        let leads = index * LEADS + 1..=(index + 1) * LEADS;
        let file = directory.path().join(format!("{index}.b24job"));
        (runners.get(first), runners.get(second), Baton { scene: &scene, file, leads })
    });
    let handed_over = batons.filter_map(|(first, second, baton)| Some((first?, second?, baton))).map(
        |(first, second, baton)| async move {
            let failures = baton.hand_over(first, second).await;
            let pair = format!("begun by {}, resumed by {}", first.name(), second.name());
            failures.map_err(|error| format!("{pair}: {error}")).map(|failures| {
                failures.into_iter().map(|failure| format!("{pair}: {failure}")).collect::<Vec<_>>()
            })
        },
    );
    let mut results = stream::iter(handed_over).buffer_unordered(AT_ONCE);
    let mut relay = Relay { jobs: pairs.len(), ..Relay::default() };
    while let Some(failures) = results.next().await {
        relay.failures.extend(failures?);
    }
    drop(results);
    relay.failures.sort();
    scene.portal.shutdown().await;
    Ok(relay)
}

impl Baton<'_> {
    async fn hand_over(&self, first: &Runner, second: &Runner) -> Result<Vec<String>, Broken> {
        first.begin(self).await?;
        let gone = self.applied().len();
        let lines = second.resume(self).await?;
        let mut failures = judge(self.scene.portal.emulator(), self, &lines)?;
        if gone as u64 >= LEADS {
            failures.push("it was killed too late: nothing was left to do".to_owned());
        }
        Ok(failures)
    }

    /// How often the portal has deleted each lead of the job.
    fn applied(&self) -> BTreeMap<u64, usize> {
        let mut applied = BTreeMap::new();
        for execution in self.scene.portal.emulator().executions(0) {
            let lead = execution.lead_id.and_then(|id| u64::try_from(id).ok());
            let lead = lead.filter(|id| self.leads.contains(id));
            if let (ExecutionResult::Applied, Some(lead)) = (execution.result, lead) {
                *applied.entry(lead).or_default() += 1;
            }
        }
        applied
    }

    /// Waits until the process is amid its work.
    async fn is_under_way(&self) -> Result<(), Broken> {
        let under_way = async {
            while self.applied().len() < GONE {
                #[expect(clippy::disallowed_methods, reason = "processes keep real time")]
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        Ok(tokio::time::timeout(LONGEST, under_way).await.map_err(|_| "nothing is deleted")?)
    }

    /// A question with the options of a client.
    fn question(&self) -> Question {
        let mut question = Question::default();
        self.scene.client(&ClientSetup::default(), &mut question);
        question
    }

    fn range(&self) -> String {
        format!("{}-{}", self.leads.start(), self.leads.end())
    }
}

impl Runner {
    fn name(&self) -> String {
        match self {
            Self::Driver(program) => {
                let last = program.command.last().map(|word| Path::new(word).display().to_string());
                format!("{:?} ({})", program.language, last.unwrap_or_default())
            }
            Self::Command(_) => "the command".to_owned(),
        }
    }

    /// Plans the job, begins to run it, and is killed amid that.
    async fn begin(&self, baton: &Baton<'_>) -> Result<(), Broken> {
        match self {
            Self::Driver(program) => {
                let mut driver = Driver::start(program).await?;
                let many = Some(vec![format!("lead:{}", baton.range())]);
                let mut plan = baton.question();
                plan_job(&baton.file, &Call { many, ..Call::default() }, &JobSetup::default(), &mut plan);
                let (told, lines) = driver.ask(&plan).await?;
                if !told.planned {
                    return Err(format!("it planned nothing: {}", lines.join(" ")).into());
                }
                let mut run = baton.question();
                run_job(&baton.file, &mut run);
                driver.tell(&run).await;
                baton.is_under_way().await?;
                driver.kill().await
            }
            Self::Command(program) => {
                let mut command = deleting(program, "lead", baton.range().as_ref(), baton);
                let job = command.arg("--yes").arg("--job").arg(&baton.file);
                let mut child = job.stdout(Stdio::null()).spawn()?;
                baton.is_under_way().await?;
                Ok(child.kill().await?)
            }
        }
    }

    /// Resumes the job; gives the outcomes of all its operations as lines of JSON.
    async fn resume(&self, baton: &Baton<'_>) -> Result<Vec<Value>, Broken> {
        match self {
            Self::Driver(program) => {
                let mut run = baton.question();
                run_job(&baton.file, &mut run);
                let (Told { outcomes, summary, .. }, lines) = Driver::start(program).await?.ask(&run).await?;
                if summary.is_none() {
                    return Err(format!("it did not go on: {}", lines.join(" ")).into());
                }
                let json = outcomes.iter().filter_map(|outcome| outcome.get("json")?.as_str());
                json.map(|line| Ok(serde_json::from_str(line)?)).collect()
            }
            Self::Command(program) => {
                let run = deleting(program, "run", baton.file.as_os_str(), baton).output().await?;
                if !run.status.success() {
                    return Err(format!("it ended with {}: {}", run.status, text(&run.stderr)).into());
                }
                let mut report = Command::new(program);
                report.arg("report").arg(&baton.file).args(["--output", "jsonl"]);
                let lines = text(&report.output().await?.stdout);
                let lines: Result<Vec<Value>, _> = lines.lines().map(serde_json::from_str).collect();
                let is_outcome = |line: &Value| line.get("type").is_some_and(|word| word == "outcome");
                Ok(lines?.into_iter().filter(is_outcome).collect())
            }
        }
    }
}

/// The command with the options of the drivers.
fn deleting(program: &Path, subcommand: &str, target: &OsStr, baton: &Baton<'_>) -> Command {
    let mut command = Command::new(program);
    command
        .arg(subcommand)
        .arg(target)
        .args(["--limits", "off", "--operating", "off", "--settle-time", "0.3", "--quiet"])
        .env("B24_WEBHOOK", &baton.scene.portal.addresses().webhook)
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Whether what was told, the file and the portal agree: every lead is gone, deleted once, and has one outcome.
fn judge(portal: &Emulator, baton: &Baton<'_>, lines: &[Value]) -> Result<Vec<String>, Broken> {
    let mut failures = Vec::new();
    let applied = baton.applied();
    let there = portal.snapshot()?.leads;
    let job = Job::open(&baton.file)?;
    let mut recorded = Vec::new();
    for (outcome, lead) in job.outcomes()?.zip(baton.leads.clone()) {
        let outcome = outcome?;
        let is_its = outcome.operation.lead_id().is_some_and(|id| id.get() == lead);
        let times = applied.get(&lead).copied().unwrap_or(0);
        let is_there = there.iter().any(|id| u64::try_from(*id) == Ok(lead));
        if !is_its || outcome.status != b24delete::Status::Deleted || times != 1 || is_there {
            failures.push(format!("lead {lead}: {outcome:?}, deleted {times} times, there: {is_there}"));
        }
        recorded.push(serde_json::to_value(&outcome)?);
    }
    if recorded.len() as u64 != LEADS || lines.len() != recorded.len() {
        failures.push(format!("{} outcomes are recorded, {} were told", recorded.len(), lines.len()));
    }
    let differing = recorded.iter().zip(lines).find(|(recorded, told)| recorded != told);
    failures.extend(differing.map(|(recorded, told)| format!("recorded {recorded}, told {told}")));
    let overview = job.overview()?;
    if (overview.runs, overview.state) != (2, State::Finished) {
        failures.push(format!("{} runs left it {}", overview.runs, overview.state.as_str()));
    }
    failures.extend(job.verify(None)?.findings.iter().map(ToString::to_string));
    Ok(failures)
}
