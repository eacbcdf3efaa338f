//! Proposals by mail. Source: requirements S2-21, S2-22; docs/decisions/0069.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::only;
use super::proposals::{begun, made, offer, signed};
use crate::app::{Answer, Engine, TestApp};
use crate::invoices::billing;
use crate::invoices::mailed::Post;
use crate::on_both_engines;
use crate::retainers::{get, id};

on_both_engines![a_mail_is_drafted_in_the_clients_language_and_needs_a_server];

#[actix_web::test]
async fn s2_21_a_proposal_that_was_mailed_is_signed_by_the_link_in_the_mail() {
    // So long a story does not fit on the stack of a thread.
    Box::pin(by_mail(Engine::Sqlite)).await;
}
#[actix_web::test]
async fn s2_21_likewise_on_postgres() {
    Box::pin(by_mail(Engine::Postgres)).await;
}

/// Says where somebody is reached by mail.
async fn reached(app: &TestApp, contact: &Value, email: &str) {
    let path = format!("/contacts/{}", id(contact));
    let account = format!("/accounts/{}/contacts", contact["account_id"].as_str().unwrap());
    let all = get(app, &account).await;
    let known = all["items"].as_array().unwrap().iter().find(|one| one["id"] == contact["id"]);
    let version = known.unwrap()["version"].as_i64().unwrap();
    let change = app.as_role(Role::Owner, "PATCH", &path).version(version);
    change.json(&json!({ "email": email })).expect(200).await;
}

