//! Who is told what, and how often: whatever happens, once.
use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use shared::rules::alerts::{Level, Standing, Told, look};

const DAYS: i64 = 31;

fn start() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()
}

fn level() -> impl Strategy<Value = Level> {
    prop_oneof![
        4 => (1u32..150).prop_map(|percent| Level::Used { percent }),
        2 => (0i64..300).prop_map(|units| Level::Left { units }),
        1 => (1u32..60).prop_map(|points| Level::Pace { points }),
        1 => (1u32..60, 0u32..100)
            .prop_map(|(points, after_percent)| Level::UnderUse { points, after_percent }),
    ]
}

fn standing() -> impl Strategy<Value = Standing> {
    (0i64..800, -50i64..600, 1i64..=DAYS).prop_map(|(used, available, elapsed_days)| Standing {
        start: start(),
        days: DAYS,
        elapsed_days,
        available,
        used,
    })
}

proptest! {
    /// Use may rise, fall and rise again, and what is available too: no level is raised twice,
    /// and what was told follows whether it still holds.
    #[test]
    fn no_level_is_raised_twice_in_a_cycle(
        levels in prop::collection::vec(level(), 1..8),
        story in prop::collection::vec(standing(), 1..20),
    ) {
        let mut told: Vec<Told> = Vec::new();
        for standing in story {
            let look = look(standing, &levels, &told);
            for level in &look.raised {
                prop_assert!(told.iter().all(|one| one.key != level.key()));
                told.push(Told { key: level.key(), holds: true });
            }
            for one in &mut told {
                one.holds = (one.holds && !look.fell.contains(&one.key))
                    || look.rose.contains(&one.key);
            }
            for level in &levels {
                let first = levels.iter().find(|other| other.key() == level.key()).unwrap();
                let one = told.iter().find(|one| one.key == level.key());
                prop_assert_eq!(one.is_some_and(|one| one.holds), standing.reached(*first));
            }
        }
    }

    /// Levels reached at once are one message, about the gravest of them.
    #[test]
    fn at_most_one_share_is_told_at_once(
        levels in prop::collection::vec(level(), 1..8),
        standing in standing(),
    ) {
        let look = look(standing, &levels, &[]);
        let told: Vec<Level> = look.to_tell().filter(|level| level.of_share()).collect();
        let reached = look.raised.iter().filter(|level| level.of_share()).count();
        prop_assert_eq!(told.len(), reached.min(1));
        if let [Level::Used { percent }] = told[..] {
            let graver = look.raised.iter().any(
                |level| matches!(level, Level::Used { percent: other } if *other > percent));
            prop_assert!(!graver);
        }
    }

    /// More use never takes a level of use back.
    #[test]
    fn more_use_reaches_no_less(level in level(), standing in standing(), more in 1i64..100) {
        let after = Standing { used: standing.used + more, ..standing };
        prop_assert!(!level.of_share() || !standing.reached(level) || after.reached(level));
    }

    /// Who is ahead of pace runs out within the cycle, on a day that has not come; and nobody is
    /// ahead and behind at once.
    #[test]
    fn pace_tells_a_day_to_come(standing in standing(), points in 1u32..60) {
        let ahead = standing.reached(Level::Pace { points });
        let behind = standing.reached(Level::UnderUse { points, after_percent: 0 });
        prop_assert!(!(ahead && behind));
        if ahead {
            let day = standing.runs_out_on();
            let today = start() + Days::new(standing.elapsed_days as u64 - 1);
            let end = start() + Days::new(DAYS as u64);
            prop_assert!(day.is_some_and(|day| today < day && day < end), "{day:?}");
        }
    }
}
