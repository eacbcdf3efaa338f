//! Issuing: each draft gets its number, one after the other, after what it comes to was read.
use leptos::{prelude::*, task::spawn_local};
use shared::api::InvoiceSummary;

use super::words::{amount, amounts, total};
use crate::i18n::fault_words;
use crate::query::{self, use_query};
use crate::ui::{Button, Checkbox, Dialog, Form, Variant, toast};
use crate::{api, t, tn};

/// Asks before drafts are issued.
#[component]
pub(super) fn IssueDialog(
    open: RwSignal<bool>,
    /// What is issued.
    chosen: Memo<Vec<InvoiceSummary>>,
) -> impl IntoView {
    view! {
        <Dialog open title=t!(invoices.issue_all)>
            <Issue open chosen />
        </Dialog>
    }
}

/// How far it has come.
#[derive(Clone, Copy)]
struct Progress {
    done: RwSignal<i64>,
    failed: RwSignal<Vec<String>>,
    busy: RwSignal<bool>,
    /// It went through all of them.
    ended: RwSignal<bool>,
}

impl Progress {
    async fn issue(self, all: Vec<InvoiceSummary>, send: bool) {
        for one in all {
            let done = match send {
                true => api::send_invoice(one.id, one.version).await.map(drop),
                false => api::issue_invoice(one.id, one.version).await.map(drop),
            };
            match done {
                Ok(()) => self.done.try_update(|done| *done += 1),
                Err(fault) => self.failed.try_update(|failed| {
                    let why = fault_words(&fault);
                    failed.push(t!(invoices.issue_failed, name = one.account_name, why = why));
                }),
            };
        }
        query::invalidate("/invoice");
        self.busy.try_set(false);
        self.ended.try_set(true);
    }
}

#[component]
fn Issue(open: RwSignal<bool>, chosen: Memo<Vec<InvoiceSummary>>) -> impl IntoView {
    // What was read is what is issued, whatever comes to the list meanwhile.
    let all = StoredValue::new(chosen.get_untracked());
    let n = all.with_value(Vec::len) as i64;
    let progress = Progress {
        done: RwSignal::new(0),
        failed: RwSignal::default(),
        busy: RwSignal::new(false),
        ended: RwSignal::new(false),
    };
    let Progress { done, failed, busy, ended } = progress;
    let (form, send) = (Form::new("issue-all"), RwSignal::new(false));
    // Without a mail server there is nothing to choose.
    let mail = use_query(api::mail_settings);
    let sends = move || mail.with(|kept| kept.is_some_and(|kept| kept.from.is_some()));
    let issue = Callback::new(move |()| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            progress.issue(all.get_value(), send.get_untracked()).await;
            if failed.try_with_untracked(Vec::is_empty) == Some(true) {
                open.try_set(false);
                toast(t!(invoices.issuing, done = n, all = n));
            }
        });
    });
    let rows = all.with_value(|all| {
        let row = |one: &InvoiceSummary| {
            let total = amount(one.total_minor, &one.currency);
            view! {
                <li class="flex justify-between gap-4">
                    <span>{one.account_name.clone()} " · " {one.retainer_name.clone()}</span>
                    <span class="num whitespace-nowrap">{total}</span>
                </li>
            }
        };
        all.iter().map(row).collect_view()
    });
    let about =
        all.with_value(|all| t!(invoices.issue_about, amounts = amounts(all.iter().map(total))));
    let told = move || t!(invoices.issuing, done = done.get(), all = n);
    let faults = move || failed.get().into_iter().map(|why| view! { <p>{why}</p> }).collect_view();
    let verb = move || tn!(n, invoices.issue_some_one, invoices.issue_some_other);
    view! {
        <div class="form">
            <p>{about}</p>
            <ul class="flex flex-col gap-1">{rows}</ul>
            <Show when=move || sends() && !busy.get() && !ended.get()>
                <Checkbox form at="/send" label=t!(invoices.send_also) value=send />
            </Show>
            <Show when=move || busy.get() || ended.get()>
                <progress
                    class="w-full"
                    aria-label=t!(invoices.issue_all)
                    max=n.to_string()
                    value=move || done.get().to_string()
                ></progress>
                <p class="text-soft" role="status">{told}</p>
            </Show>
            <Show when=move || failed.with(|failed| !failed.is_empty())>
                <div class="note note-bad" role="alert">
                    <div class="note-words">{faults}</div>
                </div>
            </Show>
            <div class="form-actions">
                <Button on_press=Callback::new(move |()| open.set(false))>
                    {move || if ended.get() { t!(common.close) } else { t!(common.cancel) }}
                </Button>
                <Show when=move || !ended.get()>
                    <Button variant=Variant::Primary busy on_press=issue>{verb}</Button>
                </Show>
            </div>
        </div>
    }
}
