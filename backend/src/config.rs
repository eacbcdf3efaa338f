//! Settings: a flag, an environment variable or `perennial.toml`, in that order.
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use clap::Args;
use clap::builder::FalseyValueParser;
use serde::Deserialize;

use crate::charges::Cashier;
use crate::files::Files;
use crate::mail::Mailer;

/// Where the database is when nobody says.
const DATABASE: &str = "sqlite://data/perennial.db";
/// Where the server listens when nobody says.
const LISTEN: &str = "127.0.0.1:8080";
/// The folder of files, and the ending of one that is named after a database.
const FILES: &str = "files";

/// What can be set. Each is a flag and an environment variable (`PERENNIAL_…`), and a key of
/// `perennial.toml`.
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Where to listen [default: 127.0.0.1:8080]
    #[arg(long, global = true, env = "PERENNIAL_LISTEN", value_name = "ADDRESS:PORT")]
    pub listen: Option<String>,
    /// The database: sqlite://PATH or postgres://… [default: sqlite://data/perennial.db]
    #[arg(long, global = true, env = "PERENNIAL_DATABASE", value_name = "URL")]
    pub database: Option<String>,
    /// The address people open, for links and secure cookies [default: http:// and --listen]
    #[arg(long, global = true, env = "PERENNIAL_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<String>,
    /// What to log: error, warn, info, debug, or a filter such as `info,sqlx=warn` [default: info]
    #[arg(long, global = true, env = "PERENNIAL_LOG", value_name = "FILTER")]
    pub log: Option<String>,
    /// Log lines as JSON
    #[arg(long, global = true, env = "PERENNIAL_LOG_JSON", value_parser = FalseyValueParser::new())]
    pub log_json: bool,
    /// Fill an empty database with the sample agency and print its sign-in
    #[arg(long, global = true, env = "PERENNIAL_DEMO", value_parser = FalseyValueParser::new())]
    pub demo: bool,
    /// Fix the clock (only with --demo, or in tests)
    #[arg(long, global = true, env = "PERENNIAL_CLOCK", value_name = "TIME")]
    pub clock: Option<DateTime<Utc>>,
    /// Threads that answer requests [default: one a core]
    #[arg(long, global = true, env = "PERENNIAL_WORKERS", value_name = "N")]
    pub workers: Option<usize>,
    /// Where files of accounts are kept: a folder, or s3://BUCKET/PREFIX with the keys of AWS_…
    /// variables [default: NAME.files beside the SQLite database NAME.db, or data/files]
    #[arg(long, global = true, env = "PERENNIAL_FILES", value_name = "PLACE")]
    pub files: Option<String>,
    /// The largest file of time to import, in MiB [default: 256]
    #[arg(long, global = true, env = "PERENNIAL_IMPORT_MAX_MIB", value_name = "MIB")]
    pub import_max_mib: Option<u64>,
    /// The mail server: smtps://USER:PASSWORD@HOST, smtp://…?tls=required (STARTTLS) or smtp://HOST
    /// [default: none, and nothing is sent]
    #[arg(
        long,
        global = true,
        env = "PERENNIAL_SMTP_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub smtp_url: Option<String>,
    /// The address that mails are from
    #[arg(long, global = true, env = "PERENNIAL_SMTP_FROM", value_name = "ADDRESS")]
    pub smtp_from: Option<String>,
    /// The address whose mail is handed to /api/v1/inbound-mails: answers to messages go there
    /// [default: none, and they go to who wrote]
    #[arg(long, global = true, env = "PERENNIAL_SMTP_INBOX", value_name = "ADDRESS")]
    pub smtp_inbox: Option<String>,
    /// Certificates in PEM that vouch for the mail server, beside those that browsers trust
    #[arg(long, global = true, env = "PERENNIAL_SMTP_CA_FILE", value_name = "FILE")]
    pub smtp_ca_file: Option<PathBuf>,
    /// The secret key of the account at Stripe that charges cards (sk_… or rk_…) [default: none, and
    /// nothing is charged]
    #[arg(
        long,
        global = true,
        env = "PERENNIAL_STRIPE_KEY",
        hide_env_values = true,
        value_name = "KEY"
    )]
    pub stripe_key: Option<String>,
    /// Its key for pages (pk_…)
    #[arg(long, global = true, env = "PERENNIAL_STRIPE_PUBLISHABLE_KEY", value_name = "KEY")]
    pub stripe_publishable_key: Option<String>,
    /// The secret by which it signs what it tells us at /api/v1/webhooks/stripe (whsec_…)
    #[arg(
        long,
        global = true,
        env = "PERENNIAL_STRIPE_WEBHOOK_SECRET",
        hide_env_values = true,
        value_name = "SECRET"
    )]
    pub stripe_webhook_secret: Option<String>,
    /// Where its API is [default: https://api.stripe.com]
    #[arg(long, global = true, env = "PERENNIAL_STRIPE_URL", value_name = "URL")]
    pub stripe_url: Option<String>,
    /// Let clients give a bank account (SEPA direct debit) too
    #[arg(
        long,
        global = true,
        env = "PERENNIAL_STRIPE_DIRECT_DEBIT",
        value_parser = FalseyValueParser::new()
    )]
    pub stripe_direct_debit: bool,
    /// The file with these settings [default: perennial.toml, if there is one]
    #[arg(long, global = true, env = "PERENNIAL_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,
}

