//! CSV for spreadsheets: what people typed is never a formula.

/// Appends a row; cells are separated by `separator` and quoted where they must be.
pub fn record(out: &mut String, cells: &[String], separator: u8) {
    for (n, cell) in cells.iter().enumerate() {
        if n > 0 {
            out.push(char::from(separator));
        }
        push_cell(out, cell, separator);
    }
    out.push_str("\r\n");
}

/// A cell that no spreadsheet takes for a formula; a number is none.
fn push_cell(out: &mut String, cell: &str, separator: u8) {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let size = cell.strip_prefix('-').unwrap_or(cell);
    let number = size.split_once('.').map_or(digits(size), |(a, b)| digits(a) && digits(b));
    let risky = cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && !number;
    let quoted = cell.contains(['"', '\n', '\r']) || cell.contains(char::from(separator));
    if quoted {
        out.push('"');
    }
    if risky {
        out.push('\'');
    }
    if quoted {
        out.push_str(&cell.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(cell);
    }
}

/// `attachment` with a name, in ASCII and in full.
pub fn attachment(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || " ._-()".contains(c) { c } else { '_' })
        .collect();
    let full: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", full.replace('+', "%20"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        let cells = [
            "=1+1",
            "+1",
            "-1+2",
            "-90",
            "-9.05",
            "-1.",
            "-",
            "@a",
            "\tx",
            "\r",
            "a,b",
            "say \"hi\"",
            "",
        ];
        let mut out = String::new();
        record(&mut out, &cells.map(str::to_owned), b',');
        let want =
            "'=1+1,'+1,'-1+2,-90,-9.05,'-1.,'-,'@a,'\tx,\"'\r\",\"a,b\",\"say \"\"hi\"\"\",\r\n";
        assert_eq!(out, want);
    }
}
