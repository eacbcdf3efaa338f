//! PostgreSQL goes away and comes back: clients are told to wait, and nobody restarts anything.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use actix_web::rt::net::{TcpListener, TcpStream};
use actix_web::rt::task::JoinHandle;
use backend::db::Db;
use shared::api::{ErrorCode, Role};
use tempfile::TempDir;
use tokio::sync::watch;

use crate::app::{Answer, Engine, TestApp};
use crate::database;

#[actix_web::test]
async fn while_postgres_is_away_clients_are_told_to_wait() {
    let folder = TempDir::new().unwrap();
    let url = database::fresh(Engine::Postgres, folder.path()).await;
    let place = url.split(['@', '/']).nth(3).unwrap().to_owned();
    let link = Link::to(&place).await;
    let db = Db::connect(&url.replace(&place, &link.address)).await.unwrap();
    let app = TestApp::over(db);
    app.as_role(Role::Owner, "GET", "/accounts").expect(200).await;

    link.cut();
    let begin = Instant::now();
    // What was on its way when the cable was cut may still arrive.
    let ask = || app.as_role(Role::Owner, "GET", "/accounts").send();
    let mut response = ask().await.unwrap();
    while response.status() == 200 && begin.elapsed() < Duration::from_secs(10) {
        response = ask().await.unwrap();
    }
    assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
    assert_eq!(response.headers()["Retry-After"], "1");
    assert_eq!(response.status().as_u16(), ErrorCode::Busy.status());
    assert_eq!(app.at("GET", "/health/ready").send().await.unwrap().status(), 503);
    assert_eq!(app.at("GET", "/health/live").send().await.unwrap().status(), 200);

    link.mend();
    app.as_role(Role::Owner, "GET", "/accounts").expect(200).await;
}

/// A way to the database that can be cut.
struct Link {
    address: String,
    open: Arc<AtomicBool>,
    cuts: watch::Sender<u32>,
    _work: JoinHandle<()>,
}

impl Link {
    async fn to(place: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (cuts, seen) = watch::channel(0);
        let open = Arc::new(AtomicBool::new(true));
        let (place, is_open) = (place.to_owned(), open.clone());
        let work = actix_web::rt::spawn(async move {
            while let Ok((here, _)) = listener.accept().await {
                if is_open.load(Ordering::SeqCst) {
                    actix_web::rt::spawn(carry(here, place.clone(), seen.clone()));
                }
            }
        });
        Self { address, open, cuts, _work: work }
    }
    fn cut(&self) {
        self.open.store(false, Ordering::SeqCst);
        self.cuts.send_modify(|cuts| *cuts += 1);
    }
    fn mend(&self) {
        self.open.store(true, Ordering::SeqCst);
    }
}

/// Carries bytes both ways until an end hangs up or the link is cut.
async fn carry(mut here: TcpStream, place: String, mut cuts: watch::Receiver<u32>) {
    cuts.mark_unchanged();
    let mut there = TcpStream::connect(place).await.unwrap();
    tokio::select! {
        _ = cuts.changed() => {}
        _ = tokio::io::copy_bidirectional(&mut here, &mut there) => {}
    }
}
