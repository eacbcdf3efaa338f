//! Renewals: they begin by themselves before a term ends, and are there until somebody has decided.
//! Source: domain 7.2, 7.3; requirements S2-19 to S2-22; docs/decisions/0060.
mod brief;
mod brief_store;
mod brief_words;
mod forecast;
mod look;
mod outcome;
mod proposal_mail_words;
mod proposal_mails;
mod proposal_mails_routes;
mod proposal_mails_store;
mod proposal_paper;
mod proposal_seen;
mod proposals;
mod proposals_routes;
mod proposals_store;
mod reminders;
mod report;
mod report_routes;
mod report_store;
mod routes;
mod rule;
mod rule_store;
mod service;
mod signed;
mod store;
mod view;
mod words;

pub(crate) use look::tick;
pub(crate) use proposal_seen::{is_unseen, see};
pub(crate) use proposals::{answer as answer_proposal, shown as proposal_shown};
pub(crate) use rule::{find as rule_of, terms_of};
pub(crate) use rule_store::{keep as keep_rule, look_soon};
pub(crate) use service::talked_about;

use crate::openapi::Routes;

/// Every route of renewals and proposals.
pub fn routes(routes: &mut Routes) {
    routes
        .configure(self::routes::routes)
        .configure(proposals_routes::routes)
        .configure(proposal_mails_routes::routes)
        .configure(report_routes::routes);
}
