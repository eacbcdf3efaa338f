//! `/reviews/:id`: signals, cause, decision, end; earlier decisions at the side. One sentence a
//! step says what to do. Source: requirements S0-37, S3-20 to S3-25, S3-39; UX, screen 10.
use std::time::Duration;

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::api::{AccountId, MonthSteps, Review, ReviewId, ReviewRoom, ReviewState, SignalKind};

use super::diagnose::{About, DiagnoseDialog};
use super::end::End;
use super::follow::FollowUps;
use super::guides::Guides;
use super::outcome::{DecideDialog, Outcomes};
use super::rate::RateDialog;
use super::side::Side;
use super::signal::Signals;
use super::system::System;
use crate::format::{date, moment};
use crate::keys::{Group, use_action};
use crate::query::{self, Query, use_query};
use crate::retainers::board_href;
use crate::scope::scope_href;
use crate::session::{manages, use_me, use_today};
use crate::shell::Area;
use crate::ui::{Badge, Button, Loaded, PageHeader, Panel, Tone, Variant, focus, icon};
use crate::{api, t};

/// What the area brings along.
pub(super) fn style() {
    crate::ui::styles::adopt(include_str!("../../styles/reviews.css"));
}

/// A review that is looked at, and which of its dialogs is open.
#[derive(Clone, Copy)]
pub(super) struct Room {
    pub(super) id: ReviewId,
    query: Query<ReviewRoom>,
    /// May write in it: by role, and while it runs.
    pub(super) may: bool,
    pub(super) rating: RwSignal<Option<SignalKind>>,
    pub(super) diagnosing: RwSignal<Option<About>>,
    pub(super) deciding: RwSignal<bool>,
    /// When something of it was saved last, in ms since 1970.
    saved_at: RwSignal<Option<u64>>,
}

impl Room {
    /// Shows what the server answered, and closes the dialog that asked.
    pub(super) fn saved(self, now: ReviewRoom, dialog: Option<RwSignal<bool>>) {
        query::put(&api::review(self.id), now);
        self.saved_at.try_set(Some(crate::browser::now_ms()));
        for path in ["/reviews?", "/reviews/plan", "/reviews/report", "/decisions", "/sops"] {
            query::invalidate(path);
        }
        if let Some(open) = dialog {
            open.try_set(false);
        }
        focus("review");
    }
    pub(super) fn account_id(self) -> Option<AccountId> {
        self.query.with(|now| now.map(|now| now.review.account_id))
    }
    pub(super) fn seen(self) -> Option<ReviewRoom> {
        self.query.get()
    }
}

/// Opens a dialog while something is asked for, and forgets what that was when it is closed.
pub(super) fn follow(
    open: RwSignal<bool>,
    asked: Memo<bool>,
    forget: impl Fn() + Copy + Send + Sync + 'static,
) {
    Effect::new(move |_| {
        let asked = asked.get();
        if open.get_untracked() != asked {
            open.set(asked);
        }
    });
    Effect::new(move |_| {
        if !open.get() && asked.get_untracked() {
            forget();
        }
    });
}

/// The address of the board of a review's retainer.
pub(super) fn board_of(review: &Review) -> String {
    board_href(review.account_id, review.retainer_id)
}

/// `/reviews/:review`
#[component]
pub fn RoomPage() -> impl IntoView {
    style();
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|map| map.get("review"))?.parse::<ReviewId>().ok());
    move || match id.get() {
        Some(id) => view! { <Held id /> }.into_any(),
        None => view! {
            <PageHeader title=t!(common.not_found_title) area=Area::Reviews />
            <div class="page"><p class="text-muted">{t!(common.not_found)}</p></div>
        }
        .into_any(),
    }
}

