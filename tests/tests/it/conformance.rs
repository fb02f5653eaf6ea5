//! The conformance vectors: that they cover what there is, and that Rust keeps to them. `cargo xtask test` lets the other
//! languages carry them out.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use b24delete::ErrorKind;
use b24delete_tests::conformance::{Language, Program, Vector, files, play, schema, vectors};

const STATUSES: [&str; 5] = ["deleted", "absent", "failed", "unknown", "not_run"];

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn rust_carries_out_every_vector_as_expected() {
    let vectors = vectors().unwrap();
    let command = vec![env!("CARGO_BIN_EXE_conformance_driver").into()];
    let report = play(Program { language: Language::Rust, command }, vectors.clone()).await.unwrap();
    assert_eq!(report.run + report.inexpressible.len(), vectors.len());
    assert!(report.failures.is_empty(), "{}", report.failures.join("\n"));
}

#[test]
fn every_kind_of_error_is_expected_somewhere() {
    let vectors = vectors().unwrap();
    let expected: BTreeSet<_> = vectors.iter().flat_map(Vector::expected_kinds).collect();
    let missing: Vec<_> = ErrorKind::ALL.iter().filter(|kind| !expected.contains(kind.as_str())).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let unknown: Vec<_> = expected.iter().filter(|word| ErrorKind::from_word(word).is_none()).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn every_status_is_expected_somewhere() {
    let vectors = vectors().unwrap();
    let expected: BTreeSet<_> = vectors.iter().flat_map(Vector::expected_statuses).collect();
    assert_eq!(expected, BTreeSet::from(STATUSES));
}

/// The rows of the table of the portal's words, each of which must be told in some vector.
#[test]
fn all_words_of_the_portal_occur() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let table = fs::read_to_string(repository.join("crates/b24delete/data/errors.toml")).unwrap();
    let table: toml::Table = table.parse().unwrap();
    let vectors: String = files().unwrap().into_values().collect::<String>().to_lowercase();
    for row in table["code"].as_array().unwrap() {
        for field in ["code", "text"].iter().filter_map(|field| row.get(field)?.as_str()) {
            assert!(vectors.contains(&field.to_lowercase()), "no vector tells `{field}`");
        }
    }
}

#[test]
fn the_schema_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("conformance/schema.json");
    let hint = "run `cargo run -p b24delete-tests --bin conformance schema > tests/conformance/schema.json`";
    assert!(fs::read_to_string(path).unwrap_or_default() == schema(), "schema.json is out of date: {hint}");
}
