//! The least of an HTTP client: what it sends and gets is seen byte by byte.

use std::io;

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

/// A reply as it came over the wire.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }
}

/// Host with port, and path, of an URL.
pub(crate) fn split(url: &str) -> (&str, String) {
    let (host, path) = url.split_once("://").unwrap().1.split_once('/').unwrap();
    (host, format!("/{path}"))
}

/// Posts JSON to a method of a webhook, on a connection of its own.
pub(crate) async fn post(webhook: &str, method: &str, body: &Value) -> io::Result<Reply> {
    let (host, path) = split(webhook);
    let mut stream = TcpStream::connect(host).await?;
    exchange(&mut stream, &post_request(host, &format!("{path}{method}"), body)).await
}

/// Sends a request without body, on a connection of its own.
pub(crate) async fn request(verb: &str, url: &str) -> io::Result<Reply> {
    let (host, path) = split(url);
    let mut stream = TcpStream::connect(host).await?;
    exchange(&mut stream, &format!("{verb} {path} HTTP/1.1\r\nhost: {host}\r\n\r\n")).await
}

pub(crate) fn post_request(host: &str, path: &str, body: &Value) -> String {
    let body = body.to_string();
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    )
}

/// Sends a request and reads its reply; the connection can be used again.
pub(crate) async fn exchange<Stream>(stream: &mut Stream, request: &str) -> io::Result<Reply>
where
    Stream: AsyncRead + AsyncWrite + Unpin,
{
    stream.write_all(request.as_bytes()).await?;
    read(stream).await
}

pub(crate) async fn read<Stream: AsyncRead + Unpin>(stream: &mut Stream) -> io::Result<Reply> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let head = String::from_utf8(head).unwrap().to_lowercase();
    let status = head[9..12].parse().unwrap();
    let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split('\r').next());
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).await?;
    Ok(Reply { status, head, body })
}
