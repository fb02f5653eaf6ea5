//! A portal that agrees to everything at once and keeps nothing, for runs so long that the emulator's records would be in the
//! way. It prints one line of JSON with its webhook, and serves until its input ends.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt as _;
use tokio::net::TcpListener;

/// The portal's account of its time, as replies have it.
const TIME: &str = r#"{"start":1800000000.25,"finish":1800000000.26,"duration":0.01,"processing":0.01,"date_start":"2027-01-15T08:00:00+00:00","date_finish":"2027-01-15T08:00:00+00:00","operating_reset_at":1800000600,"operating":0.01}"#;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("{}", json!({"webhook": format!("http://{}/rest/1/code/", listener.local_addr()?)}));
    let router = Router::new().fallback(answer);
    let end = async {
        // Whatever ends the input ends the portal.
        let _ = tokio::io::stdin().read_to_end(&mut Vec::new()).await;
    };
    tokio::select! {
        served = axum::serve(listener, router) => served?,
        () = end => {}
    }
    Ok(())
}

#[derive(Deserialize)]
struct Batch<'a> {
    #[serde(borrow)]
    cmd: BTreeMap<&'a str, Value>,
}

async fn answer(body: String) -> impl IntoResponse {
    let result = match serde_json::from_str::<Batch<'_>>(&body) {
        Ok(batch) => sections(&batch),
        Err(_) => "true".to_owned(),
    };
    ([(CONTENT_TYPE, "application/json")], format!(r#"{{"result":{result},"time":{TIME}}}"#))
}

/// The result of a batch whose commands all went well.
fn sections(batch: &Batch<'_>) -> String {
    let (mut results, mut times) = (String::new(), String::new());
    for key in batch.cmd.keys() {
        let comma = if results.is_empty() { "" } else { "," };
        // Writing to a string never fails.
        let _ = write!(results, r#"{comma}"{key}":true"#);
        let _ = write!(times, r#"{comma}"{key}":{TIME}"#);
    }
    format!(
        r#"{{"result":{{{results}}},"result_error":[],"result_total":[],"result_next":[],"result_time":{{{times}}}}}"#
    )
}
