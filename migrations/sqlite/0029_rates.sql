-- What an hour of a person costs, and what clients are billed for it. Only ever added to: the last
-- one of a day counts, so that another of the same day corrects it. No member: of everybody who has
-- none of their own.
CREATE TABLE rates (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    number          INTEGER NOT NULL CHECK (number > 0),
    member_id       BLOB,
    kind            TEXT NOT NULL CHECK (kind IN ('cost', 'bill')),
    amount_minor    INTEGER NOT NULL CHECK (amount_minor >= 0),
    currency        TEXT NOT NULL,
    valid_from      TEXT NOT NULL,
    corrects        INTEGER NOT NULL CHECK (corrects IN (0, 1)),
    note            TEXT,
    created_by      BLOB NOT NULL,
    created_at      TEXT NOT NULL,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, number),
    FOREIGN KEY (organisation_id, member_id) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX rates_by_person ON rates (organisation_id, member_id, kind, currency, valid_from);

CREATE TRIGGER rates_never_change BEFORE UPDATE ON rates
BEGIN SELECT RAISE(ABORT, 'a rate never changes'); END;
CREATE TRIGGER rates_stay BEFORE DELETE ON rates
BEGIN SELECT RAISE(ABORT, 'a rate never changes'); END;
