//! Records of a CSV file, as its text comes: memory is bounded whatever the file's size.
//!
//! No line is lost without a word: where a quote was never closed, or a record does not fit the
//! header, its first line is reported and reading goes on with the next.
use csv_core::{ReadRecordResult, ReaderBuilder};

/// The longest record, in bytes.
pub const RECORD_MAX: usize = 64 << 10;
/// The most columns a file may have.
pub const COLUMNS_MAX: usize = 256;
/// How often reading goes back to the line after a broken one; then whole records are left out.
const RETURNS_MAX: u32 = 2_000;

/// A record: its fields, and where and how they stand in the file.
#[derive(Debug)]
pub struct Record<'a> {
    /// The line it begins on, the file's first being 1.
    pub line: i64,
    /// As it stands in the file.
    pub raw: &'a str,
    text: &'a str,
    ends: &'a [usize],
}

impl<'a> Record<'a> {
    /// A field by its place; empty if there is none.
    pub fn field(&self, at: usize) -> &'a str {
        let Some(&end) = self.ends.get(at) else { return "" };
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.text[start..end]
    }
    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }
}

/// Why a line is not a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// Longer or wider than we read.
    TooLarge,
    /// A quote was opened and never closed.
    QuoteOpen,
    /// Fewer fields than the header.
    Missing,
    /// More fields than the header.
    Extra,
}

