//! What each kind of loose end is, in the tables of those whom it concerns.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{AccountId, LooseEndKind};
use shared::rules::charging::GAPS;

use crate::auth::Scope;
use crate::db::Query;
use crate::invoices::store::SETTLED;

/// Which loose ends are meant.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The first day of the month.
    pub first: NaiveDate,
    /// The last day that counts: that of the month, or today while it runs.
    pub last: NaiveDate,
    /// Cycles are over whose first day after is this or before.
    pub over_by: NaiveDate,
    /// The first instant after the last day, in the organisation's zone.
    pub before: DateTime<Utc>,
    /// What began before this began: the present, or the first instant after the last day.
    pub begun: DateTime<Utc>,
    /// The first day that is billed here, and the instant it begins; none where nothing is billed:
    /// then no statement finds anything that is.
    pub billed_from: Option<(NaiveDate, DateTime<Utc>)>,
    /// Of this account alone.
    pub account: Option<AccountId>,
}

/// A retainer with its account and who owns that.
macro_rules! of_retainer {
    ($of:literal) => {
        concat!(
            " JOIN retainers r ON r.organisation_id = ",
            $of,
            ".organisation_id AND r.id = ",
            $of,
            ".retainer_id
            JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
            LEFT JOIN members m ON m.organisation_id = a.organisation_id AND m.id = a.owner_id
            WHERE ",
            $of,
            ".organisation_id ="
        )
    };
}

/// How a kind is sorted: what comes after a place, and the order.
macro_rules! by {
    ($since:literal, $id:literal) => {
        (
            concat!(" AND (", $since, ", ", $id, ") > (?"),
            concat!(" ORDER BY ", $since, ", ", $id, " LIMIT ?"),
        )
    };
}

/// Whether a kind waits since a day; else since an instant.
pub fn by_day(kind: LooseEndKind) -> bool {
    use LooseEndKind::*;
    match kind {
        LapsedRenewal | BankLine | UnsentInvoice | DueDraft | UnbilledOverage | OpenCycle
        | UntoldCycle => true,
        DeclinedCharge | UnbilledChange | UnbilledPurchase | UnbilledExpense | UnplannedRenewal
        | UnsignedTerms | OpenRequest | UnbookedCalls | UnownedWork | UnsettledCall => false,
    }
}

/// After a place, and in which order.
pub fn order(kind: LooseEndKind) -> (&'static str, &'static str) {
    use LooseEndKind::*;
    match kind {
        LapsedRenewal => by!("v.due_on", "v.id"),
        UnplannedRenewal => by!("v.opened_at", "v.id"),
        UnsignedTerms => by!("t.created_at", "t.id"),
        DeclinedCharge => by!("c.ended_at", "c.id"),
        BankLine => by!("l.booked_on", "l.id"),
        UnsentInvoice | DueDraft => by!("i.issue_on", "i.id"),
        UnbilledOverage | OpenCycle | UntoldCycle => by!("c.ends_on", "c.id"),
        UnbilledChange => by!("s.decided_at", "s.id"),
        UnbilledPurchase => by!("p.created_at", "p.id"),
        UnbilledExpense => by!("x.created_at", "x.id"),
        OpenRequest => by!("q.created_at", "q.id"),
        UnbookedCalls => by!("k.missed_since", "k.id"),
        UnownedWork => by!("w.created_at", "w.id"),
        UnsettledCall => by!("s.starts_at", "s.id"),
    }
}

