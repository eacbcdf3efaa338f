//! The name under which a file is told and saved: no folders, no signs that deceive, and an ending
//! that says what it is.
use shared::api::{FileKind, NAME_MAX};

/// Signs that file systems and shells take for something else.
const SPECIAL: [char; 7] = ['<', '>', ':', '"', '|', '?', '*'];

/// A name as it is kept.
pub fn cleaned(sent: &str, kind: FileKind) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last
        .chars()
        .filter(|c| !c.is_control() && !turns(*c))
        .map(|c| if SPECIAL.contains(&c) { '_' } else { c })
        .collect();
    let plain = plain.trim().trim_matches('.').trim();
    let plain = if plain.is_empty() { "file" } else { plain };
    let ending = plain.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    let fits = ending.is_some_and(|ending| kind.endings().contains(&ending.as_str()));
    if fits {
        return shortened(plain);
    }
    let usual = kind.endings().first().copied().unwrap_or("bin");
    shortened(&format!("{plain}.{usual}"))
}

/// Turns the direction of what follows: `fdp.exe` would be read as `exe.pdf`.
fn turns(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// No longer than a name may be, with its ending.
fn shortened(name: &str) -> String {
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let room = NAME_MAX.saturating_sub(ending.chars().count() + 1);
    let stem: String = stem.chars().take(room).collect();
    format!("{}.{ending}", stem.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_no_folders_and_an_ending_that_fits() {
        let pdf = |sent: &str| cleaned(sent, FileKind::Pdf);
        assert_eq!(pdf("Contract 2026.pdf"), "Contract 2026.pdf");
        assert_eq!(pdf("Vertrag für Müller.PDF"), "Vertrag für Müller.PDF");
        assert_eq!(pdf("../../etc/passwd"), "passwd.pdf");
        assert_eq!(pdf("C:\\Users\\mia\\scan.pdf"), "scan.pdf");
        assert_eq!(pdf("contract.exe"), "contract.exe.pdf");
        assert_eq!(pdf("con\u{202e}fdp.tract.pdf"), "confdp.tract.pdf");
        assert_eq!(pdf("a\r\nb<1>.pdf"), "ab_1_.pdf");
        assert_eq!(pdf(" .. "), "file.pdf");
        assert_eq!(pdf(".pdf"), "pdf.pdf");
        assert_eq!(cleaned("page.html", FileKind::Text), "page.html.txt");
        assert_eq!(cleaned("photo.jpeg", FileKind::Jpeg), "photo.jpeg");
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let kept = cleaned(&format!("{}.pdf", "ä".repeat(300)), FileKind::Pdf);
        assert_eq!(kept.chars().count(), NAME_MAX);
        assert!(kept.ends_with("ä.pdf"));
    }
}