/// What comes next.
#[derive(Debug)]
pub enum Next<'a> {
    /// A record that fits the header.
    Record(Record<'a>),
    /// A line that is none; reading goes on after it.
    Broken(Broken, Record<'a>),
    /// Nothing until more text comes.
    More,
    /// Nothing any more.
    End,
}

/// Reads records from text that comes in pieces.
pub struct Records {
    core: csv_core::Reader,
    /// How many fields a record has; unknown until the header is read.
    columns: Option<usize>,
    buffer: Vec<u8>,
    at: usize,
    line: i64,
    after_cr: bool,
    ended: bool,
    /// Inside a line longer than we read: dropped up to its end.
    dropping: bool,
    returns: u32,
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Records {
    /// Records of a file whose fields are parted by `separator`.
    pub fn new(separator: u8) -> Self {
        Self {
            core: ReaderBuilder::new().delimiter(separator).build(),
            columns: None,
            buffer: Vec::new(),
            at: 0,
            line: 1,
            after_cr: false,
            ended: false,
            dropping: false,
            returns: 0,
            text: vec![0; RECORD_MAX],
            ends: vec![0; COLUMNS_MAX],
        }
    }
    /// Says how many fields the header has: records with others are broken.
    pub fn expect(&mut self, columns: usize) {
        self.columns = Some(columns);
    }
    /// Adds text.
    pub fn push(&mut self, text: &[u8]) {
        self.buffer.drain(..self.at);
        self.at = 0;
        self.buffer.extend_from_slice(text);
    }
    /// No more text comes.
    pub fn end(&mut self) {
        self.ended = true;
    }

    /// The next record with anything in it.
    pub fn next(&mut self) -> Next<'_> {
        loop {
            self.skip_line_ends();
            if self.at == self.buffer.len() {
                return if self.ended { Next::End } else { Next::More };
            }
            let Some((length, fields)) = self.measure() else { return Next::More };
            let broken = match fields {
                None => Some(Broken::TooLarge),
                Some(_) if self.open_at_end(length) => Some(Broken::QuoteOpen),
                Some(fields) => self.misfit(fields),
            };
            if broken.is_none() && self.blank(fields.unwrap_or(0)) {
                self.consume(length);
                continue;
            }
            return self.take(length, fields, broken);
        }
    }

    /// Bytes of the record that begins here and how many fields it has: none if it is too large.
    /// Nothing at all if more text must come first.
    fn measure(&mut self) -> Option<(usize, Option<usize>)> {
        self.core.reset();
        let window = &self.buffer[self.at..self.buffer.len().min(self.at + RECORD_MAX)];
        let (mut read, mut written, mut fields) = (0, 0, 0);
        loop {
            let (result, nin, nout, nends) = self.core.read_record(
                &window[read..],
                &mut self.text[written..],
                &mut self.ends[fields..],
            );
            (read, written, fields) = (read + nin, written + nout, fields + nends);
            match result {
                ReadRecordResult::Record => return Some((read, Some(fields))),
                ReadRecordResult::End => return Some((read, Some(fields))),
                // The next call, without input, tells the parser that the file is at its end.
                ReadRecordResult::InputEmpty if window.len() < RECORD_MAX && self.ended => {}
                ReadRecordResult::InputEmpty if window.len() < RECORD_MAX => return None,
                _ => return Some((read, None)),
            }
        }
    }

    /// A record that the end of the file closed, while a quote was open: its quotes are odd.
    fn open_at_end(&self, length: usize) -> bool {
        let here = &self.buffer[self.at..self.at + length];
        let at_end = self.ended && self.at + length == self.buffer.len();
        at_end
            && here.contains(&b'\n')
            && here.iter().filter(|byte| **byte == b'"').count() % 2 == 1
    }
    fn misfit(&self, fields: usize) -> Option<Broken> {
        let columns = self.columns?;
        let extra = |at: usize| !self.field(at).trim().is_empty();
        if fields < columns && !self.blank(fields) {
            Some(Broken::Missing)
        } else if (columns..fields).any(extra) {
            Some(Broken::Extra)
        } else {
            None
        }
    }
    fn blank(&self, fields: usize) -> bool {
        (0..fields).all(|at| self.field(at).trim().is_empty())
    }
    fn field(&self, at: usize) -> &str {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        std::str::from_utf8(&self.text[start..self.ends[at]]).unwrap_or_default()
    }

    /// Moves on and gives the record; of a broken one only its first line, if others follow.
    fn take(&mut self, length: usize, fields: Option<usize>, broken: Option<Broken>) -> Next<'_> {
        let (line, from) = (self.line, self.at);
        let mut taken = length;
        if broken.is_some() && self.returns < RETURNS_MAX {
            let here = &self.buffer[from..from + length];
            if let Some(first) = here.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
                taken = first + 1;
                self.returns += u32::from(taken < length);
            } else {
                self.dropping = fields.is_none();
            }
        } else {
            self.dropping = fields.is_none();
        }
        self.consume(taken);
        let raw = std::str::from_utf8(&self.buffer[from..from + taken]);
        // A record that was cut may end within a character.
        let raw = raw
            .or_else(|error| std::str::from_utf8(&self.buffer[from..from + error.valid_up_to()]));
        let raw = raw.unwrap_or_default().trim_end_matches(['\r', '\n']);
        let Some(reason) = broken else {
            let ends = &self.ends[..fields.unwrap_or(0)];
            let text = &self.text[..ends.last().copied().unwrap_or(0)];
            let text = std::str::from_utf8(text).unwrap_or_default();
            return Next::Record(Record { line, raw, text, ends });
        };
        Next::Broken(reason, Record { line, raw, text: "", ends: &[] })
    }

    fn consume(&mut self, length: usize) {
        let from = self.at;
        self.at += length;
        for &byte in &self.buffer[from..self.at] {
            self.line += i64::from(byte == b'\r' || (byte == b'\n' && !self.after_cr));
            self.after_cr = byte == b'\r';
        }
    }
    /// Passes line ends between records, and what is left of a line that was too long.
    fn skip_line_ends(&mut self) {
        let rest = &self.buffer[self.at..];
        let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
        if self.dropping {
            let skip = rest.iter().position(is_end);
            self.dropping = skip.is_none();
            self.consume(skip.unwrap_or(rest.len()));
        }
        let rest = &self.buffer[self.at..];
        let skip = rest.iter().position(|byte| !is_end(byte)).unwrap_or(rest.len());
        self.consume(skip);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Every record as `line: a|b`, broken lines as `line! reason raw`.
    fn read(text: &str, columns: Option<usize>, size: usize) -> Vec<String> {
        let mut records = Records::new(b',');
        columns.into_iter().for_each(|columns| records.expect(columns));
        let (mut seen, mut chunks) = (Vec::new(), text.as_bytes().chunks(size));
        loop {
            match records.next() {
                Next::Record(record) => {
                    let fields: Vec<&str> = (0..record.len()).map(|at| record.field(at)).collect();
                    seen.push(format!("{}: {}", record.line, fields.join("|")));
                }
                Next::Broken(reason, record) => {
                    let raw: String = record.raw.chars().take(20).collect();
                    seen.push(format!("{}! {reason:?} {raw}", record.line));
                }
                Next::More => match chunks.next() {
                    Some(chunk) => records.push(chunk),
                    None => records.end(),
                },
                Next::End => return seen,
            }
        }
    }

    #[test]
    fn lines_are_numbered_as_the_file_has_them() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a,b", "", "1,\"x,\"\"y\"\"\"", ",", "2,\"two", "lines\"", "3,z"].join(end);
            for size in [1, 2, 5, 1000] {
                let two = format!("5: 2|two{end}lines");
                let want = ["1: a|b", "3: 1|x,\"y\"", two.as_str(), "7: 3|z"];
                assert_eq!(read(&text, Some(2), size), want, "{end:?} {size}");
            }
        }
        assert!(read("", None, 1).is_empty());
        assert!(read("\n\r\n ,\n", None, 1).is_empty());
    }

    #[test]
    fn a_ragged_row_is_reported_and_passed() {
        let text = "a,b\n1\n2,x,\n3,x,y\n4,z\n";
        let want = ["1: a|b", "2! Missing 1", "3: 2|x|", "4! Extra 3,x,y", "5: 4|z"];
        assert_eq!(read(text, Some(2), 3), want);
    }

    #[test]
    fn an_open_quote_costs_only_its_own_line() {
        let want = ["1: a|b", "2! Missing \"1,x", "3: 2|q", "4: 3|z"];
        assert_eq!(read("a,b\n\"1,x\n2,\"q\"\n3,z", Some(2), 4), want);
        let want = ["1: a|b", "2! QuoteOpen 1,\"x", "3: 2|y", "4: 3|z"];
        assert_eq!(read("a,b\n1,\"x\n2,y\n3,z\n", Some(2), 4), want);
        let mut long = "a,b\n1,\"x\n".to_owned();
        (0..20_000).for_each(|n| long.push_str(&format!("{n},y\n")));
        let seen = read(&long, Some(2), 100_000);
        assert_eq!(seen.len(), 20_002);
        assert_eq!(seen[1], "2! TooLarge 1,\"x");
        assert_eq!(seen[2], "3: 0|y");
    }

    #[test]
    fn a_record_too_large_is_left_out_whole() {
        let long = "é".repeat(RECORD_MAX);
        let wide = ",".repeat(COLUMNS_MAX);
        for size in [1_000, 1_000_000] {
            let seen = read(&format!("a,b\n1,{long}\n{wide}x\n2,y"), Some(2), size);
            assert_eq!(seen[0], "1: a|b");
            assert!(seen[1].starts_with("2! TooLarge 1,éé"));
            assert!(seen[2].starts_with("3! TooLarge ,,,"));
            assert_eq!(seen[3..], ["4: 2|y"]);
        }
    }

    proptest! {
        #[test]
        fn no_text_is_a_panic_and_pieces_make_no_difference(
            text in "([a,\"\n\r;é ]{0,30}(\r\n)?){0,6}", columns in 1usize..4, size in 1usize..9,
        ) {
            let whole = read(&text, Some(columns), usize::MAX);
            prop_assert_eq!(read(&text, Some(columns), size), whole);
        }
    }
}
