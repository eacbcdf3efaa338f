//! The real server on a free port, with a database and a clock of its own.
use std::collections::HashMap;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use backend::app::{App, DEADLINE, serve};
use backend::auth::{Keys, Scope};
use backend::charges::Cashier;
use backend::clock::Clock;
use backend::config::Settings;
use backend::db::Db;
use backend::files::Files;
use backend::mail::Mailer;
use backend::work::Watched;
use backend::{check, identity, tick};
use chrono::{DateTime, Duration, Utc};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use shared::api::{NewMember, NewOrganisation, NewOwner, Role};
use tempfile::TempDir;
use tokio::sync::OnceCell;

pub use crate::ask::Answer;
use crate::ask::Ask;
use crate::database;

/// What every test's clock says until the test moves it.
pub const NOW: &str = "2026-01-01T09:00:00Z";
/// Everyone's password.
pub const PASSWORD: &str = "correct horse battery";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Runs each story on each engine, as two tests.
#[macro_export]
macro_rules! on_both_engines {
    ($($name:ident),* $(,)?) => {$(
        mod $name {
            use $crate::app::{Engine, TestApp};
            #[actix_web::test]
            async fn on_sqlite() { super::$name(TestApp::start(Engine::Sqlite).await).await; }
            #[actix_web::test]
            async fn on_postgres() { super::$name(TestApp::start(Engine::Postgres).await).await; }
        }
    )*};
}

/// An access token and when it ends.
type Token = (String, DateTime<Utc>);

#[derive(Clone)]
pub struct TestApp {
    pub url: String,
    pub db: Db,
    pub clock: Clock,
    pub files: Files,
    http: reqwest::Client,
    home: Arc<OnceCell<Scope>>,
    tokens: Arc<Mutex<HashMap<String, Token>>>,
    folder: Arc<TempDir>,
}

/// How a server differs from what most tests need.
struct Conditions {
    clock: Clock,
    public_url: Option<String>,
    mailer: Mailer,
    cashier: Cashier,
    deadline: std::time::Duration,
    /// In the server's folder if none are named.
    files: Option<Files>,
}
impl Default for Conditions {
    fn default() -> Self {
        let clock = Clock::fixed(NOW.parse().unwrap());
        let (mailer, cashier) = (Mailer::default(), Cashier::default());
        Self { clock, public_url: None, mailer, cashier, deadline: DEADLINE, files: None }
    }
}

