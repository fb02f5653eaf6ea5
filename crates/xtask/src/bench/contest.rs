//! Several programs at the same work, one right after the other, again and again.

use std::error::Error;

use super::measure::{Program, Told};
use super::row::Series;
use crate::emulator::Emulator;

/// CPU time is told for so many operations, whatever number was measured.
pub(super) const PER: f64 = 100_000.0;

/// A program that takes part.
#[derive(Debug, Clone)]
pub(super) struct Contestant {
    pub(super) name: &'static str,
    pub(super) program: Program,
    /// How many leads it deletes each time.
    pub(super) count: u64,
}

/// All that was measured.
pub(super) struct Contest(Vec<(Contestant, Vec<Sample>)>);

/// One program in one round.
pub(super) struct Sample {
    /// CPU seconds for [`PER`] operations, less those of a run without any.
    pub(super) cpu: f64,
    pub(super) told: Told,
}

impl Contest {
    /// Runs so many rounds, each against a new portal with as many leads as it takes, which `portal` starts. Every round
    /// begins with another program, so that none gains by its place.
    ///
    /// # Errors
    ///
    /// When a program does not delete all leads.
    pub(super) fn hold(
        contestants: Vec<Contestant>,
        rounds: u16,
        portal: impl Fn(u64) -> Result<Emulator, Box<dyn Error>>,
    ) -> Result<Self, Box<dyn Error>> {
        let leads = contestants.iter().map(|contestant| contestant.count).sum();
        let mut contest = Self(contestants.into_iter().map(|one| (one, Vec::new())).collect());
        for round in 0..rounds {
            let portal = portal(leads)?;
            let names: Vec<_> = contest.0.iter().map(|(contestant, _)| contestant.name).collect();
            eprintln!("   round {} of {rounds}: {}", round + 1, names.join(", "));
            let mut first = 1;
            let places = contest.0.len();
            for turn in 0..places {
                let place = (turn + usize::from(round)) % places;
                let Some((contestant, samples)) = contest.0.get_mut(place) else { continue };
                samples.push(contestant.sample(&portal, first)?);
                first += contestant.count;
            }
        }
        Ok(contest)
    }

    /// One figure of a program, from every round.
    pub(super) fn series(&self, name: &str, figure: impl Fn(&Sample) -> f64) -> Series {
        let samples = self.0.iter().find(|(contestant, _)| contestant.name == name);
        Series::new(name, samples.iter().flat_map(|(_, samples)| samples.iter().map(&figure)))
    }

    /// CPU seconds for [`PER`] operations.
    pub(super) fn cpu(&self, name: &str) -> Series {
        self.series(name, |sample| sample.cpu)
    }
}

impl Contestant {
    fn sample(&self, portal: &Emulator, first: u64) -> Result<Sample, Box<dyn Error>> {
        let (idle, _) = self.program.delete(&portal.addresses, first, 0)?;
        let (busy, told) = self.program.delete(&portal.addresses, first, self.count)?;
        let cpu = (busy.cpu - idle.cpu) * PER / self.count as f64;
        Ok(Sample { cpu, told })
    }
}
