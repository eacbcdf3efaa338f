//! What people cost and are billed at: added here from a day on, never changed.
use leptos::prelude::*;
use shared::api::{FieldError, MemberId, Money, NewRate, Rate, RateKind, Role};

use crate::{
    api,
    format::{amount_of, date, fraction_digits, money},
    query::{self, use_query},
    session::{use_me, use_today},
    t,
    ui::{
        Badge, Button, Choice, Dialog, Empty, Form, FormActions, FormFaults, Loaded, OneOf, Panel,
        Select, TextInput, toast,
    },
};

/// Where the amount is in a rate's body.
const AMOUNT: &str = "/hour/amount_minor";

/// The section, for who may see it. The server decides; this only says so early.
#[component]
pub(super) fn Rates() -> impl IntoView {
    let role = use_me().with_untracked(|me| me.role);
    match role {
        Role::Owner | Role::Admin | Role::Finance | Role::Manager => {
            view! { <RateList /> }.into_any()
        }
        Role::Member | Role::Viewer | Role::Partner => {
            view! { <Empty title=t!(settings.rates_hidden) /> }.into_any()
        }
    }
}

#[component]
fn RateList() -> impl IntoView {
    let rates = use_query(api::rates);
    let adding = RwSignal::new(false);
    let me = use_me();
    let may = Signal::derive(move || {
        let manager = me.with(|me| me.role == Role::Manager);
        manager.then(|| t!(settings.rates_by).to_owned())
    });
    let open = Callback::new(move |()| adding.set(true));
    let rows = move || rates.with(|page| page.map(|page| page.items.clone())).unwrap_or_default();
    let more = move || rates.with(|page| page.is_some_and(|page| page.next_cursor.is_some()));
    let aside = move || {
        view! {
            <Button small=true icon=icondata::LuPlus reason=may on_press=open>
                {t!(settings.rate_add)}
            </Button>
        }
    };
    let none = || {
        view! { <Empty title=t!(settings.rates_none) about=t!(settings.rates_none_about) /> }
    };
    view! {
        <Panel title=t!(settings.rates) aside=aside>
            <Loaded of=rates.standing() rows=3>
                <Show when=move || !rows().is_empty() fallback=none>
                    <div class="table-wrap">
                        <table class="table table-cards">
                            <thead>
                                <tr>
                                    <th scope="col">{t!(settings.rate_of)}</th>
                                    <th scope="col">{t!(settings.rate_kind)}</th>
                                    <th scope="col">{t!(settings.rate_hour)}</th>
                                    <th scope="col">{t!(settings.rate_from)}</th>
                                    <th scope="col">{t!(settings.rate_note)}</th>
                                </tr>
                            </thead>
                            <tbody>
                                <For each=rows key=|rate| rate.id let:rate>
                                    <RateRow rate />
                                </For>
                            </tbody>
                        </table>
                    </div>
                </Show>
                <Show when=more>
                    <p class="muted">{t!(settings.rates_more)}</p>
                </Show>
            </Loaded>
        </Panel>
        <Dialog open=adding title=t!(settings.rate_add)>
            <RateForm open=adding />
        </Dialog>
    }
}

#[component]
fn RateRow(rate: Rate) -> impl IntoView {
    let today = use_today();
    let from = move || date(rate.valid_from, today.get());
    let corrects = rate.corrects.then(|| view! { <Badge>{t!(settings.rate_corrects)}</Badge> });
    view! {
        <tr>
            <th scope="row">
                {rate.member_name.unwrap_or_else(|| t!(settings.rate_all).to_owned())}
            </th>
            <td data-label=t!(settings.rate_kind)>{kind_words(rate.kind)}</td>
            <td data-label=t!(settings.rate_hour) class="num">{money(&rate.hour)}</td>
            <td data-label=t!(settings.rate_from) class="num">{from} " " {corrects}</td>
            <td data-label=t!(settings.rate_note) class="wrap">
                {rate.note.unwrap_or_else(|| "–".to_owned())}
            </td>
        </tr>
    }
}

