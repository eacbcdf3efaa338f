//! The syntax of UN/CEFACT, which Factur-X and ZUGFeRD carry. Elements stand in its order.
use chrono::NaiveDate;
use shared::rules::money::to_decimal;
use shared::rules::units::Minor;

use super::super::vat;
use super::xml::Xml;
use super::{Document, Group, Line, amount};

/// Why something is taken off: a discount. Source: UNTDID 5189.
const DISCOUNT: &str = "95";
/// The profile: all of EN 16931 and nothing beside it.
const PROFILE: &str = "urn:cen.eu:en16931:2017";
const NAMESPACES: [(&str, &str); 4] = [
    ("xmlns:rsm", "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"),
    (
        "xmlns:ram",
        "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    ),
    ("xmlns:qdt", "urn:un:unece:uncefact:data:standard:QualifiedDataType:100"),
    ("xmlns:udt", "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100"),
];

/// Writes a document that lacks nothing.
pub fn write(of: &Document<'_>) -> Vec<u8> {
    let mut xml = Xml::new();
    xml.within_with("rsm:CrossIndustryInvoice", &NAMESPACES, |xml| {
        xml.within("rsm:ExchangedDocumentContext", |xml| {
            let profile = "ram:GuidelineSpecifiedDocumentContextParameter";
            xml.within(profile, |xml| xml.leaf("ram:ID", PROFILE));
        });
        xml.within("rsm:ExchangedDocument", |xml| {
            xml.leaf("ram:ID", of.number);
            xml.leaf("ram:TypeCode", of.type_code);
            day(xml, "ram:IssueDateTime", of.issued_on);
            if let Some(note) = &of.note {
                xml.within("ram:IncludedNote", |xml| xml.leaf("ram:Content", note));
            }
        });
        xml.within("rsm:SupplyChainTradeTransaction", |xml| {
            of.lines.iter().for_each(|one| line(xml, one, of.currency));
            xml.within("ram:ApplicableHeaderTradeAgreement", |xml| agreement(xml, of));
            xml.within("ram:ApplicableHeaderTradeDelivery", |xml| {
                // The last day of service.
                xml.within("ram:ActualDeliverySupplyChainEvent", |xml| {
                    day(xml, "ram:OccurrenceDateTime", last(of.days));
                });
            });
            xml.within("ram:ApplicableHeaderTradeSettlement", |xml| settlement(xml, of));
        });
    });
    xml.into_bytes()
}

fn day(xml: &mut Xml, name: &str, day: NaiveDate) {
    let day = day.format("%Y%m%d").to_string();
    xml.within(name, |xml| xml.with("udt:DateTimeString", &[("format", "102")], &day));
}

/// The last of some days, told by the day after it.
fn last((start, end): (NaiveDate, NaiveDate)) -> NaiveDate {
    end.pred_opt().unwrap_or(end).max(start)
}

/// The days of service.
fn period(xml: &mut Xml, days: (NaiveDate, NaiveDate)) {
    let (start, last) = (days.0, last(days));
    xml.within("ram:BillingSpecifiedPeriod", |xml| {
        day(xml, "ram:StartDateTime", start);
        day(xml, "ram:EndDateTime", last);
    });
}

/// What is taken off a line.
fn allowance(xml: &mut Xml, off: i64, currency: &str) {
    xml.within("ram:ChargeIndicator", |xml| xml.leaf("udt:Indicator", "false"));
    xml.leaf("ram:ActualAmount", &amount(off, currency));
    xml.leaf("ram:ReasonCode", DISCOUNT);
}

fn line(xml: &mut Xml, line: &Line, currency: &str) {
    xml.within("ram:IncludedSupplyChainTradeLineItem", |xml| {
        xml.within("ram:AssociatedDocumentLineDocument", |xml| {
            xml.leaf("ram:LineID", &line.position.to_string());
        });
        xml.within("ram:SpecifiedTradeProduct", |xml| xml.leaf("ram:Name", &line.name));
        xml.within("ram:SpecifiedLineTradeAgreement", |xml| {
            xml.within("ram:NetPriceProductTradePrice", |xml| {
                xml.leaf("ram:ChargeAmount", &to_decimal(Minor(line.price), currency));
                let of = line.price_per.to_string();
                xml.with("ram:BasisQuantity", &[("unitCode", line.unit)], &of);
            });
        });
        xml.within("ram:SpecifiedLineTradeDelivery", |xml| {
            let quantity = line.quantity.to_string();
            xml.with("ram:BilledQuantity", &[("unitCode", line.unit)], &quantity);
        });
        xml.within("ram:SpecifiedLineTradeSettlement", |xml| {
            xml.within("ram:ApplicableTradeTax", |xml| {
                xml.leaf("ram:TypeCode", "VAT");
                xml.leaf("ram:CategoryCode", line.category.code);
                xml.leaf("ram:RateApplicablePercent", &line.category.rate.to_string());
            });
            line.days.into_iter().for_each(|days| period(xml, days));
            if line.off != 0 {
                xml.within("ram:SpecifiedTradeAllowanceCharge", |xml| {
                    allowance(xml, line.off, currency)
                });
            }
            xml.within("ram:SpecifiedTradeSettlementLineMonetarySummation", |xml| {
                xml.leaf("ram:LineTotalAmount", &amount(line.net, currency));
            });
        });
    });
}

fn agreement(xml: &mut Xml, of: &Document<'_>) {
    let of = of.parties;
    xml.opt("ram:BuyerReference", of.reference.as_deref());
    let seller = (of.legal_name.as_str(), Some(of.address.as_str()), of.country.as_deref());
    xml.within("ram:SellerTradeParty", |xml| party(xml, seller, of.tax_id.as_deref(), true));
    let buyer = (of.client.as_str(), of.client_address.as_deref(), of.client_country.as_deref());
    xml.within("ram:BuyerTradeParty", |xml| party(xml, buyer, of.client_tax_id.as_deref(), false));
}

/// Somebody with an address. A number that is not of VAT has a place with the seller only.
fn party(
    xml: &mut Xml,
    (name, address, country): (&str, Option<&str>, Option<&str>),
    tax_id: Option<&str>,
    seller: bool,
) {
    let vat = tax_id.and_then(vat::number);
    let of_vat = vat.is_some();
    let bare = vat.or_else(|| tax_id.map(|id| id.split_whitespace().collect()));
    if seller && !of_vat {
        xml.opt("ram:ID", bare.as_deref());
    }
    xml.leaf("ram:Name", name);
    xml.within("ram:PostalTradeAddress", |xml| {
        let lines = address.into_iter().flat_map(str::lines).map(str::trim);
        let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
        for (line, name) in lines.iter().zip(["ram:LineOne", "ram:LineTwo"]) {
            xml.leaf(name, line);
        }
        if let Some(more @ [_, ..]) = lines.get(2..) {
            xml.leaf("ram:LineThree", &more.join(", "));
        }
        xml.opt("ram:CountryID", country);
    });
    if let Some(id) = bare.filter(|_| seller || of_vat) {
        let scheme = if of_vat { "VA" } else { "FC" };
        xml.within("ram:SpecifiedTaxRegistration", |xml| {
            xml.with("ram:ID", &[("schemeID", scheme)], &id);
        });
    }
}

fn settlement(xml: &mut Xml, of: &Document<'_>) {
    let currency = of.currency;
    let credit = of.preceding.is_some();
    if !credit {
        xml.leaf("ram:PaymentReference", of.number);
    }
    xml.leaf("ram:InvoiceCurrencyCode", currency);
    if let Some(iban) = of.parties.iban.as_deref().filter(|_| !credit) {
        xml.within("ram:SpecifiedTradeSettlementPaymentMeans", |xml| {
            // SEPA, or another transfer. Source: UNTDID 4461.
            xml.leaf("ram:TypeCode", if currency == "EUR" { "58" } else { "30" });
            let bare: String = iban.split_whitespace().collect();
            let account = "ram:PayeePartyCreditorFinancialAccount";
            xml.within(account, |xml| xml.leaf("ram:IBANID", &bare));
            if let Some(bic) = &of.parties.bic {
                let bank = "ram:PayeeSpecifiedCreditorFinancialInstitution";
                xml.within(bank, |xml| xml.leaf("ram:BICID", bic));
            }
        });
    }
    of.groups().iter().for_each(|group| tax(xml, group, of));
    period(xml, of.days);
    xml.within("ram:SpecifiedTradePaymentTerms", |xml| match (of.due_on, of.preceding) {
        (Some(due_on), _) => day(xml, "ram:DueDateDateTime", due_on),
        (None, Some((number, _))) => xml.leaf("ram:Description", &of.words.corrects(number)),
        (None, None) => {}
    });
    xml.within("ram:SpecifiedTradeSettlementHeaderMonetarySummation", |xml| {
        let amount = |minor| amount(minor, currency);
        xml.leaf("ram:LineTotalAmount", &amount(of.net));
        xml.leaf("ram:TaxBasisTotalAmount", &amount(of.net));
        xml.with("ram:TaxTotalAmount", &[("currencyID", currency)], &amount(of.tax));
        xml.leaf("ram:GrandTotalAmount", &amount(of.total));
        xml.leaf("ram:TotalPrepaidAmount", &amount(of.prepaid));
        xml.leaf("ram:DuePayableAmount", &amount(of.total - of.prepaid));
    });
    if let Some((number, issued_on)) = of.preceding {
        xml.within("ram:InvoiceReferencedDocument", |xml| {
            xml.leaf("ram:IssuerAssignedID", number);
            let day = issued_on.format("%Y%m%d").to_string();
            xml.within("ram:FormattedIssueDateTime", |xml| {
                xml.with("qdt:DateTimeString", &[("format", "102")], &day);
            });
        });
    }
}

fn tax(xml: &mut Xml, group: &Group, of: &Document<'_>) {
    let code = group.category.code;
    xml.within("ram:ApplicableTradeTax", |xml| {
        xml.leaf("ram:CalculatedAmount", &amount(group.tax, of.currency));
        xml.leaf("ram:TypeCode", "VAT");
        match code {
            "AE" => xml.leaf("ram:ExemptionReason", of.words.reverse_charge()),
            "E" => xml.opt("ram:ExemptionReason", of.parties.tax_note.as_deref()),
            _ => {}
        }
        xml.leaf("ram:BasisAmount", &amount(group.net, of.currency));
        xml.leaf("ram:CategoryCode", code);
        if code == "AE" {
            xml.leaf("ram:ExemptionReasonCode", "VATEX-EU-AE");
        }
        xml.leaf("ram:RateApplicablePercent", &group.category.rate.to_string());
    });
}
