//! The year as a file of its own: the bars with their legend and the terms in words, to be attached
//! to a proposal. It is read on white paper: its colours are its own.
use super::chart::fill;
use super::geometry::{HEIGHT, LEFT, chart};
use super::model::{Part, SERIES, Year};
use super::words;

/// How wide it is.
const WIDTH: i64 = 720;
/// Around it.
const EDGE: i64 = 24;
/// From one line of text to the next.
const LINE: i64 = 20;
/// The most characters of a line.
const CHARS: usize = 96;

/// The picture as SVG. `told` are the finding and what it costs, `terms` a rule each.
pub(super) fn picture(year: &Year, told: &[String], terms: &[String]) -> String {
    let mut body = String::new();
    let mut y = EDGE + LINE / 2;
    for (place, line) in told.iter().flat_map(|text| wrapped(text)).enumerate() {
        let weight = if place == 0 { " font-weight=\"600\"" } else { "" };
        body += &text((EDGE, y), &line, &format!("font-size=\"14\"{weight}"));
        y += LINE;
    }
    body += &format!("<g transform=\"translate({EDGE} {y})\">{}</g>", bars(year));
    y += HEIGHT + LINE;
    let cycles = &year.play.cycles;
    let there = |part: &Part| cycles.iter().any(|cycle| part.of(cycle) > 0);
    for part in SERIES.into_iter().filter(there) {
        let (square, at) = ((EDGE, y - 10, 11, 11), (EDGE + LINE, y));
        body += &rect(part, square);
        body += &text(at, words::part(part), "font-size=\"12\"");
        y += LINE;
    }
    y += LINE / 2;
    for line in terms.iter().flat_map(|rule| wrapped(rule)) {
        body += &text((EDGE, y), &line, "font-size=\"12\"");
        y += LINE;
    }
    let (wide, high) = (WIDTH + 2 * EDGE, y);
    let title = escaped(told.first().map_or("", String::as_str));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{wide}\" height=\"{high}\" \
         viewBox=\"0 0 {wide} {high}\" role=\"img\" font-family=\"system-ui, sans-serif\">\
         <title>{title}</title>{PATTERNS}\
         <rect width=\"{wide}\" height=\"{high}\" fill=\"#fff\"/>{body}</svg>"
    )
}

const PATTERNS: &str = "<defs><pattern id=\"play-lapsed\" width=\"5\" height=\"5\" \
    patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
    <rect fill=\"#8a5300\" width=\"2\" height=\"5\"/></pattern>\
    <pattern id=\"play-over\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\">\
    <rect fill=\"#b3261e\" width=\"7\" height=\"7\"/>\
    <rect fill=\"#7d1a15\" width=\"7\" height=\"2\"/></pattern></defs>";

fn bars(year: &Year) -> String {
    let drawn = chart(&year.play.cycles, year.measure.unit, WIDTH);
    let mut out = String::new();
    for line in &drawn.lines {
        let y = line.y;
        out += &format!(
            "<line x1=\"{LEFT}\" x2=\"{WIDTH}\" y1=\"{y}\" y2=\"{y}\" stroke=\"#dce0e4\"/>"
        );
        let value = year.measure.axis(line.value);
        out += &text((LEFT - 6, y + 4), &value, "font-size=\"11\" text-anchor=\"end\"");
    }
    for (place, column) in drawn.columns.iter().enumerate() {
        for bar in &column.bars {
            out += &rect(bar.part, (bar.x, bar.y, bar.width, bar.height));
        }
        let at = (column.x + column.width / 2, HEIGHT - 5);
        let number = (place + 1).to_string();
        out += &text(at, &number, "font-size=\"11\" text-anchor=\"middle\"");
    }
    out
}

fn rect(part: Part, (x, y, width, height): (i64, i64, i64, i64)) -> String {
    let colour = match part {
        Part::Carried => "#6b4fbb",
        Part::Allowance => "#025c93",
        Part::Kept => "#e8ebee",
        Part::Lapsed | Part::Overage => fill(part).unwrap_or("none"),
    };
    let stroke = match part {
        Part::Lapsed => "#8a5300",
        Part::Kept => "#7a838c",
        _ => "#fff",
    };
    format!(
        "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" fill=\"{colour}\" \
         stroke=\"{stroke}\"/>"
    )
}

fn text((x, y): (i64, i64), words: &str, more: &str) -> String {
    format!("<text x=\"{x}\" y=\"{y}\" fill=\"#1b1f24\" {more}>{}</text>", escaped(words))
}

/// What people typed is text, whatever it holds.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A text in lines that fit: SVG breaks none by itself.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let long = lines.last().map_or(0, |line| line.chars().count());
        if long > 0 && long + 1 + word.chars().count() > CHARS {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::super::model::sample::year;
    use super::*;
    use shared::rules::simulate::Profile;

    #[test]
    fn a_picture_has_the_bars_their_legend_and_the_terms() {
        let year = year(Profile::Light, |pool| pool.rolls = false).expect("a year");
        let told = [words::finding(&year, Profile::Light), words::price(&year)];
        let terms = ["Hours & more: 10 h < a month".to_owned()];
        let svg = picture(&year, &told, &terms);
        for words in
            ["Lapses", "Used of what the cycle brings", "Hours &amp; more: 10 h &lt; a month"]
        {
            assert!(svg.contains(words), "{words} in {svg}");
        }
        assert!(!svg.contains("Beyond what is available"), "only what is there");
        assert!((1..=12).all(|cycle| svg.contains(&format!("\">{cycle}</text>"))), "{svg}");
        assert_eq!(svg.matches("<text").count(), svg.matches("</text>").count());
        assert!(svg.starts_with("<svg xmlns=") && svg.ends_with("</svg>"));
    }

    #[test]
    fn long_words_are_broken_between_words() {
        let lines = wrapped(&"ten letters ".repeat(20));
        assert!(lines.len() > 2 && lines.iter().all(|line| line.chars().count() <= CHARS));
        assert_eq!(wrapped("short"), ["short"]);
    }
}
