-- Issued invoices and credit notes as EN 16931 has them, as they were first made: each once, for good.
CREATE TABLE e_invoices (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    invoice_id      BLOB,
    credit_note_id  BLOB,
    sha256          BLOB NOT NULL,
    -- As they stand in it.
    parties         TEXT NOT NULL,
    bytes           BLOB NOT NULL,
    made_at         TEXT NOT NULL,
    UNIQUE (organisation_id, invoice_id),
    UNIQUE (organisation_id, credit_note_id),
    CHECK ((invoice_id IS NULL) <> (credit_note_id IS NULL)),
    FOREIGN KEY (organisation_id, invoice_id) REFERENCES invoices (organisation_id, id),
    FOREIGN KEY (organisation_id, credit_note_id) REFERENCES credit_notes (organisation_id, id)
) STRICT;

CREATE TRIGGER e_invoices_never_change BEFORE UPDATE ON e_invoices
BEGIN SELECT RAISE(ABORT, 'an e-invoice never changes'); END;
CREATE TRIGGER e_invoices_stay BEFORE DELETE ON e_invoices
BEGIN SELECT RAISE(ABORT, 'an e-invoice never changes'); END;
