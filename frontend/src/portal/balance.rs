//! The balance of a pool: said in a sentence, drawn as a meter, and in figures that can be opened.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{Balance as Standing, MeterState, PortalPart, RetainerId};

use super::address::Address;
use super::explain::{Figure, Figures};
use super::sentence::sentence;
use super::visit::shows;
use crate::format::pool_name;
use crate::meter::{Meter, MeterLegend, MeterSize, StateBadge};
use crate::t;
use crate::ui::Panel;

/// The panel of a balance.
#[component]
pub(super) fn Balance(
    /// Of which retainer.
    retainer: RetainerId,
    /// How it stands.
    balance: Standing,
    /// Where it is.
    today: NaiveDate,
    /// The retainer has other balances beside it.
    several: bool,
) -> impl IntoView {
    let title = pool_name(&balance.pool);
    let said = sentence(&balance, today);
    let state = balance.state;
    // That little is used is for the agency to act on.
    let told = !matches!(state, MeterState::UnderUsed | MeterState::NoAllowance);
    let rows = shows(PortalPart::WorkLog).then(|| {
        let pool = several.then(|| balance.pool.key.clone());
        Address::Log { retainer, pool, cycle: None }.href()
    });
    let figures = Figure::of(&balance);
    let meter = Signal::stored(balance);
    view! {
        <Panel
            title=title
            aside=move || told.then(|| view! { <StateBadge state /> })
        >
            <div class="visit-balance">
                <p class="visit-hero">{said}</p>
                <Meter balance=meter size=MeterSize::Hero />
                <MeterLegend balance=meter />
                <Figures figures balance=meter />
                {rows.map(|href| view! {
                    <p class="no-print"><a class="link" href=href>{t!(portal.rows)}</a></p>
                })}
            </div>
        </Panel>
    }
}
