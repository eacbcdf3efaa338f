//! The routes of invoices, and of how they come about.
use shared::api::*;

use super::routes::{LONG_PAGE, read, write};
use super::{Fault, Fetch, Path, decode, encode, http, patch, post, put};

read! {
    /// Invoices, the last to be issued first.
    fn invoices() -> Page<InvoiceSummary> =
        Path::new("/invoices").with("limit", Some(LONG_PAGE)).done();
    /// An invoice with its lines.
    fn invoice(id: InvoiceId) -> Invoice = format!("/invoices/{id}");
    /// How the organisation bills.
    fn billing_settings() -> BillingSettings = "/organisation/billing";
    /// What invoices say of an account.
    fn account_billing(id: AccountId) -> AccountBilling = format!("/accounts/{id}/billing");
}

write! {
    /// Drafts what is due.
    fn run_billing(body: &NewBillingRun) -> BillingRun = post("/billing-runs", body).await;
    /// Changes the lines of a draft that people write, and its note.
    fn change_invoice(id: InvoiceId, version: i64, body: &InvoiceChange) -> Invoice =
        patch(&format!("/invoices/{id}"), version, body).await;
    /// Gives a draft that was read at this version its number.
    fn issue_invoice(id: InvoiceId, version: i64) -> Invoice = {
        let path = format!("/invoices/{id}/issue");
        decode(&http::send("POST", &path, None, Some(version)).await?)
    };
    /// Withdraws an invoice that was read at this version.
    fn void_invoice(id: InvoiceId, version: i64, body: &InvoiceVoid) -> Invoice = {
        let path = format!("/invoices/{id}/void");
        decode(&http::send("POST", &path, encode(body), Some(version)).await?)
    };
    /// Says how the organisation bills.
    fn set_billing(version: i64, body: &BillingSettingsSet) -> BillingSettings =
        put("/organisation/billing", version, body).await;
    /// Says what invoices say of an account.
    fn set_account_billing(id: AccountId, version: i64, body: &AccountBillingSet) -> AccountBilling =
        put(&format!("/accounts/{id}/billing"), version, body).await;
}
