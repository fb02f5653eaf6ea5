//! TLS and the proxy.

use std::sync::Arc;

use b24delete_emulator::{Emulator, Running, Settings};
use serde_json::json;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use b24delete_emulator::faults::{Fault, FaultRule};

use crate::http::{exchange, post, post_request, split};

async fn portal() -> Running {
    let mut settings = Settings::default();
    settings.seed.leads = 5;
    (settings.tls, settings.connect_proxy) = (true, true);
    Emulator::serve(settings).await.unwrap()
}

/// Speaks TLS with a portal that must be `name` by its certificate.
async fn encrypt(portal: &Running, stream: TcpStream, name: &str) -> std::io::Result<TlsStream<TcpStream>> {
    let file = portal.addresses().ca_file.as_ref().unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(file).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

#[tokio::test]
async fn the_certificate_names_the_portal() {
    let portal = portal().await;
    let (host, path) = split(&portal.addresses().webhook);
    for (id, name) in [(1, "localhost"), (2, "127.0.0.1"), (3, "portal.b24.test")] {
        let mut stream = encrypt(&portal, TcpStream::connect(host).await.unwrap(), name).await.unwrap();
        let request = post_request(name, &format!("{path}crm.lead.delete"), &json!({"id": id}));
        assert_eq!(exchange(&mut stream, &request).await.unwrap().json()["result"], json!(true), "{name}");
    }
    assert!(encrypt(&portal, TcpStream::connect(host).await.unwrap(), "example.com").await.is_err());
    let plain = format!("http://{host}{path}");
    assert_eq!(
        post(&plain, "crm.lead.delete", &json!({"id": 4})).await.unwrap().json()["result"],
        json!(true)
    );
    assert_eq!(portal.emulator().snapshot().unwrap().leads, [5]);
    portal.shutdown().await;
}

#[tokio::test]
async fn the_proxy_leads_every_host_here() {
    let portal = portal().await;
    let proxy = portal.addresses().proxy.clone().unwrap();
    let proxy = proxy.strip_prefix("http://").unwrap();
    let (_, path) = split(&portal.addresses().webhook);
    let mut stream = TcpStream::connect(proxy).await.unwrap();
    let connect = "CONNECT portal.b24.test:443 HTTP/1.1\r\nhost: portal.b24.test:443\r\n\r\n";
    assert_eq!(exchange(&mut stream, connect).await.unwrap().status, 200);
    let mut stream = encrypt(&portal, stream, "portal.b24.test").await.unwrap();
    for id in [1, 2] {
        let request = post_request("portal.b24.test", &format!("{path}crm.lead.delete"), &json!({"id": id}));
        assert_eq!(exchange(&mut stream, &request).await.unwrap().json()["result"], json!(true));
    }
    portal.emulator().add_faults(vec![FaultRule::new("*", Fault::Reset {})]);
    let request = post_request("portal.b24.test", &format!("{path}crm.lead.delete"), &json!({"id": 3}));
    assert!(exchange(&mut stream, &request).await.is_err());
    assert_eq!(portal.emulator().snapshot().unwrap().leads, [3, 4, 5]);
    portal.shutdown().await;
}
