//! Before a cycle ends, a message about it is drafted: what was done, what comes next, and what is
//! billed next. A person looks it over and sends it. Source: requirement S2-17.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    AccountId, Balance, MESSAGE_MAX, MemberId, MessageId, NewMessage, Priority, RetainerId, Role,
    SUBJECT_MAX,
};
use shared::rules::cadence;
use shared::rules::mail::one_line;

use super::look::Wanted;
use super::outreach_store::{self as store, PersonRow};
use super::outreach_words::{Done, Outreach};
use super::steps::{self, NewStep, Step};
use crate::auth::Scope;
use crate::cycles::store::CycleRow;
use crate::cycles::{self, Book};
use crate::db::Tx;
use crate::error::Result;
use crate::mail::{self, Mailer};
use crate::{invoices, messages, priorities};

/// Whether [`end`] would end one.
///
/// # Errors
/// Those of the database.
pub(super) async fn ended(tx: &mut Tx, scope: Scope, id: AccountId) -> Result<bool> {
    Ok(!store::sent(tx, scope, id).await?.is_empty())
}

/// Ends the steps whose message was sent.
///
/// # Errors
/// Those of the database.
pub(super) async fn end(
    tx: &mut Tx,
    scope: Scope,
    id: AccountId,
    now: DateTime<Utc>,
) -> Result<()> {
    let sent = store::sent(tx, scope, id).await?;
    steps::finish(tx, scope, &sent, now).await
}

/// The cycle of which a client is to be told today, if that was not drafted yet.
async fn cycle(
    tx: &mut Tx,
    scope: Scope,
    (wanted, id): (&Wanted, RetainerId),
    now: DateTime<Utc>,
) -> Result<Option<(Book, CycleRow)>> {
    let days = wanted.rules.outreach_days.and_then(|days| u32::try_from(days).ok());
    let Some(days) = days else { return Ok(None) };
    let book = Book::load(tx, scope, id, now).await?;
    let present = book.present().and_then(|place| book.open.get(place)).cloned();
    let Some(row) = present else { return Ok(None) };
    let from = cadence::outreach_from((row.starts_on, row.ends_on), days);
    if book.today < from || store::known(tx, scope, (id, row.seq)).await? {
        return Ok(None);
    }
    Ok(Some((book, row)))
}

/// Whether a message is to be drafted for a retainer today.
///
/// # Errors
/// Those of the database.
pub(super) async fn due(
    tx: &mut Tx,
    scope: Scope,
    of: (&Wanted, RetainerId),
    now: DateTime<Utc>,
) -> Result<bool> {
    Ok(cycle(tx, scope, of, now).await?.is_some())
}

/// Drafts the message of a retainer's cycle, once, with a step to look it over; where nobody has a
/// mail address, the step alone.
///
/// # Errors
/// Those of the database and of the rules.
pub(super) async fn draft(
    tx: &mut Tx,
    scope: Scope,
    (wanted, id): (&Wanted, RetainerId),
    now: DateTime<Utc>,
) -> Result<()> {
    let Some((book, row)) = cycle(tx, scope, (wanted, id), now).await? else { return Ok(()) };
    let Some(owner) = steps::owner(tx, scope, &[wanted.owner]).await? else { return Ok(()) };
    let names = cycles::store::names(tx, scope, id).await?;
    let whom = whom(store::people(tx, scope, wanted.id).await?);
    let message = match &whom {
        Some(person) => {
            let told = (&book, &row, names.retainer.as_str());
            Some(write(tx, scope, (wanted, person, owner), told, now).await?)
        }
        None => None,
    };
    let new = NewStep {
        step: if message.is_some() { Step::LookOver } else { Step::TellBy },
        about: &names.retainer,
        account: wanted.id,
        retainer: Some(id),
        due_on: last_working_day(book.today, row.ends_on),
    };
    let task = steps::make(tx, scope, (&new, &[Some(owner)]), now).await?;
    if let Some(task) = task {
        store::insert(tx, scope, (id, row.seq), (message, task)).await?;
    }
    Ok(())
}

/// The first working day from today on that is before the end; else today.
fn last_working_day(today: NaiveDate, end: NaiveDate) -> NaiveDate {
    let day = cadence::working_day(today);
    if day < end { day } else { today }
}

/// Who decides comes first, else the first by name; only somebody who has a mail address.
fn whom(mut people: Vec<PersonRow>) -> Option<PersonRow> {
    people.retain(|one| one.email.as_deref().is_some_and(mail::is_address));
    let decides = people.iter().position(|one| one.decides).unwrap_or(0);
    (decides < people.len()).then(|| people.swap_remove(decides))
}

