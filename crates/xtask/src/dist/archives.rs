//! Archives of what was built for release: the command, and the C library as a tree that may be unpacked anywhere.

use std::path::Path;

use xshell::{Shell, cmd};

use super::{Place, VERSION};
use crate::install;
use crate::steps::Outcome;
use crate::workspace::{self, SHIPPED};

/// What goes along with the command.
const PAPERS: [&str; 4] = ["README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"];

pub(super) fn command(shell: &Shell, place: &Place) -> Outcome {
    let name = format!("b24delete-{VERSION}-{}", place.platform);
    let tree = shell.create_dir(place.scratch.join(&name))?;
    let program = workspace::program(&place.target, SHIPPED, "b24delete")?;
    shell.copy_file(&program, &tree)?;
    for paper in PAPERS {
        shell.copy_file(paper, &tree)?;
    }
    for completed in ["bash", "fish", "zsh"] {
        let script = cmd!(shell, "{program} completions {completed}").quiet().read()?;
        shell.write_file(tree.join("completions").join(completed), format!("{script}\n"))?;
    }
    pack(shell, place, &name)
}

pub(super) fn library(shell: &Shell, place: &Place) -> Outcome {
    let name = format!("b24delete-c-{VERSION}-{}", place.platform);
    let tree = place.scratch.join(&name);
    install::place(shell, &place.target.join(SHIPPED), &tree)?;
    pack(shell, place, &name)?;
    // Unpacked elsewhere, it serves to compile and run a program.
    let elsewhere = shell.create_dir(place.scratch.join("unpacked"))?;
    let archive = place.files.join(format!("{name}.tar.gz"));
    cmd!(shell, "tar --extract --file {archive} --directory {elsewhere}").run()?;
    try_out(shell, &elsewhere.join(name), &place.scratch.join("delete_lead"))
}

fn try_out(shell: &Shell, prefix: &Path, program: &Path) -> Outcome {
    let (include, lib) = (prefix.join("include"), prefix.join("lib"));
    let path = format!("-Wl,-rpath,{}", lib.display());
    cmd!(shell, "cc bindings/c/examples/delete_lead.c -o {program} -I {include} -L {lib} {path} -lb24delete")
        .run()?;
    let usage = cmd!(shell, "{program}").env_remove("B24_WEBHOOK").ignore_status().read_stderr()?;
    match usage.starts_with("usage: ") {
        true => Ok(()),
        false => Err(format!("the example of the C library does not run: {usage}").into()),
    }
}

/// Packs a tree of the scratch directory; the same files give the same archive.
fn pack(shell: &Shell, place: &Place, name: &str) -> Outcome {
    let archive = place.files.join(format!("{name}.tar.gz"));
    let committed = cmd!(shell, "git log -1 --format=%ct").quiet().read()?;
    let same = ["--sort=name", "--owner=0", "--group=0", "--numeric-owner", &format!("--mtime=@{committed}")];
    let scratch = &place.scratch;
    cmd!(
        shell,
        "tar --create --use-compress-program {GZIP} --file {archive} --directory {scratch} {same...} {name}"
    )
    .run()?;
    Ok(())
}

/// Without the time of day.
const GZIP: &str = "gzip -9 -n";
