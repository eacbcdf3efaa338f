//! An invoice: what can be done with it, and the paper itself.
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::api::{Invoice, InvoiceId, InvoiceState, InvoiceVoid};

use super::charges::ChargesPanel;
use super::client::ClientDialog;
use super::credit::Credit;
use super::credits::Credits;
use super::draft::EditDialog;
use super::files::{Files, Saved};
use super::mails::{Mails, Send};
use super::paper::Paper;
use super::pay::Pay;
use super::payments::Payments;
use super::reminders::Reminders;
use super::words::{self, ANY_YEAR, State, may_draft, may_issue};
use crate::format::date;
use crate::keys::{Group, use_action};
use crate::query::{self, Query, use_query};
use crate::shell::Area;
use crate::ui::{
    Button, Checkbox, Dialog, Empty, Form, FormActions, FormFaults, Loaded, PageHeader, TextArea,
    Variant, toast,
};
use crate::{api, t};

/// `/invoices/:invoice`
#[component]
pub fn InvoicePage() -> impl IntoView {
    let params = use_params_map();
    let id =
        Memo::new(move |_| params.with(|params| params.get("invoice")?.parse::<InvoiceId>().ok()));
    move || match id.get() {
        Some(id) => view! { <Screen id /> }.into_any(),
        None => view! {
            <PageHeader title=t!(common.not_found_title) area=Area::Invoices />
            <div class="page">
                <Empty icon=icondata::LuCompass title=t!(common.not_found) />
            </div>
        }
        .into_any(),
    }
}

#[component]
fn Screen(id: InvoiceId) -> impl IntoView {
    let invoice = use_query(move || api::invoice(id));
    let title = Signal::derive(move || {
        let name = invoice.with(|made| made.map(|made| words::name(&made.summary)));
        name.unwrap_or_else(|| t!(shell.invoices).to_owned())
    });
    let state = Memo::new(move |_| invoice.with(|made| made.map(|made| made.summary.state)));
    let status = move || invoice.with(|made| Some(view! { <State of=made?.summary.clone() /> }));
    let tools = move || match state.get() {
        Some(InvoiceState::Draft) => view! { <DraftTools invoice /> }.into_any(),
        Some(InvoiceState::Issued) => view! { <IssuedTools invoice /> }.into_any(),
        Some(InvoiceState::Void) | None => ().into_any(),
    };
    let settles = move || state.get().is_some_and(|state| state != InvoiceState::Draft);
    let currency = Signal::derive(move || {
        invoice.with(|made| made.map(|made| made.summary.currency.clone()).unwrap_or_default())
    });
    let paper = move || invoice.get().map(|made| view! { <Paper made /> });
    let files = Signal::derive(move || {
        let of = |made: Option<&Invoice>| {
            let of = &made?.summary;
            let path = format!("/invoices/{id}");
            let issued = of.state == InvoiceState::Issued;
            Some(Saved { path, name: words::name(of), account: of.account_id, issued })
        };
        invoice.with(of)
    });
    view! {
        <PageHeader title area=Area::Invoices status=status>
            {tools}
            <Show when=move || invoice.known()>
                <Files of=files />
                <Print />
            </Show>
        </PageHeader>
        <div class="page stack">
            <p class="no-print">
                <a class="link" href="/invoices">{t!(shell.invoices)}</a>
            </p>
            <Loaded of=invoice.standing() rows=10>{paper}</Loaded>
            <Show when=settles>
                <Reminders id currency />
                <Mails id />
                <ChargesPanel id invoice />
                <Payments id invoice />
                <Credits id />
            </Show>
        </div>
    }
}

#[component]
pub(super) fn Print() -> impl IntoView {
    let print = move || {
        let _ = window().print();
    };
    use_action(Group::Here, t!(statement.print), "p", print);
    view! {
        <Button icon=icondata::LuPrinter keys="p" on_press=Callback::new(move |()| print())>
            {t!(statement.print)}
        </Button>
    }
}

/// Shows what the server answered, here and in the list.
fn renewed(invoice: Query<Invoice>, now: Invoice) {
    invoice.set(now);
    query::invalidate("/invoices?");
    query::invalidate("/invoice-counts");
}

