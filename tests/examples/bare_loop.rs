//! What `cargo xtask bench` measures the engine against: prepared batches, posted one after the other, and nothing
//! known of any operation. Arguments: the webhook's URL, the first lead's id, how many leads.

use std::env;
use std::error::Error;
use std::fmt::Write as _;

use reqwest::Client;
use reqwest::header::CONTENT_TYPE;

const PACK: u64 = 50;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let mut next = || arguments.next().ok_or("usage: bare_loop WEBHOOK FIRST COUNT");
    let (webhook, first, count): (_, u64, u64) = (next()?, next()?.parse()?, next()?.parse()?);
    // Fails only when there is a provider already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().http1_only().no_proxy().build()?;
    let url = format!("{webhook}batch.json");
    for start in (first..first + count).step_by(usize::try_from(PACK)?) {
        let body = batch(start, (start + PACK).min(first + count))?;
        let request = client.post(&url).header(CONTENT_TYPE, "application/json").body(body);
        let reply = request.send().await?.error_for_status()?.text().await?;
        if !reply.contains(r#""result_error":[]"#) {
            return Err(format!("the batch from lead {start} on failed").into());
        }
    }
    println!("{count}");
    Ok(())
}

/// The body of a batch that deletes the leads from `start` up to, but not including, `end`.
fn batch(start: u64, end: u64) -> Result<String, Box<dyn Error>> {
    let mut body = r#"{"halt":0,"cmd":{"#.to_owned();
    for id in start..end {
        let comma = if id == start { "" } else { "," };
        write!(body, r#"{comma}"d{id}":"crm.lead.delete?id={id}""#)?;
    }
    body.push_str("}}");
    Ok(body)
}
