//! Renewals in words.
use chrono::NaiveDate;
use shared::api::{
    BriefSection, EndRule, Proposal, ProposalState, Renewal, RenewalChange, RenewalId,
    RenewalReason, RenewalSign, RenewalStage, RenewalTotal, Role,
};

use crate::format::{date, money_short, percent};
use crate::ui::{Icon, Tone};
use crate::{query, t, tn};

/// The stages that a renewal can be moved to, in their order.
pub(super) const TALKED: [RenewalStage; 4] = [
    RenewalStage::Upcoming,
    RenewalStage::Prepared,
    RenewalStage::Proposed,
    RenewalStage::Negotiating,
];

/// Whether this role sees renewals. The server decides; this only says so early.
pub(super) fn reads(role: Role) -> bool {
    role != Role::Partner
}

/// Renews whatever a renewal shows in, after something about it was saved.
pub(super) fn renewed() {
    for prefix in ["/renewals", "/retainers", "/accounts", "/loose-ends", "/tasks"] {
        query::invalidate(prefix);
    }
}

/// Where one is read.
pub(super) fn href(id: RenewalId) -> String {
    format!("/renewals?renewal={id}")
}

pub(super) fn stage(stage: RenewalStage) -> &'static str {
    match stage {
        RenewalStage::Upcoming => t!(renewals.upcoming),
        RenewalStage::Prepared => t!(renewals.prepared),
        RenewalStage::Proposed => t!(renewals.proposed),
        RenewalStage::Negotiating => t!(renewals.negotiating),
        RenewalStage::Lapsed => t!(renewals.lapsed),
        RenewalStage::Won => t!(renewals.won),
        RenewalStage::Lost => t!(renewals.lost),
    }
}

/// How a stage looks: tone and icon.
pub(super) fn look(stage: RenewalStage) -> (Tone, Icon) {
    match stage {
        RenewalStage::Upcoming => (Tone::Plain, icondata::LuCircleDashed),
        RenewalStage::Prepared => (Tone::Plain, icondata::LuListChecks),
        RenewalStage::Proposed => (Tone::Plain, icondata::LuSend),
        RenewalStage::Negotiating => (Tone::Plain, icondata::LuMessageSquare),
        RenewalStage::Lapsed => (Tone::Bad, icondata::LuOctagonAlert),
        RenewalStage::Won => (Tone::Ok, icondata::LuCheck),
        RenewalStage::Lost => (Tone::Plain, icondata::LuFlag),
    }
}

/// What happens if nobody decides.
pub(super) fn end_rule(rule: EndRule) -> &'static str {
    match rule {
        EndRule::Stop => t!(renewals.stops),
        EndRule::Continue => t!(renewals.goes_on),
        EndRule::Tacit => t!(renewals.renews_itself),
    }
}

pub(super) fn change(change: RenewalChange) -> &'static str {
    match change {
        RenewalChange::Same => t!(renewals.change_same),
        RenewalChange::Expanded => t!(renewals.change_expanded),
        RenewalChange::Reduced => t!(renewals.change_reduced),
    }
}

/// Why one was won or lost.
pub(crate) fn reason(reason: RenewalReason) -> &'static str {
    match reason {
        RenewalReason::Results => t!(renewals.reason_results),
        RenewalReason::Relationship => t!(renewals.reason_relationship),
        RenewalReason::Price => t!(renewals.reason_price),
        RenewalReason::Budget => t!(renewals.reason_budget),
        RenewalReason::Scope => t!(renewals.reason_scope),
        RenewalReason::InHouse => t!(renewals.reason_in_house),
        RenewalReason::Competitor => t!(renewals.reason_competitor),
        RenewalReason::Change => t!(renewals.reason_change),
        RenewalReason::Finished => t!(renewals.reason_finished),
        RenewalReason::ByContract => t!(renewals.reason_by_contract),
        RenewalReason::Accepted => t!(renewals.reason_accepted),
        RenewalReason::Other => t!(renewals.reason_other),
    }
}

/// How a proposal stands: its words, tone and icon.
pub(super) fn proposal_state(of: &Proposal) -> (&'static str, Tone, Icon) {
    match of.state {
        ProposalState::Open if of.expired => {
            (t!(proposals.expired), Tone::Warn, icondata::LuHourglass)
        }
        ProposalState::Open => (t!(proposals.open), Tone::Plain, icondata::LuSend),
        ProposalState::Accepted => (t!(proposals.accepted), Tone::Ok, icondata::LuCheck),
        ProposalState::Declined => (t!(proposals.declined), Tone::Bad, icondata::LuX),
        ProposalState::Withdrawn => (t!(proposals.withdrawn), Tone::Plain, icondata::LuUndo2),
    }
}

/// People name the last day, the API the first without.
pub(super) fn last_day(first_without: NaiveDate) -> NaiveDate {
    first_without.pred_opt().unwrap_or(first_without)
}

/// How long the term still runs.
pub(super) fn ends(renewal: &Renewal, today: NaiveDate) -> String {
    let last = last_day(renewal.due_on);
    let day = date(last, today);
    match (last - today).num_days() {
        0 => t!(renewals.ends_today).to_owned(),
        days if days < 0 => t!(renewals.ended, day = day),
        days => tn!(days, renewals.ends_one, renewals.ends_other, day = day),
    }
}

