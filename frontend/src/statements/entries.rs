//! Every ledger line of a pool in the cycle.
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{Ledger, LedgerLine, Pool, Statement};

use super::page::foot;
use crate::api;
use crate::format::{Measure, date, pool_name};
use crate::query::use_query_when;
use crate::retainers::{beyond, line_words, moved, today};
use crate::t;
use crate::ui::{Loaded, Panel};

/// Pages of 200 lines that are read at most; the sheet has every line.
const PAGES_MAX: usize = 50;

/// The lines of a pool, all of them: paper has no "load more".
#[component]
pub(super) fn Entries(made: Statement, pool: Pool) -> impl IntoView {
    let (retainer, cycle) = (made.cycle.retainer_id, made.cycle.id);
    let key = StoredValue::new(pool.key.clone());
    let first =
        use_query_when(move || Some(key.with_value(|key| api::ledger(retainer, cycle, key, None))));
    let rest = RwSignal::new(Vec::<LedgerLine>::new());
    Effect::new(move |_| {
        rest.set(Vec::new());
        let next = first.with(|page| page.and_then(|page| page.next_cursor.clone()));
        let Some(mut cursor) = next else { return };
        let key = key.get_value();
        spawn_local(async move {
            let mut read = Vec::new();
            for _ in 0..PAGES_MAX {
                let page = api::ledger(retainer, cycle, &key, Some(&cursor)).send().await;
                let Ok(Ledger { items, next_cursor, .. }) = page else { break };
                read.extend(items);
                match next_cursor {
                    Some(next) => cursor = next,
                    None => break,
                }
            }
            rest.try_set(read);
        });
    });
    let (measure, seq, foot) = (Measure::of(&pool), made.cycle.seq, foot(&made));
    let rows = move || {
        let lines = first.with(|page| page.map_or_else(Vec::new, |page| page.items.clone()));
        let lines: Vec<LedgerLine> = lines.into_iter().chain(rest.get()).collect();
        if lines.is_empty() {
            return view! { <p class="p-4 text-soft">{t!(statement.entries_empty)}</p> }.into_any();
        }
        let rows = lines.iter().map(|line| row(line, &measure, seq)).collect_view();
        view! {
            <table class="table ledger">
                <thead>
                    <tr>
                        <th scope="col">{t!(retainers.ledger_date)}</th>
                        <th scope="col">{t!(retainers.ledger_entry)}</th>
                        <th scope="col">{t!(retainers.ledger_person)}</th>
                        <th scope="col" class="text-end">{t!(retainers.ledger_quantity)}</th>
                        <th scope="col" class="text-end">{t!(retainers.ledger_balance)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
                <tfoot class="print-foot">
                    <tr>
                        <td colspan="5">{foot.clone()}</td>
                    </tr>
                </tfoot>
            </table>
        }
        .into_any()
    };
    let rows = StoredValue::new(rows);
    let title = format!("{}: {}", t!(statement.entries), pool_name(&pool));
    view! {
        <Panel title>
            <Loaded of=first.standing() rows=5>{move || rows.with_value(|rows| rows())}</Loaded>
        </Panel>
    }
}

fn row(line: &LedgerLine, measure: &Measure, seq: i64) -> impl IntoView + use<> {
    let (units, balance) = (measure.signed(moved(line)), measure.say(line.balance));
    let mut words = line_words(line, Some(seq));
    if let Some(day) = line.worked_on.filter(|_| line.late) {
        let late = t!(retainers.line_late, day = date(day, today()));
        words = format!("{words} ({late})");
    }
    if beyond(line) > 0 {
        let over = t!(retainers.line_over, amount = measure.say(beyond(line)));
        words = format!("{words} ({over})");
    }
    let (day, person) = (date(line.on, today()), line.member_name.clone());
    view! {
        <tr>
            <td class="whitespace-nowrap">{day}</td>
            <td class="ledger-entry break-words">{words}</td>
            <td class="ledger-person">{person}</td>
            <td class="num text-end whitespace-nowrap">{units}</td>
            <td class="ledger-balance num text-end whitespace-nowrap">{balance}</td>
        </tr>
    }
}
