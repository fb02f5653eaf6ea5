//! What the checks of the npm package share.

use std::error::Error;
use std::path::{Path, PathBuf};

use xshell::{Shell, cmd};

use crate::steps::Outcome;

/// The npm package, below the repository's root.
pub(crate) const PACKAGE: &str = "node";

/// Installs what the lock file of the project in `directory` names, unless that was done before.
///
/// # Errors
///
/// When npm fails.
pub(crate) fn install(shell: &Shell, directory: &Path, target: &Path) -> Outcome {
    let wanted = shell.read_file(directory.join("package-lock.json"))?;
    // Written last, so that an installation that broke off is made again.
    let name = directory.to_string_lossy().replace(['/', '\\'], "-");
    let installed = target.join("npm-installed").join(name);
    let is_there = shell.path_exists(directory.join("node_modules"));
    if is_there && shell.read_file(&installed).is_ok_and(|text| text == wanted) {
        return Ok(());
    }
    let _directory = shell.push_dir(directory);
    // `npm ci` refuses a lock file that lacks a tool's packages for other platforms, which not every registry has.
    cmd!(shell, "npm install --silent --no-audit --no-fund")
        .run()
        .map_err(|error| format!("{error}\nhint: Node.js 20 or later with npm is needed"))?;
    shell.write_file(installed, wanted)?;
    Ok(())
}

/// The packed packages in a directory.
///
/// # Errors
///
/// When it cannot be read.
pub(crate) fn tarballs(shell: &Shell, packages: &Path) -> Result<Vec<PathBuf>, xshell::Error> {
    let is_packed = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "tgz");
    Ok(shell.read_dir(packages)?.into_iter().filter(is_packed).collect())
}

/// The native module that was built before, under the name that cargo gives it.
///
/// # Errors
///
/// When there is no such file.
pub(crate) fn native_module(target: &Path, profile: &str) -> Result<PathBuf, Box<dyn Error>> {
    use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};

    let path = target.join(profile).join(format!("{DLL_PREFIX}b24delete_node{DLL_SUFFIX}"));
    if path.is_file() { Ok(path) } else { Err(format!("{} was not built", path.display()).into()) }
}

/// Compiles the package's TypeScript and packs what is published, with this native module, in an empty directory.
///
/// # Errors
///
/// When the compiler or npm fails.
pub(crate) fn pack(shell: &Shell, target: &Path, library: &Path, packages: &Path) -> Outcome {
    install(shell, Path::new(PACKAGE), target)?;
    shell.remove_path(packages)?;
    shell.create_dir(packages)?;
    let _package = shell.push_dir(PACKAGE);
    shell.remove_path("dist")?;
    cmd!(shell, "npm run --silent build").run()?;
    let stripped = packages.join("b24delete.node");
    // Debug information makes most of it, and takes long to pack.
    cmd!(shell, "strip -S -o {stripped} {library}").run()?;
    cmd!(shell, "node scripts/pack.mjs {packages} host={stripped}").run()?;
    Ok(())
}

/// Makes an empty project with nothing but the tarballs in `packages`. No registry is asked.
///
/// # Errors
///
/// When they cannot be installed.
pub(crate) fn install_packed(shell: &Shell, packages: &Path, project: &Path) -> Outcome {
    shell.remove_path(project)?;
    shell.create_dir(project)?;
    shell.write_file(project.join("package.json"), "{ \"private\": true }\n")?;
    let tarballs = tarballs(shell, packages)?;
    let _project = shell.push_dir(project);
    cmd!(shell, "npm install --silent --offline --no-audit --no-fund {tarballs...}").run()?;
    cmd!(shell, "npx --no-install b24delete --version").run()?;
    Ok(())
}

/// The project into which the packed package is installed.
pub(crate) fn project(target: &Path) -> PathBuf {
    target.join("node").join("project")
}

/// Filters as options of Node.js, whose tests have sentences for names.
pub(crate) fn patterns(filters: &[String]) -> Vec<String> {
    let pattern = |filter: &String| {
        let parts: Vec<_> = filter.split("::").filter(|part| !part.is_empty()).collect();
        format!("--test-name-pattern={}", parts.join(".*").replace('_', "[ _]"))
    };
    filters.iter().map(pattern).collect()
}

/// The files with tests in a directory. Versions of Node.js differ in what they find by themselves.
///
/// # Errors
///
/// When the directory cannot be read.
pub(crate) fn tests(shell: &Shell, directory: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let is_test = |path: &PathBuf| {
        path.to_str().is_some_and(|name| name.ends_with(".test.js") || name.ends_with(".test.mjs"))
    };
    Ok(shell.read_dir(directory)?.into_iter().filter(is_test).collect())
}
