//! Alerts, who is told, and what they want to be told of, in the database.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    AccountId, Alert, AlertDefaults, AlertFigures, AlertId, AlertKind, AlertReader, AlertSettings,
    CycleId, MemberId, Pool, PoolId, RetainerId, Terms, Unit,
};
use sqlx::types::Json;

use crate::auth::Scope;
use crate::cycles::store::Waiting;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// An alert with the names around it, as one member sees it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct AlertRow {
    pub id: AlertId,
    pub account_id: AccountId,
    pub account_name: String,
    pub retainer_id: RetainerId,
    pub retainer_name: String,
    pub cycle_id: CycleId,
    pub seq: i64,
    pub pool_id: PoolId,
    pub pool_key: String,
    pub unit: Unit,
    pub terms: Json<Terms>,
    pub kind: AlertKind,
    pub threshold: i64,
    pub raised_on: NaiveDate,
    pub raised_at: DateTime<Utc>,
    pub figures: Json<AlertFigures>,
    pub fell_at: Option<DateTime<Utc>>,
    pub reader_id: Option<MemberId>,
    pub seen_at: Option<DateTime<Utc>>,
}
impl From<AlertRow> for Alert {
    fn from(row: AlertRow) -> Self {
        let terms = row.terms.0;
        Self {
            id: row.id,
            account_id: row.account_id,
            account_name: row.account_name,
            retainer_id: row.retainer_id,
            retainer_name: row.retainer_name,
            cycle_id: row.cycle_id,
            seq: row.seq,
            pool: Pool {
                id: row.pool_id,
                name: terms.pool(&row.pool_key).and_then(|pool| pool.name.clone()),
                key: row.pool_key,
                unit: row.unit,
                currency: terms.price.currency,
            },
            kind: row.kind,
            threshold: row.threshold,
            on: row.raised_on,
            raised_at: row.raised_at,
            figures: row.figures.0,
            fell_at: row.fell_at,
            mine: row.reader_id.is_some(),
            seen_at: row.seen_at,
        }
    }
}

// `$1` is who asks.
const SELECT: &str = "
    SELECT l.id, r.account_id, a.name AS account_name, l.retainer_id, r.name AS retainer_name,
        c.id AS cycle_id, l.seq, l.pool_id, p.key AS pool_key, p.unit, t.terms, l.kind,
        l.threshold, l.raised_on, l.raised_at, l.figures, l.fell_at, d.member_id AS reader_id,
        d.seen_at
    FROM alerts l
    JOIN cycles c ON c.organisation_id = l.organisation_id AND c.retainer_id = l.retainer_id
        AND c.seq = l.seq
    JOIN terms t ON t.organisation_id = c.organisation_id AND t.id = c.terms_id
    JOIN pools p ON p.organisation_id = l.organisation_id AND p.id = l.pool_id
    JOIN retainers r ON r.organisation_id = l.organisation_id AND r.id = l.retainer_id
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    LEFT JOIN alert_readers d ON d.organisation_id = l.organisation_id AND d.alert_id = l.id
        AND d.member_id = $1
    WHERE l.told AND l.organisation_id =";

/// A filter of the list.
#[derive(Debug, Default)]
pub struct Filter {
    pub retainer: Option<RetainerId>,
    /// Told to who asks.
    pub mine: bool,
    /// Told to who asks, and not seen yet.
    pub unseen: bool,
    /// Of cycles that can still change.
    pub open: bool,
    pub before: Option<AlertId>,
    pub limit: i64,
}

fn select(scope: Scope) -> Query {
    Query::with(SELECT, args![scope.member()]).push(" ?", scope.organisation())
}

/// Alerts that were told, the newest first.
pub async fn list(tx: &mut Tx, scope: Scope, filter: Filter) -> Result<Vec<AlertRow>> {
    let mut query = select(scope)
        .push_opt(" AND l.retainer_id = ?", filter.retainer)
        .push_opt(" AND l.id < ?", filter.before);
    if filter.mine || filter.unseen {
        query = query.text(" AND d.member_id IS NOT NULL");
    }
    if filter.unseen {
        query = query.text(" AND d.seen_at IS NULL");
    }
    if filter.open {
        query = query.text(" AND c.status = 'open'");
    }
    Ok(tx.all(query.push(" ORDER BY l.id DESC LIMIT ?", filter.limit)).await?)
}
pub async fn find(tx: &mut Tx, scope: Scope, id: AlertId) -> Result<AlertRow> {
    Ok(tx.one(select(scope).push(" AND l.id = ?", id)).await?)
}

