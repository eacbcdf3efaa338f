//! What was signed of a retainer, and whether its terms were changed since. Source: requirement S1-4.
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use shared::api::{
    AgreedTerms, Agreement, AgreementId, Agreements, MemberId, NewAgreement, ProposalId,
    RetainerId, TermsDrift, TimelineEvent,
};
use shared::rules::zone::local_date;
use uuid::Uuid;

use super::agreements_store::{self as store, NewRow, TermsRow};
use super::store as files;
use crate::auth::Scope;
use crate::db::{DbError, Tx};
use crate::error::{Error, Result};
use crate::identity;
use crate::timeline::{self, Told};

/// Writes down what was signed: the file, and the version of the terms that it made.
///
/// # Errors
/// `not_found`; at `/file_id` for a file that is not of the account, at `/terms_number` for terms
/// that are not among the last, at `/signed_on` for a day to come.
pub async fn create(
    tx: &mut Tx,
    scope: Scope,
    (retainer, new): (RetainerId, &NewAgreement),
    now: DateTime<Utc>,
) -> Result<Agreement> {
    let account = files::account_of(tx, scope, retainer).await?.ok_or(DbError::NotFound)?;
    match files::find(tx, scope, new.file_id).await {
        Ok(file) if file.account_id == account => {}
        Ok(_) | Err(Error::Db(DbError::NotFound)) => {
            return Err(Error::field("/file_id", "not_found"));
        }
        Err(error) => return Err(error),
    }
    if new.signed_on > local_date(identity::zone(tx, scope).await?, now) {
        return Err(Error::field("/signed_on", "future"));
    }
    let terms = store::terms(tx, scope, retainer).await?;
    let meant = |terms: &&TermsRow| new.terms_number.is_none_or(|number| number == terms.number);
    let terms = terms.iter().find(meant);
    let terms = terms.ok_or_else(|| Error::field("/terms_number", "not_found"))?;
    let id = AgreementId(Uuid::now_v7());
    let row = NewRow {
        id,
        retainer_id: retainer,
        terms_number: terms.number,
        file_id: Some(new.file_id),
        proposal_id: None,
        label: Some(new.label.trim().to_owned()),
        signers: new.signers.iter().map(|name| name.trim().to_owned()).collect(),
        signed_on: new.signed_on,
        starts_on: new.starts_on.unwrap_or(terms.effective_from),
        added_by: scope.member(),
    };
    store::insert(tx, scope, &row, now).await?;
    let said = Told::new(TimelineEvent::AgreementSigned, id).text(Some(row.signers.join(", ")));
    timeline::tell(tx, scope, said, now).await?;
    store::find(tx, scope, id).await.map(Agreement::from)
}

/// A proposal that was signed by its link.
#[derive(Debug)]
pub(crate) struct BySignature {
    pub retainer: RetainerId,
    pub proposal: ProposalId,
    /// Who typed their name.
    pub signer: String,
    pub signed_at: DateTime<Utc>,
    /// Who made the proposal.
    pub made_by: MemberId,
    /// The version of the terms that it made; the newest if it is none before.
    pub terms_number: Option<i64>,
}

/// Writes down that a proposal made terms. That it was signed is told by the renewal that it won.
///
/// # Errors
/// Those of the database.
pub(crate) async fn sign(
    tx: &mut Tx,
    scope: Scope,
    signed: BySignature,
    now: DateTime<Utc>,
) -> Result<()> {
    if store::of_proposal(tx, scope, signed.proposal).await? {
        return Ok(());
    }
    let terms = store::terms(tx, scope, signed.retainer).await?;
    let meant = |terms: &&TermsRow| signed.terms_number.is_none_or(|one| one == terms.number);
    let Some(terms) = terms.iter().find(meant) else { return Ok(()) };
    let zone = identity::zone(tx, scope).await?;
    let row = NewRow {
        id: AgreementId(Uuid::now_v7()),
        retainer_id: signed.retainer,
        terms_number: terms.number,
        file_id: None,
        proposal_id: Some(signed.proposal),
        label: None,
        signers: vec![signed.signer],
        signed_on: local_date(zone, signed.signed_at),
        starts_on: terms.effective_from,
        added_by: signed.made_by,
    };
    store::insert(tx, scope, &row, now).await
}

/// What was signed of a retainer, those of the newest terms first.
///
/// # Errors
/// `not_found`.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    now: DateTime<Utc>,
) -> Result<Agreements> {
    files::account_of(tx, scope, retainer).await?.ok_or(DbError::NotFound)?;
    let items = store::list(tx, scope, retainer).await?;
    let items: Vec<Agreement> = items.into_iter().map(Agreement::from).collect();
    let rows = store::terms(tx, scope, retainer).await?;
    let zone = identity::zone(tx, scope).await?;
    let signed = |number| items.iter().any(|one| one.terms_number == number);
    let terms = rows.into_iter().map(|row| told(row, zone, &signed)).collect::<Vec<_>>();
    let last = items.first().map(|one| (one.terms_number, one.signed_on));
    let drift = last.and_then(|last| drift(&terms, last));
    let today = local_date(zone, now);
    let holds = |one: &&Agreement| one.terms_from <= today && one.starts_on <= today;
    let in_force = items.iter().find(holds).map(|one| one.id);
    let coming = items.first().filter(|one| !holds(one)).map(|one| one.id);
    Ok(Agreements { in_force, coming, drift, items, terms })
}

fn told(row: TermsRow, zone: Tz, signed: &dyn Fn(i64) -> bool) -> AgreedTerms {
    AgreedTerms {
        number: row.number,
        effective_from: row.effective_from,
        agreed_on: local_date(zone, row.created_at),
        reason: row.reason,
        signed: signed(row.number),
    }
}

/// What was changed after the last version that was signed, on a day; nothing if it is the newest.
/// Terms come the newest first.
fn drift(terms: &[AgreedTerms], (signed, signed_on): (i64, NaiveDate)) -> Option<TermsDrift> {
    let later = || terms.iter().filter(|one| one.number > signed);
    let first = later().next_back()?;
    Some(TermsDrift {
        terms_number: first.number,
        changed_on: first.agreed_on,
        versions: i64::try_from(later().count()).unwrap_or(i64::MAX),
        signed_on,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_drift_from_the_first_version_that_nobody_signed() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let version = |number, on| AgreedTerms {
            number,
            effective_from: day(on),
            agreed_on: day(on),
            reason: None,
            signed: false,
        };
        let terms = [version(3, "2026-12-01"), version(2, "2026-11-03"), version(1, "2026-08-01")];
        let signed_on = day("2026-08-01");
        assert_eq!(drift(&terms, (3, signed_on)), None);
        let told = drift(&terms, (1, signed_on)).unwrap();
        assert_eq!((told.terms_number, told.versions), (2, 2));
        assert_eq!((told.changed_on, told.signed_on), (day("2026-11-03"), signed_on));
    }
}
