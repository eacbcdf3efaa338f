//! Terms played over a year: the server says what the rules say, and nothing is kept.
use serde_json::{Value, json};
use shared::api::{ErrorCode, NewSimulation, Role, SimulatedCycle, SimulatedTotals, Unit};
use shared::rules::cycle::Series;
use shared::rules::proration::FirstPartial;
use shared::rules::simulate::{Agreement, CYCLES, Profile};
use shared::rules::units::{Minor, Quantity};

use crate::app::{Answer, TestApp};
use crate::on_both_engines;

on_both_engines![
    a_year_is_what_the_rules_make_of_it,
    a_heavy_client_pays_for_what_goes_beyond,
    a_client_of_ones_own_is_played_too,
    what_cannot_be_played_is_told_at_its_field,
];

/// Two pools from the middle of a month: a partial cycle, carrying, borrowing.
fn body() -> Value {
    json!({
        "starts_on": "2026-01-15",
        "ends_on": "2026-09-10",
        "first_partial": "full",
        "terms": {
            "price": { "amount_minor": 150_000, "currency": "EUR" },
            "grace_days": 3,
            "pools": [
                {
                    "allowance": 600,
                    "rollover": { "cap_units": 300, "max_cycles": 1, "carry_percent": 50 },
                    "overage": { "mode": "borrow", "rate_minor": 15_000, "borrow_cap": 30,
                        "increment": 15 },
                },
                { "unit": "sessions", "name": "Workshops", "allowance": 4,
                    "overage": { "mode": "block" } },
            ],
        },
    })
}

async fn simulate(app: &TestApp, body: &Value) -> Value {
    app.as_role(Role::Manager, "POST", "/retainers/simulate").json(body).expect(200).await
}

async fn a_year_is_what_the_rules_make_of_it(app: TestApp) {
    let told = simulate(&app, &body()).await;
    assert_eq!(told["currency"], "EUR");
    let new: NewSimulation = serde_json::from_value(body()).unwrap();
    let series =
        Series::new(new.starts_on, new.interval, new.anchor, new.ends_on, Vec::new()).unwrap();
    for (place, pool) in new.terms.pools.iter().enumerate() {
        let agreement = Agreement {
            series: &series,
            policy: &pool.policy(0),
            allowance: Quantity(pool.allowance),
            rounding: pool.partial_rounding.unwrap_or_default(),
            price: Minor(new.terms.price.amount_minor),
            first_partial: FirstPartial::Full,
            sessions: pool.unit == Unit::Sessions,
            bought: None,
        };
        let mine = &told["pools"][place];
        assert_eq!(mine["pool"], pool.key());
        for (client, profile) in Profile::ALL.into_iter().enumerate() {
            let usage = agreement.usage(profile.percents(), CYCLES).unwrap();
            let play = agreement.play(&usage).unwrap();
            let cycles: Vec<SimulatedCycle> = play.cycles.iter().map(Into::into).collect();
            let totals = SimulatedTotals::from(&play.totals);
            let mine = &mine["clients"][client];
            assert_eq!(mine["profile"], serde_json::to_value(profile).unwrap());
            assert_eq!(mine["cycles"], serde_json::to_value(cycles).unwrap());
            assert_eq!(mine["totals"], serde_json::to_value(totals).unwrap());
        }
        // It ends in September, in a cycle that is cut short.
        let cycles = mine["clients"][0]["cycles"].as_array().unwrap();
        let ends = (cycles.len(), &cycles[0]["partial"], &cycles[8]["ends_on"]);
        assert_eq!(ends, (9, &json!(true), &json!("2026-09-10")));
        assert_eq!(cycles[0]["fee_minor"], 150_000, "the full price, as assumed");
    }
    let kept = app.as_role(Role::Owner, "GET", "/retainers").expect(200).await;
    assert_eq!(kept["items"], json!([]));
}

/// 240 per cent of ten hours at 150.00: by hand, not by the function that is asked.
async fn a_heavy_client_pays_for_what_goes_beyond(app: TestApp) {
    let mut body = body();
    body["starts_on"] = "2026-01-01".into();
    body.as_object_mut().unwrap().remove("ends_on");
    body["terms"]["pools"][0] = json!({
        "allowance": 600, "overage": { "mode": "bill", "rate_minor": 15_000 },
    });
    let told = simulate(&app, &body).await;
    let heavy = &told["pools"][0]["clients"][2];
    assert_eq!(heavy["cycles"].as_array().unwrap().len(), 12);
    let totals = &heavy["totals"];
    assert_eq!(
        (&totals["overage"], &totals["overage_amount_minor"]),
        (&json!(1_440), &json!(360_000))
    );
    assert_eq!(totals["paid_minor"], 12 * 150_000 + 360_000);
    // A pool that blocks refuses instead: 20 per cent of four sessions, twelve times, rounded. Of
    // those booked every tenth is called off in time: three cycles leave one unused by it.
    let workshops = &told["pools"][1]["clients"][2]["totals"];
    assert_eq!((&workshops["overage"], &workshops["used"]), (&json!(0), &json!(45)));
    assert!(workshops["refused"].as_i64().unwrap() > 0);
}

