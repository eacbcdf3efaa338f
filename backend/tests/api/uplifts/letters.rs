//! Letters about new prices: each client gets one, in its language, with the PDF.
use backend::mail::Mailer;
use backend::tick;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::Duration;
use futures_util::future::join;
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::{amended, named};
use crate::app::{Answer, Engine, TestApp};
use crate::invoices::billing;
use crate::invoices::mailed::Post;
use crate::retainers::{agree, get, id, ten_hours};

#[actix_web::test]
async fn each_client_gets_one_letter_on_sqlite() {
    Box::pin(goes_out(Engine::Sqlite)).await;
}
#[actix_web::test]
async fn each_client_gets_one_letter_on_postgres() {
    Box::pin(goes_out(Engine::Postgres)).await;
}

/// A client as it is billed, with a retainer of this name; its id.
async fn client(app: &TestApp, name: &str, billing: Value) -> (Value, Value) {
    let retainer = named(app, name, 150_000).await;
    let account = retainer["account_id"].clone();
    bills(app, &account, 0, billing).await;
    (account, retainer["id"].clone())
}

async fn bills(app: &TestApp, account: &Value, version: i64, billing: Value) {
    let path = format!("/accounts/{}/billing", account.as_str().unwrap());
    let put = app.as_role(Role::Manager, "PUT", &path).version(version).json(&billing);
    put.expect(200).await;
}

/// The letter to a client, as the uplift tells it.
fn letter<'a>(letters: &'a Value, account: &Value) -> &'a Value {
    let items = letters["items"].as_array().unwrap();
    items.iter().find(|one| one["account_id"] == *account).unwrap()
}

/// How a letter stands, and how its mails do, the newest first.
fn state(letter: &Value) -> (&str, Vec<&str>) {
    let mails = letter["mails"].as_array().unwrap();
    let mails = mails.iter().map(|mail| mail["state"].as_str().unwrap());
    (letter["state"].as_str().unwrap(), mails.collect())
}

/// What a client was told of which retainers, and whether it is so.
fn held(letter: &Value) -> Vec<(&str, bool)> {
    let told = letter["told"].as_array().unwrap().iter();
    told.map(|one| {
        let name = one["line"]["retainer_name"].as_str().unwrap();
        (name, one["holds"].as_bool().unwrap())
    })
    .collect()
}

/// A mail without the breaks of its lines.
fn plain(mail: &str) -> String {
    mail.replace("=\r\n", "").replace("=C3=A4", "ä").replace("\r\n", "\n")
}

/// The file that came with a mail.
fn attached(mail: &str) -> Vec<u8> {
    let (_, part) = mail.split_once("application/pdf").unwrap();
    let (_, text) = part.split_once("\r\n\r\n").unwrap();
    let text: String = text.split("\r\n--").next().unwrap().split_whitespace().collect();
    STANDARD.decode(text).unwrap()
}

async fn pdf(app: &TestApp, path: &str, account: &Value) -> Vec<u8> {
    let path = format!("{path}/letter.pdf?account_id={}", account.as_str().unwrap());
    let answer = app.as_role(Role::Viewer, "GET", &path).send().await.unwrap();
    assert_eq!(answer.headers()["content-type"], "application/pdf");
    answer.bytes().await.unwrap().to_vec()
}

async fn sends(app: &TestApp, mailer: &Mailer) {
    app.wait(Duration::seconds(30));
    let once = || tick::send((&app.db, &app.clock), mailer, || false);
    let (one, other) = join(once(), once()).await;
    one.and(other).unwrap();
}

