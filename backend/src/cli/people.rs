//! `perennial organisation add` and `perennial user add`: tenants and people without mail.
use std::path::PathBuf;

use clap::{Args, Subcommand};
use shared::api::{
    Check, FieldError, NewMember, NewOrganisation, NewOwner, OrganisationId, Role, Setup,
};

use super::{Failure, now, open};
use crate::config::Settings;
use crate::db::Db;
use crate::error::Error;
use crate::identity;

#[derive(Debug, Subcommand)]
pub(super) enum OrganisationCommand {
    /// Add an organisation and its owner
    Add(NewTenant),
}

#[derive(Debug, Args)]
pub(super) struct NewTenant {
    /// As its clients know it
    name: String,
    /// The owner's mail address
    #[arg(long, value_name = "EMAIL")]
    owner: String,
    /// The owner's name [default: the mail address up to its @]
    #[arg(long, value_name = "NAME")]
    owner_name: Option<String>,
    /// A file with the owner's password on its first line
    #[arg(long, value_name = "FILE")]
    password_file: PathBuf,
    /// The default of new retainers, as ISO 4217
    #[arg(long, default_value = "EUR")]
    currency: String,
    /// The default of new retainers, as Area/Place
    #[arg(long, default_value = "UTC")]
    timezone: String,
}

#[derive(Debug, Subcommand)]
pub(super) enum UserCommand {
    /// Add a person to an organisation
    Add(NewUser),
}

#[derive(Debug, Args)]
pub(super) struct NewUser {
    /// The organisation's id, or its name if only one has it
    #[arg(long, value_name = "ID|NAME")]
    organisation: String,
    /// The mail address they sign in with
    #[arg(long)]
    email: String,
    /// As colleagues know them
    #[arg(long)]
    name: String,
    /// What they may do: owner, admin, manager, member, finance, viewer or partner
    #[arg(long, value_parser = role)]
    role: Role,
    /// A file with their password on its first line
    #[arg(long, value_name = "FILE")]
    password_file: PathBuf,
}

fn role(text: &str) -> Result<Role, String> {
    let names = Role::ALL.map(Role::name).join(", ");
    Role::ALL.into_iter().find(|role| role.name() == text).ok_or(format!("one of {names}"))
}

pub(super) async fn organisation(
    settings: &Settings,
    command: OrganisationCommand,
) -> Result<(), Failure> {
    let OrganisationCommand::Add(new) = command;
    let first_part = new.owner.split('@').next().unwrap_or_default();
    let setup = Setup {
        organisation: NewOrganisation {
            name: new.name.clone(),
            currency: new.currency,
            timezone: new.timezone,
        },
        owner: NewOwner {
            name: new.owner_name.unwrap_or_else(|| first_part.to_owned()),
            email: new.owner,
            password: password(&new.password_file)?,
        },
        sample: false,
    };
    setup.check().map_err(faults)?;
    let db = open(settings).await?;
    let scope = identity::found(&db, &setup.organisation, &setup.owner, now(settings))
        .await
        .map_err(refused)?;
    println!("{} is organisation {}", new.name, scope.organisation());
    Ok(())
}

pub(super) async fn user(settings: &Settings, command: UserCommand) -> Result<(), Failure> {
    let UserCommand::Add(new) = command;
    let person = NewOwner {
        name: new.name.clone(),
        email: new.email.clone(),
        password: password(&new.password_file)?,
    };
    person_faults(&person)?;
    let db = open(settings).await?;
    let organisation = named(&db, &new.organisation).await?;
    let member = NewMember { name: new.name, email: Some(new.email), role: new.role };
    let id = identity::enrol(&db, organisation, &member, &person.password, now(settings))
        .await
        .map_err(refused)?;
    println!("{} is member {id}", member.name);
    Ok(())
}

/// The rules of an owner are those of everyone who signs in.
fn person_faults(person: &NewOwner) -> Result<(), Failure> {
    let (name, currency, timezone) = ("-".into(), "EUR".into(), "UTC".into());
    let organisation = NewOrganisation { name, currency, timezone };
    Setup { organisation, owner: person.clone(), sample: false }.check().map_err(faults)
}

/// The first line of a file; whoever can read it can sign in.
fn password(file: &PathBuf) -> Result<String, Failure> {
    let text = std::fs::read_to_string(file)
        .map_err(|e| Failure::unusable(format!("cannot read {}: {e}", file.display())))?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

async fn named(db: &Db, name: &str) -> Result<OrganisationId, Failure> {
    let found = identity::organisations_named(db, name).await.map_err(refused)?;
    match found.as_slice() {
        [one] => Ok(*one),
        [] => Err(Failure::unusable(format!("there is no organisation {name}"))),
        _ => {
            Err(Failure::unusable(format!("several organisations are called {name}: give the id")))
        }
    }
}

fn faults(faults: Vec<FieldError>) -> Failure {
    let words = |fault: FieldError| format!("{}: {}", fault.field, fault.message);
    Failure::Unusable(faults.into_iter().map(words).collect())
}

fn refused(error: Error) -> Failure {
    match error {
        Error::Invalid(at_fields) => faults(at_fields),
        error => Failure::of("not added", &error),
    }
}