/// What was raised of a pool in a cycle.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ToldRow {
    pub pool_id: PoolId,
    pub seq: i64,
    pub level: String,
    pub holds: bool,
}

/// An alert to write.
#[derive(Debug, Clone)]
pub struct NewAlert {
    pub id: AlertId,
    pub retainer_id: RetainerId,
    pub pool_id: PoolId,
    pub seq: i64,
    pub level: String,
    pub kind: AlertKind,
    pub threshold: i64,
    pub told: bool,
    pub raised_on: NaiveDate,
    pub figures: AlertFigures,
}

stmt!(
    TOLD = "
    SELECT pool_id, seq, level, fell_at IS NULL AS holds FROM alerts
    WHERE organisation_id = $1 AND retainer_id = $2 AND seq >= $3"
);
stmt!(
    INSERT = "
    INSERT INTO alerts (id, organisation_id, retainer_id, pool_id, seq, level, kind, threshold,
        told, raised_on, raised_at, figures)
    VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    ON CONFLICT (organisation_id, pool_id, seq, level) DO NOTHING"
);
stmt!(
    SET_FALLEN = "
    UPDATE alerts SET fell_at = $5
    WHERE organisation_id = $1 AND pool_id = $2 AND seq = $3 AND level = $4"
);
stmt!(
    SEE = "
    UPDATE alert_readers SET seen_at = COALESCE(seen_at, $4)
    WHERE organisation_id = $1 AND alert_id = $2 AND member_id = $3"
);

/// What was raised of a retainer from this cycle on.
pub async fn told(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    from_seq: i64,
) -> Result<Vec<ToldRow>> {
    Ok(tx.all(TOLD.with(args![scope.organisation(), retainer, from_seq])).await?)
}
/// False if it was raised before.
pub async fn insert(tx: &mut Tx, scope: Scope, new: &NewAlert, now: DateTime<Utc>) -> Result<bool> {
    let args = vec![
        scope.organisation().into(),
        new.id.into(),
        new.retainer_id.into(),
        new.pool_id.into(),
        new.seq.into(),
        new.level.as_str().into(),
        Arg::name(new.kind),
        new.threshold.into(),
        new.told.into(),
        new.raised_on.into(),
        now.into(),
        Arg::json(&new.figures),
    ];
    Ok(tx.execute(INSERT.with(args)).await? == 1)
}
pub async fn insert_readers(
    tx: &mut Tx,
    scope: Scope,
    alert: AlertId,
    readers: &[MemberId],
) -> Result<()> {
    if readers.is_empty() {
        return Ok(());
    }
    let value = |reader: &MemberId| args![scope.organisation(), alert, *reader];
    let insert = "INSERT INTO alert_readers (organisation_id, alert_id, member_id) VALUES";
    tx.execute(Query::new(insert).rows(readers.iter().map(value).collect())).await?;
    Ok(())
}
/// Since when a level that was raised is not reached any more; none if it is again.
pub async fn set_fallen(
    tx: &mut Tx,
    scope: Scope,
    (pool, seq): (PoolId, i64),
    level: &str,
    fell_at: Option<DateTime<Utc>>,
) -> Result<()> {
    tx.execute(SET_FALLEN.with(args![scope.organisation(), pool, seq, level, fell_at])).await?;
    Ok(())
}
/// False if the caller is not told of it.
pub async fn see(tx: &mut Tx, scope: Scope, id: AlertId, now: DateTime<Utc>) -> Result<bool> {
    let args = args![scope.organisation(), id, scope.member(), now];
    Ok(tx.execute(SEE.with(args)).await? == 1)
}

/// The defaults of an organisation.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DefaultsRow {
    pub defaults: Json<AlertDefaults>,
    pub version: i64,
}
/// What differs for a retainer.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SettingsRow {
    pub settings: Json<AlertSettings>,
    pub version: i64,
}

stmt!(DEFAULTS = "SELECT defaults, version FROM alert_defaults WHERE organisation_id = $1");
stmt!(
    SETTINGS = "
    SELECT settings, version FROM alert_settings WHERE organisation_id = $1 AND retainer_id = $2"
);
stmt!(
    FIRST_DEFAULTS = "
    INSERT INTO alert_defaults (organisation_id, defaults, changed_by, changed_at)
    VALUES ($1, $2, $3, $4)"
);
stmt!(
    CHANGE_DEFAULTS = "
    UPDATE alert_defaults SET defaults = $2, changed_by = $3, changed_at = $4, version = version + 1
    WHERE organisation_id = $1 AND version = $5"
);
stmt!(
    FIRST_SETTINGS = "
    INSERT INTO alert_settings (organisation_id, retainer_id, settings, changed_by, changed_at)
    VALUES ($1, $2, $3, $4, $5)"
);
stmt!(
    CHANGE_SETTINGS = "
    UPDATE alert_settings SET settings = $3, changed_by = $4, changed_at = $5, version = version + 1
    WHERE organisation_id = $1 AND retainer_id = $2 AND version = $6"
);

