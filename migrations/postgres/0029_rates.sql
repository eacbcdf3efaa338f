-- What an hour of a person costs, and what clients are billed for it. Only ever added to: the last
-- one of a day counts, so that another of the same day corrects it. No member: of everybody who has
-- none of their own.
CREATE TABLE rates (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisations (id),
    number          BIGINT NOT NULL CHECK (number > 0),
    member_id       UUID,
    kind            TEXT NOT NULL CHECK (kind IN ('cost', 'bill')),
    amount_minor    BIGINT NOT NULL CHECK (amount_minor >= 0),
    currency        TEXT NOT NULL,
    valid_from      DATE NOT NULL,
    corrects        BOOLEAN NOT NULL,
    note            TEXT,
    created_by      UUID NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, number),
    FOREIGN KEY (organisation_id, member_id) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
);
CREATE INDEX rates_by_person ON rates (organisation_id, member_id, kind, currency, valid_from);

CREATE FUNCTION rates_never_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a rate never changes' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER rates_never_change BEFORE UPDATE OR DELETE ON rates
    FOR EACH ROW EXECUTE FUNCTION rates_never_change();
