//! What cargo knows: the packages, and where it leaves what it builds.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;
use xshell::{Shell, cmd};

/// The profile of what is shipped.
pub(crate) const SHIPPED: &str = "dist";

/// The packages that are shipped as binaries. One selection for all of them: another one has other features of common
/// dependencies, and compiles everything again.
const PACKAGES: [&str; 4] = ["b24delete-cli", "b24delete-python", "b24delete-node", "b24delete-c"];

/// What cargo tells of the workspace.
#[derive(Deserialize)]
pub(crate) struct Metadata {
    target_directory: PathBuf,
    pub(crate) packages: Vec<Package>,
}

/// A member of the workspace, or with [`metadata_of_all`] a dependency.
#[derive(Deserialize)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    /// Where it comes from; nowhere for members.
    source: Option<String>,
    manifest_path: PathBuf,
    rust_version: Option<String>,
    /// Registries that it may go to; all of them without a list.
    publish: Option<Vec<String>>,
    #[serde(deserialize_with = "names")]
    pub(crate) dependencies: Vec<String>,
    #[serde(flatten)]
    fields: BTreeMap<String, Value>,
}

impl Package {
    /// Whether it belongs to this repository.
    pub(crate) fn is_member(&self) -> bool {
        self.source.is_none()
    }

    /// Whether it goes to a registry.
    pub(crate) fn is_published(&self) -> bool {
        self.publish.is_none()
    }

    /// The directory with its manifest.
    pub(crate) fn directory(&self) -> &Path {
        self.manifest_path.parent().unwrap_or(&self.manifest_path)
    }

    /// The oldest compiler that it promises to work with, as numbers that can be compared.
    pub(crate) fn oldest_compiler(&self) -> Option<[u32; 3]> {
        let mut numbers = self.rust_version.as_ref()?.split('.').map(|number| number.parse().unwrap_or(0));
        Some([(); 3].map(|()| numbers.next().unwrap_or(0)))
    }

    /// Whether its manifest fills this field.
    pub(crate) fn tells(&self, field: &str) -> bool {
        self.fields.get(field).is_some_and(|value| !value.is_null() && value.as_array() != Some(&Vec::new()))
    }
}

/// The names under which code knows the dependencies.
fn names<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    struct Dependency {
        name: String,
        rename: Option<String>,
    }
    let dependencies = Vec::<Dependency>::deserialize(deserializer)?;
    Ok(dependencies.into_iter().map(|dependency| dependency.rename.unwrap_or(dependency.name)).collect())
}

/// What cargo tells of the workspace's members.
///
/// # Errors
///
/// When cargo does not tell.
pub(crate) fn metadata(shell: &Shell) -> Result<Metadata, Box<dyn Error>> {
    let told = cmd!(shell, "cargo metadata --no-deps --format-version 1").quiet().read()?;
    Ok(serde_json::from_str(&told)?)
}

/// As [`metadata`], with all dependencies.
///
/// # Errors
///
/// When cargo does not tell.
pub(crate) fn metadata_of_all(shell: &Shell) -> Result<Metadata, Box<dyn Error>> {
    let told = cmd!(shell, "cargo metadata --locked --format-version 1").quiet().read()?;
    Ok(serde_json::from_str(&told)?)
}

/// The directory `target/`, wherever the settings of cargo put it.
///
/// # Errors
///
/// When cargo does not tell.
pub(crate) fn target_directory(shell: &Shell) -> Result<PathBuf, Box<dyn Error>> {
    Ok(metadata(shell)?.target_directory)
}

/// The path of a program that was built before, such as `target/debug/b24delete`.
///
/// # Errors
///
/// When there is no such file.
pub(crate) fn program(target: &Path, profile: &str, name: &str) -> Result<PathBuf, Box<dyn Error>> {
    let path = target.join(profile).join(name).with_extension(std::env::consts::EXE_EXTENSION);
    if path.is_file() { Ok(path) } else { Err(format!("{} was not built", path.display()).into()) }
}

/// Builds everything that is shipped, and tells where it is.
///
/// # Errors
///
/// When it cannot be built.
pub(crate) fn build_shipped(shell: &Shell, target: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let packages = PACKAGES.iter().flat_map(|package| ["--package", package]);
    cmd!(shell, "cargo build --quiet --profile {SHIPPED} {packages...}").run()?;
    Ok(target.join(SHIPPED))
}
