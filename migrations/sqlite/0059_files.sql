-- Files of accounts. The bytes are kept beside the database, under the ids of organisation and file;
-- `sha_256` is what they are checked by. What is deleted keeps its row; its bytes go later, at
-- `cleared_at`. Bytes without a row are left alone.
CREATE TABLE files (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    account_id      BLOB NOT NULL,
    retainer_id     BLOB,
    name            TEXT NOT NULL,
    kind            TEXT NOT NULL,
    size            INTEGER NOT NULL CHECK (size > 0),
    sha_256         TEXT NOT NULL,
    note            TEXT,
    added_by        BLOB NOT NULL,
    added_at        TEXT NOT NULL,
    deleted_at      TEXT,
    deleted_by      BLOB,
    cleared_at      TEXT,
    version         INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    CHECK ((deleted_at IS NULL) = (deleted_by IS NULL)),
    CHECK (cleared_at IS NULL OR deleted_at IS NOT NULL),
    FOREIGN KEY (organisation_id, account_id) REFERENCES accounts (organisation_id, id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, added_by) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, deleted_by) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX files_by_account ON files (organisation_id, account_id, id);
CREATE INDEX files_uncleared ON files (id)
    WHERE deleted_at IS NOT NULL AND cleared_at IS NULL;

-- What was signed, and the version of the terms that it made: a file, or a proposal that was signed
-- by its link. One file may be signed for several retainers.
CREATE TABLE agreements (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    terms_number    INTEGER NOT NULL,
    file_id         BLOB,
    proposal_id     BLOB,
    label           TEXT,
    signers         TEXT NOT NULL,
    signed_on       TEXT NOT NULL,
    starts_on       TEXT NOT NULL,
    added_by        BLOB NOT NULL,
    added_at        TEXT NOT NULL,
    UNIQUE (organisation_id, id),
    CHECK ((file_id IS NULL) <> (proposal_id IS NULL)),
    FOREIGN KEY (organisation_id, retainer_id, terms_number)
        REFERENCES terms (organisation_id, retainer_id, number),
    FOREIGN KEY (organisation_id, file_id) REFERENCES files (organisation_id, id),
    FOREIGN KEY (organisation_id, proposal_id) REFERENCES renewal_proposals (organisation_id, id),
    FOREIGN KEY (organisation_id, added_by) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX agreements_by_terms
    ON agreements (organisation_id, retainer_id, terms_number, signed_on, id);
CREATE INDEX agreements_by_file ON agreements (organisation_id, file_id)
    WHERE file_id IS NOT NULL;
CREATE UNIQUE INDEX agreements_by_proposal ON agreements (organisation_id, proposal_id)
    WHERE proposal_id IS NOT NULL;

CREATE TRIGGER agreements_never_change BEFORE UPDATE ON agreements
BEGIN SELECT RAISE(ABORT, 'an agreement never changes'); END;
CREATE TRIGGER agreements_stay BEFORE DELETE ON agreements
BEGIN SELECT RAISE(ABORT, 'an agreement never changes'); END;
