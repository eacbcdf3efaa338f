//! Files of accounts, and what was signed. Source: requirements S1-1, S1-4.
mod agreements;
mod bucket;

use std::time::SystemTime;

use backend::db::{Arg, Query};
use backend::{check, files};
use chrono::Duration;
use serde_json::{Value, json};
use shared::api::{ErrorCode, FILE_BYTES_MAX, FILES_BYTES_MAX, PortalPart, Role};
use uuid::Uuid;

use crate::app::{Answer, TestApp};
use crate::ask::Ask;
use crate::on_both_engines;
use crate::retainers::{agree, get, id, ten_hours};

on_both_engines![
    s1_04_a_file_is_kept_of_an_account_and_read_again,
    what_is_not_on_the_list_is_not_kept,
    a_name_leads_nowhere,
    a_file_that_is_too_large_is_not_kept,
    an_organisation_has_room_for_so_much,
    a_role_does_what_it_may_do,
    nobody_else_reads_it,
    a_deleted_file_loses_its_bytes_a_day_later,
    bytes_without_a_row_stay,
    one_that_cannot_be_removed_keeps_no_other,
    a_repeated_key_keeps_one_file,
    bytes_that_are_missing_or_others_are_told,
];

/// As little of a PDF as says that it is one.
pub const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\ntrailer\n<< >>\n%%EOF\n";

/// A file on its way to an account.
pub fn bring(
    app: &TestApp,
    role: Role,
    account: &Value,
    name: &str,
    bytes: impl Into<Vec<u8>>,
) -> Ask {
    let name: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
    let path = format!("/accounts/{}/files?file_name={name}", account.as_str().unwrap());
    app.as_role(role, "POST", &path).body(bytes.into(), "application/octet-stream")
}

fn files_of(account: &Value) -> String {
    format!("/accounts/{}/files", account.as_str().unwrap())
}

fn path(file: &Value) -> String {
    format!("/files/{}", id(file))
}

async fn account(app: &TestApp) -> Value {
    agree(app, ten_hours).await["account_id"].clone()
}

/// Where the bytes of the first organisation are.
async fn folder(app: &TestApp) -> std::path::PathBuf {
    app.folder().join("files").join(app.set_up().await.organisation().to_string())
}

/// Source: requirement S1-4.
async fn s1_04_a_file_is_kept_of_an_account_and_read_again(app: TestApp) {
    let retainer = agree(&app, ten_hours).await;
    let name = "Vertrag%20f%C3%BCr%20M%C3%BCller.pdf";
    let about = format!("note=As%20scanned&retainer_id={}", id(&retainer));
    let to = format!("{}?file_name={name}&{about}", files_of(&retainer["account_id"]));
    let file = app.as_role(Role::Member, "POST", &to).body(PDF, "application/octet-stream");
    let file = file.expect(201).await;
    assert_eq!(
        (&file["name"], &file["kind"], &file["size"]),
        (&json!("Vertrag für Müller.pdf"), &json!("pdf"), &json!(PDF.len()))
    );
    assert_eq!(
        (&file["note"], &file["retainer_name"], &file["added_by_name"], &file["is_agreement"]),
        (&json!("As scanned"), &json!("Monthly support"), &json!("member"), &json!(false))
    );
    let page = get(&app, &files_of(&retainer["account_id"])).await;
    assert_eq!(page["items"], json!([file]));
    assert_eq!(get(&app, &path(&file)).await, file);
    // Under ids alone, and nothing of its name.
    let kept = folder(&app).await.join(id(&file));
    assert_eq!(std::fs::read(kept).unwrap(), PDF);

    let content = format!("{}/content", path(&file));
    let read = app.as_role(Role::Viewer, "GET", &content).send().await.unwrap();
    let header = |name: &str| read.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/pdf");
    assert!(
        header("content-disposition").starts_with("inline; filename=\"Vertrag f_r M_ller.pdf\"")
    );
    assert!(header("content-security-policy").starts_with("sandbox; default-src 'none'"));
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(read.bytes().await.unwrap(), PDF);
    app.books_hold().await;
}

