//! Where the names of a file go.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::files::{TOGGL, sheet};
use super::*;
use crate::on_both_engines;

on_both_engines![
    names_find_their_like,
    what_has_no_place_waits,
    a_retainer_without_time_refuses_the_row_alone,
    choices_are_remembered,
    people_are_found_or_made,
    rounding_and_drawing_are_chosen,
    a_mapping_names_what_there_is,
    a_stale_version_changes_nothing,
    what_another_organisation_has_does_not_exist,
];

async fn agree_on(app: &TestApp, account: &str, retainers: &[&str]) -> Vec<Value> {
    let post = async |path: &str, body: Value| {
        app.as_role(Role::Owner, "POST", path).json(&body).expect(201).await
    };
    let account = post("/accounts", json!({ "name": account })).await;
    let mut made = Vec::new();
    for name in retainers {
        let mut body = ten_hours(&account["id"]);
        body["name"] = json!(name);
        made.push(post("/retainers", body).await);
    }
    made
}

async fn a_retainer_without_time_refuses_the_row_alone(app: TestApp) {
    app.clock_at("2026-01-20T10:00:00Z").await;
    agree_on(&app, "North", &["Site"]).await;
    let account = json!({ "name": "South" });
    let account = app.as_role(Role::Owner, "POST", "/accounts").json(&account).expect(201).await;
    let mut body = ten_hours(&account["id"]);
    body["terms"]["pools"] = json!([{ "unit": "sessions", "allowance": 4 }]);
    app.as_role(Role::Owner, "POST", "/retainers").json(&body).expect(201).await;
    let rows = ["2026-01-02,North,Site,Ada,,1,x", "2026-01-02,South,Site,Ada,,1,y"];
    let import = read(&app, sheet(&rows)).await;
    assert_eq!(import["problems"][0]["code"], "no_time_pool", "{import}");
    let done = commit(&app, &import).await;
    assert_eq!((&done["outcome"]["new"], &done["outcome"]["rejected"]), (&json!(1), &json!(1)));
}

async fn names_find_their_like(app: TestApp) {
    app.clock_at("2026-01-20T10:00:00Z").await;
    let north = agree_on(&app, "North", &["Site", "Care"]).await;
    let south = agree_on(&app, "South", &["Site"]).await;
    let import = read(
        &app,
        sheet(&[
            "2026-01-02,NORTH ,care,Ada,,1,the account's retainer of this name",
            "2026-01-02,North,Other,Ada,,1,one of two: undecided",
            "2026-01-02,South,Other,Ada,,1,the account's only one",
            "2026-01-02,,South,Ada,,1,the account as the project",
            "2026-01-02,,Site,Ada,,1,one of two: undecided",
            "2026-01-02,,Care,Ada,,1,the only one of this name",
            "2026-01-02,Care,,Ada,,1,the retainer as the client",
            "2026-01-02,,,Ada,,1,nothing to go by",
        ]),
    )
    .await;
    let to = |retainer: &Value| json!({ "to": "retainer", "retainer_id": retainer["id"] });
    let undecided = json!({ "to": "undecided" });
    let want = [
        to(&north[1]),
        undecided.clone(),
        to(&south[0]),
        to(&south[0]),
        undecided.clone(),
        to(&north[1]),
        to(&north[1]),
        undecided,
    ];
    let targets = import["targets"].as_array().unwrap();
    let got: Vec<&Value> = targets.iter().map(|target| &target["goes_to"]).collect();
    assert_eq!(got, want.iter().collect::<Vec<_>>());
    assert_eq!(import["outcome"]["undecided"], 3);
}

async fn what_has_no_place_waits(app: TestApp) {
    let retainer = big_company(&app).await;
    let file =
        sheet(&["2026-01-02,Stranger,Site,Ada,,1,x", "2026-01-02,Big Company,Site,Ada,,2,y"]);
    let import = read(&app, file).await;
    assert_eq!(import["outcome"]["undecided"], 1);
    begin(&app, &import).refused(ErrorCode::ImportUnmapped).await;
    assert_eq!(again(&app, &import).await["state"], "ready");
    let stranger = |goes_to: Value| {
        json!({ "targets": [
        { "client": "Stranger", "project": "Site", "goes_to": goes_to }
    ] })
    };
    let skipped = change(&app, &import, stranger(json!({ "to": "skip" }))).await;
    assert_eq!(
        outcome(&skipped),
        json!({ "new": 1, "skipped": 1, "minutes": 120, "drawing_minutes": 120 })
    );
    let goes_to = json!({ "to": "retainer", "retainer_id": retainer["id"] });
    let mapped = change(&app, &skipped, stranger(goes_to)).await;
    assert_eq!(outcome(&mapped), json!({ "new": 2, "minutes": 180, "drawing_minutes": 180 }));
    // Whoever deletes the choice in a later retainer's favour: a new one is found by its name.
    commit(&app, &mapped).await;
    begin(&app, &mapped).refused(ErrorCode::ImportDone).await;
}

