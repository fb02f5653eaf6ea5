//! Bodies that never come whole.

use std::future;
use std::io;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use futures_util::stream::{self, StreamExt};

use crate::portal::Portal;

/// How much of an endless body is made at a time.
const CHUNK: usize = 16 << 10;

/// Half the body, then an error that closes the connection.
pub(super) fn broken_off(body: &Bytes) -> Body {
    let half = stream::once(future::ready(Ok(body.slice(..body.len() / 2))));
    let end = stream::once(async {
        // The first half leaves only when the body lets the connection wait.
        tokio::task::yield_now().await;
        Err(io::Error::from(io::ErrorKind::ConnectionReset))
    });
    Body::from_stream(half.chain(end))
}

/// One byte after the other.
pub(super) fn slow(portal: Arc<Portal>, body: Bytes, bytes_per_second: f64) -> Body {
    Body::from_stream(stream::unfold((portal, body), move |(portal, mut body)| async move {
        if body.is_empty() {
            return None;
        }
        portal.clock.sleep(1.0 / bytes_per_second).await;
        let byte = body.split_to(1);
        Some((Ok::<_, io::Error>(byte), (portal, body)))
    }))
}

/// The beginning of an answer, then a text that does not end.
pub(super) fn endless() -> Body {
    let start = stream::once(async { Bytes::from_static(b"{\"result\":\"") });
    let text = stream::repeat(Bytes::from(vec![b'a'; CHUNK]));
    Body::from_stream(start.chain(text).map(Ok::<_, io::Error>))
}

/// A gzip stream of nothing but `0` digits, which no checksum ends.
pub(super) fn gzip_bomb(mebibytes: usize) -> Body {
    let header = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    // A block with fixed codes: the digit itself, and a copy of 258 bytes from one byte back, which ends on a byte.
    let start = pack(&["010", "01100000", COPY].concat());
    let pattern = pack(&COPY.repeat(8));
    let chunk = Bytes::from(pattern.repeat(CHUNK));
    let copies = mebibytes.saturating_mul(1 << 20).div_ceil(8 * 258 * CHUNK);
    let start = Bytes::from([&header[..], &start].concat());
    let body = stream::once(async { start }).chain(stream::iter(std::iter::repeat_n(chunk, copies)));
    Body::from_stream(body.map(Ok::<_, io::Error>))
}

/// The bits of a deflate stream that copy 258 bytes from one byte back.
const COPY: &str = "1100010100000";

/// Packs bits as deflate does, from the lowest bit of each byte.
fn pack(bits: &str) -> Vec<u8> {
    let byte = |bits: &[u8]| bits.iter().rev().fold(0, |byte, bit| byte << 1 | u8::from(*bit == b'1'));
    bits.as_bytes().chunks(8).map(byte).collect()
}
