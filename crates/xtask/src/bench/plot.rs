//! The plot: time and memory of a run over the number of operations, as SVG.

use std::fmt::Write as _;

use super::curve::Curve;
use super::groups::grouped;

/// Of the whole picture, and of one panel's axes within their half.
const SIZE: (f64, f64) = (900.0, 340.0);
const PANEL: (f64, f64, f64, f64) = (80.0, 50.0, 330.0, 220.0);
const HALF: f64 = 440.0;

const STYLE: &str = "\
text { font: 12px system-ui, sans-serif; fill: #57606a } .heading { font-size: 14px; font-weight: 600 } \
.axis { stroke: #8c959f; stroke-width: 1; fill: none } .ours { stroke: #0969da; fill: none; stroke-width: 2 } \
.beside { stroke: #bc4c00; fill: none; stroke-width: 2; stroke-dasharray: 5 4 } .dot { fill: #0969da } \
@media (prefers-color-scheme: dark) { text { fill: #9198a1 } }";

/// A line with its name.
struct Line<'a> {
    class: &'a str,
    name: &'a str,
    points: Vec<(f64, f64)>,
}

/// One pair of axes.
struct Panel<'a> {
    heading: &'a str,
    left: f64,
    is_logarithmic: bool,
    lines: [Line<'a>; 2],
}

/// The picture; lines that need a panel for themselves get one.
pub(super) fn svg(curve: &Curve) -> String {
    let (width, height) = SIZE;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\">\n\
         <title>Time and memory of a run over the number of operations</title>\n<style>{STYLE}</style>\n"
    );
    let points = |of: &dyn Fn(usize) -> Option<(u64, f64)>| {
        (0..).map_while(of).map(|(count, value)| (count as f64, value)).collect::<Vec<_>>()
    };
    let (makespan, memory) = (&curve.makespan, &curve.memory);
    let panels = [
        Panel {
            heading: "seconds within the limits",
            left: 0.0,
            is_logarithmic: true,
            lines: [
                Line {
                    class: "ours",
                    name: "a run",
                    points: points(&|at| makespan.get(at).map(|point| (point.count, point.seconds))),
                },
                Line {
                    class: "beside",
                    name: "lower bound",
                    points: points(&|at| makespan.get(at).map(|point| (point.count, point.bound))),
                },
            ],
        },
        Panel {
            heading: "MiB at the peak",
            left: HALF,
            is_logarithmic: false,
            lines: [
                Line {
                    class: "ours",
                    name: "a run",
                    points: points(&|at| memory.get(at).map(|point| (point.count, point.peak))),
                },
                Line {
                    class: "beside",
                    name: "idle",
                    points: points(&|at| memory.get(at).map(|point| (point.count, point.idle))),
                },
            ],
        },
    ];
    for panel in panels.iter().filter(|panel| panel.lines.iter().any(|line| line.points.len() > 1)) {
        panel.draw(&mut svg);
    }
    svg.push_str("</svg>\n");
    svg
}