/// What is read of each, without where from.
pub fn columns(kind: LooseEndKind) -> Query {
    use LooseEndKind::*;
    let own = match kind {
        LapsedRenewal => "SELECT v.id AS sort_id, v.id AS subject_id, v.due_on AS since_on",
        UnplannedRenewal => "SELECT v.id AS sort_id, v.id AS subject_id, v.opened_at AS since_at",
        UnsignedTerms => {
            "SELECT t.id AS sort_id, t.id AS subject_id, t.created_at AS since_at, t.number,
                t.reason AS title"
        }
        DeclinedCharge => {
            "SELECT c.id AS sort_id, i.id AS subject_id, c.ended_at AS since_at, i.series,
                i.number AS invoice_number"
        }
        BankLine => {
            return Query::new(
                "SELECT l.id AS sort_id, l.id AS subject_id, l.booked_on AS since_on,
                    l.import_id AS bank_import_id, COALESCE(l.payer, l.text) AS title,
                    l.amount_minor, l.currency",
            );
        }
        UnsentInvoice | DueDraft => {
            "SELECT i.id AS sort_id, i.id AS subject_id, i.issue_on AS since_on, i.series,
                i.number AS invoice_number, i.seq AS number"
        }
        UnbilledOverage => {
            "SELECT c.id AS sort_id, c.id AS subject_id, c.ends_on AS since_on, c.seq AS number,
                u.amount_minor, u.currency"
        }
        UnbilledChange => {
            "SELECT s.id AS sort_id, s.id AS subject_id, s.decided_at AS since_at, s.number,
                s.reason AS title, s.fee_minor AS amount_minor,
                (SELECT t.terms -> 'price' ->> 'currency' FROM terms t
                    WHERE t.organisation_id = s.organisation_id AND t.retainer_id = s.retainer_id
                    ORDER BY t.number DESC LIMIT 1) AS currency"
        }
        UnbilledPurchase => {
            "SELECT p.id AS sort_id, p.id AS subject_id, p.created_at AS since_at,
                p.reason AS title, p.price_minor AS amount_minor,
                (SELECT t.terms -> 'price' ->> 'currency' FROM terms t
                    WHERE t.organisation_id = p.organisation_id AND t.retainer_id = p.retainer_id
                    ORDER BY t.number DESC LIMIT 1) AS currency"
        }
        UnbilledExpense => {
            "SELECT x.id AS sort_id, x.id AS subject_id, x.created_at AS since_at,
                x.what AS title, x.amount_minor, x.currency"
        }
        OpenCycle | UntoldCycle => {
            "SELECT c.id AS sort_id, c.id AS subject_id, c.ends_on AS since_on, c.seq AS number"
        }
        OpenRequest => {
            "SELECT q.id AS sort_id, q.id AS subject_id, q.created_at AS since_at, q.number,
                q.title"
        }
        UnbookedCalls => {
            "SELECT k.id AS sort_id, k.id AS subject_id, k.missed_since AS since_at,
                k.missed AS number, k.title"
        }
        UnsettledCall => {
            "SELECT s.id AS sort_id, s.id AS subject_id, s.starts_at AS since_at, s.title"
        }
        UnownedWork => {
            "SELECT w.id AS sort_id, w.id AS subject_id, w.created_at AS since_at, w.number,
                w.title"
        }
    };
    let query = Query::new(own);
    let query = match kind {
        DeclinedCharge | UnsentInvoice | DueDraft => query
            .text(", i.currency, CAST(i.total_minor - ")
            .text(SETTLED)
            .text(" AS BIGINT) AS amount_minor"),
        _ => query,
    };
    query.text(
        ", a.id AS account_id, a.name AS account_name, m.name AS owner_name,
            r.id AS retainer_id, r.name AS retainer_name",
    )
}

