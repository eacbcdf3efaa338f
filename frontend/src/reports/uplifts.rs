//! `/reports/uplifts`: prices of many retainers that rise at once; what becomes of them.
use leptos::prelude::*;
use shared::api::{
    Check, FieldError, Language, NewUplift, RetainerId, Uplift, UpliftIndex, UpliftPreview,
    UpliftRounding, UpliftWords,
};

use super::uplift_tables::{Kept, Planned};
use crate::format::amount_of;
use crate::query;
use crate::session::{use_me, use_today};
use crate::shell::Area;
use crate::ui::{
    Button, Empty, Form, FormFaults, OneOf, PageHeader, Panel, TextArea, TextInput, Variant, toast,
};
use crate::{api, t};

/// What is typed.
#[derive(Clone, Copy)]
struct Draft {
    from: RwSignal<String>,
    /// 1 if an index.
    by: RwSignal<usize>,
    percent: RwSignal<String>,
    before: RwSignal<String>,
    after: RwSignal<String>,
    rounding: RwSignal<usize>,
    currency: RwSignal<String>,
    reason: RwSignal<String>,
    /// Subject and text, English first.
    letter: [(RwSignal<String>, RwSignal<String>); 2],
}

const LANGUAGES: [Language; 2] = [Language::En, Language::De];

impl Draft {
    fn new() -> Self {
        let text = || RwSignal::new(String::new());
        let letter = LANGUAGES.map(|language| {
            let usual = UpliftWords::usual(language);
            (RwSignal::new(usual.subject), RwSignal::new(usual.body))
        });
        Self {
            from: text(),
            by: RwSignal::new(0),
            percent: text(),
            before: text(),
            after: text(),
            rounding: RwSignal::new(1),
            currency: text(),
            reason: text(),
            letter,
        }
    }

    /// The body for some retainers; for all if none are named.
    ///
    /// # Errors
    /// At the field: what cannot be read.
    fn said(self, retainers: Vec<RetainerId>) -> Result<NewUplift, Vec<FieldError>> {
        let hundredths = |text: RwSignal<String>| text.with_untracked(|text| amount_of(text, 2));
        let (share, index) = match self.by.get_untracked() {
            0 => (Some(("/percent_hundredths", hundredths(self.percent))), None),
            _ => (None, Some((hundredths(self.before), hundredths(self.after)))),
        };
        let from = self.from.with_untracked(|text| text.parse().ok());
        let mut faults = Vec::new();
        let mut lacks = |at: &str, lacks: bool| {
            if lacks {
                faults.push(FieldError::new(at, "invalid"));
            }
        };
        lacks("/from", from.is_none());
        lacks("/percent_hundredths", share.is_some_and(|(_, share)| share.is_none()));
        lacks("/index/before", index.is_some_and(|(before, _)| before.is_none()));
        lacks("/index/after", index.is_some_and(|(_, after)| after.is_none()));
        let Some(from) = from.filter(|_| faults.is_empty()) else { return Err(faults) };
        let letter = LANGUAGES.into_iter().zip(self.letter).map(|(language, (subject, body))| {
            let (subject, body) = (subject.get_untracked(), body.get_untracked());
            UpliftWords { language, subject, body }
        });
        let some = |text: RwSignal<String>| {
            Some(text.with_untracked(|text| text.trim().to_owned())).filter(|text| !text.is_empty())
        };
        Ok(NewUplift {
            from,
            percent_hundredths: share.and_then(|(_, share)| share),
            index: index
                .and_then(|(before, after)| Some(UpliftIndex { before: before?, after: after? })),
            rounding: *UpliftRounding::ALL
                .get(self.rounding.get_untracked())
                .unwrap_or(&UpliftRounding::Exact),
            account_id: None,
            currency: some(self.currency).map(|text| text.to_uppercase()),
            retainers,
            letter: letter.collect(),
            reason: some(self.reason),
        })
    }
}

/// `/reports/uplifts`
#[component]
pub fn UpliftsPage() -> impl IntoView {
    use shared::api::Role;
    let role = use_me().with_untracked(|me| me.role);
    let may = matches!(role, Role::Owner | Role::Admin | Role::Manager);
    let sees = may || matches!(role, Role::Finance | Role::Viewer);
    let hidden = || view! { <Empty icon=icondata::LuLock title=t!(recurring.hidden) /> };
    let planned = RwSignal::new(None::<UpliftPreview>);
    view! {
        <PageHeader title=t!(recurring.up_title) area=Area::Reports />
        <div class="page stack">
            <p>
                <a class="link" href="/reports/recurring">{t!(recurring.title)}</a>
            </p>
            {may.then(|| view! { <Plan planned /> })}
            {if sees { view! { <Kept may /> }.into_any() } else { hidden().into_any() }}
        </div>
    }
}

