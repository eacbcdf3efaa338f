//! One function for each route that a screen uses. Reads are `Fetch`es, writes are futures.
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use shared::api::*;

use super::{Fault, Fetch, Path, act, delete, patch, post, put};

/// Rows of a long list that are read at once.
pub const LONG_PAGE: i64 = PAGE_MAX;

macro_rules! read {
    ($(
        #[doc = $doc:literal]
        fn $name:ident($($arg:ident: $kind:ty),*) -> $answer:ty = $path:expr;
    )*) => {$(
        #[doc = $doc]
        pub fn $name($($arg: $kind),*) -> Fetch<$answer> { Fetch::new($path) }
    )*};
}
pub(super) use read;
read! {
    /// Whether the installation waits for its first organisation.
    fn setup_state() -> SetupState = "/setup";
    /// Who is asking.
    fn me() -> Me = "/auth/me";
    /// The organisation signed in to.
    fn organisation() -> Organisation = "/organisation";
    /// Every member, the inactive ones too.
    fn members() -> Page<Member> = Path::new("/members").with("limit", Some(LONG_PAGE)).done();
    /// The members who can be chosen.
    fn active_members() -> Page<Member> =
        Path::new("/members").with("active", Some(true)).with("limit", Some(LONG_PAGE)).done();
    /// The keys of integrators.
    fn api_keys() -> Page<ApiKey> = "/api-keys";
    /// What people cost and are billed at, the last recorded first.
    fn rates() -> Page<Rate> = Path::new("/rates").with("limit", Some(LONG_PAGE)).done();
    /// What clients brought and cost, in cycles that begin on a day or later.
    fn margin(by: MarginBy, from: Option<NaiveDate>) -> Page<MarginRow> =
        Path::new("/reports/margin")
            .with("by", Some(by.name()))
            .with("from", from)
            .with("limit", Some(LONG_PAGE))
            .done();
    /// What was billed and earned by month, from that of a day on.
    fn revenue(from: Option<NaiveDate>) -> RevenueReport =
        Path::new("/reports/revenue").with("from", from).done();
    /// What was spent for retainers, the last first.
    fn expenses() -> Page<Expense> = "/expenses?limit=50";
    /// An account with its retainers.
    fn account(id: AccountId) -> Account = format!("/accounts/{id}");
    /// How an account stands, and what that is made of.
    fn account_health(id: AccountId) -> AccountHealth = format!("/accounts/{id}/health");
    /// The people at an account.
    fn contacts(id: AccountId) -> Page<Contact> = format!("/accounts/{id}/contacts?limit=200");
    /// A retainer with the balance of today's cycle.
    fn retainer(id: RetainerId) -> Retainer = format!("/retainers/{id}");
    /// The cycles of a retainer, newest first.
    fn cycles(id: RetainerId) -> Page<Cycle> = format!("/retainers/{id}/cycles?limit=200");
    /// The cycles whose last day lies in the month of a day.
    fn closings(month: NaiveDate) -> Page<MonthEnd> =
        format!("/closings?limit=200&month={}", month.format("%Y-%m"));
    /// What of the month of a day waits for a person, and the first so many of that.
    fn loose_ends(month: NaiveDate, limit: i64) -> LooseEnds =
        format!("/loose-ends?limit={limit}&month={}", month.format("%Y-%m"));
    /// One cycle.
    fn cycle(id: CycleId) -> Cycle = format!("/cycles/{id}");
    /// What a client is told about one cycle.
    fn statement(id: CycleId, as_of: Option<NaiveDate>) -> Statement =
        Path::new(format!("/cycles/{id}/statement")).with("as_of", as_of).done();
    /// Where a pool stands in one cycle; the first if none is named.
    fn balance(id: CycleId, pool: Option<&str>) -> Balance =
        Path::new(format!("/cycles/{id}/balance")).with("pool", pool).done();
    /// Where a pool stood in one cycle at the end of a day.
    fn balance_on(id: CycleId, pool: &str, day: NaiveDate) -> Balance =
        Path::new(format!("/cycles/{id}/balance"))
            .with("pool", Some(pool))
            .with("as_of", Some(day))
            .done();
    /// What a figure of a pool in a cycle is made of, now or as of a day: left, used and so on.
    fn explain(figure: &str, id: CycleId, pool: &str, as_of: Option<NaiveDate>) -> Explanation =
        Path::new(format!("/explain/{figure}/{id}"))
            .with("pool", Some(pool))
            .with("as_of", as_of)
            .done();
    /// What was done by hand in a cycle, the newest first.
    fn adjustments(id: RetainerId, cycle: CycleId) -> Page<Adjustment> =
        format!("/adjustments?retainer_id={id}&cycle_id={cycle}&limit=200");
    /// What was delivered and counted in a cycle, the newest first.
    fn deliverables(id: RetainerId, cycle: CycleId) -> Page<Deliverable> =
        format!("/deliverables?retainer_id={id}&cycle_id={cycle}&limit=200");
    /// One session with a client.
    fn client_session(id: ClientSessionId) -> ClientSession = format!("/sessions/{id}");
    /// How the sessions of a cycle went, and what is owed of them.
    fn session_summary(id: CycleId, pool: &str) -> SessionSummary =
        Path::new(format!("/cycles/{id}/session-summary")).with("pool", Some(pool)).done();
    /// One time entry.
    fn time_entry(id: TimeEntryId) -> TimeEntry = format!("/time-entries/{id}");
    /// The files of time, newest first.
    fn imports() -> Page<Import> = "/imports?limit=50";
    /// One file of time.
    fn import(id: ImportId) -> Import = format!("/imports/{id}");
    /// What the reader is told of the open cycles and has not seen.
    fn my_alerts() -> Page<Alert> = "/alerts?unseen=true&open=true&limit=50";
    /// What was told of the open cycles of a retainer.
    fn alerts_of(id: RetainerId) -> Page<Alert> =
        Path::new("/alerts").with("retainer_id", Some(id)).with("open", Some(true)).done();
    /// What the organisation wants to be told of.
    fn alert_defaults() -> AlertDefaultsKept = "/organisation/alert-settings";
    /// At what somebody is told of a retainer, and who.
    fn alert_settings(id: RetainerId) -> AlertSettingsKept =
        format!("/retainers/{id}/alert-settings");
    /// What the server's clock says.
    fn clock() -> ClockState = "/clock";
    /// Which of the first steps the organisation has taken.
    fn first_steps() -> FirstSteps = "/first-steps";
}

