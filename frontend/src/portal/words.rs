//! Days as the portal tells them, and what went wrong in its own few words.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::ErrorCode;

use crate::api::{self, Fault};
use crate::format::{date, date_range, day_in_zone};
use crate::{browser, t, tn};

/// The sentence for a request that failed.
pub(super) fn fault_words(fault: &Fault) -> String {
    match (fault, fault.code()) {
        (Fault::Network, _) => t!(portal.fault_network).to_owned(),
        (_, Some(ErrorCode::NotFound)) => t!(portal.fault_not_found).to_owned(),
        (_, Some(ErrorCode::TooManyRequests)) => match api::wait_seconds() {
            Some(wait) => {
                let minutes = ((wait + 59) / 60).max(1);
                tn!(minutes, portal.fault_many_one, portal.fault_many_other)
            }
            None => t!(portal.fault_many).to_owned(),
        },
        _ => t!(portal.fault_server).to_owned(),
    }
}

/// Why a link cannot be used, if that is for good.
pub(super) fn link_words(fault: &Fault) -> Option<&'static str> {
    match (fault.code(), fault.status()) {
        (Some(ErrorCode::NotFound), _) => Some(t!(portal.link_unknown)),
        (Some(ErrorCode::LinkExpired), _) => Some(t!(portal.link_expired)),
        (Some(ErrorCode::LinkRevoked), _) => Some(t!(portal.link_revoked)),
        // What is left to stand against a link is that it was used.
        (_, Some(409)) => Some(t!(portal.link_used)),
        _ => None,
    }
}

/// "30 November": the day alone, in full.
pub(super) fn long_day(day: NaiveDate, today: NaiveDate) -> String {
    date_range(day, day, today)
}

/// "12 Nov", where the visitor is.
pub(super) fn day_of(at: DateTime<Utc>) -> String {
    let zone = browser::time_zone().unwrap_or_else(|| "UTC".to_owned());
    date(day_in_zone(at, &zone), browser::today())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_was_used_is_told_from_a_server_that_failed() {
        assert_eq!(link_words(&Fault::Foreign(409)), Some(t!(portal.link_used)));
        assert_eq!(link_words(&Fault::Foreign(502)), None);
        assert_eq!(link_words(&Fault::Network), None);
    }
}
