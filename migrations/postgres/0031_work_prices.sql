-- What work costs in a pool with a price list, by the name of an item there.
ALTER TABLE request_types ADD COLUMN item TEXT;
ALTER TABLE work_items ADD COLUMN item TEXT;
