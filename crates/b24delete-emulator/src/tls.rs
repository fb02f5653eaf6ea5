//! Certificates of an authority that lives as long as the emulator.

use std::error::Error;
use std::io::Write;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose,
};
use tempfile::TempPath;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::clock::days_from_today;

/// The names for which the portal shows a valid certificate.
const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "portal.b24.test"];

/// What is needed to speak TLS, and what clients need to trust it.
pub(crate) struct Certificates {
    pub(crate) acceptor: TlsAcceptor,
    /// The authority's certificate as PEM; the file goes when this is dropped.
    pub(crate) authority_file: TempPath,
}

impl Certificates {
    /// Makes an authority and a certificate of the portal.
    pub(crate) fn make() -> Result<Self, Box<dyn Error + Send + Sync>> {
        let authority = CertifiedIssuer::self_signed(authority_params(), KeyPair::generate()?)?;
        let key = KeyPair::generate()?;
        let certificate = portal_params()?.signed_by(&key, &authority)?;
        let private_key = PrivateKeyDer::try_from(key.serialize_der())?;
        let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], private_key)?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let mut file = tempfile::Builder::new().prefix("b24delete-emulator-").suffix(".pem").tempfile()?;
        file.write_all(authority.pem().as_bytes())?;
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), authority_file: file.into_temp_path() })
    }
}

fn authority_params() -> CertificateParams {
    let mut params = dated_params();
    params.distinguished_name.push(DnType::CommonName, "b24delete emulator authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn portal_params() -> Result<CertificateParams, rcgen::Error> {
    let mut params = dated_params();
    params.subject_alt_names = CertificateParams::new(NAMES.map(str::to_owned).to_vec())?.subject_alt_names;
    params.distinguished_name.push(DnType::CommonName, "portal.b24.test");
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

/// Valid from yesterday for a year, because some platforms refuse certificates that live longer.
fn dated_params() -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    let ((from_year, from_month, from_day), (to_year, to_month, to_day)) =
        (days_from_today(-1), days_from_today(365));
    params.not_before = rcgen::date_time_ymd(from_year, from_month, from_day);
    params.not_after = rcgen::date_time_ymd(to_year, to_month, to_day);
    params
}
