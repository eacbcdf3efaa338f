//! Why a request did not bring what was asked for.
use shared::api::{ErrorCode, FieldError, Problem};

/// A request that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// No answer: offline, server down, or given up after 30 s.
    Network,
    /// The server refused, and said why.
    Problem(Box<Problem>),
    /// An answer of this status that is not one of ours, such as a proxy's page.
    Foreign(u16),
    /// An answer that this version of the app cannot read.
    Unreadable(String),
}

impl Fault {
    /// The code of a refusal.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Fault::Problem(problem) => Some(problem.code),
            _ => None,
        }
    }

    /// The status of the answer, if there was one that could be read.
    pub fn status(&self) -> Option<u16> {
        match self {
            Fault::Problem(problem) => Some(problem.status),
            Fault::Foreign(status) => Some(*status),
            Fault::Network | Fault::Unreadable(_) => None,
        }
    }

    /// Whether the server refused with this code.
    pub fn is(&self, code: ErrorCode) -> bool {
        self.code() == Some(code)
    }

    /// The fields at fault.
    pub fn fields(&self) -> &[FieldError] {
        match self {
            Fault::Problem(problem) => &problem.errors,
            _ => &[],
        }
    }

    /// The same request may well succeed if sent again.
    pub fn passing(&self) -> bool {
        match self {
            Fault::Network => true,
            Fault::Problem(problem) => problem.status >= 500 || problem.status == 429,
            Fault::Foreign(status) => *status >= 500,
            Fault::Unreadable(_) => false,
        }
    }
}
