-- What was in the way since a day, read whenever routines are listed.
CREATE INDEX work_blockers_by_time ON work_blockers (organisation_id, created_at);
