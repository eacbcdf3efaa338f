//! Files and agreements in words.
use leptos::prelude::GetUntracked;
use shared::api::{AccountId, Agreement, FileKind, Role, TermsDrift};

use crate::{
    format::{count, date, decimal, list},
    query,
    session::use_today,
    t,
    ui::Icon,
};

/// Whether the role sees files: the server's table decides, this only hides.
pub(super) fn reads(role: Role) -> bool {
    role != Role::Partner
}

/// Whether the role brings files.
pub(super) fn keeps(role: Role) -> bool {
    !matches!(role, Role::Viewer | Role::Partner)
}

pub(super) fn look(kind: FileKind) -> Icon {
    match kind {
        FileKind::Png | FileKind::Jpeg | FileKind::Webp => icondata::LuImage,
        FileKind::Csv | FileKind::Xlsx | FileKind::Ods => icondata::LuTable,
        _ => icondata::LuFileText,
    }
}

/// How large a file is: whole bytes and kilobytes, megabytes to a tenth.
pub(super) fn size(bytes: i64) -> String {
    match bytes {
        ..1_000 => format!("{}\u{a0}B", count(bytes)),
        1_000..1_000_000 => format!("{}\u{a0}kB", count((bytes + 500) / 1_000)),
        _ => format!("{}\u{a0}MB", decimal((bytes + 50_000) / 100_000, 1)),
    }
}

/// What was signed, by whom and when.
pub(super) fn signed(of: &Agreement) -> String {
    let day = date(of.signed_on, use_today().get_untracked());
    t!(files.signed_by, names = list(&of.signers), day = day)
}

/// How an agreement is called.
pub(super) fn title(of: &Agreement) -> String {
    match (&of.label, of.proposal_number) {
        (Some(label), _) => label.clone(),
        (None, Some(number)) => t!(proposals.one, n = number),
        (None, None) => String::new(),
    }
}

/// That the terms were changed since somebody signed them.
pub(super) fn drifted(drift: &TermsDrift) -> String {
    let today = use_today().get_untracked();
    let (changed, signed) = (date(drift.changed_on, today), date(drift.signed_on, today));
    t!(files.drift, changed = changed, signed = signed)
}

/// After files or agreements of an account changed.
pub(super) fn changed(account: AccountId) {
    query::invalidate(&format!("/accounts/{account}/files"));
    query::invalidate(&format!("/accounts/{account}/timeline"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_told_in_the_unit_that_fits() {
        assert_eq!(size(1), "1\u{a0}B");
        assert_eq!(size(48_400), "48\u{a0}kB");
        assert_eq!(size(10 << 20), "10.5\u{a0}MB");
    }
}
