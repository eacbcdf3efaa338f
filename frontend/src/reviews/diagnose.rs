//! Saying why something is weak: a cause, never a person. Source: requirements S0-12, S3-23, S3-24.
use leptos::prelude::*;
use shared::api::{Cause, GuideCheck, NewDiagnosis, ReviewGuide, ReviewRoom, SignalKind};
use shared::rules::reviews::wording;

use super::choices::said;
use super::guides::{check_words, sentence};
use super::room::Room;
use super::words;
use crate::format::list;
use crate::query::{Query, use_query, use_query_when};
use crate::ui::{Checkbox, Dialog, Form, FormActions, FormFaults, Select, TextArea, pointer};
use crate::{api, t};

/// What a diagnosis is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum About {
    /// A signal that is weak.
    Signal(SignalKind),
    /// What the figures gave reason to look at; it fills the form in.
    Guide(ReviewGuide),
}

impl About {
    fn name(&self) -> &'static str {
        match self {
            About::Signal(kind) => words::signal(*kind),
            About::Guide(guide) => words::guide(guide.guide),
        }
    }
    fn checks(&self) -> Vec<GuideCheck> {
        match self {
            About::Signal(_) => Vec::new(),
            About::Guide(guide) => guide.checks.clone(),
        }
    }
}

#[component]
pub(super) fn DiagnoseDialog(room: Room) -> impl IntoView {
    let open = RwSignal::new(false);
    let asked = Memo::new(move |_| room.diagnosing.with(Option::is_some));
    super::room::follow(open, asked, move || room.diagnosing.set(None));
    let title = Signal::derive(move || {
        let name = room.diagnosing.with(|about| about.as_ref().map(About::name));
        t!(reviews.diagnose_this, name = name.unwrap_or_default())
    });
    view! {
        <Dialog open title>
            {move || {
                let about = room.diagnosing.get_untracked();
                about.map(|about| view! { <DiagnoseForm room about open /> })
            }}
        </Dialog>
    }
}

#[component]
fn DiagnoseForm(room: Room, about: About, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("diagnosis");
    let (start, text) = match &about {
        About::Signal(_) => (String::new(), String::new()),
        About::Guide(guide) => {
            (guide.cause.name().to_owned(), format!("{}. {}", about.name(), sentence(guide)))
        }
    };
    let (cause, finding) = (RwSignal::new(start), RwSignal::new(text));
    let nobody = RwSignal::new(false);
    let ticks: Vec<(GuideCheck, RwSignal<bool>)> =
        about.checks().into_iter().map(|check| (check, RwSignal::new(false))).collect();
    let (kept, ticked) = (StoredValue::new(about.clone()), StoredValue::new(ticks.clone()));
    let id = room.id;
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(cause) = Cause::named(&cause.get_untracked()) else {
            return form.refuse(vec![shared::api::FieldError::new("/cause", "required")]);
        };
        let (signal, guide) = match kept.get_value() {
            About::Signal(kind) => (Some(kind), None),
            About::Guide(guide) => (None, Some(guide.guide)),
        };
        let checked = ticked.with_value(|all| {
            let on = all.iter().filter(|(_, on)| on.get_untracked());
            on.map(|(check, _)| *check).collect::<Vec<_>>()
        });
        let names_nobody = nobody.get_untracked();
        let body =
            NewDiagnosis { signal, guide, cause, finding: said(finding), checked, names_nobody };
        let work = async move |body: NewDiagnosis| api::diagnose(id, &body).await;
        form.send(body, work, move |now: ReviewRoom| room.saved(now, Some(open)));
    };
    let causes = words::choices(Cause::ALL, Cause::name, words::cause);
    let boxes = ticks.iter().enumerate().map(|(n, (check, on))| {
        let at = pointer(&format!("/checked/{n}"));
        view! { <Checkbox form at label=words::check(*check) value=*on /> }
    });
    let checks = about.checks();
    view! {
        <form class="form" novalidate=true on:submit=send>
            <Select form at="/cause" label=t!(reviews.cause) value=cause choices=causes />
            <TextArea form at="/finding" label=t!(reviews.finding) value=finding />
            <Named form finding nobody room />
            {(!checks.is_empty()).then(|| view! {
                <fieldset class="form-part">
                    <legend>{t!(reviews.checked)}</legend>
                    <p class="text-muted">{check_words(&checks)}</p>
                    {boxes.collect_view()}
                </fieldset>
            })}
            <FormFaults form />
            <FormActions form open verb=t!(reviews.diagnose) />
        </form>
    }
}

/// Names in what is being typed, by the rule that the server goes by. Source: requirement S3-24.
#[component]
pub(super) fn Named(
    form: Form,
    #[prop(into)] finding: Signal<String>,
    nobody: RwSignal<bool>,
    room: Room,
) -> impl IntoView {
    let members = use_query(api::active_members);
    let contacts = use_query_when(move || room.account_id().map(api::contacts));
    let words = Memo::new(move |_| {
        let mut names = Vec::new();
        with_items(members, |all| names.extend(all.iter().map(|one| one.name.clone())));
        with_items(contacts, |all| names.extend(all.iter().map(|one| one.name.clone())));
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let found = finding.with(|text| {
            let found = wording::named(text, &names);
            found.into_iter().map(str::to_owned).collect::<Vec<_>>()
        });
        (!found.is_empty()).then(|| t!(reviews.named, list = list(&found)))
    });
    view! {
        <p class="know-guide" role="status">{move || words.get()}</p>
        <Show when=move || words.with(Option::is_some)>
            <Checkbox form at="/names_nobody" label=t!(reviews.names_nobody) value=nobody />
        </Show>
    }
}

fn with_items<T: Send + Sync + 'static>(
    of: Query<shared::api::Page<T>>,
    mut take: impl FnMut(&[T]),
) {
    of.with(|page| {
        if let Some(page) = page {
            take(&page.items);
        }
    });
}
