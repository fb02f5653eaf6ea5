//! `cargo xtask bench`: what deleting costs the client, in CPU time and memory, beside a loop that does nothing but
//! send and receive. The emulator runs in a process of its own, and no limit holds anything up.

mod measure;

use std::path::{Path, PathBuf};

use xshell::{Shell, cmd};

use self::measure::{Cost, measure, portal};
use crate::steps::Outcome;
use crate::workspace;

/// What is measured unless asked otherwise.
pub(crate) const OPERATIONS: u64 = 100_000;
pub(crate) const PAIRS: u16 = 20;

/// Figures are told for so many operations, whatever number was measured.
const PER: f64 = 100_000.0;

/// The programs that are measured, and where the emulator is.
struct Programs {
    emulator: PathBuf,
    bare_loop: PathBuf,
    engine_loop: PathBuf,
}

/// Both programs at the same work, one right after the other.
#[derive(Clone, Copy)]
struct Pair {
    bare: Cost,
    engine: Cost,
}

impl Pair {
    fn ratio(&self) -> f64 {
        self.engine.cpu / self.bare.cpu
    }
}

/// Measures `pairs` pairs of runs over `operations` deletes each, and prints them as a table.
///
/// # Errors
///
/// When a program cannot be built or does not delete everything.
pub(crate) fn run(root: &Path, operations: u64, pairs: u16) -> Outcome {
    let shell = Shell::new()?;
    shell.change_dir(root);
    cmd!(shell, "cargo build --release -p b24delete-cli -p b24delete-tests --bins --examples").run()?;
    let target = workspace::target_directory(&shell)?;
    let programs = Programs {
        emulator: workspace::program(&target, "release", "b24delete")?,
        bare_loop: workspace::program(&target, "release/examples", "bare_loop")?,
        engine_loop: workspace::program(&target, "release/examples", "engine_loop")?,
    };
    println!("{operations} deletes of leads in packs of up to 50; CPU seconds are per {PER} deletes");
    println!("{:>6}  {:^31}  {:^31}  {:>6}", "", "bare loop", "engine", "CPU");
    let columns = ["CPU s", "peak MiB", "wall s"].map(|name| format!("{name:>9}")).join("  ");
    println!("{:>6}  {columns}  {columns}  {:>6}", "pair", "ratio");
    let mut measured = Vec::new();
    for number in 1..=pairs {
        let pair = pair(&programs, operations, number % 2 == 0)?;
        print(&number.to_string(), &pair, pair.ratio());
        measured.push(pair);
    }
    for (name, share) in [("1st q.", 0.25), ("median", 0.5), ("3rd q.", 0.75)] {
        print(name, &quantile_of(&measured, share), quantile(measured.iter().map(Pair::ratio), share));
    }
    Ok(())
}

/// Measures both programs; `engine_first` in every other pair, so that neither gains by its place.
fn pair(
    programs: &Programs,
    operations: u64,
    engine_first: bool,
) -> Result<Pair, Box<dyn std::error::Error>> {
    let cost = |program| -> Result<Cost, Box<dyn std::error::Error>> {
        let emulator = portal(&programs.emulator, operations)?;
        let idle = measure(program, &emulator, 0)?;
        let busy = measure(program, &emulator, operations)?;
        Ok(Cost { cpu: (busy.cpu - idle.cpu) * PER / operations as f64, ..busy })
    };
    if engine_first {
        let engine = cost(&programs.engine_loop)?;
        Ok(Pair { bare: cost(&programs.bare_loop)?, engine })
    } else {
        Ok(Pair { bare: cost(&programs.bare_loop)?, engine: cost(&programs.engine_loop)? })
    }
}

fn print(name: &str, pair: &Pair, ratio: f64) {
    let cells = |cost: &Cost| format!("{:>9.2}  {:>9.1}  {:>9.2}", cost.cpu, cost.peak_mebibytes, cost.wall);
    println!("{name:>6}  {}  {}  {:>6.2}", cells(&pair.bare), cells(&pair.engine), ratio);
}

/// A quantile of each figure on its own.
fn quantile_of(pairs: &[Pair], share: f64) -> Pair {
    let of = |cost: fn(&Pair) -> &Cost| Cost {
        cpu: quantile(pairs.iter().map(|pair| cost(pair).cpu), share),
        peak_mebibytes: quantile(pairs.iter().map(|pair| cost(pair).peak_mebibytes), share),
        wall: quantile(pairs.iter().map(|pair| cost(pair).wall), share),
    };
    Pair { bare: of(|pair| &pair.bare), engine: of(|pair| &pair.engine) }
}

/// The value below which this share of the others lies.
fn quantile(values: impl Iterator<Item = f64>, share: f64) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    values.get((last as f64 * share).round() as usize).copied().unwrap_or(f64::NAN)
}
