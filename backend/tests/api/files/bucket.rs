//! Files in a bucket, at a server that speaks as S3 does.
use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use actix_web::http::Method;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use backend::files::{self, Files};
use chrono::Duration;
use object_store::aws::AmazonS3Builder;
use shared::api::{ErrorCode, Role};

use super::{PDF, account, bring, files_of, path};
use crate::app::{Answer, TestApp};
use crate::retainers::{get, id};

/// What the bucket holds, by its keys.
type Kept = Arc<Mutex<BTreeMap<String, Vec<u8>>>>;

/// As much of S3 as is asked for here: what is not signed is refused.
async fn s3(req: HttpRequest, body: web::Bytes, kept: web::Data<Kept>) -> HttpResponse {
    let signed = req.headers().get("authorization").and_then(|value| value.to_str().ok());
    if !signed.is_some_and(|signed| signed.starts_with("AWS4-HMAC-SHA256 Credential=us/")) {
        return HttpResponse::Forbidden().finish();
    }
    let key = req.path().trim_start_matches("/bucket").trim_start_matches('/').to_owned();
    let mut kept = kept.lock().unwrap();
    let found = kept.get(&key).cloned();
    match (req.method(), found) {
        (&Method::PUT, _) => {
            kept.insert(key, body.to_vec());
            HttpResponse::Ok().insert_header(("ETag", "\"1\"")).finish()
        }
        (&Method::DELETE, _) => {
            kept.remove(&key);
            HttpResponse::NoContent().finish()
        }
        (&Method::GET, Some(bytes)) => {
            HttpResponse::Ok().insert_header(("ETag", "\"1\"")).body(bytes)
        }
        _ => HttpResponse::NotFound().body("<Error><Code>NoSuchKey</Code></Error>"),
    }
}

fn serve(kept: Kept) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let data = web::Data::new(kept);
    let server =
        HttpServer::new(move || App::new().app_data(data.clone()).default_service(web::to(s3)));
    actix_web::rt::spawn(server.workers(1).disable_signals().listen(listener).unwrap().run());
    url
}

#[actix_web::test]
async fn files_can_be_kept_in_a_bucket() {
    let kept = Kept::default();
    let bucket = AmazonS3Builder::new()
        .with_endpoint(serve(kept.clone()))
        .with_allow_http(true)
        .with_region("eu-central-1")
        .with_access_key_id("us")
        .with_secret_access_key("secret")
        .with_bucket_name("bucket");
    let app = TestApp::keeping(Files::in_bucket(bucket, "/of/us/").unwrap()).await;
    let account = account(&app).await;
    let file = bring(&app, Role::Owner, &account, "a.pdf", PDF).expect(201).await;
    let organisation = app.set_up().await.organisation();
    let key = format!("of/us/{organisation}/{}", id(&file));
    assert_eq!(kept.lock().unwrap().get(&key).map(Vec::as_slice), Some(PDF));
    let content = format!("{}/content", path(&file));
    let read = app.as_role(Role::Owner, "GET", &content).send().await.unwrap();
    assert_eq!(read.bytes().await.unwrap(), PDF);
    app.books_hold().await;

    app.as_role(Role::Owner, "DELETE", &path(&file)).version(1).expect(204).await;
    let stays = bring(&app, Role::Owner, &account, "b.pdf", PDF).expect(201).await;
    app.wait(Duration::hours(25));
    files::sweep(&app.db, &app.files, app.clock.now()).await.unwrap();
    let left: Vec<String> = kept.lock().unwrap().keys().cloned().collect();
    assert_eq!(left, [format!("of/us/{organisation}/{}", id(&stays))]);
    // What the bucket has lost is a failure of ours, and is told by the check.
    kept.lock().unwrap().clear();
    let content = format!("{}/content", path(&stays));
    app.as_role(Role::Owner, "GET", &content).refused(ErrorCode::Internal).await;
    assert_eq!(backend::check::files(&app.db, &app.files).await.unwrap().len(), 1);
    assert_eq!(get(&app, &files_of(&account)).await["items"].as_array().unwrap().len(), 1);
}
