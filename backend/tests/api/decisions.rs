//! The log of decisions. Source: requirements S0-39, S3-37, S3-38.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{agree, get, id, ten_hours};

on_both_engines![
    s0_39_a_decision_is_kept_with_reason_and_evidence,
    s0_39_a_repeated_debate_shows_the_earlier_decision,
    s0_39_taking_up_again_needs_something_new,
    s3_37_a_new_choice_is_a_new_version_and_is_counted,
    s3_38_the_report_counts_what_was_decided_well,
    a_search_finds_words_anywhere_in_a_decision,
    what_is_due_is_found,
    a_bad_decision_is_told_at_its_field,
    what_surrounds_a_decision_can_be_changed,
];

fn choice(words: &str, evidence: &str) -> Value {
    json!({
        "choice": words, "reason": "It pays", "evidence": [{ "text": evidence }],
        "changes": "The budget moves",
    })
}

async fn ask(app: &TestApp, body: Value) -> Value {
    app.as_role(Role::Owner, "POST", "/decisions").json(&body).expect(201).await
}

async fn act(app: &TestApp, decision: &Value, what: &str, body: Value) -> Value {
    let path = format!("/decisions/{}/{what}", id(decision));
    app.as_role(Role::Member, "POST", &path).json(&body).expect(200).await
}

async fn s0_39_a_decision_is_kept_with_reason_and_evidence(app: TestApp) {
    let retainer = agree(&app, ten_hours).await;
    let asked = ask(
        &app,
        json!({
            "question": " Which channel? ", "retainer_id": retainer["id"],
            "due_on": "2026-01-31", "tags": ["channels", " channels "],
        }),
    )
    .await;
    assert_eq!((&asked["question"], &asked["state"]), (&json!("Which channel?"), &json!("open")));
    assert_eq!(asked["account_id"], retainer["account_id"], "a retainer brings its account");
    assert_eq!(asked["tags"], json!(["channels"]));
    let decided = act(&app, &asked, "decide", choice("Search", "Costs of October")).await;
    assert_eq!((&decided["state"], &decided["due_on"]), (&json!("decided"), &Value::Null));
    let made = &decided["choices"][0];
    assert_eq!((&made["number"], &made["choice"]), (&json!(1), &json!("Search")));
    assert_eq!(
        (&made["due_on"], &made["decided_on"]),
        (&json!("2026-01-31"), &json!("2026-01-01"))
    );
    assert_eq!((&made["recorded_by"], &made["superseded"]), (&json!("member"), &json!(false)));
    let path = format!("/decisions/{}/decide", id(&asked));
    let twice = app.as_role(Role::Owner, "POST", &path).json(&choice("Social", "Likes"));
    twice.refused(ErrorCode::DecisionMade).await;
    app.as_role(Role::Viewer, "POST", "/decisions")
        .json(&json!({ "question": "May I?" }))
        .refused(ErrorCode::Forbidden)
        .await;
}

async fn s0_39_a_repeated_debate_shows_the_earlier_decision(app: TestApp) {
    let made = choice("No", "Three of forty leads");
    let first = json!({ "question": "Should we run paid social for Halden?", "made": made });
    let first = ask(&app, first).await;
    ask(&app, json!({ "question": "Who pays for stock photos?" })).await;
    let similar = async |q: &str| {
        let found = get(&app, &format!("/decisions/similar?q={}", q.replace(' ', "%20"))).await;
        found["items"].as_array().unwrap().clone()
    };
    let found = similar("paid social for halden again").await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["decision"]["id"], first["id"]);
    assert_eq!(found[0]["decision"]["choices"][0]["choice"], "No");
    assert_eq!(similar("the and for").await, Vec::<Value>::new());
    assert_eq!(similar("where do we eat").await, Vec::<Value>::new());
}

