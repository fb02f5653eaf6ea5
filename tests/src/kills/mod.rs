//! Kills: the real command runs and restores jobs against a portal with faults, is killed again and again at instants of
//! choice, and goes on each time. In the end every outcome must agree with the portal, none missing, none twice, and
//! everything must be restored once.

#![expect(clippy::indexing_slicing, reason = "a field that a JSON value does not have is null")]

mod aim;
mod gate;
mod judge;
mod life;
mod scene;
mod told;

use std::collections::BTreeMap;
use std::path::Path;

use b24delete_jobs::Overview;
use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};

pub use self::aim::Instant;
use self::aim::{Work, ways};
use self::life::{End, Setting};
use self::scene::Scene;
use crate::faults::Broken;

/// A job that is not done after so many lives will never be.
const LIVES: usize = 2_000;

/// How many kills, and of what.
#[derive(Debug, Clone, Copy)]
pub struct Effort {
    /// Kills in all, at least.
    pub kills: u64,
    /// Kills at each instant but with the portal down, at least.
    pub each: u64,
    /// Kills with the portal down, at least.
    pub down: u64,
    /// Leads of a job.
    pub leads: u64,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Tally {
    /// Kills by proved instant, with the jobs in which something disagreed among them.
    pub kills: BTreeMap<Instant, u64>,
    /// Kills whose instant cannot be told from what was left.
    pub elsewhere: u64,
    /// Jobs that came to their end.
    pub jobs: u64,
    /// Operations that were judged.
    pub operations: u64,
    /// Leads that were restored.
    pub restored: u64,
    /// Where record, portal and what was told disagree.
    pub disagreements: Vec<String>,
}

impl Tally {
    fn count(&self, instant: Instant) -> u64 {
        self.kills.get(&instant).copied().unwrap_or(0)
    }

    /// The instants that this work has and at which there were too few kills; any of its instants while there were too
    /// few in all.
    fn wants(&self, effort: &Effort, work: Work) -> Vec<Instant> {
        let has = |instant: &Instant| !ways(*instant, work).is_empty();
        let least = |instant| if instant == Instant::PortalDown { effort.down } else { effort.each };
        let all = || Instant::ALL.into_iter().filter(has);
        let wanted: Vec<_> = all().filter(|instant| self.count(*instant) < least(*instant)).collect();
        match wanted.is_empty() && self.kills.values().sum::<u64>() < effort.kills {
            true => all().filter(|instant| *instant != Instant::PortalDown).collect(),
            false => wanted,
        }
    }

    fn is_done(&self, effort: &Effort) -> bool {
        let all = [Work::Delete, Work::DeleteWithCopies, Work::Restore];
        all.into_iter().all(|work| self.wants(effort, work).is_empty())
    }
}

/// Runs jobs until there were kills enough. `program` is a binary that runs the command as its first argument says.
///
/// # Errors
/// When the portal or the processes cannot be started.
pub async fn play(program: &Path, effort: Effort, seed: u64) -> Result<Tally, Broken> {
    let mut random = SmallRng::seed_from_u64(seed);
    let mut tally = Tally::default();
    for work in [Work::Delete, Work::DeleteWithCopies].into_iter().cycle() {
        if tally.is_done(&effort) {
            break;
        }
        play_job(program, &effort, work, &mut random, &mut tally).await?;
        tally.jobs += 1;
        eprintln!("after job {}: {:?}, {} elsewhere", tally.jobs, tally.kills, tally.elsewhere);
    }
    Ok(tally)
}

/// One job, from its plan to its end, and back again where it has copies.
async fn play_job(
    program: &Path,
    effort: &Effort,
    work: Work,
    random: &mut SmallRng,
    tally: &mut Tally,
) -> Result<(), Broken> {
    let scene = Scene::new(effort.leads, work).await?;
    let told = play_work(program, &scene, work, effort, random, tally)?;
    tally.disagreements.extend(judge::deleted(&scene, &told)?);
    tally.operations += effort.leads;
    if work == Work::DeleteWithCopies {
        play_work(program, &scene, Work::Restore, effort, random, tally)?;
        tally.restored += scene.deletable();
        tally.disagreements.extend(judge::restored(&scene)?);
    }
    Ok(())
}

/// Lets processes do the work, killing them until there were kills enough; gives what each told.
fn play_work(
    program: &Path,
    scene: &Scene,
    work: Work,
    effort: &Effort,
    random: &mut SmallRng,
    tally: &mut Tally,
) -> Result<Vec<String>, Broken> {
    let setting =
        Setting { program, job: scene.job.path(), webhook: &scene.webhook, gate: &scene.gate, work };
    let most = (effort.leads / 600).min(5);
    let mut told = Vec::new();
    while told.len() < LIVES {
        let wanted = tally.wants(effort, work);
        let aim = wanted.get(random.random_range(0..wanted.len().max(1))).copied();
        let output = scene.place.path().join("told.jsonl");
        let before = scene.job.overview()?;
        let ended = tokio::task::block_in_place(|| match aim {
            None => setting.live(&output).map(|()| End::Ended),
            Some(aim) => {
                let ways = ways(aim, work);
                let way = ways[random.random_range(0..ways.len())];
                setting.kill(&output, way, random, most)
            }
        })?;
        told.push(std::fs::read_to_string(&output)?);
        match ended {
            End::Ended if scene.is_over(work)? => return Ok(told),
            End::Ended => {}
            End::Killed(Some(instant)) => *tally.kills.entry(instant).or_default() += 1,
            End::Killed(None) => tally.elsewhere += 1,
        }
        if aim == Some(Instant::PortalDown) && was_decided(&before, &scene.job.overview()?) {
            tally.disagreements.push("something was decided while the portal was down".to_owned());
        }
    }
    Err(format!("the job does not come to an end: {:?}", scene.job.overview()?.summary).into())
}

fn was_decided(before: &Overview, after: &Overview) -> bool {
    after.summary.total != before.summary.total || after.in_doubt < before.in_doubt
}

/// Prints how many kills there were where, and what was found.
pub fn print_tally(tally: &Tally) {
    let Tally { kills, elsewhere, jobs, operations, restored, disagreements } = tally;
    let all = kills.values().sum::<u64>();
    println!("{all} kills in {jobs} jobs of {operations} operations, {restored} leads restored");
    for (instant, count) in kills {
        println!("{count:>6}  {instant}");
    }
    println!("{elsewhere:>6}  not counted: the instant cannot be proved");
    println!("{} disagreements", disagreements.len());
    disagreements.iter().take(20).for_each(|text| println!("  {text}"));
}
