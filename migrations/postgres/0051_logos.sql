-- What papers show beside the name of who sends them. Papers of the past name theirs, so a logo stays
-- as it was kept: as PNG.
CREATE TABLE logos (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL REFERENCES organisations (id),
    width           BIGINT NOT NULL CHECK (width > 0),
    height          BIGINT NOT NULL CHECK (height > 0),
    bytes           BYTEA NOT NULL,
    added_by        UUID NOT NULL,
    added_at        TIMESTAMPTZ NOT NULL,
    UNIQUE (organisation_id, id),
    FOREIGN KEY (organisation_id, added_by) REFERENCES members (organisation_id, id)
);

CREATE FUNCTION logos_never_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a logo never changes' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER logos_never_change BEFORE UPDATE OR DELETE ON logos
    FOR EACH ROW EXECUTE FUNCTION logos_never_change();
