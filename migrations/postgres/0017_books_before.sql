-- How far the books of each retainer were when this schema came: what an earlier version wrote by the
-- rules of its day is proved by what those left, and what comes after by all of them.
CREATE TABLE books_before (
    organisation_id UUID NOT NULL,
    retainer_id     UUID NOT NULL,
    last_record     BIGINT NOT NULL,
    closed_seq      BIGINT NOT NULL,
    terms_number    BIGINT NOT NULL,
    PRIMARY KEY (organisation_id, retainer_id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id)
);
INSERT INTO books_before (organisation_id, retainer_id, last_record, closed_seq, terms_number)
SELECT r.organisation_id, r.id, r.last_record,
    COALESCE((SELECT MAX(c.seq) FROM cycles c WHERE c.organisation_id = r.organisation_id
        AND c.retainer_id = r.id AND c.status = 'closed'), 0),
    COALESCE((SELECT MAX(t.number) FROM terms t WHERE t.organisation_id = r.organisation_id
        AND t.retainer_id = r.id), 0)
FROM retainers r;