async fn s0_39_taking_up_again_needs_something_new(app: TestApp) {
    let asked = ask(&app, json!({ "question": "Which channel?" })).await;
    let path = format!("/decisions/{}/reopen", id(&asked));
    let reopen = |evidence: Value| {
        app.as_role(Role::Owner, "POST", &path).json(&json!({ "evidence": evidence }))
    };
    reopen(json!([{ "text": "Anything" }])).refused(ErrorCode::DecisionOpen).await;
    let mut made = choice("Search", "Costs of October, by channel");
    made["evidence"][0]["link"] = "https://example.com/costs".into();
    act(&app, &asked, "decide", made).await;
    reopen(json!([])).faulty("/evidence", "required").await;
    let known = json!([{ "text": "costs of october BY channel." }]);
    reopen(known).faulty("/evidence/0/text", "not_new").await;
    let same_link = json!([
        { "text": "Costs of November" },
        { "text": "See here", "link": "http://example.com/costs/" },
    ]);
    reopen(same_link).faulty("/evidence/1/text", "not_new").await;
    let open = reopen(json!([{ "text": "Costs of November" }])).expect(200).await;
    assert_eq!((&open["state"], &open["reopened"]), (&json!("open"), &json!(1)));
    assert_eq!(open["reopenings"][0]["evidence"][0]["text"], "Costs of November");
}

async fn s3_37_a_new_choice_is_a_new_version_and_is_counted(app: TestApp) {
    let asked = ask(&app, json!({ "question": "Which channel?" })).await;
    act(&app, &asked, "decide", choice("Search", "October")).await;
    let news = json!({ "evidence": [{ "text": "November" }], "due_on": "2026-02-01" });
    act(&app, &asked, "reopen", news).await;
    act(&app, &asked, "decide", choice("Social", "December")).await;
    let decision = get(&app, &format!("/decisions/{}", id(&asked))).await;
    let told = |place: usize| {
        let one = &decision["choices"][place];
        (one["number"].clone(), one["choice"].clone(), one["superseded"].clone())
    };
    assert_eq!(told(0), (json!(2), json!("Social"), json!(false)));
    assert_eq!(told(1), (json!(1), json!("Search"), json!(true)), "the earlier stays readable");
    assert_eq!((&decision["state"], &decision["reopened"]), (&json!("decided"), &json!(1)));
    // What was new the first time is not new the second time.
    let path = format!("/decisions/{}/reopen", id(&asked));
    let again = app.as_role(Role::Owner, "POST", &path);
    let again = again.json(&json!({ "evidence": [{ "text": "November" }] }));
    again.faulty("/evidence/0/text", "not_new").await;
}

async fn s3_38_the_report_counts_what_was_decided_well(app: TestApp) {
    let in_time = ask(&app, json!({ "question": "First?", "due_on": "2026-01-05" })).await;
    let late = ask(&app, json!({ "question": "Second?", "due_on": "2026-01-05" })).await;
    ask(&app, json!({ "question": "Third?", "due_on": "2026-01-05" })).await;
    act(&app, &in_time, "decide", choice("Yes", "Figures")).await;
    app.clock_at("2026-01-10T09:00:00Z").await;
    act(&app, &late, "decide", choice("Yes", "Figures")).await;
    ask(&app, json!({ "question": "Fourth?", "made": choice("No", "Figures") })).await;
    act(&app, &in_time, "reopen", json!({ "evidence": [{ "text": "Others" }] })).await;
    let report = get(&app, "/decisions/report").await;
    let figures = ["made", "with_due_day", "on_time", "with_evidence", "not_reopened", "sound"];
    assert_eq!(figures.map(|name| report[name].as_i64().unwrap()), [3, 2, 1, 3, 2, 1]);
    let now = ["reopenings", "open", "overdue"].map(|name| report[name].as_i64().unwrap());
    assert_eq!(now, [1, 2, 1]);
    assert_eq!(report["debated"][0]["question"], "First?");
    let later = get(&app, "/decisions/report?from=2026-01-02&to=2026-01-09").await;
    assert_eq!(later["made"], 0);
    app.as_role(Role::Owner, "GET", "/decisions/report?from=2026-02-01&to=2026-01-01")
        .faulty("from", "out_of_range")
        .await;
}

