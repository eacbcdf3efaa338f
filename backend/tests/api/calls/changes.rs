//! What another rule, its end, and another calendar of the retainer do to calls that are booked.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::{again, change, hours, replace, rule, sessions, starts, tuesdays};
use crate::app::{Answer, TestApp};
use crate::retainers::{agree, id, ten_hours};
use crate::{lifecycle, on_both_engines};

on_both_engines![
    s1_02_a_day_that_is_still_meant_keeps_its_call,
    s1_02_what_was_removed_of_a_week_does_not_stand_for_a_month,
    s1_02_what_was_held_this_week_is_not_booked_again,
    s1_02_an_end_that_is_taken_back_leaves_what_somebody_changed,
    s1_02_calls_that_draw_give_way_to_a_pause_and_an_end,
    s1_02_days_are_those_of_the_client_far_away,
];

fn both(weekdays: &[&str]) -> Value {
    tuesdays(json!({ "weekdays": weekdays }))
}

async fn s1_02_a_day_that_is_still_meant_keeps_its_call(app: TestApp) {
    let retainer = hours(&app).await;
    let made = rule(&app, &retainer, &both(&["monday", "wednesday"])).await;
    let all = sessions(&app).await;
    assert_eq!(starts(&app).await[..3], ["03-04T08:30", "03-09T08:30", "03-11T08:30"]);
    // A holiday: it is the Wednesday's, and stands for no Monday.
    change(&app, "DELETE", &all[2]).expect(200).await;
    replace(&app, &made, &both(&["monday"])).await;
    let mondays = [
        "03-09T08:30",
        "03-16T08:30",
        "03-23T08:30",
        "03-30T07:30",
        "04-06T07:30",
        "04-13T07:30",
        "04-20T07:30",
        "04-27T07:30",
    ];
    assert_eq!(starts(&app).await, mondays);
    assert_eq!(sessions(&app).await[0], all[1], "nobody touches what stays");
    // Another day beside: those that are there stay, too.
    let more = both(&["monday", "friday"]);
    replace(&app, &again(&app, &made).await, &more).await;
    let now = sessions(&app).await;
    let kept = |day: &str| now.iter().any(|one| one["starts_at"].as_str().unwrap()[5..16] == *day);
    assert!(mondays.iter().all(|day| kept(day)) && kept("03-06T08:30") && kept("03-13T08:30"));
    app.books_hold().await;
}

async fn s1_02_what_was_removed_of_a_week_does_not_stand_for_a_month(app: TestApp) {
    let retainer = hours(&app).await;
    let made = rule(&app, &retainer, &tuesdays(json!({}))).await;
    let all = sessions(&app).await;
    change(&app, "DELETE", &all[1]).expect(200).await;
    let third = tuesdays(json!({ "rhythm": "monthly_by_weekday", "nth": 3 }));
    let told = replace(&app, &made, &third).await;
    assert_eq!(starts(&app).await, ["03-17T08:30", "04-21T07:30"]);
    let day = tuesdays(json!({ "rhythm": "monthly_by_day", "day": 31, "weekdays": [] }));
    replace(&app, &told, &day).await;
    assert_eq!(starts(&app).await, ["03-31T07:30"]);
    assert_eq!(sessions(&app).await[0]["id"], all[2]["id"], "the call of March is moved");
    // April has 30 days, and May has another.
    app.clock_at("2026-04-07T09:00:00Z").await;
    assert_eq!(starts(&app).await, ["03-31T07:30", "04-30T07:30", "05-31T07:30"]);
    app.books_hold().await;
}

async fn s1_02_what_was_held_this_week_is_not_booked_again(app: TestApp) {
    let retainer = hours(&app).await;
    let made = rule(&app, &retainer, &both(&["tuesday", "thursday"])).await;
    app.clock_at("2026-03-04T09:00:00Z").await;
    // The Tuesday was held: of this week the second is left.
    replace(&app, &again(&app, &made).await, &both(&["wednesday", "friday"])).await;
    let now = starts(&app).await;
    assert_eq!(now[..4], ["03-03T08:30", "03-06T08:30", "03-11T08:30", "03-13T08:30"]);
    app.books_hold().await;
}

