//! Cells of a CSV row.

/// Splits a row; `None` while a quoted cell is still open, which goes on in the next line.
///
/// A quote counts only at the start of a cell, so that `12" screen` is plain text.
pub(super) fn split(record: &str, delimiter: char) -> Option<Vec<String>> {
    let mut cells = Vec::new();
    let mut rest = record;
    loop {
        let (cell, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_cell(quoted, delimiter)?,
            None => plain_cell(rest, delimiter),
        };
        cells.push(cell);
        match after {
            Some(after) => rest = after,
            None => return Some(cells),
        }
    }
}

fn plain_cell(text: &str, delimiter: char) -> (String, Option<&str>) {
    match text.split_once(delimiter) {
        Some((cell, after)) => (cell.to_owned(), Some(after)),
        None => (text.to_owned(), None),
    }
}

/// The cell and what follows its delimiter; `text` begins after the opening quote.
fn quoted_cell(text: &str, delimiter: char) -> Option<(String, Option<&str>)> {
    let mut cell = String::new();
    let mut rest = text;
    loop {
        let (inside, after) = rest.split_once('"')?;
        cell.push_str(inside);
        match after.strip_prefix('"') {
            Some(after) => {
                cell.push('"');
                rest = after;
            }
            None => {
                let (tail, after) = plain_cell(after, delimiter);
                cell.push_str(&tail);
                return Some((cell, after));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn rows_are_split_as_spreadsheets_write_them() {
        let cases: [(&str, &[&str]); 7] = [
            ("1", &["1"]),
            ("1,2", &["1", "2"]),
            (",", &["", ""]),
            (r#""a,b",2"#, &["a,b", "2"]),
            (r#""say ""hi""",2"#, &[r#"say "hi""#, "2"]),
            ("\"two\nlines\",2", &["two\nlines", "2"]),
            (r#"12" screen,2"#, &[r#"12" screen"#, "2"]),
        ];
        for (record, cells) in cases {
            assert_eq!(split(record, ',').unwrap(), cells, "{record}");
        }
        assert_eq!(split("\"open,2", ','), None);
        assert_eq!(split("1;2\t3", '\t').unwrap(), ["1;2", "3"]);
    }
}
