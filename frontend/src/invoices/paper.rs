//! The invoice as it is read and printed: from whom, to whom, its lines, its taxes and its sum.
use leptos::prelude::*;
use shared::api::{
    Invoice, InvoiceLine, InvoiceLineKind, InvoiceState, InvoiceSummary, Purpose, TaxMode,
};

use super::words::{self, ANY_YEAR, amount};
use crate::format::{cycle_range, date, day_in_zone};
use crate::retainers::retainer_href;
use crate::session::use_me;
use crate::t;

/// The paper. It is drawn anew when the invoice changes.
#[component]
pub(super) fn Paper(made: Invoice) -> impl IntoView {
    let of = made.summary.clone();
    let lines = made.lines.iter().map(|line| {
        view! { <Line line=line.clone() of=of.clone() /> }
    });
    let lines = lines.collect_view();
    let zone = use_me().with_untracked(|me| me.organisation.timezone.clone());
    let void = made.voided_at.map(|at| {
        let day = date(day_in_zone(at, &zone), ANY_YEAR);
        let reason = made.void_reason.clone().unwrap_or_default();
        view! { <p class="note">{t!(invoices.was_void, day = day, reason = reason)}</p> }
    });
    let note = made.note.clone().map(|note| {
        view! { <p class="panel-body break-words whitespace-pre-line">{note}</p> }
    });
    view! {
        <article class="statement stack">
            {void}
            <Head made=made.clone() />
            <section class="panel">
                <div class="table-wrap">
                    <table class="table table-cards">
                        <thead>
                            <tr>
                                <th scope="col">{t!(invoices.line)}</th>
                                <th scope="col" class="text-end">{t!(invoices.quantity)}</th>
                                <th scope="col" class="text-end">{t!(invoices.price)}</th>
                                <th scope="col" class="text-end">{t!(invoices.amount)}</th>
                            </tr>
                        </thead>
                        <tbody>{lines}</tbody>
                    </table>
                </div>
                <Sums made />
                {note}
            </section>
        </article>
    }
}

#[component]
fn Head(made: Invoice) -> impl IntoView {
    let of = made.summary;
    let draft = of.state == InvoiceState::Draft;
    let parties = made.parties;
    let from = parties.as_ref().map(|one| {
        let words = format!("{}\n{}", one.legal_name, one.address);
        (t!(invoices.from), view! { <span class="whitespace-pre-line">{words}</span> }.into_any())
    });
    let tax_id = parties.as_ref().and_then(|one| one.tax_id.clone());
    let tax_id = tax_id.map(|tax_id| (t!(invoices.tax_id), tax_id.into_any()));
    let client = parties.map_or_else(|| of.account_name.clone(), |one| one.client);
    let account = format!("/accounts/{}", of.account_id);
    let client = view! { <a class="link" href=account>{client}</a> }.into_any();
    let page = format!("{}?cycle={}", retainer_href(of.account_id, of.retainer_id), of.seq);
    let days = cycle_range(of.starts_on, of.ends_on, ANY_YEAR);
    let period = format!("{} · {days}", of.retainer_name);
    let period = view! { <a class="link" href=page>{period}</a> }.into_any();
    let issued = if draft { t!(invoices.day_draft) } else { t!(invoices.day) };
    let rows = [
        from,
        Some((t!(invoices.to), client)),
        tax_id,
        Some((t!(invoices.period), period)),
        Some((issued, date(of.issue_on, ANY_YEAR).into_any())),
        Some((t!(invoices.due), date(of.due_on, ANY_YEAR).into_any())),
    ];
    let rows = rows.into_iter().flatten().map(|(label, value)| {
        view! {
            <div>
                <dt class="text-xs text-muted">{label}</dt>
                <dd class="break-words font-medium">{value}</dd>
            </div>
        }
    });
    let last = (of.purpose == Purpose::Final).then(|| t!(invoices.last));
    view! {
        <section class="panel p-4">
            <dl class="grid gap-3 sm:grid-cols-2 lg:grid-cols-3">{rows.collect_view()}</dl>
            {last.map(|words| view! { <p class="pt-3 text-soft">{words}</p> })}
        </section>
    }
}

/// A line; overage leads to the entries it is made of.
#[component]
fn Line(line: InvoiceLine, of: InvoiceSummary) -> impl IntoView {
    let text = words::line_words(&line, &of);
    let what = match (line.kind, line.seq) {
        (kind @ (InvoiceLineKind::Overage | InvoiceLineKind::Correction), Some(seq)) => {
            let page = retainer_href(of.account_id, of.retainer_id);
            let pool = line.pool.as_deref().map(|key| format!("&pool={key}")).unwrap_or_default();
            // Of what went beyond the allowance, only those entries.
            let entries = if kind == InvoiceLineKind::Overage { "&rows=over#ledger" } else { "" };
            view! { <a class="link" href=format!("{page}?cycle={seq}{pool}{entries}")>{text}</a> }
                .into_any()
        }
        _ => text.into_any(),
    };
    let quantity = words::quantity_words(&line, &of.currency);
    let price = words::price_words(&line, &of.currency);
    let total = amount(line.amount_minor, &of.currency);
    let off = (line.discount_minor != 0).then(|| {
        let words = t!(invoices.line_discount, amount = amount(line.discount_minor, &of.currency));
        view! { <p class="text-soft">{words}</p> }
    });
    view! {
        <tr>
            <th scope="row" class="text-start font-normal break-words"><div>{what} {off}</div></th>
            <td data-label=t!(invoices.quantity) class="num text-end whitespace-nowrap">{quantity}</td>
            <td data-label=t!(invoices.price) class="num text-end whitespace-nowrap">{price}</td>
            <td data-label=t!(invoices.amount) class="num text-end whitespace-nowrap">{total}</td>
        </tr>
    }
}

/// Without tax, each tax, and the sum.
#[component]
fn Sums(made: Invoice) -> impl IntoView {
    let of = &made.summary;
    let mut rows = vec![(t!(invoices.net).to_owned(), amount(of.net_minor, &of.currency))];
    rows.extend(made.taxes.iter().map(|tax| {
        let base = amount(tax.base_minor, &of.currency);
        let words = t!(invoices.tax, code = tax.code, percent = tax.percent, base = base);
        (words, amount(tax.tax_minor, &of.currency))
    }));
    let rows = rows.into_iter().map(|(label, value)| {
        view! {
            <div class="flex justify-between gap-4">
                <dt class="text-soft">{label}</dt>
                <dd class="num whitespace-nowrap">{value}</dd>
            </div>
        }
    });
    let total = amount(of.total_minor, &of.currency);
    let inclusive = made.tax_mode == TaxMode::Inclusive;
    view! {
        <dl class="panel-body flex flex-col gap-1 border-t border-line">
            {rows.collect_view()}
            <div class="flex justify-between gap-4 font-semibold">
                <dt>{t!(invoices.total)}</dt>
                <dd class="num whitespace-nowrap">{total}</dd>
            </div>
        </dl>
        {inclusive.then(|| view! { <p class="panel-body text-soft">{t!(invoices.inclusive)}</p> })}
    }
}
