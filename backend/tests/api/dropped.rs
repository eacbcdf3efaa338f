//! A client that goes away in the middle leaves nothing behind on the connection it used.
use std::time::Duration;

use backend::db::Query;
use tokio::time::timeout;

use crate::app::TestApp;
use crate::on_both_engines;

on_both_engines![a_dropped_request_leaves_no_transaction_behind];

async fn a_dropped_request_leaves_no_transaction_behind(app: TestApp) {
    app.set_up().await;
    let names = "SELECT name FROM organisations";
    let rename = "UPDATE organisations SET name = $1";
    for turn in 0..200_i64 {
        let read = app.db.read(async |tx| Ok(tx.all::<(String,)>(Query::new(names)).await?));
        // Long enough to send something, too short for an answer, or about that long.
        let _ = timeout(Duration::from_micros(10 * (turn.unsigned_abs() % 40)), read).await;
        let name = turn.to_string();
        let write = app.db.write(async |tx| {
            Ok(tx.execute(Query::with(rename, vec![name.as_str().into()])).await?)
        });
        assert_eq!(write.await.unwrap(), 1);
        let now = app.db.read(async |tx| Ok(tx.one::<(String,)>(Query::new(names)).await?));
        assert_eq!(now.await.unwrap().0, name, "an old snapshot was read");
    }
    app.books_hold().await;
}
