-- Fees of change orders are billed by the invoice that comes next.

-- What a line bills that was agreed beside the price of the cycles: the fee of a change order.
ALTER TABLE invoice_lines ADD COLUMN scope_change_id UUID REFERENCES scope_changes (id);

-- The invoice that took the fee of a change order: each once. A void one gives it back. No invoice:
-- it was accepted before fees were billed, and whoever billed it did so by hand.
CREATE TABLE billed_changes (
    organisation_id UUID NOT NULL,
    scope_change_id UUID NOT NULL,
    invoice_id      UUID,
    PRIMARY KEY (organisation_id, scope_change_id),
    FOREIGN KEY (organisation_id, scope_change_id) REFERENCES scope_changes (organisation_id, id),
    FOREIGN KEY (organisation_id, invoice_id) REFERENCES invoices (organisation_id, id)
);
CREATE INDEX billed_changes_by_invoice ON billed_changes (organisation_id, invoice_id);

INSERT INTO billed_changes (organisation_id, scope_change_id)
SELECT organisation_id, id FROM scope_changes WHERE state = 'accepted' AND fee_minor > 0;
