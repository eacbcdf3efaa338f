-- What invoices say of an account: its name and address there, its country and tax number.
CREATE TABLE account_billing (
    organisation_id BLOB NOT NULL,
    account_id      BLOB NOT NULL,
    billing         TEXT NOT NULL,
    changed_by      BLOB NOT NULL,
    changed_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (organisation_id, account_id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, changed_by) REFERENCES members (organisation_id, id)
) STRICT;

-- The files of issued invoices and credit notes, as they were first read: each once, for good.
CREATE TABLE invoice_papers (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    invoice_id      BLOB,
    credit_note_id  BLOB,
    sha256          BLOB NOT NULL,
    bytes           BLOB NOT NULL,
    made_at         TEXT NOT NULL,
    UNIQUE (organisation_id, invoice_id),
    UNIQUE (organisation_id, credit_note_id),
    CHECK ((invoice_id IS NULL) <> (credit_note_id IS NULL)),
    FOREIGN KEY (organisation_id, invoice_id) REFERENCES invoices (organisation_id, id),
    FOREIGN KEY (organisation_id, credit_note_id) REFERENCES credit_notes (organisation_id, id)
) STRICT;

CREATE TRIGGER invoice_papers_never_change BEFORE UPDATE ON invoice_papers
BEGIN SELECT RAISE(ABORT, 'the file of an invoice never changes'); END;
CREATE TRIGGER invoice_papers_stay BEFORE DELETE ON invoice_papers
BEGIN SELECT RAISE(ABORT, 'the file of an invoice never changes'); END;
