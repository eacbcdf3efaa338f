//! Text as glyphs: shaped once, measured as it is drawn, broken into lines.
use std::ops::Range;
use std::sync::OnceLock;

use rustybuzz::ttf_parser::Tag;
use rustybuzz::{Direction, Face, Feature, UnicodeBuffer};

/// Thousandths of a point: pages are laid out in whole ones.
pub type Mil = i64;

/// A cut of the typeface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// For what is read.
    Regular,
    /// For what is seen first.
    SemiBold,
}

/// Inter by Rasmus Andersson, under the Open Font License: `backend/fonts/OFL.txt`.
const REGULAR: &[u8] = include_bytes!("../../fonts/Inter-Regular.otf");
const SEMI_BOLD: &[u8] = include_bytes!("../../fonts/Inter-SemiBold.otf");

impl Weight {
    /// The file of the font.
    pub fn file(self) -> &'static [u8] {
        match self {
            Weight::Regular => REGULAR,
            Weight::SemiBold => SEMI_BOLD,
        }
    }

    fn face(self) -> &'static Face<'static> {
        static FACES: [OnceLock<Face<'static>>; 2] = [OnceLock::new(), OnceLock::new()];
        let open = || Face::from_slice(self.file(), 0).expect("the font is in the program");
        match self {
            Weight::Regular => FACES[0].get_or_init(open),
            Weight::SemiBold => FACES[1].get_or_init(open),
        }
    }
}

/// How dark a text or a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shade {
    /// What is read.
    Ink,
    /// What stands beside it.
    Soft,
    /// Thin rules.
    Line,
    /// Areas.
    Tint,
    /// The one colour of the paper.
    Accent,
}

/// How a text looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// The size.
    pub size: Mil,
    /// From one line to the next.
    pub lead: Mil,
    /// The cut.
    pub weight: Weight,
    /// The colour.
    pub shade: Shade,
}

/// A glyph of a run. Widths are in units of the font.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glyph {
    /// Its number in the font.
    pub id: u32,
    /// The bytes of the text that it stands for.
    pub of: Range<usize>,
    /// How far the next one is.
    pub advance: i32,
    /// How far it is moved to the right.
    pub dx: i32,
    /// How far it is moved up.
    pub dy: i32,
}

/// A piece of one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// What it says.
    pub text: String,
    /// How that is drawn.
    pub glyphs: Vec<Glyph>,
    /// How wide that is.
    pub width: Mil,
    /// How it looks.
    pub style: Style,
}

/// Units of a font to the size it is set in.
pub fn units(weight: Weight) -> i32 {
    weight.face().units_per_em()
}

/// What the font cannot draw is shown as missing rather than left out; what only steers text goes.
fn drawable(text: &str, face: &Face<'_>) -> String {
    let known = |c: char| face.glyph_index(c).is_some();
    let missing = if known('□') { '□' } else { '?' };
    let one = |c: char| match c {
        c if c.is_whitespace() => Some(' '),
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' => None,
        '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' => None,
        '\u{e000}'..='\u{f8ff}' => Some(missing),
        c if c.is_control() => None,
        c => Some(if known(c) { c } else { missing }),
    };
    text.chars().filter_map(one).collect()
}

/// Shapes a text that stands in one line. Its digits are as wide as each other.
pub fn run(text: &str, style: Style) -> Run {
    let face = style.weight.face();
    let text = drawable(text, face);
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(&text);
    buffer.guess_segment_properties();
    buffer.set_direction(Direction::LeftToRight);
    let all = |tag: &[u8; 4], on: u32| Feature::new(Tag::from_bytes(tag), on, ..);
    // Ligatures and contextual forms turn "->" into an arrow: names stay as they were typed.
    let features = [all(b"tnum", 1), all(b"liga", 0), all(b"calt", 0)];
    let shaped = rustybuzz::shape(face, &features, buffer);
    let starts: Vec<usize> = shaped
        .glyph_infos()
        .iter()
        .map(|info| usize::try_from(info.cluster).unwrap_or(0))
        .collect();
    let end = |place: usize| {
        let later = starts[place..].iter().find(|start| **start > starts[place]);
        later.copied().unwrap_or(text.len())
    };
    let both = shaped.glyph_infos().iter().zip(shaped.glyph_positions());
    let glyphs: Vec<Glyph> = both
        .enumerate()
        .map(|(place, (info, at))| Glyph {
            id: info.glyph_id,
            of: starts[place]..end(place),
            advance: at.x_advance,
            dx: at.x_offset,
            dy: at.y_offset,
        })
        .collect();
    let advance: i64 = glyphs.iter().map(|glyph| i64::from(glyph.advance)).sum();
    let per_em = i64::from(face.units_per_em());
    let width = (advance * style.size + per_em - 1) / per_em;
    Run { text, glyphs, width, style }
}

