-- When a mail is known to have come back that a mail server had taken.
ALTER TABLE mails ADD COLUMN returned_at TEXT;
