//! Reminders: when an unpaid invoice is reminded of, in which words, and what stops that.
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::reminder_words::{Tone, usual};
use super::*;
use crate::rules::billing::{Dunning, DunningStep, StepAction, StepFrom};
use crate::rules::mail;
use crate::rules::units::Minor;

/// The most steps of a ladder.
pub const REMINDER_STEPS_MAX: usize = 8;
/// The earliest and the latest day of a step, counted from the day an invoice is due.
pub const STEP_DAYS: (i64, i64) = (-30, 365);

pub use crate::rules::billing::Standing;

/// The most retainers that are told as late.
pub const RETAINERS_SHOWN: usize = 500;

names! {
    /// What a step does.
    ReminderAction {
        /// The client is reminded.
        Remind "remind",
        /// The client is warned of what comes next.
        Warn "warn",
        /// The client is told that new work waits until the invoice is settled.
        Suspend "suspend",
    }
    /// What keeps an invoice from being reminded of.
    StopKind {
        /// The client disputes it.
        Dispute "dispute",
        /// Somebody here holds reminders back.
        Hold "hold",
    }
    /// Why no reminder comes.
    NoReminder {
        /// It is a draft.
        Draft "draft",
        /// Nothing is open on it.
        Settled "settled",
        /// The client disputes it.
        Dispute "dispute",
        /// Somebody here holds reminders back.
        Hold "hold",
        /// Reminders are switched off.
        Off "off",
        /// There is no mail server.
        MailOff "mail_off",
        /// Nobody has said where the account wants mails.
        Unaddressed "unaddressed",
        /// A charge of it is on its way.
        Charging "charging",
        /// It is charged by itself, and was not tried yet: who pays so is reminded of a failure only.
        ToCharge "to_charge",
        /// Every step was taken.
        Over "over",
    }
}

/// The words of a reminder in one language. Beside the names that mails with invoices know,
/// `{open}` stands for what is open on the day it is sent, and `{late}` for the days it is late.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReminderWords {
    /// Of which language.
    #[garde(skip)]
    pub language: Language,
    /// The subject.
    #[garde(length(chars, max = 150), custom(super::mails::line), custom(known))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 150, example = "Reminder: invoice {number}")
    )]
    pub subject: String,
    /// The text.
    #[garde(length(chars, max = NOTE_MAX), custom(check::name), custom(known))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 2000, example = "{open} of {number} is still open.")
    )]
    pub body: String,
}

fn known(text: &str, _: &()) -> garde::Result {
    match mail::unknown(text, mail::OF_REMINDER) {
        None => Ok(()),
        Some(_) => Err(garde::Error::new("placeholder_unknown")),
    }
}

/// A step of the ladder of reminders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReminderStep {
    /// Names it for good: an invoice comes to a step of a name once, whatever becomes of its day.
    #[garde(length(max = 40), custom(check::key))]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 40,
            pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
            example = "first"
        )
    )]
    pub key: String,
    /// So many days after the day the invoice is due; earlier if below zero.
    #[garde(range(min = STEP_DAYS.0, max = STEP_DAYS.1))]
    #[cfg_attr(feature = "openapi", schema(minimum = -30, maximum = 365, example = 3))]
    pub days: i64,
    /// What it does.
    #[garde(skip)]
    pub action: ReminderAction,
    /// What it says; the usual words in a language that is left out.
    #[garde(length(max = 2), dive)]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 2))]
    pub words: Vec<ReminderWords>,
}

/// How the organisation reminds of unpaid invoices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DunningSet {
    /// Whether reminders are sent at all.
    #[garde(skip)]
    #[cfg_attr(feature = "openapi", schema(example = false))]
    pub on: bool,
    /// The ladder: no two steps of one name or one day.
    #[garde(length(max = REMINDER_STEPS_MAX), dive)]
    #[cfg_attr(feature = "openapi", schema(max_items = 8))]
    pub steps: Vec<ReminderStep>,
}