impl Panel<'_> {
    fn draw(&self, svg: &mut String) {
        let (x, y, width, height) = PANEL;
        let (left, top) = (self.left + x, y);
        let points = || self.lines.iter().flat_map(|line| &line.points);
        let (first, last) = ends(points().map(|(count, _)| count.log10()));
        let (low, high) = match self.is_logarithmic {
            true => ends(points().map(|(_, value)| value.max(0.1).log10())),
            false => (0.0, points().map(|(_, value)| *value).fold(1.0, f64::max) * 1.2),
        };
        let (low, high) = if self.is_logarithmic { (low.floor(), high.ceil()) } else { (low, high) };
        let across = |count: f64| left + (count.log10() - first) / (last - first) * width;
        let up = |value: f64| top + height - (value - low) / (high - low) * height;
        let height_of = |value: f64| up(if self.is_logarithmic { value.max(0.1).log10() } else { value });

        line(svg, &format!("<text class=\"heading\" x=\"{left}\" y=\"24\">{}</text>", self.heading));
        line(svg, &format!("<path class=\"axis\" d=\"M{left} {top}v{height}h{width}\"/>"));
        for power in (first.ceil() as i32)..=(last.floor() as i32) {
            let count = 10_f64.powi(power);
            let label = grouped(count as u64);
            let (at, below) = (across(count), top + height + 18.0);
            line(svg, &format!("<text x=\"{at:.0}\" y=\"{below}\" text-anchor=\"middle\">{label}</text>"));
        }
        for (value, label) in self.marks(low, high) {
            let (at, beside) = (up(value) + 4.0, left - 6.0);
            line(svg, &format!("<text x=\"{beside}\" y=\"{at:.0}\" text-anchor=\"end\">{label}</text>"));
        }
        for (place, one) in self.lines.iter().enumerate() {
            let path: Vec<_> = one
                .points
                .iter()
                .map(|(count, value)| format!("{:.1},{:.1}", across(*count), height_of(*value)))
                .collect();
            line(svg, &format!("<polyline class=\"{}\" points=\"{}\"/>", one.class, path.join(" ")));
            let (at, beside) = (top + 10.0 + 18.0 * place as f64, left + 14.0);
            let after = beside + 30.0;
            line(svg, &format!("<path class=\"{}\" d=\"M{beside} {}h24\"/>", one.class, at - 4.0));
            line(svg, &format!("<text x=\"{after}\" y=\"{at}\">{}</text>", one.name));
        }
    }

    /// Where the upright axis is labelled, and how.
    fn marks(&self, low: f64, high: f64) -> Vec<(f64, String)> {
        if self.is_logarithmic {
            let powers = (low as i32)..=(high as i32);
            return powers.map(|power| (f64::from(power), number(10_f64.powi(power)))).collect();
        }
        let step = 10_f64.powf((high - low).log10().floor()) / if high - low > 50.0 { 2.0 } else { 1.0 };
        let count = ((high - low) / step).floor() as u32;
        let every = if count > 8 { 2 } else { 1 };
        (0..=count)
            .step_by(every)
            .map(|mark| (f64::from(mark) * step, number(f64::from(mark) * step)))
            .collect()
    }
}

fn number(value: f64) -> String {
    if value < 1.0 { value.to_string() } else { grouped(value as u64) }
}

fn ends(values: impl Iterator<Item = f64>) -> (f64, f64) {
    values.fold((f64::MAX, f64::MIN), |(low, high), value| (low.min(value), high.max(value)))
}

fn line(svg: &mut String, text: &str) {
    // Writing to a string never fails.
    let _ = writeln!(svg, "{text}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::curve::{Makespan, Memory};

    fn curve() -> Curve {
        let sizes = [1_000_u64, 10_000, 100_000, 1_000_000];
        let makespan =
            sizes.map(|count| Makespan { count, seconds: count as f64 * 0.063, bound: count as f64 * 0.062 });
        let memory = sizes.map(|count| Memory { count, peak: 8.5, idle: 7.9 });
        Curve { makespan: makespan.into(), memory: memory.into() }
    }

    #[test]
    fn every_point_lies_within_its_panel() {
        let svg = svg(&curve());
        let lines: Vec<_> =
            svg.split("points=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert_eq!(lines.len(), 4, "{svg}");
        for (place, line) in lines.iter().enumerate() {
            let (x, y, width, height) = PANEL;
            let left = x + if place < 2 { 0.0 } else { HALF };
            let points: Vec<(f64, f64)> = line
                .split(' ')
                .filter_map(|point| point.split_once(','))
                .map(|(across, up)| (across.parse().unwrap(), up.parse().unwrap()))
                .collect();
            assert_eq!(points.len(), 4);
            assert!(points.iter().all(|(across, up)| {
                (left..=left + width).contains(across) && (y..=y + height).contains(up)
            }));
        }
        assert!(svg.contains(">1,000,000</text>"), "{svg}");
    }

    #[test]
    fn without_points_there_is_no_panel() {
        assert!(!svg(&Curve::default()).contains("<path"));
    }
}
