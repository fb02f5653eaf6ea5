//! The table as text for a terminal.

use super::Report;
use super::row::{Comparison, Figure, Kind, Row};

const HEADINGS: [&str; 6] = ["what", "here", "beside", "compared", "target", "holds"];

/// The whole table.
pub(super) fn text(report: &Report) -> String {
    let mut text = format!("{}\n", report.method());
    for section in &report.sections {
        let rows: Vec<[String; 6]> = section.rows.iter().map(cells).collect();
        let lines = std::iter::once(HEADINGS.map(str::to_owned)).chain(rows);
        let lines: Vec<_> = lines.collect();
        let widths: Vec<usize> = (0..HEADINGS.len())
            .map(|column| {
                let width = |cells: &[String; 6]| cells.get(column).map_or(0, |cell| cell.chars().count());
                lines.iter().map(width).max().unwrap_or_default()
            })
            .collect();
        text.push_str(&format!("\n{}\n", section.group.words().0));
        for line in &lines {
            let padded = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
            text.push_str(&format!("  {}\n", padded.collect::<Vec<_>>().join("  ").trim_end()));
        }
    }
    text
}

/// The cells of a row, a remark behind its name.
pub(super) fn cells(row: &Row) -> [String; 6] {
    let name = match &row.note {
        Some(note) => format!("{} ({note})", row.name),
        None => row.name.clone(),
    };
    let figure = |figure: &Figure| format!("{}: {} {}", figure.of, number(figure.value), row.unit);
    [
        name,
        row.ours.as_ref().map(figure).unwrap_or_default(),
        row.other.as_ref().map(figure).unwrap_or_default(),
        row.comparison.map(|comparison| compared(&comparison, row)).unwrap_or_default(),
        row.target.clone().unwrap_or_default(),
        row.holds.map_or("", |holds| if holds { "yes" } else { "NO" }).to_owned(),
    ]
}

/// The median, and the quartiles where there are several measurements.
fn compared(comparison: &Comparison, row: &Row) -> String {
    let one = |value: f64| match comparison.kind {
        Kind::Ratio => format!("× {value:.2}"),
        Kind::Difference => format!("{value:+.1} {}", row.unit),
    };
    match row.repeats {
        0 | 1 => one(comparison.median),
        repeats => format!(
            "{} ({} to {}, {repeats} times)",
            one(comparison.median),
            one(comparison.first_quartile),
            one(comparison.third_quartile)
        ),
    }
}

/// Three digits, or all of a large number.
fn number(value: f64) -> String {
    match value.abs() {
        large if large >= 100.0 => format!("{value:.0}"),
        middle if middle >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::row::Series;

    #[test]
    fn a_row_tells_both_figures_and_how_they_compare() {
        let (ours, other) = (Series::new("Rust", [0.5, 0.6, 0.8]), Series::new("loop", [0.25, 0.4, 0.2]));
        let row = Row::ratio("CPU", "s", &ours, &other).at_most(1.9).with_note("warm");
        let cells = cells(&row);
        assert_eq!(
            cells.join("|"),
            "CPU (warm)|Rust: 0.60 s|loop: 0.25 s|× 2.00 (× 1.75 to × 3.00, 3 times)|≤ 1.9|NO"
        );
    }
}
