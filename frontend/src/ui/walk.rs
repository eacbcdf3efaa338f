//! Arrows through the marks of a chart, which is one stop of the keyboard.

/// The mark that a key goes to.
pub fn walk(key: &str, now: Option<usize>, count: usize) -> Option<usize> {
    let last = count.checked_sub(1)?;
    match (key, now) {
        ("ArrowRight" | "ArrowDown", None) | ("Home", _) => Some(0),
        ("ArrowLeft" | "ArrowUp", None) | ("End", _) => Some(last),
        ("ArrowRight" | "ArrowDown", Some(now)) => Some((now + 1).min(last)),
        ("ArrowLeft" | "ArrowUp", Some(now)) => Some(now.saturating_sub(1)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_walk_from_mark_to_mark_and_stop_at_the_ends() {
        assert_eq!(walk("ArrowRight", None, 12), Some(0));
        assert_eq!(walk("ArrowDown", Some(11), 12), Some(11));
        assert_eq!(walk("ArrowLeft", None, 12), Some(11));
        assert_eq!(walk("ArrowUp", Some(0), 12), Some(0));
        assert_eq!((walk("Home", Some(5), 12), walk("End", Some(5), 12)), (Some(0), Some(11)));
        assert_eq!((walk("a", Some(5), 12), walk("ArrowRight", None, 0)), (None, None));
    }
}
