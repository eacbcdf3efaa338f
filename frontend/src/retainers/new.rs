//! A new retainer: the fields at the left, what they come to at the right, while one types.
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map};
use shared::api::{Account, AccountId, FirstPartial, NewRetainer, Retainer};
use shared::presets::Preset;

use super::draft::{AnchorKind, CycleLength, RetainerDraft};
use super::example_view::Preview;
use super::more::More;
use super::play::{PlayPanel, Playable};
use super::presets_view::Presets;
use super::radios::{Radio, Radios};
use super::terms_draft::TermsDraft;
use super::terms_fields::{GraceInput, TermsFields, TermsForm};
use super::{NotThere, retainer_href, today, words};
use crate::query::{self, use_query};
use crate::scope::FitPanel;
use crate::session::use_me;
use crate::shell::Area;
use crate::ui::{
    Button, ButtonLink, Form, FormFaults, Loaded, PageHeader, TextInput, Variant, toast,
};
use crate::{api, t};

/// `/accounts/:account/retainers/new`
#[component]
pub fn NewRetainerPage() -> impl IntoView {
    let params = use_params_map();
    let id =
        Memo::new(move |_| params.with(|params| params.get("account")?.parse::<AccountId>().ok()));
    move || match id.get() {
        Some(id) => view! { <NewScreen id /> }.into_any(),
        None => view! { <NotThere words=t!(common.not_found) /> }.into_any(),
    }
}

#[component]
fn NewScreen(id: AccountId) -> impl IntoView {
    let account = use_query(move || api::account(id));
    let about = Signal::derive(move || {
        account.with(|account| {
            account.map(|account| t!(retainers.new_about, account = account.name.clone()))
        })
    });
    view! {
        <PageHeader title=t!(retainers.new_title) area=Area::Accounts about>
            ""
        </PageHeader>
        <div class="page">
            <Loaded of=account.standing() rows=8>
                <NewForm account_id=id account />
            </Loaded>
        </div>
    }
}

/// The fields as signals.
#[derive(Clone, Copy)]
struct Fields {
    name: RwSignal<String>,
    starts_on: RwSignal<String>,
    last_day: RwSignal<String>,
    timezone: RwSignal<String>,
    length: RwSignal<CycleLength>,
    anchor: RwSignal<AnchorKind>,
    day: RwSignal<String>,
    first_partial: RwSignal<FirstPartial>,
    terms: TermsFields,
}

impl Fields {
    fn new(currency: &str) -> Self {
        let first = {
            use chrono::Datelike;
            let today = today();
            today.with_day(1).unwrap_or(today)
        };
        let terms = TermsDraft { currency: currency.to_owned(), ..TermsDraft::default() };
        Self {
            name: RwSignal::default(),
            starts_on: RwSignal::new(first.to_string()),
            last_day: RwSignal::default(),
            timezone: RwSignal::default(),
            length: RwSignal::new(CycleLength::Month),
            anchor: RwSignal::new(AnchorKind::Calendar),
            day: RwSignal::new("15".into()),
            first_partial: RwSignal::default(),
            terms: TermsFields::new(terms),
        }
    }

    fn draft(self) -> RetainerDraft {
        RetainerDraft {
            name: self.name.get(),
            starts_on: self.starts_on.get(),
            last_day: self.last_day.get(),
            timezone: self.timezone.get(),
            length: self.length.get(),
            anchor: self.anchor.get(),
            day: self.day.get(),
            first_partial: self.first_partial.get(),
            terms: self.terms.draft(),
        }
    }
}

#[component]
fn NewForm(account_id: AccountId, account: query::Query<Account>) -> impl IntoView {
    let me = use_me();
    let navigate = use_navigate();
    let form = Form::new("retainer");
    let fit = RwSignal::new(None);
    let fields = Fields::new(&me.with_untracked(|me| me.organisation.currency.clone()));
    // The name does not decide what the terms come to: a stand-in keeps the preview alive.
    let preview = Memo::new(move |_| {
        let draft = RetainerDraft { name: "-".into(), ..fields.draft() };
        draft.read(account_id, fields.terms.digits()).ok()
    });
    let playable = Memo::new(move |_| {
        let draft = fields.draft();
        let cycles = (draft.series()?, draft.first_partial);
        Some(Playable::of(&draft.terms, fields.terms.digits(), cycles))
    });
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match untrack(|| fields.draft().read(account_id, fields.terms.digits())) {
            Err(faults) => form.refuse(words::with_words(faults)),
            Ok(new) => {
                let new = NewRetainer { fit_check_id: fit.get_untracked(), ..new };
                let navigate = navigate.clone();
                let work = async |new: NewRetainer| api::add_retainer(&new).await;
                form.send(new, work, move |retainer: Retainer| {
                    for prefix in ["/accounts", "/retainers"] {
                        query::invalidate(prefix);
                    }
                    toast(t!(retainers.created, name = retainer.name.clone()));
                    navigate(&retainer_href(retainer.account_id, retainer.id), Default::default());
                });
            }
        }
    };
    let back = Signal::derive(move || {
        account
            .with(|account| account.map(|account| format!("/accounts/{}", account.id)))
            .unwrap_or_default()
    });
    view! {
        <div class="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_28rem]">
            <div class="panel p-4 sm:p-6">
            <form class="form" novalidate=true on:submit=send>
                <TextInput
                    form
                    at="/name"
                    label=t!(retainers.name)
                    hint=t!(retainers.name_hint)
                    value=fields.name
                    autofocus=true
                />
                <FitPanel account=account_id made=fit />
                <Dates form fields />
                <FirstCycle form fields />
                <Presets form fields=fields.terms start=Preset::RolloverHours />
                <TermsForm form fields=fields.terms />
                <Cycles form fields />
                <FormFaults form />
                <div class="form-actions">
                    <ButtonLink href=back>{t!(common.cancel)}</ButtonLink>
                    <Button submit=true variant=Variant::Primary keys="mod enter" busy=form.busy()>
                        {t!(retainers.create)}
                    </Button>
                </div>
            </form>
            </div>
            <div class="stack xl:sticky xl:top-6" aria-live="off">
                <PlayPanel playable />
                <Preview new=preview />
            </div>
        </div>
    }
}

