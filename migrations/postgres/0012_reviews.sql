-- Reviews: what signals are looked at, what a review found, and what was decided in it.

-- What was agreed on signals, as a whole, since a set is judged as a whole.
CREATE TABLE signal_sets (
    organisation_id UUID NOT NULL PRIMARY KEY REFERENCES organisations (id),
    signals         JSONB NOT NULL,
    changed_by      UUID NOT NULL,
    changed_at      TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    FOREIGN KEY (organisation_id, changed_by) REFERENCES members (organisation_id, id)
);

-- A review of a retainer. `observed` is what it saw, kept when it ends. The day of the next one is
-- that of the retainer's scope.
CREATE TABLE reviews (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    retainer_id     UUID NOT NULL,
    number          BIGINT NOT NULL CHECK (number > 0),
    state           TEXT NOT NULL CHECK (state IN ('running', 'done')),
    due_on          DATE,
    held_on         DATE NOT NULL,
    started_by      UUID NOT NULL,
    started_at      TIMESTAMPTZ NOT NULL,
    finished_by     UUID,
    finished_at     TIMESTAMPTZ,
    next_on         DATE,
    frame           JSONB,
    observed        JSONB,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, retainer_id, number),
    CHECK ((state = 'done') = (finished_at IS NOT NULL)),
    CHECK ((finished_at IS NULL) = (observed IS NULL)),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, started_by) REFERENCES members (organisation_id, id),
    FOREIGN KEY (organisation_id, finished_by) REFERENCES members (organisation_id, id)
);

-- What a signal read in a review that ended; never changed.
CREATE TABLE review_readings (
    organisation_id UUID NOT NULL,
    review_id       UUID NOT NULL,
    signal          TEXT COLLATE "C" NOT NULL,
    retainer_id     UUID NOT NULL,
    read_on         DATE NOT NULL,
    percent         BIGINT CHECK (percent BETWEEN 0 AND 100),
    weak            BOOLEAN NOT NULL,
    PRIMARY KEY (organisation_id, review_id, signal),
    FOREIGN KEY (organisation_id, review_id) REFERENCES reviews (organisation_id, id)
);
CREATE INDEX review_readings_by_retainer
    ON review_readings (organisation_id, retainer_id, read_on, review_id);

-- How people rated a signal in a review.
CREATE TABLE review_ratings (
    organisation_id UUID NOT NULL,
    review_id       UUID NOT NULL,
    signal          TEXT COLLATE "C" NOT NULL,
    score           BIGINT NOT NULL CHECK (score BETWEEN 1 AND 5),
    evidence        JSONB NOT NULL,
    rated_by        UUID NOT NULL,
    rated_at        TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (organisation_id, review_id, signal),
    FOREIGN KEY (organisation_id, review_id) REFERENCES reviews (organisation_id, id),
    FOREIGN KEY (organisation_id, rated_by) REFERENCES members (organisation_id, id)
);

-- Why something was weak: a cause. No column names a person as one.
CREATE TABLE review_diagnoses (
    organisation_id UUID NOT NULL,
    review_id       UUID NOT NULL,
    number          BIGINT NOT NULL CHECK (number > 0),
    signal          TEXT COLLATE "C",
    guide           TEXT,
    cause           TEXT NOT NULL,
    finding         TEXT NOT NULL,
    checked         JSONB NOT NULL,
    written_by      UUID NOT NULL,
    written_at      TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (organisation_id, review_id, number),
    FOREIGN KEY (organisation_id, review_id) REFERENCES reviews (organisation_id, id),
    FOREIGN KEY (organisation_id, written_by) REFERENCES members (organisation_id, id)
);

-- What was decided in a review. `weak_since` is the day on which its signal was first read weak.
CREATE TABLE review_outcomes (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    review_id       UUID NOT NULL,
    retainer_id     UUID NOT NULL,
    choice          TEXT NOT NULL,
    what            TEXT NOT NULL,
    signal          TEXT COLLATE "C",
    diagnosis       BIGINT,
    owner_id        UUID NOT NULL,
    due_on          DATE NOT NULL,
    effect          TEXT NOT NULL,
    decision_id     UUID NOT NULL,
    sop_id          UUID,
    scope_change_id UUID,
    weak_since      DATE,
    decided_on      DATE NOT NULL,
    created_by      UUID NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    seen            TEXT CHECK (seen IN ('yes', 'partly', 'no')),
    seen_evidence   TEXT,
    seen_review_id  UUID,
    seen_by         UUID,
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
);
CREATE INDEX review_outcomes_by_review ON review_outcomes (organisation_id, review_id, id);
CREATE INDEX review_outcomes_by_retainer ON review_outcomes (organisation_id, retainer_id, id);
CREATE INDEX review_outcomes_by_day ON review_outcomes (organisation_id, decided_on);

-- Leads as sales sees them, each once for a retainer.
CREATE TABLE leads (
    id              UUID NOT NULL PRIMARY KEY,
    organisation_id UUID NOT NULL,
    retainer_id     UUID NOT NULL,
    reference       TEXT COLLATE "C" NOT NULL,
    fit             TEXT NOT NULL CHECK (fit IN ('good', 'partly', 'poor')),
    came_on         DATE NOT NULL,
    source          TEXT NOT NULL,
    work_item_id    UUID,
    revenue_minor   BIGINT CHECK (revenue_minor >= 0),
    currency        TEXT,
    note            TEXT,
    imported        BOOLEAN NOT NULL,
    created_by      UUID NOT NULL,
    created_at      TIMESTAMPTZ NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1,
    UNIQUE (organisation_id, id),
    UNIQUE (organisation_id, retainer_id, reference),
    CHECK ((revenue_minor IS NULL) = (currency IS NULL)),
    FOREIGN KEY (organisation_id, retainer_id) REFERENCES retainers (organisation_id, id),
    FOREIGN KEY (organisation_id, work_item_id) REFERENCES work_items (organisation_id, id),
    FOREIGN KEY (organisation_id, created_by) REFERENCES members (organisation_id, id)
);
CREATE INDEX leads_by_day ON leads (organisation_id, came_on, id);
CREATE INDEX leads_by_retainer ON leads (organisation_id, retainer_id, came_on, id);
