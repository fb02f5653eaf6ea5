//! Builds, checks and measures this repository.

fn main() {}