impl Settings {
    /// Fills what flags and environment left open from the file.
    ///
    /// # Errors
    /// A file that cannot be read, in words.
    pub fn with_file(self) -> Result<Self, String> {
        let path = self.config.clone().unwrap_or_else(|| "perennial.toml".into());
        if self.config.is_none() && !path.exists() {
            return Ok(self);
        }
        let at = path.display();
        let text = std::fs::read_to_string(&path).map_err(|e| format!("cannot read {at}: {e}"))?;
        let file: Settings = toml::from_str(&text).map_err(|fault| {
            // Its own words would show the line, and with it a password.
            let before = fault.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            format!("{at}, line {}: {}", before.lines().count().max(1), fault.message())
        })?;
        Ok(Self {
            listen: self.listen.or(file.listen),
            database: self.database.or(file.database),
            public_url: self.public_url.or(file.public_url),
            log: self.log.or(file.log),
            log_json: self.log_json || file.log_json,
            demo: self.demo || file.demo,
            clock: self.clock.or(file.clock),
            workers: self.workers.or(file.workers),
            files: self.files.or(file.files),
            import_max_mib: self.import_max_mib.or(file.import_max_mib),
            smtp_url: self.smtp_url.or(file.smtp_url),
            smtp_from: self.smtp_from.or(file.smtp_from),
            smtp_inbox: self.smtp_inbox.or(file.smtp_inbox),
            smtp_ca_file: self.smtp_ca_file.or(file.smtp_ca_file),
            stripe_key: self.stripe_key.or(file.stripe_key),
            stripe_publishable_key: self.stripe_publishable_key.or(file.stripe_publishable_key),
            stripe_webhook_secret: self.stripe_webhook_secret.or(file.stripe_webhook_secret),
            stripe_url: self.stripe_url.or(file.stripe_url),
            stripe_direct_debit: self.stripe_direct_debit || file.stripe_direct_debit,
            config: self.config,
        })
    }
    /// The database's address.
    pub fn database(&self) -> &str {
        self.database.as_deref().unwrap_or(DATABASE)
    }
    /// Where to listen.
    pub fn listen(&self) -> &str {
        self.listen.as_deref().unwrap_or(LISTEN)
    }
    /// Where people open the app, and what is limited.
    pub fn site(&self) -> Site {
        let url = self.public_url.clone().unwrap_or_else(|| format!("http://{}", self.listen()));
        Site {
            public_url: url.trim_end_matches('/').to_owned(),
            import_max: self.import_max_mib.unwrap_or(256).saturating_mul(1 << 20),
        }
    }
    /// Where files of accounts are kept; a folder is made if it is not there.
    ///
    /// # Errors
    /// A place that cannot be used, in words.
    pub fn files(&self) -> Result<Files, String> {
        if let Some(place) = &self.files {
            return Files::of(place);
        }
        let beside = sqlite_file(self.database()).map(|file| file.with_extension(FILES));
        Files::on_disk(&beside.unwrap_or_else(|| Path::new("data").join(FILES)))
    }
    /// The mail server.
    ///
    /// # Errors
    /// Settings of it that cannot be used, in words.
    pub fn mailer(&self) -> Result<Mailer, String> {
        let read = |file: &PathBuf| {
            std::fs::read(file).map_err(|e| format!("cannot read {}: {e}", file.display()))
        };
        let ca = self.smtp_ca_file.as_ref().map(read).transpose()?;
        Mailer::of(self.smtp_url.as_deref(), self.smtp_from.as_deref(), ca.as_deref())?
            .answered_at(self.smtp_inbox.as_deref())
    }
    /// The payment provider.
    ///
    /// # Errors
    /// Settings of it that cannot be used, in words that hold no secret.
    pub fn cashier(&self) -> Result<Cashier, String> {
        let keys = [&self.stripe_key, &self.stripe_publishable_key, &self.stripe_webhook_secret];
        Cashier::of(
            keys.map(Option::as_deref),
            self.stripe_url.as_deref(),
            self.stripe_direct_debit,
        )
    }
    /// Every fault of the settings at once, in words for whoever set them.
    pub fn faults(&self, may_fix_clock: bool) -> Vec<String> {
        let database = self.database();
        let kinds = ["sqlite:", "postgres:", "postgresql:"];
        let public_url = self.public_url.as_deref().unwrap_or("http://");
        let is_place =
            |text: &str| text.rsplit_once(':').is_some_and(|(_, p)| p.parse::<u16>().is_ok());
        let rules = [
            (is_place(self.listen()), "--listen takes ADDRESS:PORT, such as 127.0.0.1:8080"),
            (
                kinds.iter().any(|kind| database.starts_with(kind)),
                "--database takes sqlite://PATH or postgres://USER@HOST/NAME",
            ),
            (!database.contains(":memory:"), "--database: a database in memory is lost at once"),
            (
                public_url.starts_with("http://") || public_url.starts_with("https://"),
                "--public-url begins with http:// or https://",
            ),
            (
                self.clock.is_none() || may_fix_clock,
                "--clock is only for --demo: real books need real time",
            ),
            (self.workers != Some(0), "--workers is at least 1"),
            (self.import_max_mib != Some(0), "--import-max-mib is at least 1"),
            (
                self.files.as_deref().is_none_or(is_place_of_files),
                "--files takes a folder, or s3://BUCKET/PREFIX",
            ),
        ];
        let broken = rules.iter().filter(|(holds, _)| !holds);
        broken
            .map(|(_, fault)| (*fault).to_owned())
            .chain(self.mailer().err())
            .chain(self.cashier().err())
            .collect()
    }
}

