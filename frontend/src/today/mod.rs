//! Today: what is sold, what is left, what waits for a person, which cycles to watch.
mod checklist;
pub(crate) mod figures;
mod figures_view;
pub(crate) mod loose_ends;
mod needs_you;
#[cfg(test)]
pub(crate) mod sample;
mod sessions;
mod watch;
mod why;

use leptos::prelude::*;
use shared::api::{Account, Page, RequestState};

use crate::{
    alerts::TodaysAlerts,
    api,
    browser::long_date,
    query::{Query, use_all, use_query},
    session::use_today,
    shell::Area,
    t,
    time_entries::open_log_time,
    ui::{Button, ButtonLink, Loaded, PageHeader, Panel, Variant},
};
pub(crate) use figures_view::amounts;

use checklist::Checklist;
use figures_view::FiguresView;
use needs_you::NeedsYou;
use sessions::TodaysSessions;
use watch::Watch;

/// The start page of every staff role.
#[component]
pub fn TodayPage() -> impl IntoView {
    let today = use_today();
    let accounts = use_all(|| Some(api::accounts(&api::AccountFilter::default())));
    let imports = use_query(api::imports);
    let requests = use_all(|| Some(api::requests(Some(RequestState::New))));
    let title = Signal::derive(move || long_date(today.get()));
    let about = Signal::derive(move || place_in_cycle(accounts));
    view! {
        <PageHeader title area=Area::Today about>
            <Button
                icon=icondata::LuTimer
                keys="l"
                on_press=Callback::new(|()| open_log_time(None))
            >
                {t!(shell.log_time)}
            </Button>
            <ButtonLink href="/accounts?new=1" variant=Variant::Primary icon=icondata::LuPlus>
                {t!(accounts.new)}
            </ButtonLink>
        </PageHeader>
        <div class="page">
            <Checklist accounts />
            <FiguresView accounts />
            <div class="today-columns">
                <NeedsYou accounts imports requests />
                <Panel title=t!(today.watch)>
                    <Loaded of=accounts.standing() rows=6>
                        <Watch accounts />
                    </Loaded>
                </Panel>
            </div>
            <TodaysSessions />
            <Panel title=t!(alerts.title)>
                <TodaysAlerts />
            </Panel>
        </div>
    }
}

/// "Day 22 of 30 in most cycles".
fn place_in_cycle(accounts: Query<Page<Account>>) -> Option<String> {
    let places = accounts.with(|page| {
        // Pools of a retainer share its cycle.
        let retainers = page?.items.iter().flat_map(|account| &account.retainers);
        let balances = retainers.filter_map(|retainer| retainer.balances.first());
        Some(balances.map(|balance| (balance.elapsed_days, balance.days)).collect::<Vec<_>>())
    })?;
    let most =
        places.iter().max_by_key(|one| places.iter().filter(|other| other == one).count())?;
    Some(t!(today.place, day = most.0, days = most.1))
}
