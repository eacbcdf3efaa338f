//! The first retainer of an organisation: what it begins with, and which steps it has taken.
//! Source: requirements S2-1 to S2-3.
use serde_json::{Value, json};
use shared::api::{AccountId, ErrorCode, Money, NewRetainer, Role};
use shared::presets::Preset;
use shared::rules::cycle::{Anchor, Interval, IntervalUnit, WeekStart};

use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{get, id};

on_both_engines![
    s2_02_each_of_the_five_models_is_sold_from_its_preset,
    s2_03_the_terms_of_each_preset_are_kept_with_their_reminders,
    the_first_steps_are_told_as_they_are_taken,
    a_client_is_billed_and_let_in_from_the_start,
];

async fn account(app: &TestApp) -> Value {
    let new = json!({ "name": "Big Company" });
    app.as_role(Role::Owner, "POST", "/accounts").json(&new).expect(201).await
}

/// A retainer by a preset, for 1,500.00 a month from the first of January.
async fn sell(app: &TestApp, account: &Value, preset: Preset) -> (NewRetainer, Value) {
    let account_id: AccountId = id(account).parse().unwrap();
    let price = Money { amount_minor: 150_000, currency: "EUR".into() };
    let new = NewRetainer {
        account_id,
        name: format!("{preset:?}"),
        starts_on: "2026-01-01".parse().unwrap(),
        ends_on: None,
        timezone: None,
        interval: Interval { unit: IntervalUnit::Month, count: 1 },
        anchor: Anchor::Calendar { fiscal_start_month: 1, week_start: WeekStart::Mon },
        first_partial: Default::default(),
        terms: preset.terms(price, "Workshops"),
        activate: None,
        fit_check_id: None,
    };
    let made = app.as_role(Role::Manager, "POST", "/retainers").json(&new).expect(201).await;
    (new, made)
}

async fn s2_02_each_of_the_five_models_is_sold_from_its_preset(app: TestApp) {
    let account = account(&app).await;
    for preset in Preset::MODELS {
        let (new, made) = sell(&app, &account, preset).await;
        assert_eq!(made["state"], "active", "{preset:?}");
        assert_eq!(made["balances"][0]["left"], new.terms.pools[0].allowance, "{preset:?}");
    }
    let list = get(&app, "/retainers").await;
    let mut models: Vec<&str> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["model"].as_str().unwrap())
        .collect();
    models.sort_unstable();
    let expected = ["credits", "deliverables", "fixed_hours", "rollover_hours", "sessions"];
    assert_eq!(models, expected);
}

async fn s2_03_the_terms_of_each_preset_are_kept_with_their_reminders(app: TestApp) {
    let account = account(&app).await;
    for preset in Preset::ALL {
        let (new, made) = sell(&app, &account, preset).await;
        let path = format!("/retainers/{}", id(&made));
        let kept = get(&app, &path).await["terms"]["terms"].clone();
        assert_eq!(kept, serde_json::to_value(new.terms.clone().keyed()).unwrap(), "{preset:?}");
        // What somebody is told of its use.
        let told = get(&app, &format!("{path}/alert-settings")).await;
        for (held, pool) in told["pools"].as_array().unwrap().iter().zip(&new.terms.pools) {
            let usual = vec![50, 80, 100];
            let levels = pool.alert_levels.clone().unwrap_or(usual);
            assert_eq!(held["rules"]["percent"], json!(levels), "{preset:?}");
        }
        // When the end of its term is reminded of.
        let Some(rule) = preset.renewal() else { continue };
        let path = format!("{path}/renewal-rule");
        let version = get(&app, &path).await["version"].clone();
        let put = app.as_role(Role::Manager, "PUT", &path).version(version);
        put.json(&rule).expect(200).await;
        let kept = get(&app, &path).await;
        assert_eq!(kept["rule"]["term_cycles"], rule.term_cycles, "{preset:?}");
        assert_eq!(kept["rule"]["notice_days"], rule.notice_days, "{preset:?}");
        assert_eq!(kept["rule"]["lead_days"], rule.lead_days, "{preset:?}");
        assert!(kept["opens_on"].is_string(), "{preset:?}: {kept}");
    }
    app.books_hold().await;
}

async fn taken(app: &TestApp) -> Vec<String> {
    let steps = get(app, "/first-steps").await;
    let steps = steps.as_object().unwrap().iter();
    let mut taken: Vec<String> =
        steps.filter(|(_, taken)| **taken == json!(true)).map(|(step, _)| step.clone()).collect();
    taken.sort();
    taken
}

