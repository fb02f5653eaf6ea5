//! A row of the table: a figure of this project, one beside it that was measured in the same run, and what was aimed at.

use serde::Serialize;

/// A row of the table.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Row {
    pub(super) name: String,
    /// Of both figures.
    pub(super) unit: &'static str,
    pub(super) ours: Option<Figure>,
    pub(super) other: Option<Figure>,
    pub(super) comparison: Option<Comparison>,
    pub(super) target: Option<String>,
    /// Whether the target holds.
    pub(super) holds: Option<bool>,
    /// True where the same code always gives the same figure, whatever else the machine does.
    pub(super) is_exact: bool,
    /// How often each was measured.
    pub(super) repeats: usize,
    pub(super) note: Option<String>,
}

/// What was measured, and the median of it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Figure {
    pub(super) of: String,
    pub(super) value: f64,
}

/// One figure by the other, or less the other, pair by pair.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Comparison {
    pub(super) kind: Kind,
    pub(super) first_quartile: f64,
    pub(super) median: f64,
    pub(super) third_quartile: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    Ratio,
    Difference,
}

/// The figures of one program, one for each time that it was measured.
#[derive(Debug, Clone)]
pub(super) struct Series {
    of: String,
    values: Vec<f64>,
}

impl Series {
    pub(super) fn new(of: impl Into<String>, values: impl IntoIterator<Item = f64>) -> Self {
        Self { of: of.into(), values: values.into_iter().collect() }
    }

    /// The same figures under another name.
    pub(super) fn named(self, of: impl Into<String>) -> Self {
        Self { of: of.into(), ..self }
    }

    fn figure(&self) -> Figure {
        Figure { of: self.of.clone(), value: quantile(&self.values, 0.5) }
    }
}

impl Row {
    /// Ours by the other's.
    pub(super) fn ratio(name: impl Into<String>, unit: &'static str, ours: &Series, other: &Series) -> Self {
        Self::compared(name, unit, ours, other, Kind::Ratio)
    }

    /// Ours less the other's.
    pub(super) fn difference(
        name: impl Into<String>,
        unit: &'static str,
        ours: &Series,
        other: &Series,
    ) -> Self {
        Self::compared(name, unit, ours, other, Kind::Difference)
    }

    /// A figure that stands alone.
    pub(super) fn alone(name: impl Into<String>, unit: &'static str, of: &str, value: f64) -> Self {
        let ours = Some(Figure { of: of.to_owned(), value });
        Self { ours, repeats: 1, ..Self::blank(name, unit) }
    }

    /// What could not be measured here, and why.
    pub(super) fn missing(name: impl Into<String>, why: impl Into<String>) -> Self {
        Self::blank(name, "").with_note(format!("not measured: {}", why.into()))
    }

    fn compared(
        name: impl Into<String>,
        unit: &'static str,
        ours: &Series,
        other: &Series,
        kind: Kind,
    ) -> Self {
        let pairs = ours.values.iter().zip(&other.values);
        let compared: Vec<f64> = match kind {
            Kind::Ratio => pairs.map(|(ours, other)| ours / other).collect(),
            Kind::Difference => pairs.map(|(ours, other)| ours - other).collect(),
        };
        let of = |share| quantile(&compared, share);
        let comparison =
            Comparison { kind, first_quartile: of(0.25), median: of(0.5), third_quartile: of(0.75) };
        Self {
            ours: Some(ours.figure()),
            other: Some(other.figure()),
            comparison: Some(comparison),
            repeats: compared.len(),
            ..Self::blank(name, unit)
        }
    }

    fn blank(name: impl Into<String>, unit: &'static str) -> Self {
        Self {
            name: name.into(),
            unit,
            ours: None,
            other: None,
            comparison: None,
            target: None,
            holds: None,
            is_exact: false,
            repeats: 0,
            note: None,
        }
    }

    /// Aims at a comparison, or a figure that stands alone, of at most this.
    pub(super) fn at_most(self, limit: f64) -> Self {
        let value = self.comparison.map(|comparison| comparison.median);
        let value = value.or(self.ours.as_ref().map(|ours| ours.value));
        let unit = if self.is_ratio() { "" } else { self.unit };
        let target = format!("≤ {limit} {unit}");
        // A ratio below zero comes of too few operations: noise was larger than what they cost.
        let holds = value.map(|value| value <= limit && (value > 0.0 || !self.is_ratio()));
        Self { target: Some(target.trim_end().to_owned()), holds, ..self }
    }

    /// Aims at something else, of which it is known whether it holds.
    pub(super) fn aims_at(self, target: impl Into<String>, holds: bool) -> Self {
        Self { target: Some(target.into()), holds: Some(holds), ..self }
    }

    /// The same code always gives this figure.
    pub(super) fn exact(self) -> Self {
        Self { is_exact: true, ..self }
    }

    /// Adds a remark.
    pub(super) fn with_note(self, note: impl Into<String>) -> Self {
        let note = note.into();
        let note = match self.note {
            Some(before) => format!("{before}; {note}"),
            None => note,
        };
        Self { note: Some(note), ..self }
    }

    fn is_ratio(&self) -> bool {
        self.comparison.is_some_and(|comparison| comparison.kind == Kind::Ratio)
    }
}

/// The value below which this share of the others lies, between two of them where it falls there.
fn quantile(values: &[f64], share: f64) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let place = values.len().saturating_sub(1) as f64 * share;
    let at = |place: f64| values.get(place as usize).copied().unwrap_or(f64::NAN);
    at(place.floor()) + (at(place.ceil()) - at(place.floor())) * place.fract()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(values: &[f64]) -> Series {
        Series::new("", values.iter().copied())
    }

    #[test]
    fn ratios_are_those_of_pairs_and_not_of_medians() {
        let row = Row::ratio("", "s", &series(&[1.0, 20.0, 3.0]), &series(&[1.0, 10.0, 1.0]));
        let comparison = row.comparison.unwrap();
        assert_eq!(
            (comparison.first_quartile, comparison.median, comparison.third_quartile),
            (1.5, 2.0, 2.5)
        );
        assert_eq!((row.ours.unwrap().value, row.other.unwrap().value), (3.0, 1.0));
    }

    #[test]
    fn a_target_holds_up_to_its_limit() {
        let row = |limit| Row::ratio("", "s", &series(&[3.0]), &series(&[2.0])).at_most(limit);
        assert_eq!((row(1.5).holds, row(1.4).holds), (Some(true), Some(false)));
        assert_eq!(row(1.5).target.unwrap(), "≤ 1.5");
        let size = Row::alone("", "MiB", "", 7.0).at_most(6.0);
        assert_eq!((size.holds, size.target.unwrap()), (Some(false), "≤ 6 MiB".to_owned()));
        let import = Row::difference("", "ms", &series(&[50.0]), &series(&[30.0])).at_most(30.0);
        assert_eq!(import.holds, Some(true));
    }
}