#[component]
fn Held(id: ReviewId) -> impl IntoView {
    let query = use_query(move || api::review(id));
    let manages = use_me().with_untracked(|me| manages(me.role));
    let running = Memo::new(move |_| {
        query.with(|now| now.is_some_and(|now| now.review.state == ReviewState::Running))
    });
    let (rating, diagnosing) = (RwSignal::new(None), RwSignal::new(None));
    let (deciding, presenting) = (RwSignal::new(false), RwSignal::new(false));
    let saved_at = RwSignal::new(None);
    let room = move || {
        let may = manages && running.get();
        Room { id, query, may, rating, diagnosing, deciding, saved_at }
    };
    use_action(Group::Here, t!(reviews.present), "p", move || {
        presenting.update(|on| *on = !*on);
    });
    use_action(Group::Here, t!(reviews.decide), "d", move || {
        if untrack(room).may {
            deciding.set(true);
        }
    });
    let title = Signal::derive(move || {
        let name = query.with(|now| {
            now.map(|now| format!("{} · {}", now.review.account_name, now.review.retainer_name))
        });
        name.unwrap_or_else(|| t!(reviews.report).to_owned())
    });
    let status =
        move || query.with(|now| now.map(|now| view! { <Status review=now.review.clone() /> }));
    view! {
        <PageHeader title area=Area::Reviews status=status>
            <SavedAt at=saved_at />
            <Button
                small=true
                icon=icondata::LuPresentation
                keys="p"
                on_press=Callback::new(move |()| presenting.update(|on| *on = !*on))
            >
                {t!(reviews.present)}
            </Button>
        </PageHeader>
        <div class="page" class:is-presenting=move || presenting.get()>
            <Loaded of=query.standing() rows=8>
                <div class="know-columns">
                    <div class="stack" id="review" tabindex="-1">
                        {move || room().seen().map(|now| view! { <Loop review=now.review taken=now.month /> })}
                        {move || view! { <Steps room=room() /> }}
                    </div>
                    <div class="stack">
                        {move || room().seen().map(|now| view! {
                            <System now=now.clone() />
                            <Side now />
                        })}
                    </div>
                </div>
            </Loaded>
        </div>
        {move || running.get().then(|| view! {
            <RateDialog room=room() />
            <DiagnoseDialog room=room() />
            <DecideDialog room=room() />
        })}
    }
}

/// The number of the review and how far it is; a clock while it runs.
#[component]
fn Status(review: Review) -> impl IntoView {
    let today = use_today().get_untracked();
    let number = t!(reviews.number, n = review.number);
    let state = match (review.state, review.next_on) {
        (ReviewState::Running, _) => view! { <Timer review /> }.into_any(),
        (ReviewState::Done, next) => {
            let next = next.map(|on| t!(reviews.next, on = date(on, today)));
            let zone = use_me().with_untracked(|me| me.organisation.timezone.clone());
            let published = review.published_at.map(|at| {
                let words = t!(reviews.published, on = moment(at, &zone, today));
                view! { <Badge tone=Tone::Plain icon=icondata::LuFlag>{words}</Badge> }
            });
            view! {
                <Badge tone=Tone::Ok icon=icondata::LuCheck>{t!(common.done)}</Badge>
                <span class="text-muted">{date(review.held_on, today)} " · " {next}</span>
                {published}
            }
            .into_any()
        }
    };
    view! { <span class="text-muted">{number}</span> {state} }
}

/// When what was done here was saved last. What is typed in an open form is not yet.
#[component]
fn SavedAt(at: RwSignal<Option<u64>>) -> impl IntoView {
    let zone = use_me().with_untracked(|me| me.organisation.timezone.clone());
    let today = use_today().get_untracked();
    let words = move || {
        let at = at.get().and_then(|ms| i64::try_from(ms).ok());
        let at = at.and_then(chrono::DateTime::from_timestamp_millis)?;
        Some(t!(reviews.saved_at, at = moment(at, &zone, today)))
    };
    view! { <span class="text-muted num" role="status">{words}</span> }
}

/// A review is meant to take so many minutes. Source: requirement S3-39.
const MINUTES: i64 = 15;
/// One that began longer ago was left meanwhile: then only this sitting is counted, in minutes.
const SITTING: i64 = 60;

