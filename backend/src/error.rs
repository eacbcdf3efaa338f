//! The one error of the server, and how it is told to a client.
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use shared::api::{ErrorCode, FieldError, Problem};
use shared::rules::RuleError;

use crate::db::DbError;

/// What most functions of the server answer.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Refused by a rule that the client can act on.
    #[error("{}", .0.title())]
    Refused(ErrorCode),
    /// Refused likewise, with more to say about this time.
    #[error("{}: {}", .0.title(), .1)]
    Explained(ErrorCode, String),
    /// Refused likewise, by the faults of what was sent.
    #[error("{}", .0.title())]
    Faulty(ErrorCode, Vec<FieldError>),
    /// The fields at fault.
    #[error("some fields are not valid")]
    Invalid(Vec<FieldError>),
    /// The request cannot be read at all.
    #[error("the request could not be read: {0}")]
    Malformed(String),
    /// Too many tries; seconds to wait.
    #[error("too many tries")]
    Throttled(i64),
    /// The database refused or failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Ours to mend: logged in full, told to nobody.
    #[error("{doing}")]
    Internal {
        /// What was being done.
        doing: &'static str,
        /// What went wrong.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl Error {
    /// A failure of our own.
    pub fn internal(
        doing: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Error::Internal { doing, source: source.into() }
    }
    /// One field at fault.
    pub fn field(field: &str, code: &str) -> Self {
        Error::Invalid(vec![FieldError::new(field, code)])
    }
    /// What the client is told to match on.
    pub fn code(&self) -> ErrorCode {
        match self {
            Error::Refused(code) | Error::Explained(code, _) | Error::Faulty(code, _) => *code,
            Error::Invalid(_) => ErrorCode::Invalid,
            Error::Malformed(_) => ErrorCode::Malformed,
            Error::Throttled(_) => ErrorCode::TooManyRequests,
            Error::Db(DbError::NotFound) => ErrorCode::NotFound,
            Error::Db(DbError::Unique(_)) => ErrorCode::Exists,
            Error::Db(DbError::Conflict | DbError::Unavailable(_)) => ErrorCode::Busy,
            Error::Db(_) | Error::Internal { .. } => ErrorCode::Internal,
        }
    }
    /// The problem as a client reads it.
    pub fn problem(&self) -> Problem {
        let code = self.code();
        let detail = match self {
            Error::Explained(_, detail) | Error::Malformed(detail) => Some(detail.clone()),
            _ => None,
        };
        let errors = match self {
            Error::Invalid(errors) | Error::Faulty(_, errors) => errors.clone(),
            _ => Vec::new(),
        };
        Problem {
            r#type: format!("/problems/{}", code.name()),
            title: code.title().into(),
            status: code.status(),
            code,
            detail,
            errors,
            request_id: None,
        }
    }
}

impl From<ErrorCode> for Error {
    fn from(code: ErrorCode) -> Self {
        Error::Refused(code)
    }
}
impl From<Vec<FieldError>> for Error {
    fn from(errors: Vec<FieldError>) -> Self {
        Error::Invalid(errors)
    }
}
impl From<RuleError> for Error {
    fn from(error: RuleError) -> Self {
        Error::internal("applying the rules", error)
    }
}

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
    fn error_response(&self) -> HttpResponse {
        let mut problem = self.problem();
        if problem.status >= 500 {
            let id = uuid::Uuid::now_v7().to_string();
            tracing::error!(error = ?self, request_id = %id, "a request failed");
            problem.request_id = Some(id);
        }
        let mut answer = HttpResponse::build(self.status_code());
        answer.insert_header((header::CONTENT_TYPE, "application/problem+json"));
        match self {
            Error::Throttled(seconds) => answer.insert_header((header::RETRY_AFTER, *seconds)),
            _ if problem.status == 503 => answer.insert_header((header::RETRY_AFTER, 1)),
            _ if problem.status == 401 => {
                answer.insert_header((header::WWW_AUTHENTICATE, "Bearer"))
            }
            _ => &mut answer,
        };
        answer.body(serde_json::to_vec(&problem).unwrap_or_default())
    }
}