async fn goes_out(engine: Engine) {
    let post = Post::start(&[]);
    let mailer = post.mailer("smtp", "");
    let app = TestApp::with_mail(engine, mailer.clone()).await;
    app.clock_at("2026-08-05T10:00:00Z").await;
    let german = json!({ "legal_name": "Groß AG", "language": "de",
        "send_to": ["ann@client.example"] });
    let (big, site) = client(&app, "Site", german).await;
    let mut shop = ten_hours(&big);
    (shop["name"], shop["starts_on"]) = (json!("Shop"), json!("2026-08-01"));
    shop["terms"]["price"]["amount_minor"] = json!(200_000);
    let shop = app.as_role(Role::Owner, "POST", "/retainers").json(&shop).expect(201).await;
    let english = json!({ "language": "en", "legal_name": "Small Ltd",
        "send_to": ["bob@client.example", "refused@client.example"] });
    let (small, _) = client(&app, "Care", english).await;
    let (nobody, support) = client(&app, "Support", json!({ "language": "en" })).await;

    let rise = json!({ "from": "2026-09-10", "percent_hundredths": 350, "rounding": "five" });
    let made = app.as_role(Role::Manager, "POST", "/uplifts").json(&rise).expect(201).await;
    let path = format!("/uplifts/{}", id(&made));
    let all = format!("{path}/letters");
    let send = || app.as_role(Role::Manager, "POST", &all);
    let letters = async || get(&app, &all).await;

    // There is no letterhead before somebody says how the organisation bills.
    let whose = format!("{path}/letter.pdf?account_id={}", big.as_str().unwrap());
    let of_big = || app.as_role(Role::Viewer, "GET", &whose);
    of_big().refused(ErrorCode::BillingOff).await;
    send().refused(ErrorCode::BillingOff).await;
    billing(&app).await;
    let before = letters().await;
    assert_eq!(before["items"].as_array().unwrap().len(), 3);
    assert_eq!(state(letter(&before, &big)), ("unsent", vec![]));
    assert_eq!(letter(&before, &big)["retainers"], 2);
    let draft = pdf(&app, &path, &big).await;
    assert!(draft.starts_with(b"%PDF-1.7") && draft != pdf(&app, &path, &small).await);
    let stranger = format!("{path}/letter.pdf?account_id={}", id(&made));
    app.as_role(Role::Viewer, "GET", &stranger).refused(ErrorCode::NotFound).await;
    app.as_role(Role::Finance, "POST", &all).refused(ErrorCode::Forbidden).await;

    // Pressed twice at once, and then again: each client is written to once.
    let (one, other) = join(send().send(), send().send()).await;
    for answer in [one, other] {
        // Who lost every try is told to ask again.
        assert!([200, 503].contains(&answer.unwrap().status().as_u16()));
    }
    send().expect(200).await;
    let again = send().expect(200).await;
    let named = json!([{ "account_id": nobody, "account_name": "Big Company" }]);
    assert_eq!((&again["clients"], &again["unaddressed"]), (&json!(0), &named));
    assert_eq!(state(letter(&again["letters"], &big)), ("queued", vec!["queued"]));
    assert_eq!(state(letter(&again["letters"], &small)), ("queued", vec!["queued", "queued"]));
    sends(&app, &mailer).await;
    sends(&app, &mailer).await;
    let taken = post.taken();
    assert_eq!(taken.len(), 2, "{taken:?}");
    let to = |whom: &str| taken.iter().find(|mail| mail.contains(&format!("X-To: {whom}@")));
    let (ann, bob) = (to("ann").unwrap(), to("bob").unwrap());

    // By hand: 1,500.00 by 3.5 % is 1,552.50, to fives 1,555.00; 2,000.00 is 2,070.00.
    let text = plain(ann);
    for said in [
        "Ab 1. Oktober 2026 beträgt der Preis für Site 1.555,00 EUR je Zyklus statt 1.500,00 EUR.",
        "Ab 1. Oktober 2026 beträgt der Preis für Shop 2.070,00 EUR je Zyklus statt 2.000,00 EUR.",
        "Fieldwork Studio GmbH",
    ] {
        assert!(text.replace("=C3=BC", "ü").contains(said), "{said}: {text}");
    }
    let text = plain(bob);
    for said in [
        "Dear Small Ltd,",
        "Care is 1,555.00 EUR a cycle instead of 1,500.00 EUR, from 1 October 2026 on.",
        "Subject: New price of Care from 1 October 2026",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    assert!(!text.contains("Shop") && !text.contains("Site"), "{text}");
    assert!(text.replace("\n ", " ").contains("New prices Small Ltd 2026-08-05.pdf"), "{text}");
    // What is downloaded is what went out, whatever is said later.
    bills(&app, &big, 1, json!({ "language": "en", "legal_name": "Other" })).await;
    assert_eq!(pdf(&app, &path, &big).await, attached(ann));
    assert_eq!(pdf(&app, &path, &small).await, attached(bob));

    // One address of two got it: it is out. What failed is sent again to where it is wanted now.
    let now = letters().await;
    assert_eq!(state(letter(&now, &small)), ("sent", vec!["failed", "sent"]));
    assert_eq!(state(letter(&now, &big)), ("sent", vec!["sent"]));
    let failed = get(&app, "/mails?state=failed").await["items"][0].clone();
    assert_eq!((&failed["uplift_id"], &failed["invoice_id"]), (&made["id"], &Value::Null));
    bills(&app, &small, 1, json!({ "send_to": ["bob@client.example", "carl@client.example"] }))
        .await;
    let retry =
        |mail: &Value| app.as_role(Role::Finance, "POST", &format!("/mails/{}/again", id(mail)));
    assert_eq!(retry(&failed).expect(200).await["to"], "carl@client.example");
    sends(&app, &mailer).await;
    assert_eq!(attached(post.taken().last().unwrap()), attached(bob));
    assert_eq!(send().expect(200).await["clients"], 0);
    let told = get(&app, &format!("/accounts/{}/timeline", small.as_str().unwrap())).await;
    let event = told["items"].as_array().unwrap().iter();
    let titles: Vec<_> = event
        .filter(|one| one["event"] == "price_letter_sent")
        .map(|one| one["title"].as_str().unwrap())
        .collect();
    assert_eq!(titles, ["New price of Care from 1 October 2026"]);

    // Nobody took it: it goes to the address that is said then, and the first mail is over.
    bills(&app, &nobody, 1, json!({ "send_to": ["refused@client.example"] })).await;
    assert_eq!(send().expect(200).await["clients"], 1);
    sends(&app, &mailer).await;
    let now = letters().await;
    let lost = letter(&now, &nobody);
    assert_eq!(state(lost), ("failed", vec!["failed"]));
    bills(&app, &nobody, 2, json!({ "send_to": ["eve@client.example"] })).await;
    assert_eq!(send().expect(200).await["clients"], 1);
    assert_eq!(state(letter(&letters().await, &nobody)), ("queued", vec!["queued", "cancelled"]));
    retry(&lost["mails"][0]).refused(ErrorCode::MailOver).await;

    // Called off before it left, it does not leave; after, it is told that the client knows better.
    let off = async |retainer: &Value| {
        let cancel = app.as_role(Role::Manager, "POST", &format!("{path}/cancel"));
        cancel.json(&json!({ "retainer_id": retainer })).expect(200).await;
    };
    off(&support).await;
    sends(&app, &mailer).await;
    assert_eq!(post.taken().len(), 3, "nothing to eve");
    off(&site).await;
    let now = letters().await;
    assert_eq!(now["items"].as_array().unwrap().len(), 2, "nothing was told to nobody");
    assert_eq!(held(letter(&now, &big)), [("Shop", true), ("Site", false)]);
    assert_eq!(letter(&now, &big)["retainers"], 1);
    assert_eq!(send().expect(200).await["clients"], 0);
    Box::pin(changes_meanwhile(&app, &post, &mailer)).await;
    assert_eq!(get(&app, "/mails?state=failed").await["items"], json!([]));

    // Agreed on by the clock it is still so, until it is agreed otherwise; what came was so.
    app.clock_at("2026-09-24T10:00:00Z").await;
    assert_eq!(held(letter(&letters().await, &big)), [("Shop", true), ("Site", false)]);
    amended(&app, &shop, 300_000).await;
    let now = letters().await;
    assert_eq!(held(letter(&now, &big)), [("Shop", false), ("Site", false)]);
    assert_eq!(letter(&now, &big)["retainers"], 0);
    app.clock_at("2026-10-02T10:00:00Z").await;
    let now = letters().await;
    assert_eq!(held(letter(&now, &small)), [("Care", true)]);
    assert_eq!(letter(&now, &small)["retainers"], 0);
    Box::pin(days_move(&app, &post, &mailer)).await;
    app.books_hold().await;
}

/// A pause that is agreed after the price moves its day, and what rested when the letter went is
/// named once its price is to come.
async fn days_move(app: &TestApp, post: &Post, mailer: &Mailer) {
    let of_october = |account: &Value, name: &str| {
        let mut body = ten_hours(account);
        (body["name"], body["starts_on"]) = (json!(name), json!("2026-10-01"));
        body["terms"]["price"]["amount_minor"] = json!(150_000);
        body
    };
    let moved = agree(app, |account| of_october(account, "Moved")).await;
    let account = moved["account_id"].clone();
    let fay = json!({ "language": "en", "legal_name": "Fay", "send_to": ["fay@client.example"] });
    bills(app, &account, 0, fay).await;
    let resting = of_october(&account, "Resting");
    let resting = app.as_role(Role::Owner, "POST", "/retainers").json(&resting).expect(201).await;
    let rise = json!({ "from": "2026-10-20", "percent_hundredths": 350, "rounding": "five",
        "retainers": [moved["id"], resting["id"]] });
    let made = app.as_role(Role::Manager, "POST", "/uplifts").json(&rise).expect(201).await;
    let all = format!("/uplifts/{}/letters", id(&made));
    let of = async || letter(&get(app, &all).await, &account).clone();
    let change = async |retainer: &Value, what: &str, body: Value| {
        let path = format!("/retainers/{}/{what}", id(retainer));
        app.as_role(Role::Owner, "POST", &path).json(&body).expect(200).await;
    };
    change(&resting, "pause", json!({ "from": "2026-10-10" })).await;
    app.clock_at("2026-10-26T10:00:00Z").await;
    change(&moved, "pause", json!({ "from": "2026-11-01", "to": "2026-11-15" })).await;
    assert_eq!(of().await["retainers"], 1);
    let send = app.as_role(Role::Manager, "POST", &all);
    assert_eq!(send.expect(200).await["clients"], 1);
    sends(app, mailer).await;
    let text = plain(post.taken().last().unwrap());
    assert!(text.contains("Subject: New price of Moved from 15 November 2026"), "{text}");
    assert_eq!(of().await["untold"], json!([]));

    // A later day would be told the same way if it was not told yet.
    app.clock_at("2026-11-02T10:00:00Z").await;
    change(&resting, "resume", json!({ "on": "2026-11-09" })).await;
    let now = of().await;
    assert_eq!(held(&now), [("Moved", true)]);
    assert_eq!((&now["state"], &now["retainers"]), (&json!("sent"), &json!(2)));
    let untold = &now["untold"];
    assert_eq!((&untold[0]["retainer_name"], &untold[1]), (&json!("Resting"), &Value::Null));
    app.clock_at("2026-11-03T10:00:00Z").await;
    app.clock_at("2026-11-16T10:00:00Z").await;
    let now = of().await;
    assert_eq!((held(&now), &now["untold"]), (vec![("Moved", true)], &json!([])));
    change(&moved, "pause", json!({ "from": "2026-12-01" })).await;
    assert_eq!(held(&of().await), [("Moved", true)], "what came was so");
}

/// Terms that change while a letter waits, before the clock looks: it does not leave, and whoever
/// sends the letters again sends what holds then.
async fn changes_meanwhile(app: &TestApp, post: &Post, mailer: &Mailer) {
    let late = named(app, "Late", 150_000).await;
    let account = late["account_id"].clone();
    let dora = json!({ "language": "en", "legal_name": "Late/Ltd",
        "send_to": ["dora@client.example"] });
    bills(app, &account, 0, dora).await;
    let mut later = ten_hours(&account);
    (later["name"], later["starts_on"]) = (json!("Later"), json!("2026-08-01"));
    later["terms"]["price"]["amount_minor"] = json!(150_000);
    let later = app.as_role(Role::Owner, "POST", "/retainers").json(&later).expect(201).await;
    let rise = json!({ "from": "2026-09-10", "percent_hundredths": 350, "rounding": "five",
        "retainers": [late["id"], later["id"]] });
    let made = app.as_role(Role::Manager, "POST", "/uplifts").json(&rise).expect(201).await;
    let path = format!("/uplifts/{}", id(&made));
    let all = format!("{path}/letters");
    let send = || app.as_role(Role::Manager, "POST", &all);
    let of = async || letter(&get(app, &all).await, &account).clone();

    // Who raises prices takes a letter back; a repetition of sending it does not send it anew.
    let first = send().header("Idempotency-Key", "letters").expect(200).await;
    assert_eq!(first["clients"], 1);
    let waits = of().await["mails"][0].clone();
    let undo = format!("/mails/{}/cancel", id(&waits));
    assert_eq!(app.as_role(Role::Manager, "POST", &undo).expect(200).await["state"], "cancelled");
    assert_eq!(send().header("Idempotency-Key", "letters").expect(200).await, first);
    assert_eq!(state(&of().await), ("unsent", vec!["cancelled"]));

    assert_eq!(send().expect(200).await["clients"], 1);
    let before = post.taken().len();
    amended(app, &late, 160_000).await;
    sends(app, mailer).await;
    assert_eq!(post.taken().len(), before, "it says what is not so");
    let now = of().await;
    assert_eq!(state(&now), ("failed", vec!["failed", "cancelled"]));
    assert_eq!((&now["retainers"], &now["told"]), (&json!(1), &json!([])));
    let failed = get(app, "/mails?state=failed").await["items"][0].clone();
    assert_eq!(failed["answer"], "what the letter says is no longer so");

    assert_eq!(send().expect(200).await["clients"], 1);
    sends(app, mailer).await;
    let taken = post.taken();
    let text = plain(taken.last().unwrap());
    assert!(text.contains("Later is 1,555.00 EUR") && !text.contains("Late is"), "{text}");
    assert_eq!(held(&of().await), [("Later", true)]);
    amended(app, &later, 170_000).await;
    assert_eq!(held(&of().await), [("Later", false)]);
}