impl TestApp {
    /// A server with an empty database.
    pub async fn start(engine: Engine) -> Self {
        Self::under(engine, Conditions::default()).await
    }
    /// A server that people reach at another address.
    pub async fn behind(public_url: &str) -> Self {
        let public_url = Some(public_url.to_owned());
        Self::under(Engine::Sqlite, Conditions { public_url, ..Conditions::default() }).await
    }
    /// A server whose clock is the machine's.
    pub async fn in_real_time() -> Self {
        let clock = Clock::Real;
        Self::under(Engine::Sqlite, Conditions { clock, ..Conditions::default() }).await
    }
    /// A server that hands its mails over to another.
    pub async fn with_mail(engine: Engine, mailer: Mailer) -> Self {
        Self::under(engine, Conditions { mailer, ..Conditions::default() }).await
    }
    /// A server that charges cards, and hands its mails over to another.
    pub async fn charging(engine: Engine, cashier: Cashier, mailer: Mailer) -> Self {
        Self::under(engine, Conditions { cashier, mailer, ..Conditions::default() }).await
    }
    /// A server that keeps files elsewhere.
    pub async fn keeping(files: Files) -> Self {
        let files = Some(files);
        Self::under(Engine::Sqlite, Conditions { files, ..Conditions::default() }).await
    }
    /// A server that gives up on requests so soon.
    pub async fn giving_up_after(deadline: std::time::Duration) -> Self {
        Self::impatient(Engine::Sqlite, deadline).await
    }
    /// The same on an engine of one's choice.
    pub async fn impatient(engine: Engine, deadline: std::time::Duration) -> Self {
        Self::under(engine, Conditions { deadline, ..Conditions::default() }).await
    }
    /// A server over this database.
    pub fn over(db: Db) -> Self {
        Self::serve(db, TempDir::new().unwrap(), Conditions::default())
    }
    async fn under(engine: Engine, conditions: Conditions) -> Self {
        let folder = TempDir::new().unwrap();
        let db = Db::connect(&database::fresh(engine, folder.path()).await).await.unwrap();
        Self::serve(db, folder, conditions)
    }
    fn serve(db: Db, folder: TempDir, conditions: Conditions) -> Self {
        let Conditions { clock, public_url, mailer, cashier, deadline, files } = conditions;
        // A test that fails shows what the server would have logged.
        let log = tracing_subscriber::fmt().with_max_level(tracing::Level::ERROR);
        let _ = log.with_test_writer().try_init();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let public_url = public_url.or(Some(url.clone()));
        let site = Settings { public_url, ..Settings::default() }.site();
        let keys = Keys::new(b"0123456789abcdef0123456789abcdef");
        let watched = Watched::default();
        let (served, shown) = (db.clone(), clock.clone());
        let on_disk = || Files::on_disk(&folder.path().join("files")).unwrap();
        let files = files.unwrap_or_else(on_disk);
        let app = App {
            db: served,
            clock: shown,
            site,
            keys,
            mailer,
            cashier,
            files: files.clone(),
            workers: 1,
            watched,
            deadline,
        };
        actix_web::rt::spawn(serve(listener, app).unwrap());
        let (http, home, tokens) = (http_client(), Arc::default(), Arc::default());
        Self { url, db, clock, files, http, home, tokens, folder: folder.into() }
    }

    /// The organisation that [`TestApp::as_role`] acts in, with a person of each role; made when
    /// the first of them acts.
    pub async fn set_up(&self) -> Scope {
        *self.home.get_or_init(|| self.tenant("home")).await
    }
    /// An organisation with a person of each role: `owner@NAME.example`, `admin@…` and so on.
    pub async fn tenant(&self, name: &str) -> Scope {
        let (hash, now) = (cheap_hash(), self.clock.now());
        let organisation = NewOrganisation {
            name: format!("The {name} studio"),
            currency: "EUR".into(),
            timezone: "UTC".into(),
        };
        let email = |role: Role| format!("{}@{name}.example", role.name());
        let owner =
            NewOwner { name: "Owner".into(), email: email(Role::Owner), password: PASSWORD.into() };
        self.db
            .write(async |tx| {
                let (scope, _) =
                    identity::found_organisation(tx, &organisation, &owner, &hash, now).await?;
                for role in Role::ALL.into_iter().filter(|role| *role != Role::Owner) {
                    let name = role.name().to_owned();
                    let new = NewMember { name, email: Some(email(role)), role };
                    identity::add_member(tx, scope.organisation(), &new, &hash, now).await?;
                }
                Ok(scope)
            })
            .await
            .unwrap()
    }

    /// A request of nobody.
    pub fn request(&self, method: &str, path: &str) -> Ask {
        Ask::new(self.clone(), None, self.build(method, path))
    }
    /// A request of the person with this role in the first organisation.
    pub fn as_role(&self, role: Role, method: &str, path: &str) -> Ask {
        self.as_person(&format!("{}@home.example", role.name()), method, path)
    }
    /// A request of the person with this mail address.
    pub fn as_person(&self, email: &str, method: &str, path: &str) -> Ask {
        Ask::new(self.clone(), Some(email.to_owned()), self.build(method, path))
    }
    /// A request with this token or key.
    pub fn bearing(&self, token: &str, method: &str, path: &str) -> Ask {
        Ask::new(self.clone(), None, self.build(method, path).bearer_auth(token))
    }
    /// A request of nobody, at an address outside of the API's first version.
    pub fn at(&self, method: &str, address: &str) -> Ask {
        let request = self.http.request(method.parse().unwrap(), format!("{}{address}", self.url));
        Ask::new(self.clone(), None, request)
    }
    fn build(&self, method: &str, path: &str) -> RequestBuilder {
        let of_the_api = path.starts_with("/api") && !path.starts_with("/api-");
        let base = if of_the_api { "" } else { "/api/v1" };
        let address = format!("{}{base}{path}", self.url);
        self.http.request(method.parse::<Method>().unwrap(), address)
    }

