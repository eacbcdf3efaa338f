-- Issued invoices and credit notes as EN 16931 has them, as they were first made: each once, for good.
CREATE TABLE e_invoices (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    invoice_id      UUID,
    credit_note_id  UUID,
    sha256          BYTEA NOT NULL,
    -- As they stand in it.
    parties         JSONB NOT NULL,
    bytes           BYTEA NOT NULL,
    made_at         TIMESTAMPTZ NOT NULL,
    UNIQUE (organisation_id, invoice_id),
    UNIQUE (organisation_id, credit_note_id),
    CHECK ((invoice_id IS NULL) <> (credit_note_id IS NULL)),
    FOREIGN KEY (organisation_id, invoice_id) REFERENCES invoices (organisation_id, id),
    FOREIGN KEY (organisation_id, credit_note_id) REFERENCES credit_notes (organisation_id, id)
);

CREATE FUNCTION e_invoices_never_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an e-invoice never changes' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER e_invoices_never_change BEFORE UPDATE OR DELETE ON e_invoices
    FOR EACH ROW EXECUTE FUNCTION e_invoices_never_change();