async fn choices_are_remembered(app: TestApp) {
    let retainer = big_company(&app).await;
    let import =
        read(&app, sheet(&["2026-01-02,Odd,One,Ada,,1,x", "2026-01-02,Odd,Two,Bob,,1,x"])).await;
    let goes_to = json!({ "to": "retainer", "retainer_id": retainer["id"] });
    let import = send_to(&app, &import, "One", goes_to.clone()).await;
    let import = send_to(&app, &import, "Two", json!({ "to": "skip" })).await;
    let is = json!({ "is": "member", "member_id": app.member(Role::Viewer).await });
    let import =
        change(&app, &import, json!({ "people": [{ "name": "Ada", "email": "", "is": is }] }))
            .await;
    commit(&app, &import).await;
    let next =
        read(&app, sheet(&["2026-01-03, odd,ONE,ada,,1,x", "2026-01-03,Odd,Two,Bob,,1,x"])).await;
    assert_eq!((&next["targets"][0]["goes_to"], &next["people"][0]["is"]), (&goes_to, &is));
    assert_eq!(next["targets"][1]["goes_to"], json!({ "to": "skip" }));
    assert_eq!(
        outcome(&next),
        json!({ "new": 1, "skipped": 1, "minutes": 60, "drawing_minutes": 60 })
    );
}

async fn people_are_found_or_made(app: TestApp) {
    big_company(&app).await;
    let file = sheet(&[
        "2026-01-02,Big Company,Site,Somebody,MANAGER@home.example,1,by mail",
        "2026-01-02,Big Company,Site,Finance,other@home.example,1,by name",
        "2026-01-02,Big Company,Site,Ada Example,ada@elsewhere.example,1,new",
        "2026-01-02,Big Company,Site,Ada Example,ada@elsewhere.example,2,new",
        "2026-01-02,Big Company,Site,,not an address,1,new",
        "2026-01-02,Big Company,Site,,,1,whoever brings it",
        "2026-01-02,Big Company,Site,Left Out,,1,skipped",
        "2026-02-02,Big Company,Site,Nobody,,1,of the future",
    ]);
    let import = read(&app, file).await;
    let member = |id: Value| json!({ "is": "member", "member_id": id });
    let (manager, finance) = (app.member(Role::Manager).await, app.member(Role::Finance).await);
    let new = json!({ "is": "new" });
    let want =
        json!([member(manager.clone()), member(finance), new, new, member(manager), new, new,]);
    let people = |import: &Value| -> Value {
        import["people"].as_array().unwrap().iter().map(|person| person["is"].clone()).collect()
    };
    assert_eq!(people(&import), want);
    let skip = json!({ "name": "Left Out", "email": "", "is": { "is": "skip" } });
    let import = change(&app, &import, json!({ "people": [skip] })).await;
    let done = commit(&app, &import).await;
    assert_eq!(done["outcome"]["new"], 6);
    assert_eq!(done["people"][2]["is"]["is"], "member");
    let list = app.as_role(Role::Owner, "GET", "/members?limit=200").expect(200).await;
    let made = list["items"].as_array().unwrap().iter().filter(|m| m["can_sign_in"] == false);
    let made: Value = made.map(|m| json!([m["name"], m["email"], m["role"]])).collect();
    let want = json!([
        ["Ada Example", "ada@elsewhere.example", "member"],
        ["not an address", null, "member"],
    ]);
    assert_eq!(made, want);
}

async fn rounding_and_drawing_are_chosen(app: TestApp) {
    big_company(&app).await;
    let import = read(&app, TOGGL).await;
    let minutes = |import: &Value| {
        json!([import["outcome"]["minutes"], import["outcome"]["drawing_minutes"]])
    };
    assert_eq!(minutes(&import), json!([90, 60]));
    let up = change(&app, &import, json!({ "rounding": "up" })).await;
    assert_eq!(minutes(&up), json!([91, 61]));
    let draws = change(&app, &up, json!({ "unbillable_draws": true })).await;
    assert_eq!((minutes(&draws), &draws["options"]["rounding"]), (json!([91, 91]), &json!("up")));
    let down = change(&app, &draws, json!({ "rounding": "down" })).await;
    assert_eq!(minutes(&down), json!([90, 90]));
    let done = commit(&app, &change(&app, &down, json!({ "rounding": "up" })).await).await;
    assert_eq!(minutes(&done), json!([91, 91]));
    assert_eq!(entries(&app).await[1], json!(["2026-01-06", 30, true, "Unbilled"]));
}