async fn a_search_finds_words_anywhere_in_a_decision(app: TestApp) {
    let tagged = json!({ "question": "Which Größe?", "tags": ["Channels"] });
    let tagged = ask(&app, tagged).await;
    let made = choice("Search, 100% of it", "October");
    let made = ask(&app, json!({ "question": "Where?", "made": made })).await;
    let ids = async |query: &str| {
        let page = get(&app, &format!("/decisions?{query}")).await;
        page["items"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids("q=gr%C3%B6%C3%9Fe%20channels").await, [tagged["id"].clone()]);
    assert_eq!(ids("q=SEARCH%20where").await, [made["id"].clone()]);
    assert_eq!(ids("q=october").await, [made["id"].clone()], "evidence is found too");
    assert_eq!(ids("q=100%25").await, [made["id"].clone()]);
    assert_eq!(ids("q=%25").await, [made["id"].clone()], "a wildcard is a letter");
    assert_eq!(ids("q=search%20channels").await, Vec::<Value>::new());
    assert_eq!(ids("state=open").await, [tagged["id"].clone()]);
    let first = get(&app, "/decisions?limit=1").await;
    let cursor = first["next_cursor"].as_str().unwrap();
    assert_eq!(ids(&format!("limit=1&cursor={cursor}")).await, [tagged["id"].clone()]);
}

async fn what_is_due_is_found(app: TestApp) {
    let due = ask(&app, json!({ "question": "Due?", "due_on": "2026-01-03" })).await;
    ask(&app, json!({ "question": "Later?", "due_on": "2026-01-04" })).await;
    let mut made = choice("Yes", "October");
    made["revisit_on"] = "2026-01-03".into();
    let revisit = ask(&app, json!({ "question": "Again?", "made": made })).await;
    app.clock_at("2026-01-03T09:00:00Z").await;
    let only = async |query: &str, expected: &Value| {
        let page = get(&app, &format!("/decisions?{query}")).await;
        let items = page["items"].as_array().unwrap();
        assert_eq!(items.len(), 1, "{query}");
        assert_eq!(items[0]["id"], expected["id"], "{query}");
    };
    only("due=true", &due).await;
    only("revisit=true", &revisit).await;
}

async fn a_bad_decision_is_told_at_its_field(app: TestApp) {
    let nobody = "0193a5b0-0000-7000-8000-000000000000";
    let at = |change: Value| {
        let mut body = json!({ "question": "Which?" });
        for (key, value) in change.as_object().unwrap() {
            body[key] = value.clone();
        }
        app.as_role(Role::Owner, "POST", "/decisions").json(&body)
    };
    at(json!({ "question": " " })).faulty("/question", "required").await;
    at(json!({ "owner_id": nobody })).faulty("/owner_id", "not_found").await;
    let partner = app.member(Role::Partner).await;
    at(json!({ "owner_id": partner })).faulty("/owner_id", "may_not_change").await;
    at(json!({ "account_id": nobody })).faulty("/account_id", "not_found").await;
    at(json!({ "retainer_id": nobody })).faulty("/retainer_id", "not_found").await;
    let made = |name: &str, value: Value| {
        let mut made = choice("Yes", "October");
        made[name] = value;
        at(json!({ "made": made }))
    };
    made("evidence", json!([])).faulty("/made/evidence", "required").await;
    let link = json!([{ "text": "a", "link": "example.com" }]);
    made("evidence", link).faulty("/made/evidence/0/link", "link_invalid").await;
    made("decided_on", json!("2026-01-02")).faulty("/made/decided_on", "future").await;
    made("revisit_on", json!("2026-01-01")).faulty("/made/revisit_on", "not_later").await;
    made("contact_id", json!(nobody)).faulty("/made/contact_id", "not_found").await;
    // Nothing of what was refused is there.
    assert_eq!(get(&app, "/decisions").await["items"], json!([]));
}

async fn what_surrounds_a_decision_can_be_changed(app: TestApp) {
    let asked = ask(&app, json!({ "question": "Which channel?", "tags": ["old"] })).await;
    let path = format!("/decisions/{}", id(&asked));
    let change = |version: i64, body: Value| {
        app.as_role(Role::Member, "PATCH", &path).version(version).json(&body)
    };
    let member = app.member(Role::Member).await;
    let body = json!({ "owner_id": member, "due_on": "2026-02-01", "tags": ["fresh"] });
    let changed = change(1, body.clone()).expect(200).await;
    assert_eq!(
        (&changed["owner_name"], &changed["due_on"]),
        (&json!("member"), &json!("2026-02-01"))
    );
    change(1, body).refused(ErrorCode::Stale).await;
    assert_eq!(get(&app, "/decisions?q=fresh").await["items"].as_array().unwrap().len(), 1);
    assert_eq!(get(&app, "/decisions?q=old").await["items"], json!([]));
    let revisit = json!({ "revisit_on": "2026-03-01" });
    change(2, revisit.clone()).faulty("/revisit_on", "not_allowed").await;
    act(&app, &asked, "decide", choice("Search", "October")).await;
    assert_eq!(change(3, revisit).expect(200).await["revisit_on"], "2026-03-01");
    change(4, json!({ "due_on": "2026-03-01" })).faulty("/due_on", "not_allowed").await;
}
