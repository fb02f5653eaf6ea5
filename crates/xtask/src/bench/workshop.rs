//! Builds what is measured, as it is shipped, and installs it where nothing else is. Each thing is made when it is first asked
//! for.

use std::cell::OnceCell;
use std::error::Error;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use xshell::{Shell, cmd};

use super::contest::Contestant;
use super::measure::Program;
use crate::emulator::Emulator;
use crate::test::clients;
use crate::{install, npm, python, workspace};

type Made<T> = Result<T, Box<dyn Error>>;

/// Below the repository's root.
const SOURCES: &str = "tests/bench";

/// Where the things to be measured are made.
pub(super) struct Workshop<'a> {
    shell: &'a Shell,
    target: PathBuf,
    programs: OnceCell<PathBuf>,
    shipped: OnceCell<PathBuf>,
    wheel: OnceCell<PathBuf>,
    python: OnceCell<PathBuf>,
    node: OnceCell<PathBuf>,
    c: OnceCell<PathBuf>,
    clients: OnceCell<PathBuf>,
}

impl<'a> Workshop<'a> {
    pub(super) fn new(shell: &'a Shell) -> Made<Self> {
        Ok(Self {
            shell,
            target: workspace::target_directory(shell)?,
            programs: OnceCell::new(),
            shipped: OnceCell::new(),
            wheel: OnceCell::new(),
            python: OnceCell::new(),
            node: OnceCell::new(),
            c: OnceCell::new(),
            clients: OnceCell::new(),
        })
    }

    /// A program of `tests/examples`.
    pub(super) fn example(&self, name: &str) -> Made<PathBuf> {
        workspace::program(self.programs()?, "examples", name)
    }

    /// Where cargo has left the programs of `tests/examples`, and the emulator. They are not compiled as what is shipped,
    /// which takes longer.
    fn programs(&self) -> Made<&Path> {
        let shell = self.shell;
        once(&self.programs, || {
            let packages = ["-p", "b24delete-cli", "-p", "b24delete-tests"];
            cmd!(shell, "cargo build --release --quiet {packages...} --bin b24delete --examples").run()?;
            Ok(self.target.join("release"))
        })
    }

    /// A program of `tests/examples` that takes part in a contest.
    pub(super) fn rust(&self, name: &'static str, example: &str, count: u64) -> Made<Contestant> {
        Ok(Contestant { name, program: Program::new([self.example(example)?]), count })
    }

    /// The Python package at this work.
    pub(super) fn python(&self, name: &'static str, work: &str, count: u64) -> Made<Contestant> {
        let script = self.source("ours.py");
        let command: [OsString; 3] = [self.python_with_wheel()?.into(), script.into(), work.into()];
        Ok(Contestant { name, program: Program::new(command), count })
    }

    /// The npm package at this work.
    pub(super) fn node(&self, name: &'static str, work: &str, count: u64) -> Made<Contestant> {
        let command: [OsString; 3] = ["node".into(), self.source("ours.mjs").into(), work.into()];
        let project = self.node_project()?;
        let program = Program::new(command).with_environment("B24DELETE_PROJECT", project);
        Ok(Contestant { name, program, count })
    }

    /// The C library at this work.
    pub(super) fn c(&self, name: &'static str, work: &str, count: u64) -> Made<Contestant> {
        let command: [OsString; 2] = [self.c_program()?.into(), work.into()];
        Ok(Contestant { name, program: Program::new(command), count })
    }

    /// A published Python client.
    pub(super) fn published(&self, name: &'static str, module: &str, count: u64) -> Made<Contestant> {
        let script = self.source("published.py");
        let command: [OsString; 3] = [self.published_python()?.into(), script.into(), module.into()];
        Ok(Contestant { name, program: Program::new(command), count })
    }

    /// The vendor's client for Node.js.
    pub(super) fn published_node(&self, name: &'static str, count: u64) -> Made<Contestant> {
        let clients = self.shell.current_dir().join(clients::TESTS).join("node");
        npm::install(self.shell, &clients, &self.target)?;
        let program = Program::new([OsString::from("node"), self.source("published.mjs").into()]);
        Ok(Contestant { name, program: program.with_environment("B24DELETE_CLIENTS", clients), count })
    }

    /// The command, as it is shipped.
    pub(super) fn command(&self) -> Made<PathBuf> {
        workspace::program(self.shipped()?, "", "b24delete")
    }

