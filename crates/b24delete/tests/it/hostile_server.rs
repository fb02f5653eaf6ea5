//! A server that answers each request by a script, byte for byte, and remembers what came in.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the server does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Reaction {
    /// Answers 200 with this JSON and keeps the connection.
    Json(String),
    /// Answers with these bytes and closes.
    Raw(Vec<u8>),
    /// Closes without an answer: the request may have been executed.
    Close,
    /// Never answers.
    Stall,
}

/// A server on loopback with its record of requests.
#[derive(Debug)]
pub(crate) struct HostileServer {
    pub(crate) webhook: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl HostileServer {
    /// Reacts to the n-th request, from 0, which asks for `method`, by `script(n, method)`.
    pub(crate) async fn start(script: impl Fn(usize, &str) -> Reaction + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (script, record) = (Arc::new(script), Arc::clone(&requests));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&script), Arc::clone(&record)));
            }
        });
        Self { webhook: format!("http://{address}/rest/1/s3cretwebhookcode/"), requests }
    }

    /// The methods that were asked for, in order.
    pub(crate) fn methods(&self) -> Vec<String> {
        let requests = self.requests.lock().unwrap();
        requests.iter().map(|request| method(request).to_owned()).collect()
    }

    /// The requests, whole.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn method(request: &str) -> &str {
    let path = request.split(' ').nth(1).unwrap_or_default();
    path.rsplit('/').next().unwrap_or_default().trim_end_matches(".json")
}

async fn serve(
    mut stream: TcpStream,
    script: Arc<impl Fn(usize, &str) -> Reaction>,
    record: Arc<Mutex<Vec<String>>>,
) {
    while let Some(request) = read_request(&mut stream).await {
        let number = {
            let mut record = record.lock().unwrap();
            record.push(request.clone());
            record.len() - 1
        };
        match script(number, method(&request)) {
            Reaction::Json(body) => {
                let length = body.len();
                let head = format!(
                    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
                );
                if stream.write_all(format!("{head}{body}").as_bytes()).await.is_err() {
                    return;
                }
            }
            Reaction::Raw(bytes) => {
                let _ = stream.write_all(&bytes).await;
                let _ = stream.shutdown().await;
                return;
            }
            Reaction::Close => return,
            Reaction::Stall => std::future::pending().await,
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut text = Vec::new();
    loop {
        let mut buffer = [0; 4096];
        let read = stream.read(&mut buffer).await.ok().filter(|read| *read > 0)?;
        text.extend_from_slice(&buffer[..read]);
        let head_end = text.windows(4).position(|window| window == b"\r\n\r\n");
        let Some(head_end) = head_end else { continue };
        let head = String::from_utf8_lossy(&text[..head_end]).to_lowercase();
        let length =
            head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
        if text.len() >= head_end + 4 + length {
            return Some(String::from_utf8_lossy(&text).into_owned());
        }
    }
}