/// Which accounts to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountFilter {
    /// Part of the name.
    pub q: Option<String>,
    /// One kind only.
    pub kind: Option<AccountKind>,
    /// The archived ones instead of the others.
    pub archived: Option<bool>,
}

/// Accounts with their retainers.
pub fn accounts(filter: &AccountFilter) -> Fetch<Page<Account>> {
    let kind = filter.kind.map(|kind| match kind {
        AccountKind::Client => "client",
        AccountKind::Partner => "partner",
    });
    let path = Path::new("/accounts").with("q", filter.q.as_deref()).with("kind", kind);
    Fetch::new(path.with("archived", filter.archived).with("limit", Some(LONG_PAGE)).done())
}

/// Which retainers to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RetainerFilter {
    /// Of one account.
    pub account_id: Option<AccountId>,
    /// In one state.
    pub state: Option<RetainerState>,
    /// Part of the name.
    pub q: Option<String>,
}

/// Retainers with the balance of their present cycle.
pub fn retainers(filter: &RetainerFilter) -> Fetch<Page<RetainerSummary>> {
    let state = filter.state.map(|state| match state {
        RetainerState::Setup => "setup",
        RetainerState::Active => "active",
        RetainerState::Ended => "ended",
    });
    let path = Path::new("/retainers").with("account_id", filter.account_id).with("state", state);
    Fetch::new(path.with("q", filter.q.as_deref()).with("limit", Some(LONG_PAGE)).done())
}

/// The ledger of a pool in a cycle; `cursor` reads on.
pub fn ledger(id: RetainerId, cycle: CycleId, pool: &str, cursor: Option<&str>) -> Fetch<Ledger> {
    let path = Path::new(format!("/retainers/{id}/ledger"))
        .with("cycle_id", Some(cycle))
        .with("pool", Some(pool));
    Fetch::new(path.with("limit", Some(LONG_PAGE)).with("cursor", cursor).done())
}

