//! The client by which the program asks other servers.
use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect;

/// How long a connection may take.
const CONNECTING: Duration = Duration::from_secs(10);

/// A client with the one crypto provider that the program has, and the roots that browsers trust. An
/// answer may take so long. It follows nobody elsewhere: secrets go to whom they are for alone.
///
/// # Errors
/// TLS that cannot be set up.
pub fn client(answer: Duration) -> Result<reqwest::Client, Box<dyn std::error::Error>> {
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let tls = rustls::ClientConfig::builder_with_provider(ring)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .connect_timeout(CONNECTING)
        .timeout(answer)
        .redirect(redirect::Policy::none())
        .user_agent("Perennial");
    Ok(client.build()?)
}
