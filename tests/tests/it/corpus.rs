//! The committed inputs of the fuzz targets, among them every one that once showed a fault.

use std::fs;
use std::path::Path;

use b24delete_tests::fuzzing::TARGETS;

#[test]
fn every_input_of_the_corpus_holds() {
    let corpora = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus");
    for (name, target) in TARGETS {
        let inputs: Vec<_> =
            fs::read_dir(corpora.join(name)).unwrap().map(|file| file.unwrap().path()).collect();
        assert!(!inputs.is_empty(), "the corpus of `{name}` is empty");
        for input in inputs {
            println!("{}", input.display());
            target(&fs::read(&input).unwrap());
        }
    }
}
