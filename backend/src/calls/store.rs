//! Rules of calls and the days they booked, in the database.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    CallObstacle, CallRhythm, CallRuleId, CallRuleSet, CallWeekday, CallsNotBooked,
    ClientSessionId, ClientSessionState, MemberId, OrganisationId, RetainerId,
};
use shared::rules::RuleError;

use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::{Error, Result};
use crate::{args, stmt};

/// Days of a rule that are read at once: more than there are ahead.
const DAYS_MAX: i64 = 500;

/// A rule with the names around it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct RuleRow {
    pub id: CallRuleId,
    pub retainer_id: RetainerId,
    pub timezone: String,
    pub member_id: MemberId,
    pub member_name: String,
    pub pool_key: Option<String>,
    pub title: Option<String>,
    pub rhythm: CallRhythm,
    pub every: i64,
    pub weekdays: i64,
    pub nth: Option<i64>,
    pub day: Option<i64>,
    pub minute_of_day: i64,
    pub minutes: i64,
    pub units: i64,
    pub first_on: NaiveDate,
    pub last_on: Option<NaiveDate>,
    pub missed_on: Option<NaiveDate>,
    pub missed_reason: Option<CallObstacle>,
    pub missed: i64,
    pub version: i64,
    pub ended: bool,
}

impl RuleRow {
    /// What it says.
    ///
    /// # Errors
    /// A number that no rule has.
    pub fn set(&self) -> Result<CallRuleSet> {
        let small = |n: i64| u32::try_from(n).map_err(|_| Error::from(RuleError::InvalidInterval));
        let has = |day: &CallWeekday| self.weekdays & bit(*day) != 0;
        Ok(CallRuleSet {
            rhythm: self.rhythm,
            every: small(self.every)?,
            weekdays: CallWeekday::ALL.iter().copied().filter(has).collect(),
            nth: self.nth.map(small).transpose()?,
            day: self.day.map(small).transpose()?,
            minute_of_day: small(self.minute_of_day)?,
            minutes: self.minutes,
            units: self.units,
            pool: self.pool_key.clone(),
            title: self.title.clone(),
            member_id: Some(self.member_id),
            first_on: self.first_on,
            last_on: self.last_on,
        })
    }
    /// What could not be booked when the clock looked last.
    pub fn not_booked(&self) -> Option<CallsNotBooked> {
        let (on, reason) = self.missed_on.zip(self.missed_reason)?;
        Some(CallsNotBooked { on, reason, count: self.missed })
    }
}

/// The bit of a weekday.
fn bit(day: CallWeekday) -> i64 {
    1 << day.day().num_days_from_monday()
}

const SELECT: &str = "
    SELECT c.id, c.retainer_id, r.timezone, c.member_id, m.name AS member_name, c.pool_key, c.title,
        c.rhythm, c.every, c.weekdays, c.nth, c.day, c.minute_of_day, c.minutes, c.units, c.first_on,
        c.last_on, c.missed_on, c.missed_reason, c.missed, c.version,
        c.ended_at IS NOT NULL AS ended
    FROM call_rules c
    JOIN retainers r ON r.organisation_id = c.organisation_id AND r.id = c.retainer_id
    JOIN members m ON m.organisation_id = c.organisation_id AND m.id = c.member_id
    WHERE c.organisation_id =";
const RUNS: &str = " AND c.ended_at IS NULL";

/// A rule that was not ended.
pub async fn find(tx: &mut Tx, scope: Scope, id: CallRuleId) -> Result<RuleRow> {
    let query = Query::new(SELECT).push(" ?", scope.organisation()).push(" AND c.id = ?", id);
    Ok(tx.one(query.text(RUNS)).await?)
}
/// A rule, also one that was ended.
pub async fn find_any(tx: &mut Tx, scope: Scope, id: CallRuleId) -> Result<RuleRow> {
    let query = Query::new(SELECT).push(" ?", scope.organisation()).push(" AND c.id = ?", id);
    Ok(tx.one(query).await?)
}
/// The rules of a retainer in the order in which they were made, after one of them.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    (retainer, after): (RetainerId, Option<CallRuleId>),
    limit: i64,
) -> Result<Vec<RuleRow>> {
    let query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push(" AND c.retainer_id = ?", retainer)
        .text(RUNS)
        .push_opt(" AND c.id > ?", after);
    Ok(tx.all(query.push(" ORDER BY c.id LIMIT ?", limit)).await?)
}

