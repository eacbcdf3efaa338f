//! The routes of invoices, and of how they come about.
use chrono::NaiveDate;
use shared::api::*;

use super::routes::{LONG_PAGE, read, write};
use super::{Fault, Fetch, Path, decode, delete, encode, http, patch, post, put};

read! {
    /// How many invoices stand how, and what they come to.
    fn invoice_counts() -> InvoiceCounts = "/invoice-counts";
    /// An invoice with its lines.
    fn invoice(id: InvoiceId) -> Invoice = format!("/invoices/{id}");
    /// What was paid of an invoice, and what of that went back; the newest first.
    fn payments_of(id: InvoiceId) -> Page<PaymentSummary> =
        format!("/payments?limit=200&invoice_id={id}");
    /// The credit notes on an invoice, the newest first.
    fn credit_notes_of(id: InvoiceId) -> Page<CreditNoteSummary> =
        format!("/credit-notes?limit=200&invoice_id={id}");
    /// The newest invoice of a retainer.
    fn last_invoice_of(id: RetainerId) -> Page<InvoiceSummary> =
        format!("/invoices?limit=1&retainer_id={id}");
    /// A credit note with its lines.
    fn credit_note(id: CreditNoteId) -> CreditNote = format!("/credit-notes/{id}");
    /// What an account was billed, the last first.
    fn invoices_of(id: AccountId) -> Page<InvoiceSummary> =
        format!("/invoices?limit=200&state=issued&account_id={id}");
    /// What an account owes and what moved that; a year up to today if no days are given.
    fn billing_statement(id: AccountId, from: Option<NaiveDate>, to: Option<NaiveDate>)
        -> AccountStatement =
        Path::new(format!("/accounts/{id}/billing-statement"))
            .with("from", from)
            .with("to", to)
            .done();
    /// What clients bring a month, and how that moved; `path` says which months.
    fn recurring(path: String) -> RecurringReport = path;
    /// What came of renewals; `path` says which months.
    fn renewal_report(path: String) -> RenewalReport = path;
    /// What contracts will probably bring a month.
    fn renewal_forecast() -> RenewalForecast = "/reports/renewals/forecast";
    /// Who began when, and what of them is left; `path` says which months.
    fn cohorts(path: String) -> CohortReport = path;
    /// Prices that were raised at once, the last first.
    fn uplifts() -> Page<UpliftSummary> = "/uplifts?limit=50";
    /// One of them, with what became of each retainer.
    fn uplift(id: UpliftId) -> Uplift = format!("/uplifts/{id}");
    /// Its letters, and what became of each.
    fn uplift_letters(id: UpliftId) -> UpliftLetters = format!("/uplifts/{id}/letters");
    /// How a retainer is billed, and when next.
    fn retainer_billing(id: RetainerId) -> RetainerBilling = format!("/retainers/{id}/billing");
    /// How the organisation bills.
    fn billing_settings() -> BillingSettings = "/organisation/billing";
    /// How the organisation writes mails.
    fn mail_settings() -> MailSettings = "/organisation/mail";
    /// The mails with an invoice, the newest first, and where another would go.
    fn invoice_mails(id: InvoiceId) -> InvoiceMails = format!("/invoices/{id}/mails");
    /// How an account is charged, and to what.
    fn charging(id: AccountId) -> Charging = format!("/accounts/{id}/charging");
    /// The tries of charging an invoice, and what comes next.
    fn charges(id: InvoiceId) -> Charges = format!("/invoices/{id}/charges");
    /// Mails that were given up, the newest first.
    fn failed_mails() -> Page<Mail> = "/mails?state=failed&limit=200";
    /// When and how the organisation reminds of unpaid invoices.
    fn dunning() -> DunningSettings = "/organisation/dunning";
    /// The reminders of an invoice: what was raised, what comes, and what stops that.
    fn invoice_reminders(id: InvoiceId) -> InvoiceReminders = format!("/invoices/{id}/reminders");
    /// The last cycles of a retainer, each with its delivery and its money.
    fn periods(id: RetainerId) -> Page<Period> = format!("/retainers/{id}/periods?limit=12");
    /// What is owed of a retainer by all its invoices.
    fn retainer_owed(id: RetainerId) -> RetainerOwed = format!("/retainers/{id}/owed");
    /// When the retainers of an account are billed next, and until when they are paid.
    fn account_outlook(id: AccountId) -> AccountOutlook = format!("/accounts/{id}/outlook");
    /// How an account stands with what it owes.
    fn account_standing(id: AccountId) -> AccountStanding = format!("/accounts/{id}/standing");
    /// Bank statements, the newest first.
    fn bank_imports() -> Page<BankImportSummary> = "/bank-imports?limit=50";
    /// A bank statement, and how its lines stand.
    fn bank_import(id: BankImportId) -> BankImport = format!("/bank-imports/{id}");
    /// Its lines, those that stand so only.
    fn bank_lines(id: BankImportId, state: Option<BankLineState>) -> Page<BankLine> =
        Path::new(format!("/bank-imports/{id}/lines"))
            .with("state", state.map(BankLineState::name))
            .with("limit", Some(LONG_PAGE))
            .done();
    /// What of the regular work fails.
    fn job_faults() -> JobFaults = "/job-faults";
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
    /// Sends an invoice that was read at this version; a draft is issued first.
    fn send_invoice(id: InvoiceId, version: i64) -> InvoiceMails = {
        let path = format!("/invoices/{id}/send");
        decode(&http::send("POST", &path, None, Some(version)).await?)
    };
    /// Takes a mail back that was not sent yet.
    fn cancel_mail(id: MailId) -> Mail = {
        let path = format!("/mails/{id}/cancel");
        decode(&http::send("POST", &path, None, None).await?)
    };
    /// Says how the organisation writes mails.
    fn set_mail_settings(version: i64, body: &MailSettingsSet) -> MailSettings =
        put("/organisation/mail", version, body).await;
    /// Sends a mail again that was given up.
    fn send_mail_again(id: MailId) -> Mail = {
        let path = format!("/mails/{id}/again");
        decode(&http::send("POST", &path, None, None).await?)
    };
    /// Says when and how the organisation reminds.
    fn set_dunning(version: i64, body: &DunningSet) -> DunningSettings =
        put("/organisation/dunning", version, body).await;
    /// Stops the reminders of an invoice.
    fn stop_reminders(id: InvoiceId, kind: StopKind, body: &NewStop) -> InvoiceReminders =
        post(&format!("/invoices/{id}/{}", kind.name()), body).await;
    /// Lets them go on.
    fn let_remind(id: InvoiceId, kind: StopKind) -> InvoiceReminders = {
        let verb = match kind {
            StopKind::Dispute => "close",
            StopKind::Hold => "release",
        };
        let path = format!("/invoices/{id}/{}/{verb}", kind.name());
        decode(&http::send("POST", &path, None, None).await?)
    };
    /// Withdraws an invoice that was read at this version.
    fn void_invoice(id: InvoiceId, version: i64, body: &InvoiceVoid) -> Invoice = {
        let path = format!("/invoices/{id}/void");
        decode(&http::send("POST", &path, encode(body), Some(version)).await?)
    };
    /// Takes something of an issued invoice back.
    fn credit_invoice(id: InvoiceId, body: &NewCreditNote) -> CreditNote =
        post(&format!("/invoices/{id}/credit-notes"), body).await;
    /// Says how an account is charged.
    fn set_charging(id: AccountId, version: i64, body: &ChargingSet) -> Charging =
        put(&format!("/accounts/{id}/charging"), version, body).await;
    /// Removes what is on file of an account that was read at this version.
    fn remove_charging_method(id: AccountId, version: i64) -> String =
        delete(&format!("/accounts/{id}/charging/method"), version).await;
    /// Makes the link by which a client adds a card.
    fn add_card_link(id: AccountId, body: &NewCardLink) -> CardLinkMade =
        post(&format!("/accounts/{id}/card-links"), body).await;
    /// Charges an invoice now.
    fn charge_invoice(id: InvoiceId) -> Charge = {
        let path = format!("/invoices/{id}/charges");
        decode(&http::send("POST", &path, None, None).await?)
    };
    /// Says what raising prices would do.
    fn preview_uplift(body: &NewUplift) -> UpliftPreview = post("/uplift-previews", body).await;
    /// Raises prices.
    fn create_uplift(body: &NewUplift) -> Uplift = post("/uplifts", body).await;
    /// Calls off what waits of that.
    fn cancel_uplift(id: UpliftId, body: &UpliftCancel) -> Uplift =
        post(&format!("/uplifts/{id}/cancel"), body).await;
    /// Sends its letters to whom none went yet.
    fn send_uplift_letters(id: UpliftId) -> LettersSent = {
        let path = format!("/uplifts/{id}/letters");
        decode(&http::send("POST", &path, None, None).await?)
    };
    /// Records a payment.
    fn record_payment(body: &NewPayment) -> Payment = post("/payments", body).await;
    /// Records a line of a bank statement that was read at this version.
    fn record_bank_line(id: BankLineId, version: i64, body: &BankLinePayment) -> BankLine = {
        let path = format!("/bank-lines/{id}/payment");
        decode(&http::send("POST", &path, encode(body), Some(version)).await?)
    };
    /// Sets one aside, or takes it up again.
    fn set_bank_line_aside(id: BankLineId, version: i64, body: &BankLineAside) -> BankLine = {
        let path = format!("/bank-lines/{id}/aside");
        decode(&http::send("POST", &path, encode(body), Some(version)).await?)
    };
    /// Records the lines of a bank statement that are exact, a part of them.
    fn record_exact(id: BankImportId) -> BankRecorded = {
        let path = format!("/bank-imports/{id}/record");
        decode(&http::send("POST", &path, None, None).await?)
    };
    /// Pays back what is credit of a payment.
    fn refund_payment(id: PaymentId, body: &NewRefund) -> Payment =
        post(&format!("/payments/{id}/refunds"), body).await;
    /// Takes back a payment or refund that was read at this version.
    fn reverse_payment(id: PaymentId, version: i64, body: &PaymentReversal) -> Payment = {
        let path = format!("/payments/{id}/reverse");
        decode(&http::send("POST", &path, encode(body), Some(version)).await?)
    };
    /// Says how a retainer is billed.
    fn set_retainer_billing(id: RetainerId, version: i64, body: &RetainerBillingSet)
        -> RetainerBilling = put(&format!("/retainers/{id}/billing"), version, body).await;
    /// Says how the organisation bills.
    fn set_billing(version: i64, body: &BillingSettingsSet) -> BillingSettings =
        put("/organisation/billing", version, body).await;
    /// Says what invoices say of an account.
    fn set_account_billing(id: AccountId, version: i64, body: &AccountBillingSet) -> AccountBilling =
        put(&format!("/accounts/{id}/billing"), version, body).await;
}

/// Invoices of one `state`, or that stand one way today (`status`), by its name; the last to be
/// issued first.
pub fn invoices(only: Option<(&str, &str)>) -> Fetch<Page<InvoiceSummary>> {
    let path = Path::new("/invoices");
    let path = match only {
        Some((name, value)) => path.with(name, Some(value)),
        None => path,
    };
    Fetch::new(path.with("limit", Some(LONG_PAGE)).done())
}
