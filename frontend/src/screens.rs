//! What is not in the program's first file: the code of an area is loaded when one of its screens
//! is first opened. The shell, Today and signing in are there from the start.
//!
//! wasm-split cuts what only these functions reach out of the linked program: one file an area.
//! Call a screen by its function here, never by its component, or it stays in the first file.
use leptos::prelude::*;
use leptos::wasm_split::{SplitLoaderError, wasm_split};

use crate::ui::{Draw, Loading};

/// `area: function = component`.
macro_rules! screens {
    ($($area:ident: $name:ident = $component:path;)*) => {$(
        #[doc = concat!("Loads `", stringify!($component), "`.")]
        pub(crate) fn $name() -> Loading {
            #[wasm_split($area, wasm_split_path = leptos::wasm_split, fallible)]
            fn $name() -> Result<Draw, SplitLoaderError> {
                Ok(|| $component().into_any())
            }
            Box::pin($name())
        }
    )*};
}

screens! {
    entry: setup = crate::auth::SetupPage;
    entry: invite = crate::auth::InvitePage;
    board: board = crate::board::BoardPage;
    card: card_forms = crate::board::CardForms;
    act: act = crate::requests::ActPage;
    requests: requests = crate::requests::RequestsPage;
    forms: form_links = crate::requests::FormLinks;
    forms: ask_client = crate::alerts::AskClientForm;
    forms: alert_settings = crate::alerts::SettingsForm;
    forms: share_links = crate::portal_access::ShareLinks;
    accounts: accounts = crate::accounts::AccountsPage;
    accounts: account = crate::accounts::AccountPage;
    timeline: timeline = crate::timeline::TimelinePage;
    timeline: timeline_part = crate::timeline::TimelinePart;
    timeline: health_part = crate::accounts::HealthPart;
    clients: portal = crate::portal_access::PortalPage;
    files: files = crate::files::FilesPage;
    files: agreement_part = crate::files::AgreementPart;
    retainers: retainer = crate::retainers::RetainerPage;
    terms: new_retainer = crate::retainers::NewRetainerPage;
    first: first = crate::retainers::StartPage;
    changes: change = crate::retainers::Change;
    play: play = crate::retainers::Play;
    play: suggested_year = crate::retainers::PlaySuggested;
    terms: amend = crate::retainers::AmendTerms;
    scope: scope = crate::scope::ScopePage;
    scope: controls = crate::scope::ControlsPage;
    closing: close_cycle = crate::closing::ClosePage;
    closing: close_month = crate::closing::MonthPage;
    closing: statement = crate::statements::StatementPage;
    time: time = crate::time_entries::TimePage;
    time: log_time = crate::time_entries::LogTime;
    calendar: calendar = crate::sessions::CalendarPage;
    calls: calls = crate::sessions::CallsPage;
    calls: preparation = crate::sessions::PreparationPage;
    imports: imports = crate::imports::ImportsPage;
    imports: import = crate::imports::ImportPage;
    invoices: invoices = crate::invoices::InvoicesPage;
    invoices: invoice = crate::invoices::InvoicePage;
    billing: credit_note = crate::invoices::CreditNotePage;
    billing: account_billing = crate::invoices::AccountBillingPage;
    billing: retainer_billing = crate::invoices::RetainerBillingPage;
    billing: billing = crate::invoices::BillingPage;
    bank: bank = crate::invoices::BankPage;
    bank: bank_import = crate::invoices::BankImportPage;
    bank: export = crate::invoices::ExportForm;
    bank: credit_form = crate::invoices::CreditForm;
    renewals: renewals = crate::renewals::RenewalsPage;
    decisions: decisions = crate::decisions::DecisionsPage;
    reviews: reviews = crate::reviews::ReviewsPage;
    reviews: review = crate::reviews::RoomPage;
    measures: signals = crate::reviews::SignalsPage;
    measures: leads = crate::reviews::LeadsPage;
    measures: compare = crate::reviews::ComparePage;
    reports: recurring = crate::reports::RecurringPage;
    reports: renewal_report = crate::reports::RenewalReportPage;
    reports: uplifts = crate::reports::UpliftsPage;
    reports: margin = crate::reports::MarginPage;
    model: model = crate::model::ModelPage;
    sops: sop = crate::model::SopPage;
    sops: new_sop = crate::model::NewSop;
    settings: members = crate::members::MembersPage;
    settings: settings = crate::settings::SettingsPage;
}