pub async fn defaults(tx: &mut Tx, scope: Scope) -> Result<Option<DefaultsRow>> {
    Ok(tx.opt(DEFAULTS.with(args![scope.organisation()])).await?)
}
pub async fn settings(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
) -> Result<Option<SettingsRow>> {
    Ok(tx.opt(SETTINGS.with(args![scope.organisation(), retainer])).await?)
}
/// False if someone else changed them first.
pub async fn set_defaults(
    tx: &mut Tx,
    scope: Scope,
    (new, version): (&AlertDefaults, i64),
    now: DateTime<Utc>,
) -> Result<bool> {
    let mut args =
        vec![scope.organisation().into(), Arg::json(new), scope.member().into(), now.into()];
    let query = if version == 0 {
        FIRST_DEFAULTS.with(args)
    } else {
        args.push(version.into());
        CHANGE_DEFAULTS.with(args)
    };
    Ok(tx.execute(query).await? == 1)
}
/// False if someone else changed them first.
pub async fn set_settings(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    (new, version): (&AlertSettings, i64),
    now: DateTime<Utc>,
) -> Result<bool> {
    let mut args = vec![
        scope.organisation().into(),
        retainer.into(),
        Arg::json(new),
        scope.member().into(),
        now.into(),
    ];
    let query = if version == 0 {
        FIRST_SETTINGS.with(args)
    } else {
        args.push(version.into());
        CHANGE_SETTINGS.with(args)
    };
    Ok(tx.execute(query).await? == 1)
}

const ACTIVE: &str = "
    SELECT id AS member_id, name FROM members WHERE active AND organisation_id =";

/// Those of the given members who work here.
pub async fn active_members(
    tx: &mut Tx,
    scope: Scope,
    ids: &[MemberId],
) -> Result<Vec<AlertReader>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let query = Query::new(ACTIVE)
        .push(" ?", scope.organisation())
        .text(" AND id IN")
        .list(ids.iter().map(|id| Arg::from(*id)).collect())
        .text(" ORDER BY sort_key, id");
    Ok(tx.all(query).await?)
}
/// Those with the role of an owner.
pub async fn owners(tx: &mut Tx, scope: Scope) -> Result<Vec<AlertReader>> {
    let query = Query::new(ACTIVE).push(" ?", scope.organisation());
    Ok(tx.all(query.text(" AND role = 'owner' ORDER BY sort_key, id")).await?)
}

stmt!(
    DUE = "
    SELECT r.organisation_id, r.id AS retainer_id FROM retainers r
    WHERE r.state = 'active' AND NOT EXISTS (
        SELECT 1 FROM alert_looks k WHERE k.organisation_id = r.organisation_id
            AND k.retainer_id = r.id AND k.due_at > $1)
        AND (r.id > $2 OR $2 IS NULL)
    ORDER BY r.id LIMIT 100"
);
stmt!(
    SET_DUE = "
    INSERT INTO alert_looks (organisation_id, retainer_id, due_at) VALUES ($1, $2, $3)
    ON CONFLICT (organisation_id, retainer_id) DO UPDATE SET due_at = excluded.due_at"
);
stmt!(LOOK_AGAIN = "DELETE FROM alert_looks WHERE organisation_id = $1");

/// Retainers that nobody looked at today.
pub async fn due(
    tx: &mut Tx,
    now: DateTime<Utc>,
    after: Option<RetainerId>,
) -> Result<Vec<Waiting>> {
    Ok(tx.all(DUE.with(args![now, after])).await?)
}
pub async fn set_due(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    due_at: DateTime<Utc>,
) -> Result<()> {
    tx.execute(SET_DUE.with(args![scope.organisation(), retainer, due_at])).await?;
    Ok(())
}
/// Has the clock look at every retainer of the organisation again.
pub async fn look_again(tx: &mut Tx, scope: Scope) -> Result<()> {
    tx.execute(LOOK_AGAIN.with(args![scope.organisation()])).await?;
    Ok(())
}
