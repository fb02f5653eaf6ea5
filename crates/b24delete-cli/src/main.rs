//! The `b24delete` command.

fn main() {}
