//! What of a month still waits for a person: how many of each kind, and where each is settled.
use leptos::prelude::*;
use shared::api::{LooseEnd, LooseEndKind, LooseEnds};

use super::close_href;
use super::steps::RECAP;
use crate::format::{count, date, money};
use crate::query::Query;
use crate::requests::request_href;
use crate::retainers::{board_href, retainer_href, today};
use crate::session::{manages, use_me};
use crate::sessions::calls_href;
use crate::ui::{Badge, Button, ButtonLink, Icon, Loaded, Panel, icon};
use crate::{t, tn};

/// So many are shown before somebody asks for all.
const SHOWN: usize = 10;

/// "3 loose ends", "0 loose ends".
pub(super) fn words(total: i64) -> String {
    tn!(total, closing.month_loose_1, closing.month_loose_n)
}

#[component]
pub(super) fn LoosePanel(ends: Query<LooseEnds>) -> impl IntoView {
    let all = RwSignal::new(false);
    let total = move || ends.with(|ends| ends.map(|ends| ends.total));
    let aside = move || total().map(|total| view! { <span class="num">{count(total)}</span> });
    let none = move || total() == Some(0);
    let shown = move || {
        let limit = if all.get() { usize::MAX } else { SHOWN };
        let first = |ends: &LooseEnds| ends.items.iter().take(limit).cloned().collect::<Vec<_>>();
        let rows = ends.with(|ends| ends.map(first)).unwrap_or_default();
        rows.into_iter().map(|end| view! { <Row end /> }).collect_view()
    };
    let listed = move || ends.with(|ends| ends.map_or(0, |ends| ends.items.len()));
    let more = move || !all.get() && SHOWN < listed();
    let rest = move || {
        let cut =
            all.get() && ends.with(|ends| ends.is_some_and(|ends| ends.next_cursor.is_some()));
        cut.then(|| t!(closing.loose_first, count = count(listed() as i64)))
    };
    view! {
        <Panel title=t!(closing.loose_title) aside>
            <Loaded of=ends.standing() rows=3>
                <Show when=move || !none() fallback=Clear>
                    <Counts ends />
                    <ul class="panel-rows">{shown}</ul>
                    <Show when=more>
                        <div class="panel-body">
                            <Button small=true on_press=Callback::new(move |()| all.set(true))>
                                {move || t!(today.show_all, count = listed())}
                            </Button>
                        </div>
                    </Show>
                    {move || rest().map(|words| view! { <p class="panel-body">{words}</p> })}
                </Show>
            </Loaded>
        </Panel>
    }
}

/// The month is done.
#[component]
fn Clear() -> impl IntoView {
    view! {
        <div class="loose-end">
            <span class="loose-end-icon is-done">{icon(icondata::LuCircleCheck)}</span>
            <div class="loose-end-words">
                <p class="loose-end-fact">{words(0)}</p>
                <p class="loose-end-consequence">{t!(closing.loose_clear)}</p>
            </div>
        </div>
    }
}

#[component]
fn Counts(ends: Query<LooseEnds>) -> impl IntoView {
    let counts = move || {
        let counts = ends.with(|ends| ends.map(|ends| ends.counts.clone())).unwrap_or_default();
        let there = counts.into_iter().filter(|one| one.count > 0);
        let one = |kind, n| {
            let words = t!(closing.loose_count, kind = of_kind(kind).1, count = count(n));
            view! { <li><Badge>{words}</Badge></li> }
        };
        there.map(|of| one(of.kind, of.count)).collect_view()
    };
    view! { <ul class="loose-counts" aria-label=t!(closing.loose_kinds)>{counts}</ul> }
}

#[component]
fn Row(end: LooseEnd) -> impl IntoView {
    let may = use_me().with_untracked(|me| manages(me.role));
    let (look, _) = of_kind(end.kind);
    let (href, verb) = settled(&end, may);
    let fact = fact(&end);
    let of = format!(", {fact}");
    let bad = matches!(end.kind, LooseEndKind::DeclinedCharge | LooseEndKind::LapsedRenewal);
    view! {
        <li class="loose-end">
            <span class="loose-end-icon" class:is-bad=bad>{icon(look)}</span>
            <div class="loose-end-words">
                <p class="loose-end-fact">{fact}</p>
                <p class="loose-end-consequence">{about(&end)}</p>
            </div>
            {end.amount.as_ref().map(|amount| view! { <span class="num">{money(amount)}</span> })}
            <ButtonLink href small=true>{verb}<span class="sr-only">{of}</span></ButtonLink>
        </li>
    }
}

