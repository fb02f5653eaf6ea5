//! What `--help` says.

use crate::command::{Shell, assert_shown};

#[test]
fn help_of_the_command() {
    assert_shown!("help", Shell::new().show(&["--help"]));
}

#[test]
fn help_of_every_command() {
    let shell = Shell::new();
    let commands = [
        "lead",
        "contact",
        "lead-contact",
        "lead-contact-items",
        "report",
        "restore",
        "check",
        "emulator",
        "demo",
        "completions",
    ];
    for command in commands {
        let text = shell.show(&[command, "--help"]);
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(format!("help-{command}"), text);
        });
    }
}

#[test]
fn the_version_is_data() {
    let output = Shell::new().run(&["--version"]);
    assert_eq!(crate::command::stdout(&output), concat!("b24delete ", env!("CARGO_PKG_VERSION"), "\n"));
}
