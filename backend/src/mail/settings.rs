//! How an organisation writes mails.
use chrono::{DateTime, Utc};
use shared::api::{ErrorCode, Language, MailSettings, MailSettingsSet, MailWords};
use sqlx::types::Json;

use super::post::{Mailer, is_address};
use crate::auth::Scope;
use crate::db::{Arg, DbError, Tx};
use crate::error::{Error, Result};
use crate::{args, stmt};

stmt!(KEPT = "SELECT settings, version FROM mail_settings WHERE organisation_id = $1");
stmt!(
    FIRST = "
    INSERT INTO mail_settings (organisation_id, settings, changed_by, changed_at)
    VALUES ($1, $2, $3, $4)"
);
stmt!(
    CHANGE = "
    UPDATE mail_settings
    SET settings = $2, changed_by = $3, changed_at = $4, version = version + 1
    WHERE organisation_id = $1 AND version = $5"
);

/// What holds, with the words of every language, and the version of that.
pub(crate) async fn kept(tx: &mut Tx, scope: Scope) -> Result<(MailSettingsSet, i64)> {
    let found: Option<(Json<MailSettingsSet>, i64)> =
        tx.opt(KEPT.with(args![scope.organisation()])).await?;
    let (mut settings, version) =
        found.map_or_else(|| (MailSettingsSet::default(), 0), |(kept, version)| (kept.0, version));
    for language in [Language::En, Language::De] {
        if settings.words.iter().all(|words| words.language != language) {
            settings.words.push(MailWords::usual(language));
        }
    }
    Ok((settings, version))
}

/// The same as it is told.
pub async fn read(tx: &mut Tx, scope: Scope, mailer: &Mailer) -> Result<MailSettings> {
    let (settings, version) = kept(tx, scope).await?;
    Ok(MailSettings { settings, from: mailer.from(), version })
}

/// Says how the organisation writes mails: those that are asked for from now on.
///
/// # Errors
/// `stale`; at `/reply_to` if no mail can be sent there.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    (new, version, mailer): (&MailSettingsSet, i64, &Mailer),
    now: DateTime<Utc>,
) -> Result<MailSettings> {
    if new.reply_to.as_deref().is_some_and(|address| !is_address(address)) {
        return Err(Error::field("/reply_to", "email_invalid"));
    }
    let mut args =
        vec![scope.organisation().into(), Arg::json(new), scope.member().into(), now.into()];
    let query = match version {
        0 => FIRST.with(args),
        version => {
            args.push(version.into());
            CHANGE.with(args)
        }
    };
    match tx.execute(query).await {
        Ok(1) => read(tx, scope, mailer).await,
        Ok(_) | Err(DbError::Unique(_)) => Err(ErrorCode::Stale.into()),
        Err(error) => Err(error.into()),
    }
}
