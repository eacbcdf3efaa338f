//! What the portal asks the server. The cookie says who asks; nothing here holds a secret.
use serde::de::DeserializeOwned;
use shared::api::*;

use super::visit;
use crate::api::{Call, Fault, Fetch, Heads, Path, decode, encode, once, text};

/// A read of what is at `path`, under `/api/v1/portal`.
pub(super) fn read<T: DeserializeOwned>(path: String) -> Fetch<T> {
    Fetch::by(|path| Box::pin(async move { get(&path).await }), path)
}

/// A read that finds nobody signed in ends the visit.
async fn get(path: &str) -> Result<String, Fault> {
    let outcome = send("GET", path, None).await;
    if outcome.as_ref().is_err_and(|fault| fault.is(ErrorCode::Unauthenticated)) {
        visit::ended();
    }
    outcome
}

async fn send(method: &str, path: &str, body: Option<String>) -> Result<String, Fault> {
    text(once(&Call::new(method, path, body), Heads::default()).await?).await
}

/// Who is signed in. That nobody is, is an answer and no end.
pub(super) async fn me() -> Result<PortalVisitor, Fault> {
    decode(&send("GET", "/portal/me", None).await?)
}

/// Has a link sent to who is known by a mail address. It never tells whether they are.
pub(super) async fn ask_for_link(email: String) -> Result<(), Fault> {
    send("POST", "/portal/auth/link", encode(&NewPortalLink { email })).await.map(drop)
}

/// Signs in by the secret of a link.
pub(super) async fn sign_in(
    token: String,
    password: Option<String>,
) -> Result<PortalSignedIn, Fault> {
    let body = encode(&NewPortalSession { token: Some(token), password });
    decode(&send("POST", "/portal/auth/session", body).await?)
}

/// Signs out.
pub(super) async fn sign_out() -> Result<(), Fault> {
    let body = encode(&NewPortalSession::default());
    send("POST", "/portal/auth/session", body).await.map(drop)
}

/// Where a retainer stands.
pub(super) fn retainer(id: RetainerId) -> Fetch<PortalRetainer> {
    read(format!("/portal/retainers/{id}"))
}

/// Where the rows behind a balance are.
pub(super) fn ledger_path(id: RetainerId, pool: Option<&str>, cycle: Option<CycleId>) -> String {
    let path = Path::new(format!("/portal/retainers/{id}/ledger"));
    path.with("pool", pool).with("cycle_id", cycle).done()
}

/// What each cycle came to, the newest first.
pub(super) fn cycles_path(id: RetainerId) -> String {
    format!("/portal/retainers/{id}/cycles")
}

/// What a retainer holds, and what it leaves out.
pub(super) fn scope(id: RetainerId) -> Fetch<PortalScope> {
    read(format!("/portal/retainers/{id}/scope"))
}

/// What a figure is made of.
pub(super) fn explain(figure: &str, cycle: CycleId, pool: &str) -> Fetch<Explanation> {
    let path = Path::new(format!("/portal/explain/{figure}/{cycle}")).with("pool", Some(pool));
    read(path.done())
}

/// What a cycle came to.
pub(super) fn statement(id: CycleId) -> Fetch<PortalStatement> {
    read(format!("/portal/cycles/{id}/statement"))
}

/// The address of a file, for a link: the cookie goes with it.
pub(super) fn file(path: &str) -> String {
    format!("{}/portal{path}", crate::api::BASE)
}
