//! The compilers, with every warning an error.

use std::error::Error;
use std::path::{Path, PathBuf};

use xshell::{Shell, cmd};

use super::system;
use crate::steps::Outcome;

/// Warnings are errors.
pub(super) const STRICT: [&str; 5] = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g"];

const GCC: Compiler = Compiler { c: "gcc", cpp: "g++" };
const CLANG: Compiler = Compiler { c: "clang", cpp: "clang++" };

const HEADERS: [&str; 2] = ["b24delete.h", "b24delete.hpp"];

/// A compiler for C and its sibling for C++.
#[derive(Clone, Copy)]
pub(super) struct Compiler {
    pub(super) c: &'static str,
    cpp: &'static str,
}

/// The compiler that this machine has.
///
/// # Errors
///
/// When there is none.
pub(super) fn usual(shell: &Shell) -> Result<Compiler, Box<dyn Error>> {
    let found = [GCC, CLANG].into_iter().find(|compiler| compiler.is_there(shell));
    found.ok_or_else(|| {
        "there is neither gcc with g++ nor clang\nhint: on Debian, `apt-get install g++`".into()
    })
}

/// clang, installed where that is possible.
///
/// # Errors
///
/// When it is not there and cannot be installed.
pub(super) fn clang(shell: &Shell) -> Result<Compiler, Box<dyn Error>> {
    system::require(shell, CLANG.cpp, &["clang"])?;
    Ok(CLANG)
}

impl Compiler {
    fn is_there(self, shell: &Shell) -> bool {
        let Self { c, cpp } = self;
        [c, cpp].iter().all(|program| system::has(shell, program))
    }

    /// Compiles a program against what `pkg-config` would name, with more arguments for the linker.
    pub(super) fn compile(
        self,
        shell: &Shell,
        prefix: &Path,
        source: &Path,
        arguments: &[String],
        program: &Path,
    ) -> Outcome {
        let (compiler, standard) = self.for_language(source);
        let include = prefix.join("include");
        cmd!(shell, "{compiler} {standard} {STRICT...} -I {include} {source} -o {program} {arguments...}")
            .quiet()
            .run()?;
        Ok(())
    }

    fn for_language(self, source: &Path) -> (&'static str, &'static str) {
        match source.extension().is_some_and(|extension| extension == "c") {
            true => (self.c, "-std=c11"),
            false => (self.cpp, "-std=c++17"),
        }
    }

    /// Every header compiles alone, in every language that it is for.
    pub(super) fn check_headers(self, shell: &Shell, prefix: &Path) -> Outcome {
        let include: PathBuf = prefix.join("include");
        for header in HEADERS {
            let languages = match header.ends_with(".h") {
                true => &[(self.c, "c", "-std=c11"), (self.cpp, "c++", "-std=c++17")][..],
                false => &[(self.cpp, "c++", "-std=c++17")],
            };
            for (compiler, language, standard) in languages {
                let text = format!("#include \"{header}\"\n");
                cmd!(shell, "{compiler} {standard} {STRICT...} -I {include} -fsyntax-only -x {language} -")
                    .stdin(text)
                    .quiet()
                    .run()?;
            }
        }
        Ok(())
    }
}
