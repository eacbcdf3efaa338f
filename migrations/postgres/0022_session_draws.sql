-- The fact by which a session draws units or sets them aside: one at a time, whichever version of the
-- program writes it. Kept by the triggers below; what is taken back is gone from here.
CREATE TABLE session_draws (
    organisation_id UUID NOT NULL,
    session_id      UUID NOT NULL,
    fact_id         UUID NOT NULL,
    PRIMARY KEY (organisation_id, session_id),
    UNIQUE (organisation_id, fact_id),
    FOREIGN KEY (organisation_id, session_id) REFERENCES client_sessions (organisation_id, id),
    FOREIGN KEY (organisation_id, fact_id) REFERENCES facts (organisation_id, id)
);
-- What versions side by side drew twice stays as it is: the check says so.
INSERT INTO session_draws (organisation_id, session_id, fact_id)
SELECT f.organisation_id, f.session_id, f.id FROM facts f
WHERE f.session_id IS NOT NULL AND f.kind IN ('consume', 'set_aside')
    AND NOT EXISTS (SELECT 1 FROM facts back
        WHERE back.organisation_id = f.organisation_id AND back.reverses_id = f.id)
ORDER BY f.organisation_id, f.retainer_id, f.record_no
ON CONFLICT (organisation_id, session_id) DO NOTHING;
CREATE FUNCTION facts_draw_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.reverses_id IS NOT NULL THEN
        DELETE FROM session_draws
        WHERE organisation_id = NEW.organisation_id AND fact_id = NEW.reverses_id;
    ELSIF NEW.kind IN ('consume', 'set_aside') THEN
        INSERT INTO session_draws (organisation_id, session_id, fact_id)
        VALUES (NEW.organisation_id, NEW.session_id, NEW.id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER facts_draw_once AFTER INSERT ON facts
    FOR EACH ROW WHEN (NEW.session_id IS NOT NULL) EXECUTE FUNCTION facts_draw_once();

-- Goes up with each change of a session, so that whoever closes a cycle closes what they saw.
ALTER TABLE retainers ADD COLUMN bookings BIGINT NOT NULL DEFAULT 0;
CREATE FUNCTION client_sessions_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE retainers SET bookings = bookings + 1
    WHERE organisation_id = NEW.organisation_id AND id = NEW.retainer_id;
    RETURN NULL;
END $$;
CREATE TRIGGER client_sessions_changed AFTER INSERT OR UPDATE ON client_sessions
    FOR EACH ROW EXECUTE FUNCTION client_sessions_changed();
