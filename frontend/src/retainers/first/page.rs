//! The page: four sections and one button, and what is live once it is pressed.
use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use shared::api::{Account, AccountId, BillingSettings, Contact, Page, RetainerId};

use super::draft::{Draft, Known};
use super::fields::{Billing, Client, Portal};
use super::live::Live;
use super::make::make;
use super::plan::{Invited, Made};
use super::terms::Terms;
use crate::query::{self, Query, use_query};
use crate::retainers::{NotThere, today, words};
use crate::session::{administers, manages, use_me};
use crate::shell::Area;
use crate::ui::{
    Button, ButtonLink, Form, FormFaults, Loaded, PageHeader, Variant, announce, focus, icon,
};
use crate::{api, t};

/// What is read elsewhere of what is made here.
const SHOWN: [&str; 5] =
    ["/accounts", "/retainers", "/invoice", "/organisation/billing", "/first-steps"];

/// `/start?account=ID&retainer=ID`: what is there already is gone on with.
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
                            view! { <StartForm made=Made::default() settings invited /> }.into_any()
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
    view! {
        <Loaded of=client.standing() rows=6>
            <Loaded of=people.standing() rows=6>
                {move || untrack(|| client.get().zip(people.get())).map(|(client, people)| view! {
                    <StartForm made=there(client, &people) settings invited />
                })}
            </Loaded>
        </Loaded>
    }
}

/// What is made of a client that is there: how it is written to stays as it is.
fn there(client: Account, people: &Page<Contact>) -> Made {
    let retainer = use_query_map()
        .with_untracked(|query| query.get("retainer")?.parse::<RetainerId>().ok())
        .and_then(|id| client.retainers.iter().find(|one| one.id == id));
    let written = |one: &&Contact| one.email.is_some();
    let mut known = people.items.iter().filter(written);
    let person = known.clone().find(|one| one.decides).or_else(|| known.next());
    Made {
        retainer: retainer.map(|one| (one.id, one.name.clone())),
        rule: retainer.is_some(),
        contact: person.map(|one| (one.id, one.name.clone())),
        letters: person.is_some(),
        account: Some((client.id, client.name)),
        ..Made::default()
    }
}

fn known(settings: BillingSettings) -> Known {
    let today = today();
    use_me().with_untracked(|me| Known {
        organisation: me.organisation.name.clone(),
        currency: me.organisation.currency.clone(),
        today,
        member: me.member_id,
        settings,
        may_issue: administers(me.role),
    })
}

#[component]
fn StartForm(
    made: Made,
    settings: Query<BillingSettings>,
    invited: RwSignal<Option<Invited>>,
) -> impl IntoView {
    let Some(settings) = settings.get_untracked() else { return ().into_any() };
    let form = Form::new("first");
    let known = StoredValue::new(known(settings));
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
            Err(faults) => form.refuse(words::with_words(faults)),
            Ok(plan) => form.run(
                async move {
                    let outcome = make(plan, made).await;
                    // What is made is shown elsewhere too, whether the rest followed or not.
                    SHOWN.into_iter().for_each(query::invalidate);
                    outcome
                },
                move |()| {
                    invited.try_set(made.try_with_untracked(|made| made.invited.clone()).flatten());
                    announce(t!(first.done));
                    go.run(true);
                    focus("main");
                },
            ),
        }
    };
    let verb = move || if form.busy().get() { t!(first.starting) } else { t!(first.verb) };
    view! {
        <form class="stack max-w-3xl" novalidate=true on:submit=send>
            <Client form draft made />
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
