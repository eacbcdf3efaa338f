//! The words on invoices and credit notes, in the client's language.
use chrono::NaiveDate;
use shared::api::{Language, PaymentTerms, TaxRate, Unit};

use super::vat;
use crate::closings::Words;

/// Words of one language.
#[derive(Debug, Clone, Copy)]
pub struct PaperWords(pub Words);

impl PaperWords {
    pub fn of(language: Language) -> Self {
        Self(Words(language))
    }

    /// BCP 47.
    pub fn tag(self) -> &'static str {
        self.say("en", "de")
    }

    pub fn say(self, english: &'static str, german: &'static str) -> &'static str {
        self.0.pick(english, german)
    }

    /// What it is, and which.
    pub fn heading(self, credit: bool, number: Option<&str>) -> String {
        let what = match credit {
            true => self.say("Credit note", "Gutschrift"),
            false => self.say("Invoice", "Rechnung"),
        };
        number.map_or_else(|| what.to_owned(), |number| format!("{what} {number}"))
    }

    /// The days of service; `end` is the day after the last.
    pub fn days(self, start: NaiveDate, end: NaiveDate) -> String {
        let last = end.pred_opt().unwrap_or(end);
        if last <= start {
            return self.0.day(start);
        }
        format!("{} – {}", self.0.day(start), self.0.day(last))
    }

    /// `19%`, `19 %`; a comma in German.
    pub fn percent(self, percent: &str) -> String {
        match self.0.0 {
            Language::En => format!("{percent}%"),
            Language::De => format!("{} %", percent.replace('.', ",")),
        }
    }

    /// The taxes of a line.
    pub fn taxes(self, taxes: &[TaxRate]) -> String {
        let each: Vec<_> = taxes.iter().map(|tax| self.percent(&tax.percent)).collect();
        if each.is_empty() { "–".to_owned() } else { each.join(" + ") }
    }

    /// A tax and what it is of.
    pub fn tax(self, code: &str, percent: &str, base: &str) -> String {
        format!("{code} {} {} {base}", self.percent(percent), self.say("on", "auf"))
    }

    /// What that number is called.
    pub fn tax_id(self, number: &str) -> &'static str {
        match vat::number(number).is_some() {
            true => self.say("VAT ID", "USt-IdNr."),
            false => self.say("Tax number", "Steuernummer"),
        }
    }

    /// When it is due, as agreed.
    pub fn terms(self, terms: PaymentTerms) -> String {
        let (english, german) = match terms {
            PaymentTerms::OnReceipt => ("on receipt".into(), "sofort".into()),
            PaymentTerms::NetDays { days } => {
                (format!("{days} days net"), format!("{days} Tage netto"))
            }
            PaymentTerms::DayOfMonth { day } => {
                (format!("day {day} of the month"), format!("am {day}. des Monats"))
            }
            PaymentTerms::EndOfMonth => ("end of month".into(), "Monatsende".into()),
            PaymentTerms::NetDaysEom { days } => {
                (format!("{days} days, then end of month"), format!("{days} Tage, dann Monatsende"))
            }
        };
        self.0.pick(&english, &german).to_owned()
    }

    /// A price for one, or for an hour.
    pub fn price(self, price: &str, per_hour: bool) -> String {
        match per_hour {
            true => format!("{price} / {}", self.say("h", "Std.")),
            false => price.to_owned(),
        }
    }

    /// How many of what.
    pub fn quantity(self, quantity: i64, unit: Option<Unit>, currency: &str) -> String {
        match unit {
            Some(unit) => self.0.counted(quantity, unit, currency),
            // No currency of that name: a number with its thousands apart.
            None => self.0.amount(quantity, "JPY"),
        }
    }

    /// How much is to be paid by when.
    pub fn pay(self, amount: &str, day: &str) -> String {
        match self.0.0 {
            Language::En => format!("Please pay {amount} by {day}"),
            Language::De => format!("Bitte zahlen Sie {amount} bis zum {day}"),
        }
    }

    /// What was paid before it was issued, and what is left.
    pub fn prepaid(self, paid: &str, open: &str) -> String {
        match self.0.0 {
            Language::En => format!("Paid from your credit: {paid}. Left to pay: {open}."),
            Language::De => format!("Aus Ihrem Guthaben bezahlt: {paid}. Noch offen: {open}."),
        }
    }

    /// Which invoice a credit note is of.
    pub fn corrects(self, number: &str) -> String {
        match self.0.0 {
            Language::En => format!("Corrects invoice {number}"),
            Language::De => format!("Berichtigt Rechnung {number}"),
        }
    }

    pub fn page_of(self) -> fn(usize, usize) -> String {
        match self.0.0 {
            Language::En => |page, all| format!("Page {page} of {all}"),
            Language::De => |page, all| format!("Seite {page} von {all}"),
        }
    }

    /// That the client owes the tax. Source: Directive 2006/112/EC, articles 196 and 226 (11a).
    pub fn reverse_charge(self) -> &'static str {
        self.say(
            "Reverse charge: the recipient is liable for the VAT.",
            "Steuerschuldnerschaft des Leistungsempfängers (Reverse Charge).",
        )
    }
}