/// What is asked for, what it would do, and the button that does it.
#[component]
fn Plan(planned: RwSignal<Option<UpliftPreview>>) -> impl IntoView {
    let form = Form::new("uplift");
    let draft = Draft::new();
    let today = use_today().get_untracked();
    draft.from.set(today.to_string());
    // Those that are left out by hand.
    let without = RwSignal::new(Vec::<RetainerId>::new());
    let preview = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = match draft.said(Vec::new()) {
            Ok(body) => body,
            Err(faults) => return form.refuse(faults),
        };
        let work = async |body: NewUplift| api::preview_uplift(&body).await;
        form.send(body, work, move |made: UpliftPreview| {
            without.set(Vec::new());
            planned.set(Some(made));
        });
    };
    let raise = Callback::new(move |()| {
        let chosen = planned.with_untracked(|planned| {
            let lines = planned.iter().flat_map(|planned| &planned.lines);
            let ids = lines.map(|line| line.retainer_id);
            ids.filter(|id| without.with_untracked(|out| !out.contains(id))).collect::<Vec<_>>()
        });
        if chosen.is_empty() {
            return toast(t!(recurring.up_nobody));
        }
        let body = match draft.said(chosen) {
            Ok(body) => body,
            Err(faults) => return form.refuse(faults),
        };
        if let Err(faults) = body.check() {
            return form.refuse(faults);
        }
        let work = async move { api::create_uplift(&body).await };
        form.run(work, move |_: Uplift| {
            form.settled();
            planned.set(None);
            query::invalidate("/uplifts");
            toast(t!(recurring.up_done));
        });
    });
    // What was planned is no more what is typed.
    let typed = move |_: leptos::ev::Event| planned.set(None);
    let some = move || planned.with(Option::is_some);
    view! {
        <Panel title=t!(recurring.up_plan)>
            <form class="form panel-body" novalidate=true on:submit=preview>
                <div class="stack" on:input=typed on:change=typed>
                    <Rise form draft />
                    <div class="form-pair">
                        <OneOf
                            form
                            at="/rounding"
                            label=t!(recurring.up_rounding)
                            labels=vec![t!(recurring.up_exact), "1", "5", "10"]
                            chosen=draft.rounding.into()
                            pick=Callback::new(move |place| draft.rounding.set(place))
                        />
                        <TextInput
                            form
                            at="/currency"
                            label=t!(recurring.up_currency)
                            value=draft.currency
                            optional=true
                        />
                    </div>
                    <TextInput
                        form
                        at="/reason"
                        label=t!(recurring.up_reason)
                        value=draft.reason
                        optional=true
                    />
                </div>
                <Letter form draft />
                <FormFaults form />
                <div>
                    <Button submit=true busy=form.busy()>{t!(recurring.up_preview)}</Button>
                </div>
            </form>
            {move || planned.get().map(|planned| view! { <Planned planned without /> })}
            <Show when=some>
                <div class="panel-body">
                    <Button variant=Variant::Primary busy=form.busy() on_press=raise>
                        {t!(recurring.up_title)}
                    </Button>
                </div>
            </Show>
        </Panel>
    }
}

/// From when, and by how much.
#[component]
fn Rise(form: Form, draft: Draft) -> impl IntoView {
    let index = move || draft.by.get() == 1;
    let percent = move || {
        view! {
            <TextInput
                form
                at="/percent_hundredths"
                label=t!(recurring.up_percent)
                inputmode="decimal"
                value=draft.percent
            />
        }
    };
    view! {
        <div class="form-pair">
            <TextInput form at="/from" label=t!(recurring.up_from) kind="date" value=draft.from />
            <OneOf
                form
                at="/by"
                label=t!(recurring.up_by)
                labels=vec![t!(recurring.up_percent), t!(recurring.up_index)]
                chosen=draft.by.into()
                pick=Callback::new(move |place| draft.by.set(place))
            />
        </div>
        <Show when=index fallback=percent>
            <div class="form-pair">
                <TextInput
                    form
                    at="/index/before"
                    label=t!(recurring.up_before)
                    inputmode="decimal"
                    value=draft.before
                />
                <TextInput
                    form
                    at="/index/after"
                    label=t!(recurring.up_after)
                    inputmode="decimal"
                    value=draft.after
                />
            </div>
        </Show>
    }
}

/// The letter in both languages.
#[component]
fn Letter(form: Form, draft: Draft) -> impl IntoView {
    let [(subject, body), (betreff, brief)] = draft.letter;
    view! {
        <fieldset class="form-part">
            <legend>{t!(recurring.up_letter)}</legend>
            <TextInput
                form
                at="/letter/0/subject"
                label=t!(recurring.up_subject, language = "English")
                value=subject
            />
            <TextArea
                form
                at="/letter/0/body"
                label=t!(recurring.up_text, language = "English")
                hint="{client} {retainer} {old} {new} {day} {sender}"
                value=body
                rows=6
            />
            <TextInput
                form
                at="/letter/1/subject"
                label=t!(recurring.up_subject, language = "Deutsch")
                value=betreff
            />
            <TextArea
                form
                at="/letter/1/body"
                label=t!(recurring.up_text, language = "Deutsch")
                value=brief
                rows=6
            />
        </fieldset>
    }
}
