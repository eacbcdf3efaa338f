//! Set-up, sign-in, members, invitations and keys.
use chrono::Duration;
use futures_util::future::join_all;
use reqwest::header::{COOKIE, SET_COOKIE};
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use crate::app::{Answer, PASSWORD, TestApp};
use crate::on_both_engines;

on_both_engines![
    an_installation_is_set_up_once,
    a_sign_in_needs_the_right_password,
    failed_sign_ins_are_slowed_down,
    a_session_goes_on_with_its_cookie,
    an_old_refresh_token_ends_the_whole_family,
    signing_out_acts_at_once,
    an_access_token_ends_after_ten_minutes,
    another_site_is_refused,
    a_changed_role_acts_at_once,
    a_deactivated_member_is_out_at_once,
    the_last_owner_stays_one,
    admins_leave_ownership_alone,
    an_invitation_is_accepted_once,
    a_person_of_two_organisations_switches,
    a_key_has_its_role_until_it_ends,
    the_organisation_is_changed_by_version,
];

/// The cookie that signing in leaves, as a browser sends it back.
fn cookie(response: &Response) -> String {
    let set = response.headers()[SET_COOKIE].to_str().unwrap();
    set.split(';').next().unwrap().to_owned()
}
async fn sign_in(app: &TestApp, role: Role) -> Response {
    app.set_up().await;
    let body = json!({ "email": format!("{}@home.example", role.name()), "password": PASSWORD });
    let response = app.request("POST", "/auth/login").json(&body).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    response
}
async fn change(app: &TestApp, member: &Value, version: i64, body: Value) -> Value {
    let path = format!("/members/{}", member.as_str().unwrap());
    app.as_role(Role::Owner, "PATCH", &path).version(version).json(&body).expect(200).await
}

async fn an_installation_is_set_up_once(app: TestApp) {
    assert_eq!(app.request("GET", "/setup").expect(200).await, json!({ "needed": true }));
    let body = json!({
        "organisation": { "name": "Fieldwork", "currency": "EUR", "timezone": "Europe/Berlin" },
        "owner": { "name": "Ana", "email": "Ana@Fieldwork.example", "password": PASSWORD },
    });
    let mut nowhere = body.clone();
    nowhere["organisation"]["timezone"] = json!("Europe/Atlantis");
    let post = |body: &Value| app.request("POST", "/setup").json(body);
    post(&nowhere).faulty("/organisation/timezone", "timezone_unknown").await;

    let made = post(&body).send().await.unwrap();
    assert_eq!(made.status(), StatusCode::CREATED);
    let set = made.headers()[SET_COOKIE].to_str().unwrap().to_owned();
    for part in ["HttpOnly", "SameSite=Strict", "Path=/api/v1/auth"] {
        assert!(set.contains(part), "{set}");
    }
    let signed_in: Value = made.json().await.unwrap();
    assert_eq!(signed_in["me"]["role"], "owner");
    let token = signed_in["access_token"].as_str().unwrap();
    let me = app.bearing(token, "GET", "/auth/me").expect(200).await;
    assert_eq!((&me["email"], &me["name"]), (&json!("ana@fieldwork.example"), &json!("Ana")));

    assert_eq!(app.request("GET", "/setup").expect(200).await, json!({ "needed": false }));
    post(&body).refused(ErrorCode::AlreadySetUp).await;
}

async fn a_sign_in_needs_the_right_password(app: TestApp) {
    app.set_up().await;
    let login = |email: &str, password: &str| {
        let body = json!({ "email": email, "password": password });
        app.request("POST", "/auth/login").json(&body)
    };
    login("OWNER@home.example ", PASSWORD).expect(200).await;
    let wrong = login("owner@home.example", "another password").refused(ErrorCode::BadCredentials);
    let nobody = login("nobody@home.example", PASSWORD).refused(ErrorCode::BadCredentials);
    assert_eq!(wrong.await, nobody.await);
}

