//! The scope of a retainer: what it is for, what it holds and leaves out, what comes first, how
//! that changes, and who decides.
mod changes;
mod controls;
mod decide;
mod delegations;
mod fit;
mod frame;
mod frame_form;
mod gate;
mod lines;
mod page;
mod plan;
mod plan_rows;
mod priorities;
mod propose;
mod signals;
mod words;

pub(crate) use controls::ControlsPage;
pub(crate) use fit::FitPanel;
pub(crate) use gate::{GateLine, as_one_fault};
pub use page::ScopePage;

use shared::api::{AccountId, Contact, Delegation, Holder, Member, RetainerId, Role};
use shared::rules::ownership::{self, Side, Standing};

use crate::query;
use crate::t;
use crate::ui::Choice;

/// Where a retainer's scope is.
pub fn scope_href(account: AccountId, retainer: RetainerId) -> String {
    format!("/accounts/{account}/retainers/{retainer}/scope")
}

/// Reads again what hangs on a scope.
fn renew() {
    for prefix in ["/retainers", "/cycles"] {
        query::invalidate(prefix);
    }
}

/// Those who can hold a seat or decide, as a list offers them: the people at the account first.
fn holders(contacts: &[Contact], members: &[Member]) -> Vec<Choice> {
    let contact = |one: &Contact| {
        let label = t!(scope.at_account, name = one.name.as_str());
        Choice::new(format!("contact:{}", one.id), label)
    };
    let member = |one: &Member| Choice::new(format!("member:{}", one.id), one.name.clone());
    contacts.iter().map(contact).chain(members.iter().map(member)).collect()
}

/// Those of them who may decide today: the side whose business it is, and whom it has let decide.
/// At the account that is whoever is noted as deciding, and everybody where nobody is.
/// Source: requirement S0-22.
fn deciders(
    (contacts, members): (&[Contact], &[Member]),
    partner: bool,
    given: &[Delegation],
) -> Vec<Choice> {
    let noted = contacts.iter().any(|one| one.decides);
    let may = |holder: Holder, (who, left_to_others): (Standing, bool)| {
        let delegated = given.iter().any(|one| one.holds && one.to.holder == holder);
        let own = ownership::side_of(partner, who) == Side::Business && !left_to_others;
        delegated || own
    };
    let standing = |one: &Member| match one.role {
        Role::Partner => Standing::Partner,
        _ => Standing::Member,
    };
    let contacts = contacts.iter().filter(|one| {
        may(Holder::Contact { id: one.id }, (Standing::Contact, noted && !one.decides))
    });
    let members =
        members.iter().filter(|one| may(Holder::Member { id: one.id }, (standing(one), false)));
    holders(&contacts.cloned().collect::<Vec<_>>(), &members.cloned().collect::<Vec<_>>())
}

/// The one that [`holders`] offered under this value.
fn holder(value: &str) -> Option<Holder> {
    match value.split_once(':')? {
        ("contact", id) => Some(Holder::Contact { id: id.parse().ok()? }),
        ("member", id) => Some(Holder::Member { id: id.parse().ok()? }),
        _ => None,
    }
}

/// What stands on the lines of a text, without the empty ones.
fn lines_of(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// A text that says something.
fn said(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_offered_is_found_again() {
        let id = "0193a5b0-0000-7000-8000-000000000000";
        let contact = holder(&format!("contact:{id}"));
        assert!(matches!(contact, Some(Holder::Contact { id: of }) if of.to_string() == id));
        let member = holder(&format!("member:{id}"));
        assert!(matches!(member, Some(Holder::Member { id: of }) if of.to_string() == id));
        assert_eq!(holder(""), None);
        assert_eq!(holder("member:nobody"), None);
    }

    #[test]
    fn lines_that_say_nothing_are_none() {
        assert_eq!(lines_of(" One \n\n Two"), ["One", "Two"]);
        assert_eq!((said("  "), said(" x ")), (None, Some("x".to_owned())));
    }
}