async fn a_mapping_names_what_there_is(app: TestApp) {
    big_company(&app).await;
    let import = read(&app, TOGGL).await;
    let patch = |body: Value| {
        app.as_role(Role::Manager, "PATCH", &at(&import)).version(&import["version"]).json(&body)
    };
    let target = |client: &str, goes_to: Value| {
        json!({ "targets": [
        { "client": client, "project": "Site", "goes_to": goes_to }
    ] })
    };
    patch(target("Nobody", json!({ "to": "skip" }))).faulty("/targets/0", "not_found").await;
    let elsewhere = json!({ "to": "retainer", "retainer_id": import["id"] });
    let field = "/targets/0/goes_to/retainer_id";
    patch(target("Big Company", elsewhere)).faulty(field, "not_found").await;
    let person = |is: Value| {
        json!({ "people": [
        { "name": "Ada Example", "email": "ada@home.example", "is": is }
    ] })
    };
    let nobody = json!({ "is": "member", "member_id": import["id"] });
    patch(person(nobody)).faulty("/people/0/is/member_id", "not_found").await;
    patch(json!({ "rounding": "sideways" })).faulty("/rounding", "not_allowed").await;
    patch(json!({ "colour": 1 })).faulty("/colour", "unknown").await;
}

async fn a_stale_version_changes_nothing(app: TestApp) {
    big_company(&app).await;
    let import = read(&app, TOGGL).await;
    let body = json!({ "rounding": "up" });
    let patch = || app.as_role(Role::Manager, "PATCH", &at(&import)).json(&body);
    patch().refused(ErrorCode::IfMatchMissing).await;
    patch().header("If-Match", "*").refused(ErrorCode::IfMatchMissing).await;
    patch().version(7).refused(ErrorCode::Stale).await;
    let changed = patch().version(1).expect(200).await;
    assert_eq!(changed["version"], 2);
    begin(&app, &import).version(1).refused(ErrorCode::Stale).await;
    let delete = || app.as_role(Role::Manager, "DELETE", &at(&import));
    delete().refused(ErrorCode::IfMatchMissing).await;
    delete().version(1).refused(ErrorCode::Stale).await;
    delete().version(2).expect(204).await;
    app.as_role(Role::Manager, "GET", &at(&import)).refused(ErrorCode::NotFound).await;
    let left = "SELECT CAST((SELECT COUNT(*) FROM imports) + (SELECT COUNT(*) FROM import_rows)
        + (SELECT COUNT(*) FROM import_chunks) AS BIGINT)";
    assert_eq!(count(&app, left).await, 0);
}

async fn what_another_organisation_has_does_not_exist(app: TestApp) {
    let retainer = big_company(&app).await;
    let import = read(&app, TOGGL).await;
    app.tenant("other").await;
    let ask = |method: &str, path: &str| app.as_person("owner@other.example", method, path);
    let path = at(&import);
    ask("GET", &path).refused(ErrorCode::NotFound).await;
    ask("GET", &format!("{path}/rejected")).refused(ErrorCode::NotFound).await;
    ask("POST", &format!("{path}/commit")).refused(ErrorCode::NotFound).await;
    ask("PATCH", &path).version(1).json(&json!({})).refused(ErrorCode::NotFound).await;
    ask("DELETE", &path).version(1).refused(ErrorCode::NotFound).await;
    assert_eq!(ask("GET", "/imports").expect(200).await["items"], json!([]));
    // Nor is a retainer of the first found by its name, or by its id.
    let upload = ask("POST", "/imports?file_name=a.csv").body(TOGGL, "text/csv");
    let theirs = upload.expect(201).await;
    assert_eq!(theirs["targets"][0]["goes_to"], json!({ "to": "undecided" }));
    let goes_to = json!({ "to": "retainer", "retainer_id": retainer["id"] });
    let target = json!({ "client": "Big Company", "project": "Site", "goes_to": goes_to });
    let patch = ask("PATCH", &at(&theirs)).version(1).json(&json!({ "targets": [target] }));
    patch.faulty("/targets/0/goes_to/retainer_id", "not_found").await;
}
