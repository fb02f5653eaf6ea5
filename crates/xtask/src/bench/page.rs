//! BENCHMARKS.md.

use super::Report;
use super::table::cells;

/// Below the repository's root.
pub(super) const PAGE: &str = "BENCHMARKS.md";
pub(super) const PLOT: &str = "docs/benchmarks.svg";

const HEAD: &str = "\
# Benchmarks

Made by `cargo xtask bench --write`. Each figure stands beside another that was measured in the same run: compare those, and not the
seconds of different machines.
";

/// The page.
pub(super) fn page(report: &Report) -> String {
    let mut page = format!("{HEAD}\n{}\n", report.method());
    if !report.curve.is_empty() {
        page.push_str(&format!("\n![Time and memory of a run over the number of operations]({PLOT})\n"));
    }
    for section in &report.sections {
        let (heading, how) = section.group.words();
        page.push_str(&format!(
            "\n## {heading}\n\n{how}\n\n| what | here | beside | compared | target | holds |\n|---|---|---|---|---|---|\n"
        ));
        for row in &section.rows {
            page.push_str(&format!("| {} |\n", cells(row).join(" | ")));
        }
    }
    page
}
