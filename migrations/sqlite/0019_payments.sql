-- Credit notes: what was taken back of issued invoices. Only ever added to.
CREATE TABLE credit_notes (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    account_id      BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    invoice_id      BLOB NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('correction', 'goodwill')),
    series          TEXT NOT NULL,
    number          INTEGER NOT NULL CHECK (number > 0),
    issued_on       TEXT NOT NULL,
    currency        TEXT NOT NULL,
    taxes           TEXT NOT NULL,
    net_minor       INTEGER NOT NULL,
    tax_minor       INTEGER NOT NULL,
    total_minor     INTEGER NOT NULL CHECK (total_minor > 0),
    reason          TEXT NOT NULL,
    issued_by       BLOB NOT NULL,
    issued_at       TEXT NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, series, number),
    CHECK (net_minor + tax_minor = total_minor),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, invoice_id) REFERENCES invoices (organisation_id, id),
    FOREIGN KEY (organisation_id, issued_by) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX credit_notes_by_day ON credit_notes (organisation_id, issued_on, id);
CREATE INDEX credit_notes_by_account
    ON credit_notes (organisation_id, account_id, currency, issued_on);
CREATE INDEX credit_notes_by_retainer ON credit_notes (organisation_id, retainer_id, kind);
CREATE INDEX credit_notes_by_invoice ON credit_notes (organisation_id, invoice_id);

-- `line` is the position on the invoice; `amount_minor` is with tax if its prices include it.
CREATE TABLE credit_note_lines (
    organisation_id BLOB NOT NULL,
    credit_note_id  BLOB NOT NULL,
    invoice_id      BLOB NOT NULL,
    line            INTEGER NOT NULL,
    net_minor       INTEGER NOT NULL,
    tax_minor       INTEGER NOT NULL,
    amount_minor    INTEGER NOT NULL,
    PRIMARY KEY (organisation_id, credit_note_id, line),
    FOREIGN KEY (organisation_id, credit_note_id) REFERENCES credit_notes (organisation_id, id),
    FOREIGN KEY (organisation_id, invoice_id, line)
        REFERENCES invoice_lines (organisation_id, invoice_id, position)
) STRICT;
CREATE INDEX credit_note_lines_by_line ON credit_note_lines (organisation_id, invoice_id, line);

CREATE TRIGGER credit_notes_never_change BEFORE UPDATE ON credit_notes
BEGIN SELECT RAISE(ABORT, 'a credit note never changes'); END;
CREATE TRIGGER credit_notes_stay BEFORE DELETE ON credit_notes
BEGIN SELECT RAISE(ABORT, 'a credit note never changes'); END;
CREATE TRIGGER credit_note_lines_never_change BEFORE UPDATE ON credit_note_lines
BEGIN SELECT RAISE(ABORT, 'a credit note never changes'); END;
CREATE TRIGGER credit_note_lines_stay BEFORE DELETE ON credit_note_lines
BEGIN SELECT RAISE(ABORT, 'a credit note never changes'); END;

-- Drafts that somebody discarded, so that the clock does not make them again.
CREATE TABLE invoice_discards (
    organisation_id BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    seq             INTEGER NOT NULL,
    purpose         TEXT NOT NULL CHECK (purpose IN ('cycle', 'final')),
    revision        INTEGER NOT NULL,
    discarded_by    BLOB NOT NULL,
    discarded_at    TEXT NOT NULL,
    PRIMARY KEY (organisation_id, retainer_id, seq, purpose, revision),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, discarded_by) REFERENCES members (organisation_id, id)
) STRICT;

-- What a credit note gives back after the last invoice is billed by another last one.
DROP INDEX invoices_that_count;
CREATE UNIQUE INDEX invoices_that_count ON invoices (organisation_id, retainer_id, seq, purpose)
    WHERE state <> 'void' AND purpose = 'cycle';
CREATE UNIQUE INDEX invoices_last_draft ON invoices (organisation_id, retainer_id)
    WHERE state = 'draft' AND purpose = 'final';

