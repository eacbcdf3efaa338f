//! The end of a review: whether the problem still holds, and the day of the next one.
//! Source: requirements S0-5, S0-37, S3-14.
use leptos::prelude::*;
use shared::api::{
    FrameAnswer, FrameHolds, OperatingProblem, Review, ReviewEnd, ReviewPublication, ReviewRoom,
    ReviewState,
};

use super::choices::some;
use super::room::Room;
use super::words;
use crate::ui::{Button, Choice, Dialog, Form, FormFaults, Select, TextInput, Variant, toast};
use crate::{api, query, t};

#[component]
pub(super) fn End(room: Room) -> impl IntoView {
    // Drawn once: what is typed here stays while the steps above are worked on.
    let asked = untrack(|| room.seen()).filter(|now| now.problem.is_some() || now.limits.is_some());
    let asks = asked.is_some();
    let nameless = asked.as_ref().is_none_or(|now| now.problem.is_none());
    let frame = asked.map(|now| view! { <Frame now /> });
    let guidance = if asks { t!(reviews.step_end_do) } else { t!(reviews.step_end_next) };
    let answer = move || {
        let now = room.seen()?;
        let frame = now.review.frame?;
        let note = frame.note.map(|note| format!(": {note}")).unwrap_or_default();
        Some(view! { <p class="panel-body">{words::holds(frame.holds)} {note}</p> })
    };
    let without = move || {
        let left_out = room.seen()?.observed.left_out?;
        let label = words::without(left_out.signals);
        let why = format!("{label}: {} · {}", left_out.reason, left_out.member_name);
        Some(view! { <p class="panel-body">{why}</p> })
    };
    view! {
        <p class="panel-body text-soft">{guidance}</p>
        {frame}
        {answer}
        {without}
        {room.may.then(|| view! { <EndForm room asks nameless /> <Drop room /> })}
        {move || room.seen().map(|now| view! { <Publish room now /> })}
    }
}

/// Takes back a review that was begun by mistake, while nothing was decided in it.
#[component]
fn Drop(room: Room) -> impl IntoView {
    let (open, form) = (RwSignal::new(false), Form::new("drop"));
    let navigate = leptos_router::hooks::use_navigate();
    let empty = move || {
        room.seen().is_some_and(|now| {
            now.outcomes.is_empty() && now.follow_ups.iter().all(|one| one.seen.is_none())
        })
    };
    let id = room.id;
    let send = Callback::new(move |()| {
        let navigate = navigate.clone();
        form.run(api::drop_review(id), move |_: Review| {
            open.try_set(false);
            // The lists, not what is gone.
            for list in ["/reviews/plan", "/reviews?", "/reviews/report"] {
                query::invalidate(list);
            }
            toast(t!(reviews.dropped));
            navigate("/reviews", Default::default());
        });
    });
    view! {
        <Show when=empty>
            <p class="panel-body">
                <Button
                    small=true
                    icon=icondata::LuTrash2
                    on_press=Callback::new(move |()| open.set(true))
                >
                    {t!(reviews.drop)}
                </Button>
            </p>
        </Show>
        <Dialog open title=t!(reviews.drop)>
            <div class="form">
                <p>{t!(reviews.drop_about)}</p>
                <FormFaults form />
                <div class="form-actions">
                    <Button on_press=Callback::new(move |()| open.set(false))>
                        {t!(common.cancel)}
                    </Button>
                    <Button variant=Variant::Primary busy=form.busy() on_press=send>
                        {t!(reviews.drop)}
                    </Button>
                </div>
            </div>
        </Dialog>
    }
}

/// Marks a review that ended as ready for its client, who has no page to read it on yet.
#[component]
fn Publish(room: Room, now: ReviewRoom) -> impl IntoView {
    let may = crate::session::use_me().with_untracked(|me| crate::session::manages(me.role));
    let over = now.review.state == ReviewState::Done;
    let published = now.review.published_at.is_some();
    let (id, form) = (room.id, Form::new("publish"));
    let press = Callback::new(move |()| {
        let body = ReviewPublication { published: !published };
        let work = async move |body: ReviewPublication| api::publish_review(id, &body).await;
        form.send(body, work, move |now: ReviewRoom| room.saved(now, None));
    });
    let verb = if published { t!(reviews.unpublish) } else { t!(reviews.publish) };
    (may && over).then(|| {
        view! {
            <div class="panel-body">
                <Button small=true busy=form.busy() on_press=press>{verb}</Button>
                <FormFaults form />
            </div>
        }
    })
}

