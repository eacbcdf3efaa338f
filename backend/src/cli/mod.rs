//! The command line: its words, and which exit code says what.
//!
//! 0: done. 1: it was tried and failed. 2: the command or the settings cannot be used.
mod people;
mod serve;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::clock::Clock;
use crate::config::{Settings, sqlite_file};
use crate::db::Db;
use crate::files::Files;
use crate::{check, demo, openapi};

/// Runs client retainers: hours sold, hours delivered, what is left and what carries over.
#[derive(Debug, Parser)]
#[command(name = "perennial", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the app and the API (what happens without a command)
    Serve,
    /// Fill an empty database with a sample agency
    Demo {
        /// How much of it
        #[arg(long, default_value = "s")]
        tier: demo::Tier,
        /// Another seed gives other clients and hours
        #[arg(long, default_value_t = demo::SEED)]
        seed: u64,
    },
    /// Bring the database's schema up to date
    Migrate,
    /// Verify every ledger of the database; exit code 1 and a list if one does not hold
    Check,
    /// Print the OpenAPI document
    Openapi,
    /// Organisations, of which one server holds many
    #[command(subcommand)]
    Organisation(people::OrganisationCommand),
    /// People who sign in
    #[command(subcommand)]
    User(people::UserCommand),
}

/// Why a command ends badly.
#[derive(Debug)]
enum Failure {
    /// The command or the settings cannot be used: every fault in plain words.
    Unusable(Vec<String>),
    /// It was tried and failed.
    Failed(String),
}

impl Failure {
    fn unusable(fault: impl Into<String>) -> Self {
        Failure::Unusable(vec![fault.into()])
    }
    /// A failure while `doing`, with its cause and the cause's cause.
    fn of(doing: &str, error: &dyn std::error::Error) -> Self {
        let mut words = format!("{doing}: {error}");
        let mut cause = error.source();
        while let Some(deeper) = cause {
            let deeper_words = deeper.to_string();
            if !words.contains(&deeper_words) {
                words = format!("{words}: {deeper_words}");
            }
            cause = deeper.source();
        }
        Failure::Failed(words)
    }
}

/// Runs a command to its exit code.
pub async fn run(cli: Cli) -> ExitCode {
    match dispatch(cli).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Unusable(faults)) => {
            for fault in faults {
                eprintln!("perennial: {fault}");
            }
            ExitCode::from(2)
        }
        Err(Failure::Failed(words)) => {
            eprintln!("perennial: {words}");
            ExitCode::FAILURE
        }
    }
}

async fn dispatch(cli: Cli) -> Result<(), Failure> {
    let settings = cli.settings.with_file().map_err(Failure::unusable)?;
    let command = cli.command.unwrap_or(Command::Serve);
    let in_test = std::env::var_os("PERENNIAL_TEST").is_some();
    let may_fix_clock = in_test || settings.demo || matches!(command, Command::Demo { .. });
    let mut faults = settings.faults(may_fix_clock);
    let filter =
        EnvFilter::try_new(settings.log.as_deref().unwrap_or("info,sqlx=warn,actix_server=warn"));
    if let Err(error) = &filter {
        faults.push(format!("--log cannot be read: {error}"));
    }
    if !faults.is_empty() {
        return Err(Failure::Unusable(faults));
    }
    log_to_stderr(filter.unwrap_or_default(), settings.log_json);
    match command {
        Command::Serve => serve::serve(settings).await,
        Command::Demo { tier, seed } => {
            let db = open(&settings).await?;
            serve::fill(&db, now(&settings), tier, seed).await.map(drop)
        }
        Command::Migrate => open(&settings).await.map(drop),
        Command::Check => {
            let file = sqlite_file(settings.database()).filter(|file| !file.exists());
            if let Some(missing) = file {
                return Err(Failure::Failed(format!("there is no {}", missing.display())));
            }
            let files = settings.files().map_err(Failure::Failed)?;
            verify(&open(&settings).await?, &files).await
        }
        Command::Openapi => {
            // A reader that has seen enough closes the pipe: no failure of ours.
            let _ = std::io::stdout().write_all(openapi::text().as_bytes());
            Ok(())
        }
        Command::Organisation(command) => people::organisation(&settings, command).await,
        Command::User(command) => people::user(&settings, command).await,
    }
}

fn log_to_stderr(filter: EnvFilter, json: bool) {
    let terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(terminal)
        .with_writer(std::io::stderr);
    if json { log.json().init() } else { log.init() }
}

/// The time by the settings: the machine's, unless a clock is fixed.
fn clock(settings: &Settings) -> Clock {
    settings.clock.map_or(Clock::Real, Clock::fixed)
}

fn now(settings: &Settings) -> chrono::DateTime<chrono::Utc> {
    clock(settings).now()
}

/// The database, made if it is a file that does not exist, with the schema of this version.
async fn open(settings: &Settings) -> Result<Db, Failure> {
    let url = settings.database();
    if let Some(folder) = sqlite_file(url).as_deref().and_then(Path::parent) {
        std::fs::create_dir_all(folder)
            .map_err(|e| Failure::Failed(format!("cannot make {}: {e}", folder.display())))?;
    }
    if let Some(file) = sqlite_file(url).filter(|file| !file.exists()) {
        keep_to_oneself(&file)
            .map_err(|e| Failure::Failed(format!("cannot make {}: {e}", file.display())))?;
    }
    let db = Db::connect(url).await.map_err(|e| Failure::of("cannot open the database", &e))?;
    db.migrate().await.map_err(|e| Failure::of("cannot bring the database up to date", &e))?;
    Ok(db)
}

/// Makes an empty database file that only its owner reads: it will hold the signing key.
fn keep_to_oneself(file: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map(drop)
}

async fn verify(db: &Db, files: &Files) -> Result<(), Failure> {
    let failed = |e: crate::error::Error| Failure::of("cannot check", &e);
    let mut breaches = check::run(db).await.map_err(failed)?;
    breaches.extend(check::files(db, files).await.map_err(failed)?);
    for breach in &breaches {
        println!("{breach}");
    }
    match breaches.len() {
        0 => {
            println!("Everything holds.");
            Ok(())
        }
        n => Err(Failure::Failed(format!("{n} breaches found"))),
    }
}
