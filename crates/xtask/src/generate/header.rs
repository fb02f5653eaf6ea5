//! The header of the C library, from the comments of its crate.

use std::error::Error;
use std::fs;
use std::path::Path;

use cbindgen::{Builder, Config};

use super::Generated;

/// The order of the header.
const SOURCES: [&str; 35] = [
    "version",
    "error_kind",
    "error",
    "user_data",
    "client_options",
    "event",
    "oauth_options",
    "token_store",
    "client",
    "login",
    "status",
    "operation",
    "call",
    "deletion",
    "call_options",
    "call_async",
    "canceller",
    "delete_many",
    "run_options",
    "outcome",
    "summary",
    "job",
    "plan_options",
    "lines",
    "plan_summary",
    "job_run",
    "job_run_options",
    "overview",
    "verification",
    "report",
    "restore_plan",
    "restore",
    "restore_options",
    "restore_summary",
    "string",
];

/// Enums whose values are written into fields and parameters of a plain type.
const ALSO: [&str; 2] = ["Method", "ReportFormat"];

/// The C header.
pub(super) fn file(root: &Path) -> Result<Generated, Box<dyn Error>> {
    let crate_directory = root.join("bindings/c");
    let mut config = Config::from_file(crate_directory.join("cbindgen.toml"))?;
    config.after_includes = Some(version_macros(env!("CARGO_PKG_VERSION"))?);
    config.export.include = ALSO.map(str::to_owned).to_vec();
    let sources = SOURCES.map(|name| crate_directory.join("src").join(name).with_extension("rs"));
    check_sources(&crate_directory, &sources)?;
    let builder =
        sources.iter().fold(Builder::new().with_config(config), |builder, source| builder.with_src(source));
    let mut text = Vec::new();
    builder.generate()?.write(&mut text);
    Ok(Generated { path: "bindings/c/include/b24delete.h", text: String::from_utf8(text)? })
}

/// Every file with functions for C stands in the list.
fn check_sources(crate_directory: &Path, sources: &[std::path::PathBuf]) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(crate_directory.join("src"))? {
        let path = entry?.path();
        if !sources.contains(&path) && fs::read_to_string(&path)?.contains("#[unsafe(no_mangle)]") {
            return Err(format!("{} is not among the sources of the C header", path.display()).into());
        }
    }
    Ok(())
}

fn version_macros(version: &str) -> Result<String, Box<dyn Error>> {
    let [major, minor, patch] = version.split('.').map(str::parse).collect::<Result<Vec<u32>, _>>()?[..]
    else {
        return Err(format!("`{version}` is not a version of three numbers").into());
    };
    let number = major * 1_000_000 + minor * 1_000 + patch;
    Ok(format!(
        "
/* Version of this header. The number is major * 1000000 + minor * 1000 + patch. */
#define B24DELETE_VERSION \"{version}\"
#define B24DELETE_VERSION_MAJOR {major}
#define B24DELETE_VERSION_MINOR {minor}
#define B24DELETE_VERSION_PATCH {patch}
#define B24DELETE_VERSION_NUMBER {number}"
    ))
}