async fn failed_sign_ins_are_slowed_down(app: TestApp) {
    app.set_up().await;
    let login = |password: &str| {
        let body = json!({ "email": "owner@home.example", "password": password });
        app.request("POST", "/auth/login").json(&body)
    };
    for _ in 0..5 {
        login("another password").refused(ErrorCode::BadCredentials).await;
        app.wait(Duration::minutes(1));
    }
    // Five minutes of fifteen are over since the first failure.
    let response = login(PASSWORD).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(response.headers()["Retry-After"], "600");
    let other = json!({ "email": "viewer@home.example", "password": PASSWORD });
    app.request("POST", "/auth/login").json(&other).expect(200).await;
    app.wait(Duration::minutes(10));
    login(PASSWORD).expect(200).await;
}

async fn a_session_goes_on_with_its_cookie(app: TestApp) {
    let first = cookie(&sign_in(&app, Role::Member).await);
    let refresh = |cookie: &str| app.request("POST", "/auth/refresh").header("Cookie", cookie);
    app.wait(Duration::days(59));
    let response = refresh(&first).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["Cache-Control"], "no-store");
    let second = cookie(&response);
    assert_ne!(first, second);
    let token = response.json::<Value>().await.unwrap()["access_token"].clone();
    app.bearing(token.as_str().unwrap(), "GET", "/auth/me").expect(200).await;
    app.wait(Duration::days(2));
    refresh(&second).refused(ErrorCode::Unauthenticated).await;
    app.request("POST", "/auth/refresh").refused(ErrorCode::Unauthenticated).await;
    refresh("perennial_refresh=nonsense").refused(ErrorCode::Unauthenticated).await;
}

async fn an_old_refresh_token_ends_the_whole_family(app: TestApp) {
    let first = cookie(&sign_in(&app, Role::Member).await);
    let refresh = |cookie: &str| app.request("POST", "/auth/refresh").header("Cookie", cookie);
    let second = refresh(&first).send().await.unwrap();
    let second_cookie = cookie(&second);
    let token = second.json::<Value>().await.unwrap()["access_token"].clone();
    let token = token.as_str().unwrap();
    // Two tabs may refresh at once.
    refresh(&first).expect(200).await;
    app.wait(Duration::seconds(11));
    app.bearing(token, "GET", "/auth/me").expect(200).await;
    refresh(&first).refused(ErrorCode::Unauthenticated).await;
    app.bearing(token, "GET", "/auth/me").refused(ErrorCode::Unauthenticated).await;
    refresh(&second_cookie).refused(ErrorCode::Unauthenticated).await;
}

async fn signing_out_acts_at_once(app: TestApp) {
    let response = sign_in(&app, Role::Member).await;
    let cookie_sent = cookie(&response);
    let token = response.json::<Value>().await.unwrap()["access_token"].clone();
    let token = token.as_str().unwrap();
    app.bearing(token, "GET", "/auth/me").expect(200).await;
    let out = app.request("POST", "/auth/logout").header(COOKIE.as_str(), &cookie_sent);
    let out = out.send().await.unwrap();
    assert_eq!(out.status(), StatusCode::NO_CONTENT);
    assert!(out.headers()[SET_COOKIE].to_str().unwrap().contains("Max-Age=0"));
    app.bearing(token, "GET", "/auth/me").refused(ErrorCode::Unauthenticated).await;
    let refresh = app.request("POST", "/auth/refresh").header("Cookie", &cookie_sent);
    refresh.refused(ErrorCode::Unauthenticated).await;
}

async fn an_access_token_ends_after_ten_minutes(app: TestApp) {
    app.set_up().await;
    let token = app.token("member@home.example").await;
    app.wait(Duration::seconds(599));
    app.bearing(&token, "GET", "/auth/me").expect(200).await;
    app.wait(Duration::seconds(1));
    app.bearing(&token, "GET", "/auth/me").refused(ErrorCode::Unauthenticated).await;
}

async fn another_site_is_refused(app: TestApp) {
    let sent = cookie(&sign_in(&app, Role::Member).await);
    for path in ["/auth/refresh", "/auth/logout"] {
        let from = |origin: &str| {
            app.request("POST", path).header("Cookie", &sent).header("Origin", origin)
        };
        from("https://elsewhere.example").refused(ErrorCode::OriginRefused).await;
        from("null").refused(ErrorCode::OriginRefused).await;
        assert!(from(&app.url).send().await.unwrap().status().is_success());
    }
}