/// What closing a cycle would do with these ways to settle overage, in words of a language; or how
/// it was closed.
pub fn closing(
    id: CycleId,
    language: Language,
    ways: &[(String, OverageMode)],
) -> Fetch<CycleClosing> {
    let language = match language {
        Language::En => "en",
        Language::De => "de",
    };
    let way = |(pool, way): &(String, OverageMode)| match way {
        OverageMode::Bill => format!("{pool}:bill"),
        OverageMode::Borrow => format!("{pool}:borrow"),
        OverageMode::Absorb | OverageMode::Block | OverageMode::Ask => format!("{pool}:absorb"),
    };
    let ways = ways.iter().map(way).collect::<Vec<_>>().join(",");
    let path = Path::new(format!("/cycles/{id}/closing")).with("language", Some(language));
    Fetch::new(path.with("overage", Some(ways)).done())
}

/// Which time entries to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TimeFilter {
    /// Of one retainer.
    pub retainer_id: Option<RetainerId>,
    /// Of one account.
    pub account_id: Option<AccountId>,
    /// Of one person.
    pub member_id: Option<MemberId>,
    /// Worked on this day or later.
    pub from: Option<NaiveDate>,
    /// Worked on this day or earlier.
    pub to: Option<NaiveDate>,
    /// Part of the note.
    pub q: Option<String>,
    /// Rows of a page; 50 if left out.
    pub limit: Option<i64>,
}

/// Time entries, the newest day first.
pub fn time_entries(filter: &TimeFilter) -> Fetch<Page<TimeEntry>> {
    let path = Path::new("/time-entries")
        .with("retainer_id", filter.retainer_id)
        .with("account_id", filter.account_id)
        .with("member_id", filter.member_id)
        .with("from", filter.from)
        .with("to", filter.to)
        .with("q", filter.q.as_deref())
        .with("limit", filter.limit.or(Some(50)));
    Fetch::new(path.done())
}

/// Which sessions to list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SessionFilter {
    /// Of one retainer.
    pub retainer_id: Option<RetainerId>,
    /// Of one person.
    pub member_id: Option<MemberId>,
    /// Only those that are booked.
    pub booked: bool,
    /// Beginning at this instant or later.
    pub from: Option<DateTime<Utc>>,
    /// Beginning before this instant.
    pub to: Option<DateTime<Utc>>,
    /// Rows of a page.
    pub limit: Option<i64>,
}

/// Sessions with clients by their start.
pub fn client_sessions(filter: &SessionFilter) -> Fetch<Page<ClientSession>> {
    let instant = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let path = Path::new("/sessions")
        .with("retainer_id", filter.retainer_id)
        .with("member_id", filter.member_id)
        .with("state", filter.booked.then_some("booked"))
        .with("from", filter.from.map(instant))
        .with("to", filter.to.map(instant))
        .with("limit", filter.limit.or(Some(LONG_PAGE)));
    Fetch::new(path.done())
}

/// What it would do to say how a session went, called off at an instant or now.
pub fn settlement(
    id: ClientSessionId,
    status: SessionStatus,
    at: Option<DateTime<Utc>>,
) -> Fetch<ClientSessionSettled> {
    let status = match status {
        SessionStatus::Completed => "completed",
        SessionStatus::Cancelled => "cancelled",
        SessionStatus::NoShow => "no_show",
    };
    let at = at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true));
    let path = Path::new(format!("/sessions/{id}/settlement")).with("status", Some(status));
    Fetch::new(path.with("at", at).done())
}

macro_rules! write {
    ($(
        #[doc = $doc:literal]
        fn $name:ident($($arg:ident: $kind:ty),*) -> $answer:ty = $call:expr;
    )*) => {$(
        #[doc = $doc]
        ///
        /// # Errors
        /// As every request: no answer, or the server's refusal.
        pub async fn $name($($arg: $kind),*) -> Result<$answer, Fault> { $call }
    )*};
}
pub(super) use write;
mod scope;
pub use scope::*;

