//! What signals read in a review that is being held: the figure with trend, owner, source and the
//! decision it informs. Source: requirements S3-15 to S3-20, S3-32, S0-37.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{EarlierReading, SignalKind, SignalRating, SignalReading, SignalTrend};
use shared::rules::reviews::readings::{Share, rated};
use shared::rules::reviews::signals as rules;

use super::store::{self, RatingRow, ReadRow, ReviewRow};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::identity;
use crate::signals::{self, Agreed, Place, Window};

/// Earlier readings that are shown with a signal.
const EARLIER: usize = 12;
/// Earlier readings of all signals that are looked at for that.
const EARLIER_OF_ALL: i64 = 400;

/// What signals are read by.
#[derive(Debug)]
pub struct Reader {
    /// Of what.
    pub place: Place,
    /// Today.
    pub today: NaiveDate,
    /// Where days begin.
    pub zone: chrono_tz::Tz,
    before: Vec<ReadRow>,
    ratings: Vec<RatingRow>,
}

impl Reader {
    /// For a review.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn of(
        tx: &mut Tx,
        scope: Scope,
        row: &ReviewRow,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        Ok(Self {
            place: Place { account: row.account_id, retainers: vec![row.retainer_id] },
            today: identity::today(tx, scope, now).await?,
            zone: identity::zone(tx, scope).await?,
            before: store::read_before(tx, scope, row.retainer_id, EARLIER_OF_ALL).await?,
            ratings: store::ratings(tx, scope, row.id).await?,
        })
    }

    /// Earlier readings of a signal, the last first.
    fn earlier(&self, kind: SignalKind) -> impl Iterator<Item = &ReadRow> {
        self.before.iter().filter(move |row| row.signal == kind)
    }

    /// Since when a signal that is weak now was read weak without a break.
    pub fn weak_since(&self, kind: SignalKind) -> NaiveDate {
        let run = self.earlier(kind).take_while(|row| row.weak);
        run.last().map_or(self.today, |row| row.read_on)
    }

    /// What a signal reads now. One whose day has not come shows what it read last.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn read(
        &self,
        tx: &mut Tx,
        scope: Scope,
        one: &Agreed,
        now: DateTime<Utc>,
    ) -> Result<SignalReading> {
        let terms = &one.terms;
        let earlier: Vec<&ReadRow> = self.earlier(terms.kind).take(EARLIER).collect();
        let last = earlier.first();
        let due_on = rules::due_on(last.map(|row| row.read_on), terms.review_days);
        let rating = self.ratings.iter().find(|rating| rating.signal == terms.kind);
        let due = rating.is_some() || due_on.is_none_or(|day| day <= self.today);
        let mut read = signals::Measured::default();
        if due && terms.measured {
            let window = Window::back(self.today, terms.review_days, self.zone);
            read = signals::measured(tx, scope, (terms.kind, &self.place), window, now).await?;
        }
        let counted = read.share.percent();
        let percent = match (due, rating) {
            (false, _) => last.and_then(|row| row.percent),
            (true, Some(rating)) => Some(rated(rating.score)),
            (true, None) => counted,
        };
        let before = earlier.get(usize::from(!due)).and_then(|row| row.percent);
        let ready = one.ready();
        let Share { part, whole } = read.share;
        Ok(SignalReading {
            kind: terms.kind,
            meaning: terms.meaning.clone(),
            family: ready.family,
            nature: ready.nature,
            due,
            due_on,
            percent,
            part,
            whole,
            weak: rules::weak(percent, terms.weak_below),
            weak_below: terms.weak_below,
            trend: trend(before, percent),
            gaps: one.gaps(!earlier.is_empty()),
            earlier: earlier.iter().rev().map(|row| told(row)).collect(),
            owner_name: one.owner_name.clone(),
            source: terms.source.clone().or(read.source),
            informs: terms.informs.clone(),
            parts: read.parts,
            measured: terms.measured,
            rating: rating.map(shown),
        })
    }
}

fn trend(before: Option<i64>, now: Option<i64>) -> SignalTrend {
    rules::trend(before, now)
}

fn told(row: &ReadRow) -> EarlierReading {
    EarlierReading { on: row.read_on, percent: row.percent }
}

fn shown(row: &RatingRow) -> SignalRating {
    let (score, by) = (row.score, row.rated_by.clone());
    SignalRating { score, evidence: row.evidence.0.clone(), by }
}
