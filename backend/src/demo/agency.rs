//! Who the sample agency works for, and under which terms.
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use rand::SeedableRng;
use rand::rngs::StdRng;
use shared::api::{
    AccountKind, MemberId, Money, NewAccount, NewContact, NewMember, NewRetainer, OverageMode,
    OverageTerms, PoolTerms, Role, RolloverTerms, Terms, Unit,
};
use shared::rules::cycle::{Anchor, Interval, IntervalUnit, WeekStart};

use super::work::{self, Habit};
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

/// One account of the sample, its retainer, and how it is used.
struct Client {
    name: &'static str,
    contact: (&'static str, &'static str),
    kind: AccountKind,
    retainer: &'static str,
    terms: Terms,
    interval: Interval,
    anchor: Anchor,
    /// Months before today's month in which it began.
    age: u32,
    /// Days from today to its end.
    ends_in: Option<u64>,
    habit: Habit,
    activate: bool,
}

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
    let today = now.date_naive();
    for (number, client) in clients().into_iter().enumerate() {
        let starts_on = first_day(today, &client);
        let started = work::noon(starts_on).min(now);
        let owner = team[number % 2];
        let retainer = agree(db, scope, &client, (starts_on, today, owner), started).await?;
        let delivering: Vec<MemberId> = team[..4].to_vec();
        let place = (retainer.id, starts_on, client.interval, client.anchor);
        work::deliver(db, scope, place, (client.habit, &delivering), &mut rng, now).await?;
    }
    Ok(())
}

fn first_day(today: NaiveDate, client: &Client) -> NaiveDate {
    let month = today.with_day(1).unwrap_or(today);
    let first = month.checked_sub_months(Months::new(client.age)).unwrap_or(month);
    match client.anchor {
        Anchor::Anniversary => first.with_day(15).unwrap_or(first),
        _ => first,
    }
}

/// Account, contact and retainer, as a person would enter them on that day.
async fn agree(
    db: &Db,
    scope: Scope,
    client: &Client,
    (starts_on, today, owner): (NaiveDate, NaiveDate, MemberId),
    now: DateTime<Utc>,
) -> Result<shared::api::Retainer> {
    let account = NewAccount {
        name: client.name.into(),
        kind: client.kind,
        owner_id: Some(owner),
        note: None,
    };
    let (name, position) = client.contact;
    let contact = NewContact {
        name: name.into(),
        email: None,
        phone: None,
        position: Some(position.into()),
        decides: true,
    };
    db.write(async |tx| {
        let account = accounts::create(tx, scope, &account, now).await?;
        accounts::add_contact(tx, scope, account.id, &contact, now).await?;
        let new = NewRetainer {
            account_id: account.id,
            name: client.retainer.into(),
            starts_on,
            ends_on: client.ends_in.and_then(|days| today.checked_add_days(Days::new(days))),
            timezone: None,
            interval: client.interval,
            anchor: client.anchor,
            terms: client.terms.clone(),
            activate: Some(client.activate),
        };
        retainers::create(tx, scope, &new, now).await
    })
    .await
}

const MONTHLY: Interval = Interval { unit: IntervalUnit::Month, count: 1 };
const QUARTERLY: Interval = Interval { unit: IntervalUnit::Month, count: 3 };
const CALENDAR: Anchor = Anchor::Calendar { fiscal_start_month: 1, week_start: WeekStart::Mon };

fn price(amount_minor: i64, currency: &str) -> Money {
    Money { amount_minor, currency: currency.into() }
}

fn one(pool: PoolTerms, amount_minor: i64) -> Terms {
    Terms { price: price(amount_minor, "EUR"), pools: vec![pool], grace_days: 0 }
}

fn fixed(hours: i64, amount_minor: i64) -> Terms {
    one(PoolTerms::plain(Unit::Minutes, hours * 60), amount_minor)
}

fn rollover(
    hours: i64,
    amount_minor: i64,
    cap_hours: Option<i64>,
    max_cycles: Option<u32>,
) -> Terms {
    let rule = RolloverTerms {
        cap_units: cap_hours.map(|hours| hours * 60),
        cap_percent: None,
        max_cycles,
        carry_percent: 100,
        partial_cycle_rolls: true,
    };
    let pool = PoolTerms::plain(Unit::Minutes, hours * 60);
    one(PoolTerms { rollover: Some(rule), ..pool }, amount_minor)
}

/// The same terms with another rule for what goes beyond.
fn beyond(mut terms: Terms, mode: OverageMode, rate_minor: Option<i64>) -> Terms {
    for pool in &mut terms.pools {
        pool.overage = OverageTerms { mode, rate_minor, ..OverageTerms::default() };
    }
    terms
}

fn client(
    name: &'static str,
    contact: (&'static str, &'static str),
    retainer: &'static str,
    terms: Terms,
    habit: Habit,
) -> Client {
    Client {
        name,
        contact,
        kind: AccountKind::Client,
        retainer,
        terms,
        interval: MONTHLY,
        anchor: CALENDAR,
        age: 12,
        ends_in: None,
        habit,
        activate: true,
    }
}

fn clients() -> Vec<Client> {
    let billed = |terms: Terms, rate| beyond(terms, OverageMode::Bill, Some(rate));
    let blocked = beyond(fixed(8, 88_000), OverageMode::Block, None);
    let dollars = Terms { price: price(260_000, "USD"), ..fixed(10, 0) };
    vec![
        client(
            "Northwind Robotics",
            ("Mia Berg", "Head of marketing"),
            "Growth retainer",
            rollover(40, 480_000, Some(20), Some(1)),
            Habit::STEADY,
        ),
        client(
            "Halden Legal",
            ("Jonas Halden", "Partner"),
            "Content and SEO",
            fixed(25, 300_000),
            Habit::OVER,
        ),
        client(
            "Brightwater Health",
            ("Dr. Eva Lind", "Managing director"),
            "Website support",
            rollover(30, 330_000, None, Some(2)),
            Habit::UNDER,
        ),
        Client {
            ends_in: Some(26),
            ..client(
                "Meridian Freight",
                ("Paul Okafor", "Operations"),
                "Campaign management",
                billed(fixed(20, 240_000), 13_000),
                Habit::FULL,
            )
        },
        Client {
            anchor: Anchor::Anniversary,
            ..client(
                "Fern Interiors",
                ("Clara Fern", "Founder"),
                "Design hours",
                rollover(12, 138_000, Some(12), None),
                Habit::STEADY,
            )
        },
        Client {
            interval: QUARTERLY,
            ..client(
                "Lumen Energy",
                ("Sven Aalto", "Head of digital"),
                "Quarterly advisory",
                billed(rollover(90, 990_000, Some(45), Some(1)), 12_000),
                Habit::STEADY,
            )
        },
        client("Copper Kettle", ("Ruth Stein", "Owner"), "Care plan", blocked, Habit::STEADY),
        Client {
            age: 7,
            ..client(
                "Oakline Capital",
                ("Dana Whitfield", "Communications"),
                "Investor relations",
                dollars,
                Habit::FULL,
            )
        },
        Client {
            kind: AccountKind::Partner,
            age: 9,
            ..client(
                "Studio Parallel",
                ("Yuki Tanaka", "Producer"),
                "Film and motion",
                fixed(16, 176_000),
                Habit::UNDER,
            )
        },
        Client {
            age: 2,
            activate: false,
            ..client(
                "Marlow Estates",
                ("Henry Marlow", "Director"),
                "Listings and newsletter",
                rollover(15, 172_500, Some(15), Some(3)),
                Habit::STEADY,
            )
        },
    ]
}