/// What the scope names: the part of the work that does not run, and the constraint.
#[component]
fn Frame(now: ReviewRoom) -> impl IntoView {
    let problem = now.problem.map(|problem| {
        view! {
            <dt>{t!(scope.problem)}</dt>
            <dd>{words::problem(problem)}</dd>
        }
    });
    let limits = now.limits.map(|limits| {
        view! {
            <dt>{t!(scope.limits)}</dt>
            <dd>{limits}</dd>
        }
    });
    view! { <dl class="panel-body facts">{problem} {limits}</dl> }
}

#[component]
fn EndForm(room: Room, asks: bool, nameless: bool) -> impl IntoView {
    let form = Form::new("end");
    let (holds, note) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let problem = RwSignal::new(String::new());
    let next_on = RwSignal::new(String::new());
    let left_out = RwSignal::new(String::new());
    let id = room.id;
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let frame = FrameHolds::named(&holds.get_untracked());
        let frame = frame.map(|holds| FrameAnswer { holds, note: some(note) });
        let body = ReviewEnd {
            frame,
            problem: nth(&problem.get_untracked()),
            next_on: next_on.get_untracked().parse().ok(),
            left_out: some(left_out),
        };
        let work = async move |body: ReviewEnd| api::end_review(id, &body).await;
        form.send(body, work, move |now: ReviewRoom| {
            room.saved(now, None);
            toast(t!(reviews.ended));
        });
    };
    // The scores of the period that nobody gave yet. Source: requirement S0-37.
    let lacking = Memo::new(move |_| {
        let signals = room.seen().map(|now| now.observed.signals).unwrap_or_default();
        let lacking = signals.iter().filter(|one| one.lacks_score()).map(|one| one.kind);
        Some(lacking.collect::<Vec<_>>()).filter(|all| !all.is_empty()).map(words::without)
    });
    // Without a decision there is nothing to end: said before it is tried.
    let reason = Signal::derive(move || {
        let none = room.seen().is_some_and(|now| now.outcomes.is_empty());
        none.then(|| t!(reviews.decide_first).to_owned())
    });
    let choices = words::choices(FrameHolds::ALL, FrameHolds::name, words::holds);
    view! {
        <form class="form panel-body" novalidate=true on:submit=send>
            {nameless.then(|| view! {
                <Select
                    form
                    at="/problem"
                    label=t!(scope.problem)
                    value=problem
                    choices=problems()
                    optional=true
                />
            })}
            {asks.then(|| view! {
                <Select form at="/frame" label=t!(reviews.frame) value=holds choices />
                <TextInput
                    form
                    at="/frame/note"
                    label=t!(common.note)
                    value=note
                    optional=true
                />
            })}
            {move || lacking.get().map(|label| view! {
                <TextInput form at="/left_out" label value=left_out />
            })}
            <TextInput
                form
                at="/next_on"
                label=t!(reviews.next_on)
                hint=t!(reviews.next_hint)
                value=next_on
                kind="date"
                optional=true
            />
            <FormFaults form />
            <div>
                <Button submit=true variant=Variant::Primary busy=form.busy() reason>
                    {t!(reviews.end)}
                </Button>
            </div>
        </form>
    }
}

/// Problems of the work to choose from, by their place.
fn problems() -> Vec<Choice> {
    let all = OperatingProblem::ALL.iter().enumerate();
    all.map(|(place, one)| Choice::new(place.to_string(), words::problem(*one))).collect()
}

fn nth(place: &str) -> Option<OperatingProblem> {
    OperatingProblem::ALL.get(place.parse::<usize>().ok()?).copied()
}
