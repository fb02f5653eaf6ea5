//! Seeds of the simulation: the right engine breaks no invariant, every wrong one does.

use b24delete_tests::simulation::{self, Mutant, Totals};

/// So many runs take some seconds; `cargo xtask simulate` runs as many as one likes.
const SEEDS: u64 = 400;

/// A wrong engine must be found out within so many runs.
const MOST_SEEDS: u64 = 1_000;

#[test]
fn no_seed_breaks_an_invariant() {
    let mut totals = Totals::default();
    for seed in 1..=SEEDS {
        if let Err(failure) = simulation::run(seed, None, &mut totals) {
            panic!("{failure}");
        }
    }
    println!("{totals}");
    assert!(totals.with_losses * 2 >= SEEDS, "half of the runs lose answers: {totals}");
    assert!(totals.ran_on * 5 >= SEEDS, "in a fifth of the runs a lost request runs on: {totals}");
    assert!(totals.misled * 10 >= SEEDS, "in a tenth of the runs lookups mislead: {totals}");
}

#[test]
fn every_wrong_engine_is_found_out() {
    for mutant in Mutant::ALL {
        let mut totals = Totals::default();
        let found = (1..=MOST_SEEDS).find_map(|seed| simulation::run(seed, Some(mutant), &mut totals).err());
        let failure = found.unwrap_or_else(|| panic!("{mutant} was not found out within {MOST_SEEDS} seeds"));
        println!("{mutant}: found out by seed {}: {}", failure.seed(), failure.headline());
    }
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let counted = |seeds: std::ops::RangeInclusive<u64>| {
        let mut totals = Totals::default();
        seeds.for_each(|seed| drop(simulation::run(seed, None, &mut totals)));
        totals
    };
    assert_eq!(counted(1..=40), counted(1..=40));
}
