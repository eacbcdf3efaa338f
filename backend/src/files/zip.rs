//! The names inside an archive, so that documents of offices are told from other archives. Nothing is
//! unpacked. Source: APPNOTE.TXT of PKWARE, 4.3.

/// The most entries that are read.
const ENTRIES_MAX: usize = 10_000;
/// The end of the list of entries, without its comment.
const END: usize = 22;
/// The longest comment after it.
const COMMENT_MAX: usize = 0xffff;

/// The bytes of the first entry if it has this name and lies there as it is.
pub fn stored_first<'a>(archive: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let stored = number(archive, 8, 2)? == 0;
    let (size, long) = (number(archive, 18, 4)?, number(archive, 26, 2)?);
    let extra = number(archive, 28, 2)?;
    let named = archive.get(30..)?.get(..long)? == name.as_bytes();
    let from = 30 + long + extra;
    (stored && named).then(|| archive.get(from..)?.get(..size)).flatten()
}

/// The names of all entries; none if it is no archive, or its list says other than its entries.
pub fn names(archive: &[u8]) -> Option<Vec<&str>> {
    let least = archive.len().checked_sub(END)?;
    let lowest = least.saturating_sub(COMMENT_MAX);
    let is_end = |at: &usize| {
        let tail = archive.get(*at..).unwrap_or_default();
        let comment = number(tail, 20, 2);
        tail.starts_with(b"PK\x05\x06") && comment.is_some_and(|long| END + long == tail.len())
    };
    let end = (lowest..=least).rev().find(is_end)?;
    let count = number(archive, end + 10, 2)?;
    let mut at = number(archive, end + 16, 4)?;
    if count > ENTRIES_MAX {
        return None;
    }
    let mut names = Vec::with_capacity(count);
    for _ in 0..count {
        if !archive.get(at..)?.starts_with(b"PK\x01\x02") {
            return None;
        }
        let [long, extra, comment] = [28, 30, 32].map(|field| number(archive, at + field, 2));
        let (long, extra, comment) = (long?, extra?, comment?);
        let name = archive.get(at + 46..)?.get(..long)?;
        let entry = archive.get(number(archive, at + 42, 4)?..)?;
        let named = entry.get(30..)?.get(..number(entry, 26, 2)?)?;
        if !entry.starts_with(b"PK\x03\x04") || named != name {
            return None;
        }
        names.push(std::str::from_utf8(name).ok()?);
        at += 46 + long + extra + comment;
    }
    Some(names)
}

/// A whole number, its lowest byte first.
fn number(archive: &[u8], at: usize, bytes: usize) -> Option<usize> {
    let field = archive.get(at..)?.get(..bytes)?;
    Some(field.iter().rev().fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use ::zip::ZipWriter;
    use ::zip::write::SimpleFileOptions;
    use shared::api::FileKind;

    use super::*;
    use crate::files::sniff;

    fn archive(entries: &[(&str, &str)]) -> Vec<u8> {
        let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let stored =
            SimpleFileOptions::default().compression_method(::zip::CompressionMethod::Stored);
        for (name, text) in entries {
            writer.start_file(*name, stored).unwrap();
            writer.write_all(text.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn documents_are_told_from_other_archives() {
        let kind = |entries: &[(&str, &str)]| sniff::kind("a.zip", &archive(entries));
        let types = ("[Content_Types].xml", "<Types/>");
        assert_eq!(kind(&[types, ("word/document.xml", "x")]), Some(FileKind::Docx));
        assert_eq!(kind(&[("xl/workbook.xml", "x"), types]), Some(FileKind::Xlsx));
        assert_eq!(kind(&[types, ("ppt/presentation.xml", "x")]), Some(FileKind::Pptx));
        let open = ("mimetype", FileKind::Odt.media());
        assert_eq!(kind(&[open, ("content.xml", "x")]), Some(FileKind::Odt));
        for name in ["Basic/Standard/Module1.xml", "Scripts/python/all.py"] {
            assert_eq!(kind(&[open, ("content.xml", "x"), (name, "x")]), None, "{name}");
        }
        assert_eq!(kind(&[("a.txt", "x")]), None);
        assert_eq!(kind(&[("mimetype", "application/epub+zip")]), None);
        let macros = ("word/vbaProject.bin", "x");
        assert_eq!(kind(&[types, ("word/document.xml", "x"), macros]), None);
    }

    #[test]
    fn what_lies_before_an_archive_does_not_say_what_it_is() {
        let open = archive(&[("mimetype", FileKind::Odt.media()), ("content.xml", "x")]);
        let entry = 30 + "mimetype".len() + FileKind::Odt.media().len();
        let other = archive(&[("a.exe", "MZ"), ("content.xml", "x")]);
        let forged = [&open[..entry], &other[..]].concat();
        assert_eq!(sniff::kind("a.odt", &open), Some(FileKind::Odt));
        assert_eq!(sniff::kind("a.odt", &forged), None);
    }

    #[test]
    fn half_an_archive_has_no_names() {
        let whole = archive(&[("a.txt", "x"), ("b.txt", "y")]);
        assert_eq!(names(&whole), Some(vec!["a.txt", "b.txt"]));
        for length in 0..whole.len() {
            assert_eq!(names(&whole[..length]), None, "{length}");
        }
    }
}
