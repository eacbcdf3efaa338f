-- What of a retainer's frame a review looked at, kept when it ends; since when its client may read it.
ALTER TABLE reviews ADD COLUMN reviewed TEXT;
ALTER TABLE reviews ADD COLUMN published_at TEXT;
-- A word of a finding that is somebody's name as well, and means nobody.
ALTER TABLE review_diagnoses ADD COLUMN names_nobody INTEGER NOT NULL DEFAULT 0
    CHECK (names_nobody IN (0, 1));
-- Within so many hours a request is promised an answer.
ALTER TABLE controls ADD COLUMN answer_hours INTEGER CHECK (answer_hours > 0);