/// A folder, or a bucket that has a name.
fn is_place_of_files(place: &str) -> bool {
    match place.split_once("://") {
        Some(("s3", bucket)) => !bucket.is_empty() && !bucket.starts_with('/'),
        Some(_) => false,
        None => !place.is_empty(),
    }
}

/// The file behind `sqlite://PATH?options`.
pub(crate) fn sqlite_file(url: &str) -> Option<PathBuf> {
    let path = url.strip_prefix("sqlite://").or_else(|| url.strip_prefix("sqlite:"))?;
    let path = path.split('?').next().unwrap_or(path);
    Some(PathBuf::from(path)).filter(|path| !path.as_os_str().is_empty())
}

/// What handlers need to know of the settings.
#[derive(Debug, Clone)]
pub struct Site {
    public_url: String,
    /// The largest file to import, in bytes.
    pub import_max: u64,
}

impl Site {
    /// Whether people come over TLS, so that cookies can insist on it.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }
    /// The address of a page of the app.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_faults_are_told_at_once() {
        let settings = Settings {
            listen: Some("nowhere".into()),
            database: Some("mysql://x".into()),
            workers: Some(0),
            clock: Some(DateTime::UNIX_EPOCH),
            ..Settings::default()
        };
        assert_eq!(settings.faults(false).len(), 4);
        assert_eq!(settings.faults(true).len(), 3);
        assert_eq!(Settings::default().faults(false), Vec::<String>::new());
    }

    #[test]
    fn files_are_beside_the_database_and_under_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let database = format!("sqlite://{}", folder.path().join("books.db").display());
        let settings = Settings { database: Some(database), ..Settings::default() };
        settings.files().unwrap();
        assert!(folder.path().join("books.files").is_dir());
    }

    #[test]
    fn files_are_in_a_folder_or_a_bucket() {
        for place in ["data/files", "/var/lib/files", "s3://files", "s3://files/of/us"] {
            assert!(is_place_of_files(place), "{place}");
        }
        for place in ["", "s3://", "s3:///files", "gs://files", "https://files.example"] {
            assert!(!is_place_of_files(place), "{place}");
        }
    }
}
