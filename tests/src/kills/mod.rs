//! Kills: the real command runs a job against a portal with faults, is killed again and again, and goes on each time.
//! In the end every outcome must agree with the portal, none missing, none twice.

#![expect(clippy::indexing_slicing, reason = "a field that a JSON value does not have is null")]

mod judge;
mod life;
mod proxy;

use std::collections::BTreeMap;
use std::path::Path;

use b24delete::{Client, ClientOptions, Operation};
use b24delete_emulator::faults::parse_fault_rules;
use b24delete_emulator::store::Restriction;
use b24delete_emulator::{Emulator, Settings};
use b24delete_jobs::{Job, Overview, PlanOptions};
use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};

pub use self::life::Instant;
use self::life::Setting;
use self::proxy::Proxy;
use crate::faults::Broken;

/// Answers that are lost before and after the work is done, and refusals of a limit.
const FAULTS: &str = r#"[
    {"method": "batch", "probability": 0.03, "where": "after", "fault": {"kind": "reset"}},
    {"method": "batch", "probability": 0.02, "where": "before", "fault": {"kind": "html", "status": 502}},
    {"method": "batch", "probability": 0.03, "fault": {"kind": "rate_limit"}}
]"#;

/// Every so-manieth lead may not be deleted.
const PROTECTED: i64 = 97;

/// How many kills, and of what.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// Kills in all, at least.
    pub kills: u64,
    /// Kills at each instant but with the portal down, at least.
    pub each: u64,
    /// Kills with the portal down.
    pub down: u64,
    /// Leads of a job.
    pub leads: u64,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Tally {
    /// Kills by instant.
    pub kills: BTreeMap<Instant, u64>,
    /// Jobs that came to their end.
    pub jobs: u64,
    /// Operations that were judged.
    pub operations: u64,
    /// Where record, portal and what was told disagree.
    pub disagreements: Vec<String>,
}

impl Tally {
    fn wants(&self, effort: &Effort) -> Vec<Instant> {
        let least = |instant| if instant == Instant::PortalDown { effort.down } else { effort.each };
        let count = |instant| self.kills.get(&instant).copied().unwrap_or(0);
        Instant::AIMS.into_iter().filter(|instant| count(*instant) < least(*instant)).collect()
    }

    fn is_done(&self, effort: &Effort) -> bool {
        self.kills.values().sum::<u64>() >= effort.kills && self.wants(effort).is_empty()
    }
}

/// Runs jobs until there were kills enough. `program` is a binary that runs the command as its first argument says.
///
/// # Errors
/// When the portal or the processes cannot be started.
pub async fn play(program: &Path, effort: Effort, seed: u64) -> Result<Tally, Broken> {
    let mut random = SmallRng::seed_from_u64(seed);
    let mut tally = Tally::default();
    while !tally.is_done(&effort) {
        play_job(program, &effort, &mut random, &mut tally).await?;
        tally.jobs += 1;
    }
    Ok(tally)
}

/// One job, from its plan to its end.
async fn play_job(
    program: &Path,
    effort: &Effort,
    random: &mut SmallRng,
    tally: &mut Tally,
) -> Result<(), Broken> {
    let mut settings = Settings::default();
    settings.seed.leads = effort.leads;
    (settings.limits, settings.operating) = (None, None);
    settings.cost = vec!["crm.lead.delete=0.001".parse()?];
    settings.faults = parse_fault_rules(FAULTS)?;
    let running = Emulator::serve(settings).await?;
    let portal = running.emulator();
    let leads = i64::try_from(effort.leads)?;
    for id in (1..=leads).filter(|id| id % PROTECTED == 0) {
        let entry =
            Restriction { entity_type_id: 1, id, unreadable: false, undeletable: true, unlisted: false };
        portal.restrict(&entry)?;
    }
    let webhook = &running.addresses().webhook;
    let address = webhook.split('/').nth(2).ok_or("the webhook has no host")?;
    let proxy = Proxy::start(address.parse()?).await?;
    let webhook = webhook.replace(address, &proxy.address.to_string());
    let place = tempfile::tempdir()?;
    let path = place.path().join("cleanup.b24job");
    let client = Client::new(ClientOptions::webhook(&webhook))?;
    let operations: Result<Vec<_>, _> = (1..=leads).map(Operation::lead).collect();
    let job = Job::plan(&path, &client, operations?, PlanOptions::default()).await?;
    let setting = Setting { program, job: &path, webhook: &webhook, proxy: &proxy };
    let mut told = Vec::new();
    loop {
        let wanted = tally.wants(effort);
        let aim = match wanted.len() {
            0 if tally.is_done(effort) => None,
            0 => Some(Instant::OnTheWire),
            count => wanted.get(random.random_range(0..count)).copied(),
        };
        let output = place.path().join(format!("told-{}.jsonl", told.len()));
        let before = job.overview()?;
        proxy.set_down(aim == Some(Instant::PortalDown));
        let ended = tokio::task::block_in_place(|| -> Result<_, Broken> {
            let mut child = setting.start(&output)?;
            match aim {
                Some(aim) => setting.kill(&mut child, aim, random),
                None => child.wait().map(|_| None).map_err(Broken::from),
            }
        })?;
        proxy.set_down(false);
        told.push(std::fs::read_to_string(&output)?);
        match ended {
            Some(instant) => *tally.kills.entry(instant).or_default() += 1,
            None => {
                let after = job.overview()?;
                if is_over(&after) {
                    break;
                }
                if told.len() > 2000 {
                    return Err(format!("the job does not come to an end: {:?}", after.summary).into());
                }
            }
        }
        if ended == Some(Instant::PortalDown) {
            let after = job.overview()?;
            if after.summary.total != before.summary.total || after.in_doubt < before.in_doubt {
                tally.disagreements.push("something was decided while the portal was down".to_owned());
            }
        }
    }
    let found = judge::judge(portal, &job, &told, PROTECTED)?;
    tally.operations += effort.leads;
    tally.disagreements.extend(found);
    running.shutdown().await;
    Ok(())
}

/// Whether all leads that can be deleted are gone. One that cannot stays `unknown` for good when an attempt to delete it
/// was lost: a refusal proves nothing about the lost one.
fn is_over(job: &Overview) -> bool {
    let protected = job.operations / PROTECTED.unsigned_abs();
    let gone = job.summary.deleted + job.summary.absent;
    job.in_doubt == 0 && job.summary.total == job.operations && gone == job.operations - protected
}

/// Prints how many kills there were where, and what was found.
pub fn print_tally(tally: &Tally) {
    let Tally { kills, jobs, operations, disagreements } = tally;
    println!("{} kills in {jobs} jobs of {operations} operations", kills.values().sum::<u64>());
    for (instant, count) in kills {
        println!("{count:>6}  {instant:?}");
    }
    println!("{} disagreements", disagreements.len());
    disagreements.iter().take(20).for_each(|text| println!("  {text}"));
}
