//! The examples of the pages in C and C++. A block with a `main` is a program; all others of a page make one program, block
//! by block, with the names that the page takes as known.

use std::error::Error;
use std::path::{Path, PathBuf};

use xshell::{Shell, cmd};

use super::examples::tool;
use super::programs::shared;
use super::{Compiler, Place};
use crate::emulator::Emulator;
use crate::steps::Outcome;

/// Below the repository's root.
const PAGES: [&str; 3] = ["README.md", "docs/guide/c.md", "bindings/c/README.md"];
const CONTEXT: &str = "tests/pages";

/// What an example writes out, and what a reader puts there.
const PLACES: [(&str, &str); 3] = [
    ("\"https://example.bitrix24.com/rest/1/CODE/\"", "getenv(\"B24_WEBHOOK\")"),
    ("\"https://example.bitrix24.com/rest/\"", "getenv(\"B24_REST\")"),
    ("\"/var/lib/example/tokens.json\"", "\"tokens.json\""),
];

/// One program made of blocks.
struct Example {
    name: String,
    extension: &'static str,
    code: String,
}

/// Compiles every example with warnings as errors, and runs each beside a portal of its own.
pub(super) fn run(shell: &Shell, place: &Place, compiler: Compiler) -> Outcome {
    let directory = place.scratch.join("pages");
    shell.remove_path(&directory)?;
    for page in PAGES {
        let text = shell.read_file(page)?;
        for (language, extension) in [("c", "c"), ("cpp", "cpp")] {
            for example in examples(shell, page, &text, language, extension)? {
                run_example(shell, place, compiler, &directory, &example)?;
            }
        }
        for block in blocks(&text, "cmake") {
            with_cmake(shell, place, &directory, block)?;
        }
    }
    Ok(())
}

fn examples(
    shell: &Shell,
    page: &str,
    text: &str,
    language: &str,
    extension: &'static str,
) -> Result<Vec<Example>, Box<dyn Error>> {
    let name = page.trim_end_matches(".md").replace('/', "-");
    let (programs, parts): (Vec<_>, Vec<_>) =
        blocks(text, language).partition(|block| block.contains("int main("));
    let mut examples: Vec<_> = programs
        .into_iter()
        .zip(1..)
        .map(|(code, number)| Example { name: format!("{name}-{number}"), extension, code: code.to_owned() })
        .collect();
    if !parts.is_empty() {
        let context = shell.read_file(Path::new(CONTEXT).join(format!("context.{extension}")))?;
        examples.push(Example { name, extension, code: together(&context, &parts)? });
    }
    Ok(examples)
}

/// One program of all blocks: functions before `main`, the rest within it, each block able to use the names of those
/// before it.
fn together(context: &str, parts: &[&str]) -> Result<String, Box<dyn Error>> {
    let (mut functions, mut body) = (String::new(), String::new());
    for part in parts {
        body.push_str("{\n");
        let mut in_function = false;
        for line in part.lines() {
            in_function |= line.starts_with("static ");
            match () {
                () if in_function || line.starts_with("#include") => functions += &format!("{line}\n"),
                () => body += &format!("{line}\n"),
            }
            in_function &= line != "}";
        }
        // A block that frees its error has said all about it.
        if part.contains("error = ") && !part.contains("b24_error_free(error)") {
            body.push_str("EXPECT_SUCCESS(error);\n");
        }
    }
    body.push_str(&"}\n".repeat(parts.len()));
    let (before, after) =
        context.split_once("/* the blocks */").ok_or("the context has no place for blocks")?;
    let before = before.replacen("/* the functions */", &functions, 1);
    Ok(format!("{before}{body}{after}"))
}

fn run_example(
    shell: &Shell,
    place: &Place,
    compiler: Compiler,
    directory: &Path,
    example: &Example,
) -> Outcome {
    let Example { name, extension, code } = example;
    let own = shell.create_dir(directory.join(format!("{name}-{extension}")))?;
    let source = own.join(format!("example.{extension}"));
    let text = PLACES.iter().fold(code.clone(), |text, (written, meant)| text.replace(written, meant));
    shell.write_file(&source, text)?;
    let program = own.join("example");
    let mut arguments = shared(&place.prefix);
    // The pages show each name where it is explained, not where it is used.
    arguments.extend(["-pthread", "-Wno-unused"].map(str::to_owned));
    compiler.compile(shell, &place.prefix, &source, &arguments, &program)?;

    let portal =
        Emulator::start(&place.emulator, ["--leads", "200", "--contacts", "60", "--links-per-lead", "3"])?;
    let _directory = shell.push_dir(&own);
    let printed = cmd!(shell, "{program}")
        .quiet()
        .env("B24_WEBHOOK", &portal.addresses.webhook)
        .env("B24_REST", &portal.addresses.oauth_rest)
        .read()
        .map_err(|error| format!("{}: {error}", source.display()))?;
    let wanted = prints(code);
    match wanted.is_empty() || printed.trim_end() == wanted {
        true => Ok(()),
        false => Err(format!("{} printed `{printed}`, wanted `{wanted}`", source.display()).into()),
    }
}

/// A project of the block, built with CMake.
fn with_cmake(shell: &Shell, place: &Place, directory: &Path, block: &str) -> Outcome {
    let own = shell.create_dir(directory.join("cmake"))?;
    let project = "cmake_minimum_required(VERSION 3.15)\nproject(example LANGUAGES C)\nadd_executable(program program.c)\n";
    shell.write_file(own.join("CMakeLists.txt"), format!("{project}{block}\n"))?;
    shell.copy_file("bindings/c/examples/delete_lead.c", own.join("program.c"))?;
    let (cmake, prefix): (PathBuf, &Path) = (tool(shell, place, "cmake", "cmake")?, &place.prefix);
    let _directory = shell.push_dir(&own);
    cmd!(shell, "{cmake} -S . -B build -DCMAKE_PREFIX_PATH={prefix}").quiet().ignore_stdout().run()?;
    Ok(cmd!(shell, "{cmake} --build build").quiet().ignore_stdout().run()?)
}

fn blocks<'a>(page: &'a str, language: &str) -> impl Iterator<Item = &'a str> {
    let start = format!("\n```{language}\n");
    let rest: Vec<_> = page.split(start.as_str()).skip(1).collect();
    rest.into_iter().filter_map(|rest| rest.split("\n```").next())
}

/// What an example says that it prints.
fn prints(code: &str) -> String {
    let said = |line: &str| {
        let text = line.strip_prefix("/* prints: ").and_then(|rest| rest.strip_suffix(" */"));
        text.or_else(|| line.strip_prefix("// prints: ")).map(str::to_owned)
    };
    code.lines().filter_map(said).collect::<Vec<_>>().join("\n")
}