#[component]
fn DraftTools(invoice: Query<Invoice>) -> impl IntoView {
    let (editing, issuing) = (RwSignal::new(false), RwSignal::new(false));
    let client = RwSignal::new(false);
    let account = invoice.get_untracked().map(|made| made.summary.account_id);
    let (drafts, issues) = (may_draft(), may_issue());
    let open = move |may: Signal<Option<String>>, dialog: RwSignal<bool>| {
        if may.with_untracked(Option::is_none) {
            dialog.set(true);
        }
    };
    use_action(Group::Here, t!(invoices.lines_edit), "e", move || open(drafts, editing));
    use_action(Group::Here, t!(invoices.issue), "s", move || open(issues, issuing));
    let issue = Callback::new(move |()| issuing.set(true));
    view! {
        <Button
            icon=icondata::LuPencil
            keys="e"
            reason=drafts
            on_press=Callback::new(move |()| editing.set(true))
        >
            {t!(invoices.lines_edit)}
        </Button>
        <Button reason=drafts on_press=Callback::new(move |()| client.set(true))>
            {t!(invoices.client)}
        </Button>
        <Button variant=Variant::Primary keys="s" reason=issues on_press=issue>
            {t!(invoices.issue)}
        </Button>
        <EditDialog invoice open=editing />
        {account.map(|account| view! { <ClientDialog account open=client /> })}
        <Dialog open=issuing title=t!(invoices.issue)>
            <IssueForm invoice open=issuing />
        </Dialog>
    }
}

/// Asks once more, with recipient, amount and day.
#[component]
fn IssueForm(invoice: Query<Invoice>, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("issue");
    let about = move || {
        invoice.with(|made| {
            let of = &made?.summary;
            let amount = words::amount(of.total_minor, &of.currency);
            let day = date(of.due_on, ANY_YEAR);
            Some(t!(invoices.issue_one_about, name = of.account_name, amount = amount, day = day))
        })
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(made) = invoice.get_untracked() else { return };
        form.run(api::issue_invoice(made.id, made.version), move |now: Invoice| {
            toast(t!(invoices.issued_as, number = words::name(&now.summary)));
            open.try_set(false);
            renewed(invoice, now);
        });
    };
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <p>{about}</p>
            <FormFaults form />
            <FormActions form open verb=t!(invoices.issue) />
        </form>
    }
}

#[component]
fn IssuedTools(invoice: Query<Invoice>) -> impl IntoView {
    let voiding = RwSignal::new(false);
    let title = Signal::derive(move || {
        let name = invoice.with(|made| made.map(|made| words::name(&made.summary)));
        t!(invoices.void_title, number = name.unwrap_or_default())
    });
    view! {
        <Button
            variant=Variant::Danger
            reason=may_issue()
            on_press=Callback::new(move |()| voiding.set(true))
        >
            {t!(invoices.void)}
        </Button>
        <Send invoice />
        <Credit invoice />
        <Pay invoice />
        <Dialog open=voiding title>
            <VoidForm invoice open=voiding />
        </Dialog>
    }
}

#[component]
fn VoidForm(invoice: Query<Invoice>, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("void");
    let reason = RwSignal::new(String::new());
    let replace = RwSignal::new(true);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(made) = invoice.get_untracked() else { return };
        let (id, version) = (made.id, made.version);
        let body = InvoiceVoid {
            reason: reason.get_untracked().trim().to_owned(),
            replace: replace.get_untracked(),
        };
        let work = async move |body: InvoiceVoid| api::void_invoice(id, version, &body).await;
        form.send(body, work, move |now: Invoice| {
            toast(t!(invoices.voided, number = words::name(&now.summary)));
            open.try_set(false);
            renewed(invoice, now);
        });
    };
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <p>{t!(invoices.void_about)}</p>
            <TextArea form at="/reason" label=t!(invoices.void_reason) value=reason />
            <Checkbox form at="/replace" label=t!(invoices.void_replace) value=replace />
            <FormFaults form />
            <FormActions form open verb=t!(invoices.void) />
        </form>
    }
}
