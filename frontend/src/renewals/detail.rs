//! One renewal: how it stands, what is planned, and what came of it.
use leptos::prelude::*;
use shared::api::{Renewal, RenewalId, RenewalStage};

use super::brief::Brief;
use super::card::{Owner, StageBadge, move_to};
use super::exit::{self, Exit};
use super::forms::{EditForm, LoseForm};
use super::history::History;
use super::outcome::{Decided, WinForm};
use super::proposal_mail::{MailForm, Mailing};
use super::proposals::Offers;
use super::propose::ProposeForm;
use super::steps::Steps;
use super::words::{self, TALKED};
use crate::accounts::HealthBadge;
use crate::format::{date, day_in_zone, money_short};
use crate::query::use_query_when;
use crate::retainers::retainer_href;
use crate::session::{manages, use_me, use_today};
use crate::ui::{
    Button, ButtonLink, Dialog, Form, FormFaults, Loaded, OneOf, Panel, Variant, keep_on, toast,
};
use crate::{api, t};

#[component]
pub(super) fn Detail(id: Memo<Option<RenewalId>>, back: Signal<String>) -> impl IntoView {
    let kept = use_query_when(move || id.get().map(api::renewal));
    let title = Signal::derive(move || {
        let name = kept.with(|one| one.map(|one| one.account_name.clone()));
        name.unwrap_or_else(|| t!(renewals.one).to_owned())
    });
    // Drawn anew only when it changed: a read behind an open form leaves that alone.
    let shown = Memo::new(move |_| kept.get());
    let ways = Ways::default();
    let Ways { editing, winning, losing, proposing, mailing } = ways;
    let mail_title = Signal::derive(move || mailing.title());
    let now = move || kept.get_untracked();
    let aside = move || {
        view! {
            <ButtonLink href=back small=true icon=icondata::LuX>{t!(common.close)}</ButtonLink>
        }
    };
    view! {
        <Panel title aside=aside>
            <Loaded of=kept.standing() rows=6>
                {move || shown.get().map(|renewal| view! { <Body renewal ways /> })}
            </Loaded>
        </Panel>
        // Beside what is drawn anew: what is being typed stays when somebody else changes it.
        <Dialog open=editing title=t!(renewals.edit_title)>
            {move || now().map(|renewal| view! { <EditForm kept renewal open=editing /> })}
        </Dialog>
        <Dialog open=winning title=t!(renewals.win)>
            {move || now().map(|renewal| view! { <WinForm renewal open=winning /> })}
        </Dialog>
        <Dialog open=losing title=t!(renewals.lose)>
            {move || now().map(|renewal| view! { <LoseForm renewal open=losing /> })}
        </Dialog>
        <Dialog open=proposing title=t!(proposals.make_title) wide=true>
            {move || now().map(|renewal| view! {
                <ProposeForm renewal open=proposing mailing />
            })}
        </Dialog>
        <Dialog open=mailing.open title=mail_title wide=true>
            {move || now().map(|renewal| view! { <MailForm account=renewal.account_id mailing /> })}
        </Dialog>
    }
}

/// What can be done, each in a dialog of its own.
#[derive(Clone, Copy, Default)]
struct Ways {
    editing: RwSignal<bool>,
    winning: RwSignal<bool>,
    losing: RwSignal<bool>,
    proposing: RwSignal<bool>,
    mailing: Mailing,
}

#[component]
fn Body(renewal: Renewal, ways: Ways) -> impl IntoView {
    let health = renewal.health.and_then(|health| health.state);
    let plan = renewal.plan.clone().map(|plan| {
        view! {
            <section>
                <h3 class="know-part">{t!(renewals.plan)}</h3>
                <p class="internal-text">{plan}</p>
            </section>
        }
    });
    let outcome = renewal.outcome.clone();
    let open = outcome.is_none();
    let mrr = renewal.mrr.clone();
    view! {
        <div class="panel-body stack">
            <p class="flex flex-wrap gap-2">
                <StageBadge stage=renewal.stage />
                {health.map(|state| view! { <HealthBadge state /> })}
            </p>
            <Facts renewal=renewal.clone() />
            {plan}
            <Steps renewal=renewal.clone() />
            <Brief renewal=renewal.clone() />
            <Offers renewal=renewal.clone() proposing=ways.proposing mailing=ways.mailing />
            {outcome.map(|outcome| view! { <Decided outcome mrr /> })}
            {open.then(|| view! { <Actions renewal=renewal.clone() ways /> })}
            {exit::ends(&renewal).then(|| view! { <Exit renewal=renewal.clone() /> })}
            <History renewal=renewal.clone() />
            {(renewal.stage == RenewalStage::Lost && !renewal.ended)
                .then(|| view! { <Reopen id=renewal.id /> })}
        </div>
    }
}

