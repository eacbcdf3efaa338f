//! `perennial serve`: from settings to a running server, and the sample agency on the way.
use std::net::TcpListener;
use std::thread::available_parallelism;

use chrono::{DateTime, Utc};
use shared::api::{Check, NewOrganisation, NewOwner, Setup};
use tokio::sync::watch;

use super::{Failure, clock, open};
use crate::app::{self, App};
use crate::auth::{Keys, Secret};
use crate::config::Settings;
use crate::db::Db;
use crate::{demo, identity, tick, work};

/// Serves until it is told to stop; requests in work are finished first.
pub(super) async fn serve(settings: Settings) -> Result<(), Failure> {
    let listener = TcpListener::bind(settings.listen())
        .map_err(|e| Failure::Failed(format!("cannot listen on {}: {e}", settings.listen())))?;
    let (db, clock) = (open(&settings).await?, clock(&settings));
    // With port 0 the system has chosen one.
    let listen = listener.local_addr().map(|address| address.to_string()).ok();
    let site = Settings { listen, ..settings.clone() }.site();
    let mailer = settings.mailer().map_err(Failure::unusable)?;
    let cashier = settings.cashier().map_err(Failure::unusable)?;
    let files = settings.files().map_err(Failure::Failed)?;
    let now = clock.now();
    let keys = keys(&db, now).await?;
    if settings.demo {
        sample(&db, now).await?;
    }
    if let Err(error) = tick::run(&db, now).await {
        tracing::error!(?error, "the regular work failed; it is tried again");
    }

    let cores = available_parallelism().map_or(1, usize::from);
    let workers = settings.workers.unwrap_or(cores);
    let watched = work::Watched::default();
    let app = App {
        db: db.clone(),
        clock: clock.clone(),
        site: site.clone(),
        keys,
        mailer: mailer.clone(),
        cashier: cashier.clone(),
        files: files.clone(),
        workers,
        watched: watched.clone(),
        deadline: app::DEADLINE,
    };
    let server = app::serve(listener, app).map_err(|e| Failure::of("cannot serve", &e))?;
    println!("Perennial serves {}", site.link("/"));
    if settings.demo {
        println!("Sign in as {} with the password {}", demo::OWNER_EMAIL, demo::PASSWORD);
    }
    tick::keep(db.clone(), clock.clone(), files);
    let (stop, stopping) = watch::channel(false);
    let (mine, post) = ((db.clone(), clock.clone()), (mailer, site.clone()));
    let sending = tick::keep_sending(mine, post, stopping.clone());
    let charging = tick::keep_charging(db.clone(), clock, cashier, stopping);
    let handle = server.handle();
    actix_web::rt::spawn(async move {
        told_to_stop().await;
        tracing::info!("stopping: requests in work are finished first");
        watched.close();
        // Nobody listens any more if it came to an end by itself.
        let _ = stop.send(true);
        handle.stop(true).await;
    });
    let stopped = server.await.map_err(|e| Failure::of("the server stopped", &e));
    // Else the mail in hand would be sent again: nobody would have written down that it went.
    if tokio::time::timeout(app::DEADLINE, sending).await.is_err() {
        tracing::warn!("a mail was in hand for too long; it may be sent again");
    }
    // Nothing is charged twice then either: its answer is looked for by the next who asks.
    if tokio::time::timeout(app::DEADLINE, charging).await.is_err() {
        tracing::warn!("a charge was in hand for too long; its answer is looked for later");
    }
    db.close().await;
    stopped
}

async fn keys(db: &Db, now: DateTime<Utc>) -> Result<Keys, Failure> {
    let secret = identity::signing_secret(db, &Secret::random(), now).await;
    secret
        .map(|bytes| Keys::new(&bytes))
        .map_err(|e| Failure::of("cannot read the signing key", &e))
}

/// Makes the sample agency in an empty database; refuses the books of others.
async fn sample(db: &Db, now: DateTime<Utc>) -> Result<(), Failure> {
    if !demo_is_there(db).await? {
        return fill(db, now, demo::Tier::Sample, demo::SEED).await;
    }
    let known = identity::signs_in(db, demo::OWNER_EMAIL).await;
    if known.map_err(|e| Failure::of("cannot read the database", &e))? {
        return Ok(());
    }
    let fault = "--demo wants a database of its own: this one holds other books";
    Err(Failure::unusable(fault))
}

async fn demo_is_there(db: &Db) -> Result<bool, Failure> {
    identity::is_set_up(db).await.map_err(|e| Failure::of("cannot read the database", &e))
}

/// Makes the sample agency in an empty database.
pub(super) async fn fill(
    db: &Db,
    now: DateTime<Utc>,
    tier: demo::Tier,
    seed: u64,
) -> Result<(), Failure> {
    if demo_is_there(db).await? {
        let fault = "the database is not empty; the sample agency wants one of its own";
        return Err(Failure::unusable(fault));
    }
    println!("Filling the sample agency: a moment.");
    let failed = |e: crate::error::Error| Failure::of("cannot fill the sample agency", &e);
    let setup = Setup {
        organisation: NewOrganisation {
            name: demo::ORGANISATION.into(),
            currency: demo::CURRENCY.into(),
            timezone: demo::TIMEZONE.into(),
        },
        owner: NewOwner {
            name: demo::OWNER_NAME.into(),
            email: demo::OWNER_EMAIL.into(),
            password: demo::PASSWORD.into(),
        },
        sample: true,
    };
    debug_assert_eq!(setup.check(), Ok(()));
    let scope =
        identity::found(db, &setup.organisation, &setup.owner, now).await.map_err(failed)?;
    demo::fill_tier(db, scope, now, (tier, seed)).await.map_err(failed)
}

#[cfg(unix)]
async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return interrupted().await;
    };
    tokio::select! {
        () = interrupted() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn told_to_stop() {
    interrupted().await;
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
