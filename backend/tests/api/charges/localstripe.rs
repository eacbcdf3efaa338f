//! A server of Stripe's API that keeps state, and a wire to it that can be cut.
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use backend::charges::Cashier;
use serde_json::{Value, json};
use tokio::sync::Notify;

use crate::app::http_client;

pub const WEBHOOK_SECRET: &str = "whsec_of_the_tests";
const SECRET_KEY: &str = "sk_test_12345";
const PUBLISHABLE_KEY: &str = "pk_test_12345";
/// How long it may take to begin: twenty milliseconds so often.
const LOOKS: usize = 1_000;

/// localstripe, with what it knows.
pub struct Stripe {
    child: Child,
    pub url: String,
    http: reqwest::Client,
}

impl Stripe {
    pub async fn start() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let python = root.join(".tools/stripe/bin/python");
        assert!(python.exists(), "run scripts/setup-tests.sh: it brings localstripe");
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = Command::new(python)
            .args(["-m", "localstripe", "--from-scratch", "--port", &port.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let stripe = Self { child, url: format!("http://127.0.0.1:{port}"), http: http_client() };
        for _ in 0..LOOKS {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return stripe;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("localstripe does not begin");
    }
    /// As an operator sets it up, at this address.
    pub fn cashier_at(url: &str) -> Cashier {
        let keys = [SECRET_KEY, PUBLISHABLE_KEY, WEBHOOK_SECRET].map(Some);
        Cashier::of(keys, Some(url), true).unwrap()
    }
    pub fn cashier(&self) -> Cashier {
        Self::cashier_at(&self.url)
    }
    /// Tells a server what happens from now on.
    pub async fn tells(&self, app: &str) {
        let body = json!({ "url": format!("{app}/api/v1/webhooks/stripe"),
            "secret": WEBHOOK_SECRET });
        let url = format!("{}/_config/webhooks/ours", self.url);
        let answer = self.http.post(url).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }
    /// What a page does: hands a card or account to a set-up, by the key for pages.
    pub async fn hand_over(&self, client_secret: &str, method: Value) -> u16 {
        let id = client_secret.split("_secret_").next().unwrap();
        let url = format!("{}/v1/setup_intents/{id}/confirm", self.url);
        let body = json!({ "key": PUBLISHABLE_KEY, "client_secret": client_secret,
            "payment_method_data": method });
        self.http.post(url).json(&body).send().await.unwrap().status().as_u16()
    }
    /// It knows nothing any more: another account.
    pub async fn forgets(&self) {
        let url = format!("{}/_config/data", self.url);
        assert_eq!(self.http.delete(url).send().await.unwrap().status(), 200);
    }
    /// Each payment of an invoice that was ever begun: its state and amount.
    pub async fn intents(&self, number: &str) -> Vec<(String, i64)> {
        let url = format!("{}/v1/payment_intents?limit=1000", self.url);
        let answer = self.http.get(url).bearer_auth(SECRET_KEY).send().await.unwrap();
        let all: Value = answer.json().await.unwrap();
        let of = |one: &&Value| one["metadata"]["invoice"] == number;
        let told = |one: &Value| {
            (one["status"].as_str().unwrap().to_owned(), one["amount"].as_i64().unwrap())
        };
        all["data"].as_array().unwrap().iter().filter(of).map(told).collect()
    }
}

impl Drop for Stripe {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a wire does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// It is never handed over.
    Before,
    /// It is handed over and done, and the answer never comes back.
    After,
    /// Somebody answers who knows no payment: another account.
    Elsewhere,
}

/// A wire to localstripe that is cut where something is charged. What was asked then is kept.
pub struct Wire {
    pub url: String,
    pub asked: Arc<Mutex<Vec<String>>>,
    /// Rings once localstripe has done what it was asked.
    pub done: Arc<Notify>,
}

impl Wire {
    pub fn to(stripe: &Stripe, cut: Cut) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let there = stripe.url.trim_start_matches("http://").to_owned();
        let (asked, done) = (Arc::<Mutex<Vec<String>>>::default(), Arc::new(Notify::new()));
        let (kept, rings) = (asked.clone(), done.clone());
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let (client, there) = (client.unwrap(), there.clone());
                let (kept, rings) = (kept.clone(), rings.clone());
                std::thread::spawn(move || carry(client, &there, cut, (&*kept, &*rings)));
            }
        });
        Self { url, asked, done }
    }
}

/// Carries requests and answers, until one is cut.
fn carry(
    mut client: TcpStream,
    there: &str,
    cut: Cut,
    (kept, rings): (&Mutex<Vec<String>>, &Notify),
) {
    loop {
        let request = message(&mut client);
        if request.is_empty() {
            return;
        }
        if cut == Cut::Elsewhere {
            let body = r#"{"error":{"code":"resource_missing","message":"No such payment"}}"#;
            let head = format!("HTTP/1.1 404 Not Found\r\nContent-Length: {}", body.len());
            client.write_all(format!("{head}\r\n\r\n{body}").as_bytes()).unwrap();
            continue;
        }
        let charges = request.starts_with(b"POST /v1/payment_intents ");
        if charges {
            kept.lock().unwrap().push(String::from_utf8_lossy(&request).into_owned());
        }
        if charges && cut == Cut::Before {
            return rings.notify_one();
        }
        let mut server = TcpStream::connect(there).unwrap();
        server.write_all(&request).unwrap();
        let answer = message(&mut server);
        if charges {
            rings.notify_one();
            // Not even its end is told, for as long as the other side is there.
            message(&mut client);
            return;
        }
        client.write_all(&answer).unwrap();
    }
}

/// A whole request or answer.
fn message(stream: &mut TcpStream) -> Vec<u8> {
    let (mut bytes, mut part) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&bytes).to_lowercase();
        if let Some(end) = text.find("\r\n\r\n") {
            let length = text[..end].split("content-length: ").nth(1);
            let length = length.and_then(|rest| rest.lines().next()?.trim().parse().ok());
            if bytes.len() >= end + 4 + length.unwrap_or(0usize) {
                return bytes;
            }
        }
        match stream.read(&mut part).unwrap_or(0) {
            0 => return bytes,
            n => bytes.extend_from_slice(&part[..n]),
        }
    }
}
