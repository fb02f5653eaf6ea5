//! What `cargo xtask bench` measures single calls against: one request after the other, its reply read and not parsed.

use b24delete_tests::measured::{Ended, Stopwatch, Work};
use reqwest::Client;
use reqwest::header::CONTENT_TYPE;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Ended {
    let work = Work::from_arguments()?;
    // Fails only when there is a provider already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().http1_only().no_proxy().build()?;
    let url = format!("{}crm.lead.delete.json", work.webhook);
    let mut stopwatch = Stopwatch::default();
    for id in work.ids() {
        stopwatch.start();
        let body = format!(r#"{{"id":{id}}}"#);
        let request = client.post(&url).header(CONTENT_TYPE, "application/json").body(body);
        let reply = request.send().await?.error_for_status()?.text().await?;
        stopwatch.stop();
        if !reply.contains(r#""result":true"#) {
            return Err(format!("lead {id} was not deleted: {reply}").into());
        }
    }
    stopwatch.tell();
    Ok(())
}
