//! The sentences of a brief, in the language of the client.
use chrono::NaiveDate;
use shared::api::{Language, Pool};

use crate::closings::Words;

/// How much of a title or choice is told, in characters.
const SHOWN: usize = 160;

fn cut(text: &str) -> String {
    match text.chars().count() > SHOWN {
        true => text.chars().take(SHOWN - 1).chain(['…']).collect(),
        false => text.to_owned(),
    }
}

fn share(tenths: i64) -> String {
    // Shares of a whole that is not negative.
    format!("{}.{} %", tenths / 10, (tenths % 10).abs())
}

/// Sentences of one language.
#[derive(Debug, Clone, Copy)]
pub struct Brief(pub Language);

impl Brief {
    fn words(self) -> Words {
        Words(self.0)
    }
    fn percent(self, tenths: i64) -> String {
        match self.0 {
            Language::En => share(tenths),
            Language::De => share(tenths).replace('.', ","),
        }
    }
    fn cycles(self, n: usize) -> String {
        match (n, self.0) {
            (1, Language::En) => "one cycle".to_owned(),
            (1, Language::De) => "einem Zyklus".to_owned(),
            (n, Language::En) => format!("{n} cycles"),
            (n, Language::De) => format!("{n} Zyklen"),
        }
    }

    pub fn used(self, pool: &Pool, (used, available): (i64, i64), n: usize) -> String {
        let words = self.words();
        let (used, available) = (words.units(used, pool), words.units(available, pool));
        let (name, n) = (words.pool(pool), self.cycles(n));
        match self.0 {
            Language::En => format!("{name}: {used} of {available} used in {n}."),
            Language::De => format!("{name}: {used} von {available} genutzt in {n}."),
        }
    }
    pub fn lapsed(self, pool: &Pool, units: i64) -> String {
        self.words().lapses(&self.words().units(units, pool))
    }
    pub fn beyond(self, pool: &Pool, over: i64, billed_minor: i64) -> String {
        let over = self.words().units(over, pool);
        let billed = self.words().money(billed_minor, &pool.currency);
        match (self.0, billed_minor) {
            (Language::En, 0) => format!("Beyond what was available: {over}, not billed."),
            (Language::De, 0) => format!("Über das Verfügbare hinaus: {over}, nicht berechnet."),
            (Language::En, _) => format!("Beyond what was available: {over}; billed: {billed}."),
            (Language::De, _) => {
                format!("Über das Verfügbare hinaus: {over}; berechnet: {billed}.")
            }
        }
    }
    pub fn given(self, pool: &Pool, units: i64, worth: Option<i64>) -> String {
        let given = self.words().units(units, pool);
        let worth = worth.map(|minor| self.words().money(minor, &pool.currency));
        match (self.0, worth) {
            (Language::En, Some(worth)) => format!("Given for nothing: {given}, worth {worth}."),
            (Language::De, Some(worth)) => format!("Verschenkt: {given}, im Wert von {worth}."),
            (Language::En, None) => format!("Given for nothing: {given}."),
            (Language::De, None) => format!("Verschenkt: {given}."),
        }
    }
    pub fn delivered(self, n: usize, (on_time, due): (usize, usize)) -> String {
        let first = match (self.0, n) {
            (Language::En, 1) => "One piece of work was delivered".to_owned(),
            (Language::En, n) => format!("{n} pieces of work were delivered"),
            (Language::De, 1) => "Eine Arbeit wurde geliefert".to_owned(),
            (Language::De, n) => format!("{n} Arbeiten wurden geliefert"),
        };
        match (self.0, due) {
            (_, 0) => format!("{first}."),
            (Language::En, due) => format!("{first}; {on_time} of {due} with a date were on time."),
            (Language::De, due) => format!("{first}; {on_time} von {due} mit Termin pünktlich."),
        }
    }
    pub fn work(self, title: &str, on: NaiveDate) -> String {
        format!("{} ({})", cut(title), self.words().day(on))
    }
    pub fn reached(self, done: usize, all: usize) -> String {
        match self.0 {
            Language::En => format!("{done} of {all} agreed priorities were done."),
            Language::De => format!("{done} von {all} vereinbarten Prioritäten wurden erledigt."),
        }
    }
    pub fn outcome(self, title: &str, outcome: Option<&str>) -> String {
        match outcome.map(str::trim).filter(|outcome| !outcome.is_empty()) {
            Some(outcome) => format!("{}: {}", cut(title), cut(outcome)),
            None => cut(title),
        }
    }
    pub fn decided(self, question: &str, choice: &str, on: NaiveDate) -> String {
        let (question, choice, day) = (cut(question), cut(choice), self.words().day(on));
        if question == choice {
            return format!("{choice} ({day})");
        }
        format!("{question} {choice} ({day})")
    }
    pub fn asked(self, came: i64, taken: i64) -> String {
        match (self.0, came) {
            (Language::En, 1) => format!("One request came beside that; {taken} taken in."),
            (Language::En, came) => format!("{came} requests came beside that; {taken} taken in."),
            (Language::De, 1) => format!("Dazu kam eine Anfrage; {taken} übernommen."),
            (Language::De, came) => format!("Dazu kamen {came} Anfragen; {taken} übernommen."),
        }
    }
    pub fn billed(self, (billed, paid, open): (i64, i64, i64), currency: &str) -> String {
        let money = |minor| self.words().money(minor, currency);
        let (billed, paid) = (money(billed), money(paid));
        match (self.0, open) {
            (Language::En, 0) => format!("Billed with tax: {billed}, all of it paid."),
            (Language::De, 0) => format!("Berechnet mit Steuer: {billed}, alles bezahlt."),
            (Language::En, open) => {
                format!("Billed with tax: {billed}; paid {paid}, open {}.", money(open))
            }
            (Language::De, open) => {
                format!("Berechnet mit Steuer: {billed}; bezahlt {paid}, offen {}.", money(open))
            }
        }
    }
    pub fn margin(self, tenths: i64, hour: Option<i64>, currency: &str) -> String {
        let share = self.percent(tenths);
        let hour = hour.map(|minor| self.words().money(minor, currency));
        match (self.0, hour) {
            (Language::En, Some(hour)) => format!("Margin: {share}; an hour brought {hour}."),
            (Language::De, Some(hour)) => format!("Marge: {share}; eine Stunde brachte {hour}."),
            (Language::En, None) => format!("Margin: {share}."),
            (Language::De, None) => format!("Marge: {share}."),
        }
    }
}
