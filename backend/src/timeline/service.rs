//! What happened is told once, and read again page by page.
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use shared::api::{
    AccountId, Page, RequestVerdict, TimelineEvent, TimelineItem, TimelineItemId, TimelineKind,
};
use shared::rules::search;
use uuid::Uuid;

use super::index;
use super::sources::{self, Source};
use super::store::{self, Filter, ItemRow, NewItem};
use crate::account_health;
use crate::auth::{ReadInvoices, Scope};
use crate::db::Tx;
use crate::error::Result;
use crate::http::{PageParams, page};

/// Something that happened, as who did it tells it. What is kept of its subject is read there.
#[derive(Debug)]
pub(crate) struct Told {
    event: TimelineEvent,
    subject: Uuid,
    on: Option<NaiveDate>,
    text: Option<String>,
    verdict: Option<RequestVerdict>,
    by_nobody: bool,
}

impl Told {
    /// An event and the id of what it is about.
    pub(crate) fn new(event: TimelineEvent, subject: impl Into<Uuid>) -> Self {
        let subject = subject.into();
        Self { event, subject, on: None, text: None, verdict: None, by_nobody: false }
    }
    /// A day it is about.
    pub(crate) fn on(self, on: Option<NaiveDate>) -> Self {
        Self { on, ..self }
    }
    /// What was said with it.
    pub(crate) fn text(self, text: Option<String>) -> Self {
        Self { text, ..self }
    }
    /// The verdict on a request.
    pub(crate) fn verdict(self, verdict: Option<RequestVerdict>) -> Self {
        Self { verdict, ..self }
    }
    /// The client did it, or the clock.
    pub(crate) fn by_nobody(self) -> Self {
        Self { by_nobody: true, ..self }
    }
}

/// Tells what happened, in the transaction in which it did. What concerns no account is told
/// nowhere.
///
/// # Errors
/// `not_found` for a subject that is not here.
pub(crate) async fn tell(tx: &mut Tx, scope: Scope, told: Told, now: DateTime<Utc>) -> Result<()> {
    let source = store::source(tx, scope, sources::of(told.event), told.subject).await?;
    let Some(account_id) = source.account_id else { return Ok(()) };
    let happened_at = happened_at(&source, now);
    let item = NewItem {
        id: TimelineItemId(Uuid::now_v7()),
        account_id,
        retainer_id: source.retainer_id,
        happened_at,
        event: told.event,
        subject_id: told.subject,
        number: source.number,
        title: source.title,
        text: told.text.or(source.text),
        verdict: told.verdict,
        amount: source.amount_minor.zip(source.currency),
        about_on: told.on.or(source.about_on),
        member_id: (!told.by_nobody).then_some(scope.member()),
        internal: source.internal,
    };
    store::insert(tx, scope, &item, now).await?;
    account_health::look_soon(tx, scope, account_id, now).await?;
    let said = [item.title.as_deref(), item.text.as_deref()];
    index::write(tx, scope, (account_id, item.id), &said).await
}

/// A day that is past is told at its noon, which is that day in nearly every zone; what happened
/// today happened now.
fn happened_at(source: &Source, now: DateTime<Utc>) -> DateTime<Utc> {
    let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
    let past = source.happened_on.filter(|day| *day < now.date_naive());
    let of_day = past.map(|day| day.and_time(noon).and_utc());
    source.happened_at.or(of_day).unwrap_or(now)
}

/// Which items of a timeline are asked for.
#[derive(Debug)]
pub(super) struct Asked {
    pub account: AccountId,
    pub kind: Option<TimelineKind>,
    pub text: Option<String>,
}

/// A page of what happened with an account, the newest first: what the caller's role may see.
///
/// # Errors
/// `not_found`; a cursor that no page gave.
pub(super) async fn list(
    tx: &mut Tx,
    scope: Scope,
    asked: Asked,
    paging: &PageParams,
) -> Result<Page<TimelineItem>> {
    store::account(tx, scope, asked.account).await?;
    let before = paging.after_time()?;
    let sought = asked.text.as_deref().map(search::sought);
    // Marks are no words: nothing is found by them.
    if sought.as_ref().is_some_and(Vec::is_empty)
        && asked.text.is_some_and(|q| !q.trim().is_empty())
    {
        return Ok(Page { items: Vec::new(), next_cursor: None });
    }
    let filter = Filter {
        account: asked.account,
        kind: asked.kind,
        invoices: scope.may::<ReadInvoices>(),
        words: sought.unwrap_or_default(),
        before,
        limit: paging.limit + 1,
    };
    let rows = store::list(tx, scope, filter).await?;
    let Page { items, next_cursor } = page(rows, paging.limit, ItemRow::key);
    Ok(Page { items: items.into_iter().map(TimelineItem::from).collect(), next_cursor })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_is_past_is_told_at_its_noon() {
        let now: DateTime<Utc> = "2026-11-27T09:00:00Z".parse().unwrap();
        let at = |on: &str| {
            let source = Source {
                account_id: None,
                retainer_id: None,
                happened_at: None,
                happened_on: Some(on.parse().unwrap()),
                number: None,
                title: None,
                text: None,
                amount_minor: None,
                currency: None,
                about_on: None,
                internal: false,
            };
            happened_at(&source, now).to_rfc3339()
        };
        assert_eq!(at("2026-11-20"), "2026-11-20T12:00:00+00:00");
        assert_eq!(at("2026-11-27"), now.to_rfc3339());
        assert_eq!(at("2026-11-28"), now.to_rfc3339(), "of a zone that is ahead");
    }
}