async fn a_changed_role_acts_at_once(app: TestApp) {
    let token = {
        app.set_up().await;
        app.token("viewer@home.example").await
    };
    let viewer = app.member(Role::Viewer).await;
    let account = json!({ "name": "Big Company" });
    let post = || app.bearing(&token, "POST", "/accounts").json(&account);
    post().refused(ErrorCode::Forbidden).await;
    change(&app, &viewer, 1, json!({ "role": "manager" })).await;
    post().expect(201).await;
    change(&app, &viewer, 2, json!({ "role": "viewer" })).await;
    post().refused(ErrorCode::Forbidden).await;
}

async fn a_deactivated_member_is_out_at_once(app: TestApp) {
    let sent = cookie(&sign_in(&app, Role::Member).await);
    let token = app.token("member@home.example").await;
    let member = app.member(Role::Member).await;
    change(&app, &member, 1, json!({ "active": false })).await;
    app.bearing(&token, "GET", "/auth/me").refused(ErrorCode::Unauthenticated).await;
    let refresh = app.request("POST", "/auth/refresh").header("Cookie", &sent);
    refresh.refused(ErrorCode::Unauthenticated).await;
    let body = json!({ "email": "member@home.example", "password": PASSWORD });
    app.request("POST", "/auth/login").json(&body).refused(ErrorCode::BadCredentials).await;
    let page = app.as_role(Role::Viewer, "GET", "/members?active=false").expect(200).await;
    assert_eq!(page["items"][0]["id"], member);
}

async fn the_last_owner_stays_one(app: TestApp) {
    let owner = app.member(Role::Owner).await;
    let path = format!("/members/{}", owner.as_str().unwrap());
    let patch = |body: Value| app.as_role(Role::Owner, "PATCH", &path).version(1).json(&body);
    patch(json!({ "role": "viewer" })).refused(ErrorCode::LastOwner).await;
    patch(json!({ "active": false })).refused(ErrorCode::LastOwner).await;
    let admin = app.member(Role::Admin).await;
    change(&app, &admin, 1, json!({ "role": "owner" })).await;
    patch(json!({ "role": "viewer" })).expect(200).await;
}

async fn admins_leave_ownership_alone(app: TestApp) {
    let owner = app.member(Role::Owner).await;
    let viewer = app.member(Role::Viewer).await;
    let patch = |member: &Value, body: Value| {
        let path = format!("/members/{}", member.as_str().unwrap());
        app.as_role(Role::Admin, "PATCH", &path).version(1).json(&body)
    };
    patch(&owner, json!({ "role": "viewer" })).refused(ErrorCode::Forbidden).await;
    patch(&viewer, json!({ "role": "owner" })).refused(ErrorCode::Forbidden).await;
    let new = json!({ "name": "New", "role": "owner" });
    app.as_role(Role::Admin, "POST", "/members").json(&new).faulty("/role", "not_allowed").await;
    let key = json!({ "name": "New", "role": "owner" });
    app.as_role(Role::Admin, "POST", "/api-keys").json(&key).faulty("/role", "not_allowed").await;
    patch(&viewer, json!({ "role": "finance" })).expect(200).await;
}

async fn an_invitation_is_accepted_once(app: TestApp) {
    let new = json!({ "name": "Peter", "email": "Peter@home.example", "role": "member" });
    let post = |path: &str, body: &Value| app.as_role(Role::Admin, "POST", path).json(body);
    let peter = post("/members", &new).expect(201).await;
    assert_eq!((&peter["can_sign_in"], &peter["invited_until"]), (&json!(false), &Value::Null));
    post("/members", &new).faulty("/email", "exists").await;

    let invite = json!({ "member_id": peter["id"] });
    let first = post("/invitations", &invite).expect(201).await;
    let second = post("/invitations", &invite).expect(201).await;
    let token = |invitation: &Value| {
        let link = invitation["link"].as_str().unwrap();
        link.strip_prefix(&format!("{}/invite/", app.url)).unwrap().to_owned()
    };
    let accept = |token: String| {
        let body = json!({ "token": token, "password": "a password of mine" });
        app.request("POST", "/invitations/accept").json(&body)
    };
    accept(token(&first)).refused(ErrorCode::NotFound).await; // the second one replaced it
    let signed_in = accept(token(&second)).expect(200).await;
    assert_eq!(signed_in["me"]["member_id"], peter["id"]);
    accept(token(&second)).refused(ErrorCode::NotFound).await;
    let login = json!({ "email": "peter@home.example", "password": "a password of mine" });
    app.request("POST", "/auth/login").json(&login).expect(200).await;

    let third = post("/invitations", &invite).expect(201).await;
    app.wait(Duration::days(14));
    accept(token(&third)).refused(ErrorCode::NotFound).await;
}