impl Default for DunningSet {
    /// What is proposed where nobody has said anything: three steps, not switched on.
    fn default() -> Self {
        let step = |(key, days, action): (&str, i64, ReminderAction)| ReminderStep {
            key: key.to_owned(),
            days,
            action,
            words: Vec::new(),
        };
        let steps = [
            ("first", 3, ReminderAction::Remind),
            ("second", 14, ReminderAction::Remind),
            ("last", 28, ReminderAction::Warn),
        ];
        Self { on: false, steps: steps.map(step).to_vec() }
    }
}

impl DunningSet {
    /// The ladder as the rule reads it.
    #[must_use]
    pub fn ladder(&self) -> Dunning {
        let step = |step: &ReminderStep| DunningStep {
            id: step.key.clone(),
            from: StepFrom::Due,
            offset_days: i32::try_from(step.days).unwrap_or_default(),
            action: match step.action {
                ReminderAction::Remind => StepAction::Remind,
                ReminderAction::Warn => StepAction::Warn,
                ReminderAction::Suspend => StepAction::Suspend,
            },
            fixed_minor: Minor(0),
            percent: crate::rules::money::Decimal::default(),
        };
        Dunning { steps: self.steps.iter().map(step).collect(), repeat: None }
    }

    /// The words of a step in a language: its own, or the usual ones of its place in the ladder.
    #[must_use]
    pub fn words(&self, step: &ReminderStep, language: Language) -> ReminderWords {
        let own = step.words.iter().find(|words| words.language == language);
        own.cloned().unwrap_or_else(|| usual(self.tone(step), language))
    }

    /// The same with the words of each step in every language.
    #[must_use]
    pub fn filled(&self) -> Self {
        let each = |step: &ReminderStep| ReminderStep {
            words: [Language::En, Language::De].map(|one| self.words(step, one)).to_vec(),
            ..step.clone()
        };
        Self { on: self.on, steps: self.steps.iter().map(each).collect() }
    }

    /// The same without the words that are the usual ones of any step: those follow the ladder.
    #[must_use]
    pub fn own(&self) -> Self {
        let usual_ones = |words: &ReminderWords| {
            Tone::ALL.iter().any(|tone| usual(*tone, words.language) == *words)
        };
        let each = |step: &ReminderStep| {
            let own = step.words.iter().filter(|words| !usual_ones(words)).cloned().collect();
            ReminderStep { words: own, ..step.clone() }
        };
        Self { on: self.on, steps: self.steps.iter().map(each).collect() }
    }

    fn tone(&self, step: &ReminderStep) -> Tone {
        let before = |other: &ReminderStep| other.days > 0 && other.days < step.days;
        match step.action {
            ReminderAction::Suspend => Tone::Suspended,
            ReminderAction::Warn => Tone::Last,
            ReminderAction::Remind if step.days <= 0 => Tone::Coming,
            ReminderAction::Remind if self.steps.iter().any(before) => Tone::Firm,
            ReminderAction::Remind => Tone::Polite,
        }
    }
}

/// How the organisation reminds, and the version of that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DunningSettings {
    /// What holds, with the words of every language; switched off before anybody says so.
    pub settings: DunningSet,
    /// The address that mails are sent from; none, and no reminder is sent.
    pub from: Option<String>,
    /// Goes up with each change; send it back in `If-Match`. 0 before the first.
    pub version: i64,
}

/// Why reminders of an invoice stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewStop {
    /// Why.
    #[garde(length(chars, max = NOTE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 2000, example = "They say two hours were not theirs")
    )]
    pub reason: String,
}

/// Something that stops, or stopped, reminders of an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReminderStop {
    /// A dispute or a hold.
    pub kind: StopKind,
    /// Why.
    pub reason: String,
    /// Who said so.
    pub opened_by: String,
    /// When.
    pub opened_at: DateTime<Utc>,
    /// When it ended; none while it holds.
    pub closed_at: Option<DateTime<Utc>>,
}

/// A reminder that was raised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reminder {
    /// Which step.
    pub step: String,
    /// What it did.
    pub action: ReminderAction,
    /// The day it was of.
    pub on: NaiveDate,
    /// What was open when it was raised, in minor units.
    pub open_minor: i64,
    /// When it was raised; what became of its mails is told with the invoice's.
    pub raised_at: DateTime<Utc>,
}