stmt!(RETAINER = "SELECT id FROM retainers WHERE organisation_id = $1 AND id = $2");
/// # Errors
/// `not_found`.
pub async fn is_known(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<()> {
    let _: (RetainerId,) = tx.one(RETAINER.with(args![scope.organisation(), id])).await?;
    Ok(())
}

stmt!(
    INSERT = "
    INSERT INTO call_rules (organisation_id, id, retainer_id, member_id, pool_key, title, rhythm,
        every, weekdays, nth, day, minute_of_day, minutes, units, first_on, last_on, created_by,
        created_at)
    VALUES ($1, $2, $17, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $18, $16)"
);
stmt!(
    CHANGE = "
    UPDATE call_rules
    SET member_id = $3, pool_key = $4, title = $5, rhythm = $6, every = $7, weekdays = $8, nth = $9,
        day = $10, minute_of_day = $11, minutes = $12, units = $13, first_on = $14, last_on = $15,
        look_at = $16, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $17 AND ended_at IS NULL"
);
stmt!(
    END = "
    UPDATE call_rules SET ended_at = $4, look_at = NULL, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3 AND ended_at IS NULL"
);
stmt!(
    REOPEN = "
    UPDATE call_rules SET ended_at = NULL, look_at = $3, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND ended_at IS NOT NULL"
);
stmt!(
    LOOK_SOON = "
    UPDATE call_rules SET look_at = $3
    WHERE organisation_id = $1 AND retainer_id = $2 AND ended_at IS NULL"
);
stmt!(
    COUNT = "
    SELECT COUNT(*) FROM call_rules
    WHERE organisation_id = $1 AND retainer_id = $2 AND ended_at IS NULL"
);

/// What making and changing a rule have in common: $1 to $16.
fn said(
    scope: Scope,
    id: CallRuleId,
    (set, member): (&CallRuleSet, MemberId),
    now: DateTime<Utc>,
) -> Vec<Arg> {
    let text = |text: &Option<String>| {
        let text = text.as_deref().map(str::trim).filter(|text| !text.is_empty());
        Arg::from(text.map(str::to_owned))
    };
    vec![
        Arg::from(scope.organisation()),
        Arg::from(id),
        Arg::from(member),
        text(&set.pool),
        text(&set.title),
        Arg::name(set.rhythm),
        Arg::from(i64::from(set.every)),
        Arg::from(set.weekdays.iter().map(|day| bit(*day)).sum::<i64>()),
        Arg::from(set.nth.map(i64::from)),
        Arg::from(set.day.map(i64::from)),
        Arg::from(i64::from(set.minute_of_day)),
        Arg::from(set.minutes),
        Arg::from(set.units),
        Arg::from(set.first_on),
        Arg::from(set.last_on),
        Arg::from(now),
    ]
}

pub async fn insert(
    tx: &mut Tx,
    scope: Scope,
    (id, retainer): (CallRuleId, RetainerId),
    said_of: (&CallRuleSet, MemberId),
    now: DateTime<Utc>,
) -> Result<()> {
    let mut args = said(scope, id, said_of, now);
    args.extend([Arg::from(retainer), Arg::from(scope.member())]);
    tx.execute(INSERT.with(args)).await?;
    Ok(())
}
/// False if somebody else changed it first.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (CallRuleId, i64),
    said_of: (&CallRuleSet, MemberId),
    now: DateTime<Utc>,
) -> Result<bool> {
    let mut args = said(scope, id, said_of, now);
    args.push(Arg::from(version));
    Ok(tx.execute(CHANGE.with(args)).await? == 1)
}
/// False if somebody else changed it first.
pub async fn end(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (CallRuleId, i64),
    now: DateTime<Utc>,
) -> Result<bool> {
    Ok(tx.execute(END.with(args![scope.organisation(), id, version, now])).await? == 1)
}
/// Has an ended rule run again.
pub async fn reopen(tx: &mut Tx, scope: Scope, id: CallRuleId, now: DateTime<Utc>) -> Result<()> {
    tx.execute(REOPEN.with(args![scope.organisation(), id, now])).await?;
    Ok(())
}
/// Has the clock look at the rules of a retainer as soon as it can.
pub async fn look_soon(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.execute(LOOK_SOON.with(args![scope.organisation(), retainer, now])).await?;
    Ok(())
}
/// How many rules a retainer has.
pub async fn count(tx: &mut Tx, scope: Scope, retainer: RetainerId) -> Result<i64> {
    let (count,): (i64,) = tx.one(COUNT.with(args![scope.organisation(), retainer])).await?;
    Ok(count)
}