async fn the_first_steps_are_told_as_they_are_taken(app: TestApp) {
    // Somebody of each role is there.
    assert_eq!(taken(&app).await, ["team"]);
    let account = account(&app).await;
    assert_eq!(taken(&app).await, ["client", "team"]);
    let (_, retainer) = sell(&app, &account, Preset::Consulting).await;
    assert_eq!(taken(&app).await, ["capacity", "client", "team"]);
    let lines = json!({ "included": ["Support"], "excluded": ["Hosting"] });
    let scope = app.as_role(Role::Owner, "PUT", &format!("/retainers/{}/scope", id(&retainer)));
    scope.version(0).json(&lines).expect(200).await;
    let portal = app.as_role(Role::Owner, "PUT", &format!("/accounts/{}/portal", id(&account)));
    portal.version(0).json(&json!({ "open": true, "parts": [] })).expect(200).await;
    assert_eq!(taken(&app).await, ["capacity", "client", "portal", "scope", "team"]);
    app.clock_at("2026-02-02T09:00:00Z").await;
    assert_eq!(taken(&app).await, ["capacity", "client", "portal", "running", "scope", "team"]);

    // Another organisation has taken none of them, and who sells nothing is not asked.
    app.tenant("other").await;
    let theirs = app.as_person("owner@other.example", "GET", "/first-steps").expect(200).await;
    assert_eq!((&theirs["client"], &theirs["running"]), (&json!(false), &json!(false)));
    app.as_role(Role::Viewer, "GET", "/first-steps").refused(ErrorCode::Forbidden).await;
}

/// The calls of the page `/start`, one after the other, and again as after a lost answer.
async fn a_client_is_billed_and_let_in_from_the_start(app: TestApp) {
    app.clock_at("2026-01-15T09:00:00Z").await;
    let account = account(&app).await;
    let people = format!("/accounts/{}/contacts", id(&account));
    let mia = json!({ "name": "Mia Berg", "email": "mia@big.example", "decides": true });
    let mia = app.as_role(Role::Owner, "POST", &people).json(&mia).expect(201).await;
    let settings = json!({ "legal_name": "The home studio", "address": "Quay 1",
        "taxes": [{ "code": "VAT", "percent": "20" }], "starts_on": "2026-01-15" });
    let put = app.as_role(Role::Owner, "PUT", "/organisation/billing").version(0);
    put.json(&settings).expect(200).await;
    let (new, retainer) = sell(&app, &account, Preset::Support).await;
    let again = |key: &'static str| {
        app.as_role(Role::Owner, "POST", "/retainers")
            .header("Idempotency-Key", key)
            .json(&NewRetainer { name: "Once".into(), ..new.clone() })
            .expect(201)
    };
    let key = "0193a5b0-0000-7000-8000-0000000000aa";
    assert_eq!(again(key).await["id"], again(key).await["id"]);

    let path = format!("/retainers/{}/billing", id(&retainer));
    let billing = json!({ "billed": true, "timing": "advance" });
    let put = app.as_role(Role::Owner, "PUT", &path).version(0);
    assert_eq!(put.json(&billing).expect(200).await["next_on"], "2026-01-15");
    let run = json!({ "retainer_id": retainer["id"] });
    let run = app.as_role(Role::Owner, "POST", "/billing-runs").json(&run).expect(201).await;
    assert_eq!(run["made"][0]["total_minor"], 180_000, "1,500.00 and a fifth of it: {run}");
    assert_eq!(run["made"][0]["issue_on"], "2026-01-15");

    let portal = format!("/accounts/{}/portal", id(&account));
    let usual = get(&app, &portal).await;
    let open = json!({ "open": true, "parts": usual["parts"] });
    let put = app.as_role(Role::Owner, "PUT", &portal).version(usual["version"].clone());
    put.json(&open).expect(200).await;
    let whom = json!({ "contact_id": mia["id"] });
    let link = app.as_role(Role::Owner, "POST", &format!("{portal}/invitations"));
    let link = link.json(&whom).expect(201).await;
    let enter = app.request("POST", "/portal/auth/session");
    let entered = enter.json(&json!({ "token": link["token"] })).expect(200).await;
    let token = entered["access_token"].as_str().unwrap();
    let about = format!("/portal/retainers/{}", id(&retainer));
    let seen = app.bearing(token, "GET", &about).expect(200).await;
    assert_eq!(seen["balances"][0]["left"], 600);
}