/// How long the review takes: by the server's clock until this page was opened, then by the
/// browser's own, since the two may differ.
#[component]
fn Timer(review: Review) -> impl IntoView {
    let before = use_me().with_untracked(|me| (me.now - review.started_at).num_minutes());
    let left = before > SITTING;
    let passed = RwSignal::new(if left { 0 } else { before.max(0) });
    let tick = set_interval_with_handle(
        move || {
            passed.try_update(|minutes| *minutes += 1);
        },
        Duration::from_secs(60),
    );
    on_cleanup(move || {
        if let Ok(tick) = tick {
            tick.clear();
        }
    });
    let zone = use_me().with_untracked(|me| me.organisation.timezone.clone());
    let began = moment(review.started_at, &zone, use_today().get_untracked());
    let began = if left { t!(reviews.timer_hint, at = began) } else { began };
    let words = move || match passed.get() {
        over if over > MINUTES => t!(reviews.timer_over, n = over),
        within => t!(reviews.timer, n = within),
    };
    view! {
        <span class="review-timer num" role="timer" title=began>{words}</span>
    }
}

/// The five steps of the month, of which a review is the fourth: each leads to where it is taken,
/// and tells whether it was.
/// Source: requirement S0-13.
#[component]
fn Loop(review: Review, taken: MonthSteps) -> impl IntoView {
    let scope = scope_href(review.account_id, review.retainer_id);
    let steps = [
        (t!(reviews.month_scope), Some(scope.clone()), taken.scope),
        (t!(scope.priorities), Some(scope.clone()), taken.priorities),
        (t!(reviews.month_capacity), Some(board_of(&review)), taken.capacity),
        (t!(reviews.month_delivery), None, taken.delivery),
        (t!(reviews.month_adjust), Some(scope), taken.adjust),
    ];
    let step = |(n, (words, href, taken)): (usize, (&'static str, Option<String>, bool))| {
        let words = format!("{n}. {words}");
        let shown = match href {
            Some(href) => view! { <a class="link" href=href>{words}</a> }.into_any(),
            None => view! { <strong aria-current="step">{words}</strong> }.into_any(),
        };
        let taken = taken.then(|| {
            let tick = icon(icondata::LuCheck);
            view! { {tick} <span class="sr-only">{t!(reviews.month_taken)}</span> }
        });
        view! { <li class="flex items-center gap-1">{shown}{taken}</li> }
    };
    view! {
        <nav aria-label=t!(reviews.month)>
            <ol class="flex flex-wrap gap-3">{(1..).zip(steps).map(step).collect_view()}</ol>
        </nav>
    }
}

#[component]
fn Steps(room: Room) -> impl IntoView {
    let with =
        move |show: fn(Room, ReviewRoom) -> AnyView| move || room.seen().map(|now| show(room, now));
    let running = room.may;
    let decide = move || {
        running.then(|| {
            view! {
                <Button
                    small=true
                    variant=Variant::Primary
                    keys="d"
                    on_press=Callback::new(move |()| room.deciding.set(true))
                >
                    {t!(reviews.decide)}
                </Button>
            }
        })
    };
    view! {
        <Panel title=t!(reviews.step_follow)>
            <Guidance words=t!(reviews.step_follow_do) />
            {with(|room, now| view! { <FollowUps room now /> }.into_any())}
        </Panel>
        <Panel title=t!(reviews.step_read)>
            <Guidance words=t!(reviews.step_read_do) />
            {with(|room, now| view! { <Signals room now /> }.into_any())}
        </Panel>
        <Panel title=t!(reviews.step_why)>
            <Guidance words=t!(reviews.step_why_do) />
            {with(|room, now| view! { <Guides room now /> }.into_any())}
        </Panel>
        <Panel title=t!(reviews.step_decide) aside=decide>
            <Guidance words=t!(reviews.step_decide_do) />
            {with(|_, now| view! { <Outcomes now /> }.into_any())}
        </Panel>
        <Panel title=t!(reviews.step_end)>
            <End room />
        </Panel>
    }
}

#[component]
fn Guidance(words: &'static str) -> impl IntoView {
    view! { <p class="panel-body text-soft">{words}</p> }
}
