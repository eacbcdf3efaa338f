-- Prices of what is bought are billed by the invoice that comes next, as fees of change orders are.

-- What the client pays for units it buys, in minor units of the retainer's currency.
ALTER TABLE adjustments ADD COLUMN price_minor INTEGER CHECK (price_minor > 0);

-- What a line bills besides fees of change orders: the price of what was bought.
ALTER TABLE invoice_lines ADD COLUMN adjustment_id BLOB REFERENCES adjustments (id);

-- The invoice that took the price of what was bought: each once. A void one gives it back.
CREATE TABLE billed_purchases (
    organisation_id BLOB NOT NULL,
    adjustment_id   BLOB NOT NULL,
    invoice_id      BLOB NOT NULL,
    PRIMARY KEY (organisation_id, adjustment_id),
    FOREIGN KEY (organisation_id, adjustment_id) REFERENCES adjustments (organisation_id, id),
    FOREIGN KEY (organisation_id, invoice_id) REFERENCES invoices (organisation_id, id)
) STRICT;
CREATE INDEX billed_purchases_by_invoice ON billed_purchases (organisation_id, invoice_id);
