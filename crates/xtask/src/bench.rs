//! `cargo xtask bench`: what deleting costs, every figure beside another of the same run.

mod contest;
mod curve;
mod groups;
mod measure;
mod page;
mod plot;
mod row;
mod table;
mod workshop;

use std::error::Error;
use std::fs;
use std::path::Path;
use std::thread::available_parallelism;

use clap::{Args, ValueEnum, value_parser};
use serde::Serialize;
use xshell::Shell;

use self::curve::Curve;
use self::groups::Group;
use self::row::Row;
use self::workshop::Workshop;
use crate::steps::Outcome;

/// Sizes of the runs whose time and memory are told.
const SIZES: [u64; 5] = [1_000, 10_000, 100_000, 1_000_000, 10_000_000];

/// What is measured, and how often.
#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Only this group of rows; may be given more than once
    #[arg(long, value_name = "GROUP")]
    only: Vec<Group>,
    /// How many leads a run deletes whose CPU time is measured
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = value_parser!(u64).range(1_000..))]
    operations: u64,
    /// How often each program is measured
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = value_parser!(u16).range(1..))]
    pairs: u16,
    /// Deletes of the longest run whose time and memory are measured
    #[arg(long, value_name = "N", default_value_t = 10_000_000, value_parser = value_parser!(u64).range(1_000..))]
    longest: u64,
    /// How the table is printed
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    output: Output,
    /// Also write BENCHMARKS.md and its plot
    #[arg(long, conflicts_with = "only")]
    write: bool,
}

/// How the table is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Output {
    Text,
    Json,
}

impl Options {
    /// Everything once over, small enough for a check that the bench itself works.
    pub(crate) fn brief() -> Self {
        let (operations, pairs, longest) = (10_000, 3, 100_000);
        Self { only: Vec::new(), operations, pairs, longest, output: Output::Text, write: false }
    }
}

/// What the groups work with.
struct Bench<'a> {
    workshop: Workshop<'a>,
    options: &'a Options,
    curve: Curve,
}

impl Bench<'_> {
    /// Sizes of the runs whose time and memory are told.
    fn sizes(&self) -> impl Iterator<Item = u64> + use<> {
        let longest = self.options.longest;
        SIZES.into_iter().filter(move |size| *size <= longest)
    }
}

/// All that was measured.
#[derive(Serialize)]
struct Report {
    operations: u64,
    pairs: u16,
    cores: usize,
    sections: Vec<Section>,
    curve: Curve,
}

/// A group with its rows.
#[derive(Serialize)]
struct Section {
    group: Group,
    rows: Vec<Row>,
}

impl Report {
    /// How it was measured.
    fn method(&self) -> String {
        format!(
            "CPU time is user plus system time of the client's process, less that of a run without operations, over {} deletes. \
             Medians and quartiles are those of {} rounds, in each of which the programs take turns. The portal is a process \
             of its own, on the same machine with {} cores.",
            groups::grouped(self.operations),
            self.pairs,
            self.cores
        )
    }
}

/// Measures, prints the table, and writes it where that is asked for.
///
/// # Errors
///
/// When something cannot be built, or a program does not delete what it should. A target that does not hold is no error.
pub(crate) fn run(root: &Path, options: &Options) -> Outcome {
    let report = measured(root, options)?;
    match options.output {
        Output::Text => print!("{}", table::text(&report)),
        Output::Json => println!("{}", serde_json::to_string_pretty(&report)?),
    }
    if options.write {
        fs::write(root.join(page::PAGE), page::page(&report))?;
        fs::write(root.join(page::PLOT), plot::svg(&report.curve))?;
        eprintln!("wrote {} and {}", page::PAGE, page::PLOT);
    }
    Ok(())
}

/// Measures everything briefly.
///
/// # Errors
///
/// As [`run`], and when a target does not hold although its figure does not depend on the machine's load.
pub(crate) fn check(root: &Path) -> Outcome {
    let report = measured(root, &Options::brief())?;
    print!("{}", table::text(&report));
    let missed = |row: &&Row| row.is_exact && row.holds == Some(false);
    let missed: Vec<_> = report.sections.iter().flat_map(|section| &section.rows).filter(missed).collect();
    match missed.first() {
        Some(row) => Err(format!("a target does not hold: {}", table::cells(row).join(" | ")).into()),
        None => Ok(()),
    }
}

fn measured(root: &Path, options: &Options) -> Result<Report, Box<dyn Error>> {
    let shell = Shell::new()?;
    shell.change_dir(root);
    let mut bench = Bench { workshop: Workshop::new(&shell)?, options, curve: Curve::default() };
    let is_wanted = |group: &&Group| options.only.is_empty() || options.only.contains(group);
    let mut sections = Vec::new();
    for &group in Group::value_variants().iter().filter(is_wanted) {
        eprintln!("== {}", group.words().0);
        sections.push(Section { group, rows: group.rows(&mut bench)? });
    }
    let cores = available_parallelism()?.get();
    let Bench { curve, .. } = bench;
    Ok(Report { operations: options.operations, pairs: options.pairs, cores, sections, curve })
}
