//! One case: the portal here, the client in a process of its own, runs until the fault has struck often enough.

#![expect(clippy::indexing_slicing, reason = "a field that a JSON value does not have is null")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use b24delete_emulator::faults::FaultRule;
use b24delete_emulator::{Emulator, Running, Settings};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};

use super::cases::Case;
use super::{Broken, RECORDS_PER_RUN, SECRET, judge};
use crate::elsewhere::Elsewhere;
use crate::in_process::pass;

/// Runs of the client at a time.
const LANES: u64 = 8;

/// A case that takes longer has not come to its end.
const LONGEST: Duration = Duration::from_secs(600);

/// Longer than any fault lets the portal work on after its client has left.
const LATEST_WORK: Duration = Duration::from_secs(3);

/// What came of one case.
#[derive(Debug)]
pub struct Row {
    /// The case.
    pub name: &'static str,
    /// How often the fault struck.
    pub struck: u64,
    /// Runs that it took.
    pub runs: u64,
    /// Outcomes by status.
    pub outcomes: BTreeMap<String, u64>,
    /// Those of `deleted` that rest on a lookup.
    pub by_lookup: u64,
    /// Runs that stopped, by the reason.
    pub stops: BTreeMap<String, u64>,
    /// The kinds of errors that were told or kept.
    pub errors: BTreeMap<String, u64>,
    /// Where the outcomes and the portal's log and state disagree, and anything else that must not be.
    pub disagreements: Vec<String>,
    /// The most memory that the client's process had in use.
    pub peak_mebibytes: f64,
    /// How long the case took.
    pub seconds: f64,
}

/// What the client told.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) runs: BTreeSet<i64>,
    /// The outcomes with the number of their run.
    pub(super) outcomes: Vec<(i64, Value)>,
    pub(super) summaries: Vec<Value>,
    pub(super) errors: BTreeMap<String, u64>,
    pub(super) peak_kib: Option<u64>,
    /// Everything that anybody could see.
    pub(super) text: String,
}

/// Plays a case until its fault has struck so often.
pub(super) async fn play(case: &Case, faults: u64, program: &Path) -> Result<Row, Broken> {
    #[expect(clippy::disallowed_methods, reason = "sockets keep real time")]
    let started = tokio::time::Instant::now();
    let elsewhere = Elsewhere::open().await?;
    let most_runs = faults * 2 + LANES * 2;
    let location = format!("{}/rest/1/{SECRET}/batch.json", elsewhere.url);
    let portal = portal(case.rules(faults, &location), most_runs).await?;
    let scene = Scene { case, faults, most_runs, portal: portal.emulator() };
    let told = tokio::time::timeout(LONGEST, scene.follow(&portal.addresses().webhook, program))
        .await
        .map_err(|_| format!("not at its end after {LONGEST:?}"))??;
    let seconds = started.elapsed().as_secs_f64();
    pass(LATEST_WORK).await;
    let mut disagreements = judge::disagreements(case, &told, portal.emulator())?;
    let struck = scene.struck();
    if struck < faults {
        disagreements.push(format!("the fault struck only {struck} times in {} runs", told.runs.len()));
    }
    let visitors = elsewhere.visitors();
    if visitors > 0 {
        disagreements.push(format!("{visitors} redirects were followed"));
    }
    portal.shutdown().await;
    Ok(row(case.name, struck, told, disagreements, seconds))
}

async fn portal(rules: Vec<FaultRule>, most_runs: u64) -> Result<Running, Broken> {
    let mut settings = Settings::default();
    let records = most_runs * RECORDS_PER_RUN.unsigned_abs();
    (settings.seed.leads, settings.seed.contacts, settings.seed.links_per_lead) = (records, records, 1);
    (settings.limits, settings.operating) = (None, None);
    settings.webhook_code = Some(SECRET.to_owned());
    settings.faults = rules;
    Ok(Emulator::serve(settings).await?)
}

/// A portal under faults, and how long its client is kept busy.
struct Scene<'a> {
    case: &'a Case,
    faults: u64,
    most_runs: u64,
    portal: &'a Emulator,
}

