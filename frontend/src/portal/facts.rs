//! What comes when: the next allowance, the next invoice, the next session, the end of the term.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{EndRule, PortalRetainer, PortalTerm};

use super::words::long_day;
use crate::format::{day_in_zone, effort, moment, weekday};
use crate::t;
use crate::ui::Panel;

/// The dates that are known, as a list.
#[component]
pub(super) fn Facts(
    /// Of what.
    retainer: PortalRetainer,
    /// Where it is.
    today: NaiveDate,
) -> impl IntoView {
    let rows = rows(&retainer, today);
    let row = |(label, value): (&'static str, String)| {
        view! {
            <div class="visit-fact">
                <dt>{label}</dt>
                <dd>{value}</dd>
            </div>
        }
    };
    let content = match rows.is_empty() {
        true => view! { <p class="panel-body text-muted">{t!(portal.dates_empty)}</p> }.into_any(),
        false => {
            let rows = rows.into_iter().map(row).collect_view();
            view! { <dl class="panel-rows">{rows}</dl> }.into_any()
        }
    };
    view! { <Panel title=t!(portal.dates)>{content}</Panel> }
}

fn rows(retainer: &PortalRetainer, today: NaiveDate) -> Vec<(&'static str, String)> {
    let day = |day: Option<NaiveDate>| day.map(|day| long_day(day, today));
    let session = retainer.next_session.as_ref().map(|session| {
        let (at, zone) = (session.starts_at, retainer.timezone.as_str());
        let when = match day_in_zone(at, zone) == today {
            true => moment(at, zone, today),
            false => {
                let day = weekday(day_in_zone(at, zone), today);
                t!(portal.session_at, day = day, time = crate::format::clock_in_zone(at, zone))
            }
        };
        let parts = [Some(when), Some(effort(session.minutes)), session.title.clone()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    });
    let facts = [
        (t!(portal.resets_on), day(retainer.resets_on)),
        (t!(portal.next_invoice), day(retainer.next_invoice_on)),
        (t!(portal.next_session), session),
        (t!(portal.term), retainer.term.as_ref().map(|term| term_words(term, today))),
    ];
    facts.into_iter().filter_map(|(label, value)| Some((label, value?))).collect()
}

/// What happens when the term ends. `due_on` is the first day after it.
fn term_words(term: &PortalTerm, today: NaiveDate) -> String {
    let last = long_day(term.due_on.pred_opt().unwrap_or(term.due_on), today);
    let said = match term.end_rule {
        EndRule::Stop => t!(portal.term_stop, day = last),
        EndRule::Continue => t!(portal.term_continue, day = last),
        EndRule::Tacit => t!(portal.term_tacit, day = long_day(term.due_on, today)),
    };
    match term.notice_on {
        Some(day) => format!("{said} {}", t!(portal.term_notice, day = long_day(day, today))),
        None => said,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn a_term_is_told_by_its_last_day_or_by_the_day_it_begins_anew() {
        let term = |end_rule, notice: Option<&str>| {
            let notice_on = notice.map(day);
            let term = PortalTerm { end_rule, due_on: day("2027-01-01"), notice_on };
            term_words(&term, day("2026-11-15"))
        };
        assert_eq!(term(EndRule::Stop, None), "Ends with 31 December.");
        assert_eq!(
            term(EndRule::Tacit, Some("2026-11-30")),
            "Renews itself on 1 January 2027. Notice is possible until 30 November."
        );
    }
}