async fn what_is_not_on_the_list_is_not_kept(app: TestApp) {
    let account = account(&app).await;
    let refused: [(&str, &[u8]); 5] = [
        ("setup.pdf", b"MZ\x90\0\x03\0\0\0"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more"),
        ("all.zip", b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
        ("photo.gif", b"GIF89a\x01\0\x01\0"),
        ("nothing.txt", b""),
    ];
    for (name, bytes) in refused {
        bring(&app, Role::Owner, &account, name, bytes).refused(ErrorCode::FileRefused).await;
    }
    let to = format!("{}?file_name=a.pdf", files_of(&account));
    let html = app.as_role(Role::Owner, "POST", &to).body(PDF, "text/html");
    html.refused(ErrorCode::UnsupportedMedia).await;
    // What a page could do is not done: it is text, and nothing but text.
    let page = b"<script>alert(1)</script>";
    let page = bring(&app, Role::Owner, &account, "page.html", page).expect(201).await;
    assert_eq!((&page["name"], &page["kind"]), (&json!("page.html.txt"), &json!("text")));
    let content = format!("{}/content", path(&page));
    let read = app.as_role(Role::Owner, "GET", &content).send().await.unwrap();
    assert_eq!(read.headers()["content-type"], "text/plain; charset=utf-8");
    assert_eq!(get(&app, &files_of(&account)).await["items"].as_array().unwrap().len(), 1);
    assert_eq!(std::fs::read_dir(folder(&app).await).unwrap().count(), 1);
}

async fn a_name_leads_nowhere(app: TestApp) {
    let account = account(&app).await;
    for (sent, kept) in [
        ("../../../etc/passwd", "passwd.pdf"),
        ("..\\..\\windows\\win.ini", "win.ini.pdf"),
        ("/etc/shadow.pdf", "shadow.pdf"),
        ("contract\u{202e}fdp.exe", "contractfdp.exe.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie_ x=1.pdf"),
        ("..", "file.pdf"),
    ] {
        let file = bring(&app, Role::Owner, &account, sent, PDF).expect(201).await;
        assert_eq!(file["name"], kept, "{sent}");
        let content = format!("{}/content", path(&file));
        let read = app.as_role(Role::Owner, "GET", &content).send().await.unwrap();
        assert!(!read.headers().contains_key("set-cookie"));
        assert_eq!(read.bytes().await.unwrap(), PDF);
    }
    let kept = std::fs::read_dir(app.folder().join("files")).unwrap().count();
    assert_eq!((kept, std::fs::read_dir(folder(&app).await).unwrap().count()), (1, 6));
    bring(&app, Role::Owner, &account, " ", PDF).faulty("file_name", "required").await;
    let long = "a".repeat(201);
    bring(&app, Role::Owner, &account, &long, PDF).faulty("file_name", "too_long").await;
}

async fn a_file_that_is_too_large_is_not_kept(app: TestApp) {
    let account = account(&app).await;
    let most = bring(&app, Role::Owner, &account, "most.txt", vec![b'a'; FILE_BYTES_MAX]);
    assert_eq!(most.expect(201).await["size"], json!(FILE_BYTES_MAX));
    let more = bring(&app, Role::Owner, &account, "more.txt", vec![b'a'; FILE_BYTES_MAX + 1]);
    more.refused(ErrorCode::TooLarge).await;
    assert_eq!(std::fs::read_dir(folder(&app).await).unwrap().count(), 1);
}

async fn an_organisation_has_room_for_so_much(app: TestApp) {
    let account = account(&app).await;
    let file = bring(&app, Role::Owner, &account, "a.pdf", PDF).expect(201).await;
    let file: Uuid = id(&file).parse().unwrap();
    let resize = async |size: i64| {
        let sql = "UPDATE files SET size = $1 WHERE id = $2";
        let query = || Query::with(sql, vec![Arg::from(size), Arg::from(file)]);
        app.db.write(async |tx| Ok(tx.execute(query()).await?)).await.unwrap();
    };
    let most = FILES_BYTES_MAX - i64::try_from(PDF.len()).unwrap();
    let another = || bring(&app, Role::Owner, &account, "b.pdf", PDF);
    resize(most + 1).await;
    another().refused(ErrorCode::FilesFull).await;
    assert_eq!(std::fs::read_dir(folder(&app).await).unwrap().count(), 1);
    resize(most).await;
    another().expect(201).await;
    another().refused(ErrorCode::FilesFull).await;
    assert_eq!(std::fs::read_dir(folder(&app).await).unwrap().count(), 2);
}

/// Source: the table of permissions.
async fn a_role_does_what_it_may_do(app: TestApp) {
    let account = account(&app).await;
    let files = [Role::Member, Role::Finance].map(|role| bring(&app, role, &account, "a.pdf", PDF));
    let [of_member, of_finance] = files;
    let (of_member, of_finance) = (of_member.expect(201).await, of_finance.expect(201).await);
    for role in [Role::Viewer, Role::Partner] {
        bring(&app, role, &account, "a.pdf", PDF).refused(ErrorCode::Forbidden).await;
    }
    let list = |role| app.as_role(role, "GET", &files_of(&account));
    list(Role::Partner).refused(ErrorCode::Forbidden).await;
    assert_eq!(list(Role::Viewer).expect(200).await["items"].as_array().unwrap().len(), 2);
    // One's own, or any as who manages accounts.
    let delete = |role, file: &Value| app.as_role(role, "DELETE", &path(file)).version(1);
    delete(Role::Member, &of_finance).refused(ErrorCode::Forbidden).await;
    delete(Role::Viewer, &of_finance).refused(ErrorCode::Forbidden).await;
    delete(Role::Member, &of_member).expect(204).await;
    delete(Role::Manager, &of_finance).expect(204).await;
}

async fn nobody_else_reads_it(app: TestApp) {
    let account = account(&app).await;
    let file = bring(&app, Role::Owner, &account, "a.pdf", PDF).expect(201).await;
    let content = format!("{}/content", path(&file));
    app.tenant("other").await;
    let other = |method: &str, path: &str| app.as_person("owner@other.example", method, path);
    for path in [&path(&file), &content, &files_of(&account)] {
        other("GET", path).refused(ErrorCode::NotFound).await;
        app.request("GET", path).refused(ErrorCode::Unauthenticated).await;
    }
    other("DELETE", &path(&file)).version(1).refused(ErrorCode::NotFound).await;
    let to = format!("{}?file_name=a.pdf", files_of(&account));
    let there = other("POST", &to).body(PDF, "application/octet-stream");
    there.refused(ErrorCode::NotFound).await;
    // Nor a client who reads the portal.
    let parts: Vec<&str> = PortalPart::ALL.iter().map(|part| part.name()).collect();
    let portal = format!("/accounts/{}/portal", account.as_str().unwrap());
    let open = app.as_role(Role::Owner, "PUT", &portal).version(0);
    open.json(&json!({ "open": true, "parts": parts })).expect(200).await;
    let client = app.client(account.as_str().unwrap()).await;
    for path in [&path(&file), &content, &files_of(&account)] {
        app.bearing(&client, "GET", path).refused(ErrorCode::Unauthenticated).await;
    }
    // Nor is a retainer of another account named.
    let elsewhere = agree(&app, ten_hours).await;
    let to = format!("{to}&retainer_id={}", id(&elsewhere));
    let of_another = app.as_role(Role::Owner, "POST", &to).body(PDF, "application/octet-stream");
    of_another.faulty("retainer_id", "not_found").await;
}

async fn a_deleted_file_loses_its_bytes_a_day_later(app: TestApp) {
    let account = account(&app).await;
    let gone = bring(&app, Role::Owner, &account, "gone.pdf", PDF).expect(201).await;
    let stays = bring(&app, Role::Owner, &account, "stays.pdf", PDF).expect(201).await;
    let delete = |version: i64| app.as_role(Role::Owner, "DELETE", &path(&gone)).version(version);
    delete(2).refused(ErrorCode::Stale).await;
    delete(1).expect(204).await;
    delete(1).refused(ErrorCode::NotFound).await;
    for path in [path(&gone), format!("{}/content", path(&gone))] {
        app.as_role(Role::Owner, "GET", &path).refused(ErrorCode::NotFound).await;
    }
    assert_eq!(get(&app, &files_of(&account)).await["items"], json!([stays]));
    let timeline = format!("/accounts/{}/timeline?kind=file", account.as_str().unwrap());
    let told = get(&app, &timeline).await["items"].clone();
    assert_eq!(
        (&told[0]["event"], &told[0]["title"]),
        (&json!("file_deleted"), &json!("gone.pdf"))
    );

    let folder = folder(&app).await;
    let kept = |file: &Value| folder.join(id(file)).exists();
    files::sweep(&app.db, &app.files, app.clock.now()).await.unwrap();
    assert!(kept(&gone) && kept(&stays));
    app.wait(Duration::hours(25));
    files::sweep(&app.db, &app.files, app.clock.now()).await.unwrap();
    assert!(!kept(&gone) && kept(&stays));
    app.books_hold().await;
}

/// Another database may have its files in the same place.
async fn bytes_without_a_row_stay(app: TestApp) {
    let account = account(&app).await;
    let file = bring(&app, Role::Owner, &account, "a.pdf", PDF).expect(201).await;
    let folder = folder(&app).await;
    let others = app.folder().join("files").join("others");
    std::fs::create_dir(&others).unwrap();
    let id_of_none = Uuid::now_v7().to_string();
    let half = folder.join(format!("{id_of_none}#1"));
    let foreign = [
        folder.join(&id_of_none),
        folder.join("notes#1"),
        others.join(format!("{id_of_none}#1")),
        app.folder().join("files").join("README"),
    ];
    let long_ago = SystemTime::now() - std::time::Duration::from_secs(3 * 86_400);
    for path in foreign.iter().chain([&half]) {
        std::fs::write(path, PDF).unwrap();
        let written = std::fs::File::options().write(true).open(path).unwrap();
        written.set_modified(long_ago).unwrap();
    }
    let later = app.clock.now() + Duration::days(3);
    files::sweep(&app.db, &app.files, later).await.unwrap();
    assert!(foreign.iter().all(|path| path.exists()) && folder.join(id(&file)).exists());
    assert!(!half.exists());
}

async fn one_that_cannot_be_removed_keeps_no_other(app: TestApp) {
    let account = account(&app).await;
    let stuck = bring(&app, Role::Owner, &account, "stuck.pdf", PDF).expect(201).await;
    let gone = bring(&app, Role::Owner, &account, "gone.pdf", PDF).expect(201).await;
    for file in [&stuck, &gone] {
        app.as_role(Role::Owner, "DELETE", &path(file)).version(1).expect(204).await;
    }
    let folder = folder(&app).await;
    let in_the_way = folder.join(id(&stuck));
    std::fs::remove_file(&in_the_way).unwrap();
    std::fs::create_dir(&in_the_way).unwrap();
    let later = app.clock.now() + Duration::days(2);
    files::sweep(&app.db, &app.files, later).await.unwrap();
    assert!(!folder.join(id(&gone)).exists());
    // It is tried again.
    std::fs::remove_dir(&in_the_way).unwrap();
    std::fs::write(&in_the_way, PDF).unwrap();
    files::sweep(&app.db, &app.files, later).await.unwrap();
    assert!(!in_the_way.exists());
}

async fn a_repeated_key_keeps_one_file(app: TestApp) {
    let account = account(&app).await;
    let send = |bytes: &[u8]| {
        bring(&app, Role::Owner, &account, "a.pdf", bytes).header("Idempotency-Key", "once")
    };
    let first = send(PDF).expect(201).await;
    assert_eq!(send(PDF).expect(201).await, first);
    send(b"%PDF-1.4\nanother").refused(ErrorCode::KeyReused).await;
    assert_eq!(std::fs::read_dir(folder(&app).await).unwrap().count(), 1);
    assert_eq!(get(&app, &files_of(&account)).await["items"], json!([first]));
}

async fn bytes_that_are_missing_or_others_are_told(app: TestApp) {
    let account = account(&app).await;
    let one = bring(&app, Role::Owner, &account, "one.pdf", PDF).expect(201).await;
    let two = bring(&app, Role::Owner, &account, "two.pdf", PDF).expect(201).await;
    let folder = folder(&app).await;
    std::fs::write(folder.join(id(&one)), "something else").unwrap();
    std::fs::remove_file(folder.join(id(&two))).unwrap();
    let told = check::files(&app.db, &app.files).await.unwrap();
    let expected = [
        format!("file {}: its bytes are not those that came", id(&one)),
        format!("file {}: its bytes are missing", id(&two)),
    ];
    assert_eq!(told, expected);
    let content = format!("{}/content", path(&two));
    app.as_role(Role::Owner, "GET", &content).refused(ErrorCode::Internal).await;
}
