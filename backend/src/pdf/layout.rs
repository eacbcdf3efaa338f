//! A sheet to pages: pure, in whole thousandths of a point, from the top left corner.
use shared::api::Paper;

use super::sheet::{Fact, Pay, Row, Sheet};
use super::text::{Mil, Run, Shade, Style, Weight, clamp, run, wrap};

/// A page.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// What is on it, in the order it is read.
    pub items: Vec<Item>,
}

/// A thing on a page.
#[derive(Debug, Clone)]
pub enum Item {
    /// A piece of a line.
    Text {
        /// Where it begins.
        x: Mil,
        /// Its base line.
        y: Mil,
        /// What it says.
        run: Run,
        /// What it is to who cannot see it.
        role: Role,
    },
    /// A filled area, or a rule.
    Area {
        /// Its left edge.
        x: Mil,
        /// Its upper edge.
        y: Mil,
        /// How wide it is.
        width: Mil,
        /// How high it is.
        height: Mil,
        /// Its colour.
        shade: Shade,
    },
    /// The picture of the sheet.
    Picture {
        /// Its left edge.
        x: Mil,
        /// Its upper edge.
        y: Mil,
        /// How wide it is.
        width: Mil,
        /// How high it is.
        height: Mil,
    },
}

/// What a text is to who cannot see the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It is on every page, or said elsewhere.
    Repeated,
    /// What the paper is.
    Heading,
    /// Of the paragraph with this number.
    Paragraph(usize),
    /// The head of a column.
    Head(usize),
    /// In this row and column of the table.
    Cell(usize, usize),
}

const fn style(size: Mil, lead: Mil, weight: Weight, shade: Shade) -> Style {
    Style { size, lead, weight, shade }
}
const TITLE: Style = style(20_000, 26_000, Weight::SemiBold, Shade::Ink);
const SUBJECT: Style = style(14_000, 19_000, Weight::SemiBold, Shade::Ink);
const NAME: Style = style(12_500, 16_000, Weight::SemiBold, Shade::Ink);
const STRONG: Style = style(9_500, 13_500, Weight::SemiBold, Shade::Ink);
const BODY: Style = style(9_500, 13_500, Weight::Regular, Shade::Ink);
const TOTAL: Style = style(12_500, 17_000, Weight::SemiBold, Shade::Ink);
const SMALL: Style = style(8_000, 11_500, Weight::Regular, Shade::Soft);
const LABEL: Style = style(7_500, 11_000, Weight::SemiBold, Shade::Soft);
const NOTE: Style = style(8_500, 12_500, Weight::Regular, Shade::Ink);
const FOOT: Style = style(7_000, 9_500, Weight::Regular, Shade::Soft);
const MARK: Style = style(10_000, 14_000, Weight::SemiBold, Shade::Accent);

/// The margins at both sides: 20 mm, where a window envelope begins.
const SIDE: Mil = 56_700;
/// The room of a picture.
const LOGO: (Mil, Mil) = (150_000, 48_000);
/// The top of the address: 45 mm down, as the window has it.
const WINDOW: Mil = 127_600;
/// How far down that reaches.
const WINDOW_END: Mil = 232_000;
/// Where text begins on the pages after the first.
const HEAD: Mil = 76_000;
/// What is left for the foot.
const FOOT_HEIGHT: Mil = 66_000;
/// Between columns.
const GAP: Mil = 14_000;
/// A line that carries a sum to another page.
const CARRY: Mil = 22_000;
/// What a table wants to begin on a page.
const ROOM: Mil = 120_000;

/// Lays a sheet out on pages.
pub fn pages(sheet: &Sheet) -> Vec<Page> {
    let (width, height) = match sheet.paper {
        Paper::A4 => (595_276, 841_890),
        Paper::Letter => (612_000, 792_000),
    };
    let mut setter = Setter {
        sheet,
        width,
        bottom: height - FOOT_HEIGHT,
        pages: vec![Page::default()],
        y: 0,
        paragraph: 0,
    };
    setter.opening();
    setter.table();
    setter.ending();
    setter.feet(height);
    setter.pages
}

