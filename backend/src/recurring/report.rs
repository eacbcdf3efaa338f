//! The report: months, what moved in them, and what of it stays.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    Movement, RECURRING_MOVES_MAX, RecurringMonth, RecurringMove, RecurringOfCurrency,
    RecurringReport, RecurringSpan,
};
use shared::rules::recurring::{self, Span};

use super::clients::{Client, Clients, clients, first as month};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;

/// Recurring revenue between two months, both included.
///
/// # Errors
/// At the field: months that a report cannot have.
pub async fn report(
    tx: &mut Tx,
    scope: Scope,
    asked: (Option<NaiveDate>, Option<NaiveDate>),
    now: DateTime<Utc>,
) -> Result<RecurringReport> {
    let found = clients(tx, scope, asked, now).await?;
    let currencies = found.currencies.iter();
    let told = currencies.map(|(currency, clients)| in_currency(&found, (currency, clients)));
    Ok(RecurringReport {
        from: found.months.get(1).map_or(found.today, |day| month(*day)),
        to: found.months.last().copied().unwrap_or(found.today),
        currencies: told.collect::<Result<_>>()?,
    })
}

fn in_currency(
    found: &Clients,
    (currency, clients): (&str, &[Client]),
) -> Result<RecurringOfCurrency> {
    let between = |places| span(Span::between(clients.iter().map(|one| &one.course), places)?);
    let ends = found.months.iter().enumerate().skip(1);
    let months = ends.map(|(place, day)| {
        let (starts_on, ahead) = (month(*day), *day > found.today);
        let renewable_minor = clients.iter().map(|one| one.ending[place].max(0)).sum();
        let span = between((place - 1, place))?;
        Ok(RecurringMonth { starts_on, ahead, renewable_minor, span })
    });
    let mut moves = moves(found, clients);
    let left = moves.len().saturating_sub(RECURRING_MOVES_MAX);
    let size = |one: &RecurringMove| (one.after_minor - one.before_minor).unsigned_abs();
    moves.sort_by(|one, other| {
        let key = |of: &RecurringMove| (of.month, size(of));
        key(other).cmp(&key(one)).then_with(|| one.account_name.cmp(&other.account_name))
    });
    moves.truncate(RECURRING_MOVES_MAX);
    Ok(RecurringOfCurrency {
        currency: currency.to_owned(),
        yearly_minor: clients.iter().map(|one| one.yearly).sum(),
        whole: between((0, found.months.len() - 1))?,
        months: months.collect::<Result<_>>()?,
        moves,
        moves_left: u64::try_from(left).unwrap_or(u64::MAX),
    })
}

/// Every movement of some clients, client by client.
pub fn moves(found: &Clients, clients: &[Client]) -> Vec<RecurringMove> {
    let of = |client: &Client| {
        let ends = found.months.iter().enumerate().skip(1);
        let moved = ends.filter_map(|(place, day)| {
            let (movement, before, after) = client.course.movement(place - 1, place)?;
            Some(RecurringMove {
                month: month(*day),
                account_id: client.account_id,
                account_name: client.name.clone(),
                movement: named(movement),
                before_minor: before.0,
                after_minor: after.0,
            })
        });
        moved.collect::<Vec<_>>()
    };
    clients.iter().flat_map(of).collect()
}

fn named(movement: recurring::Movement) -> Movement {
    match movement {
        recurring::Movement::New => Movement::New,
        recurring::Movement::Expansion => Movement::Expansion,
        recurring::Movement::Contraction => Movement::Contraction,
        recurring::Movement::Churn => Movement::Churn,
        recurring::Movement::Reactivation => Movement::Reactivation,
    }
}

fn span(of: Span) -> Result<RecurringSpan> {
    Ok(RecurringSpan {
        start_minor: of.start.0,
        new_minor: of.new.0,
        expansion_minor: of.expansion.0,
        reactivation_minor: of.reactivation.0,
        contraction_minor: of.contraction.0,
        churn_minor: of.churn.0,
        end_minor: of.end.0,
        clients: of.clients_start + of.clients_won - of.clients_lost,
        clients_won: of.clients_won,
        clients_lost: of.clients_lost,
        net_retention: of.net_retention()?,
        gross_retention: of.gross_retention()?,
        client_churn: of.client_churn()?,
    })
}
