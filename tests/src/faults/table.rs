//! The rows as a table for people.

use std::collections::BTreeMap;

use super::Row;

/// Prints the table, and below it every disagreement in words.
pub fn print(rows: &[Row]) {
    println!(
        "{:<28} {:>6} {:>4}  {:>7} {:>9} {:>6} {:>6} {:>7} {:>7} {:>8} {:>5} {:>5}  stops; errors",
        "fault",
        "struck",
        "runs",
        "deleted",
        "by lookup",
        "absent",
        "failed",
        "unknown",
        "not run",
        "disagree",
        "MiB",
        "s"
    );
    for row in rows {
        let count = |status: &str| row.outcomes.get(status).copied().unwrap_or_default();
        println!(
            "{:<28} {:>6} {:>4}  {:>7} {:>9} {:>6} {:>6} {:>7} {:>7} {:>8} {:>5.1} {:>5.0}  {}; {}",
            row.name,
            row.struck,
            row.runs,
            count("deleted"),
            row.by_lookup,
            count("absent"),
            count("failed"),
            count("unknown"),
            count("not_run"),
            row.disagreements.len(),
            row.peak_mebibytes,
            row.seconds,
            words(&row.stops),
            words(&row.errors),
        );
    }
    for row in rows {
        row.disagreements.iter().for_each(|text| println!("{}: {text}", row.name));
    }
}

fn words(counts: &BTreeMap<String, u64>) -> String {
    let words: Vec<_> = counts.iter().map(|(word, count)| format!("{word} {count}")).collect();
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}
