//! What `cargo xtask bench` measures runs against: prepared batches, posted one after the other, and nothing known of any
//! operation.

use std::fmt::Write as _;

use b24delete_tests::measured::{Ended, Work, tell_done};
use reqwest::Client;
use reqwest::header::CONTENT_TYPE;

const PACK: usize = 50;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Ended {
    let work = Work::from_arguments()?;
    // Fails only when there is a provider already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().http1_only().no_proxy().build()?;
    let url = format!("{}batch.json", work.webhook);
    let (mut ids, mut done) = (work.ids(), 0);
    while !ids.is_empty() {
        let pack: Vec<i64> = ids.by_ref().take(PACK).collect();
        let request = client.post(&url).header(CONTENT_TYPE, "application/json").body(batch(&pack)?);
        let reply = request.send().await?.error_for_status()?.text().await?;
        if !reply.contains(r#""result_error":[]"#) {
            return Err(format!("a batch failed: {reply}").into());
        }
        done += pack.len();
    }
    tell_done(done);
    Ok(())
}

/// The body of a batch that deletes these leads.
fn batch(ids: &[i64]) -> Result<String, std::fmt::Error> {
    let mut body = r#"{"halt":0,"cmd":{"#.to_owned();
    for (index, id) in ids.iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        write!(body, r#"{comma}"d{id}":"crm.lead.delete?id={id}""#)?;
    }
    body.push_str("}}");
    Ok(body)
}
