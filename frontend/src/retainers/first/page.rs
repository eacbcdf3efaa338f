//! The page: four sections and one button, and what is live once it is pressed.
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use shared::api::{
    Account, AccountBilling, AccountId, AccountKind, BillingSettings, Contact, Page, RetainerId,
    RetainerState,
};
use shared::presets::Preset;

use super::draft::Draft;
use super::faults::among_rules;
use super::fields::{Billing, Client, Portal};
use super::known::Known;
use super::live::Live;
use super::make::make;
use super::plan::{Invited, Made};
use super::terms::Terms;
use crate::query::{self, Query, use_query};
use crate::retainers::{NotThere, today, words};
use crate::session::{administers, manages, use_me};
use crate::shell::Area;
use crate::ui::{
    Button, ButtonLink, Empty, Form, FormFaults, Loaded, PageHeader, Variant, announce, focus, icon,
};
use crate::{api, t};

/// What is read elsewhere of what is made here.
const SHOWN: [&str; 5] =
    ["/accounts", "/retainers", "/invoice", "/organisation/billing", "/first-steps"];

/// `/start?account=ID&retainer=ID&preset=NAME`: what is there already is gone on with.
#[component]
pub(crate) fn StartPage() -> impl IntoView {
    let may = use_me().with_untracked(|me| manages(me.role));
    let query = use_query_map();
    // One that was made on this page is not read anew.
    let first = query.with_untracked(|query| query.get("account")?.parse::<AccountId>().ok());
    let live = Memo::new(move |_| {
        query.with(|query| {
            query.get("live")?;
            let account = query.get("account")?.parse::<AccountId>().ok()?;
            Some((account, query.get("retainer")?.parse::<RetainerId>().ok()?))
        })
    });
    let invited = RwSignal::new(None::<Invited>);
    let settings = use_query(api::billing_settings);
    let begin = move || {
        view! {
            <PageHeader title=t!(first.title) area=Area::Today about=t!(first.about) />
            <div class="page">
                <Loaded of=settings.standing() rows=10>
                    {move || match first {
                        Some(account) => view! { <GoOn account settings invited /> }.into_any(),
                        None => {
                            let made = Made::default();
                            let people = Vec::new();
                            view! { <StartForm made people settings invited /> }.into_any()
                        }
                    }}
                </Loaded>
            </div>
        }
    };
    move || match (may, live.get()) {
        (false, _) => view! { <NotThere words=t!(accounts.needs_manager) /> }.into_any(),
        (true, Some((account, retainer))) => view! { <Live account retainer invited /> }.into_any(),
        (true, None) => begin().into_any(),
    }
}

/// A client that is there, with a person who can be written to.
#[component]
fn GoOn(
    account: AccountId,
    settings: Query<BillingSettings>,
    invited: RwSignal<Option<Invited>>,
) -> impl IntoView {
    let client = use_query(move || api::account(account));
    let people = use_query(move || api::contacts(account));
    let letters = use_query(move || api::account_billing(account));
    let all = move || Some((client.get()?, people.get()?, letters.get()?));
    view! {
        <Loaded of=client.standing() rows=6>
            <Loaded of=people.standing() rows=6>
                <Loaded of=letters.standing() rows=6>
                    {move || untrack(all).map(|(client, people, letters)| {
                        if client.kind != AccountKind::Client {
                            return view! { <NoClient /> }.into_any();
                        }
                        let made = there(client, &letters);
                        let people = written(people);
                        view! { <StartForm made people settings invited /> }.into_any()
                    })}
                </Loaded>
            </Loaded>
        </Loaded>
    }
}

/// A partner sells to us: what this page makes is not for it.
#[component]
fn NoClient() -> impl IntoView {
    view! {
        <Empty icon=icondata::LuCompass title=t!(first.no_client)>
            <ButtonLink href="/accounts">{t!(accounts.show_all)}</ButtonLink>
        </Empty>
    }
}

/// What is made of a client that is there: what was said of it stays. A retainer that this page has
/// made may still want the rule of its preset.
fn there(client: Account, letters: &AccountBilling) -> Made {
    let retainer = use_query_map()
        .with_untracked(|query| query.get("retainer")?.parse::<RetainerId>().ok())
        .and_then(|id| client.retainers.iter().find(|one| one.id == id));
    let preset = retainer.and_then(|_| preset_of_address());
    Made {
        retainer: retainer.map(|one| (one.id, one.name.clone())),
        preset,
        setup: retainer.is_some_and(|one| one.state == RetainerState::Setup),
        rule: retainer.is_some() && preset.is_none(),
        letters: letters.version > 0,
        account: Some((client.id, client.name)),
        ..Made::default()
    }
}

