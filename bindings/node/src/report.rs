//! The report on a job, part by part: it is made no faster than it is read.

use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use b24delete::{Error, ErrorKind, Result};
use b24delete_jobs::{Job, ReportFormat};
use napi::bindgen_prelude::{Env, Object};
use napi_derive::napi;
use tokio::sync::{Mutex, mpsc};

use crate::runtime;

/// So many bytes make a part.
const PART: usize = 1 << 16;

/// Parts that are made before they are read.
const AHEAD: usize = 2;

/// A report that is being made.
#[napi]
pub struct NativeReport {
    parts: Arc<Mutex<mpsc::Receiver<Result<String>>>>,
}

#[napi]
impl NativeReport {
    /// A promise for the next part, or for null at the end.
    #[napi(ts_return_type = "Promise<Reply<string | null>>")]
    pub fn next<'env>(&self, env: &'env Env) -> napi::Result<Object<'env>> {
        let parts = Arc::clone(&self.parts);
        runtime::promise(env, async move { parts.lock().await.recv().await.transpose() })
    }

    /// Makes no more of it.
    #[napi]
    pub fn close(&self) {
        if let Ok(mut parts) = self.parts.try_lock() {
            parts.close();
        }
    }
}

/// Begins the report in that format.
///
/// # Errors
/// For a format that there is not, or when the file cannot be read.
pub(crate) async fn begin(job: Job, format: &str) -> Result<NativeReport> {
    let format = checked(format)?;
    let report = job.report().await?;
    let (sender, parts) = mpsc::channel(AHEAD);
    tokio::task::spawn_blocking(move || {
        let mut parts = BufWriter::with_capacity(PART, Parts { sender: sender.clone(), rest: Vec::new() });
        let written = report.write(format, &mut parts);
        let written = written.and_then(|()| parts.flush().map_err(|error| failed(&error)));
        if let Err(error) = written {
            // Where nobody reads any more, nobody hears it.
            let _ = sender.blocking_send(Err(error));
        }
    });
    Ok(NativeReport { parts: Arc::new(Mutex::new(parts)) })
}

fn checked(word: &str) -> Result<ReportFormat> {
    match word {
        "text" => Ok(ReportFormat::Text),
        "csv" => Ok(ReportFormat::Csv),
        "jsonl" => Ok(ReportFormat::Jsonl),
        "html" => Ok(ReportFormat::Html),
        _ => {
            let text = format!("`{word}` is not a format of reports: `text`, `csv`, `jsonl` or `html`");
            Err(Error::not_sent(ErrorKind::InvalidArgument, text))
        }
    }
}

fn failed(error: &dyn std::fmt::Display) -> Error {
    Error::not_sent(ErrorKind::Job, format!("the report could not be made: {error}"))
}

/// Hands over what is written as text.
struct Parts {
    sender: mpsc::Sender<Result<String>>,
    /// The begin of a character whose end is still to come.
    rest: Vec<u8>,
}

impl Write for Parts {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.rest.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&self.rest) {
            Ok(text) => text.len(),
            Err(error) => error.valid_up_to(),
        };
        let rest = self.rest.split_off(whole);
        let text = String::from_utf8(std::mem::replace(&mut self.rest, rest)).map_err(io::Error::other)?;
        let sent = self.sender.blocking_send(Ok(text));
        sent.map(|()| bytes.len()).map_err(|_| io::Error::other("nobody reads it any more"))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
