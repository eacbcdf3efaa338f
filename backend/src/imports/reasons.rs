//! Why a row is not written, in words.

/// English for a reason; the app has its own words in each language.
pub fn words(code: &str) -> &'static str {
    match code {
        "date_unreadable" => "The date could not be read.",
        "duration_unreadable" => "The duration could not be read.",
        "billable_unreadable" => "Whether this is billable could not be read.",
        "not_work" => "This is a break, not work.",
        "zero_duration" => "There is no time: zero, or less than a minute after rounding.",
        "too_long" => "This is longer than a day.",
        "columns_missing" => "The row has fewer columns than the header.",
        "columns_extra" => "The row has more columns than the header.",
        "quote_open" => "A quotation mark was opened here and never closed.",
        "too_large" => "The row is longer than 64 KiB, or has more than 256 columns.",
        "too_many" => "The file has more than 5,000 different projects, or people.",
        "before_start" => "This day lies before the retainer starts.",
        "future" => "This day has not come yet.",
        "no_open_cycle" => "The retainer has no open cycle for this day.",
        "no_time_pool" => "No pool of this retainer takes time on this day.",
        "known" => "This was imported before.",
        "skipped" => "Left out by the mapping.",
        "undecided" => "The client and project have no place yet.",
        _ => "This could not be written.",
    }
}
