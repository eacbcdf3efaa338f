-- What is taken off the price of a cycle stands on the line of its invoice: its amount is quantity
-- times price, less this.
ALTER TABLE invoice_lines ADD COLUMN discount_minor BIGINT NOT NULL DEFAULT 0
    CHECK (discount_minor >= 0);