/// The people who can be written to.
fn written(people: Page<Contact>) -> Vec<Contact> {
    people.items.into_iter().filter(|one| one.email.is_some()).collect()
}

fn preset_of_address() -> Option<Preset> {
    use_query_map().with_untracked(|query| Preset::named(&query.get("preset")?))
}

fn known(settings: BillingSettings, made: &Made, people: Vec<Contact>) -> Known {
    let today = today();
    use_me().with_untracked(|me| Known {
        organisation: me.organisation.name.clone(),
        currency: me.organisation.currency.clone(),
        today,
        member: me.member_id,
        preset: made.preset.unwrap_or(Preset::RolloverHours),
        was_there: made.account.is_some(),
        people,
        settings,
        may_issue: administers(me.role),
    })
}

#[component]
fn StartForm(
    made: Made,
    people: Vec<Contact>,
    settings: Query<BillingSettings>,
    invited: RwSignal<Option<Invited>>,
) -> impl IntoView {
    let Some(settings) = settings.get_untracked() else { return ().into_any() };
    let form = Form::new("first");
    let known = StoredValue::new(known(settings, &made, people));
    let draft = known.with_value(Draft::new);
    let made = RwSignal::new(made);
    let navigate = use_navigate();
    let go = Callback::new(move |live: bool| {
        let quiet = NavigateOptions { replace: true, scroll: live, ..Default::default() };
        if let Some(href) = made.try_with_untracked(|made| made.href(live)).flatten() {
            navigate(&href, quiet);
        }
    });
    // A page that is loaded anew goes on with what is made.
    let ids = Memo::new(move |_| made.with(|made| made.href(false)));
    Effect::new(move |before: Option<Option<String>>| {
        let now = ids.get();
        if before.is_some_and(|before| before != now) {
            go.run(false);
        }
        now
    });
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let plan = untrack(|| known.with_value(|known| made.with(|made| draft.read(known, made))));
        match plan {
            Err(faults) => {
                // A fault is shown at its field.
                if faults.iter().any(among_rules) {
                    draft.full.set(true);
                }
                form.refuse(words::with_words(faults));
            }
            Ok(plan) => form.run(
                async move {
                    let outcome = make(plan, made).await;
                    // What is made is shown elsewhere too, whether the rest followed or not.
                    SHOWN.into_iter().for_each(query::invalidate);
                    outcome
                },
                move |()| {
                    invited.try_set(made.try_with_untracked(|made| made.invited.clone()).flatten());
                    let setup = made.try_with_untracked(|made| made.setup).unwrap_or_default();
                    announce(if setup { t!(first.done_setup) } else { t!(first.done) });
                    go.run(true);
                    focus("main");
                },
            ),
        }
    };
    let verb = move || if form.busy().get() { t!(first.starting) } else { t!(first.verb) };
    view! {
        <form class="stack max-w-3xl" novalidate=true on:submit=send>
            <Client form draft made known />
            <Terms form draft made />
            <Billing form draft made known />
            <Portal form draft made />
            <Progress form made />
            <FormFaults form />
            <div class="form-actions">
                <ButtonLink href="/">{t!(common.cancel)}</ButtonLink>
                <Button submit=true variant=Variant::Primary keys="mod enter" busy=form.busy()>
                    <span class="btn-steady">{verb}</span>
                </Button>
            </div>
        </form>
    }
    .into_any()
}

/// How far it is, once it has begun.
#[component]
fn Progress(form: Form, made: RwSignal<Made>) -> impl IntoView {
    let parts = move || {
        made.with(|made| {
            [
                (t!(first.client), made.account.is_some() && made.letters),
                (t!(common.retainer), made.retainer.is_some()),
                (t!(shell.invoices), made.billing),
                (t!(portal_access.title), made.invited.is_some()),
            ]
        })
    };
    let part = |(name, done): (&'static str, bool)| {
        let look = if done { icondata::LuCircleCheck } else { icondata::LuCircle };
        view! {
            <li class="flex items-center gap-1.5">
                {icon(look)} {name}
                {done.then(|| view! { <span class="sr-only">{t!(today.step_done)}</span> })}
            </li>
        }
    };
    let begun = Memo::new(move |_| form.busy().get() || made.with(|made| made.account.is_some()));
    view! {
        <Show when=move || begun.get()>
            <ol class="flex flex-wrap gap-x-4 gap-y-1" aria-label=t!(first.progress)>
                {move || parts().map(part).into_iter().collect_view()}
            </ol>
        </Show>
    }
}