/// Where they are.
pub fn within(kind: LooseEndKind, query: Query, scope: Scope, asked: &Asked) -> Query {
    use LooseEndKind::*;
    let query = match kind {
        LapsedRenewal => query
            .text(concat!(" FROM renewals v", of_retainer!("v")))
            .push(" ?", scope.organisation())
            .push(" AND v.decided_at IS NULL AND v.stage = 'lapsed' AND v.due_on <= ?", asked.last),
        UnplannedRenewal => query
            .text(concat!(" FROM renewals v", of_retainer!("v")))
            .push(" ?", scope.organisation())
            .text(" AND v.decided_at IS NULL AND v.stage = 'upcoming' AND v.plan IS NULL")
            .push(" AND v.opened_at < ?", asked.before),
        UnsignedTerms => unsigned(query, scope, asked),
        DeclinedCharge => declined(query, scope, asked),
        BankLine => return booked(query, scope, asked),
        UnsentInvoice => unsent(query, scope, asked),
        DueDraft => query
            .text(concat!(" FROM invoices i", of_retainer!("i")))
            .push(" ?", scope.organisation())
            .push(" AND i.state = 'draft' AND i.issue_on <= ?", asked.last),
        UnbilledOverage => overage(query, scope, asked),
        UnbilledChange => changes(query, scope, asked),
        UnbilledPurchase => purchases(query, scope, asked),
        UnbilledExpense => spent(query, scope, asked),
        OpenCycle | UntoldCycle => cycles(kind, query, scope, asked),
        OpenRequest => query
            .text(concat!(" FROM requests q", of_retainer!("q")))
            .push(" ?", scope.organisation())
            .push(" AND q.state IN ('new', 'needs_input') AND q.created_at < ?", asked.before),
        // Nobody books what a pause or an end keeps from being.
        UnbookedCalls => query
            .text(concat!(" FROM call_rules k", of_retainer!("k")))
            .push(" ?", scope.organisation())
            .text(" AND k.ended_at IS NULL AND k.missed_reason <> 'no_service'")
            .text(" AND k.missed_reason <> 'retainer_ended'")
            .push(" AND k.missed_since < ?", asked.before),
        // Of the others the closing of their cycle asks.
        UnsettledCall => query
            .text(concat!(" FROM client_sessions s", of_retainer!("s")))
            .push(" ?", scope.organisation())
            .text(" AND NOT s.draws AND s.state = 'booked' AND s.deleted_at IS NULL")
            .push(" AND s.starts_at < ?", asked.begun),
        UnownedWork => query
            .text(concat!(" FROM work_items w", of_retainer!("w")))
            .push(" ?", scope.organisation())
            .push(" AND r.state = 'active' AND w.created_at < ?", asked.before)
            .text(
                " AND w.stage IN ('agreed', 'in_progress', 'in_review')
                AND (w.due_on IS NULL
                    OR w.execution_member IS NULL AND w.execution_contact IS NULL)",
            ),
    };
    query.push_opt(" AND a.id = ?", asked.account)
}

/// The first version of the terms after the last that somebody signed, of a retainer of which
/// anything was: where nothing is ever signed, nothing is missed. Source: requirement S1-4.
fn unsigned(query: Query, scope: Scope, asked: &Asked) -> Query {
    query
        .text(
            " FROM (SELECT g.organisation_id, g.retainer_id, MAX(g.terms_number) AS signed
            FROM agreements g",
        )
        .push(" WHERE g.organisation_id = ?", scope.organisation())
        .text(
            " GROUP BY g.organisation_id, g.retainer_id) s
            JOIN terms t ON t.organisation_id = s.organisation_id
                AND t.retainer_id = s.retainer_id AND t.number = s.signed + 1",
        )
        .text(of_retainer!("t"))
        .push(" ?", scope.organisation())
        .push(" AND r.state <> 'ended' AND t.created_at < ?", asked.before)
}

