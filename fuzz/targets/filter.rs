//! Fuzzes `b24delete_tests::fuzzing::filter`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| b24delete_tests::fuzzing::filter(input));
