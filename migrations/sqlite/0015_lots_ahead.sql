-- Units that are bought or given ahead pay for nothing before the day they start.
ALTER TABLE adjustments ADD COLUMN starts_on TEXT;
ALTER TABLE facts ADD COLUMN lot_starts_on TEXT;
ALTER TABLE ledger_entries ADD COLUMN lot_starts_on TEXT;
-- Of a use of a closed cycle that was taken back: what no lot had paid for, and nothing comes back for.
ALTER TABLE facts ADD COLUMN beyond INTEGER NOT NULL DEFAULT 0 CHECK (beyond >= 0);
