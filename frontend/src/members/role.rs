//! Roles in words.
use shared::api::Role;

use crate::{t, ui::Choice};

/// A role's name.
pub fn role_words(role: Role) -> &'static str {
    match role {
        Role::Owner => t!(members.owner),
        Role::Admin => t!(members.admin),
        Role::Manager => t!(members.manager),
        Role::Member => t!(members.member),
        Role::Finance => t!(members.finance),
        Role::Viewer => t!(members.viewer),
        Role::Partner => t!(members.partner),
    }
}

/// What a role may do, in a phrase.
pub(crate) fn role_about(role: Role) -> &'static str {
    match role {
        Role::Owner => t!(members.owner_about),
        Role::Admin => t!(members.admin_about),
        Role::Manager => t!(members.manager_about),
        Role::Member => t!(members.member_about),
        Role::Finance => t!(members.finance_about),
        Role::Viewer => t!(members.viewer_about),
        Role::Partner => t!(members.partner_about),
    }
}

/// The roles someone may give: none above their own.
pub(crate) fn roles_below(mine: Role) -> Vec<Choice> {
    let place = |role: Role| Role::ALL.iter().position(|one| *one == role);
    let below = Role::ALL.iter().filter(|role| place(**role) >= place(mine));
    below.map(|role| Choice::new(role.name(), role_words(*role))).collect()
}

/// A role by its name on the wire.
pub(crate) fn role_named(name: &str) -> Role {
    Role::ALL.into_iter().find(|role| role.name() == name).unwrap_or(Role::Viewer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_gives_a_role_above_their_own() {
        let names: Vec<String> = roles_below(Role::Admin).into_iter().map(|c| c.value).collect();
        assert_eq!(names, ["admin", "manager", "member", "finance", "viewer", "partner"]);
        assert_eq!(roles_below(Role::Owner).len(), Role::ALL.len());
    }

    #[test]
    fn a_role_is_found_by_its_name() {
        for role in Role::ALL {
            assert_eq!(role_named(role.name()), role);
        }
    }
}