async fn write(
    tx: &mut Tx,
    scope: Scope,
    (wanted, person, owner): (&Wanted, &PersonRow, MemberId),
    (book, row, retainer): (&Book, &CycleRow, &str),
    now: DateTime<Utc>,
) -> Result<MessageId> {
    let (sender, language) = invoices::sender(tx, scope, wanted.id).await?;
    let from = store::name(tx, scope, owner).await?;
    let balances: Vec<Balance> = cycles::balances_of(book)?;
    let (agreed, next) = agreed(tx, scope, (book.head.id, row.seq)).await?;
    let follows = u32::try_from(row.seq + 1).ok().and_then(|seq| book.series.cycle(seq));
    let outreach = Outreach {
        contact: &person.name,
        retainer,
        days: (row.starts_on, row.ends_on),
        done: done(tx, scope, (book, row)).await?,
        balances: &balances,
        agreed: &agreed,
        next: &next,
        next_days: follows.map(|cycle| (cycle.start, cycle.end)),
        last: book.is_last(row),
        bill: invoices::next_bill(tx, scope, book).await?,
        currency: book.currency(),
        from: &from,
        sender: &sender,
    };
    let (subject, body) = outreach.told(language);
    let new = NewMessage {
        contact_id: person.id,
        retainer_id: Some(book.head.id),
        answers: None,
        subject: one_line(&subject).chars().take(SUBJECT_MAX).collect(),
        body: body.chars().take(MESSAGE_MAX).collect(),
        send: false,
    };
    // In the name of who will send it.
    let acting = Scope::acting(scope.organisation(), owner, Role::Owner);
    Ok(messages::create(tx, acting, (&new, &Mailer::default()), now).await?.id)
}

/// What came first in this cycle, and what does in the next: what was set for it, else what is not
/// done yet.
async fn agreed(
    tx: &mut Tx,
    scope: Scope,
    (id, seq): (RetainerId, i64),
) -> Result<(Vec<Priority>, Vec<String>)> {
    let this = priorities::of_cycle(tx, scope, id, seq).await?;
    let next = priorities::of_cycle(tx, scope, id, seq + 1).await?;
    let titles = match next.is_empty() {
        false => next.iter().map(|one| one.title.clone()).collect(),
        true => {
            let open = this.iter().filter(|one| one.done_at.is_none());
            open.map(|one| one.title.clone()).collect()
        }
    };
    Ok((this, titles))
}

/// What was delivered and held in a cycle, in the order of the days: what is called the same is
/// told once, with how often.
async fn done(tx: &mut Tx, scope: Scope, (book, row): (&Book, &CycleRow)) -> Result<Vec<Done>> {
    let (id, zones) = (book.head.id, &book.zones);
    let within = (zones.first_instant(row.starts_on), zones.first_instant(row.ends_on));
    let once = |what, on, session| Done { what, days: (on, on), count: 1, session };
    let work = store::work(tx, scope, id, within).await?;
    let work = work.into_iter().map(|(what, at)| once(Some(what), zones.local_date(at), false));
    let things = store::things(tx, scope, id, (row.starts_on, row.ends_on)).await?;
    let things =
        things.into_iter().map(|(what, on, count)| Done { count, ..once(what, on, false) });
    let held = store::sessions(tx, scope, id, within).await?;
    let held = held.into_iter().map(|(what, at)| once(what, zones.local_date(at), true));
    let mut all = beside(counted(work), counted(things));
    all.extend(counted(held));
    all.sort_by_key(|one| one.days);
    Ok(all)
}

/// Those that are called the same as one.
fn counted(all: impl Iterator<Item = Done>) -> Vec<Done> {
    let mut counted: Vec<Done> = Vec::new();
    for one in all {
        match counted.iter_mut().find(|known| known.what == one.what) {
            Some(known) => {
                known.count += one.count;
                known.days = (known.days.0.min(one.days.0), known.days.1.max(one.days.1));
            }
            None => counted.push(one),
        }
    }
    counted
}

/// Work and things as one. Nothing says which thing came of which work: what is called the same is
/// the same, as often as there is more of it.
fn beside(work: Vec<Done>, things: Vec<Done>) -> Vec<Done> {
    let mut all = things;
    for one in work {
        match all.iter_mut().find(|known| known.what == one.what) {
            Some(known) if known.count >= one.count => {}
            Some(known) => *known = one,
            None => all.push(one),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_called_the_same_is_counted_and_that_of_work_once() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 1, day).unwrap();
        let of = |what: &str, on, count| Done {
            what: Some(what.to_owned()),
            days: (day(on), day(on)),
            count,
            session: false,
        };
        let things = [of("Blog article", 9, 1), of("Blog article", 5, 5), of("Banner", 6, 1)];
        let things = counted(things.into_iter());
        let articles = Done { days: (day(5), day(9)), ..of("Blog article", 5, 6) };
        assert_eq!(things, [articles.clone(), of("Banner", 6, 1)]);
        let work = vec![of("Blog article", 9, 1), of("Shop", 8, 1)];
        assert_eq!(beside(work, things), [articles, of("Banner", 6, 1), of("Shop", 8, 1)]);
    }
}
