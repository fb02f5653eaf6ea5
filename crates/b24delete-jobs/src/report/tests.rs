//! Texts of strangers stay texts in every form of the report.

use super::sample::{HOSTILE, content, rows};
use super::{csv, html, text};

fn page() -> String {
    let mut page = Vec::new();
    html::write(&content(), &rows(), &mut page).unwrap();
    String::from_utf8(page).unwrap()
}

fn told() -> String {
    let mut told = Vec::new();
    text::write(&content(), &mut told).unwrap();
    String::from_utf8(told).unwrap()
}

fn obeyed(character: char) -> bool {
    (character.is_control() && character != '\n')
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
}

#[test]
fn the_page_has_one_style_one_script_and_no_address() {
    let page = page();
    assert_eq!(page.matches("<script").count(), 1);
    assert_eq!(page.matches("</script").count(), 1);
    assert_eq!(page.matches("<style").count(), 1);
    for outside in
        ["<img", "<link", "<iframe", " style=", " onerror=alert(1)>", "src=", "href=", "@import", "url("]
    {
        let markup = page.replace("src=x", "");
        assert!(!markup.contains(outside), "{outside}");
    }
}

#[test]
fn nothing_invisible_reaches_a_reader() {
    let mut lines = Vec::new();
    csv::write(rows().into_iter().map(Ok), &mut lines).unwrap();
    for form in [page(), told(), String::from_utf8(lines).unwrap()] {
        assert_eq!(form.chars().find(|character| obeyed(*character)), None);
    }
}

#[test]
fn the_policy_names_the_style_and_the_script_as_they_are() {
    use base64::Engine as _;
    use sha2::Digest as _;
    let page = page();
    let between = |from: &str, to: &str| {
        let start = page.find(from).unwrap() + from.len();
        page[start..].split(to).next().unwrap()
    };
    for (text, directive) in
        [(between("<style>", "</style>"), "style-src"), (between("<script>", "</script>"), "script-src")]
    {
        let hash = base64::engine::general_purpose::STANDARD.encode(sha2::Sha256::digest(text));
        assert!(page.contains(&format!("{directive} 'sha256-{hash}'")), "{directive}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn csv_has_no_formulas_and_reads_back() {
    let mut lines = Vec::new();
    csv::write(rows().into_iter().map(Ok), &mut lines).unwrap();
    let mut reader = ::csv::Reader::from_reader(lines.as_slice());
    let records: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), rows().len());
    for (record, row) in records.iter().zip(rows()) {
        assert_eq!(record[0], row.seq.to_string());
        for cell in record.iter() {
            assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "{cell}");
        }
    }
    assert_eq!(&records[2][4], format!("'{}", HOSTILE[2]));
    assert_eq!(&records[20][4], "Request no. 20 from Anna Weber");
}

#[test]
fn text_gives_counts_reasons_and_the_recycle_bin() {
    let told = told();
    for part in [
        "4,868 of 5,000 operations deleted, 40 were absent, 52 need attention, 40 are still open",
        "16 min in 2 runs, waited 3 min (operating time limit), 10 s (portal not reachable), 6.0 s (request limit)",
        "37 failed, access_denied: Access denied\n    lead 12, lead 15, lead 19, lead 23, lead 88 and 32 more",
        "5 not run",
        "3 more operations for other reasons",
        "recycle bin for 30 days",
    ] {
        assert!(told.contains(part), "{part} is not in\n{told}");
    }
}
