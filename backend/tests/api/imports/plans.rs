//! PostgreSQL keeps plans that it made when the tables were empty, and counts tables only now and
//! then. An import must do well with either.
use backend::db::{Db, Query};
use futures_util::future::join_all;
use sqlx::ConnectOptions;

use super::beside::long_sheet;
use super::*;
use crate::app::Engine;
use crate::retainers::record;

/// Rows of the large import.
const ROWS: i64 = 2_000;
/// Rows that may be read of a table or an index for each of them, all steps together. Where those
/// so far are read again for each next one, half as many as there are would be read for each.
const READS_A_ROW: i64 = 30;

/// How often PostgreSQL keeps a plan without looking again at what it costs.
const RUNS: usize = 7;

#[actix_web::test]
async fn the_first_import_reads_nothing_again_and_again() {
    let app = TestApp::start(Engine::Postgres).await;
    big_company(&app).await;
    import_twice(&app).await;
}

#[actix_web::test]
async fn an_import_by_plans_of_small_tables_reads_nothing_again_and_again() {
    let app = TestApp::start(Engine::Postgres).await;
    let retainer = big_company(&app).await;
    work_a_little(&app, &retainer, 1).await;
    import_twice(&app).await;
}

#[actix_web::test]
async fn an_import_after_tables_were_counted_small_reads_nothing_again_and_again() {
    let app = TestApp::start(Engine::Postgres).await;
    let retainer = big_company(&app).await;
    work_a_little(&app, &retainer, 1).await;
    app.db.write(async |tx| Ok(tx.execute(Query::new("ANALYZE")).await?)).await.unwrap();
    work_a_little(&app, &retainer, 2).await;
    import_twice(&app).await;
}

/// Records and imports some rows, often enough that every connection keeps its plans.
async fn work_a_little(app: &TestApp, retainer: &Value, day: u32) {
    for minutes in 1..=RUNS {
        record(app, retainer, "2026-01-02", i64::try_from(minutes).unwrap()).await;
        let row = format!("2026-01-{day:02},Big Company,Site,Ada,,0:{minutes:02},x");
        let small = read(app, files::sheet(&[&row])).await;
        // At once, so that every connection plans it.
        join_all((0..RUNS).map(|_| again(app, &small))).await;
        assert_eq!(commit(app, &small).await["outcome"]["new"], 1);
    }
}

/// Imports many rows, once new and once known, and looks at what was read for it.
async fn import_twice(app: &TestApp) {
    let file = long_sheet(ROWS, "Big Company");
    assert_eq!(commit(app, &read(app, &file).await).await["outcome"]["new"], ROWS);
    let second = read(app, &file).await;
    assert_eq!(commit(app, &second).await["outcome"]["known"], ROWS);
    rejected(app, &second).await;
    // Rows that repeat one another are told apart.
    let same = vec!["2026-01-02,Big Company,Site,Ada,,1,x"; usize::try_from(ROWS).unwrap()];
    assert_eq!(read(app, files::sheet(&same)).await["outcome"]["new"], ROWS);

    let reads = reads(app).await;
    assert!(reads.iter().any(|(_, reads)| *reads > ROWS), "{reads:?}");
    let many: Vec<_> = reads.into_iter().filter(|(_, reads)| *reads > ROWS * READS_A_ROW).collect();
    assert_eq!(many, []);
}

/// How much was read of each table and index. A connection that ends has counted everything.
pub async fn reads(app: &TestApp) -> Vec<(String, i64)> {
    let Db::Postgres { writer, reader } = &app.db else { unreachable!("we asked for PostgreSQL") };
    let options = writer.connect_options();
    writer.close().await;
    reader.close().await;
    let db = Db::connect(options.to_url_lossy().as_str()).await.unwrap();
    let query = "
        SELECT CAST(indexrelname AS TEXT) AS name, idx_tup_read AS reads FROM pg_stat_user_indexes
        UNION ALL SELECT CAST(relname AS TEXT), seq_tup_read FROM pg_stat_user_tables
        ORDER BY reads DESC";
    db.read(async |tx| Ok(tx.all::<(String, i64)>(Query::new(query)).await?)).await.unwrap()
}
