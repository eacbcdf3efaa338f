//! The areas of the app: only those that exist.
use crate::{t, ui::Icon};

/// An area of the rail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Area {
    /// The start page.
    Today,
    /// Clients and partners, their retainers.
    Accounts,
    /// Work of all retainers.
    Board,
    /// What clients ask for.
    Requests,
    /// Sessions with clients.
    Calendar,
    /// Time delivered.
    Time,
    /// Files of time from other tools.
    Import,
    /// What is billed.
    Invoices,
    /// What goes on when a term ends.
    Renewals,
    /// What signals say, and what follows.
    Reviews,
    /// What clients bring and cost.
    Reports,
    /// What was decided, and why.
    Decisions,
    /// How the organisation says it works.
    Model,
    /// The people of the organisation.
    Members,
    /// The organisation, its keys, this browser's looks.
    Settings,
}

impl Area {
    /// Every area, as the rail has them.
    pub const ALL: [Area; 15] = [
        Area::Today,
        Area::Accounts,
        Area::Board,
        Area::Requests,
        Area::Calendar,
        Area::Time,
        Area::Import,
        Area::Invoices,
        Area::Renewals,
        Area::Reviews,
        Area::Reports,
        Area::Decisions,
        Area::Model,
        Area::Members,
        Area::Settings,
    ];

    /// Its name in the reader's language.
    pub fn name(self) -> &'static str {
        match self {
            Area::Today => t!(shell.today),
            Area::Accounts => t!(shell.accounts),
            Area::Board => t!(shell.board),
            Area::Requests => t!(shell.requests),
            Area::Calendar => t!(shell.calendar),
            Area::Time => t!(shell.time),
            Area::Import => t!(shell.import),
            Area::Invoices => t!(shell.invoices),
            Area::Renewals => t!(shell.renewals),
            Area::Reviews => t!(shell.reviews),
            Area::Reports => t!(shell.reports),
            Area::Decisions => t!(shell.decisions),
            Area::Model => t!(shell.model),
            Area::Members => t!(shell.members),
            Area::Settings => t!(shell.settings),
        }
    }

    /// Where it begins.
    pub fn href(self) -> &'static str {
        match self {
            Area::Today => "/",
            Area::Accounts => "/accounts",
            Area::Board => "/board",
            Area::Requests => "/requests",
            Area::Calendar => "/calendar",
            Area::Time => "/time",
            Area::Import => "/imports",
            Area::Invoices => "/invoices",
            Area::Renewals => "/renewals",
            Area::Reviews => "/reviews",
            Area::Reports => "/reports/margin",
            Area::Decisions => "/decisions",
            Area::Model => "/model",
            Area::Members => "/members",
            Area::Settings => "/settings/organisation",
        }
    }

    /// The two keys that go there.
    pub fn keys(self) -> &'static str {
        match self {
            Area::Today => "g t",
            Area::Accounts => "g a",
            Area::Board => "g b",
            Area::Requests => "g q",
            Area::Calendar => "g c",
            Area::Time => "g w",
            Area::Import => "g f",
            Area::Invoices => "g i",
            Area::Renewals => "g r",
            Area::Reviews => "g v",
            Area::Reports => "g p",
            Area::Decisions => "g d",
            Area::Model => "g m",
            Area::Members => "g e",
            Area::Settings => "g s",
        }
    }

    /// Its icon.
    pub fn icon(self) -> Icon {
        match self {
            Area::Today => icondata::LuHouse,
            Area::Accounts => icondata::LuBuilding2,
            Area::Board => icondata::LuKanban,
            Area::Requests => icondata::LuInbox,
            Area::Calendar => icondata::LuCalendarDays,
            Area::Time => icondata::LuTimer,
            Area::Import => icondata::LuFileUp,
            Area::Invoices => icondata::LuReceipt,
            Area::Renewals => icondata::LuRefreshCw,
            Area::Reviews => icondata::LuActivity,
            Area::Reports => icondata::LuTrendingUp,
            Area::Decisions => icondata::LuGavel,
            Area::Model => icondata::LuWorkflow,
            Area::Members => icondata::LuUsers,
            Area::Settings => icondata::LuSettings,
        }
    }

    /// Whether a path lies in it.
    pub fn holds(self, path: &str) -> bool {
        let root = match self {
            Area::Today => return path == "/",
            Area::Settings => "/settings",
            Area::Reports => "/reports",
            area => area.href(),
        };
        path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_lies_in_one_area() {
        let of = |path| Area::ALL.into_iter().filter(|area| area.holds(path)).collect::<Vec<_>>();
        assert_eq!(of("/"), [Area::Today]);
        assert_eq!(of("/accounts/1/retainers/2"), [Area::Accounts]);
        assert_eq!(of("/settings/keys"), [Area::Settings]);
        assert_eq!(of("/accountsx"), []);
    }
}
