//! The border between TypeScript and the native module: JavaScript lets anybody leave arguments out, so that nothing but this
//! sees a function that takes another number of them than `node/src/native.ts` says.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use syn::{Attribute, FnArg, ImplItem, Item, Signature, Type};
use xshell::Shell;

use crate::npm::PACKAGE;
use crate::steps::Outcome;

/// Below the repository's root.
const SOURCES: &str = "bindings/node/src";

/// The interface with the functions that belong to no class.
const MODULE: &str = "NativeModule";

/// How many arguments a function takes, by the name of its class and its own.
type Arguments = BTreeMap<(String, String), usize>;

/// Compares what both sides say.
pub(super) fn check(shell: &Shell) -> Outcome {
    let mut exported = Arguments::new();
    for path in shell.read_dir(SOURCES)? {
        collect(&syn::parse_file(&shell.read_file(path)?)?.items, &mut exported)?;
    }
    let declared = declared(&shell.read_file(Path::new(PACKAGE).join("src/native.ts"))?)?;
    for ((class, name), count) in &exported {
        let told = declared.get(&(class.clone(), name.clone()));
        if told != Some(count) {
            let told = told.map_or_else(|| "no such function".to_owned(), |told| format!("{told} arguments"));
            return Err(format!("`{class}.{name}` takes {count} arguments, native.ts tells {told}").into());
        }
    }
    if exported.len() < 30 {
        return Err(format!("only {} functions were found in {SOURCES}", exported.len()).into());
    }
    Ok(())
}

/// The functions and methods that napi exports, but for getters and constructors.
fn collect(items: &[Item], into: &mut Arguments) -> Result<(), Box<dyn Error>> {
    for item in items {
        match item {
            Item::Fn(function) if is_exported(&function.attrs) => {
                into.insert((MODULE.to_owned(), name(&function.sig)), count(&function.sig));
            }
            Item::Impl(block) if is_exported(&block.attrs) => {
                let class = last_word(&block.self_ty).ok_or("a class without a name")?;
                for item in &block.items {
                    if let ImplItem::Fn(method) = item
                        && is_exported(&method.attrs)
                    {
                        into.insert((class.clone(), name(&method.sig)), count(&method.sig));
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn is_exported(attributes: &[Attribute]) -> bool {
    let attribute = attributes.iter().find(|attribute| attribute.path().is_ident("napi"));
    let Some(attribute) = attribute else { return false };
    let mut is_function = true;
    // Options such as `ts_return_type = "…"` end the reading, and are no matter here.
    let _ = attribute.parse_nested_meta(|option| {
        is_function &= !option.path.is_ident("getter") && !option.path.is_ident("constructor");
        Ok(())
    });
    is_function
}

/// The name in JavaScript.
fn name(signature: &Signature) -> String {
    let name = signature.ident.to_string();
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let (initial, rest) = word.split_at(word.len().min(1));
        name + &initial.to_uppercase() + rest
    })
}

/// The arguments that come from JavaScript.
fn count(signature: &Signature) -> usize {
    let comes_from_outside = |argument: &&FnArg| match argument {
        FnArg::Receiver(_) => false,
        FnArg::Typed(argument) => last_word(&argument.ty).as_deref() != Some("Env"),
    };
    signature.inputs.iter().filter(comes_from_outside).count()
}

fn last_word(kind: &Type) -> Option<String> {
    match kind {
        Type::Reference(reference) => last_word(&reference.elem),
        Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
        _ => None,
    }
}

/// The methods of the interfaces, with those that they inherit.
fn declared(text: &str) -> Result<Arguments, Box<dyn Error>> {
    let mut declared = Arguments::new();
    for part in text.split("\nexport interface ").skip(1) {
        let (head, rest) = part.split_once(" {\n").ok_or("an interface without a body")?;
        let body = rest.split("\n}").next().unwrap_or_default();
        let mut words = head.split(' ');
        let class = words.next().unwrap_or_default();
        if let Some(parent) = words.nth(1) {
            let inherited = declared.iter().filter(|((class, _), _)| class == parent);
            let inherited: Vec<_> = inherited.map(|((_, name), count)| (name.clone(), *count)).collect();
            declared.extend(inherited.into_iter().map(|(name, count)| ((class.to_owned(), name), count)));
        }
        let starts = [2].into_iter().chain(body.match_indices("\n  ").map(|(at, line)| at + line.len()));
        for method in starts.filter_map(|start| body.get(start..)) {
            if let Some((name, arguments)) = method.split_once('(')
                && !name.is_empty()
                && name.chars().all(char::is_alphanumeric)
            {
                declared.insert((class.to_owned(), name.to_owned()), count_of(arguments));
            }
        }
    }
    Ok(declared)
}

/// How many arguments stand before the parenthesis that closes them. The arrow of a function is no bracket.
fn count_of(text: &str) -> usize {
    let (mut depth, mut count, mut is_empty) = (0, 0, true);
    for letter in text.replace("=>", "").chars() {
        match letter {
            ')' if depth == 0 => break,
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' | '>' => depth -= 1,
            ',' if depth == 0 => {
                count += 1;
                is_empty = true;
                continue;
            }
            _ => {}
        }
        is_empty &= letter.is_whitespace();
    }
    count + usize::from(!is_empty)
}
