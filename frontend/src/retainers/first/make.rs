//! How it is made: one thing after the other, each kept as soon as it is there.
use leptos::prelude::*;
use shared::api::{
    AccountBillingSet, AccountId, ContactId, ErrorCode, NewBillingRun, NewPortalInvitation,
    NewRetainer, PortalSet, RetainerId, RetainerState,
};

use super::plan::{Invited, Made, Plan};
use crate::api::{self, Fault};

/// What is made, as it is told on the page. The page may be gone before the last of it is there.
struct Making {
    made: Made,
    told: RwSignal<Made>,
}

impl Making {
    fn keep(&mut self, change: impl FnOnce(&mut Made)) {
        change(&mut self.made);
        self.told.try_set(self.made.clone());
    }
}

/// A fault at the fields of the page: those of a body stand below `at`.
fn below<T>(at: &str, outcome: Result<T, Fault>) -> Result<T, Fault> {
    outcome.map_err(|fault| match fault {
        Fault::Problem(mut problem) => {
            for error in &mut problem.errors {
                error.field = format!("{at}{}", error.field);
            }
            Fault::Problem(problem)
        }
        fault => fault,
    })
}

/// Makes what is planned and not made yet; `told` shows how far it is. Called again after a
/// failure, it goes on where it stopped.
///
/// # Errors
/// Of the first thing that cannot be made, at its field.
pub(super) async fn make(plan: Plan, told: RwSignal<Made>) -> Result<(), Fault> {
    let mut making = Making { made: told.get_untracked(), told };
    let Some((account, contact)) = client(&plan, &mut making).await? else { return Ok(()) };
    if let Some(issuer) = plan.issuer.as_ref().filter(|_| !making.made.issuer) {
        // Somebody, or the try before, may have said it since: that stays.
        let seen = api::billing_settings().send().await?;
        if seen.settings.is_none() {
            below("/issuer", api::set_billing(seen.version, issuer).await)?;
        }
        making.keep(|made| made.issuer = true);
    }
    let Some(retainer) = retainer(&plan, account, &mut making).await? else { return Ok(()) };
    if let Some(billing) = plan.billing.as_ref().filter(|_| !making.made.billing) {
        let seen = api::retainer_billing(retainer).send().await?;
        // What was said of a retainer that was there stays.
        if seen.version == 0 {
            let set = api::set_retainer_billing(retainer, seen.version, billing).await;
            below("/billing", set)?;
        }
        let run = NewBillingRun { retainer_id: Some(retainer), ..NewBillingRun::default() };
        match api::run_billing(&run).await {
            // Nobody said yet from whom invoices are.
            Err(fault) if !fault.is(ErrorCode::BillingOff) => return Err(fault),
            _ => making.keep(|made| made.billing = true),
        }
    }
    match contact {
        // Nobody is let in to what is not live.
        Some(contact) if plan.invites && !making.made.setup => {
            invite(account, contact, &mut making).await
        }
        _ => Ok(()),
    }
}

/// The account, its person, and how they are written to.
async fn client(
    plan: &Plan,
    making: &mut Making,
) -> Result<Option<(AccountId, Option<(ContactId, String)>)>, Fault> {
    let known = making.made.account.as_ref().map(|(id, _)| *id);
    let account = match (known, &plan.account) {
        (Some(id), _) => id,
        (None, Some(new)) => {
            let account = below("/account", api::add_account(new).await)?;
            making.keep(|made| made.account = Some((account.id, account.name)));
            account.id
        }
        (None, None) => return Ok(None),
    };
    if let Some(new) = plan.contact.as_ref().filter(|_| making.made.contact.is_none()) {
        let contact = below("/contact", api::add_contact(account, new).await)?;
        making.keep(|made| made.contact = Some((contact.id, contact.name)));
    }
    if let Some(letters) = plan.letters.as_ref().filter(|_| !making.made.letters) {
        let seen = api::account_billing(account).send().await?;
        let set = unsaid(&seen.billing, letters);
        if seen.billing != set {
            let set = api::set_account_billing(account, seen.version, &set).await;
            below("/letters", set)?;
        }
        making.keep(|made| made.letters = true);
    }
    let contact = making.made.contact.clone().or_else(|| plan.person.clone());
    Ok(Some((account, contact)))
}

