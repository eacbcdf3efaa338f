-- What invoices say of an account: its name and address there, its country and tax number.
CREATE TABLE account_billing (
    organisation_id UUID NOT NULL,
    account_id      UUID NOT NULL,
    billing         JSONB NOT NULL,
    changed_by      UUID NOT NULL,
    changed_at      TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (organisation_id, account_id),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, changed_by) REFERENCES members (organisation_id, id)
);

-- The files of issued invoices and credit notes, as they were first read: each once, for good.
CREATE TABLE invoice_papers (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    invoice_id      UUID,
    credit_note_id  UUID,
    sha256          BYTEA NOT NULL,
    bytes           BYTEA NOT NULL,
    made_at         TIMESTAMPTZ NOT NULL,
    UNIQUE (organisation_id, invoice_id),
    UNIQUE (organisation_id, credit_note_id),
    CHECK ((invoice_id IS NULL) <> (credit_note_id IS NULL)),
    FOREIGN KEY (organisation_id, invoice_id) REFERENCES invoices (organisation_id, id),
    FOREIGN KEY (organisation_id, credit_note_id) REFERENCES credit_notes (organisation_id, id)
);

CREATE FUNCTION invoice_papers_never_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the file of an invoice never changes' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER invoice_papers_never_change BEFORE UPDATE OR DELETE ON invoice_papers
    FOR EACH ROW EXECUTE FUNCTION invoice_papers_never_change();
