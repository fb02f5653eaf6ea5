//! What a command printed on a terminal, as an SVG.

use std::fmt::Write as _;

/// Size of a letter and distance of the lines, in pixels.
const WIDTH: usize = 8;
const HEIGHT: usize = 18;
const MARGIN: usize = 16;

const STYLE: &str = "text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;fill:#d4d7dd;white-space:pre}\
.bold{font-weight:bold;fill:#fff}.dim{fill:#8b919c}.red{fill:#ff7b72}.green{fill:#6fd08c}.yellow{fill:#e3b341}";

/// The picture of a command and its output, which may be coloured.
pub(super) fn picture(command: &str, output: &str) -> String {
    let prompt = format!("\u{1b}[2m$\u{1b}[0m \u{1b}[1m{command}\u{1b}[0m\n");
    let text = format!("{prompt}{output}");
    let lines: Vec<Vec<(&str, &str)>> = text.lines().map(spans).collect();
    let letters = |line: &Vec<(&str, &str)>| line.iter().map(|(_, text)| text.chars().count()).sum::<usize>();
    let width = lines.iter().map(letters).max().unwrap_or(0) * WIDTH + 2 * MARGIN;
    let height = lines.len() * HEIGHT + 2 * MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">\n\
         <!-- Made by `cargo xtask pictures`. -->\n<style>{STYLE}</style>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#1b1e24\"/>\n"
    );
    for (line, number) in lines.iter().zip(1..) {
        let y = MARGIN + number * HEIGHT - HEIGHT / 4;
        let spans: String = line.iter().map(|(style, text)| span(style, text)).collect();
        // Writing to a string cannot fail.
        let _ = writeln!(svg, "<text x=\"{MARGIN}\" y=\"{y}\" xml:space=\"preserve\">{spans}</text>");
    }
    svg + "</svg>\n"
}

/// The parts of a line with the style of each.
fn spans(line: &str) -> Vec<(&'static str, &str)> {
    let mut parts = line.split("\u{1b}[");
    let mut spans = vec![("", parts.next().unwrap_or_default())];
    for part in parts {
        let (code, text) = part.split_once('m').unwrap_or(("", part));
        spans.push((style(code), text));
    }
    spans.retain(|(_, text)| !text.is_empty());
    spans
}

fn style(code: &str) -> &'static str {
    match code {
        "1" => "bold",
        "2" => "dim",
        "31" => "red",
        "32" => "green",
        "33" => "yellow",
        _ => "",
    }
}

fn span(style: &str, text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    if style.is_empty() { text } else { format!("<tspan class=\"{style}\">{text}</tspan>") }
}
