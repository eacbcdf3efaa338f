//! Days in the orders that people write them, and the order of a whole file.
use chrono::{Datelike, NaiveDate};
use shared::api::DateOrder;

use super::{digits, plain};

/// A day as it stands in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrittenDay {
    /// The year first, the month as a word, or a spreadsheet's number: read one way only.
    Plain(NaiveDate),
    /// With dots, `31.01.2026`: the day first wherever dots are used.
    Dotted(NaiveDate),
    /// Three numbers whose order the file as a whole decides.
    Parts(u32, u32, u32),
}

impl WrittenDay {
    /// The day, read in this order.
    pub fn read(self, order: DateOrder) -> Option<NaiveDate> {
        match self {
            WrittenDay::Plain(day) | WrittenDay::Dotted(day) => Some(day),
            WrittenDay::Parts(a, b, c) => match order {
                DateOrder::DayMonthYear => date(c, b, a),
                DateOrder::MonthDayYear => date(c, a, b),
                DateOrder::YearMonthDay => date(a, b, c),
            },
        }
    }
}

/// Reads `2026-01-31`, `2026/01/31`, `31.01.2026`, `31/01/2026`, `01/31/2026`, `31-01-26`,
/// `31 Jan 2026`, `Sat, January 31, 2026`, `31. Januar 2026`, `20260131`, `46053`.
pub fn day(text: &str) -> Option<WrittenDay> {
    let text = plain(text);
    if text.contains(char::is_alphabetic) {
        return in_words(&text).map(WrittenDay::Plain);
    }
    let text = text.replace(' ', "");
    if let Some(number) = digits(&text, 8) {
        return numbered(number, text.len()).map(WrittenDay::Plain);
    }
    let mark = text.chars().find(|c| !c.is_ascii_digit()).filter(|c| "-/.".contains(*c))?;
    let mut parts = text.split(mark);
    let (a, b, c) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    // Only a year of two digits is of this century.
    if [a, c].into_iter().any(|year| year.len() == 4 && year.starts_with("00")) {
        return None;
    }
    if a.len() == 4 {
        return date(digits(a, 4)?, digits(b, 2)?, digits(c, 2)?).map(WrittenDay::Plain);
    }
    if c.len() != 4 && c.len() != 2 {
        return None;
    }
    let (a, b, c) = (digits(a, 2)?, digits(b, 2)?, digits(c, 4)?);
    if mark == '.' {
        return date(c, b, a).map(WrittenDay::Dotted);
    }
    Some(WrittenDay::Parts(a, b, c))
}

/// A day whose month is a word, in English or German; the day of the week may stand before it.
fn in_words(text: &str) -> Option<NaiveDate> {
    let mut words: Vec<String> = text
        .split([' ', '-', '/', '.', ','])
        .filter(|word| !word.is_empty())
        .map(|word| month(&word.to_lowercase()))
        .collect();
    if words.len() == 4 && weekday(&words[0]) {
        words.remove(0);
    }
    let [a, b, c] = words.as_slice() else { return None };
    // What chrono takes for a year may have a sign or any length.
    if ![a, c].into_iter().any(|year| matches!(year.len(), 2 | 4) && digits(year, 4).is_some()) {
        return None;
    }
    let text = format!("{a} {b} {c}");
    let formats = ["%d %B %Y", "%B %d %Y", "%Y %B %d"];
    let day = formats.iter().find_map(|format| NaiveDate::parse_from_str(&text, format).ok())?;
    date(u32::try_from(day.year()).ok()?, day.month(), day.day())
}

/// A month's name as chrono knows it; another word as it is.
fn month(word: &str) -> String {
    match word {
        "januar" | "jänner" => "january",
        "februar" => "february",
        "märz" | "mär" | "mrz" => "march",
        "mai" => "may",
        "juni" => "june",
        "juli" => "july",
        "sept" => "september",
        "oktober" | "okt" => "october",
        "dezember" | "dez" => "december",
        word => word,
    }
    .to_owned()
}

fn weekday(word: &str) -> bool {
    let german = ["mo", "di", "mi", "do", "fr", "sa", "so"];
    let long = ["montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"];
    word.parse::<chrono::Weekday>().is_ok() || german.contains(&word) || long.contains(&word)
}

