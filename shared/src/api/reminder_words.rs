//! What reminders say where the organisation has no words of its own.
use super::*;

/// How firm the usual words of a step are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    /// It is not late yet.
    Coming,
    /// The first word when it is late.
    Polite,
    /// A later one.
    Firm,
    /// What comes next is said.
    Last,
    /// New work waits.
    Suspended,
}

impl Tone {
    /// Each of them.
    pub(super) const ALL: [Self; 5] =
        [Self::Coming, Self::Polite, Self::Firm, Self::Last, Self::Suspended];
}

/// The words of a step this firm.
pub(super) fn usual(tone: Tone, language: Language) -> ReminderWords {
    let (subject, text) = match (language, tone) {
        (Language::En, Tone::Coming) => (
            "Invoice {number} is due on {due}",
            "a short note that invoice {number} for {retainer} is due on {due}. {open} is open.",
        ),
        (Language::En, Tone::Polite) => (
            "Reminder: invoice {number}",
            "perhaps it escaped you: invoice {number} for {retainer} was due on {due}, and {open} \
             is still open. If you have paid meanwhile, please disregard this.",
        ),
        (Language::En, Tone::Firm) => (
            "Second reminder: invoice {number}",
            "invoice {number} for {retainer} has been due for {late} days, and {open} is still \
             open. Please pay it within a week, or tell us what stands in the way.",
        ),
        (Language::En, Tone::Last) => (
            "Last reminder: invoice {number}",
            "in spite of our reminders {open} of invoice {number} for {retainer} is open, {late} \
             days after it was due. Please pay it now: otherwise new work has to wait.",
        ),
        (Language::En, Tone::Suspended) => (
            "New work waits: invoice {number}",
            "{open} of invoice {number} for {retainer} is open, {late} days after it was due. New \
             work waits until it is paid.",
        ),
        (Language::De, Tone::Coming) => (
            "Rechnung {number} ist am {due} fällig",
            "ein kurzer Hinweis: Die Rechnung {number} für {retainer} ist am {due} fällig. Offen \
             sind {open}.",
        ),
        (Language::De, Tone::Polite) => (
            "Zahlungserinnerung: Rechnung {number}",
            "vielleicht ist es Ihnen entgangen: Die Rechnung {number} für {retainer} war am {due} \
             fällig, und {open} sind noch offen. Haben Sie inzwischen gezahlt, ist dies \
             gegenstandslos.",
        ),
        (Language::De, Tone::Firm) => (
            "Zweite Erinnerung: Rechnung {number}",
            "die Rechnung {number} für {retainer} ist seit {late} Tagen fällig, und {open} sind \
             noch offen. Bitte zahlen Sie innerhalb einer Woche oder sagen Sie uns, was dem \
             entgegensteht.",
        ),
        (Language::De, Tone::Last) => (
            "Letzte Mahnung: Rechnung {number}",
            "trotz unserer Erinnerungen sind {open} der Rechnung {number} für {retainer} offen, \
             {late} Tage nach der Fälligkeit. Bitte zahlen Sie jetzt: Sonst müssen neue Arbeiten \
             warten.",
        ),
        (Language::De, Tone::Suspended) => (
            "Neue Arbeiten warten: Rechnung {number}",
            "{open} der Rechnung {number} für {retainer} sind offen, {late} Tage nach der \
             Fälligkeit. Neue Arbeiten warten, bis sie bezahlt ist.",
        ),
    };
    let body = match language {
        Language::En => format!("Dear {{client}},\n\n{text}\n\nKind regards\n{{sender}}"),
        Language::De => {
            format!("Guten Tag,\n\n{text}\n\nMit freundlichen Grüßen\n{{sender}}")
        }
    };
    ReminderWords { language, subject: subject.into(), body }
}
