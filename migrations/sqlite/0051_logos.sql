-- What papers show beside the name of who sends them. Papers of the past name theirs, so a logo stays
-- as it was kept: as PNG.
CREATE TABLE logos (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL REFERENCES organisations (id),
    width           INTEGER NOT NULL CHECK (width > 0),
    height          INTEGER NOT NULL CHECK (height > 0),
    bytes           BLOB NOT NULL,
    added_by        BLOB NOT NULL,
    added_at        TEXT NOT NULL,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, added_by) REFERENCES members (organisation_id, id)
) STRICT;

CREATE TRIGGER logos_never_change BEFORE UPDATE ON logos
BEGIN SELECT RAISE(ABORT, 'a logo never changes'); END;
CREATE TRIGGER logos_stay BEFORE DELETE ON logos
BEGIN SELECT RAISE(ABORT, 'a logo never changes'); END;
