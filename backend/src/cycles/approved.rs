//! Approvals as the books know them: how far a pool that asks first may go beyond what a cycle
//! holds. Source: domain 4.7.
use chrono::NaiveDate;
use shared::api::{ApprovalId, ErrorCode, RetainerId, Unit};
use shared::rules::ledger::{self, Beyond, OverageMode, Projection, Refusal};
use shared::rules::units::Quantity;

use super::book::{Book, end_of_day};
use super::pool::PoolBook;
use super::store::{self, ApprovedRow, CycleRow};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};

/// Fills what is approved, of the books whose terms ask first.
pub(super) async fn load(
    tx: &mut Tx,
    scope: Scope,
    books: &mut [Book],
    as_of: Option<NaiveDate>,
) -> Result<()> {
    let asking = books.iter().filter(|book| asks(book)).map(|book| book.head.id);
    let ids: Vec<RetainerId> = asking.collect();
    if ids.is_empty() {
        return Ok(());
    }
    // Oldest first: the last one counts.
    for row in store::approved(tx, scope, &ids).await? {
        let Some(book) = books.iter_mut().find(|book| book.head.id == row.retainer_id) else {
            continue;
        };
        let known = |day| row.created_at < end_of_day(&book.zones, day);
        if as_of.is_none_or(known) {
            book.approved.insert((row.seq, row.pool_id), row);
        }
    }
    Ok(())
}

fn asks(book: &Book) -> bool {
    let mut pools = book.terms.iter().flat_map(|terms| &terms.row.terms.0.pools);
    pools.any(|pool| pool.overage.mode == OverageMode::Ask)
}

impl PoolBook<'_> {
    /// Whether the terms of a cycle ask first.
    pub fn asks_in(&self, row: &CycleRow) -> bool {
        self.rules_in(row).is_some_and(|rules| rules.policy.overage.mode == OverageMode::Ask)
    }
    /// The decision that counts in a cycle.
    pub fn approved(&self, seq: i64) -> Option<&ApprovedRow> {
        self.book.approved.get(&(seq, self.pool.id))
    }
    /// Likewise, by the number that the rules know.
    pub fn approval_in(&self, seq: u32) -> Option<ApprovalId> {
        self.approved(i64::from(seq)).map(|row| row.id)
    }
    /// Units approved in a cycle; none where its terms do not ask.
    pub fn approved_units(&self, row: &CycleRow) -> Option<i64> {
        self.asks_in(row).then(|| self.approved(row.seq).map_or(0, |found| found.units))
    }
    /// Units approved in each open cycle.
    pub fn approved_of_open(&self) -> Vec<Quantity> {
        self.book.open.iter().map(|row| self.units_of(row)).collect()
    }
    /// Units approved in each of the cycles.
    pub(super) fn approvals(&self, rows: &[(CycleRow, Quantity)]) -> Vec<Quantity> {
        rows.iter().map(|(row, _)| self.units_of(row)).collect()
    }
    fn units_of(&self, row: &CycleRow) -> Quantity {
        Quantity(self.approved(row.seq).map_or(0, |found| found.units))
    }

    /// Why a use that goes beyond is refused, naming the limit; none if it is not.
    pub fn refused(&self, found: Beyond) -> Option<Error> {
        match found.refusal? {
            Refusal::ApprovalNeeded => {
                let approved = self.approved(found.seq.into()).map_or(0, |row| row.units);
                let detail = format!(
                    "cycle {} of the pool \"{}\" would go {} beyond its limit, and {} approved",
                    found.seq,
                    self.pool.key,
                    self.amount(found.over.0),
                    match approved {
                        0 => "nothing is".to_owned(),
                        1 => "1 is".to_owned(),
                        more => format!("{more} are"),
                    },
                );
                Some(Error::Explained(ErrorCode::ApprovalNeeded, detail))
            }
            _ => Some(match self.replaced(found.seq) {
                Some(detail) => Error::Explained(ErrorCode::InsufficientBalance, detail),
                None => ErrorCode::InsufficientBalance.into(),
            }),
        }
    }
    /// Says that terms which hold by now have another overage rule than a cycle keeps.
    fn replaced(&self, seq: u32) -> Option<String> {
        let row = self.book.row(seq)?;
        let versions = self.book.versions_in(row);
        let (first, last) = (self.kept(row)?, versions.last()?);
        let next = self.book.series.cycle(seq.saturating_add(1))?;
        let rule = |terms| self.rules(terms).map(|rules| rules.policy.overage);
        (rule(first) != rule(last)).then(|| {
            format!(
                "cycle {seq} keeps the rule it began under; the one of the terms of {} holds \
                 from {} on",
                last.row.effective_from, next.start
            )
        })
    }
    /// Refuses what took units away, if uses that were covered no longer are: `before` is how the
    /// open cycles stood, this book is loaded after.
    ///
    /// # Errors
    /// `insufficient_balance`, `approval_needed`; those of the rules.
    pub fn still_covers(&self, before: &[Projection]) -> Result<()> {
        self.uncovered(before)?.and_then(|found| self.refused(found)).map_or(Ok(()), Err)
    }
    /// What of the uses that were covered `before` no longer is, in the words of people.
    ///
    /// # Errors
    /// Those of the rules.
    pub fn uncovered_words(&self, before: &[Projection]) -> Result<Option<String>> {
        let refused = self.uncovered(before)?.filter(|found| found.refusal.is_some());
        Ok(refused.map(|found| {
            let (seq, key) = (found.seq, &self.pool.key);
            let place = self.open_cycles().iter().position(|cycle| cycle.terms.seq == seq);
            let stood = place.and_then(|place| before.get(place));
            let more = found.over.0 - stood.map_or(0, |stood| stood.totals.overage.0);
            format!(
                "cycle {seq} of the pool \"{key}\" would go {} beyond what it holds: give it at \
                 least as much first",
                self.amount(more)
            )
        }))
    }
    fn uncovered(&self, before: &[Projection]) -> Result<Option<Beyond>> {
        let (cycles, approved) = (self.open_cycles(), self.approved_of_open());
        Ok(ledger::grown((&cycles, &approved), before, &self.project()?))
    }
    fn amount(&self, units: i64) -> String {
        match self.pool.unit {
            Unit::Minutes => format!("{units} min"),
            Unit::Money => format!("{units} minor units of {}", self.book.currency()),
            _ => units.to_string(),
        }
    }
}