/// The last try of an open invoice, where the plan has no other: nothing is charged by itself, or
/// this card was declined for good or too often, or what it paid once went back. Source: domain
/// 5.13; `charges::plan`.
fn declined(query: Query, scope: Scope, asked: &Asked) -> Query {
    let tries = i64::try_from(GAPS.len()).unwrap_or(i64::MAX);
    query
        .text(
            " FROM charges c
            JOIN invoices i ON i.organisation_id = c.organisation_id AND i.id = c.invoice_id
            JOIN retainers r ON r.organisation_id = i.organisation_id AND r.id = i.retainer_id
            JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
            LEFT JOIN members m ON m.organisation_id = a.organisation_id AND m.id = a.owner_id",
        )
        .push(" WHERE c.organisation_id = ?", scope.organisation())
        .push(" AND c.payment_id IS NULL AND c.state = 'declined' AND c.ended_at < ?", asked.before)
        .text(" AND i.state = 'issued' AND i.total_minor > ")
        .text(SETTLED)
        .text(
            " AND NOT EXISTS (SELECT 1 FROM charges t
                WHERE t.organisation_id = c.organisation_id AND t.invoice_id = c.invoice_id
                    AND t.number > c.number)
            AND NOT EXISTS (SELECT 1 FROM charging g
                WHERE g.organisation_id = c.organisation_id AND g.account_id = c.account_id
                    AND g.automatic = TRUE AND g.method IS NOT NULL
                    AND NOT EXISTS (SELECT 1 FROM charges t
                        WHERE t.organisation_id = c.organisation_id
                            AND t.invoice_id = c.invoice_id
                            AND (t.state = 'paid' OR t.code = 'never_arrived'))
                    AND (g.method <> c.method OR c.fatal = FALSE AND (
                        SELECT COUNT(*) FROM charges t
                        WHERE t.organisation_id = c.organisation_id
                            AND t.invoice_id = c.invoice_id
                            AND t.state = 'declined' AND t.method = c.method)",
        )
        .push(" <= ?))", tries)
}

/// Lines of bank statements of which nobody has said what they are.
fn booked(query: Query, scope: Scope, asked: &Asked) -> Query {
    query
        .push(" FROM bank_lines l WHERE l.organisation_id = ?", scope.organisation())
        .push(" AND l.booked_on <= ?", asked.last)
        .text(
            " AND l.aside_at IS NULL AND l.reversal = FALSE
            AND NOT EXISTS (SELECT 1 FROM bank_payments b
                WHERE b.organisation_id = l.organisation_id AND b.line_id = l.id
                    AND b.freed_at IS NULL)",
        )
}

/// Open invoices that no mail brought, nor is about to, though the account has an address.
fn unsent(query: Query, scope: Scope, asked: &Asked) -> Query {
    query
        .text(concat!(" FROM invoices i", of_retainer!("i")))
        .push(" ?", scope.organisation())
        .push(" AND i.state = 'issued' AND i.issue_on <= ? AND i.total_minor > ", asked.last)
        .text(SETTLED)
        .text(
            " AND EXISTS (SELECT 1 FROM account_billing b
                WHERE b.organisation_id = i.organisation_id AND b.account_id = i.account_id
                    AND CAST(b.billing ->> 'send_to' AS TEXT) <> '[]')
            AND NOT EXISTS (SELECT 1 FROM mails o
                WHERE o.organisation_id = i.organisation_id AND o.invoice_id = i.id
                    AND o.reminder IS NULL AND o.state IN ('queued', 'sent'))",
        )
}

/// Of a retainer that is billed here: as somebody said, else if it is a client's.
/// Source: `invoices::settings::kept`.
const BILLED: &str = " AND r.state <> 'setup' AND COALESCE(
        (SELECT CASE WHEN CAST(k.billing ->> 'billed' AS TEXT) IN ('false', '0') THEN 'partner'
                ELSE 'client' END
            FROM retainer_billing k
            WHERE k.organisation_id = r.organisation_id AND k.retainer_id = r.id),
        a.kind) = 'client'";

/// What closed cycles left to be billed. Source: domain 5.3. `CROSS JOIN` has SQLite read that
/// first, which is little, and not every cycle there was.
fn overage(query: Query, scope: Scope, asked: &Asked) -> Query {
    query
        .text(
            " FROM (SELECT d.cycle_id, CAST(SUM(d.amount_minor) AS BIGINT) AS amount_minor,
                MIN(d.currency) AS currency
            FROM draft_lines d",
        )
        .push(" WHERE d.organisation_id = ?", scope.organisation())
        .text(
            " AND NOT EXISTS (SELECT 1 FROM billed_lines b
                WHERE b.organisation_id = d.organisation_id AND b.cycle_id = d.cycle_id
                    AND b.pool_id = d.pool_id)
            GROUP BY d.cycle_id) u CROSS JOIN cycles c",
        )
        .text(of_retainer!("c"))
        .push(" ?", scope.organisation())
        .push(" AND c.id = u.cycle_id AND c.ends_on <= ?", asked.over_by)
        .push(" AND c.ends_on >= ?", asked.billed_from.map(|(day, _)| day))
        .text(BILLED)
}

