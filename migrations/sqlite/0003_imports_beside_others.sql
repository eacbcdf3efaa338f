-- Nothing here: of indexes that would do SQLite takes the one that fits best, whatever their age.
SELECT 1;
