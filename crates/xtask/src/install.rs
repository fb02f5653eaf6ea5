//! `cargo xtask install`: the C library where compilers find it.

use std::error::Error;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use xshell::{Shell, cmd};

use crate::steps::Outcome;
use crate::workspace;

/// What a program needs besides the static library.
const PRIVATE_LIBRARIES: &str = "-lgcc_s -lutil -lrt -lpthread -lm -ldl -lc";

/// Below `bindings/c/package`, and where each goes below the prefix.
const TEMPLATES: [(&str, &str); 3] = [
    ("b24delete.pc.in", "lib/pkgconfig/b24delete.pc"),
    ("b24delete-config.cmake.in", "lib/cmake/b24delete/b24delete-config.cmake"),
    ("b24delete-config-version.cmake.in", "lib/cmake/b24delete/b24delete-config-version.cmake"),
];

/// Below the repository's root, and where each goes below the prefix.
const FILES: [(&str, &str); 6] = [
    ("bindings/c/include/b24delete.h", "include/b24delete.h"),
    ("bindings/c/include/b24delete.hpp", "include/b24delete.hpp"),
    ("bindings/c/README.md", "share/doc/b24delete/README.md"),
    ("bindings/c/REFERENCE.md", "share/doc/b24delete/REFERENCE.md"),
    ("LICENSE-APACHE", "share/doc/b24delete/LICENSE-APACHE"),
    ("LICENSE-MIT", "share/doc/b24delete/LICENSE-MIT"),
];

/// Builds the C library as it is shipped and installs it below `prefix`.
///
/// # Errors
///
/// When it cannot be built, or a file cannot be written.
pub(crate) fn run(root: &Path, prefix: &Path) -> Outcome {
    let shell = Shell::new()?;
    let prefix = std::env::current_dir()?.join(prefix);
    shell.change_dir(root);
    let profile = workspace::SHIPPED;
    cmd!(shell, "cargo build --profile {profile} -p b24delete-c").run()?;
    let built = workspace::target_directory(&shell)?.join(profile);
    place(&shell, &built, &prefix)?;
    println!("installed below {}", prefix.display());
    println!(
        "hint: `pkg-config --cflags --libs b24delete` finds it with PKG_CONFIG_PATH={0}/lib/pkgconfig",
        prefix.display()
    );
    Ok(())
}

/// Installs the library that cargo has left in `built` below `prefix`. Nothing that is installed names the prefix, so it
/// may be moved.
///
/// # Errors
///
/// When a file cannot be written.
pub(crate) fn place(shell: &Shell, built: &Path, prefix: &Path) -> Outcome {
    let version = env!("CARGO_PKG_VERSION");
    let lib = shell.create_dir(prefix.join("lib"))?;
    let major = env!("CARGO_PKG_VERSION_MAJOR");
    let soname = format!("libb24delete.so.{major}");
    let full_name = format!("libb24delete.so.{version}");
    copy(&built.join("libb24delete_c.a"), &lib.join("libb24delete.a"))?;
    copy(&built.join("libb24delete_c.so"), &lib.join(&full_name))?;
    link(&full_name, &lib.join(&soname))?;
    link(&soname, &lib.join("libb24delete.so"))?;
    for (from, to) in FILES {
        copy(&shell.current_dir().join(from), &prefix.join(to))?;
    }
    for (from, to) in TEMPLATES {
        let text = shell.read_file(Path::new("bindings/c/package").join(from))?;
        let text = text
            .replace("@VERSION@", version)
            .replace("@MAJOR@", major)
            .replace("@SONAME@", &soname)
            .replace("@URL@", env!("CARGO_PKG_REPOSITORY"))
            .replace("@PRIVATE_LIBRARIES@", PRIVATE_LIBRARIES);
        shell.write_file(prefix.join(to), text)?;
    }
    Ok(())
}

/// Puts a new file in place of an old one: programs that run may have the old one open.
fn copy(from: &Path, to: &Path) -> Outcome {
    let named = |error: std::io::Error| {
        format!("{} cannot be installed as {}: {error}", from.display(), to.display())
    };
    if let Some(directory) = to.parent() {
        fs::create_dir_all(directory).map_err(named)?;
    }
    remove(to)?;
    fs::copy(from, to).map_err(named)?;
    Ok(())
}

fn link(name: &str, place: &Path) -> Outcome {
    remove(place)?;
    symlink(name, place)?;
    Ok(())
}

fn remove(path: &Path) -> Result<(), Box<dyn Error>> {
    if path.symlink_metadata().is_ok() {
        fs::remove_file(path)?;
    }
    Ok(())
}
