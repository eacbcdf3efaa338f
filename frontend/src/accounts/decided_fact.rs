//! What was decided last with an account: one line among its facts. Source: requirement S1-14.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{AccountId, TimelineItem};

use crate::{api, format::date, query::use_query, session::use_today, t};

/// The last question with its answer. Nothing where none was answered yet.
#[component]
pub(super) fn DecidedFact(id: AccountId) -> impl IntoView {
    let today = use_today();
    let last = use_query(move || api::last_decision(id));
    let fact = move || {
        last.with(|page| {
            let item = page?.items.first()?;
            let href = format!("/decisions?decision={}", item.subject_id);
            Some((href, words(item, today.get())))
        })
    };
    move || {
        fact().map(|(href, words)| {
            view! {
                <div class="fact">
                    <dt>{t!(accounts.last_decision)}</dt>
                    <dd>
                        <a class="link" href=href>{words}</a>
                    </dd>
                </div>
            }
        })
    }
}

/// What was chosen and when; of a question that was taken up again, that.
fn words(item: &TimelineItem, today: NaiveDate) -> String {
    let question = item.title.as_deref().unwrap_or_default();
    match (item.text.as_deref(), item.on) {
        (Some(choice), Some(on)) => {
            let day = date(on, today);
            t!(accounts.decided, question = question, choice = choice, day = day)
        }
        _ => t!(accounts.decided_anew, question = question),
    }
}
