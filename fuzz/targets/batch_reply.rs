//! Fuzzes `b24delete_tests::fuzzing::batch_reply`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| b24delete_tests::fuzzing::batch_reply(input));
