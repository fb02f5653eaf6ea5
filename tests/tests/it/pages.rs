//! The Rust examples of the pages run, each as a program beside a portal of its own, and print what they say.

use std::process::Command;

use b24delete_emulator::{Emulator, Settings};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The name of each example, and what it prints.
const EXAMPLES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/printed.rs"));

#[test]
fn every_rust_example_prints_what_it_says() {
    let runtime = Runtime::new().unwrap();
    assert!(EXAMPLES.len() >= 5, "{} examples", EXAMPLES.len());
    for (name, printed) in EXAMPLES {
        assert_ne!(*printed, "", "`{name}` says what it prints");
        let mut settings = Settings::default();
        (settings.limits, settings.operating) = (None, None);
        (settings.seed.leads, settings.seed.contacts, settings.seed.links_per_lead) = (600, 10, 3);
        let portal = runtime.block_on(Emulator::serve(settings)).unwrap();
        let directory = TempDir::new().unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_page_example"))
            .arg(name)
            .env("B24_WEBHOOK", &portal.addresses().webhook)
            .current_dir(directory.path())
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
        assert_eq!(
            (text(&output.stdout), text(&output.stderr)),
            ((*printed).to_owned(), String::new()),
            "{name}"
        );
        assert!(output.status.success(), "{name}");
    }
}
