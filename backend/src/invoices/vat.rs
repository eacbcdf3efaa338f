//! Numbers of VAT, told from others that tax offices give.
use shared::api::is_country;

/// The bare number, if it is of VAT: the country that gave it, then two to thirteen letters and
/// digits, the first digit after two letters at most. Source: EN 16931, BR-CO-09; ISO 3166-1.
pub fn number(text: &str) -> Option<String> {
    let kept = text.chars().filter(|c| !c.is_whitespace() && !".-".contains(*c));
    let bare: String = kept.map(|c| c.to_ascii_uppercase()).collect();
    let (country, rest) = bare.split_at_checked(2)?;
    // Greece has letters of its own there; these two are in no list of prefixes.
    let known = country == "EL" || (is_country(country) && !["XK", "SS"].contains(&country));
    let plain = rest.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    let letters = rest.bytes().take_while(u8::is_ascii_uppercase).count();
    let shaped = (2..=13).contains(&rest.len()) && letters <= 2 && letters < rest.len();
    (known && plain && shaped).then_some(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_vat_begins_with_its_country() {
        let known = [
            "DE 123456789",
            "gb123456789",
            "CHE-123.456.789",
            "IE1234567FA",
            "ATU12345678",
            "NL123456789B01",
            "EL123456789",
            "XI123456789",
            "ESX1234567X",
        ];
        for of in known {
            assert!(number(of).is_some(), "{of}");
        }
        assert_eq!(number("CHE-123.456.789").as_deref(), Some("CHE123456789"));
        let others = [
            "",
            "DE",
            "12/345/67890",
            "USt-IdNr. DE123456789",
            "XK123456789",
            "DE1",
            "SS123456789",
            "DE12/3456789",
            "DEABC123456",
            "DEAB",
            "Zoë123456",
        ];
        for of in others {
            assert_eq!(number(of), None, "{of}");
        }
    }
}
