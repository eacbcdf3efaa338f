//! Invoices by mail, to a real mail server.
use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use backend::mail::Mailer;
use backend::tick;
use chrono::Duration;
use futures_util::future::join;
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};
use tempfile::TempDir;

use super::reminded;
use super::{billed, invoices, run, support, void};
use crate::app::{Answer, Engine, TestApp};
use crate::retainers::{get, id};

/// A mail server, with what it took.
pub struct Post {
    child: Child,
    port: u16,
    folder: TempDir,
}

impl Post {
    pub fn start(certificate: &[&OsStr]) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let python = root.join(".tools/smtp/bin/python");
        assert!(python.exists(), "run scripts/setup-tests.sh: it brings the mail server");
        let folder = TempDir::new().unwrap();
        let mut server = Command::new(python);
        server.arg(root.join("backend/tests/api/smtp.py")).arg(folder.path()).args(certificate);
        let mut child = server.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        Self { port: line.trim().parse().unwrap(), child, folder }
    }
    pub fn mailer(&self, scheme: &str, more: &str) -> Mailer {
        let url = format!("{scheme}://127.0.0.1:{}{more}", self.port);
        Mailer::of(Some(&url), Some("billing@studio.example"), None).unwrap()
    }
    fn trusted(&self, scheme: &str, more: &str, ca: &Path) -> Mailer {
        let (url, ca) = (format!("{scheme}://127.0.0.1:{}{more}", self.port), std::fs::read(ca));
        Mailer::of(Some(&url), Some("billing@studio.example"), Some(&ca.unwrap())).unwrap()
    }
    /// The mails it took, in their order.
    pub fn taken(&self) -> Vec<String> {
        let files = std::fs::read_dir(self.folder.path()).unwrap();
        let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        files.retain(|file| file.extension().is_some_and(|end| end == "eml"));
        files.sort();
        files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
    }
}
impl Drop for Post {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[actix_web::test]
async fn invoices_go_out_by_mail_on_sqlite() {
    // So long a story does not fit on the stack of a thread.
    Box::pin(goes_out(Engine::Sqlite)).await;
}
#[actix_web::test]
async fn invoices_go_out_by_mail_on_postgres() {
    Box::pin(goes_out(Engine::Postgres)).await;
}

/// A mail of an invoice to this address, and its state.
async fn states(app: &TestApp, path: &str) -> Vec<(String, String, i64)> {
    let mails = get(app, &format!("{path}/mails")).await;
    let text = |mail: &Value, name: &str| mail[name].as_str().unwrap().to_owned();
    let items = mails["items"].as_array().unwrap().iter();
    let state = |m: &Value| (text(m, "to"), text(m, "state"), m["attempts"].as_i64().unwrap());
    items.map(state).collect()
}

fn is(to: &str, state: &str, attempts: i64) -> (String, String, i64) {
    (format!("{to}@client.example"), state.to_owned(), attempts)
}

async fn goes_out(engine: Engine) {
    let post = Post::start(&[]);
    let mailer = post.mailer("smtp", "");
    let app = TestApp::with_mail(engine, mailer.clone()).await;
    let retainer = billed(&app, support).await;
    run(&app).await;
    app.clock_at("2026-02-01T10:00:00Z").await;
    let drafts = invoices(&app, &retainer).await;
    let path = format!("/invoices/{}", id(&drafts[0]));
    let send =
        |version: i64| app.as_role(Role::Finance, "POST", &format!("{path}/send")).version(version);
    let account = drafts[0]["account_id"].as_str().unwrap().to_owned();
    let to = |version: i64, addresses: Value| {
        let body = json!({ "language": "de", "send_to": addresses });
        let path = format!("/accounts/{account}/billing");
        app.as_role(Role::Manager, "PUT", &path).version(version).json(&body)
    };
    let sends =
        async |mailer: &Mailer| tick::send((&app.db, &app.clock), mailer, || false).await.unwrap();

    // Nothing is issued that cannot be sent.
    send(1).refused(ErrorCode::MailUnaddressed).await;
    to(0, json!(["a@b.example", "ann"])).faulty("/send_to/1", "email_invalid").await;
    to(0, json!(["a<b@client.example"])).faulty("/send_to/0", "email_invalid").await;
    to(0, json!(["ann@client.example", "refused@client.example"])).expect(200).await;
    assert_eq!(get(&app, &path).await["summary"]["state"], "draft");
    let key = || send(1).header("Idempotency-Key", "send-once");
    let first = key().expect(200).await;
    assert_eq!(key().expect(200).await, first);
    assert_eq!(first["items"].as_array().unwrap().len(), 2);
    assert_eq!(get(&app, &path).await["summary"]["number"], "INV-2026-0001");
    send(2).refused(ErrorCode::MailWaiting).await;

    // Two replicas, and one mail; who is refused is told so.
    sends(&mailer).await;
    assert_eq!(post.taken().len(), 0, "it can still be taken back");
    app.wait(Duration::seconds(30));
    join(sends(&mailer), sends(&mailer)).await;
    join(sends(&mailer), sends(&mailer)).await;
    let taken = post.taken();
    assert_eq!(taken.len(), 1, "{taken:?}");
    assert!(taken[0].contains("X-To: ann@client.example"));
    assert!(taken[0].contains("Subject: Rechnung INV-2026-0001 von Fieldwork Studio GmbH"));
    assert!(taken[0].contains("filename=\"INV-2026-0001.pdf\"") && taken[0].contains("JVBERi0xLj"));
    let mails = get(&app, &format!("{path}/mails")).await;
    let (refused, sent) = (&mails["items"][0], &mails["items"][1]);
    assert!(taken[0].contains(&format!("<{}@studio.example>", id(sent))), "{}", taken[0]);
    assert_eq!((&sent["state"], &sent["answer"]), (&json!("sent"), &json!("250 2.0.0 Taken as 1")));
    assert_eq!(refused["state"], "failed");
    assert!(refused["answer"].as_str().unwrap().contains("550"), "{refused}");

    // What failed is listed with whom it was for, and can be sent again: to where the account
    // wants it now.
    let failed = async || {
        let page = get(&app, "/mails?state=failed").await;
        page["items"].as_array().unwrap().iter().map(|mail| mail["to"].clone()).collect::<Vec<_>>()
    };
    let again = || {
        let path = format!("/mails/{}/again", id(refused));
        app.as_role(Role::Finance, "POST", &path)
    };
    let listed = get(&app, "/mails").await["items"][0].clone();
    assert_eq!((&listed["id"], &listed["account_name"]), (&refused["id"], &json!("Big Company")));
    assert_eq!(listed["invoice_number"], "INV-2026-0001");
    assert_eq!(again().expect(200).await["state"], "queued");
    again().refused(ErrorCode::MailOver).await;
    sends(&mailer).await;
    assert_eq!(failed().await, ["refused@client.example"]);
    to(1, json!(["ann@client.example"])).expect(200).await;
    again().refused(ErrorCode::MailUnaddressed).await;
    to(2, json!(["ann@client.example", "bob@client.example"])).expect(200).await;
    assert_eq!(again().expect(200).await["to"], "bob@client.example");
    sends(&mailer).await;
    assert!(post.taken().pop().unwrap().contains("X-To: bob@client.example"));
    assert_eq!(failed().await, Vec::<Value>::new());

    // A mail that is not taken waits, and can be taken back until it is.
    to(3, json!(["later@client.example"])).expect(200).await;
    let waits = send(2).expect(200).await["items"][0].clone();
    app.wait(Duration::seconds(30));
    sends(&mailer).await;
    assert_eq!(states(&app, &path).await[0], is("later", "queued", 1));
    let cancel = |role| {
        let path = format!("/mails/{}/cancel", id(&waits));
        app.as_role(role, "POST", &path)
    };
    // Managers take letters back, not invoices.
    cancel(Role::Manager).refused(ErrorCode::Forbidden).await;
    assert_eq!(cancel(Role::Finance).expect(200).await["state"], "cancelled");
    cancel(Role::Finance).refused(ErrorCode::MailOver).await;

    // A server that is down, or that speaks no TLS where it must, gets it later.
    to(4, json!(["ann@client.example"])).expect(200).await;
    send(2).expect(200).await;
    app.wait(Duration::seconds(30));
    sends(&post.mailer("smtp", "?tls=required")).await;
    drop(post);
    app.wait(Duration::seconds(30));
    sends(&mailer).await;
    assert_eq!(states(&app, &path).await[0], is("ann", "queued", 2));
    let post = Post::start(&[]);
    let mailer = post.mailer("smtp", "");
    app.wait(Duration::seconds(59));
    sends(&mailer).await;
    assert_eq!(post.taken().len(), 0, "each wait is twice the one before");
    app.wait(Duration::seconds(1));
    sends(&mailer).await;
    assert_eq!(states(&app, &path).await[0], is("ann", "sent", 3));

    // Words of its own; names that nobody knows are refused where they stand.
    let say = |subject: &str| {
        let words = json!([{ "language": "de", "subject": subject, "body": "Für {client}" }]);
        let body = json!({ "words": words, "reply_to": "answers@studio.example" });
        app.as_role(Role::Finance, "PUT", "/organisation/mail").version(0).json(&body)
    };
    say("Re {nummer}").faulty("/words/0/subject", "placeholder_unknown").await;
    say("Re\r\nBcc: x@y.example").faulty("/words/0/subject", "control_characters").await;
    let said = say("Beleg {number}").expect(200).await;
    assert_eq!((&said["from"], &said["version"]), (&json!("billing@studio.example"), &json!(1)));
    assert_eq!(said["settings"]["words"].as_array().unwrap().len(), 2, "{said}");
    send(2).expect(200).await;
    app.wait(Duration::seconds(30));
    sends(&mailer).await;
    let last = post.taken().pop().unwrap();
    assert!(last.contains("Subject: Beleg INV-2026-0001"), "{last}");
    assert!(last.contains("Reply-To: answers@studio.example"), "{last}");

    // What is withdrawn meanwhile is not sent.
    send(2).expect(200).await;
    void(&app, &get(&app, &path).await, false).await;
    app.wait(Duration::seconds(30));
    sends(&mailer).await;
    assert_eq!(states(&app, &path).await[0], is("ann", "cancelled", 1));
    assert_eq!(post.taken().len(), 2);
    send(3).refused(ErrorCode::InvoiceNotIssued).await;
    Box::pin(reminded::walk(&app, &post, &mailer, &retainer)).await;
    app.books_hold().await;
}

/// Nobody reads along: TLS at once or by STARTTLS, and a certificate that nobody vouches for is not
/// believed.
#[actix_web::test]
async fn mail_goes_to_the_right_server_over_tls() {
    let folder = TempDir::new().unwrap();
    let (key, certificate) = (folder.path().join("key.pem"), folder.path().join("cert.pem"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=x"])
        .args(["-addext", "subjectAltName=IP:127.0.0.1", "-addext"])
        .args(["basicConstraints=critical,CA:FALSE", "-keyout"])
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output();
    assert!(made.unwrap().status.success());
    let files = [certificate.as_os_str(), key.as_os_str()];
    let (post, later) = (Post::start(&files), Post::start(&[files[0], files[1], "later".as_ref()]));
    let app = TestApp::with_mail(Engine::Sqlite, post.mailer("smtps", "")).await;
    let retainer = billed(&app, support).await;
    run(&app).await;
    let draft = invoices(&app, &retainer).await[0].clone();
    let account = draft["account_id"].as_str().unwrap();
    let put = app.as_role(Role::Manager, "PUT", &format!("/accounts/{account}/billing"));
    put.version(0).json(&json!({ "send_to": ["ann@client.example"] })).expect(200).await;
    let path = format!("/invoices/{}", id(&draft));
    let send =
        |version: i64| app.as_role(Role::Owner, "POST", &format!("{path}/send")).version(version);
    let sends = async |mailer: &Mailer| {
        app.wait(Duration::minutes(1));
        tick::send((&app.db, &app.clock), mailer, || false).await.unwrap();
    };
    send(1).expect(200).await;
    sends(&post.mailer("smtps", "")).await;
    assert_eq!(states(&app, &path).await, [is("ann", "queued", 1)]);
    let mails = get(&app, &format!("{path}/mails")).await;
    let answer = mails["items"][0]["answer"].as_str().unwrap().to_lowercase();
    assert!(answer.contains("certificate") || answer.contains("issuer"), "{answer}");
    assert_eq!(post.taken().len(), 0);
    sends(&post.trusted("smtps", "", &certificate)).await;
    send(2).expect(200).await;
    sends(&later.trusted("smtp", "?tls=required", &certificate)).await;
    assert_eq!(states(&app, &path).await, [is("ann", "sent", 1), is("ann", "sent", 2)]);
    for server in [&post, &later] {
        assert!(server.taken()[0].contains("X-TLS: True"), "{:?}", server.taken());
    }
}