/// A reminder to come, if nothing is paid until then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NextReminder {
    /// Which step.
    pub step: String,
    /// What it does.
    pub action: ReminderAction,
    /// The day.
    pub on: NaiveDate,
}

/// The reminders of an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvoiceReminders {
    /// What was raised, the newest first.
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub items: Vec<Reminder>,
    /// What comes next; none if nothing does.
    pub next: Option<NextReminder>,
    /// Why nothing comes.
    pub none: Option<NoReminder>,
    /// What stops reminders, and what did, the newest first.
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub stops: Vec<ReminderStop>,
}

/// What of an account is late in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LateAmount {
    /// ISO 4217.
    pub currency: String,
    /// How many invoices.
    pub count: i64,
    /// What is open on them, in minor units.
    pub balance_minor: i64,
}

/// How a retainer stands with what is owed for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RetainerStanding {
    /// Which.
    pub retainer_id: RetainerId,
    /// Late or suspended.
    pub standing: Standing,
}

/// How an account stands with what it owes. Source: domain 5.15.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountStanding {
    /// Clear, late, or suspended until the invoice is settled that came to that step.
    pub standing: Standing,
    /// How many days the oldest invoice is late; 0 if none is.
    pub late_days: i64,
    /// What is late, by currency.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub late: Vec<LateAmount>,
    /// Its retainers that are late or suspended.
    #[cfg_attr(feature = "openapi", schema(max_items = 500))]
    pub retainers: Vec<RetainerStanding>,
}

checked! {
    NewStop;
    DunningSet, |new, faults| {
        for (place, step) in new.steps.iter().enumerate() {
            let before = &new.steps[..place];
            if before.iter().any(|other| other.key == step.key) {
                faults.push(FieldError::new(&format!("/steps/{place}/key"), "exists"));
            }
            if before.iter().any(|other| other.days == step.days) {
                faults.push(FieldError::new(&format!("/steps/{place}/days"), "exists"));
            }
            if step.days <= 0 && step.action != ReminderAction::Remind {
                faults.push(FieldError::new(&format!("/steps/{place}/days"), "out_of_range"));
            }
            for (nth, words) in step.words.iter().enumerate() {
                if step.words[..nth].iter().any(|other| other.language == words.language) {
                    let field = format!("/steps/{place}/words/{nth}/language");
                    faults.push(FieldError::new(&field, "exists"));
                }
            }
        }
        if new.on && new.steps.is_empty() {
            faults.push(FieldError::new("/steps", "required"));
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_words_name_only_what_there_is_and_grow_firmer() {
        let mut ladder = DunningSet { on: true, ..DunningSet::default() };
        for (key, days, action) in
            [("coming", -3, ReminderAction::Remind), ("stop", 45, ReminderAction::Suspend)]
        {
            ladder.steps.push(ReminderStep { key: key.into(), days, action, words: Vec::new() });
        }
        let filled = ladder.filled();
        assert_eq!(filled.check(), Ok(()));
        let mut own = filled.own();
        assert_eq!(own, ladder, "usual words are nobody's own");
        own.steps[0].action = ReminderAction::Suspend;
        let german = &own.filled().steps[0].words[1].subject;
        assert_eq!(german, "Neue Arbeiten warten: Rechnung {number}");
        let subjects: Vec<_> = filled.steps.iter().map(|step| &step.words[0].subject).collect();
        for (place, subject) in subjects.iter().enumerate() {
            assert!(!subjects[..place].contains(subject), "{subject}");
        }
    }

    #[test]
    fn no_two_steps_are_of_one_day_or_name() {
        let mut ladder = DunningSet::default();
        ladder.steps[1].days = ladder.steps[0].days;
        ladder.steps[2].key = ladder.steps[0].key.clone();
        let faults = ladder.check().unwrap_err();
        let at: Vec<_> = faults.iter().map(|fault| fault.field.as_str()).collect();
        assert_eq!(at, ["/steps/1/days", "/steps/2/key"]);
    }
}
