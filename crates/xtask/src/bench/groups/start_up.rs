//! How long it takes until anything can be done: the command, the import in Python, the load in Node.js.

use std::error::Error;
use std::ffi::OsString;

use super::{Bench, Rows};
use crate::bench::measure::Program;
use crate::bench::row::{Row, Series};

pub(super) fn rows(bench: &Bench<'_>) -> Rows {
    let workshop = &bench.workshop;
    let python = |code: &str| -> Result<Program, Box<dyn Error>> {
        let command: [OsString; 3] = [workshop.python_with_wheel()?.into(), "-c".into(), code.into()];
        Ok(Program::new(command))
    };
    let project = workshop.node_project()?;
    let load = format!("require({:?})", project.join("node_modules").join("b24delete"));
    let node = |code: &str| Program::new(["node", "-e", code]);
    let command = Program::new([workshop.command()?.into_os_string(), "--version".into()]);
    Ok(vec![
        row(
            bench,
            "start of the command",
            ("b24delete --version", command),
            ("true", Program::new(["true"])),
        )?,
        row(
            bench,
            "import in Python",
            ("import b24delete", python("import b24delete")?),
            ("no import", python("pass")?),
        )?
        .at_most(30.0),
        row(bench, "load in Node.js", ("require('b24delete')", node(&load)), ("no load", node("")))?,
    ])
}

/// Both programs in turn, by the clock.
fn row(
    bench: &Bench<'_>,
    name: &str,
    (ours, program): (&str, Program),
    (beside, other): (&str, Program),
) -> Result<Row, Box<dyn Error>> {
    eprintln!("   {name}");
    // The first run reads from the disk what later ones find in memory.
    program.run()?;
    other.run()?;
    let (mut here, mut there) = (Vec::new(), Vec::new());
    for _ in 0..bench.options.pairs {
        here.push(program.run()?.wall * 1e3);
        there.push(other.run()?.wall * 1e3);
    }
    Ok(Row::difference(name, "ms", &Series::new(ours, here), &Series::new(beside, there)))
}
