-- Reviews: what signals are looked at, what a review found, and what was decided in it.

-- What was agreed on signals, as a whole, since a set is judged as a whole.
CREATE TABLE signal_sets (
    organisation_id BLOB NOT NULL PRIMARY KEY REFERENCES organisations (id),
    signals         TEXT NOT NULL,
    changed_by      BLOB NOT NULL,
    changed_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    FOREIGN KEY (organisation_id, changed_by) REFERENCES members (organisation_id, id)
) STRICT;

-- A review of a retainer. `observed` is what it saw, kept when it ends. The day of the next one is
-- that of the retainer's scope.
CREATE TABLE reviews (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    number          INTEGER NOT NULL CHECK (number > 0),
    state           TEXT NOT NULL CHECK (state IN ('running', 'done')),
    due_on          TEXT,
    held_on         TEXT NOT NULL,
    started_by      BLOB NOT NULL,
    started_at      TEXT NOT NULL,
    finished_by     BLOB,
    finished_at     TEXT,
    next_on         TEXT,
    frame           TEXT,
    observed        TEXT,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, retainer_id, number),
    CHECK ((state = 'done') = (finished_at IS NOT NULL)),
    CHECK ((finished_at IS NULL) = (observed IS NULL)),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, started_by) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, finished_by) REFERENCES members (organisation_id, id)
) STRICT;

-- What a signal read in a review that ended; never changed.
CREATE TABLE review_readings (
    organisation_id BLOB NOT NULL,
    review_id       BLOB NOT NULL,
    signal          TEXT NOT NULL,
    retainer_id     BLOB NOT NULL,
    read_on         TEXT NOT NULL,
    percent         INTEGER CHECK (percent BETWEEN 0 AND 100),
    weak            INTEGER NOT NULL CHECK (weak IN (0, 1)),
    PRIMARY KEY (organisation_id, review_id, signal),
    FOREIGN KEY (organisation_id, review_id) REFERENCES reviews (organisation_id, id)
) STRICT;
CREATE INDEX review_readings_by_retainer
    ON review_readings (organisation_id, retainer_id, read_on, review_id);

-- How people rated a signal in a review.
CREATE TABLE review_ratings (
    organisation_id BLOB NOT NULL,
    review_id       BLOB NOT NULL,
    signal          TEXT NOT NULL,
    score           INTEGER NOT NULL CHECK (score BETWEEN 1 AND 5),
    evidence        TEXT NOT NULL,
    rated_by        BLOB NOT NULL,
    rated_at        TEXT NOT NULL,
    PRIMARY KEY (organisation_id, review_id, signal),
    FOREIGN KEY (organisation_id, review_id) REFERENCES reviews (organisation_id, id),
    FOREIGN KEY (organisation_id, rated_by) REFERENCES members (organisation_id, id)
) STRICT;

-- Why something was weak: a cause. No column names a person as one.
CREATE TABLE review_diagnoses (
    organisation_id BLOB NOT NULL,
    review_id       BLOB NOT NULL,
    number          INTEGER NOT NULL CHECK (number > 0),
    signal          TEXT,
    guide           TEXT,
    cause           TEXT NOT NULL,
    finding         TEXT NOT NULL,
    checked         TEXT NOT NULL,
    written_by      BLOB NOT NULL,
    written_at      TEXT NOT NULL,
    PRIMARY KEY (organisation_id, review_id, number),
    FOREIGN KEY (organisation_id, review_id) REFERENCES reviews (organisation_id, id),
    FOREIGN KEY (organisation_id, written_by) REFERENCES members (organisation_id, id)
) STRICT;

-- What was decided in a review. `weak_since` is the day on which its signal was first read weak.
CREATE TABLE review_outcomes (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    review_id       BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    choice          TEXT NOT NULL,
    what            TEXT NOT NULL,
    signal          TEXT,
    diagnosis       INTEGER,
    owner_id        BLOB NOT NULL,
    due_on          TEXT NOT NULL,
    effect          TEXT NOT NULL,
    decision_id     BLOB NOT NULL,
    sop_id          BLOB,
    scope_change_id BLOB,
    weak_since      TEXT,
    decided_on      TEXT NOT NULL,
    created_by      BLOB NOT NULL,
    created_at      TEXT NOT NULL,
    seen            TEXT CHECK (seen IN ('yes', 'partly', 'no')),
    seen_evidence   TEXT,
    seen_review_id  BLOB,
    seen_by         BLOB,
    UNIQUE (organisation_id, id),
    CHECK ((seen IS NULL) = (seen_review_id IS NULL)),
    FOREIGN KEY (organisation_id, review_id) REFERENCES reviews (organisation_id, id),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, owner_id) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, decision_id) REFERENCES decisions (organisation_id, id),
    FOREIGN KEY (organisation_id, sop_id) REFERENCES sops (organisation_id, id),
    FOREIGN KEY (organisation_id, scope_change_id) REFERENCES scope_changes (organisation_id, id),
    FOREIGN KEY (organisation_id, seen_review_id) REFERENCES reviews (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, seen_by) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX review_outcomes_by_review ON review_outcomes (organisation_id, review_id, id);
CREATE INDEX review_outcomes_by_retainer ON review_outcomes (organisation_id, retainer_id, id);
CREATE INDEX review_outcomes_by_day ON review_outcomes (organisation_id, decided_on);

-- Leads as sales sees them, each once for a retainer.
CREATE TABLE leads (
    id              BLOB NOT NULL PRIMARY KEY,
    organisation_id BLOB NOT NULL,
    retainer_id     BLOB NOT NULL,
    reference       TEXT NOT NULL,
    fit             TEXT NOT NULL CHECK (fit IN ('good', 'partly', 'poor')),
    came_on         TEXT NOT NULL,
    source          TEXT NOT NULL,
    work_item_id    BLOB,
    revenue_minor   INTEGER CHECK (revenue_minor >= 0),
    currency        TEXT,
    note            TEXT,
    imported        INTEGER NOT NULL CHECK (imported IN (0, 1)),
    created_by      BLOB NOT NULL,
    created_at      TEXT NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, retainer_id, reference),
    CHECK ((revenue_minor IS NULL) = (currency IS NULL)),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, work_item_id) REFERENCES work_items (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
) STRICT;
CREATE INDEX leads_by_day ON leads (organisation_id, came_on, id);
CREATE INDEX leads_by_retainer ON leads (organisation_id, retainer_id, came_on, id);
