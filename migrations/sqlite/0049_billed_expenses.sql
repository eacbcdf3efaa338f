-- Expenses that the client is asked for are billed by the invoice that comes next, as what is bought.

-- What a line bills besides fees of change orders and purchases: money that was spent.
ALTER TABLE invoice_lines ADD COLUMN expense_id BLOB REFERENCES expenses (id);

-- The invoice that took an expense: each once. A void one gives it back. No invoice: it was recorded
-- before invoices took expenses, and whoever billed it did so by hand.
CREATE TABLE billed_expenses (
    organisation_id BLOB NOT NULL,
    expense_id      BLOB NOT NULL,
    invoice_id      BLOB,
    PRIMARY KEY (organisation_id, expense_id),
    FOREIGN KEY (organisation_id, expense_id) REFERENCES expenses (organisation_id, id),
    FOREIGN KEY (organisation_id, invoice_id) REFERENCES invoices (organisation_id, id)
) STRICT;
CREATE INDEX billed_expenses_by_invoice ON billed_expenses (organisation_id, invoice_id);

INSERT INTO billed_expenses (organisation_id, expense_id)
SELECT organisation_id, id FROM expenses WHERE billed_on = TRUE;

-- Those that the client is asked for, as they came: what no invoice took is a loose end.
CREATE INDEX expenses_billed_on ON expenses (organisation_id, created_at, id)
WHERE billed_on = TRUE AND deleted_at IS NULL;

-- A draft that somebody holds back is not issued with the others.
ALTER TABLE invoices ADD COLUMN held INTEGER NOT NULL DEFAULT 0 CHECK (held IN (0, 1));
