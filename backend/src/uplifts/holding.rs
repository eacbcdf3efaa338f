//! What an uplift still brings, by what is agreed now. Its lines are looked at once a day only: terms,
//! pauses and ends that came since are in the books. Source: docs/decisions/0055.
use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{LetterLine, RetainerId, RetainerState, UpliftId, UpliftLine, UpliftState};

use super::plan::first_cycle;
use super::store;
use crate::auth::Scope;
use crate::cycles::Book;
use crate::db::Tx;
use crate::error::Result;

/// Retainers that are read at once.
const AT_ONCE: usize = 200;

/// What was agreed of retainers of an uplift, as of now.
#[derive(Debug)]
pub struct Holding {
    books: HashMap<RetainerId, Book>,
    /// The versions of the terms whose price rises.
    versions: HashMap<RetainerId, i64>,
    /// No cycle that begins earlier has the new price.
    from: NaiveDate,
}

impl Holding {
    /// Reads it for lines of an uplift.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(
        tx: &mut Tx,
        scope: Scope,
        (id, from, lines): (UpliftId, NaiveDate, &[UpliftLine]),
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let rising = lines.iter().filter(|line| line.state.rises());
        let ids: Vec<RetainerId> = rising.map(|line| line.retainer_id).collect();
        let mut books = HashMap::new();
        for ids in ids.chunks(AT_ONCE) {
            let read = Book::agreed(tx, scope, ids, now, None).await?;
            books.extend(read.into_iter().map(|book| (book.head.id, book)));
        }
        let versions = store::versions(tx, scope, id).await?.into_iter().collect();
        Ok(Self { books, versions, from })
    }

    /// What a letter of today says of a line: none where no new price is to come.
    pub fn says(&self, line: &UpliftLine) -> Option<LetterLine> {
        let book = self.books.get(&line.retainer_id)?;
        if book.head.state == RetainerState::Ended {
            return None;
        }
        let from = match line.state {
            UpliftState::Waiting => {
                let latest = book.terms.iter().map(|terms| terms.row.number).max();
                let so = latest.as_ref() == self.versions.get(&line.retainer_id);
                so.then(|| first_cycle(book, self.from)).flatten()
            }
            UpliftState::Applied => self.agreed(line).filter(|day| *day > book.today),
            _ => None,
        };
        from.map(|from| LetterLine {
            retainer_id: line.retainer_id,
            retainer_name: line.retainer_name.clone(),
            currency: line.currency.clone(),
            old_minor: line.old_minor,
            new_minor: line.new_minor,
            from,
        })
    }

    /// The first day of a cycle at the new price that was agreed on, wherever pauses have moved it
    /// since: none if it came to nothing.
    fn agreed(&self, line: &UpliftLine) -> Option<NaiveDate> {
        let book = self.books.get(&line.retainer_id)?;
        let number = self.versions.get(&line.retainer_id)? + 1;
        let row = &book.terms.iter().find(|terms| terms.row.number == number)?.row;
        let day = book.series.cycles_from(row.effective_from).next()?.start;
        let so = line.state == UpliftState::Applied && costs(book, day, line.new_minor);
        so.then_some(day).filter(|day| *day == row.effective_from)
    }

    /// Whether what a letter says of a line is to come.
    pub fn comes(&self, told: &LetterLine, lines: &[UpliftLine]) -> bool {
        let now = of(told, lines).and_then(|line| self.says(line));
        now.is_some_and(|now| (now.new_minor, now.from) == (told.new_minor, told.from))
    }

    /// Whether it is to come, or came as it says.
    pub fn holds(&self, told: &LetterLine, lines: &[UpliftLine]) -> bool {
        let came = |line: &UpliftLine| {
            let book = self.books.get(&line.retainer_id)?;
            let day = self.agreed(line).filter(|day| *day <= book.today)?;
            Some((line.new_minor, day) == (told.new_minor, told.from))
        };
        self.comes(told, lines) || of(told, lines).and_then(came).unwrap_or(false)
    }
}

fn of<'a>(told: &LetterLine, lines: &'a [UpliftLine]) -> Option<&'a UpliftLine> {
    lines.iter().find(|line| line.retainer_id == told.retainer_id)
}

/// Whether a cycle that begins on a day has a price.
fn costs(book: &Book, day: NaiveDate, price: i64) -> bool {
    book.terms_on(day).is_some_and(|terms| terms.row.terms.0.price.amount_minor == price)
}
