//! One function for each route that a screen uses. Reads are `Fetch`es, writes are futures.
use chrono::NaiveDate;
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
    /// An account with its retainers.
    fn account(id: AccountId) -> Account = format!("/accounts/{id}");
    /// The people at an account.
    fn contacts(id: AccountId) -> Page<Contact> = format!("/accounts/{id}/contacts?limit=200");
    /// A retainer with the balance of today's cycle.
    fn retainer(id: RetainerId) -> Retainer = format!("/retainers/{id}");
    /// The cycles of a retainer, newest first.
    fn cycles(id: RetainerId) -> Page<Cycle> = format!("/retainers/{id}/cycles?limit=200");
    /// One cycle.
    fn cycle(id: CycleId) -> Cycle = format!("/cycles/{id}");
    /// Where a pool stands in one cycle; the first if none is named.
    fn balance(id: CycleId, pool: Option<&str>) -> Balance =
        Path::new(format!("/cycles/{id}/balance")).with("pool", pool).done();
    /// What a figure of a pool in a cycle is made of: left, used, carries and so on.
    fn explain(figure: &str, id: CycleId, pool: &str) -> Explanation =
        Path::new(format!("/explain/{figure}/{id}")).with("pool", Some(pool)).done();
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
    /// Records time.
    fn record_time(body: &NewTimeEntry) -> TimeRecorded = post("/time-entries", body).await;
    /// Changes a time entry.
    fn change_time(id: TimeEntryId, version: i64, body: &TimeEntryChange) -> TimeRecorded =
        patch(&format!("/time-entries/{id}"), version, body).await;
    /// Takes a time entry back; answers with the balance after it.
    fn remove_time(id: TimeEntryId, version: i64) -> Balance =
        super::decode(&delete(&format!("/time-entries/{id}"), version).await?);
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
