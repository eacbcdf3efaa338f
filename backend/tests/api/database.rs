//! A fresh database for a test: a copy of one that was migrated once.
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use backend::db::Db;
use sqlx::postgres::PgConnection;
use sqlx::{AssertSqlSafe, Connection};
use uuid::Uuid;

use crate::app::Engine;

/// Any number: whoever makes the template holds this lock.
const TEMPLATE_LOCK: i64 = 7_265_301;

/// The address of a new, migrated, empty database.
pub async fn fresh(engine: Engine, folder: &Path) -> String {
    match engine {
        Engine::Sqlite => {
            let file = folder.join("test.db");
            std::fs::copy(sqlite_template().await, &file).unwrap();
            format!("sqlite://{}", file.display())
        }
        Engine::Postgres => postgres().await,
    }
}

/// The address of a new database without any table.
pub async fn empty(engine: Engine, folder: &Path) -> String {
    match engine {
        Engine::Sqlite => format!("sqlite://{}", folder.join("empty.db").display()),
        Engine::Postgres => {
            let base = base();
            let mut admin = PgConnection::connect(&format!("{base}/postgres")).await.unwrap();
            let name = format!("empty_{}", Uuid::now_v7().simple());
            run(&mut admin, format!("CREATE DATABASE {name}")).await;
            format!("{base}/{name}")
        }
    }
}

fn base() -> String {
    std::env::var("TEST_POSTGRES_URL").expect("run this by scripts/with-postgres.sh")
}

/// Says which schema a template has.
fn fingerprint(engine: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../migrations").join(engine);
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = files.collect();
    files.sort();
    let mut hasher = DefaultHasher::new();
    files.iter().for_each(|file| std::fs::read(file).unwrap().hash(&mut hasher));
    format!("template_{:016x}", hasher.finish())
}

/// Tests run in processes of their own: the template is a file that the first one leaves.
async fn sqlite_template() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let template = folder.join(format!("{}.db", fingerprint("sqlite")));
    if !template.exists() {
        let mine = folder.join(format!("{}.db", Uuid::now_v7()));
        let db = Db::connect(&format!("sqlite://{}", mine.display())).await.unwrap();
        db.migrate().await.unwrap();
        let Db::Sqlite { writer, reader } = db else { unreachable!("we asked for SQLite") };
        reader.close().await;
        writer.close().await;
        std::fs::rename(&mine, &template).unwrap();
    }
    template
}

async fn postgres() -> String {
    let base = base();
    let template = fingerprint("postgres");
    let mut admin = PgConnection::connect(&format!("{base}/postgres")).await.unwrap();
    let known = "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)";
    let exists = sqlx::query_scalar::<_, bool>(known).bind(&template);
    if !exists.fetch_one(&mut admin).await.unwrap() {
        make_template(&base, &template, &mut admin).await;
    }
    let name = format!("test_{}", Uuid::now_v7().simple());
    run(&mut admin, format!("CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")).await;
    format!("{base}/{name}")
}

async fn make_template(base: &str, template: &str, admin: &mut PgConnection) {
    run(admin, format!("SELECT pg_advisory_lock({TEMPLATE_LOCK})")).await;
    let known = "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)";
    let exists = sqlx::query_scalar::<_, bool>(known).bind(template);
    if !exists.fetch_one(&mut *admin).await.unwrap() {
        let mine = format!("making_{}", Uuid::now_v7().simple());
        run(admin, format!("CREATE DATABASE {mine}")).await;
        let db = Db::connect(&format!("{base}/{mine}")).await.unwrap();
        db.migrate().await.unwrap();
        let Db::Postgres { writer, reader } = db else { unreachable!("we asked for PostgreSQL") };
        reader.close().await;
        writer.close().await;
        run(admin, format!("ALTER DATABASE {mine} RENAME TO {template}")).await;
    }
    run(admin, format!("SELECT pg_advisory_unlock({TEMPLATE_LOCK})")).await;
}

async fn run(connection: &mut PgConnection, sql: String) {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await.unwrap();
}
