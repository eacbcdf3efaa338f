//! Statements of ISO 20022: camt.052 and camt.053, of any version.
use std::collections::HashMap;

use chrono::NaiveDate;
use shared::api::MONEY_MAX;
use shared::rules::bank::exact;
use shared::rules::money::{is_currency, minor_digits};

use super::statement::{self, Booking, Statement, unreadable};
use super::xml::{Element, Fault, Met, Walk};
use crate::error::Result;

/// Kinds of bookings by which money goes back: returns, recalls, refused debits.
const RETURNS: [&str; 4] = ["RRTN", "RPCR", "UPDD", "UPCT"];
/// What a statement, a report and (told as what they are not) other messages begin with.
const STATEMENTS: [&str; 2] = ["BkToCstmrStmt", "BkToCstmrAcctRpt"];

/// Reads a file.
///
/// # Errors
/// One that is no such statement, or has too many bookings.
pub fn read(text: &str) -> Result<Statement> {
    let mut walk = Walk::new(text);
    let mut read = Statement::default();
    let (mut known, mut account) = (false, None);
    let mut accounts = std::collections::BTreeSet::new();
    let mut position = 0;
    // Reports that go on from one another repeat what was in the one before.
    let (mut most, mut here) = (HashMap::new(), HashMap::new());
    let mut begun = 0;
    while let Some(met) = walk.next(&["Acct", "Ntry"]).map_err(fault)? {
        match met {
            Met::Begins(name) => {
                known |= STATEMENTS.contains(&&*name);
                if matches!(&*name, "Stmt" | "Rpt") {
                    account = None;
                    here.clear();
                }
            }
            Met::Whole(found) if found.name == "Acct" => account = number_of(&found),
            Met::Whole(found) if known => {
                entry(&found, (&account, &mut position), &mut read);
                let fresh = read.bookings.split_off(begun);
                for (account, booking) in fresh {
                    let identity = booking.identity(account.as_deref());
                    let count: &mut i64 = here.entry(identity.clone()).or_default();
                    *count += 1;
                    let most: &mut i64 = most.entry(identity).or_default();
                    if *count > *most {
                        *most = *count;
                        read.bookings.push((account, booking));
                    }
                }
                begun = read.bookings.len();
                accounts.insert(account.clone());
                read.bounded()?;
            }
            Met::Whole(_) => {}
        }
    }
    if !known {
        return Err(unreadable("file", "no_statement"));
    }
    if accounts.len() == 1 {
        read.account = accounts.into_iter().next().flatten();
    }
    Ok(read)
}

fn fault(fault: Fault) -> crate::error::Error {
    unreadable(
        "file",
        match fault {
            Fault::DocType => "doctype",
            Fault::Deep => "too_long",
            Fault::Broken => "xml_broken",
        },
    )
}

/// The number of an account: its IBAN, or what the bank calls it.
fn number_of(account: &Element) -> Option<String> {
    let iban = account.text_at(&["Id", "IBAN"]).or_else(|| account.text_at(&["Id", "Othr", "Id"]));
    iban.and_then(statement::account)
}

/// A booking, or as many as it was made of where the bank says what each came to.
fn entry(entry: &Element, (account, position): (&Option<String>, &mut i64), read: &mut Statement) {
    // `Sts` holds the word itself until version 7, and a code since.
    let status = entry.text_at(&["Sts"]).or_else(|| entry.text_at(&["Sts", "Cd"]));
    let mut next = || {
        *position += 1;
        *position
    };
    if matches!(status, Some("PDNG" | "INFO" | "FUTR")) {
        next();
        read.pending += 1;
        return;
    }
    let whole = match Sum::of(entry, "Amt") {
        Ok(sum) => sum,
        Err(why) => return read.problem(next(), why),
    };
    let Some(booked_on) = day(entry, "BookgDt").or_else(|| day(entry, "ValDt")) else {
        return read.problem(next(), ("booked_on", "type"));
    };
    let parts: Vec<&Element> = entry.all("NtryDtls").flat_map(|one| one.all("TxDtls")).collect();
    let credit = match entry.text_at(&["CdtDbtInd"]) {
        Some("CRDT") => true,
        Some("DBIT") => false,
        _ => return read.problem(next(), ("amount", "not_allowed")),
    };
    let of = Of { entry, credit, booked_on, currency: &whole.currency };
    let each = of.sums(&parts, whole.minor);
    let several = parts.len() > 1;
    let lines: Vec<(&[&Element], i64)> = match each {
        Some(sums) if several => parts.chunks(1).zip(sums).collect(),
        _ => vec![(parts.as_slice(), whole.minor)],
    };
    for (details, minor) in lines {
        let position = next();
        match of.booking(position, details, minor) {
            None if minor == 0 => read.problem(position, ("amount", "out_of_range")),
            None => read.outgoing += 1,
            Some(booking) => read.bookings.push((account.clone(), booking)),
        }
    }
}

