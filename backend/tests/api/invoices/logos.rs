//! The picture on papers. Source: docs/decisions/0059.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::{billed, invoices, issue, refuses, run, support};
use crate::app::{Answer, TestApp};
use crate::ask::Ask;
use crate::on_both_engines;
use crate::retainers::{get, id};
use crate::world::PICTURE;

on_both_engines![
    a_paper_shows_the_picture_it_was_issued_with,
    only_pictures_that_can_be_drawn_are_taken,
];

const PHOTO: &[u8] = include_bytes!("../pictures/logo.jpg");

fn bring(app: &TestApp, bytes: impl Into<Vec<u8>>, kind: &str) -> Ask {
    app.as_role(Role::Finance, "POST", "/logos").body(bytes.into(), kind)
}

/// Says which picture papers show from now on.
async fn show(app: &TestApp, logo: Option<&Value>) {
    let now = get(app, "/organisation/billing").await;
    let mut settings = now["settings"].clone();
    match logo {
        Some(logo) => settings["logo_id"] = logo["id"].clone(),
        None => drop(settings.as_object_mut().unwrap().remove("logo_id")),
    }
    let put = app.as_role(Role::Finance, "PUT", "/organisation/billing").version(&now["version"]);
    put.json(&settings).expect(200).await;
}

/// How many pictures a paper has.
async fn pictures(app: &TestApp, path: &str) -> usize {
    let file = app.as_role(Role::Viewer, "GET", path).send().await.unwrap();
    let bytes = file.bytes().await.unwrap();
    assert!(bytes.starts_with(b"%PDF-1.7"), "{}", String::from_utf8_lossy(&bytes));
    let text = String::from_utf8_lossy(&bytes);
    // What is transparent is a picture of its own beside it.
    text.matches("/Subtype/Image").count() - text.matches("/SMask ").count()
}

async fn a_paper_shows_the_picture_it_was_issued_with(app: TestApp) {
    let retainer = billed(&app, support).await;
    run(&app).await;
    let january = invoices(&app, &retainer).await[0].clone();
    let path = format!("/invoices/{}/pdf", id(&january));
    assert_eq!(pictures(&app, &path).await, 0);
    let logo = bring(&app, PICTURE, "image/png").expect(201).await;
    assert_eq!((&logo["width"], &logo["height"]), (&json!(240), &json!(80)));
    assert_eq!(pictures(&app, &path).await, 0, "nobody said that papers show it");
    show(&app, Some(&logo)).await;
    assert_eq!(pictures(&app, &path).await, 1);
    let issued = issue(&app, &january).await;
    assert_eq!(issued["parties"]["logo_id"], logo["id"]);
    // Another, or none, holds for those to come: also where nobody has read the paper yet.
    let photo = bring(&app, PHOTO, "image/jpeg").expect(201).await;
    assert_eq!((&photo["width"], &photo["height"]), (&json!(60), &json!(90)));
    show(&app, None).await;
    assert_eq!(pictures(&app, &path).await, 1);
    app.clock_at("2026-02-01T10:00:00Z").await;
    let february = format!("/invoices/{}/pdf", id(&invoices(&app, &retainer).await[1]));
    assert_eq!(pictures(&app, &february).await, 0);
    show(&app, Some(&photo)).await;
    assert_eq!(pictures(&app, &february).await, 1);

    let path = format!("/logos/{}", id(&photo));
    let read = app.as_role(Role::Viewer, "GET", &path).send().await.unwrap();
    assert_eq!(read.headers()["content-type"], "image/png");
    assert!(read.bytes().await.unwrap().starts_with(b"\x89PNG"));
    refuses(&app, "UPDATE logos SET width = 9 WHERE id = $1", &photo).await;
    refuses(&app, "DELETE FROM logos WHERE id = $1", &photo).await;
    app.books_hold().await;
}

async fn only_pictures_that_can_be_drawn_are_taken(app: TestApp) {
    billed(&app, support).await;
    bring(&app, PICTURE, "image/jpeg").refused(ErrorCode::PictureUnreadable).await;
    bring(&app, PICTURE, "image/svg+xml").refused(ErrorCode::UnsupportedMedia).await;
    bring(&app, &PICTURE[..120], "image/png").refused(ErrorCode::PictureUnreadable).await;
    bring(&app, *b"", "image/png").refused(ErrorCode::PictureUnreadable).await;
    bring(&app, vec![0x89; 2_000_001], "image/png").refused(ErrorCode::TooLarge).await;
    // A head that promises more pixels than may be unpacked.
    let mut huge = PICTURE.to_vec();
    huge[16..20].copy_from_slice(&30_000u32.to_be_bytes());
    bring(&app, huge, "image/png").refused(ErrorCode::PictureUnreadable).await;
    let other = app.as_role(Role::Manager, "POST", "/logos").body(PICTURE, "image/png");
    other.refused(ErrorCode::Forbidden).await;
    let now = get(&app, "/organisation/billing").await;
    let mut settings = now["settings"].clone();
    settings["logo_id"] = json!("01980000-0000-7000-8000-000000000000");
    let put = app.as_role(Role::Finance, "PUT", "/organisation/billing").version(&now["version"]);
    put.json(&settings).faulty("/logo_id", "not_found").await;
}