/// Until when notice can be given, where the contract renews itself.
pub(super) fn notice(renewal: &Renewal, today: NaiveDate) -> Option<String> {
    let last = renewal.notice_on?;
    let day = date(last, today);
    Some(match (last - today).num_days() {
        0 => t!(renewals.notice_today).to_owned(),
        days if days < 0 => t!(renewals.notice_over, day = day),
        days => tn!(days, renewals.notice_one, renewals.notice_other, day = day),
    })
}

/// What the last closed cycles used of what there was, the oldest first.
pub(super) fn used(renewal: &Renewal) -> Option<String> {
    let share = |share: Option<i64>| share.and_then(|share| percent(share, 1_000));
    let shares = renewal.cycles.iter().rev().map(|cycle| share(cycle.share));
    let shares: Vec<String> = shares.map(|share| share.unwrap_or_else(|| "–".into())).collect();
    (!shares.is_empty()).then(|| t!(renewals.used, shares = shares.join(" · ")))
}

/// Whether the last cycles used half or more of what there was, and less than nine tenths: nothing speaks
/// for another term. Source: domain 7.8.
pub(super) fn is_fair(renewal: &Renewal) -> bool {
    let fair = |share: Option<i64>| share.is_some_and(|share| (500..900).contains(&share));
    !renewal.cycles.is_empty() && renewal.cycles.iter().all(|cycle| fair(cycle.share))
}

/// How likely it is.
pub(super) fn likely(renewal: &Renewal) -> String {
    percent(renewal.probability, 100).unwrap_or_default()
}

/// What the renewals of a stage come to in one currency.
pub(super) fn total(of: &RenewalTotal) -> String {
    let mrr = money_short(&of.mrr);
    if !of.stage.is_talked_about() {
        return t!(renewals.sum, mrr = mrr);
    }
    let likely = shared::api::Money { amount_minor: of.likely_minor, ..of.mrr.clone() };
    t!(renewals.sum_likely, mrr = mrr, likely = money_short(&likely))
}

/// What sentences of a brief are about.
pub(super) fn brief_section(section: BriefSection) -> &'static str {
    match section {
        BriefSection::Used => t!(renewals.section_used),
        BriefSection::Delivered => t!(renewals.section_delivered),
        BriefSection::Outcomes => t!(renewals.section_outcomes),
        BriefSection::Decided => t!(renewals.section_decided),
        BriefSection::Asked => t!(renewals.section_asked),
        BriefSection::Money => t!(renewals.section_money),
    }
}

/// Why another term is suggested.
pub(super) fn sign(sign: RenewalSign) -> &'static str {
    match sign {
        RenewalSign::FullUse => t!(renewals.sign_full_use),
        RenewalSign::Overage => t!(renewals.sign_overage),
        RenewalSign::TopUps => t!(renewals.sign_top_ups),
        RenewalSign::LittleUse => t!(renewals.sign_little_use),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::api::{AccountKind, Money, RenewalCycle};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn renewal() -> Renewal {
        let id = "01980000-0000-7000-8000-000000000000";
        Renewal {
            id: id.parse().unwrap(),
            account_id: id.parse().unwrap(),
            account_name: "Halden Legal".into(),
            account_kind: AccountKind::Client,
            retainer_id: id.parse().unwrap(),
            retainer_name: "Support".into(),
            stage: RenewalStage::Upcoming,
            stage_at: "2026-11-01T09:00:00Z".parse().unwrap(),
            end_rule: EndRule::Tacit,
            due_on: day("2027-01-01"),
            notice_on: Some(day("2026-12-01")),
            opened_at: "2026-11-01T09:00:00Z".parse().unwrap(),
            owner_id: None,
            owner_name: None,
            plan: None,
            probability: 70,
            probability_said: false,
            mrr: Money { amount_minor: 150_000, currency: "EUR".into() },
            health: None,
            cycles: Vec::new(),
            ended: false,
            steps: Vec::new(),
            has_brief: false,
            reminded_days: None,
            outcome: None,
            version: 1,
        }
    }

    #[test]
    fn days_are_told_by_the_last_one() {
        let one = renewal();
        assert_eq!(ends(&one, day("2026-12-29")), "Term ends in 2 days, on 31 Dec");
        assert_eq!(ends(&one, day("2026-12-31")), "Term ends today");
        assert_eq!(ends(&one, day("2027-01-03")), "Term ended on 31 Dec 2026");
        let notice = |today| notice(&one, day(today)).unwrap();
        assert_eq!(notice("2026-11-30"), "Notice within 1 day, by 1 Dec");
        assert_eq!(notice("2026-12-01"), "Notice by today");
        assert_eq!(notice("2026-12-02"), "Notice was possible until 1 Dec");
    }

    #[test]
    fn what_was_used_is_told_in_its_order() {
        let cycle = |seq, share| RenewalCycle { seq, share };
        let mut one = renewal();
        assert_eq!(used(&one), None);
        one.cycles = vec![cycle(3, Some(1_043)), cycle(2, None), cycle(1, Some(820))];
        assert_eq!(used(&one).unwrap(), "Used 82% · – · 104%");
        assert!(!is_fair(&one));
        one.cycles = vec![cycle(2, Some(899)), cycle(1, Some(500))];
        assert!(is_fair(&one));
    }

    #[test]
    fn a_stage_that_is_talked_about_says_what_is_likely() {
        let of = |stage| RenewalTotal {
            stage,
            count: 1,
            mrr: Money { amount_minor: 150_000, currency: "EUR".into() },
            likely_minor: 105_000,
        };
        assert!(total(&of(RenewalStage::Upcoming)).contains("likely"));
        assert!(!total(&of(RenewalStage::Won)).contains("likely"));
    }
}
