-- The instant that a row of a file names instead of a day: its day is that of the retainer's zone.
ALTER TABLE import_rows ADD COLUMN instant TIMESTAMPTZ;
