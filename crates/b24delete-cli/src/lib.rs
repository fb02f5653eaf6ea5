//! The `b24delete` command as a library.
