//! A client as plain as can be: one connection, one request after the other.
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Instant;

use serde_json::Value;

use super::Outcome;

/// Who asks.
pub const EMAIL: &str = "ana@ageing.example";
/// With which password.
pub const PASSWORD: &str = "as old as the books";

/// Somebody signed in.
pub struct Client {
    stream: BufReader<TcpStream>,
    token: String,
}

impl Client {
    pub fn sign_in(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        let mut client = Self { stream: BufReader::new(stream), token: String::new() };
        let body = serde_json::json!({ "email": EMAIL, "password": PASSWORD }).to_string();
        let answer = client.ask("POST", "/auth/login", None, &body)?;
        let signed_in: Value = serde_json::from_slice(&answer)?;
        client.token = signed_in["access_token"].as_str().ok_or("no token")?.to_owned();
        Ok(client)
    }
    /// Reads these, one after the other; microseconds from the first question to the last answer.
    pub fn timed(&mut self, paths: &[String]) -> Outcome<u128> {
        let begun = Instant::now();
        for path in paths {
            self.ask("GET", path, None, "")?;
        }
        Ok(begun.elapsed().as_micros())
    }
    /// Sends a body if there is one, for a version where the path has one, and reads what comes
    /// back as JSON. A body that nobody reads ends the connection.
    pub fn send(
        &mut self,
        method: &str,
        path: &str,
        version: Option<u64>,
        body: &Value,
    ) -> Outcome<Value> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        Ok(serde_json::from_slice(&self.ask(method, path, version, &body)?)?)
    }
    fn ask(
        &mut self,
        method: &str,
        path: &str,
        version: Option<u64>,
        body: &str,
    ) -> Outcome<Vec<u8>> {
        let bearer = match self.token.as_str() {
            "" => String::new(),
            token => format!("Authorization: Bearer {token}\r\n"),
        };
        let version = version.map_or_else(String::new, |n| format!("If-Match: \"{n}\"\r\n"));
        let head = format!(
            "{method} /api/v1{path} HTTP/1.1\r\nHost: localhost\r\n{bearer}{version}\
             Accept-Encoding: identity\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.stream.get_mut().write_all(head.as_bytes())?;
        let mut status = String::new();
        if self.stream.read_line(&mut status)? == 0 {
            return Err(format!("{path}: the connection was closed").into());
        }
        let mut length = None;
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line)?;
            let line = line.trim_end().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(said) = line.strip_prefix("content-length:") {
                length = Some(said.trim().parse()?);
            }
        }
        let mut answer = vec![0; length.ok_or_else(|| format!("{path}: {status}no length"))?];
        self.stream.read_exact(&mut answer)?;
        match status.split(' ').nth(1) {
            Some("200" | "201") => Ok(answer),
            _ => Err(format!("{path}: {status}{}", String::from_utf8_lossy(&answer)).into()),
        }
    }
}