struct Setter<'a> {
    sheet: &'a Sheet,
    width: Mil,
    /// Where text ends.
    bottom: Mil,
    pages: Vec<Page>,
    /// How far down the page is filled.
    y: Mil,
    paragraph: usize,
}

/// The columns of the table: the right edge of each figure, and how wide the first is.
struct Columns {
    first: Mil,
    edges: Vec<Mil>,
}

impl Setter<'_> {
    fn right(&self) -> Mil {
        self.width - SIDE
    }

    fn inner(&self) -> Mil {
        self.width - 2 * SIDE
    }

    fn put(&mut self, item: Item) {
        if let Some(page) = self.pages.last_mut() {
            page.items.push(item);
        }
    }

    fn area(&mut self, (x, y): (Mil, Mil), (width, height): (Mil, Mil), shade: Shade) {
        self.put(Item::Area { x, y, width, height, shade });
    }

    /// Puts a run in the line that begins `top` down: its base line stands in the middle of what
    /// is left around its capitals.
    fn text(&mut self, x: Mil, top: Mil, run: Run, role: Role) {
        let capitals = run.style.size * 73 / 100;
        let y = top + (run.style.lead + capitals) / 2;
        self.put(Item::Text { x, y, run, role });
    }

    fn text_end(&mut self, edge: Mil, top: Mil, run: Run, role: Role) {
        self.text(edge - run.width, top, run, role);
    }

    /// Puts lines below each other; how far down that reaches.
    fn lines(&mut self, x: Mil, mut top: Mil, lines: Vec<Run>, role: Role) -> Mil {
        for line in lines {
            let lead = line.style.lead;
            self.text(x, top, line, role);
            top += lead;
        }
        top
    }

    fn next_paragraph(&mut self) -> Role {
        self.paragraph += 1;
        Role::Paragraph(self.paragraph)
    }

    /// The head of the first page: from whom, to whom, what, when.
    fn opening(&mut self) {
        let sheet = self.sheet;
        self.area((SIDE, 40_000), (28_000, 3_000), Shade::Accent);
        let role = self.next_paragraph();
        let room = self.inner() * 2 / 3;
        let name = clamp(wrap(&sheet.from.name, NAME, room), 2);
        let top = self.lines(SIDE, 49_000, name, role);
        let role = self.next_paragraph();
        let address = clamp(wrap(&sheet.from.lines.join(" · "), SMALL, room), 3);
        self.lines(SIDE, top, address, role);
        let below = self.picture();
        if let Some(mark) = &sheet.mark {
            let run = run(mark, MARK);
            let (width, right) = (run.width + 20_000, self.right());
            self.area((right - width, below), (width, 22_000), Shade::Tint);
            let role = self.next_paragraph();
            self.text(right - width + 10_000, below + 4_000, run, role);
        }
        let left = self.addressee();
        let right = self.facts();
        self.y = left.max(right).max(WINDOW_END) + 26_000;
        self.title();
    }

    /// The picture at the right, as large as there is room; how far down comes what is below it.
    fn picture(&mut self) -> Mil {
        let Some((width, height)) = self.sheet.logo.as_ref().map(|logo| logo.size) else {
            return 46_000;
        };
        let (most_wide, most_high) = LOGO;
        // The side that is relatively longer fills its room.
        let (width, height) = if width * most_high > height * most_wide {
            (most_wide, (most_wide * height / width).max(1))
        } else {
            ((most_high * width / height).max(1), most_high)
        };
        self.put(Item::Picture { x: self.right() - width, y: 40_000, width, height });
        40_000 + height + 8_000
    }

    fn addressee(&mut self) -> Mil {
        let (sheet, room) = (self.sheet, 230_000);
        let role = self.next_paragraph();
        let top = self.lines(SIDE, WINDOW, vec![run(&sheet.to_label, LABEL)], role) + 3_000;
        let name = clamp(wrap(&sheet.to.name, STRONG, room), 4);
        let top = self.lines(SIDE, top, name, role);
        let address = sheet.to.lines.iter().flat_map(|line| wrap(line, BODY, room)).collect();
        self.lines(SIDE, top, clamp(address, 9), role)
    }

    fn facts(&mut self) -> Mil {
        let label_at = SIDE + 270_000;
        let value_at = label_at + 84_000;
        let mut top = WINDOW + 2_000;
        for fact in &self.sheet.facts {
            let role = self.next_paragraph();
            let labels = clamp(wrap(&fact.label, SMALL, value_at - label_at - 6_000), 2);
            let values = clamp(wrap(&fact.value, BODY, self.right() - value_at), 3);
            // Both stand on one base line.
            let below = self.lines(label_at, top + 1_500, labels, role);
            top = self.lines(value_at, top, values, role).max(below) + 2_500;
        }
        top
    }

    fn title(&mut self) {
        // Of a letter it is a subject.
        let style = if self.sheet.before.is_empty() { TITLE } else { SUBJECT };
        let heading = clamp(wrap(&self.sheet.heading, style, self.inner()), 3);
        self.y = self.lines(SIDE, self.y, heading, Role::Heading) + 1_000;
        let role = self.next_paragraph();
        let about = Style { size: 9_500, lead: 13_500, ..SMALL };
        let about = clamp(wrap(&self.sheet.about, about, self.inner()), 3);
        self.y = self.lines(SIDE, self.y, about, role) + 18_000;
        let sheet = self.sheet;
        for text in &sheet.before {
            self.passage(text, BODY);
        }
        self.y += if sheet.before.is_empty() { 0 } else { 8_000 };
    }

    /// Each column of figures is as wide as its widest; the first has the rest.
    fn columns(&self) -> Columns {
        let figures = self.sheet.heads.len().saturating_sub(1);
        let widest = |place: usize| {
            let cells = self.sheet.rows.iter().filter_map(|row| row.cells.get(place));
            let cells = cells.map(|cell| run(cell, BODY).width);
            let sums = self.sheet.rows.iter().map(|row| run(&row.so_far, BODY).width);
            let sums = sums.filter(|_| place + 1 == figures);
            let head = run(&self.sheet.heads[place + 1], LABEL).width;
            cells.chain(sums).fold(head, Mil::max)
        };
        let widths: Vec<Mil> = (0..figures).map(widest).collect();
        let mut edges = vec![0; figures];
        let mut edge = self.right();
        for place in (0..figures).rev() {
            edges[place] = edge;
            edge -= widths[place] + GAP;
        }
        Columns { first: (edge - SIDE).max(60_000), edges }
    }

    fn table(&mut self) {
        let columns = self.columns();
        if self.y + ROOM > self.bottom {
            self.next_page();
        }
        self.table_head(&columns, true);
        let ending = self.sums_height();
        let rows = &self.sheet.rows;
        let mut fresh = true;
        for (place, row) in rows.iter().enumerate() {
            let text = wrap(&row.text, BODY, columns.first);
            let detail = row.detail.as_deref().map(|detail| wrap(detail, SMALL, columns.first));
            let detail = detail.unwrap_or_default();
            let high = |lines: &[Run]| lines.iter().map(|line| line.style.lead).sum::<Mil>();
            let height = (high(&text) + high(&detail)).max(BODY.lead) + 11_000;
            // The last row stays with what it comes to.
            let carry = if self.sheet.total.is_some() { CARRY } else { 0 };
            let after = if place + 1 == rows.len() { ending } else { carry };
            let at_top = fresh && self.y < HEAD + ROOM;
            if self.y + height + after > self.bottom && !at_top {
                self.break_table(&columns, place.checked_sub(1).map(|last| &rows[last]), fresh);
            }
            self.row(&columns, (place, row), (text, detail), height);
            fresh = false;
        }
    }

    fn table_head(&mut self, columns: &Columns, first: bool) {
        let role = |place: usize| if first { Role::Head(place) } else { Role::Repeated };
        let heads = &self.sheet.heads;
        for (place, head) in heads.iter().enumerate() {
            let run = run(head, LABEL);
            match place.checked_sub(1) {
                None => self.text(SIDE, self.y, run, role(0)),
                Some(figure) => self.text_end(columns.edges[figure], self.y, run, role(place)),
            }
        }
        self.y += LABEL.lead + 4_000;
        self.area((SIDE, self.y), (self.inner(), 900), Shade::Ink);
        self.y += 900;
    }

    fn row(
        &mut self,
        columns: &Columns,
        (place, row): (usize, &Row),
        (text, detail): (Vec<Run>, Vec<Run>),
        height: Mil,
    ) {
        let top = self.y + 5_500;
        let role = Role::Cell(place, 0);
        let below = self.lines(SIDE, top, text, role);
        self.lines(SIDE, below, detail, role);
        for (figure, cell) in row.cells.iter().enumerate() {
            let Some(edge) = columns.edges.get(figure) else { continue };
            self.text_end(*edge, top, run(cell, BODY), Role::Cell(place, figure + 1));
        }
        self.y += height;
        self.area((SIDE, self.y - 500), (self.inner(), 500), Shade::Line);
    }

    /// Goes on on another page, with what the rows so far come to at its head.
    fn break_table(&mut self, columns: &Columns, last: Option<&Row>, fresh: bool) {
        let sheet = self.sheet;
        let carried = last.filter(|_| !fresh && sheet.total.is_some());
        if let Some(last) = carried {
            self.carry(&sheet.carried, &last.so_far);
        }
        self.next_page();
        self.table_head(columns, false);
        if let Some(last) = carried {
            self.carry(&sheet.brought, &last.so_far);
            self.area((SIDE, self.y - 500), (self.inner(), 500), Shade::Line);
        }
    }

    fn carry(&mut self, words: &str, sum: &str) {
        let words_run = run(words, SMALL);
        let top = self.y + (CARRY - BODY.lead) / 2;
        self.text(SIDE, top + 1_000, words_run, Role::Repeated);
        let sum = run(sum, Style { shade: Shade::Soft, ..BODY });
        self.text_end(self.right(), top, sum, Role::Repeated);
        self.y += CARRY;
    }

    fn next_page(&mut self) {
        self.pages.push(Page::default());
        let sheet = self.sheet;
        let half = self.inner() / 2;
        let name = clamp(wrap(&sheet.from.name, SMALL, half), 1);
        self.lines(SIDE, 40_000, name, Role::Repeated);
        for run in clamp(wrap(&sheet.heading, SMALL, half - GAP), 1) {
            self.text_end(self.right(), 40_000, run, Role::Repeated);
        }
        self.y = HEAD;
    }

    fn sums_height(&self) -> Mil {
        let Some(total) = &self.sheet.total else { return 14_000 };
        let lines: Mil = self.sums_lines(total).iter().map(|(lines, _)| lines.len() as Mil).sum();
        14_000 + lines * 16_000 + 12_000 + TOTAL.lead + 6_000
    }

    /// The labels of the sums may need more than a line.
    fn sums_lines(&self, total: &Fact) -> Vec<(Vec<Run>, Run)> {
        let line = |fact: &Fact| {
            let value = run(&fact.value, BODY);
            let room = self.sums_width(total) - value.width - GAP;
            (wrap(&fact.label, Style { shade: Shade::Soft, lead: 16_000, ..BODY }, room), value)
        };
        self.sheet.sums.iter().map(line).collect()
    }

    fn sums_width(&self, total: &Fact) -> Mil {
        let widths = run(&total.value, TOTAL).width + run(&total.label, TOTAL).width;
        (widths + 2 * GAP).max(236_000).min(self.inner())
    }

    fn sums(&mut self, total: &Fact) {
        let left = self.right() - self.sums_width(total);
        self.y += 10_000;
        for (labels, value) in self.sums_lines(total) {
            let role = self.next_paragraph();
            let below = self.lines(left, self.y, labels, role);
            self.text_end(self.right(), self.y + 1_250, value, role);
            self.y = below;
        }
        self.y += 6_000;
        self.area((left, self.y), (self.sums_width(total), 900), Shade::Ink);
        self.y += 6_000;
        let role = self.next_paragraph();
        let room = self.sums_width(total) - run(&total.value, TOTAL).width - GAP;
        let label = clamp(wrap(&total.label, TOTAL, room), 1);
        self.lines(left, self.y, label, role);
        self.text_end(self.right(), self.y, run(&total.value, TOTAL), role);
        self.y += TOTAL.lead + 20_000;
    }

    fn ending(&mut self) {
        if self.y + self.sums_height() > self.bottom {
            self.next_page();
        }
        let sheet = self.sheet;
        match &sheet.total {
            Some(total) => self.sums(total),
            None => self.y += 14_000,
        }
        for text in &sheet.after {
            self.passage(text, BODY);
        }
        if let Some(pay) = &sheet.pay {
            self.pay(pay);
        }
        for note in &sheet.notes {
            self.passage(note, NOTE);
        }
    }

    /// The box that says how much goes where by when.
    fn pay(&mut self, pay: &Pay) {
        const PAD: Mil = 14_000;
        let room = self.inner() - 2 * PAD;
        let words = wrap(&pay.words, STRONG, room);
        const APART: Mil = 36_000;
        let own = |fact: &Fact| run(&fact.label, LABEL).width.max(run(&fact.value, BODY).width);
        let natural: Vec<Mil> = pay.facts.iter().map(|fact| own(fact) + APART).collect();
        // Each as wide as it is, or all alike where that is too much.
        let alike = (room + GAP) / (pay.facts.len().max(1) as Mil);
        let fits = natural.iter().sum::<Mil>() <= room + APART;
        let steps = if fits { natural } else { vec![alike; pay.facts.len()] };
        let apart = if fits { APART } else { GAP };
        let both = pay.facts.iter().zip(&steps);
        let facts: Vec<(Run, Vec<Run>)> = both
            .map(|(fact, step)| (run(&fact.label, LABEL), wrap(&fact.value, BODY, step - apart)))
            .collect();
        let most = facts.iter().map(|(_, lines)| lines.len()).max().unwrap_or(0) as Mil;
        let below = if most > 0 { 6_000 + LABEL.lead + most * BODY.lead } else { 0 };
        let height = 2 * PAD + words.len() as Mil * STRONG.lead + below;
        if self.y + height > self.bottom {
            self.next_page();
        }
        self.area((SIDE, self.y), (self.inner(), height), Shade::Tint);
        self.area((SIDE, self.y), (2_500, height), Shade::Accent);
        let role = self.next_paragraph();
        let top = self.lines(SIDE + PAD, self.y + PAD, words, role) + 6_000;
        let mut x = SIDE + PAD;
        for ((label, lines), step) in facts.into_iter().zip(steps) {
            let role = self.next_paragraph();
            self.text(x, top, label, role);
            self.lines(x, top + LABEL.lead, lines, role);
            x += step;
        }
        self.y += height + 18_000;
    }

    /// A paragraph, on as many pages as it needs.
    fn passage(&mut self, text: &str, style: Style) {
        let role = self.next_paragraph();
        for line in wrap(text, style, self.inner()) {
            if self.y + style.lead > self.bottom {
                self.next_page();
            }
            self.text(SIDE, self.y, line, role);
            self.y += style.lead;
        }
        self.y += 7_000;
    }

    /// The foot of each page, once it is known how many there are.
    fn feet(&mut self, height: Mil) {
        let all = self.pages.len();
        let (right, inner) = (self.right(), self.inner());
        let foot = clamp(wrap(&self.sheet.foot, FOOT, inner - 80_000), 3);
        let page_of = self.sheet.page_of;
        let top = height - FOOT_HEIGHT + 20_000;
        for (place, page) in std::mem::take(&mut self.pages).into_iter().enumerate() {
            self.pages.push(page);
            self.area((SIDE, top - 6_000), (inner, 500), Shade::Line);
            self.lines(SIDE, top, foot.clone(), Role::Repeated);
            let words = run(&page_of(place + 1, all), FOOT);
            self.text_end(right, top, words, Role::Repeated);
        }
    }
}

#[cfg(test)]
#[path = "layout_tests.rs"]
mod tests;