async fn a_person_of_two_organisations_switches(app: TestApp) {
    let home = app.set_up().await.organisation();
    let other = app.tenant("other").await.organisation();
    let new = json!({ "name": "Guest", "email": "member@home.example", "role": "viewer" });
    let post =
        |path: &str, body: &Value| app.as_person("owner@other.example", "POST", path).json(body);
    let guest = post("/members", &new).expect(201).await;
    let invitation = post("/invitations", &json!({ "member_id": guest["id"] })).expect(201).await;
    let token = invitation["link"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let accept = |password: &str| {
        let body = json!({ "token": token, "password": password });
        app.request("POST", "/invitations/accept").json(&body)
    };
    // The address signs in already: its password is proved, not replaced.
    accept("a password of mine").refused(ErrorCode::BadCredentials).await;
    let there = accept(PASSWORD).expect(200).await;
    assert_eq!(there["me"]["organisation"]["id"], json!(other));
    assert_eq!(there["me"]["organisations"].as_array().unwrap().len(), 2);

    let token = there["access_token"].as_str().unwrap();
    let switch = |to: Value| {
        app.bearing(token, "POST", "/auth/switch").json(&json!({ "organisation_id": to }))
    };
    switch(json!("0193a5b0-0000-7000-8000-000000000000")).refused(ErrorCode::NotFound).await;
    let here = switch(json!(home)).expect(200).await;
    assert_eq!(
        (&here["me"]["role"], &here["me"]["organisation"]["id"]),
        (&json!("member"), &json!(home))
    );
    app.bearing(token, "GET", "/auth/me").refused(ErrorCode::Unauthenticated).await;
}

async fn a_key_has_its_role_until_it_ends(app: TestApp) {
    let make = |body: Value| app.as_role(Role::Owner, "POST", "/api-keys").json(&body);
    make(json!({ "name": "Old", "role": "viewer", "expires_at": "2026-01-01T09:00:00Z" }))
        .faulty("/expires_at", "out_of_range")
        .await;
    let body = json!({ "name": "Sheet", "role": "viewer", "expires_at": "2026-02-01T00:00:00Z" });
    let made = make(body).expect(201).await;
    let secret = made["secret"].as_str().unwrap();
    let get = || app.bearing(secret, "GET", "/accounts");
    get().expect(200).await;
    let post = app.bearing(secret, "POST", "/accounts").json(&json!({ "name": "A" }));
    post.refused(ErrorCode::Forbidden).await;
    let forged = format!("{}x", &secret[..secret.len() - 1]);
    app.bearing(&forged, "GET", "/accounts").refused(ErrorCode::Unauthenticated).await;

    let page = app.as_role(Role::Owner, "GET", "/api-keys").expect(200).await;
    assert_eq!(page["items"][0]["last_used_at"], "2026-01-01T09:00:00Z");
    assert_eq!(page["items"][0].get("secret"), None);
    app.wait(Duration::days(31));
    get().refused(ErrorCode::Unauthenticated).await;

    let lasting = app.key(Role::Member).await;
    app.bearing(&lasting, "GET", "/accounts").expect(200).await;
    let page = app.as_role(Role::Owner, "GET", "/api-keys").expect(200).await;
    let id = page["items"][1]["id"].as_str().unwrap();
    let path = format!("/api-keys/{id}");
    app.as_role(Role::Owner, "DELETE", &path).version(1).expect(204).await;
    app.bearing(&lasting, "GET", "/accounts").refused(ErrorCode::Unauthenticated).await;
    app.as_role(Role::Owner, "DELETE", &path).version(1).refused(ErrorCode::NotFound).await;
}

async fn the_organisation_is_changed_by_version(app: TestApp) {
    let patch = |body: Value| app.as_role(Role::Admin, "PATCH", "/organisation").json(&body);
    patch(json!({ "name": "New" })).refused(ErrorCode::IfMatchMissing).await;
    patch(json!({ "timezone": "Mars/Olympus" }))
        .version(1)
        .faulty("/timezone", "timezone_unknown")
        .await;
    let answers =
        join_all((0..6).map(|n| patch(json!({ "name": format!("Name {n}") })).version(1).send()));
    let statuses = answers.await.into_iter().map(|answer| answer.unwrap().status().as_u16());
    let mut statuses: Vec<u16> = statuses.collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412, 412, 412, 412, 412]);
    let read = app.as_role(Role::Viewer, "GET", "/organisation").expect(200).await;
    assert_eq!(read["version"], 2);
    rates_are_added_and_never_changed(&app).await;
}

