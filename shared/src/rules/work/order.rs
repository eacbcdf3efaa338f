//! The place of a card in its column: a text between those of its neighbours, so that a move
//! writes one row. Source: decision 0016.
//!
//! A key is a head of six digits to the base 62, in the order of ASCII, and a tail that is empty
//! or does not end in `0`. Cards at an end step the head; between heads without room the tail
//! grows.

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const HEAD: usize = 6;
/// 62⁶.
const HEADS: u64 = 56_800_235_584;
/// How far apart cards at an end are put, so that those between find room in the head.
const STEP: u64 = 4_096;

/// A key between two others; at an end without one. Neighbours that are not in order, or no keys,
/// count as none after.
#[must_use]
pub fn between(before: Option<&str>, after: Option<&str>) -> String {
    let (before, after) = (before.and_then(parse), after.and_then(parse));
    match (before, after) {
        (None, None) => write(HEADS / 2, &[]),
        (Some(low), None) => after_all(low),
        (None, Some((head, tail))) => match head.checked_sub(STEP).filter(|head| *head > 0) {
            Some(head) => write(head, &[]),
            None if head > 1 => write(head / 2, &[]),
            None if head == 1 => write(0, &middle(&[], None)),
            None => write(0, &middle(&[], Some(tail))),
        },
        (Some(low), Some(high)) if low < high => {
            let room = high.0 - low.0;
            match room {
                0 => write(low.0, &middle(low.1, Some(high.1))),
                1 => write(low.0, &middle(low.1, None)),
                _ => write(low.0 + room / 2, &[]),
            }
        }
        (Some(low), Some(_)) => after_all(low),
    }
}

fn after_all((head, tail): (u64, &[u8])) -> String {
    match head + STEP {
        head if head < HEADS => write(head, &[]),
        _ => write(head, &middle(tail, None)),
    }
}

/// Whether a text is a key.
#[must_use]
pub fn is_key(text: &str) -> bool {
    parse(text).is_some()
}

fn value(digit: u8) -> Option<usize> {
    DIGITS.binary_search(&digit).ok()
}

/// Head and tail, which compare as the texts do.
fn parse(text: &str) -> Option<(u64, &[u8])> {
    let (head, tail) = text.as_bytes().split_at_checked(HEAD)?;
    let head = head.iter().try_fold(0, |sum, digit| Some(sum * 62 + value(*digit)? as u64))?;
    let fits = tail.iter().all(|digit| value(*digit).is_some()) && tail.last() != Some(&b'0');
    fits.then_some((head, tail))
}

fn write(mut head: u64, tail: &[u8]) -> String {
    let mut digits = [b'0'; HEAD];
    for digit in digits.iter_mut().rev() {
        // A rest of a division by 62 is a place of a digit.
        *digit = DIGITS[usize::try_from(head % 62).unwrap_or(0)];
        head /= 62;
    }
    digits.iter().chain(tail).map(|digit| char::from(*digit)).collect()
}

/// A tail between two, of which the second is greater, or endless.
fn middle(low: &[u8], high: Option<&[u8]>) -> Vec<u8> {
    let digit = |of: &[u8], n: usize| of.get(n).and_then(|d| value(*d)).unwrap_or(0);
    let mut made = Vec::new();
    let mut high = high;
    for n in 0.. {
        let from = digit(low, n);
        let to = match high {
            Some(high) if n < high.len() => digit(high, n),
            _ => DIGITS.len(),
        };
        if high.is_some() && from == to {
            made.push(DIGITS[from]);
            continue;
        }
        if to.saturating_sub(from) > 1 {
            made.push(DIGITS[from + (to - from) / 2]);
            return made;
        }
        // No room at this digit: below the higher one all is open.
        made.push(DIGITS[from]);
        high = None;
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_thousand_cards_at_either_end_have_short_keys_in_order() {
        let mut last: Option<String> = None;
        for _ in 0..1_000 {
            let next = between(last.as_deref(), None);
            assert!(last.is_none_or(|last| last < next) && next.len() == HEAD, "{next}");
            last = Some(next);
        }
        let mut first: Option<String> = None;
        for _ in 0..1_000 {
            let next = between(None, first.as_deref());
            assert!(first.is_none_or(|first| next < first) && next.len() == HEAD, "{next}");
            first = Some(next);
        }
    }

    #[test]
    fn the_same_gap_takes_thousand_cards_on_either_side() {
        for lower in [true, false] {
            let mut low = between(None, None);
            let mut high = between(Some(&low), None);
            for _ in 0..1_000 {
                let made = between(Some(&low), Some(&high));
                assert!(low < made && made < high && is_key(&made), "{low} {made} {high}");
                if lower { high = made } else { low = made }
            }
            assert!(low.len().max(high.len()) < 220, "{low} {high}");
        }
    }

    proptest! {
        /// Cards put anywhere stay in the order in which they were put.
        #[test]
        fn any_insertions_keep_their_order(places in proptest::collection::vec(any::<u16>(), 1..200)) {
            let mut keys: Vec<String> = Vec::new();
            for place in places {
                let at = usize::from(place) % (keys.len() + 1);
                let before = at.checked_sub(1).map(|n| keys[n].as_str());
                let made = between(before, keys.get(at).map(String::as_str));
                prop_assert!(is_key(&made));
                keys.insert(at, made);
            }
            prop_assert!(keys.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }
}
