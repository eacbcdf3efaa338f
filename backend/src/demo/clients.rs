//! Whom the sample agency works for, and under which terms.
use shared::api::{
    AccountKind, Cancellation, CancellationOutcome, Item, Money, OverageMode, OverageTerms,
    PoolTerms, RolloverTerms, Terms, Unit,
};
use shared::rules::cycle::{Anchor, Interval, IntervalUnit, WeekStart};

use super::practice::{COACHING, Rhythm, WORKSHOPS};
use super::work::Habit;

/// One account of the sample, its retainer, and how it is used.
pub struct Client {
    pub name: &'static str,
    pub contact: (&'static str, &'static str),
    pub kind: AccountKind,
    pub retainer: &'static str,
    pub terms: Terms,
    pub interval: Interval,
    pub anchor: Anchor,
    /// Months before today's month in which it began.
    pub age: u32,
    /// Days from today to its end.
    pub ends_in: Option<u64>,
    /// How its hours are used, if it has some.
    pub habit: Habit,
    /// When sessions with it are held.
    pub sessions: Option<Rhythm>,
    /// Whether things are delivered by a price list.
    pub pieces: bool,
    pub activate: bool,
}

const MONTHLY: Interval = Interval { unit: IntervalUnit::Month, count: 1 };
const QUARTERLY: Interval = Interval { unit: IntervalUnit::Month, count: 3 };
const CALENDAR: Anchor = Anchor::Calendar { fiscal_start_month: 1, week_start: WeekStart::Mon };

fn price(amount_minor: i64, currency: &str) -> Money {
    Money { amount_minor, currency: currency.into() }
}

fn one(pool: PoolTerms, amount_minor: i64) -> Terms {
    Terms {
        price: price(amount_minor, "EUR"),
        pools: vec![pool],
        grace_days: 0,
        discount_hundredths: 0,
    }
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
        ..RolloverTerms::default()
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
        sessions: None,
        pieces: false,
        activate: true,
    }
}

/// Every client, in the order in which they are made.
pub fn clients() -> Vec<Client> {
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
        Client {
            age: 8,
            sessions: Some(COACHING),
            ..client(
                "Juniper & Wolfe",
                ("Nora Wolfe", "Managing partner"),
                "Leadership coaching",
                coaching(4, 96_000),
                Habit::STEADY,
            )
        },
        Client {
            age: 10,
            pieces: true,
            ..client(
                "Saltmarsh Foods",
                ("Ines Duarte", "Brand manager"),
                "Content credits",
                content(24, 264_000),
                Habit::STEADY,
            )
        },
        Client {
            age: 6,
            sessions: Some(WORKSHOPS),
            ..client(
                "Orchard Analytics",
                ("Amir Haddad", "Chief executive"),
                "Advisory and workshops",
                advisory(10, 2, 240_000),
                Habit::STEADY,
            )
        },
        partner("Kiln Media", ("Ivo Marsh", "Strategist"), "Search and social", 12),
        partner("Otter & Sons", ("Beth Otter", "Printer"), "Print and layout", 10),
    ]
}

/// Somebody who works for us: so many hours a month.
fn partner(
    name: &'static str,
    contact: (&'static str, &'static str),
    retainer: &'static str,
    hours: i64,
) -> Client {
    let terms = fixed(hours, hours * 10_500);
    let kind = AccountKind::Partner;
    Client { kind, age: 6, ..client(name, contact, retainer, terms, Habit::UNDER) }
}

/// So many sessions a month; what is called off in time is made up.
fn coaching(sessions: i64, amount_minor: i64) -> Terms {
    let cancellation =
        Cancellation { in_time: CancellationOutcome::Carry, ..Cancellation::default() };
    let pool = PoolTerms::plain(Unit::Sessions, sessions);
    one(PoolTerms { cancellation: Some(cancellation), ..pool }, amount_minor)
}

/// Credits by a price list; a third of them carries for a month.
fn content(credits: i64, amount_minor: i64) -> Terms {
    let items = [
        ("Blog article", 3),
        ("Newsletter", 2),
        ("Social post", 1),
        ("Case study", 6),
        ("Round of corrections", 0),
    ];
    let items = items.map(|(name, units)| Item { name: name.into(), units });
    let rule = RolloverTerms {
        cap_units: Some(credits / 3),
        cap_percent: None,
        max_cycles: Some(1),
        carry_percent: 100,
        ..RolloverTerms::default()
    };
    let pool = PoolTerms::plain(Unit::Credits, credits);
    one(PoolTerms { items: items.into(), rollover: Some(rule), ..pool }, amount_minor)
}

/// Hours and workshops under one price.
fn advisory(hours: i64, workshops: i64, amount_minor: i64) -> Terms {
    let mut terms = fixed(hours, amount_minor);
    terms.pools.push(PoolTerms {
        key: "workshops".into(),
        name: Some("Workshops".into()),
        ..PoolTerms::plain(Unit::Sessions, workshops)
    });
    terms
}