/// How an account is written to: what was said of it stays.
fn unsaid(kept: &AccountBillingSet, letters: &AccountBillingSet) -> AccountBillingSet {
    let send_to = if kept.send_to.is_empty() { &letters.send_to } else { &kept.send_to };
    AccountBillingSet {
        language: kept.language.or(letters.language),
        send_to: send_to.clone(),
        ..kept.clone()
    }
}

/// The retainer, and when the end of its term is reminded of.
async fn retainer(
    plan: &Plan,
    account_id: AccountId,
    making: &mut Making,
) -> Result<Option<RetainerId>, Fault> {
    let known = making.made.retainer.as_ref().map(|(id, _)| *id);
    let id = match (known, &plan.retainer) {
        (Some(id), _) => id,
        (None, Some(new)) => {
            let new = NewRetainer { account_id, ..new.clone() };
            let retainer = api::add_retainer(&new).await?;
            making.keep(|made| {
                made.setup = retainer.state == RetainerState::Setup;
                made.retainer = Some((retainer.id, retainer.name));
                made.preset = Some(plan.preset);
            });
            retainer.id
        }
        (None, None) => return Ok(None),
    };
    if let Some(rule) = plan.rule.as_ref().filter(|_| !making.made.rule) {
        let seen = api::renewal_rule(id).send().await?;
        // What somebody has said since stays; the first rule that is said is version 2.
        if seen.version < 2 {
            api::set_renewal_rule(id, seen.version, rule).await?;
        }
        making.keep(|made| made.rule = true);
    }
    Ok(Some(id))
}

/// Opens the portal of the account, and invites its person, unless they read it already.
async fn invite(
    account: AccountId,
    (contact_id, name): (ContactId, String),
    making: &mut Making,
) -> Result<(), Fault> {
    if making.made.invited.is_some() {
        return Ok(());
    }
    let portal = api::portal(account).send().await?;
    let mut people = portal.people.iter();
    if portal.open && people.any(|one| one.contact_id == contact_id && one.seen_at.is_some()) {
        return Ok(());
    }
    if !portal.open {
        let open = PortalSet { open: true, parts: portal.parts };
        api::set_portal(account, portal.version, &open).await?;
    }
    let invitation = NewPortalInvitation { contact_id };
    let link = below("/portal", api::invite_to_portal(account, &invitation).await)?;
    let by_mail = portal.sends_mail;
    let invited = Invited { name, token: link.token, by_mail, until: link.expires_at };
    making.keep(|made| made.invited = Some(invited));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::api::{FieldError, Language, Problem};

    #[test]
    fn how_a_client_is_written_to_stays_where_it_was_said() {
        let letters = AccountBillingSet {
            language: Some(Language::De),
            send_to: vec!["mia@big.example".into()],
            ..AccountBillingSet::default()
        };
        let kept = AccountBillingSet {
            reference: Some("PO 4711".into()),
            send_to: vec!["books@big.example".into()],
            ..AccountBillingSet::default()
        };
        let expected = AccountBillingSet { language: Some(Language::De), ..kept.clone() };
        assert_eq!(unsaid(&kept, &letters), expected);
        assert_eq!(unsaid(&AccountBillingSet::default(), &letters), letters);
    }

    #[test]
    fn a_fault_stands_below_the_part_it_is_of() {
        let problem = Problem {
            r#type: String::new(),
            title: String::new(),
            status: 422,
            code: ErrorCode::Invalid,
            detail: None,
            errors: vec![FieldError::new("/email", "email_invalid")],
            request_id: None,
        };
        let fault = below::<()>("/contact", Err(Fault::Problem(Box::new(problem))));
        let fields: Vec<String> =
            fault.expect_err("a fault").fields().iter().map(|one| one.field.clone()).collect();
        assert_eq!(fields, ["/contact/email"]);
        assert_eq!(below::<()>("/contact", Err(Fault::Network)), Err(Fault::Network));
    }
}
