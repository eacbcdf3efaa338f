//! Field rules that no derive has: names, addresses, zones, days.

pub(super) fn currency(code: &str, _: &()) -> garde::Result {
    crate::rules::money::is_currency(code)
        .then_some(())
        .ok_or_else(|| garde::Error::new("currency_unknown"))
}

/// The codes of ISO 3166-1, and XK and XI, which trade uses beside them.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ \
    BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE \
    DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR \
    GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP \
    KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT \
    MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW \
    PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG \
    TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XI XK YE YT ZA \
    ZM ZW";

/// Whether it is the code of a country, by ISO 3166-1.
#[must_use]
pub fn is_country(code: &str) -> bool {
    code.len() == 2 && COUNTRIES.split_ascii_whitespace().any(|one| one == code)
}

pub(super) fn country(code: &str, _: &()) -> garde::Result {
    if is_country(code) { Ok(()) } else { Err(garde::Error::new("country_unknown")) }
}

/// Names and notes: not blank, no control characters but line breaks and tabs.
pub(super) fn name(text: &str, _: &()) -> garde::Result {
    if text.trim().is_empty() {
        return Err(garde::Error::new("required"));
    }
    plain(text, &())
}

pub(super) fn plain(text: &str, _: &()) -> garde::Result {
    // Also what turns the direction of the text after it, so that a name reads as another.
    let odd = text.chars().any(|c| match c {
        '\n' | '\r' | '\t' => false,
        '\u{202a}'..='\u{202e}' => true,
        other => other.is_control(),
    });
    if odd { Err(garde::Error::new("control_characters")) } else { Ok(()) }
}

pub(super) fn plain_opt(text: &Option<String>, _: &()) -> garde::Result {
    text.as_deref().map_or(Ok(()), |text| plain(text, &()))
}

/// One `@`, something on both sides, a dot in the domain, no blanks: the mail server knows the rest.
pub(super) fn email(text: &str, _: &()) -> garde::Result {
    let fits = text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && !domain.contains('@')
            && domain.split('.').count() > 1
            && domain.split('.').all(|label| !label.is_empty())
    });
    if fits && !text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        Ok(())
    } else {
        Err(garde::Error::new("email_invalid"))
    }
}

pub(super) fn email_opt(text: &Option<String>, _: &()) -> garde::Result {
    text.as_deref().map_or(Ok(()), |text| email(text, &()))
}

/// Only the shape (`Area/Place`); the server knows the zones.
pub(super) fn zone(text: &str, _: &()) -> garde::Result {
    let fits = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/_+-".contains(&b));
    if fits && !text.is_empty() { Ok(()) } else { Err(garde::Error::new("timezone_unknown")) }
}

pub(super) fn zone_opt(text: &Option<String>, _: &()) -> garde::Result {
    text.as_deref().map_or(Ok(()), |text| zone(text, &()))
}

/// Years that a contract may name: keeps every boundary inside chrono's calendar.
pub(super) fn day(date: &chrono::NaiveDate, _: &()) -> garde::Result {
    use chrono::Datelike;
    if (1970..=2200).contains(&date.year()) {
        Ok(())
    } else {
        Err(garde::Error::new("out_of_range"))
    }
}

/// An instant in one of those years.
pub(super) fn instant(at: &chrono::DateTime<chrono::Utc>, _: &()) -> garde::Result {
    day(&at.date_naive(), &())
}

pub(super) fn day_opt(date: &Option<chrono::NaiveDate>, _: &()) -> garde::Result {
    date.as_ref().map_or(Ok(()), |date| day(date, &()))
}

/// Words of lower case letters and digits with dashes between; empty where a default serves.
pub(super) fn key(text: &str, _: &()) -> garde::Result {
    let word = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    if text.is_empty() || text.split('-').all(word) {
        Ok(())
    } else {
        Err(garde::Error::new("key_invalid"))
    }
}

pub(super) fn cancellation(
    terms: &Option<crate::rules::ledger::Cancellation>,
    _: &(),
) -> garde::Result {
    match terms {
        Some(terms) if terms.notice_hours > 720 || terms.charge_percent > 100 => {
            Err(garde::Error::new("out_of_range"))
        }
        _ => Ok(()),
    }
}

/// Levels in per cent, each at least 1 and at most 1,000, in any order and none of them twice.
pub(super) fn percents(levels: &[u32], _: &()) -> garde::Result {
    if levels.iter().any(|level| !(1..=1_000).contains(level)) {
        return Err(garde::Error::new("out_of_range"));
    }
    let twice = |(place, level): (usize, &u32)| levels[..place].contains(level);
    if levels.iter().enumerate().any(twice) { Err(garde::Error::new("exists")) } else { Ok(()) }
}

pub(super) fn levels(levels: &Option<Vec<u32>>, _: &()) -> garde::Result {
    percents(levels.as_deref().unwrap_or_default(), &())
}

/// A list that must name something.
pub(super) fn some<T>(list: &[T], _: &()) -> garde::Result {
    if list.is_empty() { Err(garde::Error::new("required")) } else { Ok(()) }
}

/// An address of the web, as browsers open it: no blanks, a host.
pub(super) fn link(text: &str, _: &()) -> garde::Result {
    let rest = text.strip_prefix("https://").or(text.strip_prefix("http://"));
    let fits = rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'));
    if fits && !text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        plain(text, &())
    } else {
        Err(garde::Error::new("link_invalid"))
    }
}

pub(super) fn link_opt(text: &Option<String>, _: &()) -> garde::Result {
    text.as_deref().map_or(Ok(()), |text| link(text, &()))
}