/// A rule that waits for a look.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct Waiting {
    pub organisation_id: OrganisationId,
    pub id: CallRuleId,
    pub member_id: MemberId,
    pub look_at: DateTime<Utc>,
}
stmt!(
    DUE = "
    SELECT organisation_id, id, member_id, look_at FROM call_rules
    WHERE look_at <= $1 AND (look_at, id) > ($2, $3)
    ORDER BY look_at, id LIMIT 100"
);
/// Rules that are to be looked at, after one of them.
pub async fn due(
    tx: &mut Tx,
    now: DateTime<Utc>,
    after: (DateTime<Utc>, CallRuleId),
) -> Result<Vec<Waiting>> {
    Ok(tx.all(DUE.with(args![now, after.0, after.1])).await?)
}
stmt!(
    CLAIM = "
    UPDATE call_rules SET look_at = $4
    WHERE organisation_id = $1 AND id = $2 AND look_at <= $3 AND ended_at IS NULL"
);
/// Takes a look on oneself, which then waits until an instant. False if somebody looked meanwhile.
pub async fn claim(
    tx: &mut Tx,
    scope: Scope,
    id: CallRuleId,
    (now, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<bool> {
    Ok(tx.execute(CLAIM.with(args![scope.organisation(), id, now, until])).await? == 1)
}
stmt!(
    LOOKED = "
    UPDATE call_rules SET look_at = $3, missed_on = $4, missed_reason = $5, missed = $6,
        missed_since = CASE WHEN CAST($6 AS BIGINT) = 0 THEN NULL
            ELSE COALESCE(missed_since, $7) END
    WHERE organisation_id = $1 AND id = $2"
);
/// Says when the clock looks again, and what could not be booked.
pub async fn looked(
    tx: &mut Tx,
    scope: Scope,
    id: CallRuleId,
    (look_at, missed): (Option<DateTime<Utc>>, Option<CallsNotBooked>),
    now: DateTime<Utc>,
) -> Result<()> {
    let args = vec![
        Arg::from(scope.organisation()),
        Arg::from(id),
        Arg::from(look_at),
        Arg::from(missed.map(|missed| missed.on)),
        missed.map_or(Arg::Text(None), |missed| Arg::name(missed.reason)),
        Arg::from(missed.map_or(0, |missed| missed.count)),
        Arg::from(now),
    ];
    tx.execute(LOOKED.with(args)).await?;
    Ok(())
}

/// A day of a rule that was booked, and how its session is now.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct DayRow {
    pub day: NaiveDate,
    pub session_id: ClientSessionId,
    /// The version that the rule made of it.
    pub session_version: i64,
    pub version: i64,
    pub state: ClientSessionState,
    pub starts_at: DateTime<Utc>,
    pub deleted: bool,
}

impl DayRow {
    /// Whether it is booked and to come.
    pub fn is_ahead(&self, now: DateTime<Utc>) -> bool {
        !self.deleted && self.state == ClientSessionState::Booked && self.starts_at > now
    }
    /// Whether it is to come as the rule booked it.
    pub fn is_untouched(&self, now: DateTime<Utc>) -> bool {
        self.is_ahead(now) && self.version == self.session_version
    }
}
stmt!(
    DAYS = "
    SELECT d.day, d.session_id, d.session_version, s.version, s.state, s.starts_at,
        s.deleted_at IS NOT NULL AS deleted
    FROM call_days d
    JOIN client_sessions s ON s.organisation_id = d.organisation_id AND s.id = d.session_id
    WHERE d.organisation_id = $1 AND d.rule_id = $2 AND d.day >= $3
    ORDER BY d.day LIMIT $4"
);
/// The days of a rule that were booked, from a day on.
pub async fn days(
    tx: &mut Tx,
    scope: Scope,
    id: CallRuleId,
    from: NaiveDate,
) -> Result<Vec<DayRow>> {
    Ok(tx.all(DAYS.with(args![scope.organisation(), id, from, DAYS_MAX])).await?)
}
stmt!(
    KEEP_DAY = "
    INSERT INTO call_days (organisation_id, rule_id, day, session_id, session_version)
    VALUES ($1, $2, $3, $4, $5)"
);
/// Writes down that a day was booked, as which version of which session.
pub async fn keep_day(
    tx: &mut Tx,
    scope: Scope,
    id: CallRuleId,
    (day, session, version): (NaiveDate, ClientSessionId, i64),
) -> Result<()> {
    tx.execute(KEEP_DAY.with(args![scope.organisation(), id, day, session, version])).await?;
    Ok(())
}
stmt!(
    FORGET_DAY = "
    DELETE FROM call_days WHERE organisation_id = $1 AND rule_id = $2 AND day = $3"
);
/// Has a day booked again.
pub async fn forget_day(tx: &mut Tx, scope: Scope, id: CallRuleId, day: NaiveDate) -> Result<()> {
    tx.execute(FORGET_DAY.with(args![scope.organisation(), id, day])).await?;
    Ok(())
}