    /// A portal in a process of its own, without limits, with so many leads, whose ids are 1, 2, 3…
    pub(super) fn portal(&self, leads: u64, options: &[&str]) -> Made<Emulator> {
        let leads = leads.to_string();
        let basic = ["--limits", "off", "--operating", "off", "--leads", &leads];
        let emulator = workspace::program(self.programs()?, "", "b24delete")?;
        Emulator::start(&emulator, basic.iter().chain(options).copied())
    }

    /// A portal in a process of its own that agrees to everything and keeps nothing.
    pub(super) fn instant_portal(&self) -> Made<Emulator> {
        Emulator::serve(&mut Command::new(self.example("instant_portal")?))
    }

    /// The wheel's file.
    pub(super) fn wheel(&self) -> Made<&Path> {
        let tools = python::tools(self.shell)?;
        once(&self.wheel, || {
            // Compiles what it has in common with the others.
            self.shipped()?;
            python::wheel(self.shell, &tools, workspace::SHIPPED, &self.directory().join("wheels"))
        })
    }

    /// The Python that has the wheel and nothing else.
    pub(super) fn python_with_wheel(&self) -> Made<&Path> {
        let tools = python::tools(self.shell)?;
        once(&self.python, || {
            python::fresh(self.shell, &tools, self.wheel()?, &self.directory().join("python"))
        })
    }

    /// An empty project into which the npm package was installed.
    pub(super) fn node_project(&self) -> Made<&Path> {
        once(&self.node, || {
            self.shipped()?;
            let library = npm::native_module(&self.target, workspace::SHIPPED)?;
            let (packages, project) =
                (self.directory().join("npm-packages"), self.directory().join("npm-project"));
            npm::pack(self.shell, &self.target, &library, &packages)?;
            npm::install_packed(self.shell, &packages, &project)?;
            Ok(project)
        })
    }

    /// The native module of the npm package, as it is packed.
    pub(super) fn addon(&self) -> Made<PathBuf> {
        self.node_project()?;
        Ok(self.directory().join("npm-packages").join("b24delete.node"))
    }

    /// What npm downloads of it.
    pub(super) fn addon_tarball(&self) -> Made<PathBuf> {
        self.node_project()?;
        let packages = self.shell.read_dir(self.directory().join("npm-packages"))?;
        let is_platform = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            name.starts_with("b24delete-") && name.ends_with(".tgz") && name.matches('-').count() > 1
        };
        packages.into_iter().find(is_platform).ok_or_else(|| "no native module was packed".into())
    }

    /// The shared library without symbols.
    pub(super) fn stripped_library(&self) -> Made<PathBuf> {
        let shell = self.shell;
        self.c_program()?;
        let (library, stripped) =
            (self.prefix().join("lib/libb24delete.so"), self.directory().join("libb24delete.stripped.so"));
        cmd!(shell, "strip -o {stripped} {library}").run()?;
        Ok(stripped)
    }

    fn c_program(&self) -> Made<&Path> {
        let shell = self.shell;
        once(&self.c, || {
            install::place(shell, self.shipped()?, &self.prefix())?;
            let (source, program) = (self.source("ours.c"), self.directory().join("ours"));
            let prefix = self.prefix();
            let (include, lib) = (prefix.join("include"), prefix.join("lib"));
            let path = format!("-Wl,-rpath,{}", lib.display());
            cmd!(
                shell,
                "cc -std=c11 -O2 -Wall -Wextra -I{include} {source} -L{lib} {path} -lb24delete -o {program}"
            )
            .run()?;
            Ok(program)
        })
    }

    /// The Python that has the published clients.
    fn published_python(&self) -> Made<&Path> {
        once(&self.clients, || clients::environment(self.shell, &self.target))
    }

    /// Where cargo has left what is shipped.
    fn shipped(&self) -> Made<&Path> {
        once(&self.shipped, || workspace::build_shipped(self.shell, &self.target))
    }

    fn source(&self, name: &str) -> PathBuf {
        self.shell.current_dir().join(SOURCES).join(name)
    }

    fn prefix(&self) -> PathBuf {
        self.directory().join("c")
    }

    fn directory(&self) -> PathBuf {
        self.target.join("bench")
    }
}

/// What was made before, or is made now.
fn once(cell: &OnceCell<PathBuf>, make: impl FnOnce() -> Made<PathBuf>) -> Made<&Path> {
    match cell.get() {
        Some(made) => Ok(made),
        None => {
            let made = make()?;
            Ok(cell.get_or_init(|| made))
        }
    }
}