/// Rates of people: from a day on, corrected by another row, seen by those who see margin.
async fn rates_are_added_and_never_changed(app: &TestApp) {
    let members = app.as_role(Role::Owner, "GET", "/members").expect(200).await;
    let member = members["items"][0]["id"].clone();
    let rate = |minor: i64, from: &str| {
        let hour = json!({ "amount_minor": minor, "currency": "EUR" });
        json!({ "member_id": member, "kind": "cost", "hour": hour, "valid_from": from })
    };
    let add = |role, body: &Value| app.as_role(role, "POST", "/rates").json(body);
    let first = add(Role::Finance, &rate(4_000, "2026-01-01")).expect(201).await;
    assert_eq!(
        (&first["corrects"], &first["hour"]["amount_minor"]),
        (&json!(false), &json!(4_000))
    );
    add(Role::Owner, &rate(4_400, "2026-01-15")).expect(201).await;
    add(Role::Owner, &rate(4_300, "2026-01-14")).faulty("/valid_from", "rate_earlier").await;
    let mut fixed = rate(4_500, "2026-01-15");
    fixed["note"] = json!(" Typed wrong ");
    let fixed = add(Role::Admin, &fixed).expect(201).await;
    assert_eq!((&fixed["corrects"], &fixed["note"]), (&json!(true), &json!("Typed wrong")));
    // Another kind, another currency and everybody's are apart.
    for (field, value) in [("kind", json!("bill")), ("member_id", Value::Null)] {
        let mut other = rate(9_500, "2025-06-01");
        other[field] = value;
        assert_eq!(add(Role::Owner, &other).expect(201).await["corrects"], false);
    }
    let mut other = rate(9_500, "2025-06-01");
    other["hour"]["currency"] = json!("USD");
    add(Role::Owner, &other).expect(201).await;
    other["hour"]["currency"] = json!("ZZZ");
    add(Role::Owner, &other).faulty("/hour/currency", "currency_unknown").await;
    other = rate(1, "2027-01-01");
    other["member_id"] = json!("0193a5b0-0000-7000-8000-000000000000");
    add(Role::Owner, &other).faulty("/member_id", "not_found").await;

    let path = format!("/rates?limit=2&member_id={}", member.as_str().unwrap());
    let page = app.as_role(Role::Manager, "GET", &path).expect(200).await;
    let minor = |page: &Value| -> Vec<i64> {
        let items = page["items"].as_array().unwrap();
        items.iter().filter_map(|one| one["hour"]["amount_minor"].as_i64()).collect()
    };
    assert_eq!(minor(&page), [9_500, 9_500]);
    let path = format!("{path}&cursor={}", page["next_cursor"].as_str().unwrap());
    let page = app.as_role(Role::Finance, "GET", &path).expect(200).await;
    assert_eq!(minor(&page), [4_500, 4_400], "what was corrected stays");
    for role in [Role::Member, Role::Viewer, Role::Partner] {
        app.as_role(role, "GET", "/rates").refused(ErrorCode::Forbidden).await;
    }
    add(Role::Manager, &rate(5_000, "2026-03-01")).refused(ErrorCode::Forbidden).await;
    // Two at once are two rates, one after the other.
    let again = rate(5_000, "2026-04-01");
    let both = join_all((0..4).map(|_| add(Role::Owner, &again).expect(201))).await;
    let corrections = both.iter().filter(|one| one["corrects"] == true).count();
    assert_eq!(corrections, 3);
    // Before all others is a gap that nothing priced; between two is none.
    let before = add(Role::Owner, &rate(3_800, "2025-06-01")).expect(201).await;
    assert_eq!(before["corrects"], false);
    add(Role::Owner, &rate(3_900, "2025-12-01")).faulty("/valid_from", "rate_earlier").await;
}
