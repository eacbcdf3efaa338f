//! XML as text: elements one after the other.
use std::fmt::Write;

/// A document while it is written.
#[derive(Debug)]
pub struct Xml {
    out: String,
    depth: usize,
}

impl Xml {
    pub fn new() -> Self {
        Self { out: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned(), depth: 0 }
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.out.into_bytes()
    }

    /// An element with others in it.
    pub fn within(&mut self, name: &str, inner: impl FnOnce(&mut Self)) {
        self.within_with(name, &[], inner);
    }

    pub fn within_with(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        inner: impl FnOnce(&mut Self),
    ) {
        self.open(name, attributes);
        self.out.push_str(">\n");
        self.depth += 1;
        inner(self);
        self.depth -= 1;
        self.indent();
        let _ = writeln!(self.out, "</{name}>");
    }

    /// An element with text in it.
    pub fn leaf(&mut self, name: &str, text: &str) {
        self.with(name, &[], text);
    }

    pub fn opt(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.leaf(name, text);
        }
    }

    pub fn with(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.open(name, attributes);
        self.out.push('>');
        self.push(text);
        let _ = writeln!(self.out, "</{name}>");
    }

    fn indent(&mut self) {
        self.out.extend(std::iter::repeat_n("  ", self.depth));
    }

    fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.indent();
        self.out.push('<');
        self.out.push_str(name);
        for (key, value) in attributes {
            let _ = write!(self.out, " {key}=\"");
            self.push(value);
            self.out.push('"');
        }
    }

    /// Text with nothing in it that XML would read otherwise, or cannot have at all.
    fn push(&mut self, text: &str) {
        for one in text.chars() {
            match one {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                '\r' => self.out.push_str("&#13;"),
                '\n' | '\t' => self.out.push(one),
                '\u{fffe}' | '\u{ffff}' => {}
                one if u32::from(one) < 0x20 => {}
                one => self.out.push(one),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_never_markup() {
        let mut xml = Xml::new();
        xml.within("a", |xml| xml.with("b", &[("c", "\"<")], "R&D <x>\u{0}\u{ffff}\n"));
        let made = String::from_utf8(xml.into_bytes()).unwrap_or_default();
        let inner = "<a>\n  <b c=\"&quot;&lt;\">R&amp;D &lt;x&gt;\n</b>\n</a>\n";
        assert!(made.ends_with(inner), "{made}");
    }
}
