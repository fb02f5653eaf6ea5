//! A portal that says yes to every command of every batch and keeps nothing: for runs of millions of operations, which
//! no emulator holds. It prints its webhook's URL and ends with its stdin.

use std::error::Error;
use std::io::Read as _;
use std::net::Ipv4Addr;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

#[derive(Deserialize)]
struct Batch {
    cmd: Map<String, Value>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    println!("http://{}/rest/1/anything/", listener.local_addr()?);
    let served = axum::serve(listener, Router::new().fallback(answer));
    let ended = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
    tokio::select! {
        served = served.into_future() => served?,
        ended = ended => drop(ended??),
    }
    Ok(())
}

async fn answer(body: String) -> Response {
    let mut results: Map<String, Value> =
        serde_json::from_str::<Batch>(&body).map(|batch| batch.cmd).unwrap_or_default();
    results.iter_mut().for_each(|(_, result)| *result = true.into());
    let result = json!({ "result": results, "result_error": [] });
    ([(CONTENT_TYPE, "application/json")], json!({ "result": result }).to_string()).into_response()
}