/// Begins to load the code of a screen that will probably be wanted: at the start the one of the
/// address, later the one under the pointer. If that fails, opening the screen tells.
pub(crate) fn load_ahead(path: &str) {
    if let Some(load) = screen_of(path) {
        leptos::task::spawn_local(async move { drop(load().await) });
    }
}

/// What is beside the reviews themselves, in a part of its own.
const MEASURES: [&str; 3] = ["/reviews/signals", "/reviews/leads", "/reviews/partners"];

/// A screen of the area that an address lies in.
fn screen_of(path: &str) -> Option<fn() -> Loading> {
    let mut parts = path.split('/').skip(1);
    let (area, below) = (parts.next()?, (parts.nth(1), parts.next(), parts.next()));
    Some(match (area, below) {
        ("setup" | "invite", _) => setup,
        ("act", _) => act,
        ("requests", _) => requests,
        ("start", _) => first,
        ("accounts", (Some("retainers"), Some("new"), _)) => new_retainer,
        ("accounts", (Some("retainers"), _, Some("close"))) => close_cycle,
        ("accounts", (Some("retainers"), _, Some("statements"))) => statement,
        ("board", _) | ("accounts", (Some("retainers"), _, Some("board"))) => board,
        ("accounts", (Some("retainers"), _, Some("scope"))) => scope,
        ("accounts", (Some("timeline"), ..)) => timeline,
        ("accounts", (Some("portal"), ..)) => portal,
        ("accounts", (Some("files"), ..)) => files,
        ("accounts", (Some("billing"), ..) | (Some("retainers"), _, Some("billing"))) => {
            account_billing
        }
        ("accounts", (Some("retainers"), ..)) => retainer,
        ("accounts", _) => accounts,
        ("close", _) => close_month,
        ("calendar", _) if path.starts_with("/calendar/sessions") => preparation,
        ("calendar", _) if path.starts_with("/calendar/calls") => calls,
        ("calendar", _) => calendar,
        ("time", _) => time,
        ("imports", _) => imports,
        ("invoices", _) => invoices,
        ("credit-notes", _) => credit_note,
        ("bank", _) => bank,
        ("renewals", _) => renewals,
        ("decisions", _) => decisions,
        ("reviews", _) if MEASURES.iter().any(|one| path.starts_with(one)) => signals,
        ("reviews", _) => reviews,
        ("reports", _) => margin,
        ("model", _) if path.starts_with("/model/sops") => sop,
        ("model", _) => model,
        ("members" | "settings", _) => settings,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_loaded_ahead_is_the_area_of_the_address() {
        let is = |path, load: fn() -> Loading| {
            screen_of(path).is_some_and(|found| std::ptr::fn_addr_eq(found, load))
        };
        assert!(screen_of("/").is_none());
        assert!(screen_of("/sign-in").is_none());
        assert!(is("/accounts", accounts));
        assert!(is("/accounts/1", accounts));
        assert!(is("/start", first));
        assert!(is("/accounts/1/retainers/2", retainer));
        assert!(is("/accounts/1/retainers/new", new_retainer));
        assert!(is("/board", board));
        assert!(is("/accounts/1/retainers/2/board", board));
        assert!(is("/requests/1", requests));
        assert!(is("/act/secret", act));
        assert!(is("/calendar", calendar));
        assert!(is("/calendar/calls", calls));
        assert!(is("/calendar/sessions/1", preparation));
        assert!(is("/accounts/1/retainers/2/close", close_cycle));
        assert!(is("/accounts/1/retainers/2/statements/3", statement));
        assert!(is("/accounts/1/retainers/2/scope", scope));
        assert!(is("/imports/1", imports));
        assert!(is("/invoices/1", invoices));
        assert!(is("/credit-notes/1", credit_note));
        assert!(is("/accounts/1/billing", account_billing));
        assert!(is("/accounts/1/timeline", timeline));
        assert!(is("/accounts/1/portal", portal));
        assert!(is("/accounts/1/files", files));
        assert!(is("/accounts/1/retainers/2/billing", account_billing));
        assert!(is("/bank/1", bank));
        assert!(is("/renewals", renewals));
        assert!(is("/decisions", decisions));
        assert!(is("/reviews/1", reviews));
        assert!(is("/reviews/leads", signals));
        assert!(is("/reports/recurring", margin));
        assert!(is("/reports/margin", margin));
        assert!(is("/model", model));
        assert!(is("/model/sops/1", sop));
        assert!(is("/settings/keys", settings));
        assert!(is("/invite/secret", setup));
    }
}
