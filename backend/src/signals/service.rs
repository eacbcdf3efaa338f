//! What agreeing on signals means. Source: requirements S3-15 to S3-22, S3-32.
use chrono::{DateTime, Utc};
use shared::api::{ErrorCode, Signal, SignalGap, SignalKind, SignalSet, SignalTerms, SignalsSet};
use shared::rules::reviews::signals::{self as rules, Ready, Shown};

use super::store;
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::identity;

/// A signal is weak below this where nobody says otherwise, in per cent.
const WEAK_BELOW: i64 = 60;
/// The days that a team needs to act where nobody says otherwise.
const ACT_DAYS: i64 = 7;

/// A signal as it was agreed, with the name of who answers for it.
#[derive(Debug, Clone)]
pub struct Agreed {
    /// What was agreed.
    pub terms: SignalTerms,
    /// Who answers for it.
    pub owner_name: Option<String>,
}

impl Agreed {
    /// What it is by nature.
    pub fn ready(&self) -> Ready {
        rules::ready(self.terms.kind)
    }
    /// What it lacks. What is computed names its source by that.
    pub fn gaps(&self, trend: bool) -> Vec<SignalGap> {
        rules::gaps(Shown {
            trend,
            owner: self.owner_name.is_some(),
            source: self.terms.measured || self.terms.source.is_some(),
            decision: self.terms.informs.is_some(),
        })
    }
}

/// What holds of a signal until somebody says otherwise.
fn usual(kind: SignalKind) -> SignalTerms {
    let ready = rules::ready(kind);
    SignalTerms {
        kind,
        on: true,
        meaning: None,
        measured: ready.measured,
        owner_id: None,
        source: None,
        informs: None,
        review_days: rules::usual_days(ready.cadence),
        act_days: ACT_DAYS,
        weak_below: WEAK_BELOW,
        pair: ready.pair,
    }
}

/// Each signal once, as it was agreed, and the version of that.
///
/// # Errors
/// Those of the database.
pub(crate) async fn agreed(tx: &mut Tx, scope: Scope) -> Result<(Vec<Agreed>, i64)> {
    let (kept, version) = store::set(tx, scope).await?;
    let names = store::names(tx, scope).await?;
    let agreed = |kind: &SignalKind| {
        let terms = kept.iter().find(|terms| terms.kind == *kind).cloned();
        let terms = terms.unwrap_or_else(|| usual(*kind));
        let owner = names.iter().find(|(id, _)| Some(*id) == terms.owner_id);
        Agreed { owner_name: owner.map(|(_, name)| name.clone()), terms }
    };
    Ok((SignalKind::ALL.iter().map(agreed).collect(), version))
}

/// The set of signals, and how they go together.
///
/// # Errors
/// Those of the database.
pub(crate) async fn set(tx: &mut Tx, scope: Scope) -> Result<SignalSet> {
    let (all, version) = agreed(tx, scope).await?;
    let on: Vec<SignalKind> =
        all.iter().filter(|one| one.terms.on).map(|one| one.terms.kind).collect();
    let told = |one: Agreed| {
        let ready = one.ready();
        Signal {
            // A trend comes with reviews, not with settings.
            gaps: one.gaps(true),
            owner_name: one.owner_name,
            terms: one.terms,
            family: ready.family,
            nature: ready.nature,
            cadence: ready.cadence,
        }
    };
    Ok(SignalSet {
        families: rules::families(&on),
        balanced: rules::balanced(&on),
        unpaired: unpaired(&all),
        signals: all.into_iter().map(told).collect(),
        version,
    })
}

/// Signals of activity that stand alone.
pub(crate) fn unpaired(all: &[Agreed]) -> Vec<SignalKind> {
    let on = all.iter().filter(|one| one.terms.on);
    let pairs: Vec<_> = on.map(|one| (one.terms.kind, one.terms.pair)).collect();
    rules::unpaired(&pairs)
}

/// Changes what is agreed on some signals.
///
/// # Errors
/// `stale`; at the field: somebody to answer for it who is not here.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    (new, version): (&SignalsSet, i64),
    now: DateTime<Utc>,
) -> Result<SignalSet> {
    let (before, _) = agreed(tx, scope).await?;
    for (place, one) in new.signals.iter().enumerate() {
        let kept = before.iter().find(|kept| kept.terms.kind == one.kind);
        let owner = one.owner_id.filter(|id| kept.is_none_or(|k| k.terms.owner_id != Some(*id)));
        if let Some(owner) = owner
            && !identity::is_active(tx, scope, owner).await?
        {
            return Err(Error::field(&format!("/signals/{place}/owner_id"), "not_found"));
        }
    }
    let merged = |kept: Agreed| {
        let other = new.signals.iter().find(|one| one.kind == kept.terms.kind);
        other.map_or(kept.terms, tidy)
    };
    let terms: Vec<SignalTerms> = before.into_iter().map(merged).collect();
    if !store::change(tx, scope, (&terms, version), now).await? {
        return Err(ErrorCode::Stale.into());
    }
    set(tx, scope).await
}

/// Texts that say nothing are none.
fn tidy(one: &SignalTerms) -> SignalTerms {
    SignalTerms {
        meaning: present(one.meaning.as_deref()),
        source: present(one.source.as_deref()),
        informs: present(one.informs.as_deref()),
        ..one.clone()
    }
}

pub(super) fn present(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}
