//! Reminders of an invoice: what was sent, what comes next, and what stops that.
use leptos::prelude::*;
use shared::api::{
    InvoiceId, InvoiceReminders, NewStop, NoReminder, Reminder, ReminderAction, StopKind,
};

use super::words::{self, ANY_YEAR, may_issue};
use crate::format::date;
use crate::query::{Query, use_query};
use crate::ui::{Button, Dialog, Form, FormActions, FormFaults, Loaded, Panel, TextArea, toast};
use crate::{api, t};

/// What a step does, in a word.
pub(super) fn action(action: ReminderAction) -> &'static str {
    match action {
        ReminderAction::Remind => t!(invoices.reminder_remind),
        ReminderAction::Warn => t!(invoices.reminder_warn),
        ReminderAction::Suspend => t!(invoices.reminder_suspend),
    }
}

/// The panel of an issued invoice. Nothing is shown of one that was paid without any.
#[component]
pub(super) fn Reminders(id: InvoiceId, #[prop(into)] currency: Signal<String>) -> impl IntoView {
    let reminders = use_query(move || api::invoice_reminders(id));
    let some = move || {
        reminders.with(|all| {
            all.is_some_and(|all| {
                !all.items.is_empty()
                    || !matches!(all.none, Some(NoReminder::Settled | NoReminder::Draft))
            })
        })
    };
    let rows = move || {
        let items = reminders.with(|all| all.map(|all| all.items.clone()).unwrap_or_default());
        items.into_iter().map(|one| row(&one, &currency.get())).collect_view()
    };
    let coming = move || reminders.with(|all| all.map(what_comes));
    view! {
        <Show when=move || some() || reminders.fault().is_some()>
            <div class="no-print">
                <Panel title=t!(invoices.reminders)>
                    <Loaded of=reminders.standing() rows=1>
                        <div class="panel-body flex flex-col gap-2">
                            <ul class="flex flex-col gap-2">{rows}</ul>
                            <p class="text-soft">{coming}</p>
                            <div class="flex flex-wrap gap-2">
                                <Stop id reminders kind=StopKind::Dispute />
                                <Stop id reminders kind=StopKind::Hold />
                            </div>
                        </div>
                    </Loaded>
                </Panel>
            </div>
        </Show>
    }
}

fn row(one: &Reminder, currency: &str) -> impl IntoView + use<> {
    view! {
        <li class="flex justify-between gap-4">
            <span>
                {action(one.action)} " "
                <span class="text-soft">{date(one.on, ANY_YEAR)}</span>
            </span>
            <span class="num">{words::amount(one.open_minor, currency)}</span>
        </li>
    }
}

/// What comes next, or why nothing does.
fn what_comes(all: &InvoiceReminders) -> String {
    if let Some(next) = &all.next {
        return t!(
            invoices.reminder_next,
            what = action(next.action),
            day = date(next.on, ANY_YEAR)
        );
    }
    let stop = |kind: StopKind| {
        let holds = all.stops.iter().find(|stop| stop.kind == kind && stop.closed_at.is_none());
        holds.map(|stop| stop.reason.clone()).unwrap_or_default()
    };
    match all.none {
        Some(NoReminder::Dispute) => {
            t!(invoices.reminder_disputed, reason = stop(StopKind::Dispute))
        }
        Some(NoReminder::Hold) => t!(invoices.reminder_held, reason = stop(StopKind::Hold)),
        Some(NoReminder::Off) => t!(invoices.reminder_off).to_owned(),
        Some(NoReminder::MailOff) => t!(errors.mail_off).to_owned(),
        Some(NoReminder::Unaddressed) => t!(errors.mail_unaddressed).to_owned(),
        Some(NoReminder::Charging) => t!(errors.charge_runs).to_owned(),
        Some(NoReminder::ToCharge) => t!(invoices.reminder_to_charge).to_owned(),
        Some(NoReminder::Over) => t!(invoices.reminder_over).to_owned(),
        Some(NoReminder::Settled | NoReminder::Draft) | None => String::new(),
    }
}

/// Stops reminders, with the reason, or lets them go on.
#[component]
fn Stop(id: InvoiceId, reminders: Query<InvoiceReminders>, kind: StopKind) -> impl IntoView {
    let (open, form) = (RwSignal::new(false), Form::new("stop"));
    let holds = Memo::new(move |_| {
        reminders.with(|all| {
            let stops = all.map(|all| all.stops.as_slice()).unwrap_or_default();
            stops.iter().any(|stop| stop.kind == kind && stop.closed_at.is_none())
        })
    });
    let waits = move || {
        let settled = |all: &InvoiceReminders| matches!(all.none, Some(NoReminder::Settled));
        reminders.with(|all| all.is_some_and(|all| !settled(all)))
    };
    let (begin, end) = match kind {
        StopKind::Dispute => (t!(invoices.dispute), t!(invoices.dispute_close)),
        StopKind::Hold => (t!(invoices.hold), t!(invoices.hold_release)),
    };
    let close = Callback::new(move |()| {
        form.run(api::let_remind(id, kind), move |now: InvoiceReminders| reminders.set(now));
    });
    let ask = Callback::new(move |()| open.set(true));
    view! {
        <Show
            when=move || holds.get()
            fallback=move || {
                view! {
                    <Show when=waits>
                        <Button reason=may_issue() on_press=ask>
                            {begin}
                        </Button>
                    </Show>
                }
            }
        >
            <FormFaults form />
            <Button reason=may_issue() busy=form.busy() on_press=close>
                {end}
            </Button>
        </Show>
        <Dialog open title=begin>
            <StopForm id reminders kind verb=begin open />
        </Dialog>
    }
}

#[component]
fn StopForm(
    id: InvoiceId,
    reminders: Query<InvoiceReminders>,
    kind: StopKind,
    verb: &'static str,
    open: RwSignal<bool>,
) -> impl IntoView {
    let form = Form::new(kind.name());
    let reason = RwSignal::new(String::new());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = NewStop { reason: reason.get_untracked().trim().to_owned() };
        let work = async move |body: NewStop| api::stop_reminders(id, kind, &body).await;
        form.send(body, work, move |now: InvoiceReminders| {
            reminders.set(now);
            toast(t!(common.saved));
            open.try_set(false);
        });
    };
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <TextArea form at="/reason" label=t!(invoices.void_reason) value=reason />
            <FormFaults form />
            <FormActions form open verb />
        </form>
    }
}
