//! Files of targets: what is read, and what is refused with its file and line.

use crate::command::{assert_shown, code, show, stderr};
use crate::portal::Portal;

#[test]
fn bad_files() {
    let portal = Portal::small();
    let shell = portal.shell();
    let files: [(&str, &str, &[u8]); 18] = [
        ("lead", "zero.txt", b"1\n\n0\n"),
        ("lead", "fraction.txt", b"1\r\n2.0\r\n"),
        ("lead", "word.txt", b"junk\n"),
        ("lead", "range.txt", b"1\n2-3\n"),
        ("lead", "empty.txt", b""),
        ("lead", "blank.txt", b"\n  \n\r\n"),
        ("lead", "cyrillic.txt", b"1\n\xcf\xf0\n"),
        ("lead", "utf16.csv", b"\xff\xfei\0d\0\n\0"),
        ("lead", "column.csv", b"name,phone\nA,1\n"),
        ("lead", "both.csv", b"id,lead_id\n1,2\n"),
        ("lead", "header.csv", b"id,title\n"),
        ("lead", "cell.csv", b"id,title\n1,A\n\n,B\n"),
        ("contact", "bytes.csv", b"id;title\n1;\xcf\xf0\n"),
        ("lead", "quote.csv", b"title,id\r\nA,1\r\n\"B,2\r\nC,3\r\n"),
        ("lead-contact", "contact.csv", b"lead_id\n1\n"),
        ("lead-contact", "pairs.txt", b"1:2\n1:\n"),
        ("lead", "bindings.csv", b"lead_id,contact_id\n1,\n2,3\n"),
        ("contact", "bindings.csv", b"lead_id;contact_id\n1;2\n"),
    ];
    let mut text = String::new();
    for (command, name, content) in files {
        shell.file(name, content);
        let arguments = [command, "--from", name, "--yes"];
        let output = shell.run(&arguments);
        assert_eq!(code(&output), 2, "{name}");
        text.push_str(&show(&arguments, &output));
    }
    for path in ["missing.txt", "."] {
        text.push_str(&shell.show(&["lead", "--from", path, "--yes"]));
    }
    assert_shown!("bad-files", text);
    assert_eq!(portal.requests(), 0, "nothing was sent");
}

#[test]
fn a_line_without_end_does_not_fill_the_memory() {
    let portal = Portal::small();
    let shell = portal.shell();
    shell.file("long.txt", vec![b'1'; 2 << 20]);
    let output = shell.run(&["lead", "--from", "long.txt", "--yes"]);
    assert_eq!(code(&output), 2);
    assert!(stderr(&output).contains("`long.txt` line 1: the line is longer than 1 MiB"));
}

#[test]
fn plain_files_and_csv_are_read_alike() {
    let portal = Portal::small();
    let shell = portal.shell();
    shell.file("plain.txt", "\u{feff}1\r\n\r\n 2 \r\n3");
    shell.file("table.csv", "\u{feff}Title;ID\r\n\"a;b\";4\r\n;\r\n\"two\nlines\";5\r\n");
    shell.file("one.csv", "lead_id\n6\n");
    let arguments = ["lead", "--from", "plain.txt", "--from", "table.csv", "--from", "one.csv", "--yes", "7"];
    let output = shell.run(&arguments);
    assert_eq!(code(&output), 0, "{}", stderr(&output));
    assert_eq!(portal.leads(), [8, 9, 10]);
    shell.file("pairs.csv", "contact_id\tlead_id\n1\t8\n");
    assert_eq!(code(&shell.run(&["lead-contact", "--from", "pairs.csv"])), 0);
    assert_eq!(code(&shell.run_with_stdin(&["lead", "--from", "-", "--yes"], "id\n9\n10\n")), 0);
    assert_eq!(portal.leads(), [8]);
}
