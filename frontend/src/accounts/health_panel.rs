//! What the state of an account is made of: its five parts with their figures, and since when it
//! stands so.
use chrono::NaiveDate;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::api::{AccountHealth, AccountId, HealthDay};

use super::health::{HealthBadge, reason, sees, word};
use crate::{
    api,
    format::{count, date, list, percent_tenths},
    query::use_query,
    session::{use_me, use_today},
    t, tn,
    ui::{Empty, Loaded, Panel, styles},
};

/// How the account stands that the address names.
#[component]
pub fn HealthPart() -> impl IntoView {
    styles::adopt(include_str!("../../styles/health.css"));
    let sees = use_me().with_untracked(|me| sees(me.role));
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params.with(|params| params.get("account").and_then(|id| id.parse::<AccountId>().ok()))
    });
    move || id.get().filter(|_| sees).map(|id| view! { <Health id /> })
}

#[component]
fn Health(id: AccountId) -> impl IntoView {
    let health = use_query(move || api::account_health(id));
    let today = use_today();
    let aside = move || {
        health.with(|health| {
            let points = points(health?.score?);
            Some(view! { <span class="num">{t!(health.points, points = points)}</span> })
        })
    };
    let body = move || {
        health.with(|health| match health {
            Some(health) if health.state.is_some() => shown(health, today.get()).into_any(),
            Some(_) => view! {
                <Empty title=t!(health.none)>
                    <p>{t!(health.none_about)}</p>
                </Empty>
            }
            .into_any(),
            None => ().into_any(),
        })
    };
    view! {
        <Panel title=t!(health.title) aside=aside>
            <Loaded of=health.standing() rows=5>
                {body}
            </Loaded>
        </Panel>
    }
}

/// Whole points, never more than there are: who has 74.9 is not at 75.
fn points(score: i64) -> String {
    count(score.div_euclid(10))
}

fn shown(health: &AccountHealth, today: NaiveDate) -> impl IntoView + use<> {
    let reasons = health.signs.iter().map(|sign| view! { <li>{reason(sign)}</li> });
    let days = health.days.iter().map(|day| of_day(day, today)).collect_view();
    let history = (health.days.len() > 1).then(|| {
        view! {
            <details class="form-more health-days">
                <summary>{t!(health.history)}</summary>
                <ul class="form-part">{days}</ul>
            </details>
        }
    });
    view! {
        <div class="panel-body health">
            <p>{health.state.map(|state| view! { <HealthBadge state /> })}</p>
            <ul class="health-reasons">{reasons.collect_view()}</ul>
            <dl class="health-parts">{parts(health, today).into_iter().map(row).collect_view()}</dl>
            {history}
        </div>
    }
}

fn of_day(day: &HealthDay, today: NaiveDate) -> impl IntoView + use<> {
    let state = day.state.map_or(t!(health.unknown), word);
    let points = day.score.map(|score| t!(health.points, points = points(score)));
    let words: Vec<String> = std::iter::once(state.to_owned()).chain(points).collect();
    view! {
        <li>
            <span>{date(day.on, today)}</span>
            <span class="text-muted">{words.join(", ")}</span>
        </li>
    }
}

/// A part as a row: its name, what it weighs, its points if they are known, and the figures.
struct Row {
    name: &'static str,
    weight: i64,
    score: Option<i64>,
    fact: String,
}

fn row(row: Row) -> impl IntoView {
    let Row { name, weight, score, fact } = row;
    let points = score.map_or_else(|| "–".to_owned(), points);
    let bar = score.map(|score| view! { <progress max="1000" value=score.to_string()></progress> });
    view! {
        <div class="health-part">
            <dt>
                {name} " " <span class="text-muted">{t!(health.weight, weight = count(weight))}</span>
            </dt>
            <dd class="num health-points">{points}</dd>
            <dd class="health-bar" aria-hidden="true">
                {bar}
            </dd>
            <dd class="health-fact">{fact}</dd>
        </div>
    }
}

/// The parts that the reader may see.
fn parts(health: &AccountHealth, today: NaiveDate) -> Vec<Row> {
    let parts = &health.parts;
    let mut rows = vec![Row {
        name: t!(health.part_use),
        weight: parts.used.weight,
        score: parts.used.score,
        fact: used(health),
    }];
    rows.extend(parts.payment.map(|part| Row {
        name: t!(health.part_payment),
        weight: part.weight,
        score: part.score,
        fact: match part.invoices {
            0 => t!(health.no_invoice).to_owned(),
            n => {
                let days = tn!(part.days_late, health.days_1, health.days_n);
                tn!(n, health.paid_1, health.paid_n, days = days)
            }
        },
    }));
    rows.extend(parts.margin.as_ref().map(|part| Row {
        name: t!(health.part_margin),
        weight: part.weight,
        score: part.score,
        fact: match part.share {
            Some(share) => t!(
                health.margin,
                share = percent_tenths(share),
                target = percent_tenths(part.target)
            ),
            None => t!(health.no_margin).to_owned(),
        },
    }));
    rows.push(Row {
        name: t!(health.part_contact),
        weight: parts.contact.weight,
        score: parts.contact.score,
        fact: match (parts.contact.last_on, parts.contact.days) {
            (Some(on), Some(days)) => {
                let on = date(on, today);
                match days {
                    0 => t!(health.contact_today).to_owned(),
                    days => tn!(days, health.contact_1, health.contact_n, on = on),
                }
            }
            _ => t!(health.no_contact).to_owned(),
        },
    });
    rows.push(Row {
        name: t!(health.part_delivery),
        weight: parts.delivery.weight,
        score: parts.delivery.score,
        fact: match (parts.delivery.on_time, parts.delivery.due) {
            (_, 0) => t!(health.no_delivery).to_owned(),
            (on_time, due) => t!(health.delivered, n = count(on_time), due = count(due)),
        },
    });
    rows
}

/// The share of each cycle, newest first.
fn used(health: &AccountHealth) -> String {
    let part = &health.parts.used;
    let Some(share) = part.share else { return t!(health.no_use).to_owned() };
    let name = part.retainer_name.as_deref().unwrap_or_default();
    let cycles: Vec<String> = part.cycles.iter().map(|one| percent_tenths(one.share)).collect();
    let share = percent_tenths(share);
    match cycles.len() {
        0 | 1 => t!(health.used_once, name = name, share = share),
        _ => t!(health.used, name = name, share = share, cycles = list(&cycles)),
    }
}
