//! The programs in `bindings/c/tests`: each says in its first lines which portal it needs.

use std::error::Error;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use xshell::Shell;

use super::{Compiler, Place, examples};
use crate::emulator::Emulator;
use crate::steps::Outcome;

/// Below the repository's root.
const TESTS: &str = "bindings/c/tests";

/// A program that tests the library.
pub(super) struct Program {
    pub(super) name: String,
    pub(super) source: PathBuf,
    /// Options of the emulator.
    portal: String,
    /// Its fault rules, where it has any.
    faults: Option<String>,
    /// Libraries besides this one.
    links: Vec<String>,
    arguments: Vec<&'static str>,
    input: &'static str,
}

/// The programs whose names contain one of `filters`, or all of them.
pub(super) fn all(shell: &Shell, filters: &[String]) -> Result<Vec<Program>, Box<dyn Error>> {
    let mut sources = shell.read_dir(TESTS)?;
    sources.sort();
    let mut programs = Vec::new();
    for source in sources {
        let name = source.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let wanted = filters.is_empty() || filters.iter().any(|filter| name.contains(filter.as_str()));
        if !wanted || source.extension().is_some_and(|extension| extension == "h") {
            continue;
        }
        let text = shell.read_file(&source)?;
        let setting = |key: &str| {
            let start = format!("/* {key}: ");
            let line = text.lines().take(3).find_map(|line| line.strip_prefix(&start));
            line.and_then(|line| line.strip_suffix(" */")).map(str::to_owned)
        };
        programs.push(Program {
            portal: setting("portal").ok_or_else(|| format!("{} names no portal", source.display()))?,
            faults: setting("faults"),
            links: setting("links").iter().map(|library| format!("-l{library}")).collect(),
            arguments: Vec::new(),
            input: "",
            name,
            source,
        });
    }
    Ok(programs)
}

/// The examples, as programs that need a portal with leads.
pub(super) fn examples() -> impl Iterator<Item = Program> {
    examples::RUNS.iter().map(|&(file, arguments, input, _)| Program {
        name: file.replace('.', "_"),
        source: Path::new(examples::EXAMPLES).join(file),
        portal: "--leads 100".to_owned(),
        faults: None,
        links: Vec::new(),
        arguments: arguments.to_vec(),
        input,
    })
}

/// Compiles and runs the programs with the shared library.
pub(super) fn run(shell: &Shell, place: &Place, compiler: Compiler, filters: &[String]) -> Outcome {
    for program in all(shell, filters)? {
        let path = program.compile(shell, place, compiler, &shared(&place.prefix))?;
        eprintln!("{} {}", compiler.c, program.name);
        program.run(shell, place, Command::new(&path))?;
    }
    Ok(())
}

/// What links with the installed shared library, and finds it again.
pub(super) fn shared(prefix: &Path) -> Vec<String> {
    let lib = prefix.join("lib");
    vec![format!("-L{}", lib.display()), format!("-Wl,-rpath,{}", lib.display()), "-lb24delete".to_owned()]
}

impl Program {
    /// Compiles it, and gives the path of the program.
    pub(super) fn compile(
        &self,
        shell: &Shell,
        place: &Place,
        compiler: Compiler,
        arguments: &[String],
    ) -> Result<PathBuf, Box<dyn Error>> {
        let directory = shell.create_dir(place.scratch.join(compiler.c))?;
        let path = directory.join(&self.name);
        let arguments: Vec<_> =
            arguments.iter().chain(&self.links).cloned().chain(["-pthread".to_owned()]).collect();
        compiler.compile(shell, &place.prefix, &self.source, &arguments, &path)?;
        Ok(path)
    }

    /// Runs a command that runs it, against a portal of its own.
    ///
    /// # Errors
    ///
    /// When it does not end with 0.
    pub(super) fn run(&self, shell: &Shell, place: &Place, mut command: Command) -> Outcome {
        let mut options: Vec<&str> = self.portal.split(' ').collect();
        let file = place.scratch.join(format!("{}-faults.json", self.name));
        let file = file.to_str().ok_or("the target directory is not UTF-8")?;
        if let Some(faults) = &self.faults {
            shell.write_file(file, faults)?;
            options.extend(["--faults", file]);
        }
        let emulator = Emulator::start(&place.emulator, options)?;
        let addresses = &emulator.addresses;
        let input = place.scratch.join(format!("{}-input.txt", self.name));
        shell.write_file(&input, self.input)?;
        let status = command
            .args(&self.arguments)
            .stdin(File::open(input)?)
            .env("B24_WEBHOOK", &addresses.webhook)
            .env("B24_REST", &addresses.oauth_rest)
            .env("B24_OAUTH_TOKEN", &addresses.oauth_token)
            .env("B24_CLIENT_ID", &addresses.client_id)
            .env("B24_CLIENT_SECRET", &addresses.client_secret)
            .env("B24_REFRESH_TOKEN", &addresses.refresh_token)
            .env("B24_SCRATCH", &place.scratch)
            .env("B24_CANCELLATIONS", place.cancellations.to_string())
            .env("LD_LIBRARY_PATH", place.prefix.join("lib"))
            .status()?;
        match status.success() {
            true => Ok(()),
            false => Err(format!("{} ended with {status}", self.source.display()).into()),
        }
    }
}
