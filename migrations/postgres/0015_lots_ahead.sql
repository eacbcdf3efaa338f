-- Units that are bought or given ahead pay for nothing before the day they start.
ALTER TABLE adjustments ADD COLUMN starts_on DATE;
ALTER TABLE facts ADD COLUMN lot_starts_on DATE;
ALTER TABLE ledger_entries ADD COLUMN lot_starts_on DATE;
-- Of a use of a closed cycle that was taken back: what no lot had paid for, and nothing comes back for.
ALTER TABLE facts ADD COLUMN beyond BIGINT NOT NULL DEFAULT 0 CHECK (beyond >= 0);
