//! Beside a retainer: what is to be when its term ends, and when that is talked about.
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use shared::api::{NewRenewal, Renewal, RenewalRule, RetainerId};

use super::rule_form::RuleForm;
use super::words;
use crate::format::date;
use crate::query::use_query;
use crate::session::{manages, use_me, use_today};
use crate::ui::{Button, Dialog, Form, FormFaults, Loaded, Panel};
use crate::{api, t};

/// Nothing for who sees no renewals.
#[component]
pub(crate) fn RulePanel(id: RetainerId) -> impl IntoView {
    let reads = use_me().with_untracked(|me| words::reads(me.role));
    reads.then(|| view! { <Rule id /> })
}

#[component]
fn Rule(id: RetainerId) -> impl IntoView {
    let kept = use_query(move || api::renewal_rule(id));
    let shown = Memo::new(move |_| kept.get());
    let may = use_me().with_untracked(|me| manages(me.role));
    let open = RwSignal::new(false);
    let aside = move || {
        let reason = (!may).then(|| t!(renewals.needs_role).to_owned());
        let press = Callback::new(move |()| open.set(true));
        view! { <Button small=true reason on_press=press>{t!(renewals.rule_change)}</Button> }
    };
    view! {
        <Panel title=t!(renewals.one) aside=aside>
            <Loaded of=kept.standing() rows=3>
                <div class="panel-body stack">
                    {move || shown.get().map(|rule| view! { <Facts rule /> })}
                    {move || shown.get().map(|rule| view! { <Run id rule may /> })}
                </div>
            </Loaded>
        </Panel>
        <Dialog open title=t!(renewals.rule_title)>
            <RuleForm id kept open />
        </Dialog>
    }
}

#[component]
fn Facts(rule: RenewalRule) -> impl IntoView {
    let today = use_today().get_untracked();
    let fact = |label: &'static str, value: String| {
        view! {
            <dt>{label}</dt>
            <dd>{value}</dd>
        }
    };
    let day = |day: chrono::NaiveDate| date(day, today);
    let term = rule.due_on.map(|due| day(words::last_day(due)));
    let term = term.unwrap_or_else(|| t!(renewals.no_term).to_owned());
    let owner = rule.owner_name.unwrap_or_else(|| t!(renewals.nobody).to_owned());
    view! {
        <dl class="facts">
            {fact(t!(renewals.end_rule), words::end_rule(rule.rule.end_rule).to_owned())}
            {fact(t!(renewals.term_until), term)}
            {rule.notice_on.map(|on| fact(t!(renewals.notice_until), day(on)))}
            {rule.opens_on.map(|on| fact(t!(renewals.talk_from), day(on)))}
            {fact(t!(renewals.owner), owner)}
        </dl>
    }
}

/// The renewal that runs, or the button that begins it.
#[component]
fn Run(id: RetainerId, rule: RenewalRule, may: bool) -> impl IntoView {
    let form = Form::new("begin-renewal");
    form.register("/retainer_id", t!(common.retainer).to_owned());
    if let Some(runs) = rule.renewal_id {
        let stage = rule.stage.map(words::stage).unwrap_or_default();
        return view! {
            <p>
                <a class="link" href=words::href(runs)>{t!(renewals.runs, stage = stage)}</a>
            </p>
        }
        .into_any();
    }
    // A term that was decided has no renewal to begin.
    if !may || rule.opens_on.is_none() {
        return ().into_any();
    }
    let navigate = use_navigate();
    let begin = Callback::new(move |()| {
        let navigate = navigate.clone();
        let work = async move |body: NewRenewal| api::begin_renewal(&body).await;
        form.send(NewRenewal { retainer_id: id }, work, move |made: Renewal| {
            words::renewed();
            navigate(&words::href(made.id), Default::default());
        });
    });
    view! {
        <FormFaults form />
        <div>
            <Button small=true busy=form.busy() on_press=begin>{t!(renewals.begin)}</Button>
        </div>
    }
    .into_any()
}
