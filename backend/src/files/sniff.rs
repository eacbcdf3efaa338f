//! What a file is, found from its bytes: what is not on the list is not kept. Neither the name nor
//! what the sender says of it counts, but for telling rows from other text.
use shared::api::FileKind;

use super::zip;

/// What a file is; none if nothing of the kind is kept.
pub fn kind(name: &str, bytes: &[u8]) -> Option<FileKind> {
    match bytes {
        [b'%', b'P', b'D', b'F', b'-', ..] => Some(FileKind::Pdf),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(FileKind::Png),
        [0xff, 0xd8, 0xff, ..] => Some(FileKind::Jpeg),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(FileKind::Webp),
        [b'P', b'K', 3, 4, ..] => document(bytes),
        _ => text(name, bytes),
    }
}

/// What a document of an office is; none for any other archive, and for one with macros.
fn document(bytes: &[u8]) -> Option<FileKind> {
    let names = zip::names(bytes)?;
    let has = |name: &str| names.iter().any(|one| one.eq_ignore_ascii_case(name));
    if names.iter().any(|name| is_macro(name)) {
        return None;
    }
    if let Some(media) = zip::stored_first(bytes, "mimetype") {
        let open = [FileKind::Odt, FileKind::Ods, FileKind::Odp];
        let kind = open.into_iter().find(|kind| kind.media().as_bytes() == media);
        return kind.filter(|_| has("mimetype") && has("content.xml"));
    }
    if !has("[Content_Types].xml") {
        return None;
    }
    let office = [
        ("word/document.xml", FileKind::Docx),
        ("xl/workbook.xml", FileKind::Xlsx),
        ("ppt/presentation.xml", FileKind::Pptx),
    ];
    office.into_iter().find(|(name, _)| has(name)).map(|(_, kind)| kind)
}

/// Where programs keep macros: Office in one file, OpenDocument in two folders.
fn is_macro(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with("vbaproject.bin") || name.starts_with("basic/") || name.starts_with("scripts/")
}

/// Text holds no control characters but those that part lines and columns.
fn text(name: &str, bytes: &[u8]) -> Option<FileKind> {
    let odd = |byte: &u8| byte.is_ascii_control() && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c);
    if bytes.is_empty() || bytes.iter().any(odd) {
        return None;
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    let rows = ending.is_some_and(|ending| FileKind::Csv.endings().contains(&ending.as_str()));
    Some(if rows { FileKind::Csv } else { FileKind::Text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_say_what_it_is_and_not_the_name() {
        assert_eq!(kind("a.png", b"%PDF-1.7\n"), Some(FileKind::Pdf));
        assert_eq!(kind("a.pdf", b"\xff\xd8\xff\xe0"), Some(FileKind::Jpeg));
        assert_eq!(kind("a", b"\x89PNG\r\n\x1a\n...."), Some(FileKind::Png));
        assert_eq!(kind("a", b"RIFF\x10\0\0\0WEBPVP8 "), Some(FileKind::Webp));
        assert_eq!(kind("a.CSV", "Tag;Stunden\n".as_bytes()), Some(FileKind::Csv));
        assert_eq!(kind("a.html", b"<script>alert(1)</script>"), Some(FileKind::Text));
        // Latin 1, as old spreadsheets write it.
        assert_eq!(kind("a.csv", b"M\xfcller;1\r\n"), Some(FileKind::Csv));
    }

    #[test]
    fn what_is_not_on_the_list_is_nothing() {
        for bytes in [
            &b""[..],
            b"MZ\x90\0\x03",
            b"\x7fELF\x02",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            b"GIF89a\x01\0",
            b"PK\x03\x04 but no archive",
        ] {
            assert_eq!(kind("a.pdf", bytes), None, "{bytes:?}");
        }
    }
}