/// `20260131`, or the number of a day that spreadsheets count from 30 December 1899; no number of
/// one kind is of the other.
fn numbered(number: u32, length: usize) -> Option<NaiveDate> {
    match length {
        8 => date(number / 10_000, number / 100 % 100, number % 100).filter(|_| number > 1_000_000),
        5 => {
            let first = NaiveDate::from_ymd_opt(1899, 12, 30)?;
            let day = first.checked_add_days(chrono::Days::new(u64::from(number)))?;
            date(u32::try_from(day.year()).ok()?, day.month(), day.day())
        }
        _ => None,
    }
}

/// A day of the years that a contract may name; two digits are of this century.
fn date(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    let year = i32::try_from(if year < 100 { 2000 + year } else { year }).ok()?;
    NaiveDate::from_ymd_opt(year, month, day).filter(|date| (1970..=2200).contains(&date.year()))
}

/// What the days of a file say about their order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Orders {
    dotted: u64,
    parts: u64,
    only_day_first: u64,
    only_month_first: u64,
}

impl Orders {
    /// Takes a day of the file into account.
    pub fn note(&mut self, day: WrittenDay) {
        match day {
            WrittenDay::Plain(_) => return,
            WrittenDay::Dotted(_) => {
                self.dotted += 1;
                return;
            }
            WrittenDay::Parts(..) => self.parts += 1,
        }
        match (day.read(DateOrder::DayMonthYear), day.read(DateOrder::MonthDayYear)) {
            (Some(_), None) => self.only_day_first += 1,
            (None, Some(_)) => self.only_month_first += 1,
            _ => {}
        }
    }
    /// The order of the file, and whether a person should look: no day decides it, or days
    /// contradict each other.
    pub fn settle(&self, guess: DateOrder) -> (DateOrder, bool) {
        if self.parts == 0 {
            let dotted = self.dotted > 0;
            return (if dotted { DateOrder::DayMonthYear } else { DateOrder::YearMonthDay }, false);
        }
        let doubtful = (self.only_day_first > 0) == (self.only_month_first > 0);
        let order = match self.only_day_first.cmp(&self.only_month_first) {
            std::cmp::Ordering::Greater => DateOrder::DayMonthYear,
            std::cmp::Ordering::Less => DateOrder::MonthDayYear,
            std::cmp::Ordering::Equal => guess,
        };
        (order, doubtful)
    }
    /// Whether any day depends on the order.
    pub fn matters(&self) -> bool {
        self.parts > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use DateOrder::{DayMonthYear, MonthDayYear, YearMonthDay};
    use proptest::prelude::*;

    fn read(text: &str, order: DateOrder) -> Option<String> {
        day(text)?.read(order).map(|day| day.to_string())
    }

    #[test]
    fn the_year_first_is_read_one_way() {
        for order in [DayMonthYear, MonthDayYear, YearMonthDay] {
            for text in
                ["2024-03-04", "2024/3/4", " 2024.03.04 ", "4.3.2024", "04. 03. 2024", "04.03.24"]
            {
                assert_eq!(read(text, order).as_deref(), Some("2024-03-04"), "{text}");
            }
        }
    }

    #[test]
    fn a_month_in_words_and_the_numbers_of_spreadsheets_are_read_one_way() {
        for text in [
            "4 Mar 2024",
            "04-Mar-2024",
            "4-Mar-24",
            "4/mar/2024",
            "4 MARCH 2024",
            "Mar 4, 2024",
            "March 4 2024",
            "Mon, 4 Mar 2024",
            "Monday, March 4, 2024",
            "2024-Mar-04",
            "4. März 2024",
            "04.Mrz.24",
            "Mo, 4. März 2024",
            "20240304",
            "45355",
        ] {
            for order in [DayMonthYear, MonthDayYear, YearMonthDay] {
                assert_eq!(read(text, order).as_deref(), Some("2024-03-04"), "{text}");
            }
            assert_eq!(settled(&[text, "03/04/2024"], MonthDayYear), (MonthDayYear, true));
        }
        assert_eq!(read("29 Feb 24", DayMonthYear).as_deref(), Some("2024-02-29"));
        assert_eq!(read("1 Sept 2024", DayMonthYear).as_deref(), Some("2024-09-01"));
        assert_eq!(read("3 Oct 2024", DayMonthYear), read("3. Okt. 2024", DayMonthYear));
        assert_eq!(read("25569", DayMonthYear).as_deref(), Some("1970-01-01"));
    }

    #[test]
    fn parts_are_read_in_the_files_order() {
        assert_eq!(read("03/04/2024", DayMonthYear).as_deref(), Some("2024-04-03"));
        assert_eq!(read("03/04/2024", MonthDayYear).as_deref(), Some("2024-03-04"));
        assert_eq!(read("24/03/04", YearMonthDay).as_deref(), Some("2024-03-04"));
        assert_eq!(read("31-01-2026", DayMonthYear).as_deref(), Some("2026-01-31"));
        assert_eq!(read("31/01/2026", MonthDayYear), None);
        assert_eq!(read("03/04/2024", YearMonthDay), None);
    }

    #[test]
    fn what_is_no_day_is_none() {
        for text in [
            "",
            "today",
            "2024-02-30",
            "30.02.2024",
            "2024-13-01",
            "1969-12-31",
            "2201-01-01",
            "0000-01-01",
            "01/02/0024",
            "2024-03",
            "2024-03-04-05",
            "04032024",
            "20240230",
            "00240304",
            "4355",
            "25568",
            "145355",
            "4 Mar",
            "Mar 2024",
            "4 Mar 024",
            "4 Mar +2024",
            "30 Feb 2024",
            "4 Foo 2024",
            "Someday 4 Mar 2024",
            "4 4 Mar 2024",
            "1h 30m",
            "03/04/024",
            "1/2/3/4",
            "--",
            "-1-2-3",
            "٣.٤.٢٠٢٤",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    fn settled(days: &[&str], guess: DateOrder) -> (DateOrder, bool) {
        let mut orders = Orders::default();
        days.iter().filter_map(|text| day(text)).for_each(|day| orders.note(day));
        orders.settle(guess)
    }

    #[test]
    fn one_part_above_twelve_decides_the_file() {
        assert_eq!(settled(&["03/04/2024", "13/04/2024"], MonthDayYear), (DayMonthYear, false));
        assert_eq!(settled(&["03/04/2024", "10/15/2024"], DayMonthYear), (MonthDayYear, false));
    }

    #[test]
    fn without_a_decision_the_guess_holds_and_is_doubtful() {
        assert_eq!(settled(&["03/04/2024"], MonthDayYear), (MonthDayYear, true));
        assert_eq!(settled(&["13/04/2024", "04/13/2024"], DayMonthYear), (DayMonthYear, true));
    }

    #[test]
    fn days_of_one_reading_leave_no_doubt() {
        assert_eq!(settled(&["2024-03-04"], DayMonthYear), (YearMonthDay, false));
        assert_eq!(settled(&["04.03.2024"], MonthDayYear), (DayMonthYear, false));
        assert_eq!(settled(&[], DayMonthYear), (YearMonthDay, false));
    }

    proptest! {
        #[test]
        fn a_day_written_in_an_order_is_read_back(n in 0u64..84_000, mark in "[-/]") {
            let date = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap() + chrono::Days::new(n);
            let (y, m, d) = (date.year(), date.month(), date.day());
            let dmy = format!("{d:02}{mark}{m:02}{mark}{y}");
            let mdy = format!("{m}{mark}{d}{mark}{y}");
            prop_assert_eq!(day(&dmy).unwrap().read(DayMonthYear), Some(date));
            prop_assert_eq!(day(&mdy).unwrap().read(MonthDayYear), Some(date));
            let serial = n + 25_569;
            for text in [
                date.to_string(),
                date.format("%Y%m%d").to_string(),
                date.format("%-d %b %Y").to_string(),
                date.format("%A, %B %-d, %Y").to_string(),
                if serial < 100_000 { serial.to_string() } else { date.to_string() },
            ] {
                prop_assert_eq!(day(&text).and_then(|day| day.read(DayMonthYear)), Some(date));
            }
        }
        #[test]
        fn no_text_is_a_panic(text in "[0-9./ -]{0,14}|\\PC{0,20}") {
            if let Some(day) = day(&text) {
                let mut orders = Orders::default();
                orders.note(day);
                let _ = (day.read(YearMonthDay), orders.settle(DayMonthYear));
            }
        }
    }
}
