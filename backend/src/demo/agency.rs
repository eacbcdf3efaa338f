//! The sample agency: its people, its clients, and their year of work.
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use rand::SeedableRng;
use rand::rngs::StdRng;
use shared::api::{
    AccountKind, ContactId, Holder, MemberId, NewAccount, NewContact, NewMember, NewRetainer,
    Retainer, RetainerId, Role, Unit,
};
use shared::rules::cycle::{Anchor, Cycle, Series};
use shared::rules::proration::FirstPartial;

use super::clients::{Client, clients};
use super::steps::{self, Step};
use super::{billing, board, model, practice, rates, records, requests, reviews, scopes, work};
use crate::auth::Scope;
use crate::db::Db;
use crate::error::Result;
use crate::{accounts, identity, retainers};

const COLLEAGUES: [(&str, &str, Role); 4] = [
    ("Tom Becker", "tom@fieldwork.example", Role::Manager),
    ("Priya Nair", "priya@fieldwork.example", Role::Member),
    ("Lena Vogt", "lena@fieldwork.example", Role::Member),
    ("Marc Dupont", "marc@fieldwork.example", Role::Finance),
];

/// Makes people, accounts, retainers and their year of work.
pub async fn fill(db: &Db, scope: Scope, now: DateTime<Utc>, seed: u64) -> Result<()> {
    let mut rng = StdRng::seed_from_u64(seed);
    let began = now - chrono::Duration::days(400);
    let mut team = vec![scope.member()];
    for (name, email, role) in COLLEAGUES {
        let new = NewMember { name: name.into(), email: Some(email.into()), role };
        let member =
            db.write(async |tx| identity::new_member(tx, scope, &new, began).await).await?;
        team.push(member.id);
    }
    rates::fill(db, scope, &team, now).await?;
    let today = now.date_naive();
    let (mut agreed, mut partners) = (Vec::new(), Vec::new());
    for (number, client) in clients().into_iter().enumerate() {
        let starts_on = first_day(today, &client);
        let started = work::noon(starts_on).min(now);
        let owner = team[number % 2];
        let (retainer, contact) =
            agree(db, scope, &client, (starts_on, today, owner), started).await?;
        let delivering: Vec<MemberId> = team[..4].to_vec();
        agreed.push((retainer.account_id, retainer.id));
        if client.kind == AccountKind::Partner && client.activate {
            partners.push(retainer.id);
        }
        let cycles = cycles(&client, starts_on, today)?;
        let place = (retainer.id, starts_on, owner);
        let mut steps = year(&client, (&cycles, place), &delivering, &mut rng, now);
        let cast = cast(&client, (retainer.id, contact), [owner, team[2], team[3]]);
        if let Some(plan) = board::plan(&client, number, cast) {
            plan.spend(&mut steps);
            steps.extend(plan.steps(cycles.last(), now));
        }
        steps::play(db, scope, steps, now).await?;
        if number == 0 {
            let manager = team.get(1).copied().unwrap_or(owner);
            scopes::change(db, scope, (retainer.id, contact, manager), now).await?;
        }
    }
    let place = model::Place { db, scope, now, team: &team, clients: &agreed };
    reviews::fill(place, &partners).await?;
    model::fill(place).await?;
    requests::fill(place).await?;
    records::fill(place).await?;
    billing::fill(db, scope, &agreed, now).await?;
    rates::spend(db, scope, &agreed, now).await
}

/// The cycles of a client that have begun.
fn cycles(client: &Client, starts_on: NaiveDate, today: NaiveDate) -> Result<Vec<Cycle>> {
    let series = Series::new(starts_on, client.interval, client.anchor, None, Vec::new())?;
    Ok(series.cycles().take_while(|cycle| cycle.start <= today).collect())
}

/// Who decides and works on a board: the client decides on ours, and we on that of a partner.
fn cast(
    client: &Client,
    (retainer, contact): (RetainerId, ContactId),
    team: [MemberId; 3],
) -> board::Cast {
    let ours = team.map(|id| Holder::Member { id });
    let theirs = Holder::Contact { id: contact };
    match client.kind {
        AccountKind::Client => board::Cast { retainer, decides: theirs, does: ours, checks: ours },
        AccountKind::Partner => {
            board::Cast { retainer, decides: ours[0], does: [theirs; 3], checks: ours }
        }
    }
}

/// What was done for a client, from its start until now.
fn year(
    client: &Client,
    (cycles, (retainer, starts_on, owner)): (&[Cycle], (RetainerId, NaiveDate, MemberId)),
    team: &[MemberId],
    rng: &mut StdRng,
    now: DateTime<Utc>,
) -> Vec<Step> {
    let hours = client.terms.pools.iter().find(|pool| pool.unit == Unit::Minutes);
    let work = (retainer, hours.map_or(0, |pool| pool.allowance), client.habit);
    let mut steps = Vec::new();
    for cycle in cycles {
        steps.extend(work::entries(cycle, work, team, rng, now));
        if client.pieces {
            steps.extend(practice::pieces(cycle, (retainer, team), rng));
        }
    }
    steps.extend(scopes::priorities(client.name, retainer, cycles));
    if let Some(rhythm) = client.sessions {
        steps.extend(practice::sessions(rhythm, (retainer, starts_on, owner), now, rng));
    }
    steps
}

fn first_day(today: NaiveDate, client: &Client) -> NaiveDate {
    let month = today.with_day(1).unwrap_or(today);
    let first = month.checked_sub_months(Months::new(client.age)).unwrap_or(month);
    match client.anchor {
        Anchor::Anniversary => first.with_day(15).unwrap_or(first),
        _ => first,
    }
}

/// Where somebody at a client has their mail: `ruth@copperkettle.example`.
fn address(name: &str, client: &str) -> String {
    let letters = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
    };
    let first = name.split(' ').find(|part| !part.ends_with('.')).unwrap_or(name);
    format!("{}@{}.example", letters(first), letters(client))
}

/// Account, contact and retainer, as a person would enter them on that day.
async fn agree(
    db: &Db,
    scope: Scope,
    client: &Client,
    (starts_on, today, owner): (NaiveDate, NaiveDate, MemberId),
    now: DateTime<Utc>,
) -> Result<(Retainer, ContactId)> {
    let account = NewAccount {
        name: client.name.into(),
        kind: client.kind,
        owner_id: Some(owner),
        note: None,
    };
    let (name, position) = client.contact;
    let contact = NewContact {
        name: name.into(),
        email: Some(address(name, client.name)),
        phone: None,
        position: Some(position.into()),
        decides: true,
    };
    db.write(async |tx| {
        let account = accounts::create(tx, scope, &account, now).await?;
        let contact = accounts::add_contact(tx, scope, account.id, &contact, now).await?;
        let new = NewRetainer {
            account_id: account.id,
            name: client.retainer.into(),
            starts_on,
            ends_on: client.ends_in.and_then(|days| today.checked_add_days(Days::new(days))),
            timezone: None,
            interval: client.interval,
            anchor: client.anchor,
            first_partial: FirstPartial::default(),
            terms: client.terms.clone(),
            activate: Some(client.activate),
            fit_check_id: None,
        };
        let retainer = retainers::create(tx, scope, &new, now).await?;
        let whose = (client.name, retainer.id, owner);
        scopes::agree(tx, scope, whose, (today, now)).await?;
        Ok((retainer, contact.id))
    })
    .await
}
