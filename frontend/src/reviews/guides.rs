//! What gives reason to look closer, and what was found. Source: requirements S0-8 to S0-12, S3-23.
use leptos::prelude::*;
use shared::api::{Diagnosis, GuideCheck, ReviewGuide, ReviewRoom, ReviewedWork, SignalGuide};

use super::diagnose::About;
use super::room::{Room, board_of};
use super::words;
use crate::format::{count, list};
use crate::ui::{Badge, Button, Tone};
use crate::{t, tn};

#[component]
pub(super) fn Guides(room: Room, now: ReviewRoom) -> impl IntoView {
    let board = board_of(&now.review);
    let all = || now.observed.signals.iter();
    let read = all().any(|one| one.percent.is_some());
    // What has a diagnosis waits for none: it is told with what was found.
    let found = |kind| now.diagnoses.iter().any(|one| one.signal == Some(kind));
    let any_weak = all().any(|one| one.weak);
    let weak: Vec<_> =
        all().filter(|one| one.weak && !found(one.kind)).map(|one| one.kind).collect();
    let nothing = (!any_weak && now.observed.guides.is_empty()).then(|| match read {
        true => t!(reviews.nothing_weak),
        false => t!(reviews.nothing_read),
    });
    let guides = now.observed.guides.into_iter();
    let row = |guide| view! { <GuideRow room guide board=board.clone() /> };
    let guides = guides.map(row).collect_view();
    let weak = weak.into_iter().map(|kind| {
        let name = words::signal(kind);
        view! {
            <li class="know-row">
                <div class="know-row-head">
                    <span class="font-medium">{name}</span>
                    <Badge tone=Tone::Warn icon=icondata::LuTrendingDown>{t!(reviews.weak)}</Badge>
                    <Diagnose room about=About::Signal(kind) name />
                </div>
            </li>
        }
    });
    let found = now.diagnoses.into_iter().map(|found| view! { <Found found /> });
    view! {
        {nothing.map(|words| view! { <p class="panel-body text-muted">{words}</p> })}
        <ul class="panel-rows">{guides} {weak.collect_view()} {found.collect_view()}</ul>
    }
}

#[component]
fn Diagnose(room: Room, about: About, name: &'static str) -> impl IntoView {
    let about = StoredValue::new(about);
    let press = Callback::new(move |()| room.diagnosing.set(Some(about.get_value())));
    let label = t!(reviews.diagnose_this, name = name);
    room.may.then(|| {
        view! {
            <span class="know-row-actions">
                <Button small=true label on_press=press>{t!(reviews.diagnose)}</Button>
            </span>
        }
    })
}

/// What was seen, in a sentence.
pub(super) fn sentence(guide: &ReviewGuide) -> String {
    let (n, all) = (count(guide.count), count(guide.of));
    match guide.guide {
        SignalGuide::RepeatedRevisions => {
            tn!(guide.count, reviews.s_revisions_one, reviews.s_revisions_other, all = all)
        }
        SignalGuide::SlowLaunches => t!(reviews.s_launches, n = n, all = all),
        SignalGuide::PoorFitLeads => t!(reviews.s_leads, n = n, all = all),
        SignalGuide::UntrustedReports => {
            tn!(guide.count, reviews.s_reports_one, reviews.s_reports_other)
        }
    }
}

pub(super) fn check_words(checks: &[GuideCheck]) -> String {
    let words: Vec<String> = checks.iter().map(|one| words::check(*one).to_owned()).collect();
    t!(reviews.check, list = list(&words))
}

#[component]
fn GuideRow(room: Room, guide: ReviewGuide, board: String) -> impl IntoView {
    let name = words::guide(guide.guide);
    let said = sentence(&guide);
    let checks = check_words(&guide.checks);
    let work = guide.work.clone();
    view! {
        <li class="know-row">
            <div class="know-row-head">
                <span class="font-medium">{name}</span>
                <Badge tone=Tone::Warn icon=icondata::LuLightbulb>{t!(reviews.weak)}</Badge>
                <Diagnose room about=About::Guide(guide) name />
            </div>
            <p class="text-soft">{said} " " {checks}</p>
            <WorkList work board />
        </li>
    }
}

/// Pieces of work, each a link to its card; `board` is the address of their board.
#[component]
pub(super) fn WorkList(work: Vec<ReviewedWork>, board: String) -> impl IntoView {
    let row = move |one: ReviewedWork| {
        let why: Vec<&str> = one.informal.iter().map(|why| words::informal(*why)).collect();
        let why = (!why.is_empty()).then(|| format!(": {}", why.join(", ")));
        let href = format!("{board}?card={}", one.id);
        view! {
            <li>
                <a class="link" href=href>{format!("#{} {}", one.number, one.title)}</a>
                <span class="text-muted">{why}</span>
            </li>
        }
    };
    (!work.is_empty()).then(|| {
        view! { <ul class="know-list">{work.into_iter().map(row).collect_view()}</ul> }
    })
}

#[component]
fn Found(found: Diagnosis) -> impl IntoView {
    let about = found.signal.map(words::signal).or(found.guide.map(words::guide));
    let named = (!found.named.is_empty()).then(
        || view! { <p class="know-guide">{t!(reviews.named, list = list(&found.named))}</p> },
    );
    let checked = (!found.checked.is_empty()).then(|| check_words(&found.checked));
    view! {
        <li class="know-row">
            <p class="know-row-head">
                <Badge tone=Tone::Ok icon=icondata::LuCheck>{t!(reviews.diagnosed)}</Badge>
                <span class="font-medium">{words::cause(found.cause)}</span>
                <span class="text-muted">{about}</span>
            </p>
            <p>{found.finding}</p>
            {checked.map(|words| view! { <p class="text-muted">{words}</p> })}
            {named}
        </li>
    }
}
