-- Bank statements: files of them, their lines, and the payments those became.

-- `problems` are the first bookings that could not be read.
CREATE TABLE bank_imports (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    file_name       TEXT NOT NULL,
    format          TEXT NOT NULL CHECK (format IN ('csv', 'camt')),
    sha256          BLOB NOT NULL,
    account_end     TEXT,
    first_on        TEXT,
    last_on         TEXT,
    outgoing        INTEGER NOT NULL,
    pending         INTEGER NOT NULL,
    unreadable      INTEGER NOT NULL,
    problems        TEXT NOT NULL,
    created_by      BLOB NOT NULL,
    created_at      TEXT NOT NULL,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX bank_imports_by_time ON bank_imports (organisation_id, created_at, id);

-- A booking, once however many files have it: `identity` is the hash of what tells it from others,
-- `occurrence` its place among those of a file that are told alike. `import_id` is the file that
-- brought it first. Of the payer's account its end and a hash are kept.
CREATE TABLE bank_lines (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    import_id       BLOB NOT NULL,
    identity        BLOB NOT NULL,
    occurrence      INTEGER NOT NULL CHECK (occurrence > 0),
    reversal        INTEGER NOT NULL CHECK (reversal IN (0, 1)),
    booked_on       TEXT NOT NULL,
    valued_on       TEXT,
    amount_minor    INTEGER NOT NULL,
    currency        TEXT NOT NULL,
    payer           TEXT,
    payer_end       TEXT,
    payer_hash      BLOB,
    text            TEXT,
    bank_reference  TEXT,
    aside_by        BLOB,
    aside_at        TEXT,
    version         INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, identity, occurrence),
    CHECK (amount_minor > 0 OR (reversal = 1 AND amount_minor < 0)),
    CHECK ((aside_by IS NULL) = (aside_at IS NULL)),
    FOREIGN KEY (organisation_id, import_id) REFERENCES bank_imports (organisation_id, id),
    FOREIGN KEY (organisation_id, aside_by) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX bank_lines_by_payer ON bank_lines (organisation_id, payer_hash);

-- Which lines a file has; `position` is the line of a CSV file, or the place of the booking.
CREATE TABLE bank_import_lines (
    organisation_id BLOB NOT NULL,
    import_id       BLOB NOT NULL,
    position        INTEGER NOT NULL,
    line_id         BLOB NOT NULL,
    PRIMARY KEY (organisation_id, import_id, position),
    FOREIGN KEY (organisation_id, import_id) REFERENCES bank_imports (organisation_id, id),
    FOREIGN KEY (organisation_id, line_id) REFERENCES bank_lines (organisation_id, id)
) STRICT;
CREATE INDEX bank_import_lines_by_line ON bank_import_lines (organisation_id, line_id);

-- The payments that lines were recorded as; a line has one that stands, and no other beside it. It
-- is free again once that is taken back.
CREATE TABLE bank_payments (
    organisation_id BLOB NOT NULL,
    payment_id      BLOB NOT NULL,
    line_id         BLOB NOT NULL,
    freed_at        TEXT,
    PRIMARY KEY (organisation_id, payment_id),
    FOREIGN KEY (organisation_id, payment_id) REFERENCES payments (organisation_id, id),
    FOREIGN KEY (organisation_id, line_id) REFERENCES bank_lines (organisation_id, id)
) STRICT;
CREATE UNIQUE INDEX bank_payments_that_stand ON bank_payments (organisation_id, line_id)
    WHERE freed_at IS NULL;
CREATE INDEX bank_payments_by_line ON bank_payments (organisation_id, line_id);

CREATE TRIGGER bank_payments_never_change BEFORE UPDATE ON bank_payments
WHEN NOT (OLD.freed_at IS NULL AND NEW.freed_at IS NOT NULL
    AND (NEW.organisation_id, NEW.payment_id, NEW.line_id)
        = (OLD.organisation_id, OLD.payment_id, OLD.line_id))
BEGIN SELECT RAISE(ABORT, 'what a line was recorded as never changes'); END;
CREATE TRIGGER bank_payments_stay BEFORE DELETE ON bank_payments
BEGIN SELECT RAISE(ABORT, 'what a line was recorded as never changes'); END;
