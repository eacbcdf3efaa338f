//! What is at fault on the page.
use shared::api::{Check, FieldError};

/// Where the price is typed.
pub(super) const PRICE: &str = "/terms/price/amount_minor";

/// Whether the field of a fault is one of the terms that only stand among every rule.
pub(super) fn among_rules(fault: &FieldError) -> bool {
    let field = fault.field.as_str();
    field.starts_with("/terms/") && field != PRICE && !field.ends_with("/allowance")
}

/// Faults without the rates that follow from a price or an allowance that is at fault itself.
pub(super) fn without_what_follows(mut faults: Vec<FieldError>) -> Vec<FieldError> {
    let source = |fault: &FieldError| fault.field == PRICE || fault.field.ends_with("/allowance");
    if faults.iter().any(source) {
        let follows = |fault: &FieldError| {
            fault.code == "required" && fault.field.ends_with("/overage/rate_minor")
        };
        faults.retain(|fault| !follows(fault));
    }
    faults
}

/// Notes what of a body is at fault, at the fields below `at`.
pub(super) fn check(at: &str, body: Option<&impl Check>, faults: &mut Vec<FieldError>) {
    let broken = body.map_or(Ok(()), Check::check).err().unwrap_or_default();
    let below = broken
        .into_iter()
        .map(|fault| FieldError { field: format!("{at}{}", fault.field), ..fault });
    let told: Vec<FieldError> =
        below.filter(|one| faults.iter().all(|fault| fault.field != one.field)).collect();
    faults.extend(told);
}
