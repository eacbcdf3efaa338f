-- An import is written in many short transactions, beside others who record. What it has written is
-- seen from the moment it is done: facts name it, as time entries do.
ALTER TABLE facts ADD COLUMN import_id UUID;
CREATE INDEX imports_being_written ON imports (organisation_id, id) WHERE state = 'committing';

-- Numbers of a retainer that have no fact: taken for an import that is still being written, or was
-- undone, or knew a row already.
CREATE TABLE spare_records (
    organisation_id UUID NOT NULL,
    retainer_id     UUID NOT NULL,
    numbers         BIGINT NOT NULL CHECK (numbers >= 0),
    PRIMARY KEY (organisation_id, retainer_id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id)
);

-- The facts of an import that is undone are deleted, and nothing may point to them.
CREATE INDEX ledger_entries_by_fact ON ledger_entries (organisation_id, fact_id)
    WHERE fact_id IS NOT NULL;

-- Until now an import was one transaction: one that is being written has written nothing.
UPDATE imports SET state = 'ready', leased_until = NULL WHERE state = 'committing';

-- Facts look their entries up by a key, and reversals and ledgers their facts. Of indexes that seem to
-- cost the same, as all do on a table that has just begun to fill, PostgreSQL takes the youngest: these
-- keys must be made after the other indexes of their tables.
ALTER TABLE ledger_entries DROP CONSTRAINT ledger_entries_organisation_id_fact_id_fkey;
ALTER TABLE facts
    DROP CONSTRAINT facts_organisation_id_reverses_id_fkey,
    DROP CONSTRAINT facts_organisation_id_time_entry_id_fkey;
ALTER TABLE facts DROP CONSTRAINT facts_organisation_id_id_key;
ALTER TABLE time_entries DROP CONSTRAINT time_entries_organisation_id_id_key;
ALTER TABLE time_entries ADD UNIQUE (organisation_id, id);
ALTER TABLE facts ADD UNIQUE (organisation_id, id);
ALTER TABLE facts
    ADD FOREIGN KEY (organisation_id, time_entry_id) REFERENCES time_entries (organisation_id, id),
    ADD FOREIGN KEY (organisation_id, reverses_id) REFERENCES facts (organisation_id, id);
ALTER TABLE ledger_entries
    ADD FOREIGN KEY (organisation_id, fact_id) REFERENCES facts (organisation_id, id);