/// Breaks a text into lines no wider than `width`: at its own breaks, between words, and within a
/// word that fills a line by itself.
pub fn wrap(text: &str, style: Style, width: Mil) -> Vec<Run> {
    text.lines().flat_map(|line| wrap_line(line, style, width)).collect()
}

fn wrap_line(line: &str, style: Style, width: Mil) -> Vec<Run> {
    let mut lines = Vec::new();
    let mut open: Option<Run> = None;
    for word in line.split_whitespace() {
        let longer = match &open {
            Some(open) => run(&format!("{} {word}", open.text), style),
            None => run(word, style),
        };
        if longer.width <= width {
            open = Some(longer);
            continue;
        }
        lines.extend(open.take());
        let mut rest = run(word, style);
        while rest.width > width {
            let (head, tail) = cut(&rest, width);
            lines.push(head);
            rest = run(&tail, style);
        }
        open = (!rest.text.is_empty()).then_some(rest);
    }
    lines.extend(open);
    lines
}

/// The beginning as it is drawn, cut again while that is wider than what it was within the word.
fn cut(word: &Run, width: Mil) -> (Run, String) {
    let (mut head, mut tail) = split(word, width);
    let mut line = run(&head, word.style);
    while line.width > width && head.chars().nth(1).is_some() {
        tail.insert_str(0, &head.pop().map(String::from).unwrap_or_default());
        line = run(&head, word.style);
    }
    (line, tail)
}

/// The beginning that fits, at least one character, and the rest.
fn split(word: &Run, width: Mil) -> (String, String) {
    let per_em = i64::from(units(word.style.weight));
    let mut sum = 0;
    let mut at = word.glyphs.first().map_or(word.text.len(), |glyph| glyph.of.end);
    for glyph in &word.glyphs {
        sum += i64::from(glyph.advance);
        // A little less than all of it, since what is cut may be kerned otherwise.
        if sum * word.style.size > (width - word.style.size / 10) * per_em {
            break;
        }
        at = at.max(glyph.of.end);
    }
    (word.text[..at].to_owned(), word.text[at..].to_owned())
}

/// The first lines, the last of them marked where more would follow.
pub fn clamp(mut lines: Vec<Run>, most: usize) -> Vec<Run> {
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.pop() {
            let kept: String = last.text.chars().take(last.text.chars().count() * 9 / 10).collect();
            lines.push(run(&format!("{}…", kept.trim_end()), last.style));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PLAIN: Style =
        Style { size: 9_500, lead: 13_500, weight: Weight::Regular, shade: Shade::Ink };

    #[test]
    fn digits_stand_below_each_other() {
        let widths: Vec<_> =
            ["1,111.11", "8,888.88", "0,000.00"].map(|text| run(text, PLAIN).width).into();
        assert!(widths.windows(2).all(|two| two[0] == two[1]), "{widths:?}");
        assert!(run("1", PLAIN).width > 4_000);
    }

    #[test]
    fn what_the_font_lacks_is_shown_as_missing() {
        let run = run("Zoë 東京 שלום\u{200f}", PLAIN);
        assert!(run.glyphs.iter().all(|glyph| glyph.id != 0), "{run:?}");
        assert!(run.text == "Zoë □□ □□□□", "{}", run.text);
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_its_column(text in "\\PC{0,120}", width in 40_000i64..200_000) {
            let lines = wrap(&text, PLAIN, width);
            for line in &lines {
                prop_assert!(line.width <= width, "{} > {width}: {:?}", line.width, line.text);
            }
            // Nothing is lost but blanks.
            let bare = |text: &str| -> String { text.split_whitespace().collect() };
            let said: String = lines.iter().map(|line| line.text.as_str()).collect();
            let whole = text.lines().map(|line| run(line, PLAIN).text).collect::<String>();
            prop_assert_eq!(bare(&said), bare(&whole));
        }
    }
}
