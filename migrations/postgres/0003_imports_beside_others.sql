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