/// Fees that were agreed and are due. Source: domain 5.3; `rules::billing::due_beside`.
fn changes(query: Query, scope: Scope, asked: &Asked) -> Query {
    query
        .text(concat!(" FROM scope_changes s", of_retainer!("s")))
        .push(" ?", scope.organisation())
        .push(" AND s.state = 'accepted' AND s.fee_minor > 0 AND s.effective_on <= ?", asked.last)
        .push(" AND s.decided_at < ?", asked.before)
        .push(" AND (s.effective_on >= ?", asked.billed_from.map(|(day, _)| day))
        .push(" OR s.decided_at >= ?)", asked.billed_from.map(|(_, at)| at))
        .text(
            " AND (r.ends_on IS NULL OR s.effective_on < r.ends_on)
            AND NOT EXISTS (SELECT 1 FROM billed_changes b
                WHERE b.organisation_id = s.organisation_id AND b.scope_change_id = s.id)",
        )
        .text(BILLED)
}

/// Prices of what was bought and not taken back, likewise.
fn purchases(query: Query, scope: Scope, asked: &Asked) -> Query {
    query
        .text(concat!(" FROM adjustments p", of_retainer!("p")))
        .push(" ?", scope.organisation())
        .text(" AND p.price_minor IS NOT NULL AND p.undone_at IS NULL")
        .push(" AND COALESCE(p.starts_on, p.effective_on) <= ?", asked.last)
        .push(" AND p.created_at < ?", asked.before)
        .push(
            " AND (COALESCE(p.starts_on, p.effective_on) >= ?",
            asked.billed_from.map(|(day, _)| day),
        )
        .push(" OR p.created_at >= ?)", asked.billed_from.map(|(_, at)| at))
        .text(
            " AND (r.ends_on IS NULL OR COALESCE(p.starts_on, p.effective_on) < r.ends_on)
            AND NOT EXISTS (SELECT 1 FROM billed_purchases b
                WHERE b.organisation_id = p.organisation_id AND b.adjustment_id = p.id)",
        )
        .text(BILLED)
}

/// What was spent that the client is to be asked for, also where nothing is billed here any more:
/// nobody else asks.
fn spent(query: Query, scope: Scope, asked: &Asked) -> Query {
    query
        .text(concat!(" FROM expenses x", of_retainer!("x")))
        .push(" ?", scope.organisation())
        .push(" AND x.billed_on = TRUE AND x.deleted_at IS NULL AND x.created_at < ?", asked.before)
        .text(
            " AND NOT EXISTS (SELECT 1 FROM billed_expenses b
                WHERE b.organisation_id = x.organisation_id AND b.expense_id = x.id)",
        )
}

/// Cycles that end in the month, as its page lists them: over and open, or closed by the calendar
/// and not told. Those of earlier months are with their months. A partner is told nothing.
fn cycles(kind: LooseEndKind, query: Query, scope: Scope, asked: &Asked) -> Query {
    let query = query
        .text(concat!(" FROM cycles c", of_retainer!("c")))
        .push(" ?", scope.organisation())
        .push(" AND r.state <> 'setup' AND c.ends_on > ?", asked.first)
        .push(" AND c.ends_on <= ?", asked.over_by);
    if kind == LooseEndKind::OpenCycle {
        return query.text(" AND c.status = 'open'");
    }
    query.text(
        " AND c.status = 'closed' AND a.kind = 'client'
        AND NOT EXISTS (SELECT 1 FROM cycle_closings k
            WHERE k.organisation_id = c.organisation_id AND k.cycle_id = c.id)",
    )
}
