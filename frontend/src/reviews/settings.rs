//! `/reviews/signals`: what is looked at, who answers for it, which decision it informs.
//! Source: requirements S3-15 to S3-22, S3-32, S0-27.
use leptos::prelude::*;
use shared::api::{Signal as Agreed, SignalKind, SignalNature, SignalSet, SignalTerms, SignalsSet};

use super::choices::{people, some};
use super::nav::{Screen, Tabs};
use super::words;
use crate::format::list;
use crate::query::use_query;
use crate::session::{manages, use_me};
use crate::shell::Area;
use crate::ui::{
    Badge, Button, Checkbox, Conflict, Dialog, Form, FormActions, FormFaults, Loaded, PageHeader,
    Panel, Select, TextInput, Tone, toast,
};
use crate::{api, query, t};
use shared::rules::reviews::signals::ready;

/// `/reviews/signals`
#[component]
pub fn SignalsPage() -> impl IntoView {
    let set = use_query(api::signals);
    let open = RwSignal::new(false);
    let chosen = RwSignal::new(None::<(Agreed, i64)>);
    let edit = Callback::new(move |one: Agreed| {
        let version = set.get_untracked().map_or(0, |set| set.version);
        chosen.set(Some((one, version)));
        open.set(true);
    });
    let title = Signal::derive(move || {
        let name = chosen.with(|one| one.as_ref().map(|(one, _)| words::signal(one.terms.kind)));
        name.unwrap_or_default().to_owned()
    });
    view! {
        <PageHeader title=t!(reviews.signals) area=Area::Reviews>""</PageHeader>
        <Tabs screen=Screen::Signals />
        <div class="page">
            <Panel title=t!(reviews.signals)>
                <Loaded of=set.standing() rows=10>
                    {move || set.get().map(|set| view! { <Rows set edit /> })}
                </Loaded>
            </Panel>
        </div>
        <Dialog open title>
            {move || chosen.get_untracked().map(|(one, version)| {
                view! { <EditForm one version open /> }
            })}
        </Dialog>
    }
}

#[component]
fn Rows(set: SignalSet, edit: Callback<Agreed>) -> impl IntoView {
    let unbalanced = (!set.balanced).then(|| t!(reviews.unbalanced).to_owned());
    let alone = set.unpaired.iter().map(|kind| t!(reviews.unpaired, name = words::signal(*kind)));
    let lines = unbalanced.into_iter().chain(alone);
    let lines = lines.map(|line| view! { <p class="panel-body know-guide">{line}</p> });
    let lines = lines.collect_view();
    let rows = set.signals.into_iter().map(|one| view! { <Row one edit /> }).collect_view();
    view! {
        {lines}
        <ul class="panel-rows">{rows}</ul>
    }
}

#[component]
fn Row(one: Agreed, edit: Callback<Agreed>) -> impl IntoView {
    let may = use_me().with_untracked(|me| manages(me.role));
    let name = words::signal(one.terms.kind);
    let pair = |label: &str, value: &str| format!("{label}: {value}");
    let mut line = vec![t!(reviews.every, n = one.terms.review_days)];
    line.extend(one.owner_name.as_ref().map(|owner| pair(t!(decisions.owner), owner)));
    let source = one.terms.source.clone();
    let source = source.or_else(|| one.terms.measured.then(|| t!(reviews.computed).to_owned()));
    line.extend(source.map(|source| pair(t!(reviews.source), &source)));
    line.extend(one.terms.informs.as_ref().map(|what| pair(t!(reviews.informs), what)));
    let gaps: Vec<String> = one.gaps.iter().map(|gap| words::gap(*gap).to_owned()).collect();
    let gaps = (one.terms.on && !gaps.is_empty())
        .then(|| view! { <p class="text-soft">{t!(reviews.gaps, list = list(&gaps))}</p> });
    let off = (!one.terms.on).then(
        || view! { <Badge tone=Tone::Plain icon=icondata::LuMinus>{t!(reviews.off)}</Badge> },
    );
    let meaning = one.terms.meaning.clone();
    let kept = StoredValue::new(one);
    let act = may.then(|| {
        let press = Callback::new(move |()| edit.run(kept.get_value()));
        view! {
            <span class="know-row-actions">
                <Button small=true on_press=press>
                    {t!(common.edit)}
                    <span class="sr-only">{format!(", {name}")}</span>
                </Button>
            </span>
        }
    });
    view! {
        <li class="know-row">
            <div class="know-row-head"><span class="font-medium">{name}</span> {off} {act}</div>
            {meaning.map(|meaning| view! { <p>{meaning}</p> })}
            <p class="text-muted">{line.join(" · ")}</p>
            {gaps}
        </li>
    }
}

/// What is typed.
#[derive(Clone, Copy)]
struct Draft {
    on: RwSignal<bool>,
    measured: RwSignal<bool>,
    meaning: RwSignal<String>,
    owner: RwSignal<String>,
    source: RwSignal<String>,
    informs: RwSignal<String>,
    review_days: RwSignal<String>,
    act_days: RwSignal<String>,
    weak_below: RwSignal<String>,
    pair: RwSignal<String>,
}

