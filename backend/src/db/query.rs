//! Statements: fixed text by name, or text put together from fixed fragments.
use std::borrow::Cow;

use super::{Arg, DbError};

/// A fixed statement, known to the test that prepares them all on both engines.
#[derive(Debug, Clone, Copy)]
pub struct Stmt {
    /// The module and constant it is.
    pub name: &'static str,
    /// Its text.
    pub sql: &'static str,
}

/// Every fixed statement there is.
#[linkme::distributed_slice]
pub static STATEMENTS: [Stmt];

/// Names a fixed statement and registers it.
#[macro_export]
macro_rules! stmt {
    ($(#[$meta:meta])* $vis:vis $name:ident = $sql:literal) => {
        $(#[$meta])*
        $vis const $name: $crate::db::Stmt =
            $crate::db::Stmt { name: concat!(module_path!(), "::", stringify!($name)), sql: $sql };
        const _: () = {
            #[allow(unsafe_code, clippy::allow_attributes, reason = "linkme names a link section")]
            #[linkme::distributed_slice($crate::db::STATEMENTS)]
            static ENTRY: $crate::db::Stmt = $name;
        };
    };
}

/// A statement ready to run: fixed text, or text put together from fixed fragments.
pub struct Query {
    pub(super) sql: Cow<'static, str>,
    pub(super) args: Vec<Arg>,
    /// Whether the text names each parameter once, in their order.
    in_order: bool,
    /// Whether a connection keeps it prepared.
    pub(super) kept: bool,
}

/// The longest list whose statement is kept prepared.
const KEPT_LIST: usize = 64;

impl Stmt {
    /// The statement with its parameters.
    pub fn with(self, args: Vec<Arg>) -> Query {
        Query::with(self.sql, args)
    }
}

impl Query {
    /// Starts a statement put together at run time. Only `&'static str` fragments go in, so no
    /// user input can become SQL.
    pub fn new(sql: &'static str) -> Self {
        Query { sql: sql.into(), args: Vec::new(), in_order: true, kept: true }
    }
    /// Starts likewise from a text that names its first parameters itself.
    pub fn with(sql: &'static str, args: Vec<Arg>) -> Self {
        Query { sql: sql.into(), args, in_order: false, kept: true }
    }
    /// Appends a fragment whose single `?` stands for `arg`.
    pub fn push(mut self, fragment: &'static str, arg: impl Into<Arg>) -> Self {
        self.args.push(arg.into());
        let numbered = fragment.replacen('?', &format!("${}", self.args.len()), 1);
        self.sql.to_mut().push_str(&numbered);
        self
    }
    /// Appends a fragment if there is a value for it.
    pub fn push_opt(self, fragment: &'static str, arg: Option<impl Into<Arg>>) -> Self {
        match arg {
            Some(arg) => self.push(fragment, arg),
            None => self,
        }
    }
    /// Appends a fragment without a parameter.
    pub fn text(mut self, fragment: &'static str) -> Self {
        self.sql.to_mut().push_str(fragment);
        self
    }

    /// Appends `(…), (…)` for an insert of many rows at once.
    pub fn rows(mut self, rows: Vec<Vec<Arg>>) -> Self {
        for (n, row) in rows.into_iter().enumerate() {
            self.sql.to_mut().push_str(if n == 0 { " (" } else { ", (" });
            for (m, arg) in row.into_iter().enumerate() {
                self.args.push(arg);
                let number = self.args.len();
                self.sql.to_mut().push_str(&format!("{}${number}", if m == 0 { "" } else { ", " }));
            }
            self.sql.to_mut().push(')');
        }
        self
    }
    /// Appends `column IN (…)`'s list; an empty list matches nothing. A short list is filled up with
    /// its last value to a power of two: few texts differ, and they are kept prepared.
    pub fn list(mut self, mut args: Vec<Arg>) -> Self {
        let Some(last) = args.last().cloned() else { return self.text(" (NULL)") };
        if args.len() <= KEPT_LIST {
            args.resize(args.len().next_power_of_two(), last);
        } else {
            self.kept = false;
        }
        self.sql.to_mut().push_str(" (");
        for (n, arg) in args.into_iter().enumerate() {
            self.args.push(arg);
            let number = self.args.len();
            self.sql.to_mut().push_str(&format!("{}${number}", if n == 0 { "" } else { ", " }));
        }
        self.text(")")
    }

    /// The text for SQLite, which finds each named parameter by a walk over all: hundreds of them
    /// take longer to bind than their statement to run. Parameters in order need no names.
    pub(super) fn sqlite_text(&self) -> Cow<'static, str> {
        if !self.in_order || self.args.is_empty() {
            return self.sql.clone();
        }
        let mut parts = self.sql.split('$');
        let mut text = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            text.push('?');
            text.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
        }
        text.into()
    }

    /// sqlx-sqlite reads a missing parameter as NULL; say so instead.
    pub(super) fn check(&self) -> Result<(), DbError> {
        let expected = highest_parameter(&self.sql);
        if expected == self.args.len() {
            return Ok(());
        }
        Err(DbError::ArgCount { sql: self.sql.to_string(), expected, got: self.args.len() })
    }
}

fn highest_parameter(sql: &str) -> usize {
    sql.split('$')
        .skip(1)
        .filter_map(|rest| rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok())
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args;

    #[test]
    fn on_sqlite_parameters_in_order_have_no_names() {
        let query = || {
            Query::new("WITH given (a, b) AS (VALUES")
                .rows(vec![args![1i64, "x"], args![2i64, "y"]])
                .push(") SELECT a + ?", 3i64)
                .text(" FROM given WHERE a IN")
                .list(args![4i64, 5i64])
        };
        let plain = "WITH given (a, b) AS (VALUES (?, ?), (?, ?)) SELECT a + ? FROM given \
            WHERE a IN (?, ?)";
        assert_eq!(query().sqlite_text(), plain);
        let named = Query::with("SELECT $2, $1, $2", args![1i64, 2i64]).push(", ?", 3i64);
        assert_eq!(named.sqlite_text(), "SELECT $2, $1, $2, $3");
        assert_eq!(Query::new("SELECT '$'").sqlite_text(), "SELECT '$'");
    }

    #[test]
    fn short_lists_share_their_text() {
        let listed = |length| Query::new("SELECT 1 WHERE 1 IN").list(vec![1i64.into(); length]);
        assert_eq!(listed(3).sql, "SELECT 1 WHERE 1 IN ($1, $2, $3, $4)");
        assert_eq!((listed(3).sql, listed(3).args.len()), (listed(4).sql, 4));
        assert!(listed(0).kept && listed(64).kept && !listed(65).kept);
        assert_eq!(listed(65).args.len(), 65);
        assert!(Query::new("SELECT").rows(vec![args![1i64]]).kept);
    }
}