-- Payments and refunds. One that was taken back stays, with a mark on it.
CREATE TABLE payments (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    account_id      BLOB NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('payment', 'refund')),
    payment_id      BLOB,
    currency        TEXT NOT NULL,
    amount_minor    INTEGER NOT NULL CHECK (amount_minor > 0),
    paid_on         TEXT NOT NULL,
    method          TEXT NOT NULL CHECK (method IN ('transfer', 'card', 'direct_debit', 'cash',
        'cheque', 'other')),
    reference       TEXT,
    note            TEXT,
    recorded_by     BLOB NOT NULL,
    recorded_at     TEXT NOT NULL,
    reversed_on     TEXT,
    reverse_reason  TEXT,
    reversed_by     BLOB,
    reversed_at     TEXT,
    version         INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    CHECK ((kind = 'refund') = (payment_id IS NOT NULL)),
    CHECK ((reversed_at IS NULL) = (reversed_on IS NULL)),
    CHECK ((reversed_at IS NULL) = (reverse_reason IS NULL)),
    CHECK ((reversed_at IS NULL) = (reversed_by IS NULL)),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, payment_id) REFERENCES payments (organisation_id, id),
    FOREIGN KEY (organisation_id, recorded_by) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, reversed_by) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX payments_by_day ON payments (organisation_id, paid_on, id);
CREATE INDEX payments_by_account ON payments (organisation_id, account_id, currency, paid_on, id);
CREATE INDEX payments_by_refunded ON payments (organisation_id, payment_id);
CREATE INDEX invoices_by_currency ON invoices (organisation_id, account_id, currency, issue_on);

-- What payments pay of invoices; what is taken off again is a row below zero.
CREATE TABLE payment_allocations (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    payment_id      BLOB NOT NULL,
    invoice_id      BLOB NOT NULL,
    amount_minor    INTEGER NOT NULL CHECK (amount_minor <> 0),
    allocated_at    TEXT NOT NULL,
    FOREIGN KEY (organisation_id, payment_id) REFERENCES payments (organisation_id, id),
    FOREIGN KEY (organisation_id, invoice_id) REFERENCES invoices (organisation_id, id)
) STRICT;
CREATE INDEX payment_allocations_by_invoice
    ON payment_allocations (organisation_id, invoice_id, id);
CREATE INDEX payment_allocations_by_payment
    ON payment_allocations (organisation_id, payment_id, id);

CREATE TRIGGER payments_never_change BEFORE UPDATE ON payments
WHEN NOT (OLD.reversed_at IS NULL AND NEW.reversed_at IS NOT NULL
    AND NEW.version = OLD.version + 1
    AND
    (NEW.id, NEW.organisation_id, NEW.account_id, NEW.kind, COALESCE(NEW.payment_id, NEW.id),
        NEW.currency, NEW.amount_minor, NEW.paid_on, NEW.method, COALESCE(NEW.reference, ''),
        COALESCE(NEW.note, ''), NEW.recorded_by, NEW.recorded_at)
    =
    (OLD.id, OLD.organisation_id, OLD.account_id, OLD.kind, COALESCE(OLD.payment_id, OLD.id),
        OLD.currency, OLD.amount_minor, OLD.paid_on, OLD.method, COALESCE(OLD.reference, ''),
        COALESCE(OLD.note, ''), OLD.recorded_by, OLD.recorded_at))
BEGIN SELECT RAISE(ABORT, 'a payment never changes'); END;
CREATE TRIGGER payments_stay BEFORE DELETE ON payments
BEGIN SELECT RAISE(ABORT, 'a payment never changes'); END;
CREATE TRIGGER payment_allocations_never_change BEFORE UPDATE ON payment_allocations
BEGIN SELECT RAISE(ABORT, 'a payment never changes'); END;
CREATE TRIGGER payment_allocations_stay BEFORE DELETE ON payment_allocations
BEGIN SELECT RAISE(ABORT, 'a payment never changes'); END;
