//! The file that holds a webhook's URL.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use crate::escape::shown;
use crate::failure::Failure;

/// A webhook URL is far shorter.
const LARGEST: u64 = 64 * 1024;

/// A webhook URL from a file, and whether others may read that file.
#[derive(Debug)]
pub(super) struct WebhookFile {
    pub(super) url: String,
    pub(super) warning: Option<String>,
}

/// Reads the first line that is not blank; `-` is stdin.
pub(super) fn read(path: &Path) -> Result<WebhookFile, Failure> {
    let from_stdin = path.as_os_str() == "-";
    let name = if from_stdin { "stdin".to_owned() } else { shown(&path.to_string_lossy()) };
    let unreadable =
        |error: io::Error| Failure::usage(format!("webhook file `{name}` could not be read: {error}"));
    let (text, warning) = match from_stdin {
        true => (content(io::stdin().lock()), None),
        false => {
            let file = File::open(path).map_err(unreadable)?;
            let warning = is_open_to_others(&file).then(|| {
                format!(
                    "other users of this machine can read `{name}`, which holds a secret: `chmod 600 {name}`"
                )
            });
            (content(file), warning)
        }
    };
    let text = text.map_err(unreadable)?;
    let line = text.trim_start_matches('\u{feff}').lines().map(str::trim).find(|line| !line.is_empty());
    match line {
        Some(url) => Ok(WebhookFile { url: url.to_owned(), warning }),
        None => Err(Failure::usage(format!("webhook file `{name}` is empty"))),
    }
}

fn content(source: impl Read) -> io::Result<String> {
    let mut text = String::new();
    source.take(LARGEST).read_to_string(&mut text)?;
    Ok(text)
}

#[cfg(unix)]
pub(super) fn is_open_to_others(file: &File) -> bool {
    use std::os::unix::fs::PermissionsExt as _;

    file.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
pub(super) fn is_open_to_others(_file: &File) -> bool {
    false
}
