//! Elements of an XML file, by their local names: namespaces and prefixes differ from bank to bank.
//!
//! A file that defines entities is refused, so nothing expands; depth is bounded, and the size of
//! the file bounds all else.
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Deeper than any statement is.
pub const DEPTH_MAX: usize = 40;

/// Why a file is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is no well-formed XML.
    Broken,
    /// It has a document type, which could define entities.
    DocType,
    /// It is deeper than [`DEPTH_MAX`].
    Deep,
}

/// An element with what it holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Element {
    /// Without its prefix.
    pub name: String,
    /// Its currency, if it is an amount.
    pub currency: Option<String>,
    /// Its own text.
    pub text: String,
    pub children: Vec<Element>,
}

impl Element {
    /// The first child of this name.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|one| one.name == name)
    }
    /// Its children of this name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |one| one.name == name)
    }
    /// The first element along these names.
    pub fn at(&self, path: &[&str]) -> Option<&Element> {
        path.iter().try_fold(self, |here, name| here.child(name))
    }
    /// The text of that, if it says something.
    pub fn text_at(&self, path: &[&str]) -> Option<&str> {
        self.at(path).map(|one| one.text.trim()).filter(|text| !text.is_empty())
    }
}

/// What one meets on the way through a file.
#[derive(Debug, PartialEq, Eq)]
pub enum Met {
    /// An element begins that is not taken whole.
    Begins(String),
    /// One that is.
    Whole(Element),
}

/// A way through a file.
pub struct Walk<'a> {
    reader: Reader<&'a [u8]>,
    depth: usize,
}

impl<'a> Walk<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { reader: Reader::from_str(text), depth: 0 }
    }

    /// The next element; those of these names are taken whole.
    ///
    /// # Errors
    /// A file that is not read.
    pub fn next(&mut self, whole: &[&str]) -> Result<Option<Met>, Fault> {
        loop {
            match self.event()? {
                Event::Start(start) if whole.contains(&start.local_name().into_inner()) => {
                    return self.element(&start).map(|one| Some(Met::Whole(one)));
                }
                Event::Start(start) => {
                    self.down()?;
                    return Ok(Some(Met::Begins(start.local_name().into_inner().to_owned())));
                }
                Event::Empty(start) => {
                    return Ok(Some(Met::Begins(start.local_name().into_inner().to_owned())));
                }
                Event::End(_) => self.depth = self.depth.saturating_sub(1),
                Event::Eof if self.depth > 0 => return Err(Fault::Broken),
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }

    fn event(&mut self) -> Result<Event<'a>, Fault> {
        match self.reader.read_event() {
            Ok(Event::DocType(_)) => Err(Fault::DocType),
            Ok(event) => Ok(event),
            Err(_) => Err(Fault::Broken),
        }
    }

    fn down(&mut self) -> Result<(), Fault> {
        self.depth += 1;
        if self.depth > DEPTH_MAX { Err(Fault::Deep) } else { Ok(()) }
    }

    /// All of an element, without recursion: what waits for its end is on a stack.
    fn element(&mut self, start: &BytesStart<'_>) -> Result<Element, Fault> {
        self.down()?;
        let mut open = vec![begun(start)?];
        loop {
            let event = self.event()?;
            let Some(here) = open.last_mut() else { return Err(Fault::Broken) };
            match event {
                Event::Start(start) => {
                    self.down()?;
                    open.push(begun(&start)?);
                }
                Event::Empty(start) => here.children.push(begun(&start)?),
                Event::Text(text) => here.text.push_str(&text.into_inner()),
                Event::CData(text) => here.text.push_str(&text.into_inner()),
                Event::GeneralRef(reference) => {
                    let known = match reference.resolve_char_ref() {
                        Ok(Some(c)) => Some(c),
                        Ok(None) => named(&reference.into_inner()),
                        Err(_) => None,
                    };
                    here.text.push(known.ok_or(Fault::Broken)?);
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    let Some(done) = open.pop() else { return Err(Fault::Broken) };
                    match open.last_mut() {
                        Some(parent) => parent.children.push(done),
                        None => return Ok(done),
                    }
                }
                Event::Eof => return Err(Fault::Broken),
                _ => {}
            }
        }
    }
}

/// The five that XML has by itself.
fn named(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

fn begun(start: &BytesStart<'_>) -> Result<Element, Fault> {
    let currency = start.try_get_attribute("Ccy").map_err(|_| Fault::Broken)?;
    Ok(Element {
        name: start.local_name().into_inner().to_owned(),
        currency: currency.map(|one| one.value.trim().to_ascii_uppercase()),
        ..Element::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn taken(text: &str) -> Result<Vec<Met>, Fault> {
        let (mut walk, mut met) = (Walk::new(text), Vec::new());
        while let Some(one) = walk.next(&["Ntry"])? {
            met.push(one);
        }
        Ok(met)
    }

    #[test]
    fn elements_are_known_whatever_their_prefix() {
        let text = "<?xml version=\"1.0\"?><x:A xmlns:x=\"u\"><x:Ntry><x:Amt Ccy='eur'>1&#48;</x:Amt>\
            <B>M&amp;M <![CDATA[<3]]></B><C/></x:Ntry></x:A>";
        let met = taken(text).unwrap_or_default();
        assert_eq!(met.len(), 2);
        let Met::Whole(entry) = &met[1] else { panic!("{met:?}") };
        assert_eq!(entry.text_at(&["Amt"]), Some("10"));
        assert_eq!(entry.child("Amt").and_then(|one| one.currency.as_deref()), Some("EUR"));
        assert_eq!((entry.text_at(&["B"]), entry.text_at(&["C"])), (Some("M&M <3"), None));
    }

    #[test]
    fn what_could_be_an_attack_is_refused() {
        let bomb = "<!DOCTYPE a [<!ENTITY b \"bb\">]><A><Ntry>&b;</Ntry></A>";
        assert_eq!(taken(bomb), Err(Fault::DocType));
        assert_eq!(taken("<A><Ntry>&b;</Ntry></A>"), Err(Fault::Broken));
        let deep = format!("<Ntry>{}{}</Ntry>", "<a>".repeat(50_000), "</a>".repeat(50_000));
        assert_eq!(taken(&deep), Err(Fault::Deep));
        assert_eq!(taken(&"<a>".repeat(50_000)), Err(Fault::Deep));
        for broken in
            ["<A>", "<A><Ntry>", "<A></B>", "<Ntry><B></Ntry>", "<A><Ntry>&#0;</Ntry></A>"]
        {
            assert_eq!(taken(broken), Err(Fault::Broken), "{broken}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_a_panic(text in "(<|/|>|&|;|Ntry|a|\"|Ccy=|!|\\[|CDATA|\\?|-| ){0,40}|\\PC{0,40}") {
            let _ = taken(&text);
        }
    }
}
