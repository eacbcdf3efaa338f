//! The run: everything that is due becomes a draft, and what does not says why.
use leptos::prelude::*;
use shared::api::{HeldInvoice, HeldReason, NewBillingRun};

use super::words::may_draft;
use crate::api::{self, Fault};
use crate::keys::{Group, use_action};
use crate::query;
use crate::ui::{Button, Form, FormFaults, Panel, toast};
use crate::{t, tn};

/// Drafts what is due, a part at a time, until nothing is left.
async fn run_all() -> Result<(i64, Vec<HeldInvoice>), Fault> {
    let (mut made, mut held) = (0, Vec::new());
    let mut asked = NewBillingRun::default();
    loop {
        let run = api::run_billing(&asked).await?;
        made += run.made.len() as i64;
        held.extend(run.held);
        // Each is after the one before, so there is a last.
        asked.after = run.next;
        if asked.after.is_none() {
            return Ok((made, held));
        }
    }
}

/// Drafts what is due.
#[component]
pub(super) fn RunButton(held: RwSignal<Vec<HeldInvoice>>) -> impl IntoView {
    let form = Form::new("run");
    let reason = may_draft();
    let run = move || {
        form.run(run_all(), move |(made, waits)| {
            held.try_set(waits);
            query::invalidate("/invoice");
            toast(match made {
                0 => t!(invoices.run_none).to_owned(),
                made => tn!(made, invoices.run_one, invoices.run_other),
            });
        });
    };
    use_action(Group::Here, t!(invoices.run), "c", move || {
        if reason.with_untracked(Option::is_none) {
            run();
        }
    });
    view! {
        <FormFaults form />
        <Button keys="c" reason busy=form.busy() on_press=Callback::new(move |()| run())>
            {t!(invoices.run)}
        </Button>
    }
}

/// What is due and was not drafted.
#[component]
pub(super) fn Held(held: RwSignal<Vec<HeldInvoice>>) -> impl IntoView {
    let row = |one: HeldInvoice| {
        let why = match one.reason {
            HeldReason::Negative => t!(invoices.held_negative),
            HeldReason::CycleOpen => t!(invoices.held_open),
        };
        let name = t!(invoices.held_row, retainer = one.retainer_name, seq = one.seq);
        view! {
            <li>
                <span class="font-medium">{name}</span>
                <span class="block text-soft">{why}</span>
            </li>
        }
    };
    let rows = move || held.get().into_iter().map(row).collect_view();
    view! {
        <Show when=move || held.with(|held| !held.is_empty())>
            <Panel title=t!(invoices.held_title)>
                <ul class="panel-body flex flex-col gap-2">{rows}</ul>
            </Panel>
        </Show>
    }
}
