//! The invoice in a file: the metadata that Factur-X wants, which the writer of PDF cannot write.
//!
//! The file is read back only as that writer makes it: metadata as it stands, one plain table of
//! where objects are. Source: Factur-X 1.0, 6.2.2; ISO 32000-1, 7.5.4.

/// The name by which readers know the invoice in a file.
pub const NAME: &str = "factur-x.xml";

/// What the properties below are, as PDF/A asks of those that it does not know.
const SCHEMA: &str = "<rdf:li rdf:parseType=\"Resource\">\
<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>fx</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>";
const PROPERTIES: [(&str, &str, &str); 4] = [
    ("DocumentFileName", "name of the embedded XML invoice file", NAME),
    ("DocumentType", "INVOICE", "INVOICE"),
    ("Version", "The actual version of the Factur-X XML schema", "1.0"),
    ("ConformanceLevel", "The conformance level of the embedded Factur-X data", "EN 16931"),
];
const SCHEMA_END: &str = "</rdf:Seq></pdfaSchema:property></rdf:li>";
const SCHEMAS_END: &str = "</rdf:Bag></pdfaExtension:schemas>";
const DESCRIPTION_END: &str = "</rdf:Description></rdf:RDF>";

/// The file with metadata that says that it carries an invoice; none if it is not as expected.
pub fn told(file: &[u8]) -> Option<Vec<u8>> {
    let start = last(file, b"<?xpacket begin=")?;
    let close = b"<?xpacket end=\"r\"?>";
    let end = start + first(&file[start..], close)? + close.len();
    let known = std::str::from_utf8(&file[start..end]).ok()?;
    let told = described(known)?;

    // The length of the stream stands before it.
    let key = b"/Length ";
    let length = last(&file[..start], key)? + key.len();
    let digits = file[length..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let said: usize = std::str::from_utf8(&file[length..length + digits]).ok()?.parse().ok()?;
    if said != known.len() {
        return None;
    }
    let now = told.len().to_string();
    let grown = (told.len() + now.len()).checked_sub(known.len() + digits)?;

    // What comes after it moves, and the table says so.
    let table_key = b"startxref\n";
    let pointer = last(file, table_key)?;
    let rest = std::str::from_utf8(&file[pointer + table_key.len()..]).ok()?;
    let (table, tail) = rest.split_once('\n')?;
    let table: usize = table.parse().ok()?;
    let mut made = Vec::with_capacity(file.len() + grown);
    made.extend_from_slice(&file[..length]);
    made.extend_from_slice(now.as_bytes());
    made.extend_from_slice(&file[length + digits..start]);
    made.extend_from_slice(told.as_bytes());
    made.extend_from_slice(file.get(end..table)?);
    let trailer = table + first(file.get(table..pointer)?, b"trailer")?;
    made.extend_from_slice(&moved(&file[table..trailer], end, grown)?);
    made.extend_from_slice(&file[trailer..pointer]);
    made.extend_from_slice(format!("startxref\n{}\n{tail}", table + grown).as_bytes());
    Some(made)
}

/// The metadata with the schema of an invoice and its properties.
fn described(known: &str) -> Option<String> {
    let (head, rest) = known.split_once(SCHEMAS_END)?;
    let (middle, tail) = rest.split_once(DESCRIPTION_END)?;
    let mut told = format!("{head}{SCHEMA}");
    for (name, about, _) in PROPERTIES {
        told += &format!(
            "<rdf:li rdf:parseType=\"Resource\"><pdfaProperty:name>{name}</pdfaProperty:name>\
             <pdfaProperty:valueType>Text</pdfaProperty:valueType>\
             <pdfaProperty:category>external</pdfaProperty:category>\
             <pdfaProperty:description>{about}</pdfaProperty:description></rdf:li>"
        );
    }
    told += &format!("{SCHEMA_END}{SCHEMAS_END}{middle}</rdf:Description>");
    told += "<rdf:Description rdf:about=\"\" \
             xmlns:fx=\"urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#\">";
    for (name, _, value) in PROPERTIES {
        told += &format!("<fx:{name}>{value}</fx:{name}>");
    }
    Some(format!("{told}{DESCRIPTION_END}{tail}"))
}

/// The table of objects: a head of two lines, then 20 bytes an object.
fn moved(table: &[u8], from: usize, by: usize) -> Option<Vec<u8>> {
    let head = first(table, b"\n")? + 1;
    let head = head + first(table.get(head..)?, b"\n")? + 1;
    let mut made = table[..head].to_vec();
    for row in table[head..].chunks(20) {
        let (at, rest) = std::str::from_utf8(row).ok()?.split_at_checked(10)?;
        let at: usize = at.parse().ok()?;
        let used = rest.trim_end().ends_with('n');
        let at = if used && at >= from { at + by } else { at };
        made.extend_from_slice(format!("{at:010}{rest}").as_bytes());
    }
    Some(made)
}

fn first(within: &[u8], what: &[u8]) -> Option<usize> {
    within.windows(what.len()).position(|part| part == what)
}

fn last(within: &[u8], what: &[u8]) -> Option<usize> {
    within.windows(what.len()).rposition(|part| part == what)
}