fn kind_words(kind: RateKind) -> &'static str {
    match kind {
        RateKind::Cost => t!(settings.rate_cost),
        RateKind::Bill => t!(settings.rate_bill),
    }
}

/// What is typed of a rate.
#[derive(Clone, Copy)]
struct Draft {
    member: RwSignal<String>,
    /// The place in `RateKind::ALL`.
    kind: RwSignal<usize>,
    amount: RwSignal<String>,
    currency: RwSignal<String>,
    from: RwSignal<String>,
    note: RwSignal<String>,
}

impl Draft {
    fn said(self) -> Result<NewRate, Vec<FieldError>> {
        let currency = self.currency.with_untracked(|text| text.trim().to_uppercase());
        let digits = fraction_digits(&currency);
        let amount = self.amount.with_untracked(|text| amount_of(text, digits));
        let day = self.from.with_untracked(|text| text.parse());
        let (Some(amount_minor), Ok(valid_from)) = (amount, day) else {
            let faulty = [(AMOUNT, amount.is_none()), ("/valid_from", day.is_err())];
            let faulty = faulty.into_iter().filter(|(_, faulty)| *faulty);
            return Err(faulty.map(|(at, _)| FieldError::new(at, "invalid")).collect());
        };
        let member_id = self.member.with_untracked(|id| id.parse::<MemberId>().ok());
        let note = self.note.with_untracked(|text| text.trim().to_owned());
        Ok(NewRate {
            member_id,
            kind: RateKind::ALL[self.kind.get_untracked().min(1)],
            hour: Money { amount_minor, currency },
            valid_from,
            note: (!note.is_empty()).then_some(note),
        })
    }
}

#[component]
fn RateForm(open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("rate");
    let members = use_query(api::active_members);
    let draft = Draft {
        member: RwSignal::default(),
        kind: RwSignal::new(0),
        amount: RwSignal::default(),
        currency: RwSignal::new(use_me().with_untracked(|me| me.organisation.currency.clone())),
        from: RwSignal::new(use_today().get_untracked().to_string()),
        note: RwSignal::default(),
    };
    let choices = Signal::derive(move || {
        let choice = |one: &shared::api::Member| Choice::new(one.id.to_string(), one.name.clone());
        members
            .with(|page| page.map(|page| page.items.iter().map(choice).collect::<Vec<_>>()))
            .unwrap_or_default()
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = match draft.said() {
            Ok(body) => body,
            Err(faults) => return form.refuse(faults),
        };
        let work = async |body: NewRate| api::add_rate(&body).await;
        form.send(body, work, move |_: Rate| {
            query::invalidate("/rates");
            query::invalidate("/reports");
            toast(t!(common.saved));
            open.try_set(false);
        });
    };
    let labels = RateKind::ALL.iter().map(|one| kind_words(*one)).collect();
    let kind = draft.kind;
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <Select
                form
                at="/member_id"
                label=t!(settings.rate_of)
                value=draft.member
                choices
                nothing=t!(settings.rate_all)
                optional=true
            />
            <OneOf
                form
                at="/kind"
                label=t!(settings.rate_kind)
                labels
                chosen=kind.into()
                pick=Callback::new(move |place| kind.set(place))
            />
            <div class="form-pair">
                <TextInput
                    form
                    at=AMOUNT
                    label=t!(settings.rate_hour)
                    inputmode="decimal"
                    value=draft.amount
                />
                <TextInput
                    form
                    at="/hour/currency"
                    label=t!(auth.currency)
                    value=draft.currency
                />
            </div>
            <TextInput
                form
                at="/valid_from"
                label=t!(settings.rate_from)
                hint=t!(settings.rate_from_hint)
                kind="date"
                value=draft.from
            />
            <TextInput
                form
                at="/note"
                label=t!(settings.rate_note)
                value=draft.note
                optional=true
            />
            <FormFaults form />
            <FormActions form open verb=t!(settings.rate_add) />
        </form>
    }
}
