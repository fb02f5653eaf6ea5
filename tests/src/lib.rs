//! Scenarios and cross-language checks over the public interfaces.