/// An amount with its currency.
struct Sum {
    minor: i64,
    currency: String,
}

impl Sum {
    fn of(element: &Element, name: &str) -> Result<Self, (&'static str, &'static str)> {
        let amount = element.child(name).ok_or(("amount", "required"))?;
        let currency = amount.currency.clone().filter(|code| is_currency(code));
        let currency = currency.ok_or(("currency", "currency_unknown"))?;
        let minor = exact(&amount.text, minor_digits(&currency)).ok_or(("amount", "type"))?;
        if minor > MONEY_MAX {
            Err(("amount", "out_of_range"))
        } else {
            Ok(Self { minor, currency })
        }
    }
}

/// An entry, with what all of its parts have from it.
struct Of<'a> {
    entry: &'a Element,
    credit: bool,
    booked_on: NaiveDate,
    currency: &'a str,
}

impl Of<'_> {
    /// What each part came to, if all of them say so in the entry's currency, go its way, and make
    /// the whole.
    fn sums(&self, parts: &[&Element], whole: i64) -> Option<Vec<i64>> {
        let mut sums = Vec::with_capacity(parts.len());
        for part in parts {
            let way = part.text_at(&["CdtDbtInd"]);
            let same = way.is_none_or(|way| (way == "CRDT") == self.credit);
            let sum = Sum::of(part, "Amt").or_else(|why| {
                part.at(&["AmtDtls", "TxAmt"]).map_or(Err(why), |one| Sum::of(one, "Amt"))
            });
            sums.push(sum.ok().filter(|sum| same && sum.currency == self.currency)?.minor);
        }
        let sum: i128 = sums.iter().map(|sum| i128::from(*sum)).sum();
        (sum == i128::from(whole)).then_some(sums)
    }

    /// Money that came in or went back; none if it went out, or is nothing.
    fn booking(&self, position: i64, parts: &[&Element], minor: i64) -> Option<Booking> {
        let entry = self.entry;
        let own = |path: &[&str]| parts.iter().find_map(|part| part.text_at(path));
        let reversal = matches!(entry.text_at(&["RvslInd"]), Some("true" | "1"))
            || parts.iter().any(|part| part.child("RtrInf").is_some())
            || own(&SUB_FAMILY)
                .or_else(|| entry.text_at(&SUB_FAMILY))
                .is_some_and(|code| RETURNS.contains(&code));
        if minor == 0 || (!self.credit && !reversal) {
            return None;
        }
        // What came back was paid by us: its payer is then on the other side.
        let sides =
            if self.credit { ["Dbtr", "UltmtDbtr", "Cdtr"] } else { ["Dbtr", "Cdtr", "UltmtDbtr"] };
        let payer = sides.iter().find_map(|side| {
            own(&["RltdPties", side, "Nm"]).or_else(|| own(&["RltdPties", side, "Pty", "Nm"]))
        });
        let payer_account = own(&["RltdPties", "DbtrAcct", "Id", "IBAN"])
            .or_else(|| own(&["RltdPties", "DbtrAcct", "Id", "Othr", "Id"]));
        let reference = own(&["Refs", "AcctSvcrRef"]).or_else(|| entry.text_at(&["AcctSvcrRef"]));
        let text = said(parts).or_else(|| {
            let more = own(&["AddtlTxInf"]).or_else(|| entry.text_at(&["AddtlNtryInf"]));
            more.and_then(statement::text)
        });
        Some(Booking {
            position,
            reversal,
            booked_on: self.booked_on,
            valued_on: day(entry, "ValDt"),
            amount_minor: if self.credit { minor } else { -minor },
            currency: self.currency.to_owned(),
            payer: payer.and_then(statement::name),
            payer_account: payer_account.and_then(statement::account),
            text,
            bank_reference: reference.and_then(statement::reference),
        })
    }
}

