//! Gives the shared library its name and keeps it in memory once it is loaded.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let major = std::env::var("CARGO_PKG_VERSION_MAJOR").unwrap_or_default();
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libb24delete.so.{major}");
        // Its threads run until the process ends: `dlclose` must not take their code away.
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
}
