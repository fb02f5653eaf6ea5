//! Addresses that secrets are sent to: https anywhere, plain http on this machine only.

use std::net::IpAddr;

use url::{Host, Url};

use crate::error::{Error, ErrorKind, Result};

/// Refuses an address that would send a secret unencrypted, or that holds something which would be ignored.
///
/// `name` is the address in words, such as `webhook URL`; `secret` is what would be seen.
///
/// # Errors
/// `config` with a text that names the host at most.
pub(crate) fn check(url: &Url, name: &str, secret: &str) -> Result<()> {
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(url) => {}
        "http" => {
            let host = authority(url);
            return Err(refused(format!(
                "`http` would send {secret} unencrypted to `{host}`; use `https` (http is for this machine only)"
            )));
        }
        _ => return Err(refused(format!("the {name} must begin with `https://`"))),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(refused(format!("the {name} must not hold a user name or a password")));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(refused(format!("the {name} must end before `?` or `#`: remove what follows")));
    }
    Ok(())
}

/// True for an address on this machine, which is never reached through a proxy.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::V4(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::V6(address).is_loopback(),
        None => false,
    }
}

/// Host, and port where it is not the usual one.
pub(crate) fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn refused(text: String) -> Error {
    Error::not_sent(ErrorKind::Config, text)
}