impl Scene<'_> {
    fn struck(&self) -> u64 {
        self.portal.statistics().faults.get(self.case.kind).copied().unwrap_or_default()
    }

    /// Gives orders and takes down what the client tells, until it has ended.
    async fn follow(&self, webhook: &str, program: &Path) -> Result<Told, Broken> {
        let mut child = Command::new(program)
            .args(["client", webhook])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let mut stderr = child.stderr.take().ok_or("no stderr")?;
        let seen = tokio::spawn(async move {
            let mut text = Vec::new();
            stderr.read_to_end(&mut text).await.map(|_| String::from_utf8_lossy(&text).into_owned())
        });
        let mut told = self.orders(&mut child).await?;
        let status = child.wait().await?;
        told.text.push_str(&seen.await??);
        match status.success() && told.peak_kib.is_some() {
            true => Ok(told),
            false => Err(format!("the client ended with {status}:\n{}", last_lines(&told.text)).into()),
        }
    }

    /// A new run for every one that ends, while the fault has not struck often enough.
    async fn orders(&self, child: &mut Child) -> Result<Told, Broken> {
        let mut orders = child.stdin.take();
        let mut lines = BufReader::new(child.stdout.take().ok_or("no stdout")?).lines();
        let mut told = Told::default();
        for _ in 0..LANES {
            self.order(&mut orders, &mut told).await?;
        }
        while let Some(line) = lines.next_line().await? {
            told.text.push_str(&line);
            if told.note(serde_json::from_str(&line)?) {
                self.order(&mut orders, &mut told).await?;
            }
        }
        Ok(told)
    }

    /// Orders one more run, or no more at all when there were enough.
    async fn order(&self, orders: &mut Option<ChildStdin>, told: &mut Told) -> Result<(), Broken> {
        let number = u64::try_from(told.runs.len())?;
        if self.struck() >= self.faults || number >= self.most_runs {
            *orders = None;
        }
        if let Some(orders) = orders {
            orders.write_all(format!("{number}\n").as_bytes()).await?;
            told.runs.insert(number.try_into()?);
        }
        Ok(())
    }
}

impl Told {
    /// Takes down a line; true when it ends a run.
    fn note(&mut self, mut line: Value) -> bool {
        for word in line["errors"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            *self.errors.entry(word.to_owned()).or_default() += 1;
        }
        if let Some(peak) = line["peak_kib"].as_u64() {
            self.peak_kib = Some(peak);
        }
        let run = line["run"].as_i64().unwrap_or(-1);
        match (line["outcome"].take(), line["summary"].take()) {
            (outcome @ Value::Object(_), _) => self.outcomes.push((run, outcome)),
            (_, summary @ Value::Object(_)) => {
                self.summaries.push(summary);
                return true;
            }
            _ => {}
        }
        false
    }
}

fn last_lines(text: &str) -> &str {
    text.char_indices().nth_back(2_000).and_then(|(start, _)| text.get(start..)).unwrap_or(text)
}

fn row(name: &'static str, struck: u64, told: Told, disagreements: Vec<String>, seconds: f64) -> Row {
    let count = |words: &mut dyn Iterator<Item = &str>| {
        let mut counts = BTreeMap::new();
        words.for_each(|word| *counts.entry(word.to_owned()).or_default() += 1);
        counts
    };
    let outcomes = || told.outcomes.iter().map(|(_, outcome)| outcome);
    let by_lookup = outcomes().filter(|outcome| outcome["confirmed_by"] == "lookup").count();
    #[expect(clippy::cast_precision_loss, reason = "no process has 2^52 KiB")]
    let peak_mebibytes = told.peak_kib.unwrap_or_default() as f64 / 1024.0;
    Row {
        name,
        struck,
        runs: told.runs.len() as u64,
        outcomes: count(&mut outcomes().filter_map(|outcome| outcome["status"].as_str())),
        by_lookup: by_lookup as u64,
        stops: count(&mut told.summaries.iter().filter_map(|summary| summary["stopped_by"].as_str())),
        errors: told.errors,
        disagreements,
        peak_mebibytes,
        seconds,
    }
}