    /// An access token of the person with this mail address, asked for once while it lasts.
    pub async fn token(&self, email: &str) -> String {
        let now = self.clock.now();
        let kept = self.tokens.lock().unwrap().get(email).cloned();
        if let Some((token, _)) = kept.filter(|(_, ends)| now < *ends) {
            return token;
        }
        if email.ends_with("@home.example") {
            self.set_up().await;
        }
        let body = json!({ "email": email, "password": PASSWORD });
        let signed_in = self.request("POST", "/auth/login").json(&body).expect(200).await;
        let token = signed_in["access_token"].as_str().unwrap().to_owned();
        let ends = signed_in["expires_at"].as_str().unwrap().parse().unwrap();
        self.tokens.lock().unwrap().insert(email.to_owned(), (token.clone(), ends));
        token
    }
    /// Everyone signs in anew when they next act.
    pub fn forget_tokens(&self) {
        self.tokens.lock().unwrap().clear();
    }
    /// A new integrator's key with this role.
    pub async fn key(&self, role: Role) -> String {
        let body = json!({ "name": "A tool", "role": role });
        let made = self.as_role(Role::Owner, "POST", "/api-keys").json(&body).expect(201).await;
        made["secret"].as_str().unwrap().to_owned()
    }
    /// The token of somebody who looks at the portal as this account does.
    pub async fn client(&self, account: &str) -> String {
        let path = format!("/accounts/{account}/portal/previews");
        let link = self.as_role(Role::Owner, "POST", &path).expect(201).await;
        let made =
            self.request("POST", "/portal/auth/session").json(&json!({ "token": link["token"] }));
        made.expect(200).await["access_token"].as_str().unwrap().to_owned()
    }
    /// The id of the member with this role in the first organisation.
    pub async fn member(&self, role: Role) -> Value {
        let me = self.as_role(role, "GET", "/auth/me").expect(200).await;
        me["member_id"].clone()
    }
    /// Moves the clock, and does what it brings.
    pub async fn clock_at(&self, time: &str) {
        assert!(self.clock.advance(time.parse().unwrap()), "{time} is over");
        tick::run(&self.db, self.clock.now()).await.unwrap();
    }
    /// Lets a little time pass.
    pub fn wait(&self, time: Duration) {
        assert!(self.clock.advance(self.clock.now() + time));
    }
    /// The folder of this server.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }
    /// Every invariant of the ledgers holds, and every file is as it came.
    pub async fn books_hold(&self) {
        assert_eq!(check::run(&self.db).await.unwrap(), Vec::<String>::new());
        let of_files = check::files(&self.db, &self.files).await.unwrap();
        assert_eq!(of_files, Vec::<String>::new());
    }
}

/// A client that trusts nobody: nothing here is reached over TLS, and reading the machine's roots
/// would take its time in each test.
pub fn http_client() -> reqwest::Client {
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(ring)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(rustls::RootCertStore::empty())
        .with_no_client_auth();
    reqwest::Client::builder().tls_backend_preconfigured(tls).build().unwrap()
}

/// Argon2id with the least work it takes: sign-in reads the parameters from the hash.
pub fn cheap_hash() -> String {
    let params = Params::new(8, 1, 1, None).unwrap();
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon.hash_password(PASSWORD.as_bytes()).unwrap().to_string()
}