#[component]
fn Dates(form: Form, fields: Fields) -> impl IntoView {
    view! {
        <div class="form-pair">
            <TextInput
                form
                at="/starts_on"
                label=t!(retainers.starts_on)
                hint=t!(retainers.starts_on_hint)
                kind="date"
                value=fields.starts_on
            />
            <TextInput
                form
                at="/ends_on"
                label=t!(retainers.last_day)
                hint=t!(retainers.last_day_hint)
                kind="date"
                optional=true
                value=fields.last_day
            />
        </div>
    }
}

/// What a first cycle in part brings and costs; nothing where it is a full one. Source: domain 2.5.
#[component]
fn FirstCycle(form: Form, fields: Fields) -> impl IntoView {
    let in_part = Memo::new(move |_| fields.draft().begins_in_part());
    let choices = || {
        [FirstPartial::Prorate, FirstPartial::Full, FirstPartial::Free]
            .map(|value| {
                let (label, hint) = words::first_partial(value);
                Radio { value, label, hint }
            })
            .to_vec()
    };
    view! {
        <Show when=move || in_part.get()>
            <Radios
                form
                at="/first_partial"
                legend=t!(retainers.first_partial)
                value=fields.first_partial
                choices=choices()
            />
        </Show>
    }
}

/// The lengths that a form offers, with their names.
pub(super) fn lengths() -> [(CycleLength, &'static str); 4] {
    [
        (CycleLength::Month, t!(retainers.length_month)),
        (CycleLength::Week, t!(retainers.length_week)),
        (CycleLength::Quarter, t!(retainers.length_quarter)),
        (CycleLength::Year, t!(retainers.length_year)),
    ]
}

/// Length and begin of a cycle, grace, time zone: a calendar month suits most.
#[component]
fn Cycles(form: Form, fields: Fields) -> impl IntoView {
    let zone = use_me().with_untracked(|me| me.organisation.timezone.clone());
    let lengths = lengths().map(|(value, label)| Radio { value, label, hint: "" }).to_vec();
    let weekly = Memo::new(move |_| fields.length.get() == CycleLength::Week);
    let anchors = move || {
        let calendar = if weekly.get() {
            t!(retainers.anchor_calendar_week_hint)
        } else {
            t!(retainers.anchor_calendar_hint)
        };
        let mut choices = vec![
            Radio {
                value: AnchorKind::Calendar,
                label: t!(retainers.anchor_calendar),
                hint: calendar,
            },
            Radio {
                value: AnchorKind::Anniversary,
                label: t!(retainers.anchor_anniversary),
                hint: t!(retainers.anchor_anniversary_hint),
            },
        ];
        choices.extend((!weekly.get()).then(|| Radio {
            value: AnchorKind::DayOfMonth,
            label: t!(retainers.anchor_day),
            hint: t!(retainers.anchor_day_hint),
        }));
        choices
    };
    let words = Signal::derive(move || {
        let draft = fields.draft();
        draft.anchor().map(|anchor| words::cycle(draft.interval(), anchor)).unwrap_or_default()
    });
    let by_day = move || fields.anchor.get() == AnchorKind::DayOfMonth && !weekly.get();
    view! {
        <More
            form
            title=t!(retainers.section_cycles)
            words
            fields=vec!["/interval", "/anchor", "/anchor/day", "/timezone", "/terms/grace_days"]
        >
            <div class="form-pair">
                <Radios
                    form
                    at="/interval"
                    legend=t!(retainers.length)
                    value=fields.length
                    choices=lengths
                />
                <div class="flex flex-col gap-3">
                    {move || view! {
                        <Radios
                            form
                            at="/anchor"
                            legend=t!(retainers.anchor)
                            value=fields.anchor
                            choices=anchors()
                        />
                    }}
                    <Show when=by_day>
                        <TextInput
                            form
                            at="/anchor/day"
                            label=t!(retainers.day)
                            hint=t!(retainers.day_hint)
                            inputmode="numeric"
                            value=fields.day
                        />
                    </Show>
                </div>
            </div>
            <GraceInput form fields=fields.terms />
            <TextInput
                form
                at="/timezone"
                label=t!(retainers.timezone)
                hint=t!(retainers.timezone_hint, zone = zone)
                optional=true
                value=fields.timezone
            />
        </More>
    }
}
