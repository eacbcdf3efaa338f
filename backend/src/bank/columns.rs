//! What the columns of a bank's CSV file mean, by their names.
use crate::imports::normal;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    BookedOn,
    ValuedOn,
    Amount,
    /// What came in, where that has a column of its own.
    Credit,
    /// What went out, likewise.
    Debit,
    /// Which of the two an amount is.
    Side,
    Currency,
    Payer,
    PayerAccount,
    Text,
    /// What the payer calls it.
    EndToEnd,
    /// What the bank calls it.
    Reference,
    OwnAccount,
    /// What kind of booking it is.
    Kind,
    /// Whether the bank has booked it.
    Status,
}

/// Names of each role, the surest first: English and German, then French, Spanish and Dutch.
const NAMES: &[(Role, &str)] = &[
    (
        Role::BookedOn,
        "booking date|booked on|date booked|buchungstag|buchungsdatum|buchung|date completed (utc)|\
         completed date|date started (utc)|started date|transaction date|posting date|date|datum|\
         date opération|date operation|date comptable|fecha|fecha operación|boekdatum|\
         transactiedatum",
    ),
    (
        Role::ValuedOn,
        "value date|valuta|valutadatum|wertstellung|wertstellungstag|date de valeur|\
         date valeur|fecha valor|rentedatum|rente datum",
    ),
    (
        Role::Amount,
        "amount|betrag|umsatz|betrag in eur|betrag (eur)|betrag (€)|amount (eur)|amount (gbp)|\
         amount (usd)|amount eur|transaction amount|montant|importe|bedrag|bedrag (eur)",
    ),
    (
        Role::Credit,
        "credit|credit amount|paid in|money in|deposit|deposits|gutschrift|haben|eingang|\
         crédit|abono|haber|bij",
    ),
    (
        Role::Debit,
        "debit|debit amount|paid out|money out|withdrawal|withdrawals|belastung|lastschrift|soll|\
         ausgang|débit|cargo|debe|af",
    ),
    (
        Role::Side,
        "soll/haben|s/h|credit debit indicator|creditdebit|credit/debit|debit/credit|d/c|cr/dr|\
         soll haben kennzeichen|af bij|af/bij",
    ),
    (
        Role::Currency,
        "currency|währung|waehrung|whg|ccy|payment currency|devise|moneda|valuta code|muntsoort",
    ),
    (
        Role::Payer,
        "payer|payer name|counterparty|counterparty name|counter party|name zahlungsbeteiligter|\
         beguenstigter/zahlungspflichtiger|begünstigter/zahlungspflichtiger|\
         auftraggeber/begünstigter|auftraggeber/beguenstigter|begünstigter / auftraggeber|\
         beguenstigter / auftraggeber|zahlungspflichtige(r)|zahlungspflichtiger|auftraggeber|\
         auftraggeber / begünstigter|auftraggeber/empfänger|empfänger/auftraggeber|\
         name des zahlungspartners|partner name|partnername|name|payee|merchant name|debtor|\
         debtor name|contrepartie|ordenante|naam tegenpartij|naam / omschrijving",
    ),
    (
        Role::PayerAccount,
        "payer iban|counterparty iban|counterparty account|iban zahlungsbeteiligter|\
         kontonummer/iban|iban des zahlungspartners|partner iban|debtor iban|iban|\
         konto/iban|gegenkonto|account number of counterparty|kontonummer|tegenrekening|\
         tegenrekening iban/bban",
    ),
    (
        Role::Text,
        "reference|remittance information|payment reference|verwendungszweck|\
         vwz|buchungsdetails|zahlungsreferenz|description|memo|narrative|details|\
         transaction description|libellé|concepto|mededelingen|omschrijving|note",
    ),
    (
        Role::EndToEnd,
        "end to end reference|end to end id|endtoendid|kundenreferenz|kundenreferenz (end to end)|\
         ende zu ende referenz|end to end referenz|e2e|\
         transaction reference|referenznummer|transactiereferentie",
    ),
    (
        Role::Reference,
        "bank reference|transaction id|id|umsatz id|bankreferenz|transaktions id|acctsvcrref",
    ),
    (
        Role::OwnAccount,
        "auftragskonto|iban auftragskonto|account|account number|account iban|own iban|\
         eigenes konto|konto|rekening|iban/bban",
    ),
    (Role::Kind, "buchungstext|umsatzart|transaction type|type|art|typ|kind|transaktionstyp"),
    (Role::Status, "status|umsatzstatus|state|info|booking status"),
];

/// How many roles there are.
const ROLES: usize = 15;

/// Which column has which role.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns([Option<usize>; ROLES]);

impl Columns {
    /// The roles of these columns; each column has one at most.
    pub fn find<'a>(header: impl Iterator<Item = &'a str>) -> Self {
        let names: Vec<String> = header.map(normal).collect();
        let mut columns = Self::default();
        for (role, known) in NAMES {
            let free = |at: &usize| !columns.0.contains(&Some(*at));
            let named = |name: &str| (0..names.len()).filter(free).find(|at| names[*at] == name);
            columns.0[*role as usize] = known.split('|').find_map(named);
        }
        columns
    }
    /// The column of a role.
    pub fn of(&self, role: Role) -> Option<usize> {
        self.0[role as usize]
    }
    /// How many roles have a column.
    pub fn known(&self) -> usize {
        self.0.iter().flatten().count()
    }
    /// What a statement needs and these columns do not have.
    pub fn missing(&self) -> Vec<&'static str> {
        let has = |role| self.of(role).is_some();
        let mut missing = Vec::new();
        if !has(Role::BookedOn) && !has(Role::ValuedOn) {
            missing.push("booked_on");
        }
        if !has(Role::Amount) && !has(Role::Credit) {
            missing.push("amount");
        }
        missing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_belongs_to_one_role() {
        let mut seen = std::collections::HashSet::new();
        for (at, (role, names)) in NAMES.iter().enumerate() {
            assert_eq!(*role as usize, at);
            for name in names.split('|') {
                assert_eq!(normal(name), name);
                assert!(seen.insert(name), "{name} twice");
            }
        }
        assert_eq!(NAMES.len(), ROLES);
    }

    #[test]
    fn what_is_missing_is_named() {
        let of = |header: &str| Columns::find(header.split(';')).missing();
        assert_eq!(of("Buchungstag;Valuta;Betrag;Währung"), Vec::<&str>::new());
        assert_eq!(of("Date;Paid in;Paid out"), Vec::<&str>::new());
        assert_eq!(of("Name;Street"), ["booked_on", "amount"]);
        assert_eq!(of("Booking date;Name"), ["amount"]);
    }
}