write! {
    /// Makes the first organisation and signs its owner in.
    fn set_up(body: &Setup) -> SignedIn = post("/setup", body).await;
    /// Signs in.
    fn sign_in(body: &Login) -> SignedIn = post("/auth/login", body).await;
    /// Ends the session.
    fn sign_out() -> () = super::http::send("POST", "/auth/logout", None, None).await.map(drop);
    /// Goes to another of one's organisations.
    fn switch_to(body: &Switch) -> SignedIn = post("/auth/switch", body).await;
    /// Changes the organisation.
    fn change_organisation(version: i64, body: &OrganisationChange) -> Organisation =
        patch("/organisation", version, body).await;
    /// Adds a person.
    fn add_member(body: &NewMember) -> Member = post("/members", body).await;
    /// Changes a person.
    fn change_member(id: MemberId, version: i64, body: &MemberChange) -> Member =
        patch(&format!("/members/{id}"), version, body).await;
    /// Makes the link by which a member sets a password.
    fn invite(body: &NewInvitation) -> Invitation = post("/invitations", body).await;
    /// Sets a password by such a link, and signs in.
    fn accept_invitation(body: &AcceptInvitation) -> SignedIn =
        post("/invitations/accept", body).await;
    /// Makes a key.
    fn make_api_key(body: &NewApiKey) -> ApiKeyMade = post("/api-keys", body).await;
    /// Records money that was spent for a retainer.
    fn record_expense(body: &NewExpense) -> Expense = post("/expenses", body).await;
    /// Takes an expense back.
    fn remove_expense(id: ExpenseId, version: i64) -> Expense =
        super::decode(&delete(&format!("/expenses/{id}"), version).await?);
    /// Adds a rate.
    fn add_rate(body: &NewRate) -> Rate = post("/rates", body).await;
    /// Ends a key.
    fn end_api_key(id: ApiKeyId, version: i64) -> () =
        delete(&format!("/api-keys/{id}"), version).await.map(drop);
    /// Adds an account.
    fn add_account(body: &NewAccount) -> Account = post("/accounts", body).await;
    /// Changes an account.
    fn change_account(id: AccountId, version: i64, body: &AccountChange) -> Account =
        patch(&format!("/accounts/{id}"), version, body).await;
    /// Adds a person at an account.
    fn add_contact(id: AccountId, body: &NewContact) -> Contact =
        post(&format!("/accounts/{id}/contacts"), body).await;
    /// Changes a person at an account.
    fn change_contact(id: ContactId, version: i64, body: &ContactChange) -> Contact =
        patch(&format!("/contacts/{id}"), version, body).await;
    /// Removes a person at an account.
    fn remove_contact(id: ContactId, version: i64) -> () =
        delete(&format!("/contacts/{id}"), version).await.map(drop);
    /// Adds a retainer.
    fn add_retainer(body: &NewRetainer) -> Retainer = post("/retainers", body).await;
    /// Renames a retainer.
    fn change_retainer(id: RetainerId, version: i64, body: &RetainerChange) -> Retainer =
        patch(&format!("/retainers/{id}"), version, body).await;
    /// Ends the history of a retainer: from now on its cycles close by the calendar.
    fn activate_retainer(id: RetainerId) -> Retainer =
        act(&format!("/retainers/{id}/activate")).await;
    /// Agrees new terms from the next cycle on.
    fn amend_retainer(id: RetainerId, body: &NewAmendment) -> Retainer =
        post(&format!("/retainers/{id}/amendments"), body).await;
    /// Closes a cycle that was read at this version.
    fn close_cycle(id: CycleId, version: i64, body: &NewClosing) -> CycleClosing = {
        let path = format!("/cycles/{id}/close");
        let text = super::http::send("POST", &path, super::encode(body), Some(version)).await?;
        super::decode(&text)
    };
    /// What such an amendment would move in the running cycle.
    fn preview_amendment(id: RetainerId, body: &NewAmendment) -> AmendmentPreview =
        post(&format!("/retainers/{id}/amendments/preview"), body).await;
    /// Takes days without service out of a retainer.
    fn pause_retainer(id: RetainerId, body: &NewPause) -> Retainer =
        post(&format!("/retainers/{id}/pause"), body).await;
    /// Ends a pause, or does without one to come.
    fn resume_retainer(id: RetainerId, body: &Resumption) -> Retainer =
        post(&format!("/retainers/{id}/resume"), body).await;
    /// Ends a retainer on a day to come, or lets it run on.
    fn end_retainer(id: RetainerId, body: &Termination) -> Retainer =
        post(&format!("/retainers/{id}/end"), body).await;
    /// Pays back what was bought and never used, of one that has ended.
    fn refund_purchases(id: RetainerId, body: &NewPurchaseRefund) -> PurchasesRefunded =
        post(&format!("/retainers/{id}/purchase-refunds"), body).await;
    /// Records time.
    fn record_time(body: &NewTimeEntry) -> TimeRecorded = post("/time-entries", body).await;
    /// Changes a time entry.
    fn change_time(id: TimeEntryId, version: i64, body: &TimeEntryChange) -> TimeRecorded =
        patch(&format!("/time-entries/{id}"), version, body).await;
    /// Takes a time entry back; answers with the balance after it.
    fn remove_time(id: TimeEntryId, version: i64) -> Balance =
        super::decode(&delete(&format!("/time-entries/{id}"), version).await?);
    /// Records something delivered.
    fn record_delivery(body: &NewDeliverable) -> DeliverableRecorded =
        post("/deliverables", body).await;
    /// Takes something delivered back; answers with the balance after it.
    fn remove_delivery(id: DeliverableId, version: i64) -> Balance =
        super::decode(&delete(&format!("/deliverables/{id}"), version).await?);
    /// Books a session.
    fn book_session(body: &NewClientSession) -> ClientSessionBooked =
        post("/sessions", body).await;
    /// Moves a booked session, or renames any.
    fn change_session(id: ClientSessionId, version: i64, body: &ClientSessionChange)
        -> ClientSessionBooked = patch(&format!("/sessions/{id}"), version, body).await;
    /// Removes a booking; answers with the balance without it.
    fn remove_session(id: ClientSessionId, version: i64) -> Balance =
        super::decode(&delete(&format!("/sessions/{id}"), version).await?);
    /// Says how a session went.
    fn settle_session(id: ClientSessionId, body: &SettleClientSession) -> ClientSessionSettled =
        post(&format!("/sessions/{id}/settle"), body).await;
    /// Takes that back while its cycle is open.
    fn reopen_session(id: ClientSessionId) -> ClientSessionBooked =
        act(&format!("/sessions/{id}/reopen")).await;
    /// Buys, gives or corrects units by hand.
    fn make_adjustment(body: &NewAdjustment) -> AdjustmentMade = post("/adjustments", body).await;
    /// Takes that back while its cycle is open; answers with the balance after it.
    fn undo_adjustment(id: AdjustmentId, version: i64) -> Balance =
        super::decode(&delete(&format!("/adjustments/{id}"), version).await?);
    /// Approves how far a pool may go beyond its limit in a cycle.
    fn approve(body: &NewApproval) -> ApprovalMade = post("/approvals", body).await;
    /// Notes that the reader has seen an alert.
    fn see_alert(id: AlertId) -> Alert = act(&format!("/alerts/{id}/seen")).await;
    /// Sets what the organisation wants to be told of.
    fn set_alert_defaults(version: i64, body: &AlertDefaults) -> AlertDefaultsKept =
        put("/organisation/alert-settings", version, body).await;
    /// Sets what differs for a retainer.
    fn set_alert_settings(
        id: RetainerId,
        version: i64,
        body: &AlertSettings
    ) -> AlertSettingsKept = put(&format!("/retainers/{id}/alert-settings"), version, body).await;
    /// Changes how an import is mapped.
    fn change_import(id: ImportId, version: i64, body: &ImportOptions) -> Import =
        patch(&format!("/imports/{id}"), version, body).await;
    /// Starts to write an import.
    fn commit_import(id: ImportId) -> Import = act(&format!("/imports/{id}/commit")).await;
    /// Throws an import away that was not written.
    fn remove_import(id: ImportId, version: i64) -> () =
        delete(&format!("/imports/{id}"), version).await.map(drop);
    /// Moves the clock of a demonstration.
    fn advance_clock(body: &ClockAdvance) -> ClockState = post("/clock/advance", body).await;
}