impl Draft {
    fn of(terms: &SignalTerms) -> Self {
        let text = |text: &Option<String>| RwSignal::new(text.clone().unwrap_or_default());
        let number = |n: i64| RwSignal::new(n.to_string());
        let owner = terms.owner_id.map(|id| id.to_string()).unwrap_or_default();
        Self {
            on: RwSignal::new(terms.on),
            measured: RwSignal::new(terms.measured),
            meaning: text(&terms.meaning),
            owner: RwSignal::new(owner),
            source: text(&terms.source),
            informs: text(&terms.informs),
            review_days: number(terms.review_days),
            act_days: number(terms.act_days),
            weak_below: number(terms.weak_below),
            pair: RwSignal::new(terms.pair.map(SignalKind::name).unwrap_or_default().to_owned()),
        }
    }
    fn read(self, kind: SignalKind) -> SignalTerms {
        // What is no number is refused as out of range.
        let number = |text: RwSignal<String>| text.get_untracked().trim().parse().unwrap_or(0);
        SignalTerms {
            kind,
            on: self.on.get_untracked(),
            meaning: some(self.meaning),
            measured: self.measured.get_untracked(),
            owner_id: self.owner.get_untracked().parse().ok(),
            source: some(self.source),
            informs: some(self.informs),
            review_days: number(self.review_days),
            act_days: number(self.act_days),
            weak_below: number(self.weak_below),
            pair: SignalKind::named(&self.pair.get_untracked()),
        }
    }
}

#[component]
fn EditForm(one: Agreed, version: i64, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("signal");
    let kind = one.terms.kind;
    let draft = Draft::of(&one.terms);
    let now = use_query(api::signals);
    let seen = RwSignal::new(version);
    let save = move || {
        let body = SignalsSet { signals: vec![draft.read(kind)] };
        let version = seen.get_untracked();
        let work = async move |body: SignalsSet| api::set_signals(version, &body).await;
        form.send(body, work, move |set: SignalSet| {
            query::put(&api::signals(), set);
            query::invalidate("/reviews");
            open.try_set(false);
            toast(t!(reviews.saved));
        });
    };
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        save();
    };
    let theirs = Signal::derive(move || {
        let found = now.with(|set| set?.signals.iter().find(|one| one.terms.kind == kind).cloned());
        found.map(|one| told(&one)).unwrap_or_default()
    });
    let again = Callback::new(move |()| {
        if let Some(set) = now.get_untracked() {
            seen.set(set.version);
        }
        save();
    });
    let activity = one.nature == SignalNature::Activity;
    view! {
        <form class="form" novalidate=true on:submit=send>
            <Checkbox form at="/signals/0/on" label=t!(reviews.on) value=draft.on />
            {ready(kind).measured.then(|| view! {
                <Checkbox
                    form
                    at="/signals/0/measured"
                    label=t!(reviews.measured)
                    value=draft.measured
                />
            })}
            <Texts form draft />
            <Numbers form draft />
            {activity.then(|| view! { <Pair form draft kind /> })}
            <FormFaults form />
            <Conflict form theirs refresh=Callback::new(move |()| now.refetch()) again />
            <FormActions form open verb=t!(common.save) />
        </form>
    }
}

/// What somebody else saved of a signal.
fn told(one: &Agreed) -> Vec<(&'static str, String)> {
    let terms = &one.terms;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    vec![
        (t!(reviews.meaning), text(&terms.meaning)),
        (t!(decisions.owner), text(&one.owner_name)),
        (t!(reviews.source), text(&terms.source)),
        (t!(reviews.informs), text(&terms.informs)),
        (t!(reviews.review_days), terms.review_days.to_string()),
        (t!(reviews.act_days), terms.act_days.to_string()),
        (t!(reviews.weak_below), terms.weak_below.to_string()),
    ]
}

#[component]
fn Texts(form: Form, draft: Draft) -> impl IntoView {
    view! {
        <TextInput
            form
            at="/signals/0/meaning"
            label=t!(reviews.meaning)
            value=draft.meaning
            optional=true
        />
        <Select
            form
            at="/signals/0/owner_id"
            label=t!(decisions.owner)
            value=draft.owner
            choices=people()
            nothing=t!(common.nothing)
            optional=true
        />
        <TextInput
            form
            at="/signals/0/source"
            label=t!(reviews.source)
            value=draft.source
            optional=true
        />
        <TextInput
            form
            at="/signals/0/informs"
            label=t!(reviews.informs)
            value=draft.informs
            optional=true
        />
    }
}

#[component]
fn Numbers(form: Form, draft: Draft) -> impl IntoView {
    view! {
        <div class="form-pair">
            <TextInput
                form
                at="/signals/0/review_days"
                label=t!(reviews.review_days)
                value=draft.review_days
                inputmode="numeric"
            />
            <TextInput
                form
                at="/signals/0/act_days"
                label=t!(reviews.act_days)
                value=draft.act_days
                inputmode="numeric"
            />
        </div>
        <TextInput
            form
            at="/signals/0/weak_below"
            label=t!(reviews.weak_below)
            value=draft.weak_below
            inputmode="numeric"
        />
    }
}

/// The signal that one of activity is read beside. Source: requirement S3-22.
#[component]
fn Pair(form: Form, draft: Draft, kind: SignalKind) -> impl IntoView {
    let others: Vec<SignalKind> = SignalKind::ALL
        .iter()
        .copied()
        .filter(|other| *other != kind && ready(*other).nature != SignalNature::Activity)
        .collect();
    let choices = words::choices(&others, SignalKind::name, words::signal);
    view! {
        <Select
            form
            at="/signals/0/pair"
            label=t!(reviews.pair)
            value=draft.pair
            choices
            nothing=t!(common.nothing)
            optional=true
        />
    }
}