/// The mails of a proposal, once none is on its way.
async fn settled(app: &TestApp, path: &str) -> Vec<Value> {
    for _ in 0..400 {
        let mails = get(app, path).await["mails"].as_array().unwrap().clone();
        if mails.iter().all(|mail| mail["state"] != "sending") {
            return mails;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("a mail is on its way for good");
}

/// The text of a mail: long lines are folded on their way.
fn unfolded(mail: &str) -> String {
    mail.replace("=\r\n", "").replace("=\n", "")
}

fn secret(mail: &str) -> String {
    let mail = unfolded(mail);
    let link = mail.split("/act/").nth(1).expect("a link");
    link.split(char::is_whitespace).next().unwrap().to_owned()
}

async fn events(app: &TestApp, account: &str) -> Vec<(String, String)> {
    let told = get(app, &format!("/accounts/{account}/timeline?kind=agreement")).await;
    let word = |of: &Value, name: &str| of[name].as_str().unwrap_or_default().to_owned();
    let one = |of: &Value| (word(of, "event"), word(of, "title"));
    told["items"].as_array().unwrap().iter().map(one).collect()
}

async fn by_mail(engine: Engine) {
    let post = Post::start(&[]);
    let app = TestApp::with_mail(engine, post.mailer("smtp", "")).await;
    let (retainer, mia, renewal) = begun(&app).await;
    let account = retainer["account_id"].as_str().unwrap().to_owned();
    let people = format!("/accounts/{account}/contacts");
    let tom = json!({ "name": "Tom Helper", "email": "tom@big.example" });
    let tom = app.as_role(Role::Owner, "POST", &people).json(&tom).expect(201).await;
    let (proposal, told) = made(&app, &renewal, &offer(&retainer, &mia)).await;
    let path = format!("/proposals/{}", id(&proposal));
    let draft = get(&app, &format!("{path}/mail-draft")).await;
    assert_eq!((&draft["address"], &draft["sends_mail"]), (&Value::Null, &json!(true)));
    assert_eq!(draft["paper"], false, "nobody has said how is billed");
    let letter = |more: Value| {
        let mut body = json!({ "subject": draft["subject"], "body": draft["body"] });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let send = |role: Role, more: Value| {
        app.as_role(role, "POST", &format!("{path}/mails")).json(&letter(more))
    };
    let faulty = async |more: Value, field: &str, code: &str| {
        send(Role::Manager, more).faulty(field, code).await;
    };
    faulty(json!({}), "/contact_id", "email_missing").await;
    faulty(json!({ "body": "Please answer." }), "/body", "link_missing").await;
    faulty(json!({ "subject": " " }), "/subject", "required").await;
    reached(&app, &mia, "refused@big.example").await;
    faulty(json!({ "copies": [mia["id"]] }), "/copies/0", "exists").await;
    faulty(json!({ "copies": [tom["id"], tom["id"]] }), "/copies/1", "exists").await;
    faulty(json!({ "copies": [renewal["id"]] }), "/copies/0", "not_found").await;
    send(Role::Member, json!({})).refused(ErrorCode::Forbidden).await;
    assert_eq!(get(&app, &path).await["mails"], json!([]), "nothing of it was kept");

    // Not taken: the link that was told holds, and no copy tells of another.
    let copy = json!({ "copies": [tom["id"]] });
    let first = send(Role::Manager, copy.clone()).expect(201).await;
    assert_eq!(first["mails"].as_array().unwrap().len(), 2);
    let mails = settled(&app, &path).await;
    assert!(mails.iter().all(|mail| mail["state"] == "failed"), "{mails:#?}");
    let why = mails.iter().find(|mail| mail["with_link"] == true).unwrap()["answer"].to_string();
    assert!(why.contains("No such mailbox"), "{why}");
    assert!(post.taken().is_empty());
    app.request("GET", &format!("/act/{told}")).expect(200).await;
    assert!(events(&app, &account).await.iter().all(|(event, _)| event != "proposal_sent"));

    // A repeated press sends once; the paper goes with it, now that there is a letterhead.
    reached(&app, &mia, "mia@big.example").await;
    billing(&app).await;
    let once = || send(Role::Manager, copy.clone()).header("Idempotency-Key", "send-once");
    let answered = once().expect(201).await;
    assert_eq!(once().expect(201).await, answered);
    let mails = settled(&app, &path).await;
    assert_eq!(mails.iter().filter(|mail| mail["state"] == "sent").count(), 2, "{mails:#?}");
    assert_eq!(mails[0]["sent_by_name"], "manager");
    let taken = post.taken();
    assert_eq!(taken.len(), 2, "{taken:?}");
    let (to_mia, to_tom) = (&taken[0], unfolded(&taken[1]));
    assert!(to_mia.contains("X-To: mia@big.example"), "{to_mia}");
    assert!(to_mia.contains("Subject: Our proposal for Monthly support"), "{to_mia}");
    assert!(to_mia.contains("application/pdf") && to_mia.contains("JVBERi0xLj"), "{to_mia}");
    assert!(to_tom.contains("X-To: tom@big.example"), "{to_tom}");
    assert!(!to_tom.contains("/act/") && to_tom.contains("Mia Berg has the link"), "{to_tom}");
    let sent = ("proposal_sent".to_owned(), "Mia Berg".to_owned());
    assert!(events(&app, &account).await.contains(&sent));
    app.request("GET", &format!("/act/{told}")).refused(ErrorCode::LinkRevoked).await;

    // Programs that look at links open nothing; a browser that shows the page does.
    let token = secret(to_mia);
    app.request("GET", &format!("/act/{token}")).expect(200).await;
    assert_eq!(get(&app, &path).await["seen_at"], Value::Null);
    let seen = app.request("POST", &format!("/act/{token}/seen")).send().await.unwrap();
    assert_eq!(seen.status(), 204);
    assert_eq!(get(&app, &path).await["seen_at"], "2026-05-20T10:00:20Z");
    let timeline = get(&app, &format!("/accounts/{account}/timeline?limit=200")).await;
    let kept = [get(&app, &path).await, timeline].map(|told| told.to_string());
    assert!(kept.iter().all(|told| !told.contains(&token)), "no secret is kept");
    assert!(kept[1].contains("{link}"));

    // A reminder brings another link, which signs.
    let draft = get(&app, &format!("{path}/mail-draft?reminds=true")).await;
    assert_eq!(draft["subject"], "Reminder: our proposal for Monthly support");
    send(Role::Manager, json!({ "reminds": true })).expect(201).await;
    settled(&app, &path).await;
    assert_eq!(events(&app, &account).await[0].0, "proposal_reminded");
    app.request("GET", &format!("/act/{token}")).refused(ErrorCode::LinkRevoked).await;
    let token = secret(post.taken().last().unwrap());
    let sign = app.request("POST", &format!("/act/{token}"));
    sign.json(&signed("Mia Berg", 1, true)).expect(201).await;
    assert_eq!(only(&app).await["stage"], "won");
    send(Role::Manager, json!({})).refused(ErrorCode::ProposalAnswered).await;
    app.books_hold().await;
}

async fn a_mail_is_drafted_in_the_clients_language_and_needs_a_server(app: TestApp) {
    let (retainer, mia, renewal) = begun(&app).await;
    let account = retainer["account_id"].as_str().unwrap();
    let client = app.as_role(Role::Manager, "PUT", &format!("/accounts/{account}/billing"));
    client.version(0).json(&json!({ "language": "de" })).expect(200).await;
    reached(&app, &mia, "mia@big.example").await;
    let (proposal, token) = made(&app, &renewal, &offer(&retainer, &mia)).await;
    let path = format!("/proposals/{}", id(&proposal));
    let draft = get(&app, &format!("{path}/mail-draft")).await;
    assert_eq!(
        (&draft["contact_name"], &draft["address"]),
        (&mia["name"], &json!("mia@big.example"))
    );
    assert_eq!(draft["subject"], "Unser Angebot für Monthly support");
    assert!(draft["body"].as_str().unwrap().contains("\n\n{link}\n\n"));
    assert_eq!(draft["sends_mail"], false);
    let body = json!({ "subject": draft["subject"], "body": draft["body"] });
    let send = app.as_role(Role::Manager, "POST", &format!("{path}/mails")).json(&body);
    send.refused(ErrorCode::MailOff).await;
    assert_eq!(get(&app, &path).await["mails"], json!([]));
    app.request("GET", &format!("/act/{token}")).expect(200).await;
}