const SUB_FAMILY: [&str; 4] = ["BkTxCd", "Domn", "Fmly", "SubFmlyCd"];

/// What the payers wrote, in their order: lines, references of creditors, and the names they gave.
fn said(parts: &[&Element]) -> Option<String> {
    let mut words: Vec<&str> = Vec::new();
    for part in parts {
        for said in part.all("RmtInf").flat_map(|paper| &paper.children) {
            match said.name.as_str() {
                "Ustrd" => words.push(said.text.trim()),
                "Strd" => {
                    words.extend(said.text_at(&["CdtrRefInf", "Ref"]));
                    words.extend(said.all("RfrdDocInf").filter_map(|one| one.text_at(&["Nb"])));
                    words.extend(said.all("AddtlRmtInf").map(|one| one.text.trim()));
                }
                _ => {}
            }
        }
        let name = part.text_at(&["Refs", "EndToEndId"]);
        words.extend(name.filter(|name| statement::reference(name).is_some()));
    }
    statement::text(&words.join(" "))
}

/// A day, or the day of an instant as the bank has it.
fn day(entry: &Element, name: &str) -> Option<NaiveDate> {
    let text = entry.text_at(&[name, "Dt"]).or_else(|| entry.text_at(&[name, "DtTm"]))?;
    let day: NaiveDate = text.get(..10)?.parse().ok()?;
    use chrono::Datelike;
    (1970..=2200).contains(&day.year()).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A statement with these entries, in a namespace of this version.
    fn statement(message: &str, version: &str, entries: &str) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
            <Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}\"><{message}><GrpHdr>\
            <MsgId>1</MsgId></GrpHdr><Stmt><Id>1</Id><Acct><Id><IBAN>DE02 1001 0010 0006 8201 01</IBAN>\
            </Id></Acct>{entries}</Stmt></{message}></Document>"
        )
    }

    fn entry(amount: &str, way: &str, more: &str) -> String {
        format!(
            "<Ntry><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd>\
            <BookgDt><Dt>2026-01-15</Dt></BookgDt>{more}</Ntry>"
        )
    }

    fn bookings(entries: &str) -> Vec<Booking> {
        let read = read(&statement("BkToCstmrStmt", "08", entries)).unwrap_or_default();
        read.bookings.into_iter().map(|(_, booking)| booking).collect()
    }

    #[test]
    fn old_and_new_versions_say_the_same() {
        let old = "<Sts>BOOK</Sts><ValDt><DtTm>2026-01-16T00:00:00+01:00</DtTm></ValDt>\
            <AcctSvcrRef>2026011512345</AcctSvcrRef><NtryDtls><TxDtls><Refs>\
            <EndToEndId>NOTPROVIDED</EndToEndId></Refs><RltdPties><Dbtr><Nm>Meyer &amp; Co</Nm></Dbtr>\
            <DbtrAcct><Id><IBAN>DE89370400440532013000</IBAN></Id></DbtrAcct></RltdPties>\
            <RmtInf><Ustrd>INV-2026-0001</Ustrd><Ustrd>thanks</Ustrd></RmtInf></TxDtls></NtryDtls>";
        let new = old.replace("<Sts>BOOK</Sts>", "<Sts><Cd>BOOK</Cd></Sts>").replace(
            "<Dbtr><Nm>Meyer &amp; Co</Nm></Dbtr>",
            "<Dbtr><Pty><Nm>Meyer &amp; Co</Nm></Pty></Dbtr>",
        );
        for (version, more) in [("02", old.to_owned()), ("08", new)] {
            for message in STATEMENTS {
                let text = statement(message, version, &entry("1250.5", "CRDT", &more));
                let read = read(&text).unwrap_or_default();
                assert_eq!(read.account.as_deref(), Some("DE02100100100006820101"));
                let (_, found) = &read.bookings[0];
                assert_eq!(
                    (found.amount_minor, &*found.currency, found.reversal),
                    (125_050, "EUR", false)
                );
                assert_eq!(found.payer.as_deref(), Some("Meyer & Co"));
                assert_eq!(found.payer_account.as_deref(), Some("DE89370400440532013000"));
                assert_eq!(found.text.as_deref(), Some("INV-2026-0001 thanks"));
                assert_eq!(found.bank_reference.as_deref(), Some("2026011512345"));
                assert_eq!(found.valued_on, NaiveDate::from_ymd_opt(2026, 1, 16));
            }
        }
    }

    #[test]
    fn what_went_out_back_or_is_not_booked_is_told_apart() {
        let entries = [
            entry("10.00", "DBIT", ""),
            entry("11.00", "CRDT", "<Sts>PDNG</Sts>"),
            entry("12.00", "CRDT", "<RvslInd>true</RvslInd>"),
            entry("13.00", "DBIT", "<NtryDtls><TxDtls><RtrInf/></TxDtls></NtryDtls>"),
            entry("1.234", "CRDT", ""),
            entry("0.00", "CRDT", ""),
            entry("14.00", "CRDT", ""),
        ];
        let read = read(&statement("BkToCstmrStmt", "04", &entries.concat())).unwrap_or_default();
        assert_eq!((read.outgoing, read.pending, read.unreadable), (1, 1, 2));
        let found: Vec<_> = read
            .bookings
            .iter()
            .map(|(_, one)| (one.position, one.amount_minor, one.reversal))
            .collect();
        assert_eq!(found, [(3, 1_200, true), (4, -1_300, true), (7, 1_400, false)]);
        let told: Vec<_> = read.problems.iter().map(|one| (one.line, &*one.code)).collect();
        assert_eq!(told, [(5, "type"), (6, "out_of_range")]);
    }

    #[test]
    fn a_batch_is_taken_apart_where_it_says_what_each_came_to() {
        let part = |amount: &str, text: &str| {
            format!(
                "<TxDtls><AmtDtls><TxAmt><Amt Ccy=\"EUR\">{amount}</Amt></TxAmt></AmtDtls>\
                <RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls>"
            )
        };
        let batch = |amounts: [&str; 2]| {
            let parts = part(amounts[0], "A") + &part(amounts[1], "B");
            entry("30.00", "CRDT", &format!("<NtryDtls>{parts}</NtryDtls>"))
        };
        let told = |entries: &str| -> Vec<(i64, Option<String>)> {
            bookings(entries).into_iter().map(|one| (one.amount_minor, one.text)).collect()
        };
        let apart = [(1_000, Some("A".to_owned())), (2_000, Some("B".to_owned()))];
        assert_eq!(told(&batch(["10.00", "20.00"])), apart);
        assert_eq!(told(&batch(["10.00", "21.00"])), [(3_000, Some("A B".to_owned()))]);
    }

    #[test]
    fn what_a_later_report_repeats_is_booked_once() {
        let one = entry("10.00", "CRDT", "<AcctSvcrRef>1</AcctSvcrRef>");
        let other = entry("12.00", "CRDT", "<AcctSvcrRef>2</AcctSvcrRef>");
        let first = statement("BkToCstmrStmt", "08", &(one.clone() + &one));
        let report = first.split_once("<Stmt>").and_then(|(_, rest)| rest.split_once("</Stmt>"));
        let (report, _) = report.unwrap_or_default();
        let later = format!("</Stmt><Stmt>{report}{other}</Stmt>");
        let read = read(&first.replace("</Stmt>", &later)).unwrap_or_default();
        let amounts: Vec<i64> = read.bookings.iter().map(|(_, one)| one.amount_minor).collect();
        assert_eq!(amounts, [1_000, 1_000, 1_200]);
    }

    #[test]
    fn what_is_no_statement_is_refused() {
        for text in
            ["<a/>", "<Document><CstmrCdtTrfInitn/></Document>", "<Document>", "<!DOCTYPE a><a/>"]
        {
            assert!(read(text).is_err(), "{text}");
        }
        let many = entry("1.00", "DBIT", "").repeat(shared::api::BANK_LINES_MAX + 1);
        assert!(read(&statement("BkToCstmrStmt", "02", &many)).is_err());
    }
}
