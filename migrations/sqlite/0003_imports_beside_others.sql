-- An import is written in many short transactions, beside others who record. What it has written is
-- seen from the moment it is done: facts name it, as time entries do.
ALTER TABLE facts ADD COLUMN import_id BLOB;
CREATE INDEX imports_being_written ON imports (organisation_id, id) WHERE state = 'committing';

-- Numbers of a retainer that have no fact: taken for an import that is still being written, or was
-- undone, or knew a row already.
CREATE TABLE spare_records (
    organisation_id BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    numbers         INTEGER NOT NULL CHECK (numbers >= 0),
    PRIMARY KEY (organisation_id, retainer_id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id)
) STRICT;

-- The facts of an import that is undone are deleted, and nothing may point to them.
CREATE INDEX ledger_entries_by_fact ON ledger_entries (organisation_id, fact_id)
    WHERE fact_id IS NOT NULL;

-- Until now an import was one transaction: one that is being written has written nothing.
UPDATE imports SET state = 'ready', leased_until = NULL WHERE state = 'committing';