async fn s1_02_an_end_that_is_taken_back_leaves_what_somebody_changed(app: TestApp) {
    let retainer = hours(&app).await;
    let made = rule(&app, &retainer, &tuesdays(json!({}))).await;
    let all = sessions(&app).await;
    let moved = json!({ "starts_at": "2026-03-11T10:00:00Z" });
    change(&app, "PATCH", &all[1]).json(&moved).expect(200).await;
    change(&app, "DELETE", &all[2]).expect(200).await;
    let before = starts(&app).await;
    let path = format!("/call-rules/{}", id(&made));
    app.as_role(Role::Owner, "DELETE", &path).version(&made["version"]).expect(204).await;
    assert_eq!(starts(&app).await, ["03-11T10:00"]);
    let reopen = format!("{path}/reopen");
    app.as_role(Role::Member, "POST", &reopen).refused(ErrorCode::Forbidden).await;
    let told = app.as_role(Role::Owner, "POST", &reopen).expect(200).await;
    assert_eq!((&told["id"], &told["version"]), (&made["id"], &json!(3)));
    assert_eq!(starts(&app).await, before, "neither the moved nor the removed comes again");
    // Once more changes nothing.
    let once = app.as_role(Role::Owner, "POST", &reopen).expect(200).await;
    assert_eq!(once, told);
    let nothing = "/call-rules/0193a5b0-0000-7000-8000-000000000000/reopen";
    app.as_role(Role::Owner, "POST", nothing).refused(ErrorCode::NotFound).await;
    app.books_hold().await;
}

async fn s1_02_calls_that_draw_give_way_to_a_pause_and_an_end(app: TestApp) {
    app.clock_at("2026-03-02T09:00:00Z").await;
    let ten = |account: &Value| {
        json!({
            "account_id": account, "name": "Coaching", "starts_on": "2026-03-01",
            "timezone": "Europe/Berlin", "activate": true,
            "terms": {
                "price": { "amount_minor": 80_000, "currency": "EUR" },
                "pools": [{ "unit": "sessions", "allowance": 10, "overage": { "mode": "block" } }],
            },
        })
    };
    let retainer = agree(&app, ten).await;
    rule(&app, &retainer, &tuesdays(json!({ "weekdays": ["friday"], "units": 1 }))).await;
    let march = ["03-06T08:30", "03-13T08:30", "03-20T08:30", "03-27T08:30"];
    let april = ["04-03T07:30", "04-10T07:30", "04-17T07:30", "04-24T07:30"];
    let all = [march, april].concat();
    assert_eq!(starts(&app).await, all);
    let pause = json!({ "from": "2026-04-08", "to": "2026-04-20" });
    lifecycle::post(&app, &retainer, "pause", pause).await;
    assert_eq!(starts(&app).await, [&all[..5], &all[7..]].concat(), "at once");
    lifecycle::post(&app, &retainer, "resume", json!({})).await;
    app.clock_at("2026-03-02T09:01:00Z").await;
    assert_eq!(starts(&app).await, all, "and with the next tick");
    // What somebody moved is theirs, and is called off by them.
    let moved = json!({ "starts_at": "2026-04-02T10:00:00Z" });
    let april = sessions(&app).await[4].clone();
    let april = change(&app, "PATCH", &april).json(&moved).expect(200).await["session"].clone();
    let told = lifecycle::refused(&app, &retainer, "end", json!({ "ends_on": "2026-04-01" })).await;
    assert_eq!(told["errors"][0]["code"], "session_booked");
    assert_eq!(starts(&app).await.len(), 8);
    change(&app, "DELETE", &april).expect(200).await;
    lifecycle::post(&app, &retainer, "end", json!({ "ends_on": "2026-04-01" })).await;
    assert_eq!(starts(&app).await, march);
    app.books_hold().await;
}

async fn s1_02_days_are_those_of_the_client_far_away(app: TestApp) {
    app.clock_at("2026-03-02T09:00:00Z").await;
    let far = |account: &Value| {
        let mut body = ten_hours(account);
        body["timezone"] = json!("America/New_York");
        body["activate"] = json!(true);
        body
    };
    let retainer = agree(&app, far).await;
    // Half past eleven at night there is the next day in UTC; clocks go forward on 8 March.
    let late = json!({ "minute_of_day": 1_410, "last_on": "2026-03-17" });
    let made = rule(&app, &retainer, &tuesdays(late)).await;
    assert_eq!(starts(&app).await, ["03-04T04:30", "03-11T03:30", "03-18T03:30"]);
    // On Wednesday in UTC it is still Tuesday there, and the call is to come.
    app.clock_at("2026-03-04T04:00:00Z").await;
    assert_eq!(again(&app, &made).await["next"][0]["on"], "2026-03-03");
    app.books_hold().await;
}