#[component]
fn Facts(renewal: Renewal) -> impl IntoView {
    let today = use_today().get_untracked();
    let zone = use_me().with_untracked(|me| me.organisation.timezone.clone());
    let open = renewal.outcome.is_none();
    let fact = |label: &'static str, value: String| {
        view! {
            <dt>{label}</dt>
            <dd class="num">{value}</dd>
        }
    };
    let used = words::used(&renewal);
    let notice = words::notice(&renewal, today).filter(|_| open);
    let term = open.then(|| words::ends(&renewal, today));
    let talked = renewal.stage.is_talked_about();
    let chance = talked.then(|| {
        let share = words::likely(&renewal);
        match renewal.probability_said {
            true => t!(renewals.likely_said, share = share),
            false => t!(renewals.likely_by_stage, share = share),
        }
    });
    let retainer = retainer_href(renewal.account_id, renewal.retainer_id);
    let timeline = format!("/accounts/{}/timeline", renewal.account_id);
    let begun = date(day_in_zone(renewal.opened_at, &zone), today);
    view! {
        <dl class="facts">
            <dt>{t!(common.retainer)}</dt>
            <dd><a class="link" href=retainer>{renewal.retainer_name.clone()}</a></dd>
            {fact(t!(renewals.mrr), money_short(&renewal.mrr))}
            {term.map(|words| fact(t!(renewals.term), words))}
            {notice.map(|words| fact(t!(renewals.notice), words))}
            {open.then(|| fact(t!(renewals.end_rule), words::end_rule(renewal.end_rule).into()))}
            {chance.map(|words| fact(t!(renewals.likely), words))}
            {used.map(|words| fact(t!(renewals.last_cycles), words))}
            <dt>{t!(renewals.owner)}</dt>
            <dd><Owner name=renewal.owner_name.clone() /></dd>
            {fact(t!(renewals.begun), begun)}
            <dt>{t!(renewals.history)}</dt>
            <dd><a class="link" href=timeline>{t!(renewals.timeline)}</a></dd>
        </dl>
    }
}

/// Its stage, its plan, and the two ways out.
#[component]
fn Actions(renewal: Renewal, ways: Ways) -> impl IntoView {
    let may = use_me().with_untracked(|me| manages(me.role));
    let needs = (!may).then(|| t!(renewals.needs_role).to_owned());
    // What has ended goes on as another retainer.
    let over = renewal.ended.then(|| t!(renewals.over).to_owned());
    let win_reason = needs.clone().or(over);
    let Ways { editing, winning, losing, .. } = ways;
    let press = |open: RwSignal<bool>| Callback::new(move |()| open.set(true));
    let stage = (may && renewal.stage.is_talked_about()).then(|| {
        view! { <StageField id=renewal.id version=renewal.version stage=renewal.stage /> }
    });
    view! {
        {stage}
        <div class="flex flex-wrap gap-2">
            <Button
                variant=Variant::Primary
                icon=icondata::LuCheck
                reason=win_reason
                on_press=press(winning)
            >
                {t!(renewals.win)}
            </Button>
            <Button icon=icondata::LuFlag reason=needs.clone() on_press=press(losing)>
                {t!(renewals.lose)}
            </Button>
            <Button icon=icondata::LuPencil reason=needs on_press=press(editing)>
                {t!(renewals.edit)}
            </Button>
        </div>
    }
}

/// Takes back that it was lost.
#[component]
fn Reopen(id: RenewalId) -> impl IntoView {
    let may = use_me().with_untracked(|me| manages(me.role));
    let reason = (!may).then(|| t!(renewals.needs_role).to_owned());
    let form = Form::new("reopen-renewal");
    let press = Callback::new(move |()| {
        form.run(api::reopen_renewal(id), move |_: Renewal| {
            words::renewed();
            toast(t!(renewals.reopened));
        });
    });
    view! {
        <FormFaults form />
        <div>
            <Button icon=icondata::LuRotateCcw reason on_press=press>{t!(renewals.reopen)}</Button>
        </div>
    }
}

/// A list of the stages; choosing one moves it there.
#[component]
fn StageField(id: RenewalId, version: i64, stage: RenewalStage) -> impl IntoView {
    let form = Form::new("renewal-stage");
    let place = TALKED.iter().position(|one| *one == stage).unwrap_or_default();
    let chosen = RwSignal::new(place);
    let pick = Callback::new(move |to: usize| {
        let Some(stage) = TALKED.get(to).copied() else { return };
        chosen.set(to);
        move_to((id, version), stage, move |moved| {
            if moved {
                // The panel is drawn anew.
                keep_on(form.id("/stage"));
            } else {
                chosen.try_set(place);
            }
        });
        // It is sent at once: nothing is lost when the page is left.
        request_animation_frame(move || form.settled());
    });
    view! {
        <OneOf
            form
            at="/stage"
            label=t!(renewals.stage)
            labels=TALKED.map(words::stage).to_vec()
            chosen=chosen.into()
            pick
        />
    }
}