/// Of whom, since when, and who looks after it.
fn about(end: &LooseEnd) -> String {
    let names = [end.account_name.clone(), end.retainer_name.clone()];
    let names = names.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let since = t!(closing.loose_since, day = date(end.since, today()));
    let owner = end.owner_name.as_deref().map(|name| t!(closing.loose_owner, name = name));
    let parts = [Some(names).filter(|names| !names.is_empty()), Some(since), owner];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn of_kind(kind: LooseEndKind) -> (Icon, &'static str) {
    use LooseEndKind::*;
    match kind {
        LapsedRenewal => (icondata::LuOctagonAlert, t!(closing.kind_lapsed_renewal)),
        DeclinedCharge => (icondata::LuOctagonAlert, t!(closing.kind_declined)),
        BankLine => (icondata::LuLandmark, t!(closing.kind_bank)),
        UnsentInvoice => (icondata::LuSend, t!(closing.kind_unsent)),
        DueDraft => (icondata::LuFilePen, t!(closing.kind_draft)),
        UnbilledOverage => (icondata::LuReceipt, t!(closing.kind_overage)),
        UnbilledChange => (icondata::LuReceipt, t!(closing.kind_change)),
        UnbilledPurchase => (icondata::LuReceipt, t!(closing.kind_purchase)),
        UnbilledExpense => (icondata::LuReceipt, t!(closing.kind_expense)),
        UnplannedRenewal => (icondata::LuRefreshCw, t!(closing.kind_unplanned_renewal)),
        UnsignedTerms => (icondata::LuFilePen, t!(closing.kind_unsigned_terms)),
        OpenCycle => (icondata::LuCalendarClock, t!(closing.kind_open)),
        OpenRequest => (icondata::LuInbox, t!(closing.kind_request)),
        UntoldCycle => (icondata::LuMessageSquare, t!(closing.kind_untold)),
        UnbookedCalls => (icondata::LuCalendarClock, t!(closing.kind_unbooked)),
        UnownedWork => (icondata::LuUserX, t!(closing.kind_work)),
        UnsettledCall => (icondata::LuCalendarClock, t!(closing.kind_unsettled)),
    }
}

fn fact(end: &LooseEnd) -> String {
    use LooseEndKind::*;
    let title = end.title.as_deref().unwrap_or_default();
    let number = end.number.map(count).unwrap_or_default();
    match end.kind {
        LapsedRenewal => t!(closing.loose_lapsed_renewal).to_owned(),
        DeclinedCharge => t!(closing.loose_declined, what = title),
        BankLine if title.is_empty() => t!(closing.loose_bank_unnamed).to_owned(),
        BankLine => t!(closing.loose_bank, what = title),
        UnsentInvoice => t!(closing.loose_unsent, what = title),
        DueDraft => t!(closing.loose_draft, seq = number),
        UnbilledOverage => t!(closing.loose_overage, seq = number),
        UnbilledChange => t!(closing.loose_change, number = number),
        UnbilledPurchase => t!(closing.loose_purchase, what = title),
        UnbilledExpense => t!(closing.loose_expense, what = title),
        UnplannedRenewal => t!(closing.loose_unplanned_renewal).to_owned(),
        UnsignedTerms => t!(closing.loose_unsigned_terms, number = number),
        OpenCycle => t!(closing.loose_open, seq = number),
        OpenRequest => t!(closing.loose_request, what = title),
        UntoldCycle => t!(closing.loose_untold, seq = number),
        UnbookedCalls => t!(closing.loose_unbooked, count = number),
        UnownedWork => t!(closing.loose_work, what = title),
        UnsettledCall => t!(closing.loose_unsettled).to_owned(),
    }
}

/// Where it is settled, and what to do there.
fn settled(end: &LooseEnd, may: bool) -> (String, &'static str) {
    use LooseEndKind::*;
    let home = end.account_id.zip(end.retainer_id);
    let of_cycle = |step: String| {
        let seq = end.number.unwrap_or_default();
        home.map(|(account, retainer)| close_href(account, retainer, seq) + &step)
    };
    let (href, verb) = match end.kind {
        DeclinedCharge | UnsentInvoice | DueDraft => {
            (Some(format!("/invoices/{}", end.subject_id)), t!(closing.loose_to_invoice))
        }
        BankLine => (end.bank_import_id.map(|id| format!("/bank/{id}")), t!(closing.loose_to_bank)),
        UnbilledOverage | UnbilledChange | UnbilledPurchase => {
            let page = home.map(|(account, id)| retainer_href(account, id) + "/billing");
            (page, t!(closing.loose_to_billing))
        }
        UnbilledExpense => (Some("/reports/margin".to_owned()), t!(closing.loose_to_expenses)),
        LapsedRenewal | UnplannedRenewal => {
            let href = format!("/renewals?renewal={}", end.subject_id);
            (Some(href), t!(closing.loose_to_renewal))
        }
        UnsignedTerms => {
            let page = end.account_id.map(|id| format!("/accounts/{id}/files"));
            (page, t!(closing.loose_to_agreements))
        }
        OpenCycle if may => (of_cycle(String::new()), t!(closing.note_open)),
        UntoldCycle if may => (of_cycle(format!("&step={}", RECAP + 1)), t!(closing.month_tell)),
        OpenCycle | UntoldCycle => (of_cycle(String::new()), t!(closing.month_read)),
        OpenRequest => (Some(request_href(end.subject_id.into())), t!(requests.decide)),
        UnbookedCalls => (end.retainer_id.map(calls_href), t!(closing.loose_to_calls)),
        UnsettledCall => {
            let href = format!("/calendar?date={}&session={}", end.since, end.subject_id);
            (Some(href), t!(closing.loose_to_session))
        }
        UnownedWork => {
            let board = home.map(|(account, id)| board_href(account, id));
            (
                board.map(|board| format!("{board}?card={}", end.subject_id)),
                t!(closing.loose_to_card),
            )
        }
    };
    (href.unwrap_or_default(), verb)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_leads_to_where_it_is_settled_and_says_what_it_is() {
        let id = "0193a5b0-0000-7000-8000-00000000000c";
        let home = format!("/accounts/{id}/retainers/{id}");
        for kind in LooseEndKind::ALL {
            let end = serde_json::json!({
                "kind": kind, "subject_id": id, "account_id": id, "account_name": "Acme",
                "retainer_id": id, "retainer_name": "Support", "owner_name": "Lena",
                "bank_import_id": id, "number": 3, "title": "R-7", "since": "2026-11-04",
            });
            let end: LooseEnd = serde_json::from_value(end).expect("a loose end");
            use LooseEndKind::*;
            let (href, what) = match kind {
                DeclinedCharge | UnsentInvoice => (format!("/invoices/{id}"), "R-7"),
                DueDraft => (format!("/invoices/{id}"), "3"),
                LapsedRenewal => (format!("/renewals?renewal={id}"), "nobody had decided"),
                UnplannedRenewal => (format!("/renewals?renewal={id}"), "no plan"),
                UnsignedTerms => (format!("/accounts/{id}/files"), "3"),
                BankLine => (format!("/bank/{id}"), "R-7"),
                UnbilledOverage | UnbilledChange => (format!("{home}/billing"), "3"),
                UnbilledExpense => ("/reports/margin".to_owned(), "R-7"),
                UnbilledPurchase => (format!("{home}/billing"), "R-7"),
                OpenCycle => (format!("{home}/close?cycle=3"), "3"),
                UntoldCycle => (format!("{home}/close?cycle=3&step=5"), "3"),
                OpenRequest => (format!("/requests/{id}"), "R-7"),
                UnbookedCalls => (format!("/calendar/calls?retainer={id}"), "3"),
                UnownedWork => (format!("{home}/board?card={id}"), "R-7"),
                UnsettledCall => (format!("/calendar?date=2026-11-04&session={id}"), "how it went"),
            };
            assert_eq!(settled(&end, true).0, href);
            assert!(fact(&end).contains(what), "{}", fact(&end));
        }
    }
}
