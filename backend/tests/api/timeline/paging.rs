//! A page of a long timeline costs what one of a short one does.
use backend::db::Query;

use super::*;
use crate::app::Engine;
use crate::imports::plans::reads;

/// Items of the long timeline, and of the short one.
const LONG: i64 = 20_000;
const SHORT: i64 = 100;

/// Rows of the table and its indexes that three pages read, of a timeline with so many items.
async fn rows_read(items: i64) -> i64 {
    let app = TestApp::start(Engine::Postgres).await;
    let retainer = agree(&app, support).await;
    let fill = "
        INSERT INTO timeline_items (id, organisation_id, account_id, retainer_id, happened_at,
            kind, event, subject_id, number, internal, indexed_at)
        SELECT gen_random_uuid(), r.organisation_id, r.account_id, r.id,
            r.created_at - n * INTERVAL '1 minute',
            CASE WHEN n % 5 = 0 THEN 'session' ELSE 'cycle' END, 'cycle_closed',
            gen_random_uuid(), n, FALSE, r.created_at
        FROM retainers r, generate_series(1, $1) n";
    let filled = app.db.write(async |tx| {
        tx.execute(Query::with(fill, vec![items.into()])).await?;
        Ok(tx.execute(Query::new("SELECT pg_stat_reset()")).await?)
    });
    filled.await.unwrap();
    let first = get(&app, &path(&retainer, "limit=20")).await;
    let next = first["next_cursor"].as_str().unwrap();
    let second = get(&app, &path(&retainer, &format!("limit=20&cursor={next}"))).await;
    assert_ne!(first["items"][0], second["items"][0]);
    let sessions = get(&app, &path(&retainer, "limit=20&kind=session")).await;
    assert_eq!(sessions["items"].as_array().unwrap().len(), 20);
    let reads = reads(&app).await;
    let of_timeline = reads.into_iter().filter(|(name, _)| name.starts_with("timeline_"));
    of_timeline.map(|(_, reads)| reads).sum()
}

#[actix_web::test]
async fn a_page_of_a_long_timeline_reads_as_much_as_one_of_a_short_one() {
    let (short, long) = (rows_read(SHORT).await, rows_read(LONG).await);
    assert!(short > 0, "what is not counted proves nothing");
    // Of an index a row of another page may be met.
    assert!(long < short + 5, "{long} rows are read of {LONG} items, and {short} of {SHORT}");
}