async fn a_client_of_ones_own_is_played_too(app: TestApp) {
    let mut body = body();
    body["own_use"] = json!([0, 200]);
    let told = simulate(&app, &body).await;
    let own = &told["pools"][1]["clients"][3];
    assert_eq!((&own["profile"], &own["percents"]), (&Value::Null, &json!([0, 200])));
    let cycle = |n: usize| &own["cycles"][n];
    assert_eq!((&cycle(0)["used"], &cycle(0)["lapsed"]), (&json!(0), &cycle(0)["granted"]));
    // Eight are booked, the third is called off in time.
    assert_eq!((&cycle(1)["used"], &cycle(1)["refused"]), (&json!(4), &json!(3)));
    let told = json!({ "booked": 8, "cancelled_in_time": 1, "cancelled_late": 1, "missed": 0,
        "set_aside": 0 });
    assert_eq!(cycle(1)["sessions"], told);
    assert_eq!(cycle(2)["used"], 0);
    // Six more are bought for two cycles: the client books them at its own pace, and the allowance
    // goes on after them.
    body["blocks"] = json!([{ "pool": "sessions", "quantity": 6, "starts_on": "2026-02-01",
        "ends_on": "2026-04-01" }]);
    body["own_use"] = json!([100]);
    let own = simulate(&app, &body).await["pools"][1]["clients"][3].clone();
    let cycles = own["cycles"].as_array().unwrap();
    let booked: Vec<_> = cycles.iter().take(4).map(|one| &one["sessions"]["booked"]).collect();
    assert_eq!((cycles.len(), booked), (9, vec![&json!(4), &json!(7), &json!(7), &json!(4)]));
    assert_eq!((&cycles[0]["bought"], &own["totals"]["bought"]), (&json!(6), &json!(6)));
}

async fn what_cannot_be_played_is_told_at_its_field(app: TestApp) {
    let cases = [
        ("/ends_on", "end_before_start", json!({ "ends_on": "2026-01-15" })),
        ("/interval", "invalid_interval", json!({ "interval": { "unit": "month", "count": 0 } })),
        (
            "/anchor",
            "invalid_anchor",
            json!({
                "interval": { "unit": "month", "count": 5 },
                "anchor": { "type": "calendar" },
            }),
        ),
        (
            "/blocks/0/pool",
            "not_found",
            json!({ "blocks": [{ "pool": "nothing", "quantity": 1 }] }),
        ),
        (
            "/blocks/1/pool",
            "exists",
            json!({ "blocks": [{ "pool": "sessions", "quantity": 1 },
                { "pool": "sessions", "quantity": 1 }] }),
        ),
        (
            "/blocks/0/quantity",
            "out_of_range",
            json!({ "blocks": [{ "pool": "sessions", "quantity": 0 }] }),
        ),
        (
            "/blocks/0/ends_on",
            "end_before_start",
            json!({ "blocks": [{ "pool": "sessions", "quantity": 1, "ends_on": "2026-01-15" }] }),
        ),
        ("/own_use", "too_short", json!({ "own_use": [] })),
        ("/own_use/1", "out_of_range", json!({ "own_use": [1, 1_001] })),
        (
            "/terms",
            "out_of_range",
            json!({ "own_use": [1_000], "terms": {
                "price": { "amount_minor": 1, "currency": "EUR" },
                "pools": [{ "unit": "credits", "allowance": 600_000,
                    "overage": { "mode": "bill", "rate_minor": 1_000_000_000_000_i64 } }],
            } }),
        ),
    ];
    for (field, code, change) in cases {
        let mut body = body();
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let ask = app.as_role(Role::Owner, "POST", "/retainers/simulate").json(&body);
        ask.faulty(field, code).await;
    }
    let ask = app.as_role(Role::Member, "POST", "/retainers/simulate").json(&body());
    ask.refused(ErrorCode::Forbidden).await;
}
