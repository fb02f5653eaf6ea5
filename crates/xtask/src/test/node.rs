//! The npm package: built, packed, installed into an empty project and tested there.

use std::error::Error;
use std::path::Path;

use xshell::{Shell, cmd};

use crate::npm::{self, PACKAGE};
use crate::steps::Outcome;
use crate::workspace;

/// The ways in which TypeScript finds the types of a package.
const RESOLUTIONS: [&str; 2] = ["node16", "bundler"];

/// Packs the package with the native module of the last build and runs its tests against the installed tarballs.
pub(super) fn run(shell: &Shell, filters: &[String]) -> Outcome {
    let target = workspace::target_directory(shell)?;
    let directory = target.join("node");
    shell.remove_path(&directory)?;
    let packages = directory.join("packages");
    npm::pack(shell, &target, &npm::native_module(&target, "debug")?, &packages)?;
    check_tarball(shell, &packages)?;
    let project = npm::project(&target);
    npm::install_packed(shell, &packages, &project)?;
    compile(shell, &project)?;
    let tests = npm::tests(shell, &project.join("out"))?;
    let patterns = npm::patterns(filters);
    // Worker threads and child processes look for the package from where they run.
    let _project = shell.push_dir(&project);
    cmd!(shell, "node --test --test-concurrency=2 --test-reporter=dot {patterns...} {tests...}").run()?;
    Ok(())
}

/// The tarball of the package itself.
fn main_tarball(packages: &Path) -> std::path::PathBuf {
    packages.join(format!("b24delete-{}.tgz", env!("CARGO_PKG_VERSION")))
}

/// What tools say of the tarball that publishers run before they publish.
fn check_tarball(shell: &Shell, packages: &Path) -> Outcome {
    let _package = shell.push_dir(PACKAGE);
    let tarball = main_tarball(packages);
    cmd!(shell, "npx --no-install publint run {tarball} --strict").run()?;
    cmd!(shell, "npx --no-install attw {tarball} --profile node16 --no-emoji --format table-flipped")
        .run()?;
    Ok(())
}

/// The tests and the users' files, compiled in the project as its own.
fn compile(shell: &Shell, project: &Path) -> Result<(), Box<dyn Error>> {
    let tests = Path::new(PACKAGE).join("test");
    for path in shell.read_dir(&tests)? {
        if path.is_file() {
            shell.copy_file(&path, project)?;
        }
    }
    // Their examples of Node.js are run like those of the package.
    let pages = shell.create_dir(project.join("pages"))?;
    shell.copy_file("README.md", pages.join("first-page.md"))?;
    for page in shell.read_dir("docs/guide")? {
        shell.copy_file(page, &pages)?;
    }
    // The same program as a CommonJS module, or as one of a bundler.
    shell.copy_file(tests.join("user.mts"), project.join("user.ts"))?;
    let modules = shell.current_dir().join(PACKAGE).join("node_modules");
    let (compiler, types) = (modules.join(".bin/tsc"), modules.join("@types"));
    let _project = shell.push_dir(project);
    cmd!(shell, "{compiler} --project tsconfig.json --typeRoots {types}").run()?;
    for resolution in RESOLUTIONS {
        let module = if resolution == "bundler" { "esnext" } else { "node16" };
        let strict = ["--ignoreConfig", "--strict", "--noEmit", "--target", "es2022", "--types", "node"];
        let user = ["user.ts", "user.mts"];
        cmd!(shell, "{compiler} {strict...} --typeRoots {types} --module {module} --moduleResolution {resolution} {user...}")
            .run()?;
    }
    Ok(())
}
