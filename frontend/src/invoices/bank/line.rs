//! A line of a statement: what came, what it would pay and why, and what can be done.
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{BankLine, BankLineAside, BankLineState, BankTwin};

use super::super::words::amount;
use super::page::{Doing, decided, proposed};
use super::words::{State, reason_words};
use crate::api;
use crate::format::date;
use crate::session::use_today;
use crate::t;
use crate::ui::{Button, toast, toast_undo};

fn small(words: impl IntoView + 'static) -> impl IntoView {
    view! { <span class="block text-xs text-muted break-words">{words}</span> }
}

/// Whether nobody has decided on it.
fn waits(line: &BankLine) -> bool {
    use BankLineState::{Exact, Likely, Open};
    matches!(line.state, Exact | Likely | Open)
}

#[component]
pub(super) fn Row(line: BankLine, doing: Doing) -> impl IntoView {
    let today = use_today().get_untracked();
    let day = date(line.booked_on, today);
    let sum = amount(line.amount_minor, &line.currency);
    let account = line.payer_account_end.as_ref().map(|end| t!(bank.account, end = end));
    let seen = line.seen_before.then(|| t!(bank.seen).to_owned());
    let below = [line.text.clone(), account, seen].into_iter().flatten().map(small).collect_view();
    let tick = (waits(&line) && line.account_id.is_some() && line.state != BankLineState::Open)
        .then(|| view! { <Tick line=line.clone() doing /> });
    view! {
        <tr>
            <th scope="row" class="text-start font-normal whitespace-nowrap">
                <span class="flex items-center gap-2">{tick} {day}</span>
            </th>
            <td data-label=t!(bank.col_from) class="break-words">
                <span>{line.payer.clone().unwrap_or_default()} {below}</span>
            </td>
            <td data-label=t!(invoices.amount) class="num text-end whitespace-nowrap">{sum}</td>
            <td data-label=t!(bank.col_pays) class="break-words">
                <Pays line=line.clone() />
            </td>
            <td>
                <Deeds line doing />
            </td>
        </tr>
    }
}

#[component]
fn Tick(line: BankLine, doing: Doing) -> impl IntoView {
    let (id, ticked) = (line.id, doing.ticked);
    let day = date(line.booked_on, use_today().get_untracked());
    let label = t!(bank.tick, day = day, amount = amount(line.amount_minor, &line.currency));
    view! {
        <input
            type="checkbox"
            class="checkbox"
            aria-label=label
            prop:checked=move || ticked.with(|all| all.contains(&id))
            on:change=move |event| {
                let on = event_target_checked(&event);
                ticked.update(|all| {
                    all.retain(|one| *one != id);
                    if on {
                        all.push(id);
                    }
                });
            }
        />
    }
}

/// What it pays or would: the client, the invoices, what is left, and why.
#[component]
fn Pays(line: BankLine) -> impl IntoView {
    let today = use_today().get_untracked();
    let paid: i64 = line.invoices.iter().map(|one| one.amount_minor).sum();
    let rest = line.amount_minor - paid;
    let credit = (line.account_id.is_some() && waits(&line) && rest > 0)
        .then(|| small(t!(bank.credit, amount = amount(rest, &line.currency))));
    let parts = line.invoices.iter().map(|one| {
        let sum = amount(one.amount_minor, &line.currency);
        view! {
            <span class="block">
                <a class="link num" href=format!("/invoices/{}", one.invoice_id)>
                    {one.number.clone()}
                </a>
                " "
                <span class="num text-muted">{sum}</span>
            </span>
        }
    });
    let parts = parts.collect_view();
    let twin = line.twin.as_ref().map(|twin| small(twin_words(twin, &line)));
    let back = line.taken_back_on.filter(|_| waits(&line));
    let back = back.map(|day| small(t!(bank.taken_back, day = date(day, today))));
    view! {
        <span>
            <State state=line.state />
            <span class="block font-medium">{line.account_name.clone()}</span>
            {parts}
            {credit}
            {line.reason.map(|reason| small(reason_words(reason)))}
            {twin}
            {back}
        </span>
    }
}

fn twin_words(twin: &BankTwin, line: &BankLine) -> String {
    let day = date(twin.paid_on, use_today().get_untracked());
    let sum = amount(line.amount_minor, &line.currency);
    match twin.from_bank {
        true => t!(bank.twin_bank, amount = sum, day = day),
        false => t!(bank.twin_hand, amount = sum, day = day),
    }
}

/// Sets a line aside, or takes it up again.
fn set_aside(line: &BankLine, aside: bool, doing: Doing) {
    let (id, version) = (line.id, line.version);
    let work = async move { api::set_bank_line_aside(id, version, &BankLineAside { aside }).await };
    doing.form.run(work, move |now: BankLine| {
        doing.ticked.try_update(|all| all.retain(|one| *one != id));
        decided();
        if aside {
            let version = now.version;
            toast_undo(t!(bank.not_ours_done), move || {
                spawn_local(async move {
                    let back = BankLineAside { aside: false };
                    match api::set_bank_line_aside(id, version, &back).await {
                        Ok(_) => decided(),
                        Err(fault) => toast(crate::i18n::fault_words(&fault)),
                    }
                });
            });
        }
    });
}

#[component]
fn Deeds(line: BankLine, doing: Doing) -> impl IntoView {
    let (busy, kept) = (doing.form.busy(), StoredValue::new(line.clone()));
    let aside = line.state == BankLineState::Aside;
    let set = move |aside: bool| {
        Callback::new(move |()| kept.with_value(|line| set_aside(line, aside, doing)))
    };
    let record = Callback::new(move |()| {
        let Some((id, version, body)) =
            kept.with_value(|line| proposed(line).map(|body| (line.id, line.version, body)))
        else {
            return;
        };
        let work = async move { api::record_bank_line(id, version, &body).await };
        doing.form.run(work, move |_: BankLine| {
            doing.ticked.try_update(|all| all.retain(|one| *one != id));
            decided();
            toast(t!(invoices.pay_done));
        });
    });
    let change = Callback::new(move |()| {
        doing.changed.set(Some(kept.get_value()));
        doing.open.set(true);
    });
    let one = (waits(&line) && line.account_id.is_some()).then(|| {
        view! { <Button small=true busy on_press=record>{t!(bank.record)}</Button> }
    });
    let others = waits(&line).then(|| {
        view! {
            <Button small=true on_press=change>{t!(bank.change)}</Button>
            <Button small=true busy on_press=set(true)>{t!(bank.not_ours)}</Button>
        }
    });
    let back = aside.then(|| {
        view! { <Button small=true busy on_press=set(false)>{t!(bank.take_up)}</Button> }
    });
    view! { <div class="flex flex-wrap justify-end gap-2">{one} {others} {back}</div> }
}
